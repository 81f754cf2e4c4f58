package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.BitRate;
import dev.crossplan.planner.Bytes;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Suggestion;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One table of a TOML file, read key by key: each getter checks the type, and every complaint names
 * file, line, table and key.
 */
final class Section {
  /** The most seconds that one thing may cost: 30,000 years. */
  static final double MOST_AMOUNT = 1e12;

  /** The least speed of a builder, and the least factor on a cost. */
  static final double LEAST_FACTOR = 1e-6;

  /** The most of what is counted, and of a speed or factor. */
  static final double MOST = 1_000_000;

  private static final String OTHER_UNIT = "Maybe it is in another unit, or has a wrong sign.";

  /** What may stand under a key, and how that looks; {@code %s} is the key. */
  private enum Shape {
    STRING("a string", "%s = \"…\""),
    STRINGS("a list of strings", "%s = [\"…\", \"…\"]"),
    NUMBER("a number", "%s = 0.5"),
    WHOLE_NUMBER("a whole number", "%s = 4"),
    FLAG("true or false", "%s = true"),
    BYTES("an amount such as \"16 GiB\", or a whole number of MiB", "%s = \"16 GiB\""),
    BIT_RATE("a rate such as \"100 Mbit/s\"", "%s = \"100 Mbit/s\""),
    TABLE("a table", "%s = { … }"),
    STRING_OR_TABLE("a string or a table", "%s = \"…\""),
    TABLES("a list of tables, [[%s]]", "begin each with [[%s]] on a line of its own");

    private final String words;
    private final String example;

    Shape(String words, String example) {
      this.words = words;
      this.example = example;
    }
  }

  private final Path file;
  private final String path;
  private final TomlTable table;

  /**
   * @param path how to call the table, such as {@code [[builder]]}
   * @throws InputException if the table has a key that is not among {@code known}
   */
  Section(Path file, String path, TomlTable table, ImmutableSet<String> known) {
    this.file = file;
    this.path = path;
    this.table = table;
    for (String key : table.keySet()) {
      if (!known.contains(key)) {
        throw unknownKey(key, known);
      }
    }
  }

  private InputException unknownKey(String key, ImmutableSet<String> known) {
    String message = where(key) + ": unknown key \"" + key + "\" in " + path;
    return new InputException(message, Suggestion.oneOf(key, known));
  }

  boolean has(String key) {
    return table.contains(ImmutableList.of(key));
  }

  Optional<String> string(String key) {
    return value(key, String.class, Shape.STRING);
  }

  String requiredString(String key) {
    return string(key).orElseThrow(() -> missing(key, Shape.STRING));
  }

  /** A text by which something is called. */
  String requiredName(String key) {
    String name = requiredString(key);
    if (name.isBlank()) {
      throw fault(key, key + " is empty", "Maybe " + key + " = \"…\".");
    }
    if (name.lines().count() > 1) {
      throw fault(
          key,
          key + " has several lines",
          "Maybe write one: tables and messages have a line for each name.");
    }
    return name;
  }

  Optional<ImmutableList<String>> strings(String key) {
    return value(key, TomlArray.class, Shape.STRINGS)
        .map(
            array -> {
              ImmutableList.Builder<String> strings = ImmutableList.builder();
              for (Object element : array.toList()) {
                if (!(element instanceof String string)) {
                  throw wrongType(key, Shape.STRINGS, element);
                }
                strings.add(string);
              }
              return strings.build();
            });
  }

  ImmutableSet<String> stringSet(String key) {
    return ImmutableSet.copyOf(strings(key).orElse(ImmutableList.of()));
  }

  /**
   * A number from 0 to 10^12: seconds, money. Sums and products of such stay far from where numbers
   * lose their last digits.
   */
  Optional<Double> amount(String key) {
    return number(key, 0, MOST_AMOUNT);
  }

  /**
   * A number from a millionth to a million: what something else is multiplied with or divided by.
   */
  Optional<Double> factor(String key) {
    return number(key, LEAST_FACTOR, MOST);
  }

  private Optional<Double> number(String key, double least, double most) {
    return value(key, Number.class, Shape.NUMBER)
        .map(
            number -> {
              double value = number.doubleValue();
              if (!(value >= least && value <= most)) {
                throw fault(
                    key,
                    key
                        + " must be a number from "
                        + plain(least)
                        + " to "
                        + plain(most)
                        + ", not "
                        + number,
                    OTHER_UNIT);
              }
              return value;
            });
  }

  Optional<Integer> integer(String key, int least) {
    return value(key, Long.class, Shape.WHOLE_NUMBER)
        .map(
            value -> {
              if (value < least || value > MOST) {
                throw fault(
                    key,
                    key
                        + " must be a whole number from "
                        + least
                        + " to "
                        + plain(MOST)
                        + ", not "
                        + value,
                    OTHER_UNIT);
              }
              return value.intValue();
            });
  }

  /** Bytes: a text with their unit, {@code "16 GiB"}, or a whole number of MiB. */
  OptionalLong bytes(String key) {
    Object raw = table.get(ImmutableList.of(key));
    if (raw instanceof Long) {
      return OptionalLong.of(integer(key, 1).orElseThrow() * Bytes.MIB);
    }
    return quantity(key, Bytes::parse, Shape.BYTES);
  }

