package dev.crossplan.planner.execute;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.alternative.Attempt;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What was built before and what failed, of all manifests: an SQLite database, a row an attempt.
 * Its journal is a write-ahead log, so that a kill or a full disk loses at most the row that was
 * being written, and runs at the same time wait for one another.
 */
public final class History implements AutoCloseable {
  /** In the file as {@code user_version}; counts up when tables change. */
  private static final int VERSION = 1;

  /** In the file as {@code application_id}: "crsp". */
  private static final int APPLICATION = 0x63727370;

  private static final int PATIENCE_MILLIS = 20_000;

  /** Times are milliseconds since 1970. What {@code origin} is besides "build" was imported. */
  private static final String TABLES =
      """
      CREATE TABLE attempt (
        id INTEGER PRIMARY KEY,
        derivation TEXT NOT NULL,
        built TEXT NOT NULL,
        package TEXT NOT NULL,
        version TEXT NOT NULL,
        host TEXT,
        action TEXT NOT NULL,
        strategy TEXT,
        builder TEXT,
        started INTEGER NOT NULL,
        seconds REAL NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('built', 'failed')),
        reason TEXT,
        lasting INTEGER NOT NULL,
        run TEXT NOT NULL,
        manifest TEXT NOT NULL,
        origin TEXT NOT NULL DEFAULT 'build'
      );
      CREATE INDEX attempt_by_derivation ON attempt (derivation, strategy);
      CREATE INDEX attempt_by_built ON attempt (built);
      CREATE INDEX attempt_by_package ON attempt (package, strategy);
      """;

  private static final String UNUSABLE =
      "Maybe set XDG_STATE_HOME to a folder that can be written to.";

  private static final String MOVE_AWAY =
      "Maybe move it away; what failed before is tried again then.";

  private final Path file;
  private final Connection connection;

