package dev.crossplan.planner.source;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableSet;
import com.google.common.math.LongMath;
import com.google.common.primitives.Doubles;
import dev.crossplan.planner.source.CmakeCommand.Argument;
import java.lang.module.ModuleDescriptor.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What {@code if} asks (cmake-commands(7)). What cannot be understood is false. */
final class CmakeCondition {
  private static final ImmutableSet<String> FALSE =
      ImmutableSet.of("", "0", "OFF", "NO", "FALSE", "N", "IGNORE", "NOTFOUND");

  private static final ImmutableSet<String> TRUE = ImmutableSet.of("1", "ON", "YES", "TRUE", "Y");

  private static final ImmutableSet<String> OF_ONE =
      ImmutableSet.of(
          "DEFINED",
          "TARGET",
          "EXISTS",
          "IS_DIRECTORY",
          "COMMAND",
          "POLICY",
          "TEST",
          "IS_ABSOLUTE",
          "IS_SYMLINK");

  /** Nobody nests deeper. */
  private static final int DEEPEST = 100;

  /** Java looks at all ways in which an expression may match. */
  private static final int LONGEST_MATCHED = 100;

  private static final int MOST_REPEATED = 3;

  private static final Pattern REPEATED_GROUP = Pattern.compile("\\)[*+{?]");
  private static final Pattern REPEATED = Pattern.compile("[*+{?]");

  /** What is there besides variables: targets, files, commands. */
  private final BiPredicate<String, String> isThere;

  private final CmakeVariables variables;
  private final List<Word> words;
  private int at;
  private int depth;

  private record Word(String text, boolean isQuoted) {}

  private CmakeCondition(
      List<Word> words, CmakeVariables variables, BiPredicate<String, String> isThere) {
    this.words = words;
    this.variables = variables;
    this.isThere = isThere;
  }

  /**
   * Whether it holds.
   *
   * @param isThere told {@code TARGET} and its name, {@code EXISTS} and a path, or {@code COMMAND}
   *     and its name
   */
  static boolean holds(
      List<Argument> arguments, CmakeVariables variables, BiPredicate<String, String> isThere) {
    List<Word> words = new ArrayList<>();
    for (Argument argument : arguments) {
      for (String word : variables.words(List.of(argument))) {
        words.add(new Word(word, argument.isQuoted()));
      }
    }
    return new CmakeCondition(words, variables, isThere).any();
  }

  private boolean any() {
    boolean holds = all();
    while (skip("OR")) {
      holds |= all();
    }
    return holds;
  }

  private boolean all() {
    boolean holds = not();
    while (skip("AND")) {
      holds &= not();
    }
    return holds;
  }

  private boolean not() {
    boolean isNot = false;
    while (skip("NOT")) {
      isNot = !isNot;
    }
    return isNot != test();
  }

  private boolean test() {
    @Nullable Word first = take();
    if (first == null) {
      return false;
    }
    if (is(first, "(") && depth < DEEPEST) {
      depth++;
      boolean holds = any();
      depth--;
      skip(")");
      return holds;
    }
    if (!first.isQuoted() && OF_ONE.contains(first.text())) {
      @Nullable Word of = take();
      return of != null && isThere(first.text(), of.text());
    }
    @Nullable Word operator = at < words.size() ? words.get(at) : null;
    Optional<Predicate<Word>> comparison =
        operator == null || operator.isQuoted() ? Optional.empty() : comparison(operator, first);
    if (comparison.isEmpty()) {
      return isTrue(first);
    }
    at++;
    @Nullable Word second = take();
    return second != null && comparison.get().test(second);
  }

  private boolean isThere(String kind, String name) {
    return switch (kind) {
      case "DEFINED" -> variables.has(name);
      case "POLICY" -> true;
      case "IS_ABSOLUTE" -> name.startsWith("/");
      default -> isThere.test(kind, name);
    };
  }

