package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the user wants built, from what and on what: {@code crossplan.toml}, read and checked.
 *
 * @param file where it was read
 * @param image attributes that make up the image
 * @param costs what the manifest says of costs
 * @param machines the builders that it names, and where
 * @param nativeTools which tools of emulated builds may run natively
 */
public record Manifest(
    Path file,
    String name,
    ImmutableList<String> image,
    Target target,
    ImmutableList<Instance> instances,
    Machines machines,
    ImmutableList<Constraint> constraints,
    CostSettings costs,
    ImmutableList<Substituter> substituters,
    NativeTools nativeTools,
    EvaluationSettings evaluation) {

  /** Machines; empty where none is named: those that Nix knows are meant, and this machine. */
  public ImmutableList<Builder> builders() {
    return machines.builders();
  }

  /**
   * The same, but with these builders. What is said here of one by the same name and a machines
   * file cannot say holds for it.
   */
  public Manifest with(Machines others) {
    Machines refined =
        others.with(
            others.builders().stream()
                .map(other -> machines.find(other.name()).map(other::withUnsaid).orElse(other))
                .collect(ImmutableList.toImmutableList()));
    return new Manifest(
        file,
        name,
        image,
        target,
        instances,
        refined,
        constraints,
        costs,
        substituters,
        nativeTools,
        evaluation);
  }

  /** The same, but for an image of these attributes. */
  public Manifest withImage(ImmutableList<String> attributes) {
    return new Manifest(
        file,
        name,
        attributes,
        target,
        instances,
        machines,
        constraints,
        costs,
        substituters,
        nativeTools,
        evaluation);
  }

  /** The same, but emulated builds may have other tools from the machine that emulates. */
  public Manifest with(NativeTools others) {
    return new Manifest(
        file,
        name,
        image,
        target,
        instances,
        machines,
        constraints,
        costs,
        substituters,
        others,
        evaluation);
  }

  /** The same, but with these instances and substituters. */
  public Manifest with(
      ImmutableList<Instance> otherInstances, ImmutableList<Substituter> otherSubstituters) {
    return new Manifest(
        file,
        name,
        image,
        target,
        otherInstances,
        machines,
        constraints,
        costs,
        otherSubstituters,
        nativeTools,
        evaluation);
  }

  /** The same, but with these builders and costs. */
  public Manifest with(ImmutableList<Builder> otherBuilders, CostSettings otherCosts) {
    return new Manifest(
        file,
        name,
        image,
        target,
        instances,
        machines.with(otherBuilders),
        constraints,
        otherCosts,
        substituters,
        nativeTools,
        evaluation);
  }

  /** What the user should know of what is written here, though it does not stop a plan. */
  public ImmutableList<String> warnings() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    warnings.addAll(machines.warnings());
    for (Instance instance : instances) {
      addUnknownNames(instance.name() + ": localSystem", instance.local(), warnings);
      instance
          .cross()
          .ifPresent(cross -> addUnknownNames(instance.name() + ": crossSystem", cross, warnings));
    }
    return warnings.build();
  }

  private static void addUnknownNames(
      String where, Platform platform, ImmutableList.Builder<String> warnings) {
    PlatformNames.unknownIn(platform.config().orElse(platform.system()))
        .ifPresent(
            unknown ->
                warnings.add(
                    where
                        + " has a "
                        + unknown.kind()
                        + " that crossplan does not know: "
                        + unknown.part()));
  }

  /**
   * What the image is for.
   *
   * @param march ISA string of the board, such as {@code rv64gc}
   */
  public record Target(String system, Optional<String> march) {}

  /** Which inputs in tool roles an emulated build may have from the machine that emulates. */
  public enum NativeTools {
    /** Only what a constraint allows. */
    NONE,
    /** Those of which it is known that it makes no difference where they run. */
    SAFE,
    /** All. */
    ALL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A way to get a package built. */
  public enum Strategy {
    /** On a machine that runs the programs of the build by itself, for such machines. */
    NATIVE,
    /** On another machine, under QEMU user emulation. */
    EMULATED,
    /** On another machine, with a cross compiler. */
    CROSS;

    /**
     * The strategy that this word is for.
     *
     * @throws IllegalArgumentException if it is for none
     */
    public static Strategy of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How instances are evaluated.
   *
   * @param memory bytes that evaluations which run at the same time may take together; empty where
   *     nothing is said
   * @param isCached whether what was evaluated before is not evaluated again
   */
  public record EvaluationSettings(Optional<Long> memory, boolean isCached) {
    /** What holds where the manifest is silent. */
    public static final EvaluationSettings DEFAULT = new EvaluationSettings(Optional.empty(), true);
  }

  /** What is known about a strategy for a package. */
  public enum Verdict {
    BROKEN,
    REQUIRED
  }

  /**
   * What is known about a package.
   *
   * @param packageName its pname, or its whole name with the version
   * @param asTool how it runs as a tool of emulated builds: {@code EMULATED} or {@code NATIVE}
   * @param memory bytes that a build of it takes
   */
  public record Constraint(
      String packageName,
      ImmutableMap<Strategy, Verdict> verdicts,
      Optional<Strategy> asTool,
      OptionalLong memory,
      Optional<String> reason) {}

  /**
   * Costs in seconds on a builder of speed 1, and factors on them.
   *
   * @param seconds by package name
   * @param bytes by package name, of all its outputs; without those that nobody has said
   * @param byDefault of a build that {@code seconds} does not name
   * @param trivial of a derivation with neither {@code src} nor {@code srcs}
   * @param isGiven whether the manifest says how long builds take natively: then all of this holds,
   *     and nobody estimates
   * @param givenFactors of which strategies the manifest says the factor: it holds even where
   *     somebody estimates how long builds take natively
   */
  public record CostSettings(
      ImmutableMap<String, Double> seconds,
      ImmutableMap<String, Long> bytes,
      double byDefault,
      double trivial,
      double fetch,
      double substitute,
      double emulation,
      double cross,
      boolean isGiven,
      ImmutableSet<Strategy> givenFactors) {

    /** What holds where the manifest is silent. */
    public static final CostSettings DEFAULT =
        new CostSettings(
            ImmutableMap.of(), ImmutableMap.of(), 30, 1, 2, 1, 15, 1, false, ImmutableSet.of());

    /** The same, but with another factor of emulation, as if the manifest said it. */
    public CostSettings withEmulation(double otherFactor) {
      return new CostSettings(
          seconds,
          bytes,
          byDefault,
          trivial,
          fetch,
          substitute,
          otherFactor,
          cross,
          isGiven,
          ImmutableSet.<Strategy>builder().addAll(givenFactors).add(Strategy.EMULATED).build());
    }

    /** How many times as long as natively a build takes. */
    public double factor(Strategy strategy) {
      return switch (strategy) {
        case NATIVE -> 1;
        case EMULATED -> emulation;
        case CROSS -> cross;
      };
    }
  }

  /** Where outputs come from that need not be built. */
  public sealed interface Substituter {}

  /** Every output that an instance evaluates to. */
  public record InstanceSubstituter(String instance) implements Substituter {}

  /** A binary cache, asked path by path. */
  public record CacheSubstituter(String url) implements Substituter {}

  /** A file that names a store path a line. */
  public record ListSubstituter(Path file) implements Substituter {}
}
