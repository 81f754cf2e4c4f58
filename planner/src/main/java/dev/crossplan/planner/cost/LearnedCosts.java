package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.calibration.Calibration;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.calibration.Kind;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.Manifest.CostSettings;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/** What builds have taught; downloads as the manifest has them. Not to be shared by threads. */
public final class LearnedCosts implements CostModel {
  /** Of the logarithm of a speed that a manifest says. */
  private static final double SPREAD_OF_STATED = 0.3;

  /** Of the logarithm of a speed that was measured. */
  private static final double SPREAD_OF_MEASURED = 0.15;

  private final TimeModel model;
  private final ImmutableMap<String, Machine> machines;
  private final ManifestCosts others;
  private final Map<Subject, Estimate> known = new HashMap<>();

  private LearnedCosts(
      TimeModel model, ImmutableMap<String, Machine> machines, CostSettings settings) {
    this.model = model;
    this.machines = machines;
    this.others = new ManifestCosts(settings);
  }

  /**
   * Learns.
   *
   * @param timings of builds, maybe none
   * @param measured what is known of machines, maybe nothing
   * @param builders that will be asked about; where a manifest compares their speeds, it is
   *     believed until measurements or builds tell otherwise
   * @param settings for downloads
   */
  public static LearnedCosts from(
      ImmutableList<Timing> timings,
      Function<Machine, Calibrations> measured,
      ImmutableList<Builder> builders,
      CostSettings settings) {
    ImmutableMap<String, Machine> machines = machines(builders);
    ImmutableMap.Builder<String, LogNormal> speeds = ImmutableMap.builder();
    OptionalDouble here = unit(measured.apply(Machine.here()));
    for (Builder builder : builders) {
      Machine machine = machines.getOrDefault(builder.name(), Machine.here());
      OptionalDouble there = unit(measured.apply(machine));
      speeds.put(
          machine.name(),
          here.isPresent() && there.isPresent()
              ? new LogNormal(here.getAsDouble() / there.getAsDouble(), SPREAD_OF_MEASURED)
              : new LogNormal(builder.speed(), SPREAD_OF_STATED));
    }
    StrategyFactors factors = StrategyFactors.of(measured.apply(Machine.here()));
    return new LearnedCosts(
        TimeModel.fit(timings, factors, speeds.buildKeepingLast()), machines, settings);
  }

  /** By name of a builder. Only the first without an address is this one; others are not here. */
  private static ImmutableMap<String, Machine> machines(ImmutableList<Builder> builders) {
    Map<String, Machine> machines = new LinkedHashMap<>();
    for (Builder builder : builders) {
      Machine machine =
          builder
              .uri()
              .map(Machine::at)
              .orElseGet(
                  () ->
                      machines.containsValue(Machine.here())
                          ? new Machine(builder.name())
                          : Machine.here());
      machines.put(builder.name(), machine);
    }
    return ImmutableMap.copyOf(machines);
  }

  /** Seconds that a machine takes for a unit of what builds do most. */
  private static OptionalDouble unit(Calibrations machine) {
    return machine.find(Kind.COMPILE_C, Strategy.NATIVE).stream()
        .mapToDouble(Calibration::cpuSeconds)
        .findFirst();
  }

  @Override
  public Estimate build(Packages packages, int derivation, Strategy strategy, Builder builder) {
    DerivationFacts facts = packages.graph().facts(derivation);
    Package ofBuild = packages.of(derivation);
    Circumstances circumstances =
        new Circumstances(
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(builder.slots() - 1),
            ImmutableSet.copyOf(facts.traits()),
            OptionalLong.empty(),
            ImmutableMap.of());
    Subject subject =
        new Subject(
            ofBuild.name(),
            ofBuild.version(),
            strategy,
            machines.getOrDefault(builder.name(), new Machine(builder.name())).name(),
            circumstances);
    return known.computeIfAbsent(subject, model::estimate);
  }

  @Override
  public Estimate fetch(boolean emulated) {
    return others.fetch(emulated);
  }

  @Override
  public Estimate substitute() {
    return others.substitute();
  }
}
