package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * Which part of a native build with one job each kind of phase takes.
 *
 * @param parts by kind; those of all kinds but {@code CHECK} add up to 1, and the tests come on top
 */
record Shares(ImmutableMap<PhaseKind, Double> parts) {
  /** Of tests, which mostly run one after the other: a part of the rest of the build. */
  static final double USUAL_TESTS = 0.4;

  private static Shares of(double prepare, double configure, double build) {
    return new Shares(
        ImmutableMap.of(
            PhaseKind.PREPARE, prepare,
            PhaseKind.CONFIGURE, configure,
            PhaseKind.BUILD, build,
            PhaseKind.CHECK, USUAL_TESTS));
  }

  /** What is assumed of a build of which only that is known. */
  static Shares usual(BuildSystem system) {
    return switch (system) {
      case NONE -> of(1, 0, 0);
      case COMMAND -> of(0.2, 0, 0.8);
      case AUTOCONF -> of(0.1, 0.45, 0.45);
      case CMAKE, MESON -> of(0.1, 0.15, 0.75);
      case MAKE -> of(0.1, 0, 0.9);
    };
  }

  /**
   * Of a build whose phases were timed.
   *
   * @param seconds by kind, as they would be natively with one job
   * @param otherwise says how long tests take if there were none
   */
  static Shares measured(Map<PhaseKind, Double> seconds, Shares otherwise) {
    double tests = seconds.getOrDefault(PhaseKind.CHECK, 0.0);
    double all = seconds.values().stream().mapToDouble(Double::doubleValue).sum() - tests;
    if (all <= 0) {
      return otherwise;
    }
    Map<PhaseKind, Double> parts = new EnumMap<>(PhaseKind.class);
    for (PhaseKind kind : PhaseKind.values()) {
      parts.put(kind, seconds.getOrDefault(kind, 0.0) / all);
    }
    if (tests == 0) {
      parts.put(PhaseKind.CHECK, otherwise.of(PhaseKind.CHECK));
    }
    return new Shares(Maps.immutableEnumMap(parts));
  }

  /**
   * The mean of some.
   *
   * @param weight so many times does {@code this} count among them
   */
  Shares mean(double weight, Collection<Shares> others) {
    Map<PhaseKind, Double> parts = new EnumMap<>(PhaseKind.class);
    for (PhaseKind kind : PhaseKind.values()) {
      double sum = others.stream().mapToDouble(each -> each.of(kind)).sum();
      parts.put(kind, (weight * of(kind) + sum) / (weight + others.size()));
    }
    return new Shares(Maps.immutableEnumMap(parts));
  }

  /** The mean of some, at least one. */
  static Shares mean(Collection<Shares> all) {
    return all.iterator().next().mean(0, all);
  }

  double of(PhaseKind kind) {
    return parts.getOrDefault(kind, 0.0);
  }
}
