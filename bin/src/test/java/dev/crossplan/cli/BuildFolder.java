package dev.crossplan.cli;

import dev.crossplan.fixtures.PrivateNix;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder in which {@code crossplan build} runs as a program, with a Nix and a state of its own,
 * and the package set that is in {@code build/default.nix}.
 */
final class BuildFolder {
  private static final Pattern BUILD =
      Pattern.compile(
          "\"action\":\"start\".*\"fields\":\\[\"([^\"]*)\",\"([^\"]*)\".*\"type\":105");

  private final Path folder;
  private final PrivateNix nix;
  private final Map<String, String> variables = new TreeMap<>();
  private String builders =
      """
      [[builder]]
      name = "desk"
      systems = ["x86_64-linux"]
      emulates = ["riscv64-linux"]
      slots = 2
      """;
  private String more = "";
  private Path place = Path.of("").toAbsolutePath();
  private int runs;

  BuildFolder(Path folder) throws IOException {
    this(folder, PrivateNix.elsewhere(folder.resolve("nix")));
    Files.createDirectories(folder.resolve("nix"));
  }

  /** For another package set than that in {@code build/default.nix}. */
  BuildFolder(Path folder, PrivateNix nix) {
    this.folder = folder;
    this.nix = nix;
  }

  /** Writes an overlay of both instances: {@code final: prev: { … }}. */
  BuildFolder overlay(String attributes) throws IOException {
    Files.writeString(folder.resolve("overlay.nix"), "final: prev: {" + attributes + "}\n");
    return this;
  }

  /** Has other builders in manifests that are written from now on: their tables. */
  BuildFolder withBuilders(String tables) {
    builders = tables;
    return this;
  }

  /** Adds tables to manifests that are written from now on. */
  BuildFolder with(String tables) {
    more = tables;
    return this;
  }

  /** Writes a manifest of an image of these attributes. */
  Path manifest(String name, String... image) throws IOException {
    String overlays =
        Files.exists(folder.resolve("overlay.nix")) ? "\noverlays = [\"../overlay.nix\"]" : "";
    String evaluated = "nixpkgs = \"" + packageSet() + "\"" + overlays;
    return write(name, evaluated, evaluated, image);
  }

  /**
   * Writes a manifest of instances that were exported: their .drv files are in no store.
   *
   * @param attribute that is the image
   */
  Path exported(String name, String attribute) throws IOException, InterruptedException {
    Path place = Files.createDirectories(folder.resolve(name));
    List<String> derivations = new ArrayList<>();
    for (boolean cross : new boolean[] {false, true}) {
      String world = cross ? "cross" : "emulated";
      List<String> instantiate =
          new ArrayList<>(List.of("nix-instantiate", packageSet().toString(), "-A", attribute));
      instantiate.addAll(
          List.of("--argstr", "localSystem", cross ? "x86_64-linux" : "riscv64-linux"));
      if (cross) {
        instantiate.addAll(List.of("--arg", "crossSystem", "{ }"));
      }
      String derivation = nix.run(instantiate.toArray(String[]::new));
      Files.writeString(
          place.resolve(world + ".json"),
          nix.run(
              "nix",
              "--extra-experimental-features",
              "nix-command",
              "show-derivation",
              "-r",
              derivation));
      Files.writeString(
          place.resolve(world + ".jobs.jsonl"),
          "{\"attr\": \"%s\", \"drvPath\": \"%s\"}%n".formatted(attribute, derivation));
      derivations.addAll(
          nix.run("nix-store", "--query", "--requisites", derivation)
              .lines()
              .filter(path -> path.endsWith(".drv"))
              .toList());
    }
    derivations.addAll(0, List.of("nix-store", "--delete"));
    nix.run(derivations.toArray(String[]::new));
    return write(
        name,
        "derivations = \"emulated.json\"\njobs = \"emulated.jobs.jsonl\"",
        "derivations = \"cross.json\"\njobs = \"cross.jobs.jsonl\"",
        attribute);
  }

  private Path write(String name, String emulated, String cross, String... image)
      throws IOException {
    Path file = Files.createDirectories(folder.resolve(name)).resolve("crossplan.toml");
    return Files.writeString(
        file,
        """
        name = "%s"
        image = ["%s"]
        target = { system = "riscv64-linux" }
        [[instance]]
        name = "emulated"
        localSystem = "riscv64-linux"
        %s
        [[instance]]
        name = "cross"
        localSystem = "x86_64-linux"
        crossSystem = { config = "riscv64-unknown-linux-gnu" }
        %s
        [costs] # else what a test has built tells how long the rest takes
        default = 30
        %s%s
        """
            .formatted(name, String.join("\", \"", image), emulated, cross, builders, more));
  }

