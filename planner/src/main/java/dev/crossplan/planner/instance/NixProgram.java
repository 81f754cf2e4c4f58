package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.DiskSpace;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the programs of Nix that are installed here: no shell in between, as many at the same time
 * as there are cores, and none outlives crossplan.
 */
public final class NixProgram {
  /**
   * An evaluation of nixpkgs takes a gigabyte or two, so many cores do not mean many evaluations.
   */
  static final int MOST_AT_ONCE = 4;

  private static final int PATIENCE_SECONDS = 3;

  /**
   * With less in the folder of its output a program may have written half of it, and ended as if
   * that were all.
   */
  private static final long LEAST_BYTES = 64 << 10;

  /** So long one that is to give back its memory may clean up. */
  private static final int KILL_MILLISECONDS = 20;

  /** Between two looks at the memory of a program: what it takes after the last one is missed. */
  private static final int LOOK_MILLISECONDS = 10;

  /** The same of one that has just begun: of what is short little may be missed. */
  private static final int FIRST_LOOK_MILLISECONDS = 2;

  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final String REGISTRY_SETTING = "flake-registry";

  /** Has nothing to read. */
  private static final Path NOTHING = Path.of("/dev/null");

  /**
   * For what crossplan itself wrote of derivations that Nix has: {@code restrict-eval} and {@code
   * pure-eval} are for what others wrote, and would have Nix refuse the very file.
   */
  public static final ImmutableList<String> UNRESTRICTED =
      ImmutableList.of("--option", "restrict-eval", "false", "--option", "pure-eval", "false");

  private final ImmutableMap<String, String> environment;
  private final Semaphore running =
      new Semaphore(
          Math.max(1, Math.min(MOST_AT_ONCE, Runtime.getRuntime().availableProcessors())));

  /**
   * @param environment of the programs; its {@code PATH} is where they are looked for
   */
  public NixProgram(ImmutableMap<String, String> environment) {
    this.environment = environment;
  }

  /**
   * What a program did: its exit status, what it said on stderr, and the file with what it wrote.
   */
  public record Outcome(int status, String said, Path written) {
    public boolean succeeded() {
      return status == 0;
    }
  }

  /**
   * Runs a program to its end.
   *
   * @param folder for its output, which is read by whoever called and goes away with the folder
   * @param program such as {@code nix-instantiate}
   * @throws InputException if it is not installed
   * @throws InterruptedException if this thread is interrupted; the program has been ended then,
   *     and what it started
   */
  public Outcome run(Path folder, String program, List<String> arguments)
      throws InterruptedException {
    return run(folder, program, arguments, NOTHING);
  }

  /**
   * Runs a program to its end.
   *
   * @param input that it reads
   * @see #run(Path, String, List)
   */
  Outcome run(Path folder, String program, List<String> arguments, Path input)
      throws InterruptedException {
    return run(folder, program, arguments, input, Map.of(), memory -> true).orElseThrow();
  }

  /** Looks at a program while it runs. */
  interface Watch {
    /** Whether it may go on; else it is ended at once. */
    boolean mayGoOn(ProcessMemory memory);
  }

  /**
   * Runs a program to its end.
   *
   * @param input that it reads
   * @param variables that are in its environment besides those of all programs
   * @param watch is told, while it runs, how much memory it and what it started take; never, where
   *     this system does not tell
   * @return empty if the watch had it ended; then nothing of it is left
   * @see #run(Path, String, List)
   */
  Optional<Outcome> run(
      Path folder,
      String program,
      List<String> arguments,
      Path input,
      Map<String, String> variables,
      Watch watch)
      throws InterruptedException {
    running.acquire();
    try {
      Path written = Files.createTempFile(folder, "written", "");
      Path said = Files.createTempFile(folder, "said", "");
      OptionalInt status = await(start(program, arguments, input, variables, written, said), watch);
      if (status.isEmpty()) {
        return Optional.empty();
      }
      DiskSpace.of(folder)
          .filter(space -> space.free() < LEAST_BYTES)
          .ifPresent(
              space -> {
                throw noRoom(folder, program, null);
              });
      return Optional.of(
          new Outcome(
              status.getAsInt(),
              new String(Files.readAllBytes(said), StandardCharsets.UTF_8),
              written));
    } catch (IOException e) {
      if (DiskSpace.isLackedIn(String.valueOf(e.getMessage()))) {
        throw noRoom(folder, program, e);
      }
      throw new InputException(
          program + " cannot be run: " + e.getMessage(),
          "Maybe it is not installed, or not on PATH: crossplan doctor tells more.",
          e);
    } finally {
      running.release();
    }
  }

  private static BuildException noRoom(Path folder, String program, @Nullable IOException reason) {
    return new BuildException(
        folder.toAbsolutePath().resolveSibling(".").normalize()
            + ": there is no room for what "
            + program
            + " says"
            + DiskSpace.ifShort(folder),
        "Maybe make room there, or let TMPDIR name a folder with more.",
        reason);
  }

  /**
   * Starts a program. Whoever does has to end it.
   *
   * @param written where its standard output goes
   * @param said where its standard error goes
   * @throws InputException if it is not installed
   */
  public Process start(String program, List<String> arguments, Path written, Path said)
      throws IOException {
    return start(program, arguments, NOTHING, Map.of(), written, said);
  }

  /**
   * The same with variables in its environment besides those of all programs.
   *
   * @see #start(String, List, Path, Path)
   */
  public Process start(
      String program,
      List<String> arguments,
      Map<String, String> variables,
      Path written,
      Path said)
      throws IOException {
    return start(program, arguments, NOTHING, variables, written, said);
  }