  /** Bits per second: a text with their unit, {@code "100 Mbit/s"}. */
  OptionalLong bitRate(String key) {
    return quantity(key, BitRate::parse, Shape.BIT_RATE);
  }

  private OptionalLong quantity(String key, Function<String, OptionalLong> parser, Shape expected) {
    Optional<String> text = value(key, String.class, expected);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong amount = parser.apply(text.get());
    if (amount.isEmpty()) {
      throw wrongType(key, expected, text.get());
    }
    return amount;
  }

  Optional<Boolean> flag(String key) {
    return value(key, Boolean.class, Shape.FLAG);
  }

  /** One of several words. */
  <E extends Enum<E>> Optional<E> word(String key, Class<E> words) {
    return word(key, EnumSet.allOf(words));
  }

  /** The same, but only some of the words are meant. */
  <E extends Enum<E>> Optional<E> word(String key, Set<E> words) {
    return string(key)
        .map(
            text -> {
              List<String> allowed = new ArrayList<>();
              for (E word : words) {
                String name = word.name().toLowerCase(Locale.ROOT);
                if (name.equals(text)) {
                  return word;
                }
                allowed.add(name);
              }
              throw fault(
                  key,
                  key
                      + " must be \""
                      + String.join("\" or \"", allowed)
                      + "\", not \""
                      + text
                      + '"',
                  Suggestion.closest(text, allowed)
                      .map(meant -> "Maybe \"" + meant + "\" is meant.")
                      .orElseGet(() -> Suggestion.oneOf(text, allowed)));
            });
  }

  /** A path, relative to the file's folder. */
  Optional<Path> path(String key) {
    return string(key).map(text -> resolve(key, text));
  }

  Path resolve(String key, String text) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      return folder == null ? Path.of(text) : folder.resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw new InputException(
          where(key) + ": " + key + " is no path: " + e.getReason(),
          "Maybe take that character out: no file name has it.",
          e);
    }
  }

  Optional<Section> table(String key, ImmutableSet<String> known) {
    return value(key, TomlTable.class, Shape.TABLE)
        .map(table -> new Section(file, "[" + key + "]", table, known));
  }

  Section requiredTable(String key, ImmutableSet<String> known) {
    return table(key, known).orElseThrow(() -> missing(key, Shape.TABLE));
  }

  /** What is under {@code key}, be it a string or a table. */
  <T> Optional<T> stringOrTable(
      String key,
      Function<String, T> ofString,
      ImmutableSet<String> known,
      Function<Section, T> ofTable) {
    Object raw = table.get(ImmutableList.of(key));
    if (raw instanceof TomlTable inner) {
      return Optional.of(ofTable.apply(new Section(file, path + " " + key, inner, known)));
    }
    return value(key, String.class, Shape.STRING_OR_TABLE).map(ofString);
  }

  /** The tables of {@code [[key]]}, each with the keys that {@code known} allows. */
  ImmutableList<Section> tables(String key, ImmutableSet<String> known) {
    ImmutableList.Builder<Section> sections = ImmutableList.builder();
    value(key, TomlArray.class, Shape.TABLES)
        .ifPresent(
            array -> {
              for (Object element : array.toList()) {
                if (!(element instanceof TomlTable inner)) {
                  throw wrongType(key, Shape.TABLES, element);
                }
                sections.add(new Section(file, "[[" + key + "]]", inner, known));
              }
            });
    return sections.build();
  }

  Set<String> keys() {
    return table.keySet();
  }

  private <T> Optional<T> value(String key, Class<T> type, Shape expected) {
    Object raw = table.get(ImmutableList.of(key));
    if (raw == null) {
      return Optional.empty();
    }
    if (!type.isInstance(raw)) {
      throw wrongType(key, expected, raw);
    }
    return Optional.of(type.cast(raw));
  }

  private InputException wrongType(String key, Shape expected, Object found) {
    String shown =
        found instanceof TomlTable
            ? "a table"
            : found instanceof TomlArray
                ? "a list"
                : found instanceof String ? "\"" + found + "\"" : found.toString();
    return fault(
        key,
        key + " must be " + expected.words.formatted(key) + ", not " + shown,
        "Maybe " + expected.example.formatted(key) + ".");
  }

  private InputException missing(String key, Shape expected) {
    return new InputException(
        where(null) + ": " + path + " has no " + key,
        "Maybe add it: " + expected.example.formatted(key) + ".");
  }

  /** A complaint about what is written under {@code key}. */
  InputException fault(@Nullable String key, String message, String remedy) {
    return new InputException(where(key) + ": " + path + ": " + message, remedy);
  }

  /** Where {@code key} is written: {@code crossplan.toml:12}. */
  String place(String key) {
    return where(key);
  }

  private String where(@Nullable String key) {
    TomlPosition position = key == null ? null : table.inputPositionOf(ImmutableList.of(key));
    if (position == null && !table.isEmpty()) {
      position = table.inputPositionOf(ImmutableList.of(table.keySet().iterator().next()));
    }
    return position == null ? file.toString() : file + ":" + position.line();
  }

  /** As people write it: 0.000001, 1000000000000. */
  static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
