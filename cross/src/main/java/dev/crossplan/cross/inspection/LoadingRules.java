package dev.crossplan.cross.inspection;

import com.google.common.collect.ImmutableList;
import dev.crossplan.cross.elf.ElfFile;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether the kernel finds the loader of a program, and the loader finds the libraries, as ld.so(8)
 * looks for them, and all of it inside of the closure.
 */
final class LoadingRules {
  private static final String IN_CLOSURE = "one in the closure";

  /** What loaders were built with and only they know. */
  private static final Pattern OF_LOADER = Pattern.compile("\\$\\{?(LIB|PLATFORM)\\b");

  private final TargetPlatform target;
  private final RuntimeClosure closure;
  private final FaultSink faults;

  LoadingRules(TargetPlatform target, RuntimeClosure closure, FaultSink faults) {
    this.target = target;
    this.closure = closure;
    this.faults = faults;
  }

  /**
   * Checks what is loaded.
   *
   * @param file where it is, without links
   */
  void check(Path file, ElfFile elf) {
    Set<Path> folders = new LinkedHashSet<>();
    boolean knowsFolders = true;
    for (String entry : elf.runPath()) {
      knowsFolders &= checkRunPath(file, entry, folders);
    }
    if (elf.interpreter().isPresent()) {
      // Where the loader is missing, all that is beside it is; that is said once.
      knowsFolders &= checkInterpreter(file, elf.interpreter().get(), folders);
    } else {
      folders.addAll(closure.loaderFolders());
    }
    if (knowsFolders) {
      for (String library : elf.needed()) {
        checkNeeded(file, library, folders);
      }
    }
  }

  private boolean checkInterpreter(Path file, String interpreter, Set<Path> folders) {
    String found = "has the interpreter " + interpreter;
    if (!interpreter.startsWith("/")) {
      faults.add(Rule.INTERPRETER, found, "an absolute path");
      return false;
    }
    RuntimeClosure.Place place = closure.lookUp(file, interpreter);
    if (!place.inside()) {
      faults.add(Rule.INTERPRETER, found, IN_CLOSURE);
      return false;
    }
    if (place.file().isEmpty()) {
      faults.add(Rule.INTERPRETER, found + ", which does not exist", "");
      return false;
    }
    Path loader = place.file().get();
    OptionalInt machine = closure.machine(loader);
    if (machine.isEmpty() || machine.getAsInt() != target.machine()) {
      faults.add(
          Rule.INTERPRETER,
          found
              + (machine.isEmpty()
                  ? ", which is no ELF file"
                  : ", which is for " + TargetPlatform.name(machine.getAsInt())),
          "one for " + target.system());
      return false;
    }
    closure
        .lookUp(file, interpreter.substring(0, Math.max(1, interpreter.lastIndexOf('/'))))
        .file()
        .ifPresent(folders::add);
    Optional.ofNullable(loader.getParent()).ifPresent(folders::add);
    return true;
  }

  /** False if where an entry leads to is not known here. */
  private boolean checkRunPath(Path file, String entry, Set<Path> folders) {
    String origin = closure.seen(file.getParent() == null ? file : file.getParent());
    String path = entry.replace("${ORIGIN}", origin).replace("$ORIGIN", origin);
    if (OF_LOADER.matcher(path).find()) {
      return false;
    }
    if (!path.startsWith("/")) {
      faults.add(
          Rule.RUN_PATH,
          path.isEmpty()
              ? "has an empty entry in its run path, the working directory"
              : "has " + path + " in its run path",
          "an absolute path");
      return true;
    }
    RuntimeClosure.Place place = closure.lookUp(file, path);
    if (!place.inside()) {
      faults.add(Rule.RUN_PATH, "has " + entry + " in its run path", IN_CLOSURE);
    } else {
      place.file().ifPresent(folders::add);
    }
    return true;
  }

  private void checkNeeded(Path file, String library, Set<Path> folders) {
    if (library.contains("/")) {
      RuntimeClosure.Place place = closure.lookUp(file, library);
      if (!library.startsWith("/") || !place.inside() || place.file().isEmpty()) {
        faults.add(Rule.NEEDED, "needs " + library, IN_CLOSURE);
      }
      return;
    }
    ImmutableList.Builder<String> others = ImmutableList.builder();
    for (Path folder : folders) {
      RuntimeClosure.Place place = closure.lookUp(folder, closure.seen(folder) + "/" + library);
      OptionalInt machine =
          place.inside() && place.file().isPresent()
              ? closure.machine(place.file().get())
              : OptionalInt.empty();
      if (machine.isPresent() && machine.getAsInt() == target.machine()) {
        return;
      }
      // As the loader does, go on where a library is for another machine.
      machine.ifPresent(
          other -> others.add(folder.resolve(library) + " is for " + TargetPlatform.name(other)));
    }
    faults.add(
        Rule.NEEDED,
        "needs " + library + ", which is not found",
        others.build().isEmpty() ? "" : "not " + String.join(" or ", others.build()));
  }
}
