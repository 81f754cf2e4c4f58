package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.Manifest.CostSettings;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.SourceCode;
import dev.crossplan.planner.instance.SourceSize;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/** What builds have taught; downloads as the manifest has them. Not to be shared by threads. */
public final class LearnedCosts implements CostModel {
  /** Of the logarithm of a speed that a manifest says. */
  private static final double SPREAD_OF_STATED = 0.3;

  private final TimeModel model;
  private final ImmutableMap<Builder, Machine> machines;
  private final ManifestCosts others;
  private final ImmutableMap<String, Sources> sourcesBefore;
  private final Map<ImmutableList<String>, Sources> sources = new HashMap<>();
  private final Map<Subject, Estimate> known = new HashMap<>();

  private record Sources(OptionalLong bytes, Optional<SourceCode> code) {}

  private LearnedCosts(
      TimeModel model,
      ImmutableMap<String, Sources> sourcesBefore,
      ImmutableMap<Builder, Machine> machines,
      CostSettings settings) {
    this.model = model;
    this.sourcesBefore = sourcesBefore;
    this.machines = machines;
    this.others = new ManifestCosts(settings);
  }

  /**
   * Learns.
   *
   * @param timings of builds, maybe none
   * @param measured what is known of machines, maybe nothing
   * @param builders at least one; where a manifest compares their speeds, it is believed until
   *     measurements or builds tell otherwise. Others may be asked about as well: they are taken
   *     for what these would be at another speed
   * @param settings for downloads
   */
  public static LearnedCosts from(
      ImmutableList<Timing> timings,
      Function<Machine, Calibrations> measured,
      ImmutableList<Builder> builders,
      CostSettings settings) {
    ImmutableMap<Builder, Machine> machines = machines(builders);
    ImmutableMap.Builder<String, LogNormal> speeds = ImmutableMap.builder();
    double here =
        MachineSpeeds.of(measured.apply(Machine.here())).map(LogNormal::median).orElse(1.0);
    machines.forEach(
        (builder, machine) ->
            speeds.put(
                machine.name(),
                MachineSpeeds.of(measured.apply(machine))
                    .orElseGet(() -> new LogNormal(here * builder.speed(), SPREAD_OF_STATED))));
    StrategyFactors factors = StrategyFactors.of(measured.apply(Machine.here()));
    return new LearnedCosts(
        TimeModel.fit(timings, factors, speeds.buildKeepingLast()),
        sourcesBefore(timings),
        machines,
        settings);
  }

  private static ImmutableMap<String, Sources> sourcesBefore(ImmutableList<Timing> timings) {
    return timings.stream()
        .filter(timing -> timing.circumstances().code().isPresent())
        .sorted(Comparator.comparing(Timing::started))
        .collect(
            ImmutableMap.toImmutableMap(
                Timing::packageName,
                timing ->
                    new Sources(
                        timing.circumstances().sourceBytes(), timing.circumstances().code()),
                (earlier, later) -> later));
  }

  /** Only the first builder without an address is this machine; others are not here. */
  private static ImmutableMap<Builder, Machine> machines(ImmutableList<Builder> builders) {
    Map<Builder, Machine> machines = new LinkedHashMap<>();
    for (Builder builder : builders) {
      Machine machine =
          builder
              .uri()
              .filter(uri -> !builder.isHere())
              .map(Machine::at)
              .orElseGet(
                  () ->
                      machines.containsValue(Machine.here())
                          ? new Machine(builder.name())
                          : Machine.here());
      machines.put(builder, machine);
    }
    return ImmutableMap.copyOf(machines);
  }

  @Override
  public Estimate build(Packages packages, int derivation, Strategy strategy, Builder builder) {
    Map.Entry<Builder, Machine> like = likest(builder);
    Subject subject = subject(packages, derivation, strategy, builder, like.getValue());
    return known
        .computeIfAbsent(subject, model::estimate)
        .times(like.getKey().speed() / builder.speed());
  }

  @Override
  public Estimate tests(Packages packages, int derivation, Strategy strategy, Builder builder) {
    return model.tests(
        subject(packages, derivation, strategy, builder, likest(builder).getValue()),
        build(packages, derivation, strategy, builder));
  }

  private Subject subject(
      Packages packages, int derivation, Strategy strategy, Builder builder, Machine machine) {
    DerivationFacts facts = packages.graph().facts(derivation);
    Package ofBuild = packages.of(derivation);
    Sources sources = sources(ofBuild.name(), facts);
    Circumstances circumstances =
        new Circumstances(
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(builder.slots() - 1),
            ImmutableSet.copyOf(facts.traits()),
            sources.bytes(),
            sources.code(),
            ImmutableMap.of());
    return new Subject(ofBuild.name(), ofBuild.version(), strategy, machine.name(), circumstances);
  }

  /** As they were when the package was built last; else as they are in the store. */
  private Sources sources(String packageName, DerivationFacts facts) {
    Sources before = sourcesBefore.get(packageName);
    return before != null
        ? before
        : sources.computeIfAbsent(
            facts.sources(), names -> new Sources(SourceSize.of(names), SourceCode.of(names)));
  }

  /** Itself by name; else what a builder that is only thought of is compared with. */
  private Map.Entry<Builder, Machine> likest(Builder builder) {
    return machines.entrySet().stream()
        .max(
            Comparator.comparing(
                    (Map.Entry<Builder, ?> each) -> each.getKey().name().equals(builder.name()))
                .thenComparing(each -> each.getKey().systems().equals(builder.systems())))
        .orElseThrow();
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
