package dev.crossplan.planner.history;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.base.Stopwatch;
import com.google.common.collect.ImmutableMap;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.DiskSpace;
import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The database that {@link History} is kept in: opened, brought up to date, and asked. Its journal
 * is a write-ahead log, so that a kill or a full disk loses at most the row that was being written,
 * and runs at the same time wait for one another.
 */
final class HistoryFile implements AutoCloseable {
  /** In the file as {@code user_version}; counts up when tables change. */
  private static final int VERSION = 6;

  /** In the file as {@code application_id}: "crsp". */
  private static final int APPLICATION = 0x63727370;

  private static final int PATIENCE_MILLIS = 20_000;

  /**
   * Times are milliseconds since 1970, 0 where nobody said. {@code origin} is "build", or what the
   * row was imported from; that has neither derivation nor run. {@code traits} are words with
   * commas between.
   */
  private static final String TABLES =
      """
      CREATE TABLE attempt (
        id INTEGER PRIMARY KEY,
        derivation TEXT,
        built TEXT,
        package TEXT NOT NULL,
        version TEXT NOT NULL,
        host TEXT,
        action TEXT NOT NULL,
        strategy TEXT,
        builder TEXT,
        machine TEXT NOT NULL,
        started INTEGER NOT NULL,
        seconds REAL NOT NULL,
        cpu REAL,
        waited REAL,
        cores INTEGER,
        neighbours REAL,
        traits TEXT NOT NULL DEFAULT '',
        source INTEGER,
        code_files INTEGER,
        code_statements INTEGER,
        header_lines INTEGER,
        configure_checks INTEGER,
        by_libtool INTEGER,
        compiled_twice INTEGER,
        outcome TEXT NOT NULL CHECK (outcome IN ('built', 'failed')),
        reason TEXT,
        lasting INTEGER NOT NULL,
        run TEXT,
        log TEXT,
        manifest TEXT,
        origin TEXT NOT NULL DEFAULT 'build'
      );
      CREATE INDEX attempt_by_derivation ON attempt (derivation, strategy);
      CREATE INDEX attempt_by_built ON attempt (built);
      CREATE TABLE phase (
        attempt INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        seconds REAL NOT NULL,
        PRIMARY KEY (attempt, position)
      ) WITHOUT ROWID;
      """;

  /** How large the outputs of a package were together when they were built last. */
  private static final String OUTPUT_SIZES =
      """
      CREATE TABLE IF NOT EXISTS output_size (
        package TEXT PRIMARY KEY,
        bytes INTEGER NOT NULL
      ) WITHOUT ROWID;
      """;

  /** Changes no answer, only how fast it comes, so it makes no new version. */
  private static final String INDEX =
      "CREATE INDEX IF NOT EXISTS attempt_by_start ON attempt (started, package)";

  /** Of version 1, which knew no machine: what was built then was built here. */
  private static final String MOVE_VERSION_1 =
      """
      INSERT INTO attempt (id, derivation, built, package, version, host, action, strategy, builder,
          machine, started, seconds, outcome, reason, lasting, run, manifest, origin)
        SELECT id, derivation, built, package, version, host, action, strategy, builder,
          ?, started, seconds, outcome, reason, lasting, run, manifest, origin FROM attempt_1;
      """;

  /**
   * Columns that version 2 had none of; there are files of later ones with only some of them, and
   * with others, which counted code in another way and are read no more.
   */
  private static final ImmutableMap<String, String> ADDED_LATER =
      ImmutableMap.of(
          "waited", "REAL",
          "code_files", "INTEGER",
          "code_statements", "INTEGER",
          "header_lines", "INTEGER",
          "configure_checks", "INTEGER",
          "by_libtool", "INTEGER",
          "compiled_twice", "INTEGER");

  private static final String UNUSABLE =
      "Maybe set XDG_STATE_HOME to a folder that can be written to.";

  private static final String MOVE_AWAY =
      "Maybe move it away: then nothing is known of earlier builds.";

  private final Path file;
  private final Connection connection;

