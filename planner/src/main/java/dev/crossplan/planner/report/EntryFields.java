package dev.crossplan.planner.report;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Entry;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.source.SourceCode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * An entry of the history as fields with texts: what CSV and JSON have in common. A field is left
 * out where its value is not known; the version is empty then, and so are the traits.
 */
final class EntryFields {
  /** What a file begins with, by which it is known. */
  static final String FIRST = "package";

  /** In the order in which they are written. */
  static final ImmutableList<String> NAMES =
      ImmutableList.of(
          FIRST,
          "version",
          "host",
          "strategy",
          "machine",
          "started",
          "seconds",
          "outcome",
          "reason",
          "action",
          "origin",
          "cores",
          "cpuSeconds",
          "waitedSeconds",
          "neighbours",
          "traits",
          "sourceBytes",
          "compiledFiles",
          "codeStatements",
          "headerLines",
          "configureChecks",
          "byLibtool",
          "compiledTwice",
          "phases",
          "derivation",
          "built",
          "builder",
          "lasting",
          "run",
          "log",
          "manifest");

  private static final double MOST_SECONDS = 1e12;

  private final Map<String, String> fields;

  private EntryFields(Map<String, String> fields) {
    this.fields = fields;
  }

  /** The fields of an entry but its phases, which are numbers by name. */
  static ImmutableMap<String, String> of(Entry entry) {
    Timing timing = entry.timing();
    Circumstances known = timing.circumstances();
    OptionalInt cores = known.cores();
    OptionalLong source = known.sourceBytes();
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(FIRST, timing.packageName());
    fields.put("version", timing.version());
    put(fields, "host", timing.host());
    put(fields, "strategy", timing.strategy());
    fields.put("machine", timing.machine());
    fields.put("started", timing.started().toString());
    fields.put("seconds", Double.toString(timing.seconds()));
    fields.put("outcome", entry.reason().isPresent() ? "failed" : "built");
    put(fields, "reason", entry.reason());
    fields.put("action", entry.action().toString());
    fields.put("origin", entry.origin());
    put(fields, "cores", cores.isPresent() ? Optional.of(cores.getAsInt()) : Optional.empty());
    put(fields, "cpuSeconds", boxed(known.cpuSeconds()));
    put(fields, "waitedSeconds", boxed(known.waitedSeconds()));
    put(fields, "neighbours", boxed(known.neighbours()));
    fields.put("traits", Joiner.on(',').join(known.traits()));
    put(
        fields,
        "sourceBytes",
        source.isPresent() ? Optional.of(source.getAsLong()) : Optional.empty());
    put(fields, "compiledFiles", known.code().map(SourceCode::files));
    put(fields, "codeStatements", known.code().map(SourceCode::statements));
    put(fields, "headerLines", known.code().map(SourceCode::headerLines));
    put(fields, "configureChecks", known.code().map(SourceCode::checks));
    put(fields, "byLibtool", known.code().map(SourceCode::isByLibtool));
    put(fields, "compiledTwice", known.code().map(SourceCode::isTwice));
    put(fields, "derivation", entry.derivation());
    put(fields, "built", entry.built());
    put(fields, "builder", entry.builder());
    fields.put("lasting", Boolean.toString(entry.lasting()));
    put(fields, "run", entry.run());
    put(fields, "log", entry.log());
    put(fields, "manifest", entry.manifest());
    return ImmutableMap.copyOf(fields);
  }

  private static void put(Map<String, String> fields, String name, Optional<?> value) {
    value.ifPresent(known -> fields.put(name, known.toString()));
  }

  private static Optional<Double> boxed(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }

  /**
   * The entry that has these fields; others are passed over, as are traits that a later version of
   * crossplan may know.
   *
   * @param fields empty texts are none
   * @throws InputException if one is missing or not as it should be; without a place
   */
  static Entry entry(Map<String, String> fields, ImmutableMap<String, Double> phases) {
    return new EntryFields(fields).entry(phases);
  }

