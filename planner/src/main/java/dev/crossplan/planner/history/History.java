package dev.crossplan.planner.history;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Trait;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was built before and what failed, of all manifests, a row an attempt; and how long builds
 * took elsewhere, if somebody imported that.
 *
 * <p>Whatever is done with it throws an {@link dev.crossplan.planner.InputException} if the file is
 * damaged, and a {@link dev.crossplan.planner.BuildException} if there is no room for it.
 */
public final class History implements AutoCloseable {
  /** The words that {@link Tools} are kept as, among the traits. */
  private static final String WITH_SAME_TOOLS =
      Stream.of(Trait.NATIVE_TOOLS, Trait.NATIVE_COMPILER)
          .map(
              trait ->
                  String.format(
                      " AND (instr(other.traits, '%1$s') > 0) = (instr(last.traits, '%1$s') > 0)",
                      trait))
          .collect(Collectors.joining());

  private final HistoryFile file;

  private History(HistoryFile file) {
    this.file = file;
  }

  /** Where the history is, see the XDG Base Directory Specification. */
  public static Path file(ImmutableMap<String, String> environment) {
    return StateHome.of(environment).resolve("history.db");
  }

  /**
   * Opens the history, and begins one where there is none. Where the file or its folder cannot be
   * written, it can be read.
   *
   * @throws dev.crossplan.planner.InputException if the file cannot be used, is damaged, or is none
   *     of crossplan's
   */
  public static History open(Path file) {
    return new History(HistoryFile.open(file));
  }

  @VisibleForTesting
  static History openReadOnly(Path file) {
    return new History(HistoryFile.openReadOnly(file));
  }

  /** Adds an attempt. */
  public void add(RecordedAttempt row) {
    file.transact(database -> EntryRows.add(database, Entry.of(row)));
  }

  /**
   * Adds those that are not there yet, all of them or, if it fails, none.
   *
   * @return how many that were
   */
  public int addAll(Iterable<Entry> entries) {
    return addAll(ImmutableList.of(entries)).get(0);
  }

  /**
   * Adds those of several sources that are not there yet, all of them or, if it fails, none.
   *
   * @return of each source, how many that were
   */
  public ImmutableList<Integer> addAll(List<? extends Iterable<Entry>> sources) {
    ImmutableList.Builder<Integer> added = ImmutableList.builder();
    file.transact(
        database -> {
          for (Iterable<Entry> entries : sources) {
            added.add(EntryRows.addUnknown(database, entries));
          }
        });
    return added.build();
  }

  /** Hands on entries one at a time, the one that began first before the others. */
  public void forEach(EntryFilter filter, Consumer<? super Entry> entries) {
    file.ask(
        database -> {
          EntryRows.read(database, filter, " ORDER BY started, id", entries);
          return true;
        });
  }

  /** At most so many entries, the one that began last before the others. */
  public ImmutableList<Entry> last(int limit, EntryFilter filter) {
    ImmutableList.Builder<Entry> last = ImmutableList.builder();
    file.ask(
        database -> {
          EntryRows.read(
              database, filter, " ORDER BY started DESC, id DESC LIMIT " + limit, last::add);
          return true;
        });
    return last.build();
  }

  public int count(EntryFilter filter) {
    return file.ask(database -> EntryRows.count(database, filter));
  }

  /**
   * Forgets entries.
   *
   * @return how many they were
   */
  public int remove(EntryFilter filter) {
    AtomicInteger removed = new AtomicInteger();
    file.transact(database -> removed.set(EntryRows.remove(database, filter)));
    return removed.get();
  }

  /**
   * Gives the room back that removed entries took.
   *
   * @throws dev.crossplan.planner.BuildException if another program has the history in use, or
   *     there is no room for a copy of it; nothing is lost then
   */
  public void compact() {
    file.compact();
  }

  /**
   * The builds that failed when they were last tried; each reason with the log as long as there is
   * one.
   *
   * @param zone in which days are told
   */
  public Failures failures(ZoneId zone) {
    return file.ask(
        database -> new Failures(failedWays(database, zone), failedHere(database, zone)));
  }

