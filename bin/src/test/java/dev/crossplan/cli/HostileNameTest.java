package dev.crossplan.cli;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.built;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name from a graph neither steers the terminal nor breaks a table, and JSON has it exactly. */
class HostileNameTest {
  private static final String AS_JSON = "ü\\u001b[31mred\\nrow\\u202e\\u0007";
  private static final String VISIBLE = "ü\\x1b[31mred\\nrow\\u202e\\x07";
  private static final HandMade LIBRARY = built("library", "1.0", BOARD);
  private static final HandMade HELLO = built("hello", "2.12", BOARD).linking(LIBRARY);

  private final Path folder;

  HostileNameTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aPlanIsSafe() throws IOException {
    String text = said(0, "plan", manifest(HELLO), "--all");
    assertTrue(text.contains("\n " + VISIBLE + " 1.0  emulated  riscv64 "), text);
    assertTrue(
        said(0, "plan", manifest(HELLO), "--format", "dot").contains("\\\\x1b[31mred\\\\nrow"));
  }

  @Test
  void jsonIsExact() throws IOException {
    String json = said(0, "plan", manifest(HELLO), "--format", "json");
    assertTrue(
        json.replace("\\u001B", "\\u001b").contains(AS_JSON.replace("\\u202e", "\u202e")), json);
  }

  @Test
  void anExplanationIsSafe() throws IOException {
    String text = said(0, "explain", manifest(HELLO), "hello");
    assertTrue(text.startsWith("hello 2.12 for"), text);
    text = said(0, "explain", manifest(HELLO), "ü\u001b[31mred\nrow\u202e\u0007");
    assertTrue(text.startsWith(VISIBLE + " 1.0 for riscv64-linux\n"), text);
    assertTrue(text.contains("Needed for hello 2.12 <- " + VISIBLE + " 1.0\n"), text);
  }

  @Test
  void whyThereIsNoPlanIsSafe() throws IOException {
    HandMade hello = HELLO.linking(LIBRARY.requiring("kvm"));
    String text = said(ExitStatus.NOT_POSSIBLE, "plan", manifest(hello));
    assertTrue(text.contains("ü\\x1b[31mred"), text);
  }

  @Test
  void noteAndErrorAboutAnAttributeAreSafe() throws IOException {
    String manifest = manifest(HELLO);
    Path jobs = folder.resolve("emulated.jobs.jsonl");
    String broken =
        "{\"attr\":\"%1$s\",\"attrPath\":[\"%1$s\"],\"error\":\"error: %1$s\"}%n"
            .formatted(AS_JSON);
    Files.writeString(jobs, Files.readString(jobs) + broken);
    String text = said(0, "plan", manifest);
    assertTrue(text.contains("\n  emulated: " + VISIBLE + " does not evaluate"), text);
    said(ExitStatus.BAD_INPUT, "explain", manifest, "\u001b]0;title\u0007");
  }

  @Test
  void theProblemOfChooseIsSafe() throws IOException {
    Path problem = folder.resolve("problem.json");
    Files.writeString(
        problem,
        "{\"artifacts\":{\"%1$s\":[{\"recipe\":\"%1$s\",\"cost\":1,\"needs\":[]}]},\"roots\":[\"%1$s\"]}"
            .formatted(AS_JSON));
    String text = said(0, "choose", problem.toString());
    assertTrue(text.contains("1  " + VISIBLE + "  " + VISIBLE + "\n"), text);
  }

  @Test
  void theProgressLineIsSafe() {
    TerminalForTests terminal = new TerminalForTests(true);
    try (ProgressLine progress = new ProgressLine(terminal.get())) {
      progress.start("reading \u001b[2J\n", 0);
      progress.draw(2_000_000_000L);
    }
    assertTrue(terminal.err().startsWith("\rreading \\x1b[2J\\n (2 s)"), terminal.err());
  }

  /** hello links a library whose pname is hostile. */
  private String manifest(HandMade hello) throws IOException {
    Path manifest = new ImageFolder(folder).emulated(Map.of("hello", hello)).manifest("hello");
    Path graph = folder.resolve("emulated.json");
    String text = Files.readString(graph);
    Files.writeString(
        graph, text.replace("\"pname\":\"library\"", "\"pname\":\"" + AS_JSON + "\""));
    assertFalse(text.equals(Files.readString(graph)), text);
    return manifest.toString();
  }

  private static String said(int status, String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    String said = run.out() + run.err();
    assertEquals(status, run.status(), said);
    if (!said.startsWith("{")) {
      assertTrue(
          said.chars().noneMatch(c -> c == '\u202e' || (Character.isISOControl(c) && c != '\n')),
          said);
    }
    return said;
  }
}
