package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.FileSizes;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.instance.Manifest.CostSettings;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.source.SourceCode;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * What builds have taught; downloads, and factors of strategies, as the manifest has them. Not to
 * be shared by threads.
 */
public final class LearnedCosts implements CostModel {
  /** Of the logarithm of a speed that a manifest says. */
  private static final double SPREAD_OF_STATED = 0.3;

  private final TimeModel model;
  private final ImmutableMap<Builder, Machine> machines;
  private final CostSettings settings;
  private final ManifestCosts others;
  private final ImmutableMap<String, Sources> sourcesBefore;
  private final ImmutableMap<String, Long> outputBytes;
  private final Map<Sourced, Sources> sources = new HashMap<>();
  private final Map<Subject, Estimate> known = new HashMap<>();

  private record Sources(OptionalLong bytes, Optional<SourceCode> code) {}

  /** Sources, and what is said of the build that tells what of them is compiled. */
  private record Sourced(
      ImmutableList<String> names, ImmutableSet<Trait> traits, ImmutableList<String> flags) {

    Sources read() {
      return new Sources(FileSizes.of(names), SourceCode.of(names, traits, flags));
    }
  }

  private LearnedCosts(
      TimeModel model,
      ImmutableMap<String, Sources> sourcesBefore,
      ImmutableMap<String, Long> outputBytes,
      ImmutableMap<Builder, Machine> machines,
      CostSettings settings) {
    this.model = model;
    this.sourcesBefore = sourcesBefore;
    this.outputBytes = outputBytes;
    this.machines = machines;
    this.settings = settings;
    this.others = new ManifestCosts(settings);
  }

  /**
   * Learns.
   *
   * @param timings of builds, maybe none
   * @param measured what is known of machines, maybe nothing
   * @param builders at least one. Those that were neither measured nor built anything, and others
   *     that may be asked about as well, are taken for what one of the others would be at another
   *     speed, as the manifest compares them
   * @param settings for downloads, and for the factors that are given
   */
  public static LearnedCosts from(
      ImmutableList<Timing> timings,
      Function<Machine, Calibrations> measured,
      ImmutableList<Builder> builders,
      CostSettings settings) {
    ImmutableMap<Builder, Machine> machines = known(machines(builders), timings, measured);
    ImmutableMap.Builder<String, LogNormal> speeds = ImmutableMap.builder();
    machines.forEach(
        (builder, machine) ->
            speeds.put(
                machine.name(),
                MachineSpeeds.of(measured.apply(machine))
                    .orElseGet(() -> new LogNormal(builder.speed(), SPREAD_OF_STATED))));
    StrategyFactors factors = StrategyFactors.of(measured.apply(Machine.here()));
    return new LearnedCosts(
        TimeModel.fit(understood(timings, machines(builders)), factors, speeds.buildKeepingLast()),
        sourcesBefore(timings),
        ImmutableMap.of(),
        machines,
        settings);
  }

  /** The same, where outputs of packages had so many bytes when they were built. */
  public LearnedCosts withOutputBytes(ImmutableMap<String, Long> byPackage) {
    return new LearnedCosts(model, sourcesBefore, byPackage, machines, settings);
  }

