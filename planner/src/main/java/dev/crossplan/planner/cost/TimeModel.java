package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Lists;
import com.google.common.collect.Multimaps;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.source.SourceCode;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.hipparchus.analysis.MultivariateFunction;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.SimpleValueChecker;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.hipparchus.optim.nonlinear.scalar.noderiv.SimplexOptimizer;
import org.jspecify.annotations.Nullable;

/**
 * How long builds take, learned from those that were built: a Gaussian process over the logarithm
 * of the seconds, with a mean that is linear in {@link Features} whose coefficients are uncertain
 * themselves (Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, section 2.7).
 * Builds of one package depend on one another, the more the more they have in common; those of
 * different packages only through the coefficients. So what was built before tells most, the same
 * in another way or version less, and what is only known of it least, and each counts as much as it
 * has proved to be worth.
 */
public final class TimeModel {
  /** Of a package and a machine, only the last ones: what is older tells nothing more. */
  private static final int BUILDS_KEPT = 24;

  /** Below that, builds tell little of how far they are apart. */
  private static final int FEWEST_FOR_SPREADS = 10;

  /** One package or two say next to nothing of another. */
  private static final int FEWEST_TO_TELL = 3;

  /** Builds that follow one another are more alike than those of another day will be. */
  private static final double LEAST_REPEATS = 0.03;

  private static final int MOST_TRIALS = 200;

  /** Of the logarithm of how far a spread may be from the usual one. */
  private static final double SPREAD_OF_SPREADS = 0.5;

  /** Of a machine of which nobody said how fast it is. */
  private static final LogNormal UNKNOWN_SPEED = new LogNormal(1, 0.5);

  private final Features features;
  private final Spreads spreads;
  private final ImmutableMap<String, Group> groups;
  private final RealVector shift;
  private final RealMatrix covariance;
  private final double logLikelihood;

  /** The builds of a package. */
  private final class Group {
    final ImmutableList<Subject> subjects;
    final RealMatrix rows;

    /** What the assumed coefficients leave unexplained. */
    final RealVector residuals;

    final CholeskyDecomposition kernel;

    Group(List<Timing> builds, RealVector means) {
      ImmutableList<Timing> kept =
          ImmutableList.copyOf(
              builds.subList(Math.max(0, builds.size() - BUILDS_KEPT), builds.size()));
      subjects =
          kept.stream()
              .map(build -> Subject.of(build).orElseThrow())
              .collect(ImmutableList.toImmutableList());
      int size = subjects.size();
      rows = MatrixUtils.createRealMatrix(size, features.count());
      residuals = new ArrayRealVector(size);
      RealMatrix covariances = MatrixUtils.createRealMatrix(size, size);
      for (int i = 0; i < size; i++) {
        Subject subject = subjects.get(i);
        double[] row = features.of(subject);
        rows.setRow(i, row);
        residuals.setEntry(
            i,
            Math.log(kept.get(i).seconds())
                - features.offset(subject)
                - means.dotProduct(new ArrayRealVector(row, false)));
        for (int j = 0; j < size; j++) {
          covariances.setEntry(i, j, likeness(subject, subjects.get(j)) + (i == j ? noise() : 0));
        }
      }
      kernel = decompose(covariances);
    }
  }

  private TimeModel(
      Features features, Spreads spreads, ImmutableListMultimap<String, Timing> builds) {
    this.features = features;
    this.spreads = spreads;
    RealVector means = new ArrayRealVector(features.means(), false);
    int count = features.count();
    double[] precisions =
        Arrays.stream(features.spreads()).map(spread -> 1 / (spread * spread)).toArray();
    RealMatrix precision = MatrixUtils.createRealDiagonalMatrix(precisions);
    RealVector weighted = new ArrayRealVector(count);
    double misfit = 0;
    ImmutableMap.Builder<String, Group> all = ImmutableMap.builder();
    for (Map.Entry<String, List<Timing>> each : Multimaps.asMap(builds).entrySet()) {
      Group group = new Group(each.getValue(), means);
      all.put(each.getKey(), group);
      RealMatrix solved = group.kernel.getSolver().solve(group.rows);
      precision = precision.add(group.rows.transposeMultiply(solved));
      weighted = weighted.add(solved.preMultiply(group.residuals));
      misfit +=
          group.residuals.dotProduct(group.kernel.getSolver().solve(group.residuals))
              + logDeterminant(group.kernel);
    }
    this.groups = all.buildOrThrow();
    CholeskyDecomposition solver = decompose(precision);
    this.shift = solver.getSolver().solve(weighted);
    this.covariance = solver.getSolver().getInverse();
    this.logLikelihood = -(misfit - weighted.dotProduct(shift) + logDeterminant(solver)) / 2;
  }