  /** The folder of {@code build/default.nix}. */
  static Path packageSet() {
    try {
      return Path.of(
              Objects.requireNonNull(BuildFolder.class.getResource("/build/default.nix")).toURI())
          .resolveSibling(".")
          .normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts {@code crossplan build}. What it says goes to a file. */
  Run start(Path manifest, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("build", manifest.toString()));
    arguments.addAll(List.of("--out-link", folder.resolve("result").toString()));
    arguments.addAll(List.of(options));
    return crossplan(arguments);
  }

  /** {@code crossplan explain --with-history}, to its end. */
  Run explain(Path manifest, String packageName) throws IOException, InterruptedException {
    Run run = crossplan(List.of("explain", manifest.toString(), packageName, "--with-history"));
    run.await();
    return run;
  }

  /** Any command, to its end. */
  Run command(String... arguments) throws IOException, InterruptedException {
    Run run = crossplan(List.of(arguments));
    run.await();
    return run;
  }

  private Run crossplan(List<String> arguments) throws IOException {
    List<String> command = CommandLineRun.program();
    command.addAll(arguments);
    Path said = folder.resolve("said-" + ++runs);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().putAll(environment());
    builder.directory(place.toFile());
    return new Run(builder.start(), said);
  }

  /** Runs commands in another folder from now on. */
  void startIn(Path other) {
    place = other;
  }

  /** Sets a variable of the environment from now on. */
  void set(String variable, String value) {
    variables.put(variable, value);
  }

  /** Of crossplan and Nix. */
  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>(nix.environment());
    environment.putAll(variables);
    environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
    environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    return environment;
  }

  /** A run to its end. */
  Run run(Path manifest, String... options) throws IOException, InterruptedException {
    Run run = start(manifest, options);
    run.await();
    return run;
  }

  /** A started crossplan. */
  record Run(Process process, Path file) {
    int await() throws InterruptedException, IOException {
      return await(300);
    }

    int await(int mostSeconds) throws InterruptedException, IOException {
      if (!process.waitFor(mostSeconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("crossplan does not end: " + said());
      }
      return process.exitValue();
    }

    String said() throws IOException {
      return Files.readString(file);
    }

    /** Waits until it has said something. */
    void awaitSaid(String text) throws IOException, InterruptedException {
      awaitSaid(text, 60);
    }

    void awaitSaid(String text, int mostSeconds) throws IOException, InterruptedException {
      awaitSaid(Pattern.compile(Pattern.quote(text)), mostSeconds);
    }

    /** Waits until it has said something in one line. */
    void awaitSaid(Pattern pattern) throws IOException, InterruptedException {
      awaitSaid(pattern, 60);
    }

    private void awaitSaid(Pattern pattern, int mostSeconds)
        throws IOException, InterruptedException {
      for (int round = 0;
          round < mostSeconds * 50 && process.isAlive() && !pattern.matcher(said()).find();
          round++) {
        Thread.sleep(20);
      }
      if (!pattern.matcher(said()).find()) {
        throw new AssertionError("crossplan did not say " + pattern + ": " + said());
      }
    }
  }

  /** Names of the derivations that Nix began to build in any run, as its own logs have it. */
  List<String> built() throws IOException {
    return begun().stream()
        .map(derivation -> derivation.replaceFirst(".*/[a-z0-9]{32}-", ""))
        .toList();
  }

  /** Derivations that Nix began to build in any run, as often as it did. */
  List<String> begun() throws IOException {
    List<String> built = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Files.createDirectories(folder.resolve("state")))) {
      for (Path log : files.filter(file -> file.endsWith("nix.jsonl")).sorted().toList()) {
        Set<String> elsewhere = new HashSet<>();
        for (String line : Files.readAllLines(log)) {
          Matcher build = BUILD.matcher(line);
          // What another machine builds is told by its own Nix, too, which names no machine.
          boolean isTold = build.find();
          if (isTold && !(build.group(2).isEmpty() && elsewhere.contains(build.group(1)))) {
            built.add(build.group(1));
          }
          if (isTold && !build.group(2).isEmpty()) {
            elsewhere.add(build.group(1));
          }
        }
      }
    }
    return built;
  }

  Path result() {
    return folder.resolve("result");
  }

  Path state() {
    return folder.resolve("state");
  }

  PrivateNix nix() {
    return nix;
  }
}
