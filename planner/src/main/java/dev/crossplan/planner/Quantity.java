package dev.crossplan.planner;

import com.google.common.collect.ImmutableMap;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number and its unit, as people write them. */
final class Quantity {
  private static final Pattern QUANTITY =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)\\s*([A-Za-z/]+)");

  private Quantity() {}

  /** How much it is in the least unit; empty where it is no such quantity, or less than one. */
  static OptionalLong parse(String text, ImmutableMap<String, Long> units) {
    Matcher matcher = QUANTITY.matcher(text.strip());
    if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
      return OptionalLong.empty();
    }
    double amount = Double.parseDouble(matcher.group(1)) * units.getOrDefault(matcher.group(2), 1L);
    return amount >= 1 && amount <= 1e15
        ? OptionalLong.of(Math.round(amount))
        : OptionalLong.empty();
  }
}
