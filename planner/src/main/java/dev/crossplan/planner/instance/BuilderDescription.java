package dev.crossplan.planner.instance;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Suggestion;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A builder in words: a name, a colon, and what is said of it, parted by commas, in any order.
 *
 * <pre>
 *   board: riscv64-linux, 4 slots, speed 0.25, 0.02 per hour, 6 watts
 *   desk: x86_64-linux, emulates riscv64-linux, features big-parallel kvm, 2 slots, 16 cores
 * </pre>
 *
 * What is not said is as in a manifest: one slot, speed 1, no price, no watts.
 */
public final class BuilderDescription {
  private static final String EXAMPLE =
      "Maybe 'board: riscv64-linux, 4 slots, speed 0.25, 0.02 per hour, 6 watts'.";

  private static final Pattern SYSTEM = Pattern.compile("[A-Za-z0-9_.]+-[A-Za-z0-9_.+]+");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?|\\.[0-9]+");
  private static final Splitter WORDS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();
  private static final ImmutableSet<String> UNITS =
      ImmutableSet.of("slot", "slots", "core", "cores", "per hour", "watt", "watts");

  private static final ImmutableList<String> KEYWORDS =
      ImmutableList.of("emulates", "features", "slots", "cores", "speed", "per hour", "watts");

  private final String text;
  private final Set<String> said = new HashSet<>();
  private final Set<String> systems = new LinkedHashSet<>();
  private ImmutableSet<String> emulates = ImmutableSet.of();
  private ImmutableSet<String> features = ImmutableSet.of();
  private int slots = 1;
  private OptionalInt cores = OptionalInt.empty();
  private double speed = 1;
  private OptionalDouble hourly = OptionalDouble.empty();
  private OptionalDouble watts = OptionalDouble.empty();
  private int position;

  private BuilderDescription(String text) {
    this.text = text;
  }

  /**
   * Reads a description.
   *
   * @throws InputException if it is none; with the column
   */
  public static Builder parse(String text) {
    return new BuilderDescription(text).builder();
  }

  private Builder builder() {
    int colon = text.indexOf(':');
    String name = colon < 0 ? "" : text.substring(0, colon).strip();
    if (name.isEmpty()) {
      throw fault("it begins with a name and a colon", EXAMPLE);
    }
    position = colon + 1;
    for (String item : Splitter.on(',').split(text.substring(colon + 1))) {
      int begin = position;
      position += item.length() - item.stripLeading().length();
      item(WORDS.splitToList(item));
      position = begin + item.length() + 1;
    }
    if (systems.isEmpty() && emulates.isEmpty()) {
      position = colon + 1;
      throw fault("it says neither what the builder runs nor what it emulates", EXAMPLE);
    }
    return Builder.of(
            name,
            Builder.Abilities.running(ImmutableSet.copyOf(systems))
                .emulating(emulates)
                .offering(features))
        .with(new Builder.Capacity(slots, speed, cores, OptionalLong.empty()))
        .with(new Builder.Upkeep(hourly, watts));
  }

  private void item(List<String> words) {
    if (words.isEmpty()) {
      throw fault("nothing is said here", EXAMPLE);
    }
    List<String> rest = words.subList(1, words.size());
    switch (words.get(0)) {
      case "emulates" -> {
        once("emulates");
        emulates = systems(rest);
      }
      case "features" -> {
        once("features");
        if (rest.isEmpty()) {
          throw fault("no feature is named", "Maybe big-parallel or kvm.");
        }
        features = ImmutableSet.copyOf(rest);
      }
      case "speed" -> {
        once("speed");
        speed = number(String.join(" ", rest), "speed", Section.LEAST_FACTOR, Section.MOST);
      }
      default -> {
        String unit = String.join(" ", rest);
        if (NUMBER.matcher(words.get(0)).matches() || UNITS.contains(unit)) {
          measure(words.get(0), unit);
        } else {
          systems.addAll(systems(words));
        }
      }
    }
  }

  private void measure(String number, String unit) {
    switch (unit) {
      case "slot", "slots" -> {
        once("slots");
        slots = whole(number, "slots");
      }
      case "core", "cores" -> {
        once("cores");
        cores = OptionalInt.of(whole(number, "cores"));
      }
      case "per hour" -> {
        once("per hour");
        hourly = OptionalDouble.of(number(number, "the price of an hour", 0, Section.MOST_AMOUNT));
      }
      case "watt", "watts" -> {
        once("watts");
        watts = OptionalDouble.of(number(number, "watts", 0, Section.MOST_AMOUNT));
      }
      default ->
          throw fault(
              unit.isEmpty()
                  ? "it is not said of what " + number + " is the number"
                  : "\"" + unit + "\" is nothing to count",
              meant(unit, "Maybe slots, cores, per hour or watts."));
    }
  }

  private int whole(String number, String what) {
    double value = number(number, what, 1, Section.MOST);
    if (value != Math.rint(value)) {
      throw fault(what + " must be a whole number, not " + number, EXAMPLE);
    }
    return (int) value;
  }

  private ImmutableSet<String> systems(List<String> words) {
    if (words.isEmpty()) {
      throw fault("no system is named", "Maybe riscv64-linux or x86_64-linux.");
    }
    for (String word : words) {
      if (!SYSTEM.matcher(word).matches()) {
        throw fault("\"" + word + "\" is no system", meant(word, EXAMPLE));
      }
      PlatformNames.unknownIn(word)
          .flatMap(PlatformNames.Unknown::meant)
          .ifPresent(
              meant -> {
                throw fault("\"" + word + "\" is no system", "Maybe " + meant + " is meant.");
              });
    }
    return ImmutableSet.copyOf(words);
  }

  private double number(String number, String what, double least, double most) {
    double value = NUMBER.matcher(number).matches() ? Double.parseDouble(number) : Double.NaN;
    if (!(value >= least && value <= most)) {
      throw fault(
          what
              + " must be a number from "
              + Section.plain(least)
              + " to "
              + Section.plain(most)
              + (number.isEmpty() ? "" : ", not " + number),
          EXAMPLE);
    }
    return value;
  }

  private void once(String what) {
    if (!said.add(what)) {
      throw fault(what + " is said twice", "Maybe take one of them out.");
    }
  }

  private static String meant(String word, String otherwise) {
    return Suggestion.closest(word, KEYWORDS)
        .map(meant -> "Maybe " + meant + " is meant.")
        .orElse(otherwise);
  }

  private InputException fault(String message, String remedy) {
    return new InputException(
        "builder '" + text + "', column " + (position + 1) + ": " + message, remedy);
  }
}
