package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import dev.crossplan.fixtures.CountedProgram;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.fixtures.RealPackages;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often Nix evaluates a small package set whose files change. */
@Tag("nix")
class EvaluationCacheIT {
  /** Nix takes so much address space for its heap at the start, and uses little of it here. */
  private static final long RESERVED = 384 << 20;

  private final Path folder;
  private final PrivateNix nix;
  private final Map<String, String> environment = new TreeMap<>();
  private CountedProgram instantiate;
  private String packageSet = "./set";
  private String more = "";

  EvaluationCacheIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.nix = PrivateNix.elsewhere(folder.resolve("nix"));
    Files.createDirectories(folder.resolve("nix"));
  }

  @BeforeEach
  void writePackageSet() throws IOException, InterruptedException {
    instantiate = program();
    environment.putAll(nix.environment());
    environment.put("PATH", instantiate.path());
    write(
        "set/default.nix",
        """
        { localSystem, overlays, ... }:
        let
          package = name: derivation {
            inherit name;
            inherit (localSystem) system;
            builder = "/bin/sh";
            text = builtins.readFile ./text + builtins.getEnv "GREETING";
          };
          base = { hello = package "hello"; broken = throw "no such thing here"; };
        in
        builtins.foldl' (set: overlay: set // overlay set set) base overlays
        """);
    write("set/text", "one");
    write(
        "overlays/hello.nix",
        "final: prev: { hello = derivation (prev.hello.drvAttrs // { patch = builtins.readFile"
            + " ./patch; }); }");
    write("overlays/patch", "one");
  }

  /** The Nix that is under test. */
  CountedProgram program() throws IOException, InterruptedException {
    return CountedProgram.of(programs(), "nix-instantiate");
  }

  final Path programs() {
    return folder.resolve("programs");
  }

  @AfterEach
  void allowDeletion() throws IOException {
    nix.allowDeletion();
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Evaluates the instance; tells which derivation hello is. */
  private String hello() throws IOException, InterruptedException {
    Thread.sleep(50); // what was written this moment may be written again, unnoticed
    write(
        "crossplan.toml",
        """
        image = ["hello", "broken"]
        target = { system = "riscv64-linux" }
        [[instance]]
        name = "emulated"
        localSystem = "riscv64-linux"
        nixpkgs = "%s"
        overlays = ["overlays/hello.nix"]
        """
                .formatted(packageSet)
            + more);
    DerivationGraph graph =
        InstanceReader.read(
            ManifestReader.read(folder.resolve("crossplan.toml")),
            Progress.NONE,
            new NixProgram(ImmutableMap.copyOf(environment)));
    assertEquals("no such thing here", graph.failures(0).get("broken"));
    long peak = graph.evaluationCost(0).orElseThrow().peakBytes().getAsLong();
    assertTrue(peak > 1 << 20 && peak < RESERVED, peak + " bytes");
    return graph
        .path(Optional.ofNullable(graph.attributes(0).get("hello")).orElseThrow())
        .toString();
  }

  private int runs() throws IOException {
    return instantiate.runs().size();
  }

  @Test
  void whatIsAsItWasIsNotEvaluatedAgain() throws Exception {
    String first = hello();
    int runs = runs();
    assertEquals(first, hello());
    assertEquals(runs, runs());
  }

  /** Nix has written the name of the field by then. */
  @Test
  void whatFailsLateIsNotEvaluatedAgain() throws Exception {
    Path set = folder.resolve("set/default.nix");
    Files.writeString(
        set,
        Files.readString(set)
            .replace(
                "throw \"no such thing here\"",
                "{ type = \"derivation\"; drvPath = throw \"no such thing here\"; }"));
    String first = hello();
    int runs = runs();
    assertEquals(first, hello());
    assertEquals(runs, runs());
  }

  /** A file of the package set, one beside the overlay, the overlay, and a variable. */
  @Test
  void eachChangeIsSeenAndGoingBackCostsNothing() throws Exception {
    String first = hello();
    write("set/text", "two");
    String second = hello();
    assertNotEquals(first, second);
    write("overlays/patch", "two");
    String third = hello();
    assertNotEquals(second, third);
    environment.put("GREETING", "hi");
    String fourth = hello();
    assertNotEquals(third, fourth);
    int runs = runs();
    environment.remove("GREETING");
    assertEquals(third, hello());
    write("overlays/patch", "one");
    write("set/text", "one");
    assertEquals(first, hello());
    assertEquals(runs, runs());
  }

  /** As another terminal, login or look of the output sets them. */
  @Test
  void whatATerminalSetsIsNoOtherEvaluation() throws Exception {
    String first = hello();
    int runs = runs();
    for (String variable :
        List.of(
            "GNOME_TERMINAL_SCREEN",
            "VTE_VERSION",
            "WINDOWID",
            "TERM",
            "TERM_PROGRAM_VERSION",
            "COLORTERM",
            "NO_COLOR",
            "CLICOLOR",
            "SSH_CONNECTION",
            "XDG_SESSION_ID",
            "TMUX_PANE",
            "INVOCATION_ID",
            "CROSSPLAN_JAVA_OPTS")) {
      environment.put(variable, "1");
      assertEquals(first, hello());
      assertEquals(runs, runs(), variable);
    }
  }

  /** Next to the folder of the overlay, and of another one that a link leads to. */
  @Test
  void whatIsCopiedFromElsewhereIsSeen() throws Exception {
    write("src/main.c", "one");
    write("linked/p", "one");
    Files.createSymbolicLink(folder.resolve("overlays/link"), folder.resolve("linked"));
    write(
        "overlays/hello.nix",
        "final: prev: { hello = derivation (prev.hello.drvAttrs // { src = ../src; patch ="
            + " builtins.readFile ./link/p; }); }");
    String first = hello();
    int runs = runs();
    assertEquals(first, hello());
    assertEquals(runs, runs());
    write("src/main.c", "two");
    String second = hello();
    assertNotEquals(first, second);
    write("linked/p", "two");
    assertNotEquals(second, hello());
  }

  private String git(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git", "-C", folder.resolve(name).toString()));
    command.addAll(List.of(arguments));
    return nix.run(command.toArray(String[]::new));
  }

  /** Makes a folder a repository; gives its commit. */
  private String commit(String name) throws Exception {
    git(name, "init", "--quiet");
    git(name, "add", ".");
    git(name, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "a");
    return git(name, "rev-parse", "HEAD");
  }

  @Test
  void whatIsFetchedFromARepositoryIsEvaluatedEachTime() throws Exception {
    write("fetched/word", "one");
    String commit = commit("fetched");
    String url = "url = " + folder.resolve("fetched") + ";";
    overlay("builtins.readFile (builtins.fetchGit { " + url + " } + \"/word\")");
    assertEachTime();
    overlay(
        "builtins.readFile (builtins.fetchGit { %s rev = \"%s\"; } + \"/word\")"
            .formatted(url, commit));
    assertOnce();
  }

  private void assertEachTime() throws Exception {
    hello();
    int runs = runs();
    hello();
    assertTrue(runs() > runs, "it was not evaluated again");
  }

  private void assertOnce() throws Exception {
    String first = hello();
    int runs = runs();
    assertEquals(first, hello());
    assertEquals(runs, runs(), "it was evaluated again");
  }

  private void flake(String command) throws Exception {
    nix.run(
        "nix",
        "--extra-experimental-features",
        "nix-command flakes",
        "flake",
        command,
        folder.resolve("flake").toString());
  }

  /** All that it costs is that Nix finds it; what its lock has not got is another one each time. */
  @Test
  void aFlakeIsWhatItIsLockedTo() throws Exception {
    write(
        "flake/flake.nix",
        "{ inputs.set = { url = \"path:"
            + folder.resolve("set")
            + "\"; flake = false; }; outputs = { self, set }: { }; }");
    flake("lock");
    write(
        "sets/flake.nix",
        "arguments: import (builtins.getFlake \"path:"
            + folder.resolve("flake")
            + "\").inputs.set arguments");
    packageSet = "./sets/flake.nix";
    String first = hello();
    int runs = runs();
    assertEquals(first, hello());
    assertEquals(runs + 1, runs());
    write("set/text", "two");
    flake("update");
    String second = hello();
    assertNotEquals(first, second);
    runs = runs();
    assertEquals(second, hello());
    assertEquals(runs + 1, runs());
    write(
        "sets/flake.nix",
        Files.readString(folder.resolve("sets/flake.nix"))
            + " // builtins.seq builtins.currentTime { }");
    hello();
    runs = runs();
    hello();
    assertTrue(runs() > runs + 1, "what is fetched besides may be another one");
  }

  /** Nix warns that a group does not exist, which is no missing file. */
  @Test
  void aNixWithoutUsersThatBuildIsRemembered() throws Exception {
    environment.put("NIX_CONFIG", "build-users-group = nosuchgroup\nsubstitute = false\n");
    String first = hello();
    int runs = runs();
    assertEquals(first, hello());
    assertEquals(runs, runs());
  }

  @Test
  void aFlakeThatIsNotThereIsLookedForOnce() {
    packageSet = "path:" + folder.resolve("nowhere");
    assertThrows(InputException.class, this::hello);
    assertEquals(1, assertDoesNotThrow(this::runs));
  }

  @Test
  void whatIsLookedUpCostsNoRun() throws Exception {
    packageSet = "<nixpkgs>";
    environment.put("NIX_PATH", "none=/nowhere:nixpkgs=" + folder.resolve("set"));
    String first = hello();
    int runs = runs();
    assertEquals(first, hello());
    assertEquals(runs, runs());
    environment.put("NIX_PATH", folder.toString());
    packageSet = "<set>";
    assertEquals(first, hello());
  }

  /** Nix names what it evaluates and copies, not what it reads. */
  @Test
  void whatIsReadFromThereIsSeen() throws Exception {
    environment.put("NIX_PATH", "secrets=" + folder.resolve("secrets"));
    write("secrets/word", "one");
    write(
        "overlays/hello.nix",
        "final: prev: { hello = derivation (prev.hello.drvAttrs // { word = builtins.readFile"
            + " <secrets/word>; }); }");
    String first = hello();
    int runs = runs();
    assertEquals(first, hello());
    assertEquals(runs, runs());
    write("secrets/word", "two");
    assertNotEquals(first, hello());
  }

  @Test
  void whatAGarbageCollectorTookIsEvaluatedAgain() throws Exception {
    String first = hello();
    int runs = runs();
    nix.run("nix-store", "--gc");
    assertEquals(first, hello());
    assertTrue(runs() > runs);
  }

  @Test
  void aStoreWhoseFilesAreElsewhereIsAsked() throws Exception {
    PrivateNix rooted = PrivateNix.rootedIn(folder.resolve("rooted"));
    environment.remove("NIX_STORE_DIR");
    environment.remove("NIX_STATE_DIR");
    environment.remove("NIX_LOG_DIR");
    environment.put("NIX_REMOTE", rooted.environment().get("NIX_REMOTE"));
    try {
      String first = hello();
      int runs = runs();
      assertEquals(first, hello());
      assertEquals(runs, runs());
    } finally {
      rooted.allowDeletion();
    }
  }

  @Test
  void whoeverWantsItHasItEvaluatedEachTime() throws Exception {
    more = "[evaluation]\ncache = false\n";
    hello();
    int runs = runs();
    hello();
    assertEquals(2 * runs, runs());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20})
  void aDamagedEntryIsWrittenAnew(int length) throws Exception {
    String first = hello();
    Path entries = Path.of(environment.get("HOME"), ".cache", "crossplan", "evaluations");
    try (var files = Files.list(entries)) {
      for (Path entry : files.toList()) {
        Files.writeString(entry, Files.readString(entry).substring(0, length));
      }
    }
    assertEquals(first, hello());
    int runs = runs();
    assertEquals(first, hello());
    assertEquals(runs, runs());
  }

  /** What is fetched by a commit of a repository, wherever that is now. */
  @Test
  void aCommitIsWhatItIs() throws Exception {
    String commit = commit("set");
    more = "rev = \"" + commit + "\"\n";
    String first = hello();
    int runs = runs();
    write("set/text", "two");
    assertEquals(first, hello());
    assertEquals(runs, runs());
  }

  private void overlay(String attribute) throws IOException {
    write(
        "overlays/hello.nix",
        "final: prev: { hello = derivation (prev.hello.drvAttrs // { more = "
            + attribute
            + "; }); }");
  }

  /** The answer is kept, and another one after each change. */
  private void assertSeen(Change change) throws Exception {
    assertOnce();
    String first = hello();
    change.make();
    assertNotEquals(first, hello());
  }

  /** The answer is kept, also after a change. */
  private void assertOverlooked(Change change) throws Exception {
    assertOnce();
    int runs = runs();
    change.make();
    hello();
    assertEquals(runs, runs(), "it was evaluated again");
  }

  private interface Change {
    void make() throws Exception;
  }

  @Test
  void aFolderThatIsListedElsewhereIsSeen() throws Exception {
    write("listed/one", "1");
    overlay("builtins.attrNames (builtins.readDir ../listed)");
    assertSeen(() -> write("listed/two", "2"));
    assertSeen(() -> Files.move(folder.resolve("listed/two"), folder.resolve("listed/three")));
  }

  @Test
  void whatIsNotThereIsSeenToCome() throws Exception {
    Files.createDirectories(folder.resolve("switches"));
    overlay("if builtins.pathExists ../switches/on then 1 else 2");
    assertSeen(() -> write("switches/on", ""));
    assertSeen(() -> Files.delete(folder.resolve("switches/on")));
  }

  @Test
  void aFileThatIsReadElsewhereIsSeen() throws Exception {
    write("elsewhere/word", "one");
    overlay("builtins.readFile ../elsewhere/word");
    assertSeen(() -> write("elsewhere/word", "two"));
    overlay("builtins.readFile \"" + folder.resolve("elsewhere/word") + "\"");
    assertSeen(() -> write("elsewhere/word", "three"));
    environment.put("WORDS", folder.resolve("elsewhere").toString());
    overlay("builtins.readFile (/. + builtins.getEnv \"WORDS\" + \"/word\")");
    assertSeen(() -> write("elsewhere/word", "four"));
  }

  @Test
  void whatAFetchGaveMayBeAnotherTheNextTime() throws Exception {
    write("tar/top/word", "one");
    String file = folder.resolve("tar/top/word").toString();
    String archive = folder.resolve("tar/top.tar.gz").toString();
    nix.run("tar", "-C", folder.resolve("tar").toString(), "-czf", archive, "top");
    String hash = nix.run("nix-hash", "--type", "sha256", folder.resolve("tar/top").toString());
    String hashOfFile = nix.run("nix-hash", "--flat", "--type", "sha256", file);
    for (String fetch :
        List.of(
            "builtins.fetchurl \"file://" + file + '"',
            "builtins.fetchTarball { url = \"file://" + archive + "\"; }",
            "builtins.currentTime")) {
      overlay(fetch);
      assertEachTime();
    }
    overlay(
        "builtins.fetchurl { url = \"file://%s\"; sha256 = \"%s\"; }".formatted(file, hashOfFile));
    assertOnce();
    overlay(
        "import (builtins.toFile \"word.nix\" ''p: builtins.readFile (p + \"/word\")'')"
            + " (builtins.fetchTarball { url = \"file://%s\"; sha256 = \"%s\"; })"
                .formatted(archive, hash));
    assertOnce();
  }

  /** By a text that is added to a path, so no file names it. */
  @Test
  void whatIsReadBesideAPathThatIsNamedIsSeen() throws Exception {
    write("elsewhere/word", "one");
    write("elsewhere/named/file", "");
    overlay("builtins.readFile (../elsewhere/named + \"/../word\")");
    assertSeen(() -> write("elsewhere/word", "two"));
    overlay("let up = dirOf ./.; in builtins.readFile (up + \"/elsewhere/word\")");
    assertSeen(() -> write("elsewhere/word", "three"));
  }

  /** As fixtures/real and nixpkgs' impure.nix do. */
  @Test
  void whatAVariableLeadsToIsSeen() throws Exception {
    environment.put("CONFIG", folder.resolve("config").toString());
    overlay(
        "let folder = /. + builtins.getEnv \"CONFIG\"; in if builtins.pathExists (folder +"
            + " \"/overlay.nix\") then import (folder + \"/overlay.nix\") else null");
    assertSeen(() -> write("config/overlay.nix", "1"));
    assertSeen(() -> write("config/overlay.nix", "2"));
    assertOverlooked(() -> write("config/other.nix", "2"));
    assertSeen(() -> Files.delete(folder.resolve("config/overlay.nix")));
    environment.put("TMUX", "1");
    overlay("builtins.getEnv \"TMUX\"");
    assertSeen(() -> environment.put("TMUX", "2"));
    overlay("null");
    assertOverlooked(() -> environment.put("TMUX", "3"));
  }

  /** The paths are in no file in Nix. */
  @Test
  void whatDataLeadToIsSeen() throws Exception {
    write("elsewhere/word", "one");
    write("elsewhere/value.nix", "1");
    write("elsewhere/folder/file", "");
    write(
        "overlays/paths.json",
        "{ \"word\": \"%1$s/word\", \"value\": \"%1$s/value.nix\", \"folder\": \"%1$s/folder\" }"
            .formatted(folder.resolve("elsewhere")));
    String paths = "(builtins.fromJSON (builtins.readFile ./paths.json))";
    overlay("builtins.readFile " + paths + ".word");
    assertSeen(() -> write("elsewhere/word", "two"));
    overlay("builtins.hashFile \"md5\" " + paths + ".word");
    assertSeen(() -> write("elsewhere/word", "three"));
    overlay("import " + paths + ".value");
    assertSeen(() -> write("elsewhere/value.nix", "2"));
    overlay("with builtins; attrNames (__readDir " + paths + ".folder)");
    assertSeen(() -> write("elsewhere/folder/other", ""));
    overlay("builtins.path { name = \"a\"; path = " + paths + ".folder; }");
    assertSeen(() -> write("elsewhere/folder/other", "one"));
    overlay("(builtins.fromJSON (builtins.readFile ./paths.json)).word");
    assertSeen(() -> write("overlays/paths.json", "{ \"word\": \"other\" }"));
  }

  /** It is another thing each time. */
  @Test
  void whatTheKernelTellsIsEvaluatedEachTime() throws Exception {
    overlay("builtins.stringLength (builtins.readFile \"/proc/version\")");
    assertEachTime();
    overlay("builtins.toJSON (builtins.pathExists \"/dev/null\")");
    assertOnce();
  }

  /** A repository changes with each look at it; what it has not got in the way may be large. */
  @Test
  void whatIsNotCopiedDoesNotCount() throws Exception {
    write("src/main.c", "one");
    write("src/doc/manual", "one");
    commit("src");
    String filter = "path: type: baseNameOf path != \".git\" && baseNameOf path != \"doc\"";
    overlay("builtins.filterSource (" + filter + ") ../src");
    assertOverlooked(() -> write("src/doc/manual", "two"));
    assertOverlooked(() -> git("src", "add", "."));
    assertSeen(() -> write("src/main.c", "two"));
    assertSeen(() -> write("src/other.c", "two"));
    overlay("builtins.path { path = ../src; filter = " + filter + "; name = \"s\"; }");
    assertOverlooked(() -> write("src/doc/manual", "three"));
    assertSeen(() -> write("src/other.c", "three"));
    overlay("builtins.filterSource (path: type: type != \"directory\") ../src");
    assertOverlooked(() -> write("src/doc/manual", "four"));
    assertSeen(
        () -> {
          Files.delete(folder.resolve("src/doc/manual"));
          Files.delete(folder.resolve("src/doc"));
          write("src/doc", "five");
        });
    overlay("../src");
    assertSeen(() -> git("src", "add", "."));
  }

  /** A name means the first that is there. */
  @Test
  void whatComesBeforeInTheSearchPathIsSeen() throws Exception {
    write("second/word", "two");
    environment.put(
        "NIX_PATH", "words=" + folder.resolve("first") + ":words=" + folder.resolve("second"));
    overlay("builtins.readFile <words/word>");
    assertSeen(() -> write("first/word", "one"));
  }

  /** Functions that are other than those of Nix, but must not seem so. */
  @Test
  void whatIsTracedEvaluatesToTheSame() throws Exception {
    write(
        "elsewhere/value.nix", "{ inherit (builtins) readFile; n = number; up = toString ../.; }");
    Files.createSymbolicLink(
        folder.resolve("overlays/link.nix"), Path.of("../elsewhere/value.nix"));
    overlay(
        """
        builtins.toJSON [
          (builtins ? readFileType) (builtins ? noSuchThing) (builtins.isFunction import)
          (with { path = 1; getEnv = 2; readFile = 3; }; [ path getEnv readFile ])
          (with builtins; map pathExists [ ./. ./patch ./none ])
          (let value = scopedImport { number = 7; } ./link.nix; in [ value.n value.up (value.readFile ./patch) ])
          (builtins.readDir ./.)
          (import ./again.nix == import ./again.nix) (import ./folder)
          (builtins.tryEval (throw "a")).success
          (builtins.getEnv "HOME") (builtins.getEnv "NO_SUCH_VARIABLE")
          (builtins.builtins.readFile ./patch) (builtins.typeOf builtins.currentTime)
        ]
        """);
    write("overlays/again.nix", "{ a = (import ./again.nix).b; b = 1; }");
    write("overlays/folder/default.nix", "toString ../.");
    String traced = hello();
    more = "[evaluation]\ncache = false\n";
    assertEquals(hello(), traced);
  }

  /** What Nix makes of {@code main.nix}, which something loads as {@code import} does. */
  private NixProgram.Outcome load(String load) throws InterruptedException {
    return new NixProgram(ImmutableMap.copyOf(environment))
        .run(
            folder,
            "nix-instantiate",
            List.of(
                "--eval",
                "--strict",
                "--json",
                "--read-write-mode",
                "--expr",
                load + " " + folder.resolve("main.nix")));
  }

  private NixProgram.Outcome loadTraced() throws IOException, InterruptedException {
    write(
        "traced.nix",
        Resources.toString(
            Resources.getResource(Evaluator.class, "traced.nix"), StandardCharsets.UTF_8));
    return load("import " + folder.resolve("traced.nix") + " [ ]");
  }

  /** It gives the same if Nix is to tell at what it looks, and evaluates each file once. */
  private void assertTracedAsPlain(String expression) throws Exception {
    write("main.nix", expression);
    NixProgram.Outcome plain = load("import");
    assertTrue(plain.succeeded(), plain.said());
    NixProgram.Outcome traced = loadTraced();
    assertTrue(traced.succeeded(), traced.said());
    assertEquals(Files.readString(plain.written()), Files.readString(traced.written()));
    // By itself Nix 2.8 takes a file for another if the text of its path has more in it.
    assertEquals(List.copyOf(new TreeSet<>(notes(plain))), notes(traced));
  }

  private static List<String> notes(NixProgram.Outcome outcome) {
    return outcome.said().lines().filter(line -> line.startsWith("trace: ran ")).sorted().toList();
  }

  /** However it is named, and also if it is built first. */
  @Test
  void aFileOfTheStoreIsEvaluatedOnce() throws Exception {
    write("value.nix", "builtins.trace \"ran value\" 1");
    write(
        "lib/default.nix",
        "builtins.trace \"ran default\" (map import [ ./part.nix ./part.nix (toString ./part.nix)"
            + " <value> <value> ])");
    write("lib/part.nix", "builtins.trace \"ran part\" (import <value>)");
    environment.put("NIX_PATH", "value=" + folder.resolve("value.nix"));
    assertTracedAsPlain(
        """
        let
          copied = builtins.path { path = ./lib; name = "lib+1.0_a?b=c"; };
          named = builtins.unsafeDiscardStringContext copied;
          written = builtins.toFile "written.nix" "builtins.trace ''ran written'' 2";
          built = derivation {
            name = "built";
            system = builtins.currentSystem;
            builder = "/bin/sh";
            args = [ "-c" "echo 'builtins.trace \\"ran built\\" 3' > $out" ];
          };
        in
        map import [
          copied copied (/. + named) "${copied}/part.nix" (/. + named + "/part.nix")
          "${named}//../${baseNameOf named}/./part.nix"
          written written "${written}" built built "${built}"
        ]
        """);
  }

  /** Wherever they are used: in a file of somebody's, and in one of the store. */
  @Test
  void functionsThatTellTheirLooksSeemToBeThoseOfNix() throws Exception {
    write("seen/value.nix", "{ a = 1; }");
    write(
        "seen/default.nix",
        """
        let
          names = builtins.attrNames builtins;
          functions = builtins.filter (name: builtins.isFunction builtins.${name}) names;
        in
        [
          names (builtins.attrNames builtins.builtins)
          (map (name: builtins.unsafeGetAttrPos name builtins) names)
          (map (name: builtins.typeOf builtins.${name}) names)
          (map (name: builtins.functionArgs builtins.${name}) functions)
          (map builtins.functionArgs [ import scopedImport fetchGit fetchTarball __readFile ])
          (with { __import = 1; __fetchGit = 2; readFile = 3; }; [ __import __fetchGit readFile ])
          (builtins.unsafeGetAttrPos "a" (import ./value.nix))
          (builtins.builtins ? noSuchThing) (builtins ? import)
        ]
        """);
    assertTracedAsPlain(
        "map import [ ./seen (builtins.path { path = ./seen; name = \"seen\"; }) ]");
  }

  @Test
  void whatIsNoAbsolutePathIsNotImported() throws Exception {
    write("value.nix", "1");
    write("main.nix", "import \"" + folder.resolve("value.nix").toString().substring(1) + '"');
    for (NixProgram.Outcome outcome : List.of(load("import"), loadTraced())) {
      assertTrue(outcome.said().contains("an absolute path"), outcome.said());
    }
  }

  private void restrict(String setting) {
    environment.put("NIX_CONFIG", nix.environment().get("NIX_CONFIG") + setting + " = true\n");
  }

  /** Nix may read what NIX_PATH names, which no file of crossplan is. */
  @ParameterizedTest
  @ValueSource(strings = {"./set", "<set>"})
  void whereNixMayReadLittleItEvaluatesThat(String named) throws Exception {
    packageSet = named;
    environment.put(
        "NIX_PATH", "set=" + folder.resolve("set") + ":overlay=" + folder.resolve("overlays"));
    String free = hello();
    restrict("restrict-eval");
    assertEachTime();
    assertEquals(free, hello());
  }

  @Test
  void whatNixMayNotReadIsToldWithTheRemedies() throws Exception {
    restrict("restrict-eval");
    InputException refused = assertThrows(InputException.class, this::hello);
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("/set' is forbidden in restricted mode"), message);
    String remedy = refused.remedy().orElseThrow();
    assertTrue(remedy.contains("NIX_PATH=more=" + folder.resolve("set") + ":$NIX_PATH"), remedy);
    assertTrue(remedy.contains("NIX_CONFIG='restrict-eval = false'"), remedy);
    environment.put("NIX_PATH", "more=" + folder.resolve("set"));
    message = String.valueOf(assertThrows(InputException.class, this::hello).getMessage());
    assertTrue(message.contains("/overlays/hello.nix' is forbidden"), message);
    restrict("pure-eval");
    refused = assertThrows(InputException.class, this::hello);
    message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("/set' is forbidden in pure eval"), message);
    assertTrue(refused.remedy().orElseThrow().contains("'pure-eval = false'"), message);
  }

  /** Their compilers are where a variable says. */
  @Test
  void realPackagesAreNotEvaluatedAgain() throws Exception {
    assumeTrue(RealPackages.arePrepared(), RealPackages.MISSING);
    Path prepared = Files.createDirectories(folder.resolve("real"));
    PrivateNix real = RealPackages.nixIn(prepared);
    try {
      Map<String, String> variables = new TreeMap<>(real.environment());
      variables.put("PATH", instantiate.path());
      Set<Integer> runs = new LinkedHashSet<>();
      for (int i = 0; i < 2; i++) {
        DerivationGraph graph =
            InstanceReader.read(
                ManifestReader.read(RealPackages.manifest("small.toml")),
                Progress.NONE,
                new NixProgram(ImmutableMap.copyOf(variables)));
        assertTrue(graph.size() > 50, graph.size() + " derivations");
        runs.add(runs());
      }
      assertEquals(1, runs.size(), "after each plan: " + runs);
    } finally {
      real.allowDeletion();
    }
  }

  /** The root has no name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "toString /.",
        "\"/.\"",
        "builtins.replaceStrings [ \"/\" ] [ \"-\" ] \"a/b\"",
        "builtins.toJSON (builtins.pathExists /.)",
        "builtins.toJSON (builtins.pathExists \"/\")",
        "builtins.toJSON (builtins.readDir /. != { })"
      })
  void whoeverNamesTheRootIsEvaluatedAsAnybodyElse(String attribute) throws Exception {
    overlay(attribute);
    assertEquals(hello(), hello());
  }

  /** A file in the root of nixpkgs, and one in a folder that somebody added to it. */
  @Test
  void whatLeadsOutOfNixpkgsIsSeen() throws Exception {
    write("elsewhere/word", "one");
    write("set/pkgs/top-level/impure.nix", "");
    write("set/own/word.nix", "builtins.readFile \"" + folder.resolve("elsewhere/other") + "\"");
    write("elsewhere/other", "one");
    Path set = folder.resolve("set/default.nix");
    Files.writeString(
        set,
        Files.readString(set)
            .replace(
                "builtins.readFile ./text",
                "builtins.readFile ../elsewhere/word + import ./own/word.nix"));
    assertSeen(() -> write("elsewhere/word", "two"));
    assertSeen(() -> write("elsewhere/other", "two"));
  }

  /** Also where the package set does so, which is a folder. */
  @Test
  void whatThePackageSetReadsElsewhereIsSeen() throws Exception {
    write("elsewhere/word", "one");
    Path set = folder.resolve("set/default.nix");
    Files.writeString(set, Files.readString(set).replace("./text", "../elsewhere/word"));
    assertSeen(() -> write("elsewhere/word", "two"));
  }

  @Test
  void aLinkThatLeadsElsewhereIsSeen() throws Exception {
    for (String version : List.of("v1", "v2")) {
      write(version + "/word.nix", "import ./own.nix");
      write(version + "/own.nix", "\"" + version + "\"");
    }
    Path link = folder.resolve("current");
    Files.createSymbolicLink(link, Path.of("v1"));
    overlay("import ../current/word.nix");
    assertSeen(
        () -> {
          Files.delete(link);
          Files.createSymbolicLink(link, Path.of("v2"));
        });
  }

  /** Of a link that is computed, wherever in the path it is. */
  @Test
  void whatALinkLeadsToIsSeen() throws Exception {
    for (String version : List.of("v1", "v2", "v3")) {
      write("versions/" + version + "/word", version);
    }
    Path link = folder.resolve("versions/current");
    environment.put("VERSIONS", folder.resolve("versions").toString());
    Change change =
        () -> {
          String next = Files.exists(link) ? "v2" : "v1";
          Files.deleteIfExists(link);
          Files.createSymbolicLink(link, Path.of(next));
        };
    overlay(
        "let file = builtins.getEnv \"VERSIONS\" + \"/current/word\"; in if builtins.pathExists file"
            + " then builtins.readFile file else null");
    assertSeen(change);
    assertSeen(change);
    overlay("builtins.toJSON (builtins.readDir (builtins.getEnv \"VERSIONS\" + \"/current/\"))");
    assertSeen(() -> write("versions/v2/other", ""));
  }

  @Test
  void anOverlayThatIsALinkIsSeen() throws Exception {
    for (String version : List.of("v1", "v2")) {
      overlay("\"" + version + "\"");
      Files.createDirectories(folder.resolve(version));
      Files.move(folder.resolve("overlays/hello.nix"), folder.resolve(version + "/hello.nix"));
    }
    Path link = folder.resolve("overlays/hello.nix");
    Files.createSymbolicLink(link, Path.of("../v1/hello.nix"));
    assertSeen(
        () -> {
          Files.delete(link);
          Files.createSymbolicLink(link, Path.of("../v2/hello.nix"));
        });
  }
}
