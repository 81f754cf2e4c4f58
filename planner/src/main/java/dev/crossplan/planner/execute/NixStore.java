package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.NixMessage;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.machine.NixInstallation;
import dev.crossplan.planner.remote.BuildHook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

/** The store of the Nix that is installed here, asked and told by Nix's own programs. */
final class NixStore {
  /** So many paths fit on a command line everywhere. */
  private static final int PATHS_AT_ONCE = 1000;

  private static final int SIGKILL = 9;

  private final NixProgram nix;
  private final Path temporary;
  private final ImmutableList<String> buildOptions;
  private final ImmutableList<String> caches;

  /**
   * @param temporary folder for what programs write; whoever made it deletes it
   * @param buildOptions what {@link NixInstallation#buildOptions} found
   * @param caches that are asked besides those that Nix knows
   */
  NixStore(
      NixInstallation nix,
      Path temporary,
      ImmutableList<String> buildOptions,
      ImmutableList<String> caches) {
    this.nix = nix.program();
    this.temporary = temporary;
    this.buildOptions = buildOptions;
    this.caches = caches;
  }

  /** Those of {@code paths} that are not in the store. */
  ImmutableSet<StorePath> missing(Collection<StorePath> paths) throws InterruptedException {
    ImmutableSet.Builder<StorePath> missing = ImmutableSet.builder();
    for (List<StorePath> some : Iterables.partition(ImmutableSet.copyOf(paths), PATHS_AT_ONCE)) {
      ImmutableList.Builder<String> arguments = ImmutableList.builder();
      arguments.add("--check-validity", "--print-invalid");
      some.forEach(path -> arguments.add(path.toString()));
      lines(run("nix-store", arguments.build()))
          .forEach(line -> missing.add(StorePath.parse(line)));
    }
    return missing.build();
  }

  /**
   * Evaluates an attribute of a file of crossplan's own, so that its derivations are in the store.
   *
   * @param root link to the first of them; others are called alike
   * @return their paths
   */
  ImmutableList<StorePath> instantiate(Path file, String attribute, Path root)
      throws InterruptedException, IOException {
    Files.createDirectories(root.resolveSibling("."));
    ImmutableList.Builder<StorePath> derivations = ImmutableList.builder();
    for (String link :
        lines(
            run(
                "nix-instantiate",
                ImmutableList.<String>builder()
                    .add(file.toString(), "-A", attribute)
                    .add("--add-root", root.toString(), "--indirect")
                    .addAll(NixProgram.UNRESTRICTED)
                    .build()))) {
      // With an output other than "out" it says "link!output".
      Path target = Files.readSymbolicLink(Path.of(link.replaceFirst("![^/]*$", "")));
      derivations.add(StorePath.parse(target.toString()));
    }
    return derivations.build();
  }

  /**
   * Makes links that protect paths from the garbage collector.
   *
   * @param paths that are in the store
   * @param link to the first of them; others are called alike
   */
  void protect(List<StorePath> paths, Path link) throws InterruptedException, IOException {
    if (paths.isEmpty()) {
      return;
    }
    Files.createDirectories(link.toAbsolutePath().resolveSibling("."));
    ImmutableList.Builder<String> arguments = ImmutableList.builder();
    arguments.add("--realise");
    paths.forEach(path -> arguments.add(path.toString()));
    run("nix-store", arguments.add("--add-root", link.toString(), "--indirect").build());
  }

  /**
   * Starts Nix to build a derivation: nothing else, if all that it needs is there.
   *
   * @param root link that protects the first output; those to the others are called alike
   * @param cores for the build; empty for as many as Nix is told elsewhere
   * @param log where Nix writes what {@link NixLog} reads: a file, as nobody may be left to read a
   *     pipe, which would end the build
   */
  Process build(StorePath derivation, Path root, OptionalInt cores, Path log) throws IOException {
    ImmutableList.Builder<String> arguments = ImmutableList.builder();
    arguments.add("--builders", "", "--max-jobs", "1");
    cores.ifPresent(number -> arguments.add("--cores", Integer.toString(number)));
    return realise(ImmutableList.of(derivation), root, arguments.build(), ImmutableMap.of(), log);
  }