  /** Sums of the same numbers in another order differ in the last digits. */
  private static CholeskyDecomposition decompose(RealMatrix symmetric) {
    return new CholeskyDecomposition(symmetric, 1e-9, 0);
  }

  private static double logDeterminant(CholeskyDecomposition decomposition) {
    RealMatrix lower = decomposition.getL();
    double sum = 0;
    for (int i = 0; i < lower.getRowDimension(); i++) {
      sum += 2 * Math.log(lower.getEntry(i, i));
    }
    return sum;
  }

  /**
   * Learns from builds.
   *
   * @param timings in any order; those of which the strategy is not known, or that took no time,
   *     tell nothing. What they waited for other programs is taken off
   * @param assumed how many times as long phases take in each way, before anything was built
   * @param speeds of machines, compared with one another, as far as they are known; of all that
   *     will be asked for
   */
  public static TimeModel fit(
      Collection<Timing> timings, StrategyFactors assumed, ImmutableMap<String, LogNormal> speeds) {
    return fit(timings, assumed, speeds, spreads(timings, assumed, speeds));
  }

  static TimeModel fit(
      Collection<Timing> timings,
      StrategyFactors assumed,
      ImmutableMap<String, LogNormal> speeds,
      Spreads spreads) {
    ImmutableListMultimap<String, Timing> builds = byPackage(timings);
    return new TimeModel(features(builds, assumed, speeds), spreads, builds);
  }

  private static ImmutableListMultimap<String, Timing> byPackage(Collection<Timing> timings) {
    return timings.stream()
        .map(Timing::undisturbed)
        .filter(timing -> timing.strategy().isPresent() && timing.seconds() > 0)
        .sorted(Comparator.comparing(Timing::started))
        .collect(
            Collectors.collectingAndThen(
                ImmutableListMultimap.toImmutableListMultimap(
                    Timing::packageName, timing -> timing),
                TimeModel::withWhatIsKnown));
  }

  /** Of what another tool built is known what is known of the package, at best in the same way. */
  private static ImmutableListMultimap<String, Timing> withWhatIsKnown(
      ImmutableListMultimap<String, Timing> builds) {
    ImmutableListMultimap.Builder<String, Timing> all = ImmutableListMultimap.builder();
    Multimaps.asMap(builds)
        .forEach(
            (name, ofPackage) -> {
              Map<Optional<Strategy>, Known> known = new HashMap<>();
              ImmutableMap<String, SourceCode> code = codeByVersion(ofPackage);
              for (Timing build : ofPackage) {
                Known ofWay =
                    known.computeIfAbsent(
                        build.strategy(), strategy -> Known.of(ofPackage, strategy));
                all.put(
                    name,
                    build
                        .like(ofWay.derivation())
                        .beside(ofWay.neighbours())
                        .ofCode(Optional.ofNullable(code.get(build.version()))));
              }
            });
    return all.build();
  }

  /** As it was read last: an older crossplan counted less. */
  private static ImmutableMap<String, SourceCode> codeByVersion(List<Timing> ofPackage) {
    return ofPackage.stream()
        .filter(build -> build.circumstances().code().isPresent())
        .collect(
            ImmutableMap.toImmutableMap(
                Timing::version,
                build -> build.circumstances().code().orElseThrow(),
                (earlier, later) -> later));
  }

