package dev.crossplan.planner.history;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What was built before and what failed, of all manifests, a row an attempt; and how long builds
 * took elsewhere, if somebody imported that.
 *
 * <p>Whatever is done with it throws an {@link dev.crossplan.planner.InputException} if the file is
 * damaged, and a {@link dev.crossplan.planner.BuildException} if there is no room for it.
 */
public final class History implements AutoCloseable {
  private final HistoryFile file;

  private History(HistoryFile file) {
    this.file = file;
  }

  /** Where the history is, see the XDG Base Directory Specification. */
  public static Path file(ImmutableMap<String, String> environment) {
    return StateHome.of(environment).resolve("history.db");
  }

  /**
   * Opens the history, and begins one where there is none.
   *
   * @throws dev.crossplan.planner.InputException if the file cannot be used, is damaged, or is none
   *     of crossplan's
   */
  public static History open(Path file) {
    return new History(HistoryFile.open(file));
  }

  /** Adds an attempt. */
  public void add(RecordedAttempt row) {
    Map<String, @Nullable Object> values = columns(row.timing());
    values.put("derivation", row.attempt().derivation());
    values.put("built", row.built());
    values.put("action", row.attempt().action());
    values.put("builder", row.builder().orElse(null));
    values.put("outcome", row.reason().isPresent() ? "failed" : "built");
    values.put("reason", row.reason().orElse(null));
    values.put("lasting", row.lasting());
    values.put("run", row.run());
    values.put("manifest", row.manifest());
    file.transact(database -> insert(database, values, row.timing().circumstances().phases()));
  }

  private static Map<String, @Nullable Object> columns(Timing timing) {
    Circumstances circumstances = timing.circumstances();
    Map<String, @Nullable Object> columns = new LinkedHashMap<>();
    columns.put("package", timing.packageName());
    columns.put("version", timing.version());
    columns.put("host", timing.host().orElse(null));
    columns.put("strategy", timing.strategy().orElse(null));
    columns.put("machine", timing.machine());
    columns.put("started", timing.started().toEpochMilli());
    columns.put("seconds", timing.seconds());
    columns.put("cpu", orNull(circumstances.cpuSeconds()));
    OptionalInt cores = circumstances.cores();
    columns.put("cores", cores.isPresent() ? cores.getAsInt() : null);
    columns.put("neighbours", orNull(circumstances.neighbours()));
    columns.put("traits", Joiner.on(',').join(circumstances.traits()));
    OptionalLong source = circumstances.sourceBytes();
    columns.put("source", source.isPresent() ? source.getAsLong() : null);
    return columns;
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  /** Numbers and truth values stay such, all else is text. */
  private static void insert(
      Connection database,
      Map<String, @Nullable Object> values,
      ImmutableMap<String, Double> phases)
      throws SQLException {
    String insert =
        String.format(
            "INSERT INTO attempt (%s) VALUES (%s) RETURNING id",
            String.join(", ", values.keySet()),
            String.join(", ", Collections.nCopies(values.size(), "?")));
    long id;
    try (PreparedStatement statement = database.prepareStatement(insert)) {
      int column = 1;
      for (Object value : values.values()) {
        boolean isPlain = value == null || value instanceof Number || value instanceof Boolean;
        statement.setObject(column++, isPlain ? value : value.toString());
      }
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        id = row.getLong(1);
      }
    }
    try (PreparedStatement statement =
        database.prepareStatement(
            "INSERT INTO phase (attempt, position, name, seconds) VALUES (?, ?, ?, ?)")) {
      int position = 0;
      for (Map.Entry<String, Double> phase : phases.entrySet()) {
        statement.setLong(1, id);
        statement.setInt(2, position++);
        statement.setString(3, phase.getKey());
        statement.setDouble(4, phase.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /**
   * The builds that failed when they were last tried, and why, as part of a sentence.
   *
   * @param zone in which days are told
   */
  public ImmutableMap<Attempt, String> failures(ZoneId zone) {
    return file.ask(
        database -> {
          ImmutableMap.Builder<Attempt, String> failures = ImmutableMap.builder();
          try (Statement statement = database.createStatement();
              ResultSet row =
                  statement.executeQuery(
                      "SELECT derivation, strategy, started, reason FROM attempt AS last"
                          + " WHERE outcome = 'failed' AND lasting AND action = 'build'"
                          + " AND id = (SELECT max(id) FROM attempt AS other WHERE"
                          + " other.derivation = last.derivation"
                          + " AND other.strategy = last.strategy)"
                          + " ORDER BY id")) {
            while (row.next()) {
              Attempt attempt =
                  Attempt.build(
                      StorePath.parse(row.getString(1)),
                      Strategy.valueOf(row.getString(2).toUpperCase(Locale.ROOT)));
              ZonedDateTime started = Instant.ofEpochMilli(row.getLong(3)).atZone(zone);
              failures.put(attempt, reason(attempt, started, row.getString(4)));
            }
          }
          return failures.buildKeepingLast();
        });
  }

  /** {@code its cross build failed on 2026-11-27: exit code 2}. */
  public static String reason(Attempt attempt, ZonedDateTime started, String why) {
    String what = attempt.strategy().map(strategy -> strategy + " build").orElse("download");
    return "its " + what + " failed on " + started.toLocalDate() + ": " + why;
  }

  /** Whether a derivation, as Nix was to build it, was built and found to be in order. */
  public boolean hasBuilt(StorePath derivation) {
    return file.ask(
        database -> {
          try (PreparedStatement query =
              database.prepareStatement(
                  "SELECT outcome FROM attempt WHERE built = ? ORDER BY id DESC LIMIT 1")) {
            query.setString(1, derivation.toString());
            try (ResultSet row = query.executeQuery()) {
              return row.next() && row.getString(1).equals("built");
            }
          }
        });
  }

  /** How long builds took that did not fail, the one that began first before the others. */
  public ImmutableList<Timing> timings() {
    return file.ask(TimingRows::read);
  }

  @VisibleForTesting
  void limitTo(int pages) {
    file.limitTo(pages);
  }

  @Override
  public void close() {
    file.close();
  }
}
