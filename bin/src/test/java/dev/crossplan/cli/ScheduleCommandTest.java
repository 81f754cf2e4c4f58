package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleCommandTest {
  private final TerminalForTests terminal = new TerminalForTests();
  private final Path problem;

  ScheduleCommandTest(@TempDir Path folder) {
    this.problem = folder.resolve("problem.json");
  }

  /** fetch(1) before compile(4 | 8); test(2) only on the board. */
  @BeforeEach
  void writeProblem() throws IOException {
    Files.writeString(
        problem,
        """
        {"tasks": {"fetch": {"duration": 1},
                   "compile": {"durations": {"0": 4, "1": 8}, "needs": ["fetch"]},
                   "test": {"durations": {"1": 2}, "needs": ["compile"]}},
         "machines": [{"name": "desk", "slots": 2}, {"name": "board"}]}
        """);
  }

  @Test
  void printsATable() {
    assertEquals(ExitStatus.DONE, terminal.run("schedule", problem.toString()));
    assertEquals(
        """
         start  finish  machine  task
           0.0     1.0  desk     fetch
           1.0     5.0  desk     compile
           5.0     7.0  board    test
        makespan 7.0 (proven least)
        """,
        terminal.out());
    assertEquals("", terminal.err());
  }

  @Test
  void writesJsonIntoAFile() throws IOException {
    Path output = problem.resolveSibling("schedule.json");
    assertEquals(
        ExitStatus.DONE,
        terminal.run("schedule", "--format", "json", "-o", output.toString(), problem.toString()));
    String json = Files.readString(output);
    assertTrue(json.startsWith("{\"makespan\":7.0,\"bound\":7.0,\"seconds\":"), json);
    assertTrue(
        json.endsWith(
            "\"assignments\":{\"fetch\":{\"machine\":0,\"start\":0.0},\"compile\":{\"machine\":0,"
                + "\"start\":1.0},\"test\":{\"machine\":1,\"start\":5.0}}}\n"),
        json);
    assertEquals("", terminal.out());
  }

  @ParameterizedTest
  @CsvSource({"schedule, makespan", "choose, cost"})
  void readsStandardInput(String command, String told) throws IOException {
    String input =
        command.equals("choose")
            ? "{\"artifacts\":{\"a\":[{\"recipe\":\"r\",\"cost\":7}]},\"roots\":[\"a\"]}"
            : Files.readString(problem);
    assertEquals(ExitStatus.DONE, runOn(input, command));
    assertEquals("", terminal.err());
    assertTrue(terminal.out().contains(told + " 7"), terminal.out());
  }

  @ParameterizedTest
  @CsvSource({"schedule, ':1:15: task a must be'", "choose, ': no \"artifacts'"})
  void namesStandardInputIfItIsBad(String command, String told) {
    assertEquals(
        ExitStatus.BAD_INPUT,
        runOn(command.equals("choose") ? "{\"nobody\":1}" : "{\"tasks\":{\"a\":1}}", command));
    assertTrue(terminal.err().startsWith("standard input" + told), terminal.err());
  }

  private int runOn(String input, String command) {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
      return terminal.run(command, "-");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void refusesAnOutputBeforeTheWork() {
    assertEquals(
        ExitStatus.BAD_INPUT,
        terminal.run("schedule", "/no/such/problem.json", "--output", "/no/such/folder/x"));
    assertEquals(
        """
        --output /no/such/folder/x: there is no folder /no/such/folder
        Maybe mkdir -p /no/such/folder
        """,
        terminal.err());
  }
}
