package dev.crossplan.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A moment as people say it: {@code 90d} ago, or the beginning of the day {@code 2026-11-28}. */
final class Moment implements ITypeConverter<Instant> {
  private static final Pattern AGO = Pattern.compile("(?<number>\\d{1,5})(?<unit>[hdw])");

  @Override
  public Instant convert(String word) {
    Matcher ago = AGO.matcher(word);
    if (ago.matches()) {
      long number = Long.parseLong(ago.group("number"));
      return Instant.now()
          .minus(
              switch (ago.group("unit")) {
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ofDays(7 * number);
              });
    }
    try {
      return LocalDate.parse(word).atStartOfDay(ZoneId.systemDefault()).toInstant();
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          word + " is neither an age such as 12h, 90d or 3w, nor a day such as 2026-11-28");
    }
  }
}