  private HistoryFile(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /**
   * Opens the file, and makes one where there is none. One that cannot be written can be read.
   *
   * @throws InputException if the file cannot be used, is damaged, or is none of crossplan's
   */
  static HistoryFile open(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return Files.isReadable(file)
            && !(Files.isWritable(file) && folder != null && Files.isWritable(folder))
        ? openReadOnly(file)
        : openToWrite(file);
  }

  /** Opens a file beside which nothing can be written, as even readers of a write-ahead log do. */
  @VisibleForTesting
  static HistoryFile openReadOnly(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    return open(
        file,
        () ->
            config.createConnection(
                "jdbc:sqlite:"
                    + file.toUri().getScheme()
                    + ":"
                    + file.toUri().getRawPath()
                    + "?immutable=1"),
        opened -> {
          throw new InputException(
              file + ": is of another version, or none of crossplan, and cannot be written",
              UNUSABLE);
        });
  }

  private static HistoryFile openToWrite(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL); // the power may fail
    config.setBusyTimeout(PATIENCE_MILLIS);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.enforceForeignKeys(true);
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
    } catch (IOException e) {
      throw new InputException(
          file + ": there is no place for the history: " + e.getMessage(), UNUSABLE, e);
    }
    return open(
        file, () -> connect(config, file), opened -> opened.transact(opened::bringUpToDate));
  }

  /** Makes a connection. */
  private interface Connecting {
    Connection connect() throws SQLException;
  }

  /**
   * Opens a file, and closes it again if it is none.
   *
   * @param otherwise what is done if it is not up to date; most often it is, and nobody need wait
   */
  private static HistoryFile open(
      Path file, Connecting connecting, Consumer<HistoryFile> otherwise) {
    @Nullable Connection connection = null;
    try {
      connection = connecting.connect();
      HistoryFile opened = new HistoryFile(file, connection);
      if (!opened.ask(opened::isUpToDate)) {
        otherwise.accept(opened);
      }
      return opened;
    } catch (SQLException e) {
      closeQuietly(connection);
      throw failure(file, e);
    } catch (InputException | BuildException e) {
      closeQuietly(connection);
      throw e;
    }
  }

  /**
   * Two that make a file at the same time both read it before they turn its journal into a
   * write-ahead log. One of them is told that it is locked then, and not after the time that the
   * busy handler waits but at once: SQLite calls none where waiting could be for ever. The same was
   * seen where others close the file meanwhile.
   */
  private static Connection connect(SQLiteConfig config, Path file) throws SQLException {
    Stopwatch waited = Stopwatch.createStarted();
    while (true) {
      try {
        return config.createConnection("jdbc:sqlite:" + file);
      } catch (SQLiteException e) {
        if (e.getResultCode() != SQLiteErrorCode.SQLITE_BUSY
            || waited.elapsed().toMillis() >= PATIENCE_MILLIS) {
          throw e;
        }
      }
      Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(20));
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

  private boolean isUpToDate(Connection database) throws SQLException {
    try (Statement statement = database.createStatement()) {
      return number(statement, "PRAGMA user_version") == VERSION
          && number(statement, "PRAGMA application_id") == APPLICATION;
    }
  }

  private void bringUpToDate(Connection database) throws SQLException {
    try (Statement statement = database.createStatement()) {
      int version = number(statement, "PRAGMA user_version");
      if (version == 0 && number(statement, "SELECT count(*) FROM sqlite_master") == 0) {
        statement.executeUpdate(TABLES);
        statement.executeUpdate("PRAGMA application_id = " + APPLICATION);
      } else if (number(statement, "PRAGMA application_id") != APPLICATION) {
        throw new InputException(file + ": is a database, but none of crossplan", MOVE_AWAY, null);
      } else if (version > VERSION) {
        throw new InputException(
            String.format(
                "%s: was written by a newer crossplan (%d, this one knows %d)",
                file, version, VERSION),
            "Maybe use that one.",
            null);
      } else if (version == 1) {
        statement.executeUpdate(
            "ALTER TABLE attempt RENAME TO attempt_1;"
                + " DROP INDEX attempt_by_derivation; DROP INDEX attempt_by_built;");
        statement.executeUpdate(TABLES);
        try (PreparedStatement move = database.prepareStatement(MOVE_VERSION_1)) {
          move.setString(1, Machine.here().name());
          move.executeUpdate();
        }
        statement.executeUpdate("DROP TABLE attempt_1");
      } else if (version >= 2 && version < VERSION) {
        for (Map.Entry<String, String> added : ADDED_LATER.entrySet()) {
          addColumn(statement, added.getKey(), added.getValue());
        }
      }
      statement.executeUpdate(INDEX);
      statement.executeUpdate(OUTPUT_SIZES);
      statement.executeUpdate("PRAGMA user_version = " + VERSION);
    }
  }

  private static void addColumn(Statement statement, String name, String type) throws SQLException {
    String present = "SELECT count(*) FROM pragma_table_info('attempt') WHERE name = ";
    if (number(statement, present + "'" + name + "'") == 0) {
      statement.executeUpdate(String.format("ALTER TABLE attempt ADD COLUMN %s %s", name, type));
    }
  }

  private static int number(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  /** Something that is done with a database. */
  interface Work {
    void with(Connection database) throws SQLException;
  }

  /** A question to a database. */
  interface Question<T> {
    T of(Connection database) throws SQLException;
  }

  /**
   * Does all of {@code work} or, if it fails, nothing.
   *
   * @throws InputException if the file is damaged
   * @throws BuildException if there is no room for it
   */
  void transact(Work work) {
    try {
      connection.setAutoCommit(false);
      try {
        work.with(connection);
        connection.commit();
      } finally {
        leaveTransaction();
      }
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  /**
   * Nothing is left to roll back but after a failure, and not after each: on a full disk SQLite has
   * done so itself, and refuses to do it twice. The driver begins the next transaction at once
   * where it is not told to leave that, and would keep others out.
   */
  private void leaveTransaction() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // it is rolled back
    }
    try {
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      // there is none to leave
    }
  }

  /**
   * Asks.
   *
   * @throws InputException if the file is damaged
   */
  <T> T ask(Question<T> question) {
    try {
      return question.of(connection);
    } catch (SQLException e) {
      throw failure(file, e);
    } catch (InputException e) { // of what stands in a row
      throw e.getMessage() != null && e.getMessage().startsWith(file.toString())
          ? e
          : new InputException(file + ": the history is damaged: " + e.getMessage(), MOVE_AWAY, e);
    } catch (IllegalArgumentException e) { // a word or a number that nobody writes there
      throw new InputException(
          file + ": the history is damaged: a row of it cannot be read", MOVE_AWAY, e);
    }
  }

  /** Writes the database anew, without what was removed. */
  void compact() {
    ask(
        database -> {
          try (Statement statement = database.createStatement()) {
            statement.executeUpdate("VACUUM");
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
          }
          return true;
        });
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
      case SQLITE_READONLY, SQLITE_READONLY_DBMOVED, SQLITE_READONLY_DIRECTORY ->
          new InputException(
              file + ": the history cannot be written, only read", UNUSABLE, problem);
      case SQLITE_FULL ->
          new BuildException(
              file + ": the disk is full" + DiskSpace.ifShort(file),
              "Maybe make room there, then run the same again: what was in the history before is kept.",
              problem);
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_BUSY_SNAPSHOT ->
          new BuildException(
              file + ": another program has the history locked",
              "Maybe it hangs: fuser " + file + " tells which it is.",
              problem);
      default ->
          new InputException(
              file + ": the history cannot be used: " + problem.getMessage(),
              Files.isDirectory(file) ? MOVE_AWAY : UNUSABLE,
              problem);
    };
  }

  /** Lets the database not grow above so many pages, as a full disk does. */
  @VisibleForTesting
  void limitTo(int pages) {
    transact(
        database -> {
          try (Statement statement = database.createStatement()) {
            statement.execute("PRAGMA max_page_count = " + pages);
          }
        });
  }

  @Override
  public void close() {
    closeQuietly(connection);
  }
}
