package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.fixtures.CountedProgram;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often Nix evaluates a small package set whose files change. */
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
  void writePackageSet() throws IOException {
    instantiate = CountedProgram.of(folder.resolve("programs"), "nix-instantiate");
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
            (march, system) -> march.orElse(""),
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

  @Test
  void whatIsFetchedFromARepositoryIsEvaluatedEachTime() throws Exception {
    write(
        "overlays/hello.nix",
        "final: prev: { hello = derivation (prev.hello.drvAttrs // { src = if false then"
            + " builtins.fetchGit /nowhere else null; }); }");
    hello();
    int runs = runs();
    hello();
    assertEquals(2 * runs, runs());
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
            + " // { other = builtins.fetchGit /a; }");
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
  void whoeverReadsFilesFromElsewhereCanHaveItEvaluatedEachTime() throws Exception {
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
    for (List<String> git :
        List.of(
            List.of("init", "--quiet"),
            List.of("add", "."),
            List.of("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "a"))) {
      List<String> command = new ArrayList<>(List.of("git", "-C"));
      command.add(folder.resolve("set").toString());
      command.addAll(git);
      nix.run(command.toArray(String[]::new));
    }
    String commit = nix.run("git", "-C", folder.resolve("set").toString(), "rev-parse", "HEAD");
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
    String first = hello();
    int runs = runs();
    assertEquals(first, hello());
    assertEquals(runs, runs(), "it was evaluated again");
    change.make();
    assertNotEquals(first, hello());
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
    for (String fetch :
        List.of(
            "builtins.fetchurl \"file:///nowhere\"",
            "builtins.fetchTarball { url = \"file:///no${\"where\"}\"; }",
            "builtins.currentTime")) {
      overlay("if false then " + fetch + " else null");
      hello();
      int runs = runs();
      hello();
      assertTrue(runs() > runs, fetch);
    }
    overlay(
        "if false then builtins.fetchTarball { url = \"file:///no${\"where\"}\"; sha256 = \"\"; } else"
            + " null");
    hello();
    int runs = runs();
    hello();
    assertEquals(runs, runs());
  }

  /** By a text that is added to a path, so no file names it. */
  @Test
  void whatIsReadBesideAPathThatIsNamedIsSeen() throws Exception {
    write("elsewhere/word", "one");
    write("elsewhere/named/file", "");
    overlay("builtins.readFile (../elsewhere/named + \"/../word\")");
    String first = hello();
    write("elsewhere/word", "two");
    assertNotEquals(first, hello());
  }

  /** One file reads what it is given, and names folders that it does not read. */
  @Test
  void largeFoldersAreNotReadAndTheRootDoesNotCount() throws Exception {
    String reader =
        "let read = folder: builtins.attrNames (builtins.readDir folder); in"
            + " [ (read ./.) \"/\" \"/dev/null\" %s ]";
    Path small = Files.createDirectories(folder.resolve("small"));
    overlay(reader.formatted("(read \"" + small + "\")"));
    assertSeen(() -> write("small/file", "one"));
    Path large = Files.createDirectories(folder.resolve("large"));
    for (int i = 0; i < 1001; i++) {
      Files.createFile(large.resolve("file" + i));
    }
    for (String refused : List.of(large.toString(), "/proc", "/sys/kernel")) {
      overlay(reader.formatted("\"" + refused + "\""));
      hello();
      int runs = runs();
      hello();
      assertTrue(runs() > runs, refused);
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

  /** No file names what is read. */
  @Test
  void whatNobodyCanTellIsEvaluatedEachTime() throws Exception {
    write("elsewhere/word", "one");
    overlay("let up = dirOf ./.; in builtins.readFile (up + \"/elsewhere/word\")");
    String first = hello();
    int runs = runs();
    assertEquals(first, hello());
    assertEquals(2 * runs, runs());
    write("elsewhere/word", "two");
    assertNotEquals(first, hello());
  }
}
