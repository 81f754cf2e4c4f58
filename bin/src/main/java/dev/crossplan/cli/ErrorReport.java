package dev.crossplan.cli;

import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.Bytes;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.Visible;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The one place where an exception becomes words and an exit status: what is wrong, a line that
 * starts with "Maybe" where there is a remedy, and a stack trace only for those who ask for it.
 */
final class ErrorReport implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final PrintWriter err;

  ErrorReport(Terminal terminal) {
    this.err = terminal.err();
  }

  /** Bad usage: the message, what may have been meant, and where to get help. */
  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    say(
        failure instanceof UnmatchedArgumentException unmatched
            ? unmatched(command, unmatched.getUnmatched().get(0))
            : failure.getMessage());
    meant(failure)
        .ifPresentOrElse(
            suggestion -> say("Maybe " + suggestion + " is meant."),
            () ->
                say(
                    "Maybe look at "
                        + command.getCommandSpec().qualifiedName()
                        + " --help, which shows what it takes."));
    traceIf(List.of(arguments).contains("--verbose"), failure);
    return ExitStatus.BAD_INPUT;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult parseResult) {
    Crossplan crossplan = (Crossplan) command.getCommandSpec().root().userObject();
    return report(failure, crossplan.verbose());
  }

  /**
   * Says what happened.
   *
   * @param failure anything a command may throw
   * @return the exit status that it stands for
   */
  int report(Throwable failure, boolean verbose) {
    if (ProcessEnd.hasBegun()) {
      return ExitStatus.INTERRUPTED; // nobody is told what failed because of that
    }
    if (failure instanceof OutputException output) {
      return reportOutput(output, verbose);
    }
    if (failure instanceof NoPlanException impossible) {
      say(impossible.getMessage());
      say(impossible.remedy());
      traceIf(verbose, failure);
      return ExitStatus.NOT_POSSIBLE;
    }
    if (failure instanceof BuildException stopped) {
      say(stopped.getMessage());
      stopped.remedy().ifPresent(this::say);
      traceIf(verbose, failure);
      return ExitStatus.NOT_POSSIBLE;
    }
    if (failure instanceof InputException input) {
      say(input.getMessage());
      input.remedy().ifPresent(this::say);
      traceIf(verbose, failure);
      return ExitStatus.BAD_INPUT;
    }
    if (failure instanceof OutOfMemoryError) {
      say(
          "out of memory: Java may use "
              + Bytes.mebibytes(Runtime.getRuntime().maxMemory())
              + " of this machine's");
      say("Maybe allow it more: CROSSPLAN_JAVA_OPTS=-Xmx8g crossplan …");
    } else {
      say("crossplan is broken here, this is not the input's fault: " + failure);
      say(
          verbose
              ? "Maybe report it with the command line, the version and what follows."
              : "Maybe report it with the command line, the version and what --verbose adds.");
    }
    traceIf(verbose, failure);
    return ExitStatus.NOT_POSSIBLE;
  }

  private int reportOutput(OutputException failure, boolean verbose) {
    if (failure.readerGone()) {
      return ExitStatus.READER_GONE;
    }
    say(failure.getMessage());
    say(failure.remedy());
    traceIf(verbose, failure);
    return ExitStatus.NOT_POSSIBLE;
  }

  private static String unmatched(CommandLine command, String argument) {
    String name = command.getCommandSpec().qualifiedName();
    if (argument.startsWith("-")) {
      return name + " has no option " + argument;
    }
    return command.getSubcommands().isEmpty()
        ? name + " does not expect the argument " + argument
        : name + " has no command " + argument;
  }

  private static Optional<String> meant(ParameterException failure) {
    if (failure.getArgSpec() != null && failure.getValue() != null) {
      return CommonOptions.meant(failure.getArgSpec(), failure.getValue());
    }
    if (!(failure instanceof UnmatchedArgumentException unmatched)) {
      return Optional.empty();
    }
    String typed = unmatched.getUnmatched().get(0);
    CommandSpec command = failure.getCommandLine().getCommandSpec();
    return Suggestion.closest(
        typed,
        typed.startsWith("-") ? command.optionsMap().keySet() : command.subcommands().keySet());
  }

  private void traceIf(boolean verbose, Throwable failure) {
    if (verbose) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      say(trace.toString().stripTrailing());
    }
  }

  /** Messages quote what stands in files and arguments. */
  private void say(@Nullable String message) {
    err.println(Visible.lines(String.valueOf(message)));
  }
}
