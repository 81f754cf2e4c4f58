package dev.crossplan.planner.alternative;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.history.Attempt;

/**
 * What building has taught: reasons to plan otherwise than from the manifest alone.
 *
 * @param failed what will not be tried again, and why, as part of a sentence: {@code its cross
 *     build failed on 2026-11-27: …}
 * @param built what is there already, or will be soon: it costs nothing, and its package is made in
 *     no other way as long as there is such a plan
 * @param beingBuilt those of {@code built} that are not there yet: they cost nothing but still take
 *     their time
 */
public record Experience(
    ImmutableMap<Attempt, String> failed,
    ImmutableSet<Attempt> built,
    ImmutableSet<Attempt> beingBuilt) {
  /** Nothing was built yet. */
  public static final Experience NONE = new Experience(ImmutableMap.of(), ImmutableSet.of());

  /** When nothing is being built. */
  public Experience(ImmutableMap<Attempt, String> failed, ImmutableSet<Attempt> built) {
    this(failed, built, ImmutableSet.of());
  }

  /** What is known to fail does not count as built: its outputs are there, but are not as asked. */
  public Experience {
    ImmutableMap<Attempt, String> known = failed;
    built =
        built.stream()
            .filter(attempt -> !known.containsKey(attempt))
            .collect(ImmutableSet.toImmutableSet());
  }

  boolean isNone() {
    return failed.isEmpty() && built.isEmpty();
  }
}