  /** What is known of the builds of a package that another tool does not tell. */
  private record Known(Optional<Circumstances> derivation, OptionalDouble neighbours) {

    static Known of(List<Timing> ofPackage, Optional<Strategy> strategy) {
      return new Known(
          last(ofPackage, strategy, Circumstances::isDerivationKnown),
          last(ofPackage, strategy, told -> told.neighbours().isPresent())
              .map(Circumstances::neighbours)
              .orElse(OptionalDouble.empty()));
    }

    /** Of what was built last of those of which that is known, at best in the same way. */
    private static Optional<Circumstances> last(
        List<Timing> ofPackage, Optional<Strategy> strategy, Predicate<Circumstances> isKnown) {
      return Lists.reverse(ofPackage).stream()
          .filter(build -> isKnown.test(build.circumstances()))
          .max(Comparator.comparing(build -> build.strategy().equals(strategy)))
          .map(Timing::circumstances);
    }
  }

  private static Features features(
      ImmutableListMultimap<String, Timing> builds,
      StrategyFactors assumed,
      ImmutableMap<String, LogNormal> speeds) {
    Map<String, LogNormal> machines = new LinkedHashMap<>(speeds);
    builds.values().forEach(build -> machines.putIfAbsent(build.machine(), UNKNOWN_SPEED));
    return new Features(
        StandardBuildUnits.ofBooks(),
        PhaseModel.fit(builds.values(), assumed),
        ImmutableMap.copyOf(machines));
  }

  /** The spreads under which the builds are most likely, held near to those that are usual. */
  static Spreads spreads(
      Collection<Timing> timings, StrategyFactors assumed, ImmutableMap<String, LogNormal> speeds) {
    ImmutableListMultimap<String, Timing> builds = byPackage(timings);
    if (builds.size() < FEWEST_FOR_SPREADS) {
      return Spreads.USUAL;
    }
    Features features = features(builds, assumed, speeds);
    MultivariateFunction merit =
        logs -> {
          double unlikely = 0;
          for (double log : logs) {
            unlikely += log * log / (2 * SPREAD_OF_SPREADS * SPREAD_OF_SPREADS);
          }
          Spreads tried = Spreads.USUAL.times(Arrays.stream(logs).map(Math::exp).toArray());
          return new TimeModel(features, tried, builds).logLikelihood - unlikely;
        };
    double[] best =
        new SimplexOptimizer(new SimpleValueChecker(-1, 1e-3, MOST_TRIALS))
            .optimize(
                new MaxEval(100 * MOST_TRIALS),
                GoalType.MAXIMIZE,
                new ObjectiveFunction(merit),
                new InitialGuess(new double[Spreads.COUNT]),
                new NelderMeadSimplex(Spreads.COUNT, 0.3))
            .getPoint();
    return Spreads.USUAL.times(Arrays.stream(best).map(Math::exp).toArray());
  }

  private double noise() {
    double repeats = Math.max(LEAST_REPEATS, spreads.repeats());
    return repeats * repeats;
  }

  /** Covariance of the logarithms of how long two builds of one package take. */
  private double likeness(Subject one, Subject other) {
    double ofPackage = features.isBooked(one) ? spreads.booked() : spreads.packages();
    double shared = ofPackage * ofPackage;
    if (one.isBuiltLike(other)) {
      shared += spreads.ways() * spreads.ways();
    }
    if (one.version().equals(other.version())) {
      shared += spreads.versions() * spreads.versions();
    }
    return shared;
  }

