package dev.crossplan.planner.history;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.StorePath;

/**
 * What failed to be made and is not tried again, and why, as part of a sentence: {@code its cross
 * build failed on 2026-11-27: …}.
 *
 * <p>A way is refused whatever inputs it is given: with other ones it would most likely fail the
 * same. A derivation is refused whatever leads to it: several evaluated ones become the same when
 * they are given the same inputs, and Nix builds it the same on one machine, native or emulated.
 *
 * @param ways to make evaluated derivations
 * @param derivations as Nix was to build them on this machine
 */
public record Failures(
    ImmutableMap<Attempt, String> ways, ImmutableMap<StorePath, String> derivations) {
  public static final Failures NONE = new Failures(ImmutableMap.of(), ImmutableMap.of());

  public static Failures ofWays(ImmutableMap<Attempt, String> ways) {
    return new Failures(ways, ImmutableMap.of());
  }

  /** These and others, which count where both know of something. */
  public Failures and(Failures others) {
    return new Failures(join(ways, others.ways), join(derivations, others.derivations));
  }

  private static <K> ImmutableMap<K, String> join(
      ImmutableMap<K, String> first, ImmutableMap<K, String> second) {
    return ImmutableMap.<K, String>builder().putAll(first).putAll(second).buildKeepingLast();
  }

  /** All reasons. */
  public ImmutableSet<String> reasons() {
    return ImmutableSet.<String>builder()
        .addAll(ways.values())
        .addAll(derivations.values())
        .build();
  }

  public boolean isEmpty() {
    return ways.isEmpty() && derivations.isEmpty();
  }
}
