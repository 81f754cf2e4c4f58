package dev.crossplan.cross.inspection;

import com.google.common.collect.ImmutableList;
import dev.crossplan.cross.elf.Archive;
import dev.crossplan.cross.elf.ElfFile;
import dev.crossplan.cross.elf.ElfHeader;
import dev.crossplan.cross.elf.FileRange;
import dev.crossplan.cross.elf.MalformedFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Looks at one regular file: what it is, and whether the rules for that hold. */
final class FileInspection {
  private static final byte[] SCRIPT = {'#', '!'};

  private final TargetPlatform target;
  private final RuntimeClosure closure;
  private final Path path;
  private final Path file;
  private final FileRole role;
  private final CodeRules codeRules;
  private final ImmutableList.Builder<Fault> faults = ImmutableList.builder();
  private Optional<String> member = Optional.empty();

  private long elfFiles;
  private long archives;
  private long objects;
  private long scripts;
  private long systemScripts;
  private long withoutArch;
  private long special;

  /** What was found in a file. */
  record Result(FileCounts counts, ImmutableList<Fault> faults) {}

  /**
   * An inspection.
   *
   * @param path the one that was to be looked at
   * @param file in it, or itself
   */
  FileInspection(TargetPlatform target, RuntimeClosure closure, Path path, Path file) {
    this.target = target;
    this.closure = closure;
    this.path = path;
    this.file = file;
    this.role = FileRole.of(file.equals(path) ? file : path.relativize(file), target.usualAbi());
    this.codeRules = new CodeRules(target, this::addFault);
  }

  Result inspect() {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      inspect(FileRange.of(channel));
    } catch (MalformedFileException e) {
      addFault(
          Rule.WELL_FORMED,
          "is no "
              + (archives > 0 && member.isEmpty() ? "archive" : "ELF file")
              + ": "
              + e.getMessage(),
          "");
    } catch (AccessDeniedException e) {
      addFault(Rule.READABLE, "cannot be read: permission denied", "");
    } catch (IOException e) {
      addFault(Rule.READABLE, "cannot be read: " + e.getMessage(), "");
    }
    return new Result(
        new FileCounts(
            1, elfFiles, archives, objects, scripts, systemScripts, withoutArch, special, 0),
        faults.build());
  }

  private void inspect(FileRange contents) throws IOException {
    if (ElfHeader.isElf(contents)) {
      elfFiles++;
      Optional<ElfFile> elf = inspectCode(contents);
      if (elf.isPresent() && role != FileRole.KERNEL) {
        new LoadingRules(target, closure, this::addFault).check(file, elf.get());
      }
    } else if (Archive.isArchive(contents)) {
      archives++;
      inspectMembers(Archive.of(contents));
    } else if (contents.startsWith(SCRIPT) && Files.isExecutable(file)) {
      scripts++;
      if (new ScriptRules(target, closure, this::addFault).check(file, contents)) {
        systemScripts++;
      }
    }
  }

  private void inspectMembers(Archive archive) throws IOException {
    Optional<Archive.Member> next = archive.next();
    while (next.isPresent()) {
      if (ElfHeader.isElf(next.get().contents())) {
        objects++;
        member = Optional.of(next.get().name());
        inspectCode(next.get().contents());
        member = Optional.empty();
      }
      next = archive.next();
    }
  }

  /** Empty where no more is to be said about a file than its header tells. */
  private Optional<ElfFile> inspectCode(FileRange contents) throws IOException {
    ElfHeader header = ElfHeader.read(contents);
    if (role.admitsMachine(header)) {
      special++;
      return Optional.empty();
    }
    if (!codeRules.checkMachine(header)) {
      return Optional.empty();
    }
    if (role == FileRole.OTHER_ABI) {
      special++;
      return Optional.empty();
    }
    if (!codeRules.checkFormat(header)) {
      return Optional.empty();
    }
    ElfFile elf = ElfFile.read(contents, header);
    codeRules.checkCode(elf, role);
    if (role != FileRole.ORDINARY || elf.isDebugInfo() || isFirmware(elf)) {
      special++;
    } else if (target.isa().isPresent() && elf.riscvArch().isEmpty() && elf.hasCode()) {
      withoutArch++;
    }
    return Optional.of(elf);
  }

  private boolean isFirmware(ElfFile elf) {
    return target.isa().isPresent() && CodeRules.isFirmware(elf);
  }

  private void addFault(Rule rule, String found, String expected) {
    faults.add(
        new Fault(
            path,
            file.equals(path) ? Path.of("") : path.relativize(file),
            member,
            rule,
            found,
            expected));
  }
}