  /** How long a build takes. */
  public Estimate estimate(Subject asked) {
    @Nullable Group group = groups.get(asked.packageName());
    Subject subject = group == null ? asked : comparable(asked, group.subjects);
    RealVector row = new ArrayRealVector(features.of(subject), false);
    double log =
        features.offset(subject)
            + row.dotProduct(new ArrayRealVector(features.means(), false))
            + row.dotProduct(shift);
    double own = likeness(subject, subject) + noise();
    RealVector unexplained = row;
    if (group != null) {
      RealVector alike =
          new ArrayRealVector(
              group.subjects.stream().mapToDouble(each -> likeness(subject, each)).toArray());
      RealVector weights = group.kernel.getSolver().solve(alike);
      log += weights.dotProduct(group.residuals.subtract(group.rows.operate(shift)));
      own -= weights.dotProduct(alike);
      unexplained = row.subtract(group.rows.preMultiply(weights));
    }
    double common = Math.sqrt(unexplained.dotProduct(covariance.operate(unexplained)));
    return new Estimate(
        Math.exp(log),
        Math.sqrt(Math.max(0, own)),
        Math.hypot(common, spreadOfFactor(subject, group)),
        origin(subject, group));
  }

  /**
   * What is known of one of two builds of a package, and not of the other, does not tell them
   * apart: of the derivation, and of how many others were built meanwhile, the builds either all
   * have it or none, the sources of a version are what they were, and as many cores as before are
   * there again.
   */
  private static Subject comparable(Subject subject, ImmutableList<Subject> builds) {
    Circumstances own = subject.circumstances();
    Circumstances other =
        builds.reverse().stream()
            .max(
                Comparator.comparing(subject::isBuiltLike)
                    .thenComparing(build -> build.machine().equals(subject.machine())))
            .orElseThrow()
            .circumstances();
    Circumstances alike =
        own.isDerivationKnown() == other.isDerivationKnown() ? own : own.withDerivationOf(other);
    Optional<SourceCode> ofVersion =
        builds.stream()
            .filter(build -> build.version().equals(subject.version()))
            .map(build -> build.circumstances().code())
            .flatMap(Optional::stream)
            .findFirst();
    if (ofVersion.isPresent() || other.code().isEmpty()) {
      alike = alike.withCode(ofVersion);
    }
    if (own.cores().isEmpty()) {
      alike = alike.withCores(other.cores());
    }
    if (own.neighbours().isEmpty() || other.neighbours().isEmpty()) {
      alike = alike.withNeighbours(other.neighbours());
    }
    return subject.in(alike);
  }

  /**
   * How unsure the factor of the way is, of which the longest phase has most: the features have it
   * as a number. Nothing of it is left where a build in the same way tells how long it takes.
   */
  private double spreadOfFactor(Subject subject, @Nullable Group group) {
    boolean isKnown = group != null && group.subjects.stream().anyMatch(subject::isBuiltLike);
    return isKnown ? 0 : factors().of(subject.strategy(), PhaseKind.BUILD).spread();
  }

  /**
   * How many times as long a build takes on so many cores as on {@code others}, by Amdahl's law.
   */
  double onCores(Subject subject, int cores, int others) {
    return onCores(subject, cores) / onCores(subject, others);
  }

  private double onCores(Subject subject, int cores) {
    return features
        .phases()
        .factor(
            subject.packageName(),
            subject.strategy(),
            subject.circumstances().withCores(OptionalInt.of(cores)));
  }

  /**
   * How long the tests of a build take.
   *
   * @param build see {@link #estimate}
   */
  Estimate tests(Subject subject, Estimate build) {
    return features
        .phases()
        .tests(build, subject.packageName(), subject.strategy(), subject.circumstances());
  }

  private Origin origin(Subject subject, @Nullable Group group) {
    if (group == null) {
      if (features.isBooked(subject)) {
        return Origin.BOOK;
      } else if (features.hasCode(subject)) {
        return Origin.CODE;
      }
      return groups.size() < FEWEST_TO_TELL ? Origin.UNKNOWN : Origin.MODEL;
    }
    Origin best = Origin.SCALED;
    for (Subject other : group.subjects) {
      if (other.isBuiltLike(subject) && other.machine().equals(subject.machine())) {
        if (other.version().equals(subject.version())) {
          return Origin.HISTORY;
        }
        best = Origin.OTHER_VERSION;
      }
    }
    return best;
  }

  /** How many times as long phases take in each way, as far as the builds tell. */
  public StrategyFactors factors() {
    return features.phases().factors();
  }
}
