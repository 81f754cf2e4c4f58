package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.estimate.Interval;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildReport;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Manifest.Target;
import dev.crossplan.planner.plan.Objective;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Step;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A plan told step by step, and what happens to it, in seconds after {@link #BEGAN}. */
final class BuildStory {
  static final Instant BEGAN = Instant.parse("2026-11-27T20:00:00Z");

  private static final String BOARD = "riscv64-linux";

  private final List<Builder> builders = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private Optional<Interval> end = Optional.empty();

  /** A machine that runs x86_64 and emulates riscv64. */
  BuildStory builder(String name, int slots) {
    builders.add(
        Builder.of(
                name,
                Builder.Abilities.running(ImmutableSet.of("x86_64-linux"))
                    .emulating(ImmutableSet.of(BOARD)))
            .withSlots(slots));
    return this;
  }

  /** The end may be off so far, in parts of the time that is expected. */
  BuildStory unsure(double low, double high) {
    end = Optional.of(new Interval(low, 1, high));
    return this;
  }

  /** A build on the builder that was told last. */
  Step build(String name, String version, Strategy strategy, double seconds, Step... inputs) {
    return add(name, version, Action.BUILD, Optional.of(strategy), seconds, inputs);
  }

  Step fetch(String name, double seconds) {
    return add(name, "", Action.FETCH, Optional.empty(), seconds);
  }

  /** No builder does it. */
  Step substitute(String name, double seconds) {
    return add(name, "", Action.SUBSTITUTE, Optional.empty(), seconds);
  }

  private Step add(
      String name,
      String version,
      Action action,
      Optional<Strategy> strategy,
      double seconds,
      Step... inputs) {
    double start = Arrays.stream(inputs).mapToDouble(Step::finish).max().orElse(0);
    String word = strategy.map(Strategy::toString).orElse(action.toString());
    StorePath derivation = derivation(name + " " + version + " " + word);
    Step step =
        new Step(
            steps.size(),
            name,
            version,
            Optional.of(BOARD),
            action,
            strategy,
            "cross",
            derivation,
            false,
            ImmutableList.of(derivation),
            ImmutableIntArray.copyOf(Arrays.stream(inputs).mapToInt(Step::id).sorted()),
            Tools.AS_EVALUATED,
            ImmutableSortedMap.of(),
            action == Action.SUBSTITUTE
                ? Optional.empty()
                : Optional.of(builders.get(builders.size() - 1).name()),
            seconds,
            start,
            0,
            0);
    steps.add(step);
    return step;
  }

  /** The same in every story. */
  private StorePath derivation(String what) {
    long alike = steps.stream().filter(step -> what.startsWith(step.label() + " ")).count();
    int hash = (what + alike).hashCode() & Integer.MAX_VALUE;
    String name = what.replaceAll("[^A-Za-z0-9.]+", "-");
    return StorePath.parse(
        String.format(
            Locale.ROOT, "/nix/store/%032d-x%.60s.drv", hash, name.isEmpty() ? "-" : name));
  }

  Plan plan() {
    return new Plan(
        "story",
        new Target(BOARD, Optional.of("rv64gc")),
        Objective.BUILDER_SECONDS,
        ImmutableList.copyOf(builders),
        ImmutableList.copyOf(steps),
        ImmutableMap.of(),
        new Plan.Bounds(0, 0, 0),
        ImmutableList.of(),
        ImmutableList.of(),
        ImmutableList.of());
  }

  /** All steps but {@code done} are to do, in the order in which they were told. */
  BuildEvent planned(Step... done) {
    List<Step> there = List.of(done);
    return new BuildEvent.Planned(
        plan(),
        ImmutableList.copyOf(there),
        steps.stream()
            .filter(step -> !there.contains(step))
            .collect(ImmutableList.toImmutableList()),
        end);
  }

  static BuildEvent started(Step step, double at) {
    return new BuildEvent.Started(step, after(at), log(step));
  }

  static BuildEvent built(Step step, double at, double seconds) {
    return new BuildEvent.Finished(step, after(at), seconds, true);
  }

  static BuildEvent lost(String builder, double at) {
    return new BuildEvent.BuilderLost(
        builder,
        after(at),
        "has not answered for 60 s",
        "Maybe it stands still.",
        OptionalDouble.of(10));
  }

  static BuildEvent failed(Step step, double at, double seconds, String why, String... lastLines) {
    return new BuildEvent.Failed(
        step, after(at), seconds, why, ImmutableList.copyOf(lastLines), Optional.of(log(step)));
  }

  /** A step of which the outputs were made in so many seconds. */
  static BuildReport.StepReport made(Step step, double seconds) {
    return became(step, BuildReport.Outcome.MADE, seconds);
  }

  static BuildReport.StepReport became(Step step, BuildReport.Outcome outcome, double seconds) {
    return new BuildReport.StepReport(
        step,
        step.derivation(),
        outcome,
        Optional.of(BEGAN),
        seconds,
        Optional.empty(),
        Optional.of(log(step)));
  }

  static Path log(Step step) {
    return Path.of("/logs", step.derivation().name() + ".log");
  }

  static Instant after(double seconds) {
    return BEGAN.plusMillis(Math.round(seconds * 1000));
  }
}