  /**
   * The same, of which those are native that nobody said the way of, and that cannot have been
   * built in another: their names have no triple, so they are not cross, and the machine runs one
   * system, emulates none as the manifest has it, and never did.
   */
  private static ImmutableList<Timing> understood(
      ImmutableList<Timing> timings, ImmutableMap<Builder, Machine> machines) {
    Set<String> others = new HashSet<>();
    Set<String> plain = new HashSet<>();
    machines.forEach(
        (builder, machine) -> {
          boolean isPlain = builder.systems().size() == 1 && builder.emulates().isEmpty();
          (isPlain ? plain : others).add(machine.name());
        });
    timings.stream()
        .filter(timing -> timing.strategy().equals(Optional.of(Strategy.EMULATED)))
        .forEach(timing -> others.add(timing.machine()));
    plain.removeAll(others);
    return timings.stream()
        .map(
            timing ->
                timing.strategy().isEmpty()
                        && timing.host().isEmpty()
                        && plain.contains(timing.machine())
                    ? timing.by(Strategy.NATIVE)
                    : timing)
        .collect(ImmutableList.toImmutableList());
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

  /** Those of which something is known, and this machine; all, where that would be none. */
  private static ImmutableMap<Builder, Machine> known(
      ImmutableMap<Builder, Machine> machines,
      ImmutableList<Timing> timings,
      Function<Machine, Calibrations> measured) {
    Set<String> haveBuilt =
        timings.stream().map(Timing::machine).collect(ImmutableSet.toImmutableSet());
    Map<Builder, Machine> known =
        Maps.filterValues(
            machines,
            machine ->
                machine.equals(Machine.here())
                    || haveBuilt.contains(machine.name())
                    || MachineSpeeds.of(measured.apply(machine)).isPresent());
    return known.isEmpty() ? machines : ImmutableMap.copyOf(known);
  }

  /**
   * Only the first builder without an address that runs what this machine runs is this machine;
   * others are not here.
   */
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
                      machines.containsValue(Machine.here()) || !builder.runs(Host.system())
                          ? new Machine(builder.name())
                          : Machine.here());
      machines.put(builder, machine);
    }
    return ImmutableMap.copyOf(machines);
  }

  @Override
  public Estimate build(
      Packages packages, int derivation, Strategy strategy, Tools tools, Builder builder) {
    Map.Entry<Builder, Machine> like = likest(builder);
    Subject subject = subject(packages, derivation, strategy, tools, builder, like.getValue());
    Estimate learned =
        known
            .computeIfAbsent(subject, model::estimate)
            .times(like.getKey().speed() / builder.speed())
            .times(onItsCores(subject, builder, like));
    Estimate estimate =
        settings.givenFactors().contains(strategy)
            ? learned.ofOtherWay(settings.factor(strategy))
            : learned;
    return like.getKey().name().equals(builder.name())
        ? estimate
        : estimate.lessSure(SPREAD_OF_STATED);
  }

  /**
   * What more or fewer cores than those of the machine that is known make of it. A machine that
   * built has the cores that it built with, but this one may be thought of with others.
   */
  private double onItsCores(Subject subject, Builder builder, Map.Entry<Builder, Machine> like) {
    boolean isHere = like.getValue().equals(Machine.here());
    OptionalInt own = builder.capacity().cores();
    OptionalInt known =
        isHere
            ? OptionalInt.of(Runtime.getRuntime().availableProcessors())
            : like.getKey().capacity().cores();
    return own.isPresent()
            && known.isPresent()
            && (isHere || !like.getKey().name().equals(builder.name()))
        ? model.onCores(subject, own.getAsInt(), known.getAsInt())
        : 1;
  }

  @Override
  public Estimate tests(Packages packages, int derivation, Strategy strategy, Builder builder) {
    return model.tests(
        subject(
            packages,
            derivation,
            strategy,
            Tools.AS_EVALUATED,
            builder,
            likest(builder).getValue()),
        build(packages, derivation, strategy, Tools.AS_EVALUATED, builder));
  }

  /**
   * A build in a way whose factor is given, whatever its tools, is asked for as if it were native.
   */
  private Subject subject(
      Packages packages,
      int derivation,
      Strategy strategy,
      Tools tools,
      Builder builder,
      Machine machine) {
    DerivationFacts facts = packages.graph().facts(derivation);
    Package ofBuild = packages.of(derivation);
    Sources sources = sources(ofBuild.name(), facts);
    boolean isGiven = settings.givenFactors().contains(strategy);
    Circumstances circumstances =
        new Circumstances(
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(builder.slots() - 1),
            isGiven ? ImmutableSet.copyOf(facts.traits()) : tools.and(facts.traits()),
            sources.bytes(),
            sources.code(),
            ImmutableMap.of());
    Strategy asked = isGiven ? Strategy.NATIVE : strategy;
    return new Subject(ofBuild.name(), ofBuild.version(), asked, machine.name(), circumstances);
  }

  /** As they were when the package was built last; else as they are in the store. */
  private Sources sources(String packageName, DerivationFacts facts) {
    Sources before = sourcesBefore.get(packageName);
    return before != null
        ? before
        : sources.computeIfAbsent(
            new Sourced(
                facts.sources(),
                Sets.intersection(facts.traits(), SourceCode.TELLING).immutableCopy(),
                facts.buildSystemFlags()),
            Sourced::read);
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
  public long outputBytes(Packages packages, int derivation) {
    long stated = others.outputBytes(packages, derivation);
    return stated > 0 ? stated : outputBytes.getOrDefault(packages.of(derivation).name(), 0L);
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
