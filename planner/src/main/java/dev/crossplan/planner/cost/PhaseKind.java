package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.crossplan.planner.history.Timing;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the phases of a build (nixpkgs manual, "The Standard Environment") have in common when it
 * comes to how long they take in another way, or with more cores.
 */
public enum PhaseKind {
  /** Unpacking, patching, installing, fixing up: short processes, one after the other. */
  PREPARE,
  /** A configure script or the like: many small compilations, one after the other. */
  CONFIGURE,
  /** Compiling and linking. */
  BUILD,
  /** Running what was built. */
  CHECK;

  /** Of a phase by its name, such as {@code buildPhase} or {@code postInstallCheckPhase}. */
  public static PhaseKind of(String phase) {
    String name = phase.toLowerCase(Locale.ROOT);
    if (name.contains("check")) {
      return CHECK;
    } else if (name.contains("configure") || name.contains("autoreconf")) {
      return CONFIGURE;
    }
    return name.contains("build") ? BUILD : PREPARE;
  }

  /** Of a build whose phases were timed, the seconds of each kind that it had. */
  static ImmutableMap<PhaseKind, Double> seconds(Timing build) {
    Map<PhaseKind, Double> seconds = new EnumMap<>(PhaseKind.class);
    build
        .circumstances()
        .phases()
        .forEach((phase, taken) -> seconds.merge(of(phase), taken, Double::sum));
    return Maps.immutableEnumMap(seconds);
  }

  /** Whether several jobs may run at the same time. */
  boolean isParallel() {
    return this == BUILD || this == CHECK;
  }
}
