package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossplanTest {
  private final TerminalForTests terminal = new TerminalForTests();
  private final Path folder;

  CrossplanTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void saysItsVersionAndJavas() {
    assertEquals(ExitStatus.DONE, terminal.run("--version"));
    assertTrue(terminal.out().matches("crossplan \\d.*\nJava \\d.*\n"), terminal.out());
    assertEquals("", terminal.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "schedule --help", "help schedule", "generate-completion -h"})
  void helpsEverywhere(String arguments) {
    assertEquals(ExitStatus.DONE, terminal.run(arguments.split(" ", -1)));
    assertTrue(terminal.out().startsWith("Usage: crossplan"), terminal.out());
    assertTrue(terminal.out().contains("Exit status: 0 done"), terminal.out());
    assertEquals("", terminal.err());
  }

  /** Of the formats, each command shows those that it writes, and no others. */
  @ParameterizedTest
  @CsvSource({
    "plan, 'text, json, dot, nix, overlay'",
    "explain, 'text, json'",
    "choose, 'text, json'",
    "schedule, 'text, json'",
    "doctor, 'text, json'",
    "history list, 'text, json'"
  })
  void helpListsTheFormatsThatACommandWrites(String command, String formats) {
    String help =
        CommandLineRun.of((command + " --help").split(" ", -1)).out().replaceAll("\\s+", " ");
    assertTrue(help.contains("For people or for programs: " + formats + " (default: text)."), help);
  }

  @Test
  void exportWritesNothingForPeople() {
    String help = CommandLineRun.of("history", "export", "--help").out().replaceAll("\\s+", " ");
    assertTrue(help.contains("For people or for programs: json, csv (default: json)."), help);
  }

  @Test
  void completesCommandsAndValues() {
    assertEquals(ExitStatus.DONE, terminal.run("generate-completion"));
    assertTrue(terminal.out().startsWith("#!"), terminal.out());
    assertTrue(
        terminal.out().contains("\"builder-seconds\" \"makespan\""), "values of --objective");
    assertTrue(terminal.out().contains("schedule"), "commands");
    assertTrue(terminal.out().contains("\"internal-json\""), "values of history import --from");
  }

  @Test
  void writesCompletionIntoAFile() throws IOException {
    Path output = folder.resolve("completion");
    assertEquals(
        ExitStatus.DONE, terminal.run("generate-completion", "--output", output.toString()));
    assertEquals("", terminal.out());
    assertTrue(Files.readString(output).startsWith("#!"), "a script");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|a command is missing|look at crossplan --help, which shows what it takes.",
        "shcedule p.json|crossplan has no command shcedule|schedule is meant.",
        "--versoin|crossplan has no option --versoin|--version is meant.",
        "--xyz|crossplan has no option --xyz|look at crossplan --help, which shows what it takes.",
        "schedule|Missing required parameter: 'PROBLEM'"
            + "|look at crossplan schedule --help, which shows what it takes.",
        "schedule p.json --fromat json|crossplan schedule has no option --fromat"
            + "|--format is meant.",
        "schedule p.json q.json|crossplan schedule does not expect the argument q.json"
            + "|look at crossplan schedule --help, which shows what it takes.",
        "schedule p.json --format yaml"
            + "|Invalid value for option '--format': yaml is not one of text, json"
            + "|look at crossplan schedule --help, which shows what it takes.",
        "history|history needs one of list, import, export, prune"
            + "|look at crossplan history --help, which shows what it takes.",
        "history lits|crossplan history has no command lits|list is meant.",
        "history import x --from cvs|Invalid value for option '--from': cvs is not one of nom,"
            + " internal-json, hydra, crossplan"
            + "|look at crossplan history import --help, which shows what it takes.",
        "history list --since yesterday|Invalid value for option '--since': yesterday is neither an"
            + " age such as 12h, 90d or 3w, nor a day such as 2026-11-28"
            + "|look at crossplan history list --help, which shows what it takes.",
        "history prune|prune needs to know what to forget: --older-than 90d, or --all"
            + "|look at crossplan history prune --help, which shows what it takes.",
        "generate-completion --bogus|crossplan generate-completion has no option --bogus"
            + "|look at crossplan generate-completion --help, which shows what it takes.",
        "generate-completion --format json|--format json: generate-completion writes text"
            + "|look at crossplan generate-completion --help, which shows what it takes.",
        "schedule p.json --seed x|Invalid value for option '--seed': x is not a whole number"
            + "|look at crossplan schedule --help, which shows what it takes.",
        "schedule p.json --time-limit x|Invalid value for option '--time-limit': x is not a number"
            + "|look at crossplan schedule --help, which shows what it takes.",
        "schedule p.json --time-limit 10d|Invalid value for option '--time-limit': 10d is not a"
            + " number|--time-limit 10 is meant.",
        "schedule p.json --time-limit NaN|Invalid value for option '--time-limit': NaN is not a"
            + " number|look at crossplan schedule --help, which shows what it takes.",
        "schedule p.json --format jsno|Invalid value for option '--format': jsno is not one of text,"
            + " json|--format json is meant.",
        "plan m.toml --format dto|Invalid value for option '--format': dto is not one of text, json,"
            + " dot, nix, overlay|--format dot is meant.",
        "plan m.toml --native-tools some|Invalid value for option '--native-tools': some is not one of"
            + " none, safe, all|look at crossplan plan --help, which shows what it takes.",
        "plan m.toml --native-tools nnoe|Invalid value for option '--native-tools': nnoe is not one of"
            + " none, safe, all|--native-tools none is meant.",
        "estimate m.toml --emulation abc|Invalid value for option '--emulation': abc is not a number"
            + "|look at crossplan estimate --help, which shows what it takes.",
        "estimate m.toml --emulation 1,5|Invalid value for option '--emulation': 1,5 is not a number"
            + "|--emulation 1.5 is meant.",
        "estimate m.toml --longest many|Invalid value for option '--longest': many is not a whole"
            + " number|look at crossplan estimate --help, which shows what it takes.",
        "estimate m.toml --longest 99999999999|Invalid value for option '--longest': 99999999999 is"
            + " beyond what can be counted"
            + "|look at crossplan estimate --help, which shows what it takes.",
        "estimate m.toml --backtest=yes|Invalid value for option '--backtest': yes is neither true"
            + " nor false|look at crossplan estimate --help, which shows what it takes.",
        "simulate m.toml --runs 1.5|Invalid value for option '--runs': 1.5 is not a whole number"
            + "|look at crossplan simulate --help, which shows what it takes.",
        "build m.toml --cores 4x|Invalid value for option '--cores': 4x is not a whole number"
            + "|--cores 4 is meant.",
        "builders --connect-timeout 5s|Invalid value for option '--connect-timeout': 5s is not a"
            + " whole number|--connect-timeout 5 is meant.",
        "history list --limit x|Invalid value for option '--limit': x is not a whole number"
            + "|look at crossplan history list --help, which shows what it takes.",
        "schedule p.json --time-limit -3|--time-limit is -3.0, not a number of seconds"
            + "|look at crossplan schedule --help, which shows what it takes.",
      })
  void badUsageIsToldInTwoLines(String arguments, String message, String remedy) {
    String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);
    assertEquals(ExitStatus.BAD_INPUT, terminal.run(words));
    assertEquals(message + "\nMaybe " + remedy + "\n", terminal.err());
    assertEquals("", terminal.out());
  }

  @Test
  void badInputIsToldWithItsRemedyAndNoTrace() throws IOException {
    Path problem = write("{\"tasks\":{\"a\":{\"duration\":1}},\"machines\":[]}");
    assertEquals(ExitStatus.BAD_INPUT, terminal.run("schedule", problem.toString()));
    assertEquals(
        problem
            + ": task a: no machine can run it\n"
            + "Maybe add a machine: {\"slots\": 1, \"speed\": 1.0}.\n",
        terminal.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--verbose schedule none", "schedule --verbose none"})
  void verboseAddsTheTrace(String arguments) {
    assertEquals(ExitStatus.BAD_INPUT, terminal.run(arguments.split(" ", -1)));
    assertTrue(terminal.err().startsWith("none: no such file\n"), terminal.err());
    assertTrue(terminal.err().contains("\tat dev.crossplan."), terminal.err());
  }

  @Test
  void anErrorOfOursIsOneLineAndHowToReportIt() {
    int status = new ErrorReport(terminal.get()).report(new IllegalStateException("x < 0"), false);
    assertEquals(ExitStatus.NOT_POSSIBLE, status);
    assertEquals(
        "crossplan is broken here, this is not the input's fault:"
            + " java.lang.IllegalStateException: x < 0\n"
            + "Maybe report it with the command line, the version and what --verbose adds.\n",
        terminal.err());
  }

  @Test
  void whereMemoryIsShortTheRemedyIsTold() {
    int status =
        new ErrorReport(terminal.get()).report(new OutOfMemoryError("Java heap space"), false);
    assertEquals(ExitStatus.NOT_POSSIBLE, status);
    assertTrue(terminal.err().startsWith("out of memory: Java may use "), terminal.err());
    assertTrue(
        terminal.err().contains("\nMaybe allow it more: CROSSPLAN_JAVA_OPTS=-Xmx"), terminal.err());
  }

  @Test
  void aReaderThatIsGoneIsNoError() {
    assertEquals(ExitStatus.READER_GONE, runInto("Broken pipe"));
    assertEquals("", terminal.err());
  }

  @Test
  void aFullDiskIs() {
    assertEquals(ExitStatus.NOT_POSSIBLE, runInto("No space left on device"));
    assertEquals(
        "standard output: cannot be written: No space left on device\n"
            + "Maybe make room there, or write elsewhere: --output FILE.\n",
        terminal.err());
  }

  /** Runs --help with a standard output that fails. */
  private int runInto(String failure) {
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(failure);
          }
        };
    OutputStream err =
        new OutputStream() {
          @Override
          public void write(int b) {
            terminal.get().err().write(b);
          }
        };
    int status = Crossplan.run(new Terminal(out, err, false, false, false, 80), "--help");
    terminal.get().flush();
    return status;
  }

  private Path write(String problem) throws IOException {
    return Files.writeString(folder.resolve("problem.json"), problem);
  }
}
