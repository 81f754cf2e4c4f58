package dev.crossplan.planner.cost;

import static dev.crossplan.planner.cost.Builds.build;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BacktestTest {
  private static Backtest of(List<Timing> builds) {
    return Backtest.of(builds, StrategyFactors.USUAL, ImmutableMap.of(), Progress.NONE);
  }

  /** Of many builds it takes a minute or more. */
  @Test
  void whoWaitsIsToldHowFarItIs() {
    List<String> told = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void start(String what) {
            told.add(what);
          }

          @Override
          public void step(long done, long of) {
            told.add(done + " of " + of);
          }
        };
    List<Timing> builds =
        List.of(build(1, "curl", Strategy.CROSS, 50), build(2, "curl", Strategy.CROSS, 51));
    Backtest unused = Backtest.of(builds, StrategyFactors.USUAL, ImmutableMap.of(), progress);
    assertEquals(List.of("estimating 2 builds", "1 of 2", "2 of 2"), told);
  }

  @Test
  void withoutBuildsThereIsNoError() {
    assertEquals(OptionalDouble.empty(), of(List.of()).medianError());
    assertEquals(OptionalDouble.empty(), of(List.of()).coverage());
  }

  /** What is estimated must not know what came after. */
  @Test
  void onlyWhatHadEndedIsKnown() {
    Timing first = build(1, "curl", Strategy.CROSS, 50);
    Timing meanwhile =
        new Timing(
            "curl",
            "1",
            first.host(),
            first.strategy(),
            first.machine(),
            first.started().plusSeconds(49),
            50,
            first.circumstances());
    Timing after =
        new Timing(
            "curl",
            "1",
            first.host(),
            first.strategy(),
            first.machine(),
            first.started().plusSeconds(50),
            50,
            first.circumstances());
    List<Origin> origins =
        of(List.of(after, meanwhile, first)).trials().stream()
            .map(trial -> trial.estimate().origin())
            .toList();
    assertEquals(List.of(Origin.BOOK, Origin.BOOK, Origin.HISTORY), origins);
  }

  /** Of builds that differ as the model takes them to, eight of ten must be in their intervals. */
  @Test
  void intervalsHoldWhatTheySay() {
    Random random = new Random(7);
    List<Timing> builds = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      double size = 20 * Math.exp(0.9 * random.nextGaussian());
      for (int repeat = 0; repeat < 4; repeat++) {
        boolean cross = repeat % 2 == 0;
        double way = cross ? 0.93 : 10.5;
        builds.add(
            build(
                4 * i + repeat,
                "p" + i,
                cross ? Strategy.CROSS : Strategy.EMULATED,
                size * way * Math.exp(0.15 * random.nextGaussian())));
      }
    }
    Backtest backtest = of(builds);
    double coverage = backtest.coverage().orElseThrow();
    assertTrue(coverage > 0.7 && coverage < 0.92, () -> "coverage " + coverage);
    Backtest known = backtest.only(trial -> trial.estimate().origin() == Origin.HISTORY);
    assertEquals(80, known.trials().size());
    double error = known.medianError().orElseThrow();
    assertTrue(error > 0.05 && error < 0.2, () -> "median error " + error);
  }
}