  /** What is asked of the second word; empty if the operator is none. */
  private Optional<Predicate<Word>> comparison(Word operator, Word first) {
    String value = value(first);
    return Optional.ofNullable(
        switch (operator.text()) {
          case "STREQUAL", "PATH_EQUAL" -> second -> value.equals(value(second));
          case "STRLESS" -> second -> value.compareTo(value(second)) < 0;
          case "STRGREATER" -> second -> value.compareTo(value(second)) > 0;
          case "EQUAL" -> second -> compares(value, value(second), order -> order == 0);
          case "LESS" -> second -> compares(value, value(second), order -> order < 0);
          case "GREATER" -> second -> compares(value, value(second), order -> order > 0);
          case "LESS_EQUAL" -> second -> compares(value, value(second), order -> order <= 0);
          case "GREATER_EQUAL" -> second -> compares(value, value(second), order -> order >= 0);
          case "VERSION_EQUAL" -> second -> versions(value, value(second)) == 0;
          case "VERSION_LESS" -> second -> versions(value, value(second)) < 0;
          case "VERSION_GREATER" -> second -> versions(value, value(second)) > 0;
          case "VERSION_LESS_EQUAL" -> second -> versions(value, value(second)) <= 0;
          case "VERSION_GREATER_EQUAL" -> second -> versions(value, value(second)) >= 0;
          case "IN_LIST" -> second -> variables.list(second.text()).contains(value);
          case "MATCHES" -> second -> matches(value, second.text(), variables.budget());
          default -> null;
        });
  }

  /** Whether two numbers are in an order; other words are in none. */
  private static boolean compares(String first, String second, IntPredicate isAskedFor) {
    @Nullable Double one = Doubles.tryParse(first);
    @Nullable Double other = Doubles.tryParse(second);
    return one != null && other != null && isAskedFor.test(one.compareTo(other));
  }

  private static int versions(String first, String second) {
    try {
      return Version.parse(first).compareTo(Version.parse(second));
    } catch (IllegalArgumentException e) {
      return first.compareTo(second);
    }
  }

  /** Whether an expression is found in a value; false if it could take long to say. */
  static boolean matches(String value, String expression, Budget budget) {
    return matcher(value, expression, budget).map(Matcher::find).orElse(false);
  }

  /** Ready to look for an expression; empty if that could take long, or cannot be understood. */
  static Optional<Matcher> matcher(String value, String expression, Budget budget) {
    if (value.length() > LONGEST_MATCHED
        || expression.length() > LONGEST_MATCHED
        || REPEATED_GROUP.matcher(expression).find()) {
      return Optional.empty();
    }
    long repeated = REPEATED.matcher(expression).results().count();
    long steps = LongMath.saturatedPow(1 + value.length(), (int) repeated + 1);
    if (repeated > MOST_REPEATED || !budget.take(steps)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Pattern.compile(expression).matcher(value));
    } catch (PatternSyntaxException e) {
      return Optional.empty(); // of another dialect
    }
  }

  /** A word without quotes may be the name of a variable. */
  private String value(Word word) {
    return !word.isQuoted() && variables.has(word.text())
        ? variables.get(word.text())
        : word.text();
  }

  private boolean isTrue(Word word) {
    String upper = Ascii.toUpperCase(word.text());
    if (TRUE.contains(upper)) {
      return true;
    }
    @Nullable Double number = Doubles.tryParse(word.text());
    if (number != null) {
      return number != 0;
    }
    return !word.isQuoted() && !isFalse(word.text()) && !isFalse(variables.get(word.text()));
  }

  /** Whether a value is one of those that stand for no. */
  static boolean isFalse(String value) {
    String upper = Ascii.toUpperCase(value);
    return FALSE.contains(upper) || upper.endsWith("-NOTFOUND");
  }

  private @Nullable Word take() {
    return at < words.size() ? words.get(at++) : null;
  }

  private boolean skip(String text) {
    if (at < words.size() && is(words.get(at), text)) {
      at++;
      return true;
    }
    return false;
  }

  private static boolean is(Word word, String text) {
    return !word.isQuoted() && word.text().equals(text);
  }
}
