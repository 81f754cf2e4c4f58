package dev.crossplan.cli;

import dev.crossplan.cli.CommonOptions.Format;
import dev.crossplan.planner.instance.Manifest.NativeTools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.Objective;
import dev.crossplan.planner.report.ReportFormat;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command {@code crossplan}. A new command is a class with {@code @Command}, {@code @Mixin
 * CommonOptions} and {@code call()}, and its name in the list here.
 */
@Command(
    name = "crossplan",
    description =
        "Plans builds of RISC-V images: every package built once, natively, emulated or"
            + " cross-compiled, by the cheapest way that works.",
    subcommands = {
      InitCommand.class,
      PlanCommand.class,
      EstimateCommand.class,
      SimulateCommand.class,
      ExplainCommand.class,
      LintCommand.class,
      DiffCommand.class,
      BuildCommand.class,
      BuildersCommand.class,
      VerifyCommand.class,
      HistoryCommand.class,
      DoctorCommand.class,
      CalibrateCommand.class,
      ChooseCommand.class,
      ScheduleCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    },
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footerHeading = "%nExit status: ",
    footer = {
      "0 done; 1 the work cannot be done; 2 bad usage or bad input.",
      "Environment: CROSSPLAN_JAVA_OPTS (options for Java, such as -Xmx8g), NO_COLOR."
    })
final class Crossplan implements Callable<Integer> {
  private final Terminal terminal;
  private final CountDownLatch ended = new CountDownLatch(1);

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Say more; add the stack trace to an error.")
  private boolean verbose;

  private Crossplan(Terminal terminal) {
    this.terminal = terminal;
  }

  public static void main(String[] arguments) {
    System.exit(run(Terminal.ofProcess(), arguments));
  }

  /**
   * Runs one command line from beginning to end; nothing is thrown, everything is said on the
   * terminal.
   *
   * @return the exit status
   */
  static int run(Terminal terminal, String... arguments) {
    Crossplan crossplan = new Crossplan(terminal);
    ErrorReport errors = new ErrorReport(terminal);
    // Help and version. In memory first: picocli would print the stack trace of a
    // failed
    // write.
    StringWriter help = new StringWriter();
    try {
      CommandLine commands = new CommandLine(crossplan);
      CommonOptions.offer(
          Objects.requireNonNull(commands.getSubcommands().get("plan")),
          Format.TEXT,
          Format.JSON,
          Format.DOT,
          Format.NIX,
          Format.OVERLAY);
      CommonOptions.offer(
          Objects.requireNonNull(commands.getSubcommands().get("builders")),
          Format.TEXT,
          Format.JSON,
          Format.MACHINES);
      CommonOptions.describeOutput(
          Objects.requireNonNull(commands.getSubcommands().get("init")),
          "The manifest (default: crossplan.toml); a package-set.nix may go with it.");
      CommonOptions.preferMakespan(
          Objects.requireNonNull(commands.getSubcommands().get("simulate")));
      for (String name :
          List.of("init", "lint", "diff", "verify", "builders", "doctor", "calibrate")) {
        CommonOptions.hideSearch(Objects.requireNonNull(commands.getSubcommands().get(name)));
      }
      for (String name : List.of("choose", "schedule")) {
        CommonOptions.hideObjective(Objects.requireNonNull(commands.getSubcommands().get(name)));
      }
      Map<String, CommandLine> history =
          Objects.requireNonNull(commands.getSubcommands().get("history")).getSubcommands();
      history.values().forEach(CommonOptions::hideSearch);
      CommandLine export = Objects.requireNonNull(history.get("export"));
      CommonOptions.offer(export, Format.JSON, Format.CSV);
      CommonOptions.preferJson(export);
      int status =
          commands
              .setExpandAtFiles(false) // --builders @FILE is for who reads builders
              .setOut(new PrintWriter(help))
              .setErr(terminal.err())
              .setColorScheme(
                  Help.defaultColorScheme(terminal.colours() ? Help.Ansi.ON : Help.Ansi.OFF))
              .setUsageHelpWidth(Math.max(60, Math.min(120, terminal.width())))
              .registerConverter(int.class, new Conversion<>(CommonOptions::smallNumber))
              .registerConverter(Integer.class, new Conversion<>(CommonOptions::smallNumber))
              .registerConverter(long.class, new Conversion<>(CommonOptions::wholeNumber))
              .registerConverter(Long.class, new Conversion<>(CommonOptions::wholeNumber))
              .registerConverter(double.class, new Conversion<>(CommonOptions::number))
              .registerConverter(Double.class, new Conversion<>(CommonOptions::number))
              .registerConverter(boolean.class, new Conversion<>(CommonOptions::truth))
              .registerConverter(Format.class, new Conversion<>(CommonOptions::textOrJson))
              .registerConverter(
                  Objective.class,
                  new Conversion<>(word -> CommonOptions.byWord(Objective.class, word)))
              .registerConverter(
                  NativeTools.class,
                  new Conversion<>(word -> CommonOptions.byWord(NativeTools.class, word)))
              .registerConverter(
                  Strategy.class,
                  new Conversion<>(word -> CommonOptions.byWord(Strategy.class, word)))
              .registerConverter(
                  ReportFormat.class,
                  new Conversion<>(word -> CommonOptions.byWord(ReportFormat.class, word)))
              .setParameterExceptionHandler(errors)
              .setExecutionExceptionHandler(errors)
              .execute(arguments);
      terminal.out().write(help.toString().getBytes(StandardCharsets.UTF_8));
      terminal.flush();
      return status;
    } catch (Throwable failure) { // picocli hands on the errors that are no Exception
      return errors.report(failure, crossplan.verbose);
    } finally {
      crossplan.ended.countDown();
    }
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  Terminal terminal() {
    return terminal;
  }

  /**
   * Waits until all is said: for whoever reacts to Ctrl-C, after which Java ends when the reaction
   * does.
   */
  boolean awaitEnd(int seconds) throws InterruptedException {
    return ended.await(seconds, TimeUnit.SECONDS);
  }

  /** Whether the user asked for more than is usually said. */
  boolean verbose() {
    return verbose;
  }
}
