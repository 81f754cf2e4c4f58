package dev.crossplan.planner.history;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.source.SourceCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the timing of an entry from its row. */
final class TimingRows {
  private TimingRows() {}

  static Timing timing(ResultSet row, ImmutableMap<String, Double> phases) throws SQLException {
    @Nullable Double cores = number(row, "cores");
    @Nullable Double source = number(row, "source");
    return new Timing(
        row.getString("package"),
        row.getString("version"),
        Optional.ofNullable(row.getString("host")),
        Optional.ofNullable(row.getString("strategy")).map(Strategy::of),
        row.getString("machine"),
        Instant.ofEpochMilli(row.getLong("started")),
        row.getDouble("seconds"),
        new Circumstances(
            cores == null ? OptionalInt.empty() : OptionalInt.of(cores.intValue()),
            optional(row, "cpu"),
            optional(row, "waited"),
            optional(row, "neighbours"),
            Trait.ofWords(row.getString("traits")),
            source == null ? OptionalLong.empty() : OptionalLong.of(source.longValue()),
            code(row),
            phases));
  }

  private static Optional<SourceCode> code(ResultSet row) throws SQLException {
    long statements = row.getLong("code_statements");
    return row.wasNull()
        ? Optional.empty()
        : Optional.of(
            new SourceCode(
                row.getLong("code_files"),
                statements,
                row.getLong("header_lines"),
                row.getLong("configure_checks"),
                row.getBoolean("by_libtool"),
                row.getBoolean("compiled_twice")));
  }

  private static OptionalDouble optional(ResultSet row, String column) throws SQLException {
    @Nullable Double value = number(row, column);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static @Nullable Double number(ResultSet row, String column) throws SQLException {
    double value = row.getDouble(column);
    return row.wasNull() ? null : value;
  }
}
