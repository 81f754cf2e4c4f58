package dev.crossplan.planner.calibration;

import com.google.common.base.Preconditions;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableTable;
import com.google.common.collect.Table;
import com.google.common.io.Resources;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Factors on native seconds for machines that nobody measured: {@code factors.csv}, which has the
 * least, the median and the greatest of ten packages built three ways, in CPU seconds, by gcc 12
 * under QEMU 7.2 on x86_64.
 */
public final class KnownFactors {
  private static final ImmutableTable<Kind, Strategy, Factor> ALL = read();

  /**
   * A factor on native seconds.
   *
   * @param low the least that was seen
   * @param typical the median
   * @param high the greatest
   */
  public record Factor(double low, double typical, double high) {
    public Factor {
      Preconditions.checkArgument(
          0 < low && low <= typical && typical <= high, "%s, %s, %s", low, typical, high);
    }
  }

  private KnownFactors() {}

  /** The factor of a strategy on a kind of work; 1 for what is native, empty if none is known. */
  public static Optional<Factor> of(Kind kind, Strategy strategy) {
    return strategy == Strategy.NATIVE
        ? Optional.of(new Factor(1, 1, 1))
        : Optional.ofNullable(ALL.get(kind, strategy));
  }

  private static ImmutableTable<Kind, Strategy, Factor> read() {
    List<String> lines;
    try {
      lines =
          Resources.readLines(
              Resources.getResource(KnownFactors.class, "factors.csv"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ImmutableTable.Builder<Kind, Strategy, Factor> factors = ImmutableTable.builder();
    for (String line : lines.subList(1, lines.size())) {
      List<String> fields = Splitter.on(',').splitToList(line);
      factors.put(
          Kind.of(fields.get(0)).orElseThrow(),
          Strategy.of(fields.get(1)),
          new Factor(
              Double.parseDouble(fields.get(2)),
              Double.parseDouble(fields.get(3)),
              Double.parseDouble(fields.get(4))));
    }
    return factors.buildOrThrow();
  }

  /** All that are known. */
  static Table<Kind, Strategy, Factor> all() {
    return ALL;
  }
}