  private History(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /** Where the history is, see the XDG Base Directory Specification. */
  public static Path file(ImmutableMap<String, String> environment) {
    return StateFolder.home(environment).resolve("history.db");
  }

  /**
   * Opens the history, and begins one where there is none.
   *
   * @throws InputException if the file cannot be used, is damaged, or is none of crossplan's
   */
  public static History open(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL); // the power may fail
    config.setBusyTimeout(PATIENCE_MILLIS);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
    } catch (IOException e) {
      throw new InputException(
          file + ": there is no place for the history: " + e.getMessage(), UNUSABLE, e);
    }
    @Nullable Connection connection = null;
    try {
      connection = config.createConnection("jdbc:sqlite:" + file);
      History history = new History(file, connection);
      history.prepare();
      return history;
    } catch (SQLException e) {
      closeQuietly(connection);
      throw failure(file, e);
    } catch (InputException e) {
      closeQuietly(connection);
      throw e;
    }
  }

  private static void closeQuietly(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // it is given up anyway
    }
  }

  private void prepare() throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      int version = number(statement, "PRAGMA user_version");
      if (version == 0 && number(statement, "SELECT count(*) FROM sqlite_master") == 0) {
        statement.executeUpdate(TABLES);
        statement.executeUpdate("PRAGMA application_id = " + APPLICATION);
        statement.executeUpdate("PRAGMA user_version = " + VERSION);
      } else if (number(statement, "PRAGMA application_id") != APPLICATION) {
        throw new InputException(file + ": is a database, but none of crossplan", MOVE_AWAY, null);
      } else if (version > VERSION) {
        throw new InputException(
            file + ": was written by a newer crossplan (" + version + ", this one knows 1)",
            "Maybe use that one.",
            null);
      }
      connection.commit();
    }
    // Not a transaction at a time: the driver would begin the next one at once, and keep others
    // out.
    connection.setAutoCommit(true);
  }

  private static int number(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  /** Adds an attempt. */
  void add(RecordedAttempt row) {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO attempt (derivation, built, package, version, host, action, strategy,"
                + " builder, started, seconds, outcome, reason, lasting, run, manifest)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      Object[] values = {
        row.attempt().derivation().toString(),
        row.built().toString(),
        row.packageName(),
        row.version(),
        row.host().orElse(null),
        row.attempt().action().toString(),
        row.attempt().strategy().map(Strategy::toString).orElse(null),
        row.builder().orElse(null),
        row.started().toEpochMilli(),
        row.seconds(),
        row.reason().isPresent() ? "failed" : "built",
        row.reason().orElse(null),
        row.lasting(),
        row.run(),
        row.manifest()
      };
      for (int i = 0; i < values.length; i++) {
        insert.setObject(i + 1, values[i]);
      }
      insert.executeUpdate();
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  /**
   * The builds that failed when they were last tried, and why, as part of a sentence; with the log
   * while there still is one.
   *
   * @param zone in which days are told
   * @throws InputException if the file is damaged
   */
  public ImmutableMap<Attempt, String> failures(ZoneId zone) {
    ImmutableMap.Builder<Attempt, String> failures = ImmutableMap.builder();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT derivation, strategy, started, reason, run, built FROM attempt AS last"
                    + " WHERE outcome = 'failed' AND lasting AND action = 'build'"
                    + " AND id = (SELECT max(id) FROM attempt AS other WHERE"
                    + " other.derivation = last.derivation AND other.strategy = last.strategy)"
                    + " ORDER BY id")) {
      while (row.next()) {
        Attempt attempt =
            Attempt.build(
                StorePath.parse(row.getString(1)),
                Strategy.valueOf(row.getString(2).toUpperCase(Locale.ROOT)));
        ZonedDateTime started = Instant.ofEpochMilli(row.getLong(3)).atZone(zone);
        String log =
            new RunFolder(Path.of(row.getString(5)))
                .findLog(StorePath.parse(row.getString(6)))
                .map(file -> ", log " + file)
                .orElse("");
        failures.put(attempt, reason(attempt, started, row.getString(4)) + log);
      }
      return failures.buildKeepingLast();
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  /** {@code its cross build failed on 2026-11-27: exit code 2}. */
  static String reason(Attempt attempt, ZonedDateTime started, String why) {
    String what = attempt.strategy().map(strategy -> strategy + " build").orElse("download");
    return "its " + what + " failed on " + started.toLocalDate() + ": " + why;
  }

  /** Whether a derivation, as Nix was to build it, was built and found to be in order. */
  boolean hasBuilt(StorePath derivation) {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT outcome FROM attempt WHERE built = ? ORDER BY id DESC LIMIT 1")) {
      query.setString(1, derivation.toString());
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getString(1).equals("built");
      }
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  /** A file that is not as it should be is bad input, a machine that has no room is not. */
  private static RuntimeException failure(Path file, SQLException problem) {
    SQLiteErrorCode code =
        problem instanceof SQLiteException known
            ? known.getResultCode()
            : SQLiteErrorCode.UNKNOWN_ERROR;
    return switch (code) {
      case SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_CORRUPT_INDEX, SQLITE_CORRUPT_VTAB ->
          new InputException(
              file + ": the history is damaged: " + problem.getMessage(), MOVE_AWAY, problem);
      case SQLITE_FULL ->
          new BuildException(
              file + ": the disk is full",
              "Maybe make room, then run the same again: what is built is kept.",
              problem);
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_BUSY_SNAPSHOT ->
          new BuildException(
              file + ": another program has the history locked",
              "Maybe it hangs: fuser " + file + " tells which it is.",
              problem);
      default ->
          new InputException(
              file + ": the history cannot be used: " + problem.getMessage(), UNUSABLE, problem);
    };
  }

  /** Lets the database not grow above so many pages, as a full disk does. */
  @VisibleForTesting
  void limitTo(int pages) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA max_page_count = " + pages);
    }
  }

  @Override
  public void close() {
    closeQuietly(connection);
  }
}