  /**
   * Starts Nix to build a derivation on another machine: copies there what it needs, and what is
   * built back.
   *
   * @see #build
   */
  Process build(StorePath derivation, BuildHook elsewhere, Path root, OptionalInt cores, Path log)
      throws IOException {
    ImmutableList.Builder<String> arguments = ImmutableList.builder();
    arguments.addAll(elsewhere.arguments());
    cores.ifPresent(number -> arguments.add("--cores", Integer.toString(number)));
    return realise(
        ImmutableList.of(derivation), root, arguments.build(), elsewhere.variables(), log);
  }

  /**
   * Starts Nix to get outputs from a substituter.
   *
   * @see #build
   */
  Process substitute(List<StorePath> outputs, Path root, Path log) throws IOException {
    return realise(
        outputs,
        root,
        caches.isEmpty()
            ? ImmutableList.of()
            : ImmutableList.of("--option", "extra-substituters", String.join(" ", caches)),
        ImmutableMap.of(),
        log);
  }

  private Process realise(
      List<StorePath> what,
      Path root,
      ImmutableList<String> options,
      ImmutableMap<String, String> variables,
      Path log)
      throws IOException {
    Files.createDirectories(root.resolveSibling("."));
    ImmutableList.Builder<String> arguments = ImmutableList.builder();
    arguments.add("--realise");
    what.forEach(path -> arguments.add(path.toString()));
    arguments.add("--add-root", root.toString(), "--indirect", "--log-format", "internal-json");
    arguments.addAll(options).addAll(buildOptions);
    return nix.start("nix-store", arguments.build(), variables, Path.of("/dev/null"), log);
  }

  private NixProgram.Outcome run(String program, ImmutableList<String> arguments)
      throws InterruptedException {
    NixProgram.Outcome outcome = nix.run(temporary, program, arguments);
    if (!outcome.succeeded()) {
      throw failed(program, outcome.said());
    }
    return outcome;
  }

  private static ImmutableList<String> lines(NixProgram.Outcome outcome) {
    try {
      List<String> lines = Files.readAllLines(outcome.written());
      Files.delete(outcome.written());
      return ImmutableList.copyOf(lines);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Nix itself failed, not a build. */
  static BuildException failed(String program, String said) {
    String reason = NixMessage.shorten(said);
    return new BuildException(
        "Nix failed: " + (reason.isEmpty() ? program + " says nothing" : reason), remedy(said));
  }

  /** Nix was killed by somebody, mostly by the kernel. */
  static BuildException killed(int signal, String said) {
    return new BuildException(
        "Nix was killed by signal " + signal + (said.isEmpty() ? "" : ": " + said),
        signal == SIGKILL
            ? "Maybe memory is short (dmesg tells whether the kernel killed it): give the builder fewer"
                + " slots, or builds fewer --cores, then run the same again: what is built is kept."
            : "Maybe run the same again: what is built is kept.");
  }

  /** Somebody else than crossplan ended Nix, which says the same as if that were Ctrl-C. */
  static BuildException endedBySomebody() {
    return new BuildException(
        "Nix was ended by a signal, SIGTERM or SIGINT, that crossplan has not sent",
        "Maybe find out who ends it (a service that stops, a limit of time or memory), then run the"
            + " same again: what is built is kept.");
  }

  private static String remedy(String reason) {
    if (reason.contains("No space left") || reason.contains("disk space")) {
      return "Maybe make room where the store is (nix-collect-garbage) or where builds run (TMPDIR,"
          + " else /tmp), then run the same again: what is built is kept.";
    }
    if (reason.contains("is required to build") || reason.contains("platform mismatch")) {
      return "Maybe the daemon of Nix does not take settings from this user: add it to trusted-users,"
          + " and the system to extra-platforms, in nix.conf.";
    }
    if (reason.contains("ermission denied")) {
      return "Maybe run it as the user that Nix is installed for.";
    }
    if (reason.contains("cannot connect to")) {
      return "Maybe start the daemon of Nix (systemctl start nix-daemon), then run the same again.";
    }
    return "Maybe mend that (crossplan doctor looks at Nix), then run the same again: what is built"
        + " is kept.";
  }
}
