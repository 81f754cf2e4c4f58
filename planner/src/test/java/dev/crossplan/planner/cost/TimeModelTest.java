package dev.crossplan.planner.cost;

import static dev.crossplan.planner.cost.Builds.DESK;
import static dev.crossplan.planner.cost.Builds.build;
import static dev.crossplan.planner.cost.Builds.subject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.source.SourceCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimeModelTest {
  private static TimeModel model(Timing... builds) {
    return TimeModel.fit(List.of(builds), StrategyFactors.USUAL, ImmutableMap.of());
  }

  private static Timing elsewhere(int day, String name, String machine, double seconds) {
    return build(day, name, "1", Strategy.NATIVE, machine, seconds, ImmutableMap.of());
  }

  private static void assertNear(double expected, double factor, Estimate estimate) {
    assertTrue(
        estimate.seconds() > expected / factor && estimate.seconds() < expected * factor,
        () -> "expected " + expected + ", but was " + estimate);
  }

  @Test
  void nothingIsKnownAtFirst() {
    Estimate unknown = model().estimate(subject("frobnicate", Strategy.NATIVE));
    assertEquals(Origin.UNKNOWN, unknown.origin());
    assertTrue(unknown.high() / unknown.low() > 5, unknown::toString);
    assertEquals(Origin.BOOK, model().estimate(subject("glibc", Strategy.NATIVE)).origin());
  }

  private static Circumstances sources(Optional<SourceCode> code, Trait... traits) {
    return new Circumstances(
        OptionalInt.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        ImmutableSet.copyOf(traits),
        OptionalLong.of(1000),
        code,
        ImmutableMap.of());
  }

  private static Estimate ofSources(SourceCode code, Timing... builds) {
    return estimate(sources(Optional.of(code)), builds);
  }

  private static Estimate estimate(Circumstances circumstances, Timing... builds) {
    return model(builds)
        .estimate(new Subject("frobnicate", "1", Strategy.NATIVE, DESK, circumstances));
  }

  private static double seconds(Circumstances circumstances, Timing... builds) {
    return estimate(circumstances, builds).seconds();
  }

  /** A native build without CMake, of sources with so much code. */
  private static Timing coded(int day, String name, SourceCode code, double seconds) {
    return ofSources(day, name, seconds, sources(Optional.of(code)));
  }

  private static Timing ofSources(
      int day, String name, double seconds, Circumstances circumstances) {
    Timing plain = build(day, name, Strategy.NATIVE, seconds);
    return new Timing(
        plain.packageName(),
        plain.version(),
        plain.host(),
        plain.strategy(),
        plain.machine(),
        plain.started(),
        plain.seconds(),
        circumstances);
  }

  /** Where scripts take long and compilers do not, that holds for other packages as well. */
  @Test
  void howLongEachKindOfWorkTakesIsLearned() {
    SourceCode script = new SourceCode(5, 400, 0, 300, false, false);
    SourceCode files = new SourceCode(60, 8_000, 0, 0, false, false);
    List<Timing> builds = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      builds.add(coded(i, "script" + i, script, 20));
      builds.add(coded(20 + i, "files" + i, files, 3));
    }
    Timing[] all = builds.toArray(Timing[]::new);
    double before = ofSources(script).seconds() / ofSources(files).seconds();
    double after = ofSources(script, all).seconds() / ofSources(files, all).seconds();
    assertTrue(before < 2 && after > 3.5, () -> before + ", then " + after);
  }

  /** As nixpkgs has them, where nobody wants static libraries. */
  @Test
  void thatNothingIsCompiledTwiceHereIsLearned() {
    SourceCode once = new SourceCode(60, 8_000, 0, 0, false, false);
    SourceCode twice = new SourceCode(60, 8_000, 0, 0, false, true);
    List<Timing> builds = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      builds.add(ofCmake(i, "once" + i, once, 10));
      builds.add(ofCmake(20 + i, "twice" + i, twice, 10));
    }
    assertTrue(ratioByCmake(twice, once) > 1.4, () -> "at first " + ratioByCmake(twice, once));
    double learned = ratioByCmake(twice, once, builds.toArray(Timing[]::new));
    assertTrue(learned < 1.1, () -> "then " + learned);
  }

  private static Timing ofCmake(int day, String name, SourceCode code, double seconds) {
    return ofSources(day, name, seconds, sources(Optional.of(code), Trait.CMAKE));
  }

  private static double ratioByCmake(SourceCode code, SourceCode other, Timing... builds) {
    return seconds(sources(Optional.of(code), Trait.CMAKE), builds)
        / seconds(sources(Optional.of(other), Trait.CMAKE), builds);
  }

  /** Large packages say so more often: that is in the code. */
  @Test
  void thatSeveralJobsMayRunMakesNoBuildOfOneJobLonger() {
    SourceCode code = new SourceCode(60, 8_000, 0, 0, false, false);
    List<Timing> builds = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Circumstances parallel = sources(Optional.of(code), Trait.PARALLEL);
      builds.add(ofSources(i, "parallel" + i, 20, parallel));
      builds.add(coded(20 + i, "plain" + i, code, 10));
    }
    Timing[] all = builds.toArray(Timing[]::new);
    assertEquals(
        seconds(sources(Optional.of(code)), all),
        seconds(sources(Optional.of(code), Trait.PARALLEL), all),
        1e-9);
  }

  /** What is compiled of a tarball is counted better one day: the build is the same. */
  @Test
  void howCodeWasCountedDoesNotSetBuildsApart() {
    SourceCode old = new SourceCode(50, 4_000, 0, 0, false, false);
    SourceCode counted = new SourceCode(45, 3_800, 900_000, 100, true, true);
    Timing before = coded(1, "frobnicate", old, 10);
    Timing after = coded(2, "frobnicate", counted, 10);
    assertNear(10, 1.1, ofSources(counted, before));
    assertNear(10, 1.1, ofSources(counted, before, after));
    assertEquals(
        ofSources(counted, coded(1, "frobnicate", counted, 10), after).seconds(),
        ofSources(counted, before, after).seconds(),
        1e-9);
  }

  /** As of an older crossplan, of whose counts nothing is kept. */
  @Test
  void codeThatWasNotCountedDoesNotSetBuildsApart() {
    SourceCode much = new SourceCode(900, 400_000, 0, 0, false, false);
    Timing before = ofSources(1, "frobnicate", 10, sources(Optional.empty()));
    assertNear(10, 1.1, ofSources(much, before));
  }

  @Test
  void howMuchCodeThereIsTellsWithoutAHistory() {
    Estimate compiled = ofSources(new SourceCode(100, 60_000, 0, 300, false, false));
    assertEquals(Origin.CODE, compiled.origin());
    Estimate script = ofSources(new SourceCode(0, 0, 0, 0, false, false));
    assertEquals(Origin.UNKNOWN, script.origin());
    assertTrue(script.seconds() > 1 && script.high() > 10, script::toString);
  }

  @Test
  void aLargePackageOfTheBooksTakesLongerThanASmallOne() {
    double large = model().estimate(subject("llvm", Strategy.NATIVE)).seconds();
    double small = model().estimate(subject("zlib", Strategy.NATIVE)).seconds();
    assertTrue(large > 20 * small, () -> large + " and " + small);
  }

  /** How much slower emulation is here is a guess, as long as nothing was emulated. */
  @Test
  void whatWasEmulatedMakesEstimatesOfEmulationSurer() {
    Timing cross = build(1, "a", Strategy.CROSS, 50);
    ImmutableMap<String, Double> phases = ImmutableMap.of("buildPhase", 40.0);
    ImmutableMap<String, Double> emulated = ImmutableMap.of("buildPhase", 600.0);
    List<Timing> more = new ArrayList<>(List.of(cross));
    for (int i = 0; i < 6; i++) {
      more.add(build(2 + i, "b" + i, "1", Strategy.CROSS, DESK, 50, phases));
      more.add(build(9 + i, "b" + i, "1", Strategy.EMULATED, DESK, 700, emulated));
    }
    Estimate before = model(cross).estimate(subject("a", Strategy.EMULATED));
    Estimate after = model(more.toArray(Timing[]::new)).estimate(subject("a", Strategy.EMULATED));
    assertTrue(before.common() > 0.5, before::toString);
    assertTrue(after.common() < before.common() / 2, () -> before + ", then " + after);
  }

  private static Timing with(Tools tools, Timing timing) {
    return new Timing(
        timing.packageName(),
        timing.version(),
        timing.host(),
        timing.strategy(),
        timing.machine(),
        timing.started(),
        timing.seconds(),
        timing.circumstances().withTraits(tools.and(timing.circumstances().traits())));
  }

  private static Subject subjectWith(Tools tools, String name) {
    return Subject.of(with(tools, build(0, name, Strategy.EMULATED, 1))).orElseThrow();
  }

  /** CMake: a tenth is preparation, a seventh configuration, the rest compilation. */
  @Test
  void aNativeCompilerSparesMostOfTheEmulation() {
    TimeModel model =
        model(build(1, "a", Strategy.CROSS, 50), build(2, "a", Strategy.EMULATED, 600));
    assertNear(600, 1.2, model.estimate(subject("a", Strategy.EMULATED)));
    Estimate withCompiler = model.estimate(subjectWith(Tools.NATIVE_COMPILER, "a"));
    assertTrue(withCompiler.seconds() < 200 && withCompiler.seconds() > 50, withCompiler::toString);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AS_EVALUATED")
  void whatIsBuiltWithNativeToolsSaysNothingOfHowSlowEmulationIs(Tools tools) {
    ImmutableMap<String, Double> phases = ImmutableMap.of("buildPhase", 50.0);
    Timing cross = build(1, "a", "1", Strategy.CROSS, DESK, 50, phases);
    Timing partly = with(tools, build(2, "a", "1", Strategy.EMULATED, DESK, 55, phases));
    assertEquals(
        model(cross).factors().of(Strategy.EMULATED, PhaseKind.BUILD),
        model(cross, partly).factors().of(Strategy.EMULATED, PhaseKind.BUILD));
    assertNear(55, 1.3, model(cross, partly).estimate(subjectWith(tools, "a")));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AS_EVALUATED")
  void nobodyKnowsHowMuchOfAPhaseIsEmulatedWithNativeTools(Tools tools) {
    Timing partly = with(tools, build(1, "a", Strategy.EMULATED, 55));
    ImmutableMap<String, Double> phases =
        ImmutableMap.of("configurePhase", 5.0, "buildPhase", 50.0);
    Timing known = with(tools, build(1, "a", "1", Strategy.EMULATED, DESK, 55, phases));
    assertEquals(
        model(partly).estimate(subject("a", Strategy.CROSS)).seconds(),
        model(known).estimate(subject("a", Strategy.CROSS)).seconds());
  }

  @Test
  void nativeToolsCountInWhatBooksTellOfAsWell() {
    List<Timing> builds = new ArrayList<>();
    for (String name : List.of("bzip2", "expat", "file", "gmp", "libcap", "xz", "zlib")) {
      builds.add(build(builds.size(), name, Strategy.EMULATED, 600));
      builds.add(with(Tools.NATIVE, build(builds.size(), name, Strategy.EMULATED, 200)));
    }
    TimeModel model = model(builds.toArray(Timing[]::new));
    Estimate asEvaluated = model.estimate(subject("readline", Strategy.EMULATED));
    Estimate withTools = model.estimate(subjectWith(Tools.NATIVE, "readline"));
    assertEquals(Origin.BOOK, asEvaluated.origin());
    assertTrue(
        withTools.seconds() < asEvaluated.seconds() / 1.5, () -> withTools + " of " + asEvaluated);
  }

  @Test
  void whatWasBuiltHereInThisWayCountsMost() {
    TimeModel model =
        model(
            build(1, "curl", Strategy.CROSS, 50),
            build(2, "curl", Strategy.CROSS, 50),
            elsewhere(3, "curl", "board", 900));
    Estimate again = model.estimate(subject("curl", Strategy.CROSS));
    assertEquals(Origin.HISTORY, again.origin());
    assertNear(50, 1.1, again);
  }

  /** The wider the further away: the same again, another version, another way, another package. */
  @Test
  void theLessItIsTheSameTheLessSureItIs() {
    TimeModel model =
        model(
            build(1, "a", Strategy.CROSS, 50),
            build(2, "b", Strategy.CROSS, 20),
            build(3, "c", Strategy.CROSS, 70));
    List<Estimate> estimates = new ArrayList<>();
    estimates.add(model.estimate(subject("a", Strategy.CROSS)));
    estimates.add(
        model.estimate(
            Subject.of(build(0, "a", "2", Strategy.CROSS, DESK, 1, ImmutableMap.of()))
                .orElseThrow()));
    estimates.add(model.estimate(subject("a", Strategy.EMULATED)));
    estimates.add(model.estimate(subject("d", Strategy.CROSS)));
    assertEquals(
        List.of(Origin.HISTORY, Origin.OTHER_VERSION, Origin.SCALED, Origin.MODEL),
        estimates.stream().map(Estimate::origin).toList());
    for (int i = 1; i < estimates.size(); i++) {
      double before = estimates.get(i - 1).high() / estimates.get(i - 1).low();
      double after = estimates.get(i).high() / estimates.get(i).low();
      assertTrue(before < after, estimates::toString);
    }
  }

  /** The same one again is no other package. */
  @Test
  void oneOrTwoPackagesTellNothingOfAnother() {
    Timing a = build(1, "a", Strategy.CROSS, 50);
    Timing b = build(2, "b", Strategy.CROSS, 20);
    Timing again = build(3, "b", Strategy.CROSS, 21);
    Timing c = build(4, "c", Strategy.CROSS, 70);
    Subject other = subject("d", Strategy.CROSS);
    assertEquals(Origin.UNKNOWN, model(a, b, again).estimate(other).origin());
    assertEquals(Origin.MODEL, model(a, b, c).estimate(other).origin());
  }

  @Test
  void emulationIsLearnedFromPackagesThatWereBuiltBothWays() {
    List<Timing> builds = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      builds.add(build(i, "p" + i, Strategy.CROSS, 10 + i));
      builds.add(build(100 + i, "p" + i, Strategy.EMULATED, 5 * (10 + i)));
    }
    builds.add(build(300, "new", Strategy.CROSS, 40));
    Estimate emulated =
        model(builds.toArray(Timing[]::new)).estimate(subject("new", Strategy.EMULATED));
    assertEquals(Origin.SCALED, emulated.origin());
    assertNear(200, 1.35, emulated);
  }

  @Test
  void aMachineIsAsSlowAsItWasWithOtherPackages() {
    List<Timing> builds = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      builds.add(elsewhere(i, "p" + i, DESK, 10 + i));
      builds.add(elsewhere(100 + i, "p" + i, "board", 4 * (10 + i)));
    }
    builds.add(elsewhere(300, "new", DESK, 30));
    Estimate onBoard =
        model(builds.toArray(Timing[]::new))
            .estimate(Subject.of(elsewhere(0, "new", "board", 1)).orElseThrow());
    assertEquals(Origin.SCALED, onBoard.origin());
    assertNear(120, 1.2, onBoard);
  }

  /** What takes its time in configure is slowed down more than what compiles. */
  @Test
  void phasesTellHowMuchEmulationSlowsDown() {
    TimeModel model =
        model(
            build(
                1,
                "scripts",
                "1",
                Strategy.CROSS,
                DESK,
                60,
                ImmutableMap.of("configurePhase", 55.0, "buildPhase", 5.0)),
            build(
                2,
                "compiler",
                "1",
                Strategy.CROSS,
                DESK,
                60,
                ImmutableMap.of("configurePhase", 5.0, "buildPhase", 55.0)));
    double scripts = model.estimate(subject("scripts", Strategy.EMULATED)).seconds();
    double compiler = model.estimate(subject("compiler", Strategy.EMULATED)).seconds();
    assertTrue(scripts > 1.2 * compiler, () -> scripts + " and " + compiler);
  }

  private static List<Timing> imported() {
    List<Timing> builds = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Timing own = build(i, "a", Strategy.CROSS, 900 + i % 3);
      builds.add(
          new Timing(
              own.packageName(),
              own.version(),
              own.host(),
              own.strategy(),
              own.machine(),
              own.started(),
              own.seconds(),
              Circumstances.UNKNOWN));
    }
    return builds;
  }

  /** Other tools say nothing of the derivation. */
  @Test
  void whatWasImportedTellsAsMuchOfThePackage() {
    List<Timing> builds = imported();
    Estimate estimate = model(builds.toArray(Timing[]::new)).estimate(subject("a", Strategy.CROSS));
    assertEquals(Origin.HISTORY, estimate.origin());
    assertNear(900, 1.01, estimate);
    assertTrue(estimate.high() / estimate.low() < 1.2, estimate::toString);
    builds.set(4, build(4, "a", Strategy.CROSS, 900));
    Estimate mixed = model(builds.toArray(Timing[]::new)).estimate(subject("a", Strategy.CROSS));
    assertNear(900, 1.01, mixed);
    assertTrue(mixed.high() / mixed.low() < 1.2, mixed::toString);
  }

  private static Subject beside(double others) {
    Subject subject = subject("a", Strategy.CROSS);
    return subject.in(subject.circumstances().withNeighbours(OptionalDouble.of(others)));
  }

  /** What other tools do not say is no reason to take it for a build alone. */
  @Test
  void whatWasImportedTellsAsMuchOfABuildBesideOthers() {
    List<Timing> builds = imported();
    assertNear(900, 1.01, model(builds.toArray(Timing[]::new)).estimate(beside(3)));
    builds.set(4, builds.get(4).beside(OptionalDouble.of(3)));
    assertNear(900, 1.01, model(builds.toArray(Timing[]::new)).estimate(beside(3)));
  }

  @Test
  void amongOthersABuildTakesALittleLonger() {
    List<Timing> builds = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      builds.add(build(i, "a", Strategy.CROSS, 900));
    }
    TimeModel model = model(builds.toArray(Timing[]::new));
    assertNear(900, 1.01, model.estimate(beside(0)));
    assertNear(1.15 * 900, 1.05, model.estimate(beside(1)));
    assertNear(1.32 * 900, 1.05, model.estimate(beside(3)));
  }

  /** Nobody says beforehand how many cores a build may use. */
  @Test
  void whatWasBuiltOnSeveralCoresIsBuiltOnAsManyAgain() {
    List<Timing> builds = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Timing own = build(i, "a", Strategy.CROSS, 100);
      builds.add(
          new Timing(
              own.packageName(),
              own.version(),
              own.host(),
              own.strategy(),
              own.machine(),
              own.started(),
              own.seconds(),
              own.circumstances()
                  .withTraits(ImmutableSet.of(Trait.CMAKE, Trait.PARALLEL))
                  .withCores(OptionalInt.of(4))));
    }
    Subject known = Subject.of(builds.get(0)).orElseThrow();
    Subject asked = known.in(known.circumstances().withCores(OptionalInt.empty()));
    assertNear(100, 1.05, model(builds.toArray(Timing[]::new)).estimate(asked));
  }

  @Test
  void buildsInARowAreNoReasonToBeCertain() {
    Estimate estimate =
        model(imported().toArray(Timing[]::new)).estimate(subject("a", Strategy.CROSS));
    assertTrue(estimate.low() < 880 && estimate.high() > 920, estimate::toString);
  }

  @Test
  void theOrderInWhichItIsToldDoesNotMatter() {
    Timing[] builds = new Timing[12];
    Timing[] reversed = new Timing[12];
    for (int i = 0; i < 12; i++) {
      builds[i] = build(i, "p" + i % 4, i % 2 == 0 ? Strategy.CROSS : Strategy.EMULATED, 10 + i);
      reversed[11 - i] = builds[i];
    }
    Subject subject = subject("p3", Strategy.CROSS);
    assertEquals(model(builds).estimate(subject), model(reversed).estimate(subject));
  }
}
