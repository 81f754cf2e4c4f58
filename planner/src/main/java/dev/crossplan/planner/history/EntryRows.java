package dev.crossplan.planner.history;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.source.SourceCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Entries as rows of the tables of {@link HistoryFile}, in both directions. */
final class EntryRows {
  /** In the order of {@link #values}. */
  private static final ImmutableList<String> COLUMNS =
      ImmutableList.of(
          "started",
          "package",
          "version",
          "host",
          "strategy",
          "machine",
          "seconds",
          "cpu",
          "waited",
          "cores",
          "neighbours",
          "traits",
          "source",
          "code_files",
          "code_statements",
          "header_lines",
          "configure_checks",
          "by_libtool",
          "compiled_twice",
          "action",
          "outcome",
          "reason",
          "derivation",
          "built",
          "builder",
          "lasting",
          "run",
          "log",
          "manifest",
          "origin");

  private static final String INSERT =
      String.format("INSERT INTO attempt (%s) ", String.join(", ", COLUMNS));

  private static final String PARAMETERS =
      String.join(", ", Collections.nCopies(COLUMNS.size(), "?"));

  /** NULL IS NULL; and the index on the two that are never NULL is used. */
  private static final String SAME =
      COLUMNS.stream()
          .map(column -> column + (COLUMNS.indexOf(column) < 2 ? " = ?" : " IS ?"))
          .collect(Collectors.joining(" AND "));

  private EntryRows() {}

  /** Adds an entry. */
  static void add(Connection database, Entry entry) throws SQLException {
    try (PreparedStatement statement =
        database.prepareStatement(INSERT + "VALUES (" + PARAMETERS + ") RETURNING id")) {
      bind(statement, values(entry), 1);
      insert(database, statement, entry);
    }
  }

  /**
   * Adds the entries that are not there. Phases are no part of the comparison.
   *
   * @return how many were added
   */
  static int addUnknown(Connection database, Iterable<Entry> entries) throws SQLException {
    int added = 0;
    try (PreparedStatement statement =
        database.prepareStatement(
            INSERT
                + "SELECT "
                + PARAMETERS
                + " WHERE NOT EXISTS (SELECT 1 FROM attempt WHERE "
                + SAME
                + ") RETURNING id")) {
      for (Entry entry : entries) {
        @Nullable Object[] values = values(entry);
        bind(statement, values, 1);
        bind(statement, values, 1 + values.length);
        if (insert(database, statement, entry)) {
          added++;
        }
      }
    }
    return added;
  }

  private static void bind(PreparedStatement statement, @Nullable Object[] values, int first)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(first + i, values[i]);
    }
  }

  private static boolean insert(Connection database, PreparedStatement statement, Entry entry)
      throws SQLException {
    long id;
    try (ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        return false;
      }
      id = row.getLong(1);
    }
    ImmutableMap<String, Double> phases = entry.timing().circumstances().phases();
    if (!phases.isEmpty()) {
      insertPhases(database, id, phases);
    }
    return true;
  }

  private static void insertPhases(
      Connection database, long attempt, ImmutableMap<String, Double> phases) throws SQLException {
    try (PreparedStatement statement =
        database.prepareStatement(
            "INSERT INTO phase (attempt, position, name, seconds) VALUES (?, ?, ?, ?)")) {
      int position = 0;
      for (Map.Entry<String, Double> phase : phases.entrySet()) {
        statement.setLong(1, attempt);
        statement.setInt(2, position++);
        statement.setString(3, phase.getKey());
        statement.setDouble(4, phase.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** Numbers and truth values stay such, all else is text. */
  private static @Nullable Object[] values(Entry entry) {
    Timing timing = entry.timing();
    Circumstances circumstances = timing.circumstances();
    OptionalInt cores = circumstances.cores();
    OptionalLong source = circumstances.sourceBytes();
    return new @Nullable Object[] {
      timing.started().toEpochMilli(),
      timing.packageName(),
      timing.version(),
      orNull(timing.host()),
      orNull(timing.strategy()),
      timing.machine(),
      timing.seconds(),
      orNull(circumstances.cpuSeconds()),
      orNull(circumstances.waitedSeconds()),
      cores.isPresent() ? cores.getAsInt() : null,
      orNull(circumstances.neighbours()),
      Joiner.on(',').join(circumstances.traits()),
      source.isPresent() ? source.getAsLong() : null,
      circumstances.code().map(SourceCode::files).orElse(null),
      circumstances.code().map(SourceCode::statements).orElse(null),
      circumstances.code().map(SourceCode::headerLines).orElse(null),
      circumstances.code().map(SourceCode::checks).orElse(null),
      circumstances.code().map(SourceCode::isByLibtool).orElse(null),
      circumstances.code().map(SourceCode::isTwice).orElse(null),
      entry.action().toString(),
      entry.reason().isPresent() ? "failed" : "built",
      orNull(entry.reason()),
      orNull(entry.derivation()),
      orNull(entry.built()),
      orNull(entry.builder()),
      entry.lasting(),
      orNull(entry.run()),
      orNull(entry.log()),
      orNull(entry.manifest()),
      entry.origin()
    };
  }

  private static @Nullable String orNull(Optional<?> value) {
    return value.map(Object::toString).orElse(null);
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  /**
   * Hands on entries, one at a time.
   *
   * @param order and how many, in SQL
   */
  static void read(
      Connection database, EntryFilter filter, String order, Consumer<? super Entry> entries)
      throws SQLException {
    try (PreparedStatement phases =
            database.prepareStatement(
                "SELECT name, seconds FROM phase WHERE attempt = ? ORDER BY position");
        PreparedStatement statement = filter.statement(database, "SELECT * FROM attempt", order);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        entries.accept(entry(row, phases(phases, row.getLong("id"))));
      }
    }
  }

  private static ImmutableMap<String, Double> phases(PreparedStatement statement, long attempt)
      throws SQLException {
    statement.setLong(1, attempt);
    Map<String, Double> phases = new LinkedHashMap<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        phases.put(row.getString(1), row.getDouble(2));
      }
    }
    return ImmutableMap.copyOf(phases);
  }

  private static Entry entry(ResultSet row, ImmutableMap<String, Double> phases)
      throws SQLException {
    boolean failed = row.getString("outcome").equals("failed");
    return new Entry(
        Action.valueOf(row.getString("action").toUpperCase(Locale.ROOT)),
        TimingRows.timing(row, phases),
        failed ? Optional.of(text(row, "reason").orElse("")) : Optional.empty(),
        text(row, "derivation").map(StorePath::parse),
        text(row, "built").map(StorePath::parse),
        text(row, "builder"),
        row.getBoolean("lasting"),
        text(row, "run"),
        text(row, "log"),
        text(row, "manifest"),
        row.getString("origin"));
  }

  private static Optional<String> text(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  /** Removes entries, and their phases with them; tells how many. */
  static int remove(Connection database, EntryFilter filter) throws SQLException {
    try (PreparedStatement statement = filter.statement(database, "DELETE FROM attempt", "")) {
      return statement.executeUpdate();
    }
  }

  static int count(Connection database, EntryFilter filter) throws SQLException {
    try (PreparedStatement statement =
            filter.statement(database, "SELECT count(*) FROM attempt", "");
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getInt(1) : 0;
    }
  }
}
