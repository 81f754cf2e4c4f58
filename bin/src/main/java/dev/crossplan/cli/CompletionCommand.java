package dev.crossplan.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code crossplan generate-completion}. picocli has such a command, which passes over every
 * option.
 */
@Command(
    name = "generate-completion",
    description = {
      "Writes completion of commands, options and their values for bash and zsh: source"
          + " <(crossplan generate-completion).",
      ""
    })
final class CompletionCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    OutputTarget output = options.output();
    options.format(CommonOptions.Format.TEXT);
    String script = AutoComplete.bash(spec.root().name(), spec.root().commandLine()) + "\n";
    output.write(script);
    return ExitStatus.DONE;
  }
}
