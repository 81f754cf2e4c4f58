package dev.crossplan.cli;

import static dev.crossplan.cli.ExitStatus.BAD_INPUT;
import static dev.crossplan.cli.ExitStatus.DONE;
import static dev.crossplan.cli.ExitStatus.NOT_POSSIBLE;
import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.DESK;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.crossed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with the input is told in one clear message, and the exit status says so. */
class BadInputTest {
  private static final HandMade ZLIB = built("zlib", "1.3", BOARD);
  private static final HandMade HELLO = built("hello", "2.12", BOARD).linking(ZLIB);

  private static final String EDITED = "Maybe a file was edited; Nix makes no such derivations.";

  /** What is neither a manifest nor a problem of choice or schedule. */
  private static final ImmutableList<String> BROKEN =
      ImmutableList.of(
          "",
          "\u0000\u0001\u001f\u008b",
          "image = [",
          "{\"artifacts\": {}, \"roots\": 3}",
          "{\"tasks\": {\"a\": {\"duration\": 1, \"needs\": [\"b\"]}}, \"machines\": [{}]}",
          "image = [\"git\"]\ntarget = { system = \"riscv64-linux\" }\n");

  private final Path folder;

  BadInputTest(@TempDir Path folder) {
    this.folder = folder;
  }

  // Derivations

