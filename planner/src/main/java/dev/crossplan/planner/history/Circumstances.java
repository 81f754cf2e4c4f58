package dev.crossplan.planner.history;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.source.SourceCode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What may explain how long a build took.
 *
 * @param cores that it was allowed to use
 * @param cpuSeconds user and system time of all its processes
 * @param waitedSeconds for a CPU that others than builds had
 * @param neighbours other builds on the machine meanwhile, on average
 * @param traits what its derivation says of it
 * @param sourceBytes of its sources as they are in the store, mostly compressed
 * @param code of its sources
 * @param phases seconds by name of the phase, in order; a phase that came twice counts together
 */
public record Circumstances(
    OptionalInt cores,
    OptionalDouble cpuSeconds,
    OptionalDouble waitedSeconds,
    OptionalDouble neighbours,
    ImmutableSet<Trait> traits,
    OptionalLong sourceBytes,
    Optional<SourceCode> code,
    ImmutableMap<String, Double> phases) {

  /** Nobody said. */
  public static final Circumstances UNKNOWN =
      new Circumstances(
          OptionalInt.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          ImmutableSet.of(),
          OptionalLong.empty(),
          Optional.empty(),
          ImmutableMap.of());

  /** The same, of a build whose derivation says this of it. */
  public Circumstances withTraits(Set<Trait> other) {
    return new Circumstances(
        cores,
        cpuSeconds,
        waitedSeconds,
        neighbours,
        Sets.immutableEnumSet(other),
        sourceBytes,
        code,
        phases);
  }

  /** Whether anything is known of the derivation: what other tools tell of builds says nothing. */
  public boolean isDerivationKnown() {
    return !Tools.without(traits).isEmpty() || sourceBytes.isPresent() || code.isPresent();
  }

  /** The same, of a build of which is known of its derivation what is known of another. */
  public Circumstances withDerivationOf(Circumstances other) {
    return new Circumstances(
        cores,
        cpuSeconds,
        waitedSeconds,
        neighbours,
        Tools.of(traits).and(Tools.without(other.traits)),
        other.sourceBytes,
        other.code,
        phases);
  }

  /** The same, of a build whose sources have so much code. */
  public Circumstances withCode(Optional<SourceCode> other) {
    return new Circumstances(
        cores, cpuSeconds, waitedSeconds, neighbours, traits, sourceBytes, other, phases);
  }

  /** The same, of a build that may use so many cores. */
  public Circumstances withCores(OptionalInt other) {
    return new Circumstances(
        other, cpuSeconds, waitedSeconds, neighbours, traits, sourceBytes, code, phases);
  }

  /** The same, of a build beside so many others. */
  public Circumstances withNeighbours(OptionalDouble other) {
    return new Circumstances(
        cores, cpuSeconds, waitedSeconds, other, traits, sourceBytes, code, phases);
  }

  /** The same, of a build that waited so long for a CPU that others than builds had. */
  Circumstances withWaitedSeconds(double other) {
    return new Circumstances(
        cores, cpuSeconds, OptionalDouble.of(other), neighbours, traits, sourceBytes, code, phases);
  }

  /** The same, of a build with these phases. */
  public Circumstances withPhases(Map<String, Double> other) {
    return new Circumstances(
        cores,
        cpuSeconds,
        waitedSeconds,
        neighbours,
        traits,
        sourceBytes,
        code,
        ImmutableMap.copyOf(other));
  }

  /** What was known of it before it was built. */
  public Circumstances beforehand() {
    return new Circumstances(
        cores,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        neighbours,
        traits,
        sourceBytes,
        code,
        ImmutableMap.of());
  }
}
