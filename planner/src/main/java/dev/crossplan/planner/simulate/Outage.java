package dev.crossplan.planner.simulate;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.instance.Builder;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time in which a builder is not there: what ran on it is lost, and nothing can be started.
 *
 * @param from seconds after the start
 * @param until infinite where it does not come back
 */
public record Outage(String builder, double from, double until) {
  private static final String EXAMPLE = "Maybe 'board: down at 10 min for 1 h'.";
  private static final double LONGEST = 1e9;

  private static final Pattern DOWN =
      Pattern.compile("\\s*down\\s+at\\s+(?<at>.*?)(?:\\s+for\\s+(?<length>.*?))?\\s*");

  public Outage {
    Preconditions.checkArgument(from >= 0 && until > from, "down from %s to %s", from, until);
  }

  /**
   * Reads {@code board: down at 10 min for 1 h}, times being numbers with a unit, such as {@code 1
   * h 30 min}. Without {@code for} it does not come back.
   *
   * @throws InputException if it is not like this
   */
  public static Outage parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? "" : text.substring(0, colon).strip();
    if (name.isEmpty()) {
      throw fault(text, "it begins with the name of a builder and a colon", EXAMPLE);
    }
    Matcher matcher = DOWN.matcher(text.substring(colon + 1));
    if (!matcher.matches()) {
      throw fault(text, "after the colon it says 'down at' and a time", EXAMPLE);
    }
    double from = seconds(text, matcher.group("at"));
    if (matcher.group("length") == null) {
      return new Outage(name, from, Double.POSITIVE_INFINITY);
    }
    double until = from + seconds(text, matcher.group("length"));
    if (until == from) {
      throw fault(text, "down for no time is not down", EXAMPLE);
    }
    return new Outage(name, from, until);
  }

  /**
   * Checks that the builders are there and can be down.
   *
   * @throws InputException if one is not, or is the one that Nix runs on
   */
  public static void check(ImmutableList<Outage> outages, ImmutableList<Builder> builders) {
    List<String> names = builders.stream().map(Builder::name).toList();
    OptionalInt local = Workload.local(builders);
    for (Outage outage : outages) {
      int builder = names.indexOf(outage.builder());
      if (builder < 0) {
        throw new InputException(
            "there is no builder \"" + outage.builder() + "\" that could be down",
            Suggestion.oneOf(outage.builder(), names));
      }
      if (local.isPresent() && local.getAsInt() == builder) {
        throw new InputException(
            outage.builder()
                + " is the machine that all others are driven from: while it is down nothing is"
                + " built, whoever decides",
            "Maybe another builder is meant, or give "
                + outage.builder()
                + " a uri, so that it is a remote one.");
      }
    }
  }

  private static double seconds(String text, String time) {
    OptionalDouble seconds = Seconds.parse(time);
    if (seconds.isEmpty() || seconds.getAsDouble() > LONGEST) {
      throw fault(
          text, "\"" + time + "\" is no time from 0 s to " + Math.round(LONGEST) + " s", EXAMPLE);
    }
    return seconds.getAsDouble();
  }

  private static InputException fault(String text, String message, String remedy) {
    return new InputException("fault '" + text + "': " + message, remedy);
  }
}