  /**
   *
   *
   * <pre>
   * hello ─ zlib ─ hello
   * </pre>
   */
  @Test
  void aCycle() throws IOException {
    Path manifest = emulatedHello();
    Path graph = folder.resolve("emulated.json");
    edit(graph, ZLIB.toJson(), ZLIB.toJson().replace("\"inputDrvs\":{}", needs(HELLO)));
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            graph + ": the derivations need one another in a cycle:",
            cycle(HELLO, ZLIB),
            "Maybe the file was edited; Nix makes no such derivations.");
  }

  @Test
  void aDerivationThatNeedsItselfInTheSecondInstance() throws IOException {
    HandMade cross = crossed("hello", "2.12");
    Path manifest =
        new ImageFolder(folder)
            .emulated(Map.of("hello", HELLO))
            .cross(Map.of("hello", cross))
            .manifest("hello");
    Path graph = folder.resolve("cross.json");
    edit(graph, "\"inputDrvs\":{}", needs(cross));
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            graph + ": the derivations need one another in a cycle:",
            "  " + cross.path() + " needs",
            "  " + cross.path(),
            "Maybe the file was edited; Nix makes no such derivations.");
  }

  private static String needs(HandMade input) {
    return "\"inputDrvs\":{\"" + input.path() + "\":[\"out\"]}";
  }

  /** From the one whose path is the least. */
  private static String cycle(HandMade one, HandMade other) {
    String[] paths = {one.path(), other.path()};
    Arrays.sort(paths);
    return "  " + paths[0] + " needs\n  " + paths[1] + " needs\n  " + paths[0];
  }

  @Test
  void anInputDerivationIsMissing() throws IOException {
    Path manifest = emulatedHello();
    Path graph = folder.resolve("emulated.json");
    Files.writeString(graph, "{\"" + HELLO.path() + "\":" + HELLO.toJson() + "}");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            graph + ": " + HELLO.path() + " needs " + ZLIB.path() + ", which is not there",
            "Maybe it was written without -r; crossplan needs all inputs.");
  }

  @Test
  void anAttributeIsOfAnotherEvaluation() throws IOException {
    Path manifest = emulatedHello();
    HandMade other = built("hello", "2.13", BOARD);
    edit(folder.resolve("emulated.jobs.jsonl"), HELLO.path(), other.path());
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            folder.resolve("emulated.json")
                + ": attribute hello is "
                + other.path()
                + ", which is not there",
            "Maybe derivations and jobs are of different evaluations.");
  }

  @Test
  void aTruncatedGzip() throws IOException {
    Path manifest = emulatedHello();
    Path zipped = zipped("emulated.json", Files.readAllBytes(folder.resolve("emulated.json")));
    byte[] whole = Files.readAllBytes(zipped);
    Files.write(zipped, Arrays.copyOf(whole, whole.length / 2));
    edit(manifest, "emulated.json\"", "emulated.json.gz\"");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            zipped + ": the gzip stream ends in the middle",
            "Maybe the file was not copied whole.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"dependencies\":{\"left-pad\":\"^1.3.0\"}}",
        "{\"version\":4,\"nodes\":{}}",
        "[{\"path\":\"/nix/store/x\"}]",
        "\"hello\"",
        "42",
        "null"
      })
  void jsonOfAnotherTool(String json) throws IOException {
    Path manifest = emulatedHello();
    Files.writeString(folder.resolve("emulated.json"), json);
    assertOneClearMessage(plan(manifest), folder.resolve("emulated.json") + ":");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "hello", "{\"a\":}", "\u0000"})
  void whatIsNoJson(String text) throws IOException {
    Path manifest = emulatedHello();
    Files.writeString(folder.resolve("emulated.json"), text);
    assertOneClearMessage(plan(manifest), folder.resolve("emulated.json").toString());
  }

  /** What would lead out of the store, or end a line, is no path of the store. */
  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "he\\nllo", "hel/lo", "hello world", "hellö"})
  void aStorePathThatIsNone(String name) throws IOException {
    Path manifest = emulatedHello();
    Path graph = folder.resolve("emulated.json");
    edit(graph, HELLO.path(), HELLO.path().replace("hello-2.12", name));
    CommandLineRun run = plan(manifest);
    assertOneClearMessage(run, graph + ":");
    assertTrue(run.err().contains("store path"), run.err());
  }

  /** A gigabyte, a megabyte on disk. */
  @Test
  void aStringOfAGigabyte() throws IOException {
    Path manifest = emulatedHello();
    Path zipped = folder.resolve("emulated.json.gz");
    byte[] million = new byte[1_000_000];
    Arrays.fill(million, (byte) 'a');
    try (OutputStream out =
        new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(zipped), 1 << 16))) {
      out.write(("{\"" + HELLO.path() + "\":{\"system\":\"").getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 1000; i++) {
        out.write(million);
      }
      out.write("\"}}".getBytes(StandardCharsets.UTF_8));
    }
    edit(manifest, "emulated.json\"", "emulated.json.gz\"");
    assertOneClearMessage(plan(manifest), zipped + ":");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void deepNesting(String open) throws IOException {
    Path manifest = emulatedHello();
    Path graph = folder.resolve("emulated.json");
    Files.writeString(graph, "{\"" + HELLO.path() + "\":{\"future\":" + open.repeat(1_000_000));
    assertOneClearMessage(plan(manifest), graph + ":");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\"", "[]", "{\"a\":[[[["})
  void structuredAttributesThatAreNone(String json) throws IOException {
    HandMade structured = ZLIB.withStructuredAttributes();
    Path manifest = new ImageFolder(folder).emulated(Map.of("zlib", structured)).manifest("zlib");
    Path graph = folder.resolve("emulated.json");
    String text = Files.readString(graph);
    int start = text.indexOf("\"__json\":") + "\"__json\":".length();
    int end = text.indexOf("}\"", start) + 2;
    Files.writeString(
        graph,
        text.substring(0, start) + '"' + json.replace("\"", "\\\"") + '"' + text.substring(end));
    assertOneClearMessage(
        plan(manifest), graph + ": derivation " + structured.path() + ": structured attributes");
  }

  @Test
  void anOutputThatItsDerivationDoesNotHave() throws IOException {
    Path manifest = emulatedHello();
    Path graph = folder.resolve("emulated.json");
    edit(graph, "\"" + ZLIB.path() + "\":[\"out\"]", "\"" + ZLIB.path() + "\":[\"dev\"]");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            graph
                + ": "
                + HELLO.path()
                + " uses the output dev of "
                + ZLIB.path()
                + ", which has only out",
            EDITED);
  }

  @ParameterizedTest
  @CsvSource({
    "riscv64-linux, armv7l-linux, system",
    "/bin/sh, /bin/sh, ",
    "'\"out\":{\"path\"', '\"man\":{\"path\":\"/nix/store/00000000000000000000000000000000-man\"},\"out\":{\"path\"', outputs",
    "'\"inputDrvs\":{}', '\"inputDrvs\":{\"HELLO\":[\"out\"]}', inputs",
    "'\"pname\":\"zlib\"', '\"pname\":\"zlob\"', attributes",
    "'\"pname\":\"zlib\"', '\"makeFlags\":\"-j\",\"pname\":\"zlib\"', attributes",
  })
  void aDerivationThatIsThereTwice(String from, String to, @Nullable String different)
      throws IOException {
    String other = ZLIB.toJson().replace(from, to.replace("HELLO", HELLO.path()));
    Path manifest = emulatedHello();
    Path graph = folder.resolve("emulated.json");
    String member = "\"" + ZLIB.path() + "\":" + ZLIB.toJson();
    edit(graph, member, member + ",\"" + ZLIB.path() + "\":" + other);
    CommandLineRun twice = plan(manifest);
    Path both =
        new ImageFolder(folder)
            .emulated(Map.of("hello", HELLO))
            .instance("more", "localSystem = \"riscv64-linux\"", Map.of("hello", HELLO))
            .manifest("hello");
    Path more = folder.resolve("more.json");
    edit(more, member, "\"" + ZLIB.path() + "\":" + other);
    CommandLineRun apart = plan(both);
    if (different == null) {
      assertEquals(DONE, twice.status(), twice.err());
      assertEquals(DONE, apart.status(), apart.err());
      return;
    }
    twice.assertFailed(
        BAD_INPUT,
        graph + ": " + ZLIB.path() + " is there twice, with different " + different,
        EDITED);
    apart.assertFailed(
        BAD_INPUT,
        more + ": " + ZLIB.path() + " has different " + different + " in " + graph,
        EDITED);
  }

  @Test
  void theGraphAsJobs() throws IOException {
    Path manifest = emulatedHello();
    Path graph = folder.resolve("emulated.json");
    edit(graph, "{\"/nix", "{\n\"/nix");
    edit(manifest, "emulated.jobs.jsonl", "emulated.json");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            graph
                + ":1:2: not well-formed JSON: Unexpected end-of-input: expected close marker for"
                + " Object (opened at line 1, column 1)",
            "Maybe this is the file for `derivations`, not for `jobs`.");
  }

  /** Some editors write one. */
  @Test
  void aByteOrderMarkIsNoFault() throws IOException {
    Path manifest = emulatedHello();
    edit(manifest, "name = \"story\"", "\ufeffname = \"story\"");
    for (String file : new String[] {"emulated.json", "emulated.jobs.jsonl"}) {
      Path path = folder.resolve(file);
      Files.writeString(path, "\ufeff" + Files.readString(path));
    }
    CommandLineRun run = plan(manifest);
    assertEquals("", run.err());
    assertEquals(DONE, run.status());
  }

  // The manifest

  @Test
  void anUnknownKeyIsToldWithTheOneProbablyMeant() throws IOException {
    Path manifest = emulatedHello();
    edit(manifest, "localSystem", "localsytem");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest + ":7: unknown key \"localsytem\" in [[instance]]",
            "Maybe localSystem is meant.");
  }

  @Test
  void aMarchThatIsNone() throws IOException {
    Path manifest = emulatedHello();
    edit(manifest, "system = \"riscv64-linux\"", "system = \"riscv64-linux\", march = \"rv64cg \"");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest + ": the target's march \"rv64cg \" is no instruction set of riscv64-linux",
            "Maybe rv64gc is meant.");
  }

  @Test
  void anAttributeThatNoInstanceHas() {
    Path manifest = new ImageFolder(folder).emulated(Map.of("hello", HELLO)).manifest("helo");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest
                + ": the image needs attribute helo, which is in no instance for riscv64-linux",
            "Maybe hello is meant.");
  }

  /** The desk has it, but that is no image for the board. */
  @Test
  void anAttributeThatOnlyTheDeskHas() {
    HandMade desk = built("hello", "2.12", DESK);
    Path manifest = new ImageFolder(folder).desk(Map.of("hello", desk)).manifest("hello");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest
                + ": the image needs attribute hello, which is in no instance for riscv64-linux",
            "Maybe add an [[instance]] with localSystem or crossSystem riscv64-linux.");
  }

  @Test
  void anAttributeThatDidNotEvaluate() throws IOException {
    Path manifest = new ImageFolder(folder).emulated(Map.of("hello", HELLO)).manifest("systemd");
    Files.writeString(
        folder.resolve("emulated.jobs.jsonl"),
        "{\"attr\":\"systemd\",\"attrPath\":[\"systemd\"],\"error\":\"error: no such thing\\nat line 3\"}\n");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest
                + ": the image needs attribute systemd, which is in no instance for riscv64-linux",
            "  emulated: it did not evaluate: error: no such thing",
            "Maybe mend what does not evaluate, or leave it out.");
  }

  /** There is nothing else that might be meant. */
  @Test
  void anAttributeThatIsCompiledForMore() throws IOException {
    HandMade vector = HELLO.requiring("gccarch-rv64gcv");
    Path manifest =
        new ImageFolder(folder).emulated(Map.of("hello", vector, "hallo", ZLIB)).manifest("hello");
    edit(manifest, "system = \"riscv64-linux\"", "system = \"riscv64-linux\", march = \"rv64gc\"");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest
                + ": the image needs attribute hello, which is in no instance for riscv64-linux",
            "  emulated: it is compiled for more than the target's rv64gc has",
            "Maybe give the instance a gcc.arch that the target has, or mend its march.");
  }

  @Test
  void rootsOfDifferentNames() {
    Path manifest =
        new ImageFolder(folder)
            .emulated(Map.of("editor", built("vim", "9.1", BOARD)))
            .cross(Map.of("editor", crossed("nano", "9.1")))
            .manifest("editor");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest + ": attribute editor of the image is not one package:",
            "  emulated: vim-9.1",
            "  cross: nano-riscv64-unknown-linux-gnu-9.1",
            "Maybe the instances are of different commits or overlays.");
  }

  @Test
  void twoInstancesOfOneName() {
    Path manifest =
        new ImageFolder(folder)
            .emulated(Map.of("hello", HELLO))
            .emulated(Map.of("hello", HELLO))
            .manifest("hello");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest + ":12: [[instance]]: a second instance is called \"emulated\"",
            "Maybe give each instance a name of its own.");
  }

  @Test
  void anEmptyImage() {
    Path manifest = new ImageFolder(folder).emulated(Map.of("hello", HELLO)).manifest();
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest + ":2: the manifest: the image is empty",
            "Maybe name the attributes that make it up.");
  }

  @Test
  void listsNestedTooDeeplyInTheManifest() throws IOException {
    Path manifest = folder.resolve("crossplan.toml");
    Files.writeString(manifest, "image = " + "[".repeat(100_000));
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest + ": nested too deeply",
            "Maybe brackets are opened that nothing closes.");
  }

  /** A gigabyte, a megabyte on disk. */
  @Test
  void aManifestOfAGigabyte() throws IOException {
    Path manifest = folder.resolve("crossplan.toml");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(manifest), 1 << 16)) {
      for (int i = 0; i < 1000; i++) {
        out.write(new byte[1_000_000]);
      }
    }
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest + ": larger than 16 MiB, a manifest was expected",
            "Maybe another file is meant: a person writes no such amount.");
  }

  @Test
  void aManifestThatIsNotThere() throws IOException {
    Path manifest = folder.resolve("crossplan.tml");
    plan(manifest)
        .assertFailed(
            BAD_INPUT,
            manifest + ": no such file",
            "Maybe it is called otherwise, or still to be made.");
    Path meant = Files.writeString(folder.resolve("crossplan.toml"), "");
    plan(manifest)
        .assertFailed(BAD_INPUT, manifest + ": no such file", "Maybe " + meant + " is meant.");
    Path elsewhere = folder.resolve("no/crossplan.toml");
    plan(elsewhere)
        .assertFailed(
            BAD_INPUT,
            elsewhere + ": no such file",
            "Maybe another folder is meant: there is no " + folder.resolve("no") + ".");
  }

  /** Each command with what is no manifest, and those that read other files with what is none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plan MANIFEST",
        "estimate MANIFEST",
        "simulate MANIFEST",
        "explain MANIFEST zlib",
        "lint MANIFEST",
        "diff MANIFEST MANIFEST",
        "build --dry-run MANIFEST",
        "builders MANIFEST",
        "calibrate MANIFEST",
        "doctor MANIFEST",
        "verify --manifest MANIFEST .",
        "choose MANIFEST",
        "schedule MANIFEST"
      })
  void whateverIsNoManifestIsToldWithARemedy(String arguments) throws IOException {
    for (String text : BROKEN) {
      Path file = Files.writeString(folder.resolve("broken.toml"), text);
      assertIsToldWithARemedy(arguments, file);
    }
    assertIsToldWithARemedy(arguments, folder);
    assertIsToldWithARemedy(arguments, folder.resolve("none.toml"));
    assertIsToldWithARemedy(arguments, folder.resolve("broken.toml/none.toml"));
    Path link = Files.createSymbolicLink(folder.resolve("link.toml"), Path.of("gone.toml"));
    assertIsToldWithARemedy(arguments, link);
  }

  // No plan

  @Test
  void aBuilderThatNobodyCanUse() {
    Path manifest =
        new ImageFolder(folder)
            .emulated(Map.of("hello", ZLIB))
            .builders("[[builder]]\nname = \"mac\"\nsystems = [\"aarch64-darwin\"]\n")
            .manifest("hello");
    plan(manifest)
        .assertFailed(
            NOT_POSSIBLE,
            "there is no plan for hello:",
            "  zlib 1.3 must be built, but no builder runs or emulates riscv64-linux",
            "Maybe lift a constraint, or add a builder that runs or emulates riscv64-linux.");
  }

  /** With another builder there is a plan; that one does nothing is only worth a word. */
  @Test
  void aBuilderThatNobodyNeeds() {
    Path manifest =
        new ImageFolder(folder)
            .emulated(Map.of("hello", ZLIB))
            .with("[[builder]]\nname = \"mac\"\nsystems = [\"aarch64-darwin\"]\n")
            .manifest("hello");
    CommandLineRun run = plan(manifest);
    assertEquals(DONE, run.status());
    assertTrue(run.out().contains("builder mac can do nothing here"), run.out());
  }

  /** Nix takes any, so it may be right; but a builder that does nothing is worth a word. */
  @ParameterizedTest
  @ValueSource(strings = {"plan", "estimate", "simulate"})
  void aSystemThatIsNotKnownIsTold(String command) {
    Path manifest =
        new ImageFolder(folder)
            .emulated(Map.of("hello", ZLIB))
            .with("[[builder]]\nname = \"new\"\nsystems = [\"riscv65-linux\"]\n[costs]\n")
            .manifest("hello");
    CommandLineRun run = CommandLineRun.of(command, manifest.toString());
    assertEquals(DONE, run.status(), run.err());
    String told = command.equals("plan") ? run.out() : run.err();
    assertTrue(
        told.replaceAll("[.]?\\s+", " ")
            .contains(
                "builder new is said to run riscv65-linux, a CPU that crossplan does not know Maybe"
                    + " riscv64-linux is meant"),
        told);
  }

  @Test
  void noWayIsLeftForOnePackage() {
    HandMade emulated = built("python3", "3.13", BOARD);
    HandMade cross = crossed("python3", "3.13");
    Path manifest =
        new ImageFolder(folder)
            .emulated(Map.of("hello", built("hello", "2.12", BOARD).linking(emulated)))
            .cross(Map.of("hello", crossed("hello", "2.12").linking(cross)))
            .with(
                "[[constraint]]\npackage = \"python3\"\ncross = \"broken\"\nreason = \"says upstream\"\n")
            .builders("[[builder]]\nname = \"desk\"\nsystems = [\"x86_64-linux\"]\n")
            .manifest("hello");
    plan(manifest)
        .assertFailed(
            NOT_POSSIBLE,
            "there is no plan for hello:",
            "  python3 3.13 must be built, but cross is broken (says upstream) and no builder runs or"
                + " emulates riscv64-linux",
            "Maybe lift a constraint, or add a builder that runs or emulates riscv64-linux.");
  }

  @Test
  void aFeatureThatNoBuilderHas() {
    HandMade linux = built("linux", "6.12", BOARD).requiring("big-parallel");
    Path manifest = new ImageFolder(folder).emulated(Map.of("linux", linux)).manifest("linux");
    plan(manifest)
        .assertFailed(
            NOT_POSSIBLE,
            "there is no plan for linux:",
            "  linux 6.12 must be built, but no builder runs or emulates riscv64-linux with the features big-parallel",
            "Maybe lift a constraint, or add a builder that runs or emulates riscv64-linux.");
  }

  // Output

  @Test
  void aResultThatIsThereStaysWhenThereIsNoOther() throws IOException {
    Path result = Files.writeString(folder.resolve("plan.json"), "the last plan");
    Path manifest = new ImageFolder(folder).emulated(Map.of("hello", HELLO)).manifest("helo");
    CommandLineRun run =
        CommandLineRun.of("plan", manifest.toString(), "--output", result.toString());
    assertEquals(BAD_INPUT, run.status());
    assertEquals("the last plan", Files.readString(result));
  }

  @Test
  void aStackTraceIsForThoseWhoAskForIt() {
    String manifest = folder.resolve("none.toml").toString();
    CommandLineRun run = CommandLineRun.of("plan", manifest, "--verbose");
    assertTrue(run.err().startsWith(manifest + ": no such file\n"), run.err());
    assertTrue(run.err().contains("\tat dev.crossplan."), run.err());
  }

  // Helpers

  private Path emulatedHello() {
    return new ImageFolder(folder).emulated(ImmutableMap.of("hello", HELLO)).manifest("hello");
  }

  private static CommandLineRun plan(Path manifest) {
    return CommandLineRun.of("plan", manifest.toString(), "--format", "json");
  }

  private static void assertIsToldWithARemedy(String arguments, Path file) {
    String[] words = arguments.replace("MANIFEST", file.toString()).split(" ", -1);
    CommandLineRun run = CommandLineRun.of(words); // which looks for the remedy
    assertEquals(BAD_INPUT, run.status(), () -> arguments + " with " + file + ": " + run);
    assertEquals("", run.out());
  }

  private static void assertOneClearMessage(CommandLineRun run, String start) {
    assertTrue(run.err().startsWith(start), run.err());
    long lines = run.err().lines().filter(line -> !line.startsWith("Maybe ")).count();
    assertEquals(1, lines, run.err());
    assertTrue(run.err().length() < 600, run.err());
    assertFalse(run.err().contains("java."), run.err());
    assertFalse(run.err().contains("broken here"), run.err());
    assertEquals(BAD_INPUT, run.status());
    assertEquals("", run.out());
  }

  private static void edit(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(from), text);
    Files.writeString(file, text.replace(from, to));
  }

  private Path zipped(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content);
    }
    return file;
  }
}
