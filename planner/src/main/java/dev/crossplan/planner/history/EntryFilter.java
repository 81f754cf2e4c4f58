package dev.crossplan.planner.history;

import dev.crossplan.planner.instance.Manifest.Strategy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Some of the entries: those for which all that is said here holds.
 *
 * @param since they began then or later
 * @param before they began earlier
 * @param failed only those that failed
 */
public record EntryFilter(
    Optional<String> packageName,
    Optional<String> machine,
    Optional<Strategy> strategy,
    Optional<String> origin,
    Optional<Instant> since,
    Optional<Instant> before,
    boolean failed) {

  /** All of them. */
  public static final EntryFilter ALL =
      new EntryFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false);

  /** Of these, those that failed. */
  public EntryFilter ofFailures() {
    return new EntryFilter(packageName, machine, strategy, origin, since, before, true);
  }

  /** A statement that ends before its conditions, and goes on after them, with this filter's. */
  PreparedStatement statement(Connection database, String head, String tail) throws SQLException {
    Map<String, Object> conditions = new LinkedHashMap<>();
    packageName.ifPresent(value -> conditions.put("package = ?", value));
    machine.ifPresent(value -> conditions.put("machine = ?", value));
    strategy.ifPresent(value -> conditions.put("strategy = ?", value.toString()));
    origin.ifPresent(value -> conditions.put("origin = ?", value));
    since.ifPresent(value -> conditions.put("started >= ?", value.toEpochMilli()));
    before.ifPresent(value -> conditions.put("started < ?", value.toEpochMilli()));
    if (failed) {
      conditions.put("outcome = ?", "failed");
    }
    String where =
        conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions.keySet());
    PreparedStatement statement = database.prepareStatement(head + where + tail);
    int parameter = 1;
    for (Object value : conditions.values()) {
      statement.setObject(parameter++, value);
    }
    return statement;
  }
}
