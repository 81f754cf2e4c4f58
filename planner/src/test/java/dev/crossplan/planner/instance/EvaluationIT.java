package dev.crossplan.planner.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.crossplan.fixtures.CountedProgram;
import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Evaluates the package set of the fixtures, and overlays on it, with the Nix that is installed.
 */
class EvaluationIT {
  private static final String NATIVE = "localSystem = \"x86_64-linux\"";
  private static final String CROSS =
      """
      localSystem = "x86_64-linux"
      crossSystem = { config = "riscv64-unknown-linux-gnu", gcc = { arch = "rv64gc" } }""";

  private static Path shared;
  private static PrivateNix nix;

  private final Path folder;

  EvaluationIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  static void makeStore() throws IOException {
    shared = Files.createTempDirectory("evaluation");
    nix = PrivateNix.rootedIn(shared);
  }

  @AfterAll
  static void deleteStore() throws IOException {
    nix.allowDeletion();
    MoreFiles.deleteRecursively(shared, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  // The same as committed

  /** The committed graphs were made by nixpkgs/export, which is no part of crossplan. */
  @ParameterizedTest
  @CsvSource({"native,218,4", "emulated,218,0", "cross,220,30"})
  void whatTheBoardEvaluatesToIsWhatIsCommitted(String name, int jobs, int failing)
      throws IOException {
    Manifest board = ManifestReader.read(Fixtures.image("board").resolve("crossplan.toml"));
    Instance exported =
        board.instances().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow();
    DerivationGraph committed = InstanceReader.read(only(board, exported), Progress.NONE);
    Instance toEvaluate =
        new Instance(
            name,
            exported.local(),
            exported.cross(),
            new Instance.Nixpkgs(
                Fixtures.nixpkgs().toString(),
                Optional.empty(),
                ImmutableList.of(),
                attributes(committed)));

    DerivationGraph evaluated = evaluate(only(board, toEvaluate));

    assertEquals(jobs, attributes(evaluated).size());
    assertEquals(failing, evaluated.failures(0).size());
    assertEquals(committed.size(), evaluated.size());
    for (int derivation = 0; derivation < committed.size(); derivation++) {
      assertEquals(committed.path(derivation), evaluated.path(derivation));
    }
    assertEquals(committed.attributes(0), evaluated.attributes(0));
    assertEquals(reasons(committed), reasons(evaluated));
  }

  private static ImmutableList<String> attributes(DerivationGraph graph) {
    TreeSet<String> attributes = new TreeSet<>(graph.attributes(0).keySet());
    attributes.addAll(graph.failures(0).keySet());
    return ImmutableList.copyOf(attributes);
  }

  /** Without the place, which export does not write down. */
  private static Map<String, String> reasons(DerivationGraph graph) {
    Map<String, String> reasons = new TreeMap<>();
    graph
        .failures(0)
        .forEach(
            (attribute, said) ->
                reasons.put(
                    attribute,
                    NixMessage.shorten(said).replaceFirst(" \\(/\\S+:\\d+:\\d+\\)$", "")));
    return reasons;
  }

  private static Manifest only(Manifest manifest, Instance instance) {
    return manifest.with(ImmutableList.of(instance), ImmutableList.of());
  }

  // What fails

  @Test
  void whatNothingCanCatchIsAbsentAloneAndNamed() throws IOException {
    overlay(
        "bad.nix",
        """
        final: prev: {
          wrongType = 1 + "a";
          noAttribute = prev.zlib.nothing.of.that;
          endless = final.endless;
          aborted = builtins.abort "not today";
          thrown = throw "only on Sundays";
          asserted = assert 1 == 2; prev.zlib;
          text = "zlib";
        }
        """);
    DerivationGraph graph =
        evaluate(
            NATIVE,
            """
            overlays = ["bad.nix"]
            attrs = ["zlib", "wrongType", "bzip2", "noAttribute", "endless", "aborted", "thrown",
                     "asserted", "text", "nowhere", "zlib.nowhere", "xz", "a..b"]""");
    assertEquals(List.of("bzip2", "xz", "zlib"), List.copyOf(graph.attributes(0).keySet()));
    Map<String, String> failures = graph.failures(0);
    Map<String, String> expected =
        Map.of(
            "wrongType", "cannot add a string to an integer (" + overlay("bad.nix") + ":2:",
            "noAttribute", "attribute 'nothing' missing (" + overlay("bad.nix") + ":3:",
            "endless", "infinite recursion encountered",
            "aborted", "evaluation aborted with the following error message: 'not today'",
            "thrown", "only on Sundays",
            "asserted", "assertion '(1 == 2)' failed (" + overlay("bad.nix") + ":7:",
            "text", "it is no derivation but of type string",
            "nowhere", "there is no such attribute",
            "zlib.nowhere", "there is no such attribute",
            "a..b", "this is no attribute");
    assertEquals(expected.keySet(), failures.keySet());
    // Other versions of Nix word these differently; that a reason is given is what counts.
    failures.forEach((attribute, reason) -> assertFalse(reason.isBlank(), attribute));
    if (nixVersion().equals("nix (Nix) 2.8.0")) {
      expected.forEach(
          (attribute, reason) ->
              assertTrue(
                  String.valueOf(failures.get(attribute)).startsWith(reason),
                  attribute + ": " + failures.get(attribute)));
    }
  }

  private static String nixVersion() {
    try {
      return nix.run("nix", "--version");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anOverlayThatIsNoNixIsToldWithInstanceAndPlace() throws IOException {
    Path overlay = overlay("bad.nix", "final: prev: {\n  zlib = ;\n}\n");
    InputException e =
        assertThrows(
            InputException.class,
            () -> evaluate(NATIVE, "overlays = [\"bad.nix\"]\nattrs = [\"zlib\"]"));
    assertTrue(
        String.valueOf(e.getMessage())
            .startsWith(folder.resolve("crossplan.toml") + ": instance one: syntax error"),
        String.valueOf(e.getMessage()));
    assertTrue(
        String.valueOf(e.getMessage()).endsWith("(" + overlay + ":2:10)"),
        String.valueOf(e.getMessage()));
  }

  @ParameterizedTest
  @CsvSource({
    "./nowhere,,no such file or folder",
    "<nowhere>,,file 'nowhere' was not found in the Nix search path",
    "github:a/b?rev=0,1,names a commit",
    "<nixpkgs>,1,cannot be pinned",
  })
  void whereThereIsNoNixpkgsThatIsSaid(String nixpkgs, String revision, String expected)
      throws IOException {
    String lines = revision == null ? "" : "rev = \"" + revision + "\"\n";
    InputException e =
        assertThrows(
            InputException.class,
            () -> evaluate(manifest(nixpkgs, "name = \"one\"\n" + NATIVE + "\n" + lines)));
    assertTrue(
        String.valueOf(e.getMessage()).contains("instance one: "), String.valueOf(e.getMessage()));
    assertTrue(String.valueOf(e.getMessage()).contains(expected), String.valueOf(e.getMessage()));
  }

  @Test
  void withoutNixTheRemedyIsToInstallIt() throws IOException {
    Manifest manifest = manifest("name = \"one\"\n" + NATIVE);
    InputException e =
        assertThrows(
            InputException.class,
            () ->
                InstanceReader.read(
                    manifest,
                    Progress.NONE,
                    new NixProgram(ImmutableMap.of("PATH", folder.toString()))));
    assertEquals("nix-instantiate is not installed", String.valueOf(e.getMessage()));
    assertTrue(e.remedy().orElse("").contains("apt-get install nix-bin"));
  }

  // What the manifest says stays text

  @Test
  void nothingThatAManifestSaysIsReadAsNix() throws IOException {
    Path witness = folder.resolve("witness");
    Files.writeString(witness, "seen");
    String trap =
        "\\\"; builtins.abort (builtins.readFile " + witness + ") \\\"${builtins.abort \\\"x\\\"}";
    DerivationGraph graph =
        evaluate(
            "localSystem = { system = \"x86_64-linux\", gcc = { arch = \"" + trap + "\" } }",
            "attrs = [\"zlib\", \""
                + trap.replace("\\\"", "")
                + "\", \"'; touch "
                + folder.resolve("made")
                + "; '\"]");
    assertEquals(List.of("zlib"), List.copyOf(graph.attributes(0).keySet()));
    graph
        .failures(0)
        .values()
        .forEach(reason -> assertEquals("there is no such attribute", reason));
    assertFalse(Files.exists(folder.resolve("made")));
    InputException e =
        assertThrows(
            InputException.class,
            () -> evaluate(manifest("--option", "name = \"one\"\n" + NATIVE)));
    assertTrue(
        String.valueOf(e.getMessage()).contains("instance one"), String.valueOf(e.getMessage()));
  }

  // Which nixpkgs

  @Test
  void aCommitPinsARepositoryHoweverItIsNamed() throws Exception {
    Path repository = folder.resolve("repository");
    nix.run("cp", "-r", Fixtures.nixpkgs().toString(), repository.toString());
    Files.writeString(repository.resolve("flake.nix"), "{ outputs = inputs: { }; }");
    git(repository, "init", "-q");
    git(repository, "add", "-A");
    git(repository, "commit", "-q", "-m", "one");
    String first = git(repository, "rev-parse", "HEAD");
    Path packages = repository.resolve("all-packages.nix");
    String before = Files.readString(packages, UTF_8);
    assertTrue(before.contains("bzip2 = "), "the package set has changed: choose another package");
    Files.writeString(
        packages, before.replaceFirst("bzip2 = ", "bzip2 = throw \"gone\"; bzip3 = "));
    git(repository, "commit", "-q", "-a", "-m", "two");
    String second = git(repository, "rev-parse", "HEAD");

    String lines = "attrs = [\"bzip2\"]\n" + NATIVE + "\n";
    String pinned = "rev = \"" + first + "\"\n";
    for (String nixpkgs : List.of(repository.toString(), "git+file://" + repository)) {
      String name = "name = \"one\"\n";
      assertEquals(
          1, evaluate(manifest(nixpkgs, name + lines + pinned)).attributes(0).size(), nixpkgs);
      assertEquals(0, evaluate(manifest(nixpkgs, name + lines)).attributes(0).size(), nixpkgs);
      assertEquals(
          0,
          evaluate(manifest(nixpkgs, name + lines + "rev = \"" + second + "\""))
              .attributes(0)
              .size(),
          nixpkgs);
    }
    assertEquals(
        0,
        evaluate(manifest("path:" + repository, "name = \"one\"\n" + lines)).attributes(0).size());
    InputException e =
        assertThrows(
            InputException.class,
            () ->
                evaluate(
                    manifest(
                        repository.toString(),
                        "name = \"one\"\n" + lines + "rev = \"" + "0".repeat(40) + "\"")));
    assertTrue(
        String.valueOf(e.getMessage()).contains("0".repeat(40)), String.valueOf(e.getMessage()));
    assertTrue(e.remedy().orElse("").startsWith("Maybe rev is of another repository"), "rev");
  }

  @Test
  void whereNixpkgsIsNoFlakeThereIsARemedy() throws Exception {
    Path repository = Files.createDirectory(folder.resolve("repository"));
    Files.writeString(repository.resolve("default.nix"), "{ }");
    git(repository, "init", "-q");
    git(repository, "add", "-A");
    git(repository, "commit", "-q", "-m", "one");
    assertEquals(
        Optional.of("Maybe it is no flake: then name its folder by a path, ./… or /…."),
        remedy("git+file://" + repository));
    assertEquals(
        Optional.of(
            "Maybe ./repository/../repository is meant: a path starts with ./, ../ or /, else it is"
                + " a flake."),
        remedy("repository/../repository"));
  }

  /** Nix would look for it on the network. */
  @ParameterizedTest
  @ValueSource(strings = {"", "rev = \"0123456789012345678901234567890123456789\"\n"})
  void aNameThatNoFlakeHasIsRefusedAtOnce(String revision) throws Exception {
    CountedProgram calls = CountedProgram.of(folder.resolve("bin"), "nix-instantiate");
    Map<String, String> environment = new TreeMap<>(nix.environment());
    environment.put("PATH", calls.path());
    environment.put("NIX_PATH", "set=" + Fixtures.nixpkgs());
    Files.createDirectories(folder.resolve("np/sub"));
    for (Map.Entry<String, String> each :
        Map.of(
                "np", "Maybe ./np is meant: a path",
                "np/sub", "Maybe ./np/sub is meant: a path",
                "pk", "Maybe name a folder (./…, /…), one of NIX_PATH",
                "set", "Maybe <set> is meant: NIX_PATH has it.",
                "--option", "Maybe name a folder")
            .entrySet()) {
      Manifest manifest = manifest(each.getKey(), "name = \"one\"\n" + NATIVE + "\n" + revision);
      InputException e =
          assertThrows(
              InputException.class,
              () ->
                  InstanceReader.read(
                      manifest, Progress.NONE, new NixProgram(ImmutableMap.copyOf(environment))));
      assertTrue(
          String.valueOf(e.getMessage())
              .endsWith(
                  "instance one: nixpkgs = \""
                      + each.getKey()
                      + "\" is no path, and no flake is known by that name"),
          String.valueOf(e.getMessage()));
      assertTrue(e.remedy().orElse("").startsWith(each.getValue()), e.remedy().orElse(""));
    }
    assertEquals(List.of(), calls.runs());
  }

  /** Nix is asked, as the settings name another registry than the usual. */
  @Test
  void aNameInARegistryIsNotRefused() throws Exception {
    Path flake = Files.createDirectory(folder.resolve("flake"));
    Files.writeString(flake.resolve("flake.nix"), "{ outputs = inputs: { }; }");
    Files.writeString(
        flake.resolve("default.nix"), "arguments: import " + Fixtures.nixpkgs() + " arguments");
    Path registry = folder.resolve("registry.json");
    Files.writeString(
        registry,
        "{ \"version\": 2, \"flakes\": [ { \"from\": { \"type\": \"indirect\", \"id\": \"mine\" },"
            + " \"to\": { \"type\": \"path\", \"path\": \""
            + flake
            + "\" } } ] }");
    Map<String, String> environment = new TreeMap<>(nix.environment());
    environment.merge(
        "NIX_CONFIG", "flake-registry = " + registry + "\n", (one, more) -> one + "\n" + more);
    DerivationGraph graph =
        InstanceReader.read(
            manifest("mine", "name = \"one\"\n" + NATIVE + "\nattrs = [\"zlib\"]"),
            Progress.NONE,
            new NixProgram(ImmutableMap.copyOf(environment)));
    assertEquals(Set.of("zlib"), graph.attributes(0).keySet());
  }

  private Optional<String> remedy(String nixpkgs) {
    return assertThrows(
            InputException.class,
            () -> evaluate(manifest(nixpkgs, "name = \"one\"\n" + NATIVE + "\n")))
        .remedy();
  }

  private static String git(Path repository, String... arguments)
      throws IOException, InterruptedException {
    return nix.run(
        Stream.concat(
                Stream.of(
                    "git",
                    "-C",
                    repository.toString(),
                    "-c",
                    "user.name=a",
                    "-c",
                    "user.email=a@b"),
                Stream.of(arguments))
            .toArray(String[]::new));
  }

  @Test
  void overlaysApplyInTheirOrder() throws IOException {
    overlay("one.nix", "final: prev: { chosen = prev.zlib; }");
    overlay("two.nix", "final: prev: { chosen = prev.bzip2; earlier = prev.chosen; }");
    DerivationGraph graph =
        evaluate(
            NATIVE,
            """
            overlays = ["one.nix", "two.nix"]
            attrs = ["chosen", "earlier", "zlib", "bzip2"]""");
    Map<String, Integer> attributes = graph.attributes(0);
    assertEquals(attributes.get("bzip2"), attributes.get("chosen"));
    DerivationGraph turned =
        evaluate(NATIVE, "overlays = [\"two.nix\", \"one.nix\"]\nattrs = [\"chosen\", \"zlib\"]");
    assertEquals(turned.attributes(0).get("zlib"), turned.attributes(0).get("chosen"));
  }

  @Test
  void flagsOfTheCompilerReachTheDerivations() throws IOException {
    String riscv = "localSystem = { system = \"riscv64-linux\", gcc = { arch = \"rv64gc\" } }";
    DerivationGraph with = evaluate(riscv, "attrs = [\"zlib\"]");
    DerivationGraph without = evaluate("localSystem = \"riscv64-linux\"", "attrs = [\"zlib\"]");
    int zlib = Optional.ofNullable(with.attributes(0).get("zlib")).orElseThrow();
    assertTrue(with.facts(zlib).requiredFeatures().contains("gccarch-rv64gc"));
    assertNotEquals(with.path(zlib), without.path(without.attributes(0).values().asList().get(0)));
  }

  // Which attributes

  @Test
  void whereTheImageDoesNotEvaluateWhatItIsMadeOfDoes() throws IOException {
    Manifest manifest =
        manifest(
            Fixtures.nixpkgs().toString(),
            "name = \"emulated\"\nlocalSystem = \"riscv64-linux\"\n",
            "name = \"cross\"\n" + CROSS + "\n");
    DerivationGraph graph = evaluate(manifest.withImage(ImmutableList.of("boardImage")));
    assertTrue(graph.attributes(0).containsKey("boardImage"));
    assertTrue(graph.failures(1).containsKey("boardImage"));
    assertTrue(
        graph
            .attributes(1)
            .keySet()
            .containsAll(
                List.of("openssl", "linuxHeaders", "python3Packages.pyyaml", "util-linuxMinimal")),
        graph.attributes(1).keySet().toString());
    assertTrue(graph.failures(1).containsKey("systemd"));
  }

  // The same

  @Test
  void whatMeansTheSameIsEvaluatedOnce() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Fixtures.nixpkgs());
    CountedProgram calls = CountedProgram.of(folder.resolve("bin"), "nix-instantiate");
    Manifest manifest =
        manifest(
            Fixtures.nixpkgs().toString(),
            "name = \"a\"\nlocalSystem = \"riscv64-linux\"\nattrs = [\"zlib\"]\n",
            "name = \"b\"\nlocalSystem = { config = \"riscv64-unknown-linux-gnu\" }\n"
                + "attrs = [\"bzip2\"]\n",
            "name = \"c\"\nlocalSystem = \"riscv64-linux\"\ncrossSystem = \"riscv64-linux\"\n"
                + "attrs = [\"zlib\"]\n");
    String text = Files.readString(manifest.file());
    int last = text.lastIndexOf(Fixtures.nixpkgs().toString());
    Files.writeString(
        manifest.file(),
        text.substring(0, last)
            + link
            + text.substring(last + Fixtures.nixpkgs().toString().length()));
    ImmutableMap<String, String> environment =
        ImmutableMap.<String, String>builder()
            .putAll(nix.environment())
            .put("PATH", calls.path())
            .buildKeepingLast();

    DerivationGraph graph =
        InstanceReader.read(
            ManifestReader.read(manifest.file()), Progress.NONE, new NixProgram(environment));

    assertEquals(1, calls.runs().size());
    for (int instance = 0; instance < 3; instance++) {
      // Each has the attributes that it names.
      assertEquals(
          List.of(instance == 1 ? "bzip2" : "zlib"),
          List.copyOf(graph.attributes(instance).keySet()));
      assertTrue(graph.areSame(0, instance));
    }
  }

  // Where the derivations lie

  @Test
  void aStoreWhoseFilesLieOpenIsReadLikeOneThatNixHasToBeAsked() throws IOException {
    PrivateNix open = PrivateNix.elsewhere(folder);
    Manifest manifest = manifest("name = \"one\"\n" + NATIVE + "\nattrs = [\"zlib\"]");
    DerivationGraph read =
        InstanceReader.read(
            manifest, Progress.NONE, new NixProgram(ImmutableMap.copyOf(open.environment())));
    DerivationGraph asked = evaluate(manifest);
    assertEquals(names(asked), names(read));
    assertEquals(open.store().toString(), read.path(0).directory());
  }

  private static List<String> names(DerivationGraph graph) {
    return Stream.iterate(0, i -> i < graph.size(), i -> i + 1)
        .map(derivation -> graph.facts(derivation).name())
        .sorted()
        .collect(Collectors.toList());
  }

  // Interruption

  @Test
  void whoInterruptsEndsNixToo() throws Exception {
    overlay(
        "slow.nix",
        """
        final: prev: {
          slow = let sum = n: builtins.foldl' (a: _: if n == 0 then a else sum (n - 1)) 0 (builtins.genList (x: x) 1000);
                 in builtins.seq (sum 10) prev.zlib;
        }
        """);
    Manifest manifest =
        manifest("name = \"one\"\n" + NATIVE + "\noverlays = [\"slow.nix\"]\nattrs = [\"slow\"]");
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread reading =
        new Thread(
            () -> {
              try {
                evaluate(manifest);
                ended.complete(new AssertionError("it came to an end"));
              } catch (RuntimeException e) {
                ended.complete(e);
              }
            });
    reading.start();
    ProcessHandle evaluating = awaitNix();
    reading.interrupt();
    assertTrue(ended.get(20, TimeUnit.SECONDS) instanceof InputException);
    evaluating.onExit().get(20, TimeUnit.SECONDS);
    assertFalse(evaluating.isAlive());
  }

  /** Any program of Nix that this process has started. */
  private static ProcessHandle awaitNix() throws InterruptedException {
    for (int round = 0; round < 600; round++) {
      Optional<ProcessHandle> found =
          ProcessHandle.current()
              .descendants()
              .filter(process -> process.info().command().orElse("").contains("nix"))
              .findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(50);
    }
    throw new AssertionError("Nix was not started");
  }

  // Manifests

  private static DerivationGraph evaluate(Manifest manifest) {
    return InstanceReader.read(
        manifest, Progress.NONE, new NixProgram(ImmutableMap.copyOf(nix.environment())));
  }

  private DerivationGraph evaluate(String platforms, String lines) throws IOException {
    return evaluate(manifest("name = \"one\"\n" + platforms + "\n" + lines));
  }

  private Manifest manifest(String instance) throws IOException {
    return manifest(Fixtures.nixpkgs().toString(), instance);
  }

  private Manifest manifest(String nixpkgs, String... instances) throws IOException {
    StringBuilder text = new StringBuilder("image = [\"zlib\"]\n");
    text.append("target = { system = \"riscv64-linux\" }\n");
    for (String instance : instances) {
      text.append("[[instance]]\nnixpkgs = \"").append(nixpkgs).append("\"\n").append(instance);
      text.append('\n');
    }
    return ManifestReader.read(Files.writeString(folder.resolve("crossplan.toml"), text));
  }

  private Path overlay(String name, String text) throws IOException {
    return Files.writeString(overlay(name), text);
  }

  private Path overlay(String name) {
    return folder.resolve(name);
  }
}