  private Process start(
      String program,
      List<String> arguments,
      Path input,
      Map<String, String> variables,
      Path written,
      Path said)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                ImmutableList.<String>builder().add(require(program)).addAll(arguments).build())
            .redirectInput(input.toFile())
            .redirectOutput(written.toFile())
            .redirectError(said.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().putAll(variables);
    return builder.start();
  }

  private static OptionalInt await(Process process, Watch watch) throws InterruptedException {
    // Ctrl-C reaches all processes of the terminal, but kill reaches crossplan alone.
    Thread ending = new Thread(() -> end(process));
    try {
      Runtime.getRuntime().addShutdownHook(ending);
    } catch (IllegalStateException e) { // crossplan is ending already
      end(process);
    }
    boolean isOver = false;
    long begun = System.nanoTime();
    try {
      while (!process.waitFor(untilNextLook(begun), TimeUnit.MILLISECONDS)) {
        Optional<ProcessMemory> memory = ProcessMemory.of(process.pid());
        if (memory.isPresent() && !watch.mayGoOn(memory.get())) {
          kill(process);
          isOver = true;
          return OptionalInt.empty();
        }
      }
      isOver = true;
      return OptionalInt.of(process.exitValue());
    } finally {
      if (!isOver) {
        end(process);
      }
      try {
        Runtime.getRuntime().removeShutdownHook(ending);
      } catch (IllegalStateException e) {
        // the hook runs, or has run
      }
    }
  }

  private static int untilNextLook(long begun) {
    return System.nanoTime() - begun < FIRST_NANOS ? FIRST_LOOK_MILLISECONDS : LOOK_MILLISECONDS;
  }

  /**
   * Ends a process and all that it started, whose memory is needed: Nix does not hear a signal
   * before it has evaluated, but a git that it runs takes its locks away.
   */
  private static void kill(Process process) throws InterruptedException {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    process.waitFor(KILL_MILLISECONDS, TimeUnit.MILLISECONDS);
    all.forEach(ProcessHandle::destroyForcibly);
    process.waitFor();
    for (ProcessHandle each : all) {
      for (int i = 0; each.isAlive() && i < PATIENCE_SECONDS * 100; i++) {
        Thread.sleep(LOOK_MILLISECONDS);
      }
    }
  }

  /** Ends a process and all that it started: gently, since Nix holds locks, then not. */
  public static void end(Process process) {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroy();
    started.forEach(ProcessHandle::destroy);
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    started.forEach(ProcessHandle::destroyForcibly);
  }

  /** The program, where the environment says that programs are; empty if it is not installed. */
  public Optional<Path> find(String program) {
    for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, program).toAbsolutePath();
      if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** Where its store is: {@code NIX_STORE_DIR}, "Common environment variables" in the manual. */
  public Path store() {
    String named = environment.getOrDefault("NIX_STORE_DIR", "");
    return Path.of(named.isEmpty() ? StorePath.DEFAULT_DIRECTORY : named).normalize();
  }

  /**
   * Where {@code <name>} leads to, "Lookup path" in the Nix manual; empty if {@code NIX_PATH} is
   * not set, or it may be in something else than a folder of this machine.
   */
  Optional<Path> lookUp(String name) {
    for (String entry : environment.getOrDefault("NIX_PATH", "").split(":", -1)) {
      int mark = entry.indexOf('=');
      String prefix = mark < 0 ? "" : entry.substring(0, mark);
      Path place = Path.of(entry.substring(mark + 1));
      if (!place.isAbsolute()) {
        return Optional.empty();
      }
      if (prefix.isEmpty() || name.equals(prefix) || name.startsWith(prefix + "/")) {
        String rest = name.substring(prefix.length()).replaceFirst("^/", "");
        Path found = rest.isEmpty() ? place : place.resolve(rest);
        if (Files.exists(found)) {
          return Optional.of(found);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a flake may be known by a name: to a registry of the user or of this machine, "nix
   * registry" in the Nix manual, or to another global one than the usual, which Nix has to ask.
   */
  boolean mayKnowFlake(String name) {
    Path ofUser =
        Path.of(
            environment.getOrDefault(
                "XDG_CONFIG_HOME", environment.getOrDefault("HOME", "") + "/.config"),
            "nix");
    Path ofMachine = Path.of(environment.getOrDefault("NIX_CONF_DIR", "/etc/nix"));
    if (environment.getOrDefault("NIX_CONFIG", "").contains(REGISTRY_SETTING)
        || environment.containsKey("NIX_USER_CONF_FILES")) {
      return true;
    }
    try {
      for (Path folder : List.of(ofUser, ofMachine)) {
        if (contains(folder.resolve("nix.conf"), REGISTRY_SETTING)
            || contains(folder.resolve("nix.conf"), "include ")
            || contains(folder.resolve("registry.json"), '"' + name + '"')) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean contains(Path file, String text) throws IOException {
    return Files.exists(file) && Files.readString(file).contains(text);
  }

  /** What this Nix evaluated for its user before; empty if there is no Nix. */
  Optional<EvaluationCache> evaluationCache() {
    List<Path> programs =
        Stream.of("nix-instantiate", "nix-eval-jobs")
            .flatMap(program -> find(program).stream())
            .toList();
    return programs.isEmpty()
        ? Optional.empty()
        : Optional.of(EvaluationCache.of(environment, store(), programs));
  }

  private String require(String program) {
    return find(program)
        .orElseThrow(
            () ->
                new InputException(
                    program + " is not installed",
                    "Maybe install nix (Debian: apt-get install nix-bin) or name an evaluated"
                        + " graph: derivations = \"…\"."))
        .toString();
  }
}