  private static ImmutableMap<Attempt, String> failedWays(Connection database, ZoneId zone)
      throws SQLException {
    ImmutableMap.Builder<Attempt, String> failures = ImmutableMap.builder();
    try (Statement statement = database.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT derivation, strategy, traits, started, reason, log FROM attempt AS last"
                    + " WHERE outcome = 'failed' AND lasting AND action = 'build'"
                    + " AND id = (SELECT id FROM attempt AS other WHERE"
                    + " other.derivation = last.derivation"
                    + " AND other.strategy = last.strategy"
                    + WITH_SAME_TOOLS
                    + " ORDER BY started DESC, id DESC LIMIT 1)"
                    + " ORDER BY started, id")) {
      while (row.next()) {
        failures.put(
            Attempt.build(StorePath.parse(row.getString("derivation")), strategy(row))
                .with(tools(row)),
            reason(row, zone));
      }
    }
    return failures.buildKeepingLast();
  }

  /** Elsewhere the same derivation may be built in another way: natively, not emulated. */
  private static ImmutableMap<StorePath, String> failedHere(Connection database, ZoneId zone)
      throws SQLException {
    ImmutableMap.Builder<StorePath, String> failures = ImmutableMap.builder();
    try (PreparedStatement query =
        database.prepareStatement(
            "SELECT built, strategy, traits, started, reason, log FROM attempt AS last"
                + " WHERE outcome = 'failed' AND lasting AND action = 'build' AND machine = ?"
                + " AND id = (SELECT id FROM attempt AS other WHERE other.built = last.built"
                + " AND other.machine = last.machine AND other.action = 'build'"
                + " ORDER BY started DESC, id DESC LIMIT 1)"
                + " ORDER BY started, id")) {
      query.setString(1, Machine.here().name());
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          failures.put(StorePath.parse(row.getString("built")), reason(row, zone));
        }
      }
    }
    return failures.buildKeepingLast();
  }

  private static Strategy strategy(ResultSet row) throws SQLException {
    return Strategy.of(row.getString("strategy"));
  }

  private static Tools tools(ResultSet row) throws SQLException {
    return Tools.of(Trait.ofWords(row.getString("traits")));
  }

  private static String reason(ResultSet row, ZoneId zone) throws SQLException {
    String log = row.getString("log");
    boolean hasLog = log != null && Files.exists(Path.of(log));
    return reason(
            Optional.of(strategy(row)),
            tools(row),
            Instant.ofEpochMilli(row.getLong("started")).atZone(zone),
            row.getString("reason"))
        + (hasLog ? ", log " + log : "");
  }

  /**
   * {@code its cross build failed on 2026-11-27: exit code 2}.
   *
   * @param strategy of a build; empty for a download
   * @param tools of a build
   */
  public static String reason(
      Optional<Strategy> strategy, Tools tools, ZonedDateTime started, String why) {
    String what = strategy.map(each -> each + " build").orElse("download");
    return "its " + tools.qualify(what) + " failed on " + started.toLocalDate() + ": " + why;
  }

  /** Whether a derivation, as Nix was to build it, was built and found to be in order. */
  public boolean hasBuilt(StorePath derivation) {
    return file.ask(
        database -> {
          try (PreparedStatement query =
              database.prepareStatement(
                  "SELECT outcome FROM attempt WHERE built = ?"
                      + " ORDER BY started DESC, id DESC LIMIT 1")) {
            query.setString(1, derivation.toString());
            try (ResultSet row = query.executeQuery()) {
              return row.next() && row.getString(1).equals("built");
            }
          }
        });
  }

  /** How builds fared that could run what they built; what was ended from outside did not fail. */
  public TestsBefore testsBefore() {
    return file.ask(
        database -> {
          try (Statement statement = database.createStatement();
              ResultSet row =
                  statement.executeQuery(
                      "SELECT count(*), total(outcome = 'failed'"
                          + " AND (lasting OR origin <> 'build') AND last.name LIKE '%check%')"
                          + " FROM attempt JOIN phase AS last ON last.attempt = id"
                          + " AND last.position = (SELECT max(position) FROM phase"
                          + " WHERE attempt = id)"
                          + " WHERE strategy IN ('emulated', 'native') AND action = 'build'"
                          + " AND EXISTS (SELECT 1 FROM phase WHERE attempt = id"
                          + " AND name LIKE '%check%')")) {
            return new TestsBefore(row.getInt(1), row.getInt(2));
          }
        });
  }

  /** Notes how many bytes all outputs of a package have together; only the last counts. */
  public void noteOutputBytes(String packageName, long bytes) {
    file.transact(
        database -> {
          try (PreparedStatement statement =
              database.prepareStatement("INSERT OR REPLACE INTO output_size VALUES (?, ?)")) {
            statement.setString(1, packageName);
            statement.setLong(2, bytes);
            statement.executeUpdate();
          }
        });
  }

  /** By package, how many bytes its outputs had together when they were built last. */
  public ImmutableMap<String, Long> outputBytes() {
    return file.ask(
        database -> {
          ImmutableMap.Builder<String, Long> bytes = ImmutableMap.builder();
          try (Statement statement = database.createStatement();
              ResultSet row = statement.executeQuery("SELECT package, bytes FROM output_size")) {
            while (row.next()) {
              bytes.put(row.getString(1), row.getLong(2));
            }
          }
          return bytes.build();
        });
  }

  /** How long builds took that did not fail, the one that began first before the others. */
  public ImmutableList<Timing> timings() {
    ImmutableList.Builder<Timing> timings = ImmutableList.builder();
    forEach(
        EntryFilter.ALL,
        entry -> {
          if (entry.action() == Action.BUILD && entry.reason().isEmpty()) {
            timings.add(entry.timing());
          }
        });
    return timings.build();
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
