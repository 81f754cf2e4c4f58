package dev.crossplan.cli;

import com.google.common.base.Joiner;
import com.google.common.collect.ForwardingList;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Primitives;
import dev.crossplan.cross.CrossPlatforms;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.instance.Manifest.NativeTools;
import dev.crossplan.planner.plan.Objective;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that every command understands, so that a script can give all of them the same. */
final class CommonOptions {
  private static final double LONGEST_SECONDS = 1e9;

  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      completionCandidates = TextOrJson.class,
      description =
          "For people or for programs: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Format format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the result here, whole or not at all (default: standard output).")
  private @Nullable Path output;

  @Option(
      names = "--objective",
      paramLabel = "OBJECTIVE",
      defaultValue = "builder-seconds",
      description =
          "What a plan is to be least in: ${COMPLETION-CANDIDATES} (default: builder-seconds).")
  private Objective objective;

  @Option(
      names = "--native-tools",
      paramLabel = "WHICH",
      description =
          "Which tools of emulated builds run on the machine that emulates, by themselves:"
              + " ${COMPLETION-CANDIDATES} (default: what the manifest says, else safe).")
  private @Nullable NativeTools nativeTools;

  private Duration timeLimit = Duration.ofSeconds(10);

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "Where the search's random numbers start (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "How long to search; then the best so far and its bound are given (default:"
              + " ${DEFAULT-VALUE}).")
  void timeLimit(double seconds) {
    if (!(seconds >= 0 && seconds <= LONGEST_SECONDS)) {
      throw new ParameterException(
          command.commandLine(), "--time-limit is " + seconds + ", not a number of seconds");
    }
    timeLimit = Duration.ofNanos(Math.round(seconds * 1e9));
  }

  /** How a result is written. */
  enum Format {
    TEXT("text"),
    JSON("json"),
    DOT("dot"),
    NIX("nix"),
    OVERLAY("overlay"),
    CSV("csv"),
    MACHINES("machines");

    private final String word;

    Format(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** What --help and completion offer, unless a command is told to {@link #offer} others. */
  private static final class TextOrJson extends ForwardingList<String> {
    @Override
    protected List<String> delegate() {
      return List.of(Format.TEXT.toString(), Format.JSON.toString());
    }
  }

  /** Lets a command take these formats, and its --help and completion offer them. */
  static void offer(CommandLine command, Format... formats) {
    change(
        command,
        "--format",
        option ->
            option
                .converters(new Conversion<>(word -> byWord(List.of(formats), word)))
                .completionCandidates(Arrays.stream(formats).map(Format::toString).toList()));
  }

  /** For a command that writes nothing for people. */
  static void preferJson(CommandLine command) {
    change(command, "--format", option -> option.defaultValue(Format.JSON.toString()));
  }

  /** For a command whose answer is a makespan: it plans for that unless told otherwise. */
  static void preferMakespan(CommandLine command) {
    change(
        command,
        "--objective",
        option ->
            option
                .defaultValue(Objective.MAKESPAN.toString())
                .description(
                    "What a plan is to be least in: ${COMPLETION-CANDIDATES} (default: makespan)."));
  }

  /** Keeps from the help of a command that does not plan how plans are searched for. */
  static void hideSearch(CommandLine command) {
    for (String name : List.of("--native-tools", "--objective", "--seed", "--time-limit")) {
      change(command, name, option -> option.hidden(true));
    }
  }

  /** Likewise of one that is for a single objective. */
  static void hideObjective(CommandLine command) {
    change(command, "--objective", option -> option.hidden(true));
  }

  /** Lets --help of a command say where its result goes. */
  static void describeOutput(CommandLine command, String description) {
    change(command, "--output", option -> option.description(description));
  }

  private static void change(
      CommandLine command, String name, UnaryOperator<OptionSpec.Builder> change) {
    CommandSpec spec = command.getCommandSpec();
    OptionSpec usual = spec.findOption(name);
    spec.remove(usual);
    spec.add(change.apply(OptionSpec.builder(usual)).build());
  }

  /**
   * How the result is to be written.
   *
   * @param offered what the command can write
   */
  Format format(Format... offered) {
    if (!Arrays.asList(offered).contains(format)) {
      throw new ParameterException(
          command.commandLine(),
          "--format "
              + format
              + ": "
              + command.name()
              + " writes "
              + Joiner.on(", ").join(offered));
    }
    return format;
  }

  // What picocli reads on its own it refuses in words of Java: 'x' is not a long.

  static long wholeNumber(String word) {
    if (!WHOLE.matcher(word).matches()) {
      throw new TypeConversionException(word + " is not a whole number");
    }
    try {
      return Long.parseLong(word);
    } catch (NumberFormatException e) {
      throw uncountable(word);
    }
  }

  static int smallNumber(String word) {
    long number = wholeNumber(word);
    if (number != (int) number) {
      throw uncountable(word);
    }
    return (int) number;
  }

  private static TypeConversionException uncountable(String word) {
    return new TypeConversionException(word + " is beyond what can be counted");
  }

  /** A decimal number: what else Java takes, such as 1d and NaN, is a slip. */
  static double number(String word) {
    if (!NUMBER.matcher(word).matches()) {
      throw new TypeConversionException(word + " is not a number");
    }
    return Double.parseDouble(word);
  }

  static boolean truth(String word) {
    if (word.equals("true") || word.equals("false")) {
      return word.equals("true");
    }
    throw new TypeConversionException(word + " is neither true nor false");
  }

  static <E extends Enum<E>> E byWord(Class<E> type, String word) {
    return byWord(List.of(type.getEnumConstants()), word);
  }

  private static <E> E byWord(List<E> constants, String word) {
    return constants.stream()
        .filter(constant -> constant.toString().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    word + " is not one of " + Joiner.on(", ").join(constants)));
  }

  /** Of a command that {@link #offer}s no others. */
  static Format textOrJson(String word) {
    return byWord(List.of(Format.TEXT, Format.JSON), word);
  }

  /**
   * What was probably meant by a value that an option does not take: {@code --emulation 1.5} by
   * 1,5, {@code --format json} by jsno.
   */
  static Optional<String> meant(ArgSpec argument, String value) {
    String before = argument instanceof OptionSpec option ? option.longestName() + " " : "";
    return valueMeant(argument, value).map(meant -> before + meant);
  }

  private static Optional<String> valueMeant(ArgSpec option, String value) {
    Class<?> type = Primitives.wrap(option.type());
    if (Number.class.isAssignableFrom(type)) {
      String number = value.replaceFirst("\\s*[A-Za-z%]+$", "").replace(',', '.');
      Pattern form = type == Double.class ? NUMBER : WHOLE;
      return Optional.of(number)
          .filter(text -> !text.equals(value) && form.matcher(text).matches());
    }
    Iterable<String> words = option.completionCandidates();
    return words == null
        ? Optional.empty()
        : Suggestion.closest(value, ImmutableList.copyOf(words));
  }

  Duration timeLimit() {
    return timeLimit;
  }

  long seed() {
    return seed;
  }

  /** Unless told otherwise. */
  void preferToolsAsEvaluated() {
    nativeTools = nativeTools == null ? NativeTools.NONE : nativeTools;
  }

  /** A planner as these options ask for it. */
  Planner planner(Progress progress) {
    return planner(progress, Optional.empty());
  }

  /** A planner as these options ask for it, of plans that are done in time. */
  Planner planner(Progress progress, Optional<Duration> deadline) {
    return new Planner(
        new CrossPlatforms(),
        new PlanOptions(objective, timeLimit, seed, deadline, Optional.ofNullable(nativeTools)),
        progress);
  }

  Terminal terminal() {
    return ((Crossplan) command.root().userObject()).terminal();
  }

  /** Call it before the work: it refuses what could not be written after it. */
  OutputTarget output() {
    return OutputTarget.of(terminal(), output);
  }

  /** Where --output says; for a command that writes files by itself. */
  Optional<Path> outputFile() {
    return Optional.ofNullable(output);
  }

  /** A progress line on the terminal; to be closed before the result is written. */
  ProgressLine progress() {
    return new ProgressLine(terminal());
  }
}