  private Entry entry(ImmutableMap<String, Double> phases) {
    boolean failed = required("outcome", EntryFields::failed);
    Timing timing =
        new Timing(
            required(FIRST, Function.identity()),
            text("version").orElse(""),
            text("host"),
            optional("strategy", word -> word(Strategy.class, word)),
            required("machine", Function.identity()),
            required("started", EntryFields::instant),
            required("seconds", EntryFields::seconds),
            circumstances(phases));
    return new Entry(
        required("action", word -> word(Action.class, word)),
        timing,
        failed ? Optional.of(text("reason").orElse("")) : Optional.empty(),
        optional("derivation", StorePath::parse),
        optional("built", StorePath::parse),
        text("builder"),
        optional("lasting", EntryFields::truth).orElse(false),
        text("run"),
        text("log"),
        text("manifest"),
        required("origin", Function.identity()));
  }

  private Circumstances circumstances(ImmutableMap<String, Double> phases) {
    Optional<Integer> cores = optional("cores", text -> Math.toIntExact(whole(text)));
    Optional<Long> source = optional("sourceBytes", EntryFields::whole);
    return new Circumstances(
        cores.isPresent() ? OptionalInt.of(cores.get()) : OptionalInt.empty(),
        number("cpuSeconds"),
        number("waitedSeconds"),
        number("neighbours"),
        optional("traits", Trait::ofWords).orElse(ImmutableSet.of()),
        source.isPresent() ? OptionalLong.of(source.get()) : OptionalLong.empty(),
        code(),
        phases);
  }

  /** An older crossplan counted no statements, but what tells less. */
  private Optional<SourceCode> code() {
    return optional("codeStatements", EntryFields::whole)
        .map(
            statements ->
                new SourceCode(
                    required("compiledFiles", EntryFields::whole),
                    statements,
                    required("headerLines", EntryFields::whole),
                    required("configureChecks", EntryFields::whole),
                    required("byLibtool", EntryFields::truth),
                    required("compiledTwice", EntryFields::truth)));
  }

  private OptionalDouble number(String field) {
    return optional(field, EntryFields::seconds)
        .map(OptionalDouble::of)
        .orElseGet(OptionalDouble::empty);
  }

  private Optional<String> text(String field) {
    return Optional.ofNullable(fields.get(field)).filter(text -> !text.isEmpty());
  }

  private <T> T required(String field, Function<String, T> meaning) {
    return optional(field, meaning)
        .orElseThrow(() -> new InputException("the field " + field + " is missing"));
  }

  private <T> Optional<T> optional(String field, Function<String, T> meaning) {
    try {
      return text(field).map(meaning);
    } catch (InputException e) {
      throw new InputException(field + ": " + e.getMessage(), null, e);
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw new InputException(field + ": not understood: " + fields.get(field), null, e);
    }
  }

  private static boolean failed(String outcome) {
    return outcome.equals("failed") || !is(outcome, "built");
  }

  private static boolean truth(String text) {
    return text.equals("true") || !is(text, "false");
  }

  private static boolean is(String text, String expected) {
    if (!text.equals(expected)) {
      throw new IllegalArgumentException(text);
    }
    return true;
  }

  private static <E extends Enum<E>> E word(Class<E> type, String word) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.toString().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(word));
  }

  /** Nobody has built before there were computers, nor will after this program is forgotten. */
  private static Instant instant(String text) {
    Instant instant = Instant.parse(text);
    if (Math.abs(instant.getEpochSecond()) > MOST_SECONDS) {
      throw new IllegalArgumentException(text);
    }
    return Instant.ofEpochMilli(instant.toEpochMilli());
  }

  /** A number from 0. */
  static double seconds(String text) {
    double seconds = Double.parseDouble(text);
    if (!(seconds >= 0 && seconds < MOST_SECONDS)) {
      throw new IllegalArgumentException(text);
    }
    return seconds;
  }

  private static long whole(String text) {
    long number = Long.parseLong(text);
    if (number < 0) {
      throw new IllegalArgumentException(text);
    }
    return number;
  }
}
