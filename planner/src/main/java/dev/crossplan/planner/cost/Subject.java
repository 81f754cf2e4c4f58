package dev.crossplan.planner.cost;

import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.Optional;

/**
 * A build of which somebody wants to know how long it takes.
 *
 * @param machine host name of the one that builds
 * @param circumstances what is known of it before: traits, sources and cores; nothing that only the
 *     build itself can tell
 */
public record Subject(
    String packageName,
    String version,
    Strategy strategy,
    String machine,
    Circumstances circumstances) {

  /** What was built, as if it were not yet; empty where nobody said in which way. */
  public static Optional<Subject> of(Timing timing) {
    Circumstances known = timing.circumstances();
    return timing
        .strategy()
        .map(
            strategy ->
                new Subject(
                    timing.packageName(),
                    timing.version(),
                    strategy,
                    timing.machine(),
                    known.beforehand()));
  }

  /** Whether the other is built in the same way: by the same strategy, with tools of one kind. */
  boolean isBuiltLike(Subject other) {
    return strategy == other.strategy
        && Tools.of(circumstances.traits()) == Tools.of(other.circumstances.traits());
  }

  /** The same in other circumstances. */
  Subject in(Circumstances other) {
    return new Subject(packageName, version, strategy, machine, other);
  }
}
