package dev.crossplan.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.cost.Origin;
import dev.crossplan.planner.estimate.BuilderChange;
import dev.crossplan.planner.estimate.BuilderComparison;
import dev.crossplan.planner.estimate.BuilderUse;
import dev.crossplan.planner.estimate.Chain;
import dev.crossplan.planner.estimate.EstimateJson;
import dev.crossplan.planner.estimate.EstimateReport;
import dev.crossplan.planner.estimate.Estimator;
import dev.crossplan.planner.estimate.Interval;
import dev.crossplan.planner.estimate.OptionEstimate;
import dev.crossplan.planner.estimate.OptionEstimate.Amounts;
import dev.crossplan.planner.estimate.Totals;
import dev.crossplan.planner.estimate.WhatIf;
import dev.crossplan.planner.history.TestsBefore;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.BuilderDescription;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Baseline;
import dev.crossplan.planner.plan.Courses;
import dev.crossplan.planner.plan.Objective;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** What holds for the estimate of any package set. */
class EstimatePropertyTest {
  private static final double SMALL = 1e-6;

  private static @Nullable Path folder;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("estimate");
  }

  @AfterContainer
  static void deleteFolder() throws IOException {
    MoreFiles.deleteRecursively(folder(), RecursiveDeleteOption.ALLOW_INSECURE);
  }

  private static Path folder() {
    if (folder == null) {
      throw new IllegalStateException("before the container");
    }
    return folder;
  }

  @Property(tries = 60, seed = "1")
  void thePlanAndWhatPlansCompareWithAreTheSameAsInAPlan(
      @ForAll int seed, @ForAll @IntRange(min = 1, max = 10) int size) {
    Prepared prepared = prepared(write(seed, size));
    Optional<EstimateReport> found = report(prepared, Objective.BUILDER_SECONDS);
    if (found.isEmpty()) {
      return;
    }
    EstimateReport report = found.get();
    Plan plan = planner(Objective.BUILDER_SECONDS).plan(prepared);
    Amounts ofPlan = report.options().get(0).amounts().orElseThrow();
    assertEquals(plan.builderSeconds(), ofPlan.totals().builderSeconds());
    assertEquals(plan.makespanSeconds(), ofPlan.totals().makespanSeconds());
    for (int i = 0; i < plan.baselines().size(); i++) {
      Baseline baseline = plan.baselines().get(i);
      OptionEstimate option = report.options().get(i + 1);
      assertEquals(baseline.name(), option.name());
      assertEquals(baseline.why(), option.why());
      assertEquals(baseline.possible(), option.amounts().isPresent());
      option
          .amounts()
          .ifPresent(
              amounts -> {
                assertEquals(baseline.builds(), amounts.builds());
                assertEquals(baseline.duplicates(), amounts.duplicates());
                assertEquals(baseline.builderSeconds(), amounts.totals().builderSeconds(), SMALL);
              });
    }
  }

  @Property(tries = 60, seed = "1")
  void amountsAddUp(
      @ForAll int seed,
      @ForAll @IntRange(min = 1, max = 10) int size,
      @ForAll Objective objective) {
    report(prepared(write(seed, size)), objective)
        .ifPresent(
            report -> {
              for (OptionEstimate option : report.options()) {
                option.amounts().ifPresent(EstimatePropertyTest::assertAddsUp);
              }
              assertChains(report);
            });
  }

  private static void assertAddsUp(Amounts amounts) {
    Totals totals = amounts.totals();
    double busy = 0;
    double money = 0;
    double kilowattHours = 0;
    for (BuilderUse use : amounts.builders()) {
      busy += use.busySeconds();
      money += use.money();
      kilowattHours += use.kilowattHours();
      assertTrue(use.activeSeconds() <= use.untilSeconds() + SMALL);
      assertTrue(use.untilSeconds() <= totals.makespanSeconds() + SMALL);
      assertTrue(use.busySeconds() <= use.builder().slots() * use.activeSeconds() + SMALL);
    }
    assertEquals(money, totals.money(), SMALL);
    assertEquals(kilowattHours, totals.kilowattHours(), SMALL);
    // What is substituted takes a second each, and no builder.
    assertEquals(totals.builderSeconds(), busy + amounts.download().substitutes(), SMALL);
    assertEquals(Optional.empty(), amounts.intervals());
    assertEquals(0, amounts.unknown());
  }

  private static void assertChains(EstimateReport report) {
    double makespan = report.plan().makespanSeconds();
    assertEquals(makespan, report.criticalPath().seconds(), SMALL);
    assertTrue(report.dependencyPath().seconds() <= makespan + SMALL);
    for (Chain chain : List.of(report.criticalPath(), report.dependencyPath())) {
      @Nullable Step before = null;
      for (Chain.Link link : chain.links()) {
        if (before != null) {
          assertTrue(before.finish() <= link.step().start() + SMALL, "a chain goes back in time");
        }
        switch (link.waitsFor()) {
          case NOTHING -> assertEquals(null, before);
          case INPUT ->
              assertTrue(link.step().inputs().contains(before == null ? -1 : before.id()));
          case SLOT ->
              assertEquals(
                  link.step().builder(), before == null ? Optional.empty() : before.builder());
        }
        before = link.step();
      }
    }
    Chain inputs = report.dependencyPath();
    assertEquals(
        inputs.links().stream().mapToDouble(link -> link.step().seconds()).sum(),
        inputs.seconds(),
        SMALL);
  }

  /** The answer to what if is, byte for byte, that of a manifest that says so. */
  @Property(tries = 60, seed = "1")
  void whatIfIsEditing(@ForAll int seed, @ForAll @IntRange(min = 1, max = 10) int size)
      throws IOException {
    Path file = write(seed, size);
    String text = Files.readString(file);
    SplittableRandom random = new SplittableRandom(seed);
    boolean withoutDesk = random.nextBoolean() && text.contains("\"board\"");
    String factor = random.nextBoolean() ? "8" : "0.5";
    WhatIf whatIf =
        new WhatIf(
            withoutDesk ? ImmutableSet.of("desk") : ImmutableSet.of(),
            ImmutableList.of(
                BuilderDescription.parse(
                    "shed: riscv64-linux, emulates x86_64-linux, 3 slots, speed 0.5, 2 per hour,"
                        + " 7 watts")),
            OptionalDouble.of(Double.parseDouble(factor)));
    Optional<String> asked = json(() -> whatIf.applyTo(prepared(file)));

    Files.writeString(
        file,
        (withoutDesk ? text.substring(0, text.indexOf("[[builder]]\nname = \"desk\"")) : text)
                .replaceFirst("emulation = [0-9]+", "emulation = " + factor)
            + """

            [[builder]]
            name = "shed"
            systems = ["riscv64-linux"]
            emulates = ["x86_64-linux"]
            slots = 3
            speed = 0.5
            hourly = 2
            watts = 7
            """);
    assertEquals(json(() -> prepared(file)), asked);
  }

  /** What is said to be saved is what a plan with that builder comes to. */
  @Property(tries = 30, seed = "1")
  void aComparedBuilderIsPlannedWith(
      @ForAll int seed, @ForAll @IntRange(min = 1, max = 8) int size) {
    Prepared prepared = prepared(write(seed, size));
    Planner planner = planner(Objective.BUILDER_SECONDS);
    Optional<EstimateReport> report = report(prepared, Objective.BUILDER_SECONDS);
    if (report.isEmpty()) {
      return;
    }
    Plan now = report.get().plan();
    ImmutableList<BuilderChange> changes =
        new BuilderComparison(planner::plan, Progress.NONE).changes(prepared, now);
    double last = 0;
    for (BuilderChange change : changes) {
      double makespan =
          change.totals().map(Totals::makespanSeconds).orElse(Double.POSITIVE_INFINITY);
      assertTrue(makespan >= last, "not the best first");
      last = makespan;
      change
          .saved()
          .ifPresent(
              saved ->
                  assertEquals(now.makespanSeconds(), makespan + saved.makespanSeconds(), SMALL));
    }
    BuilderChange slot =
        changes.stream()
            .filter(change -> change.what().equals("desk with 3 slots"))
            .findFirst()
            .orElseThrow();
    Prepared edited =
        prepared.with(
            prepared.builders().stream()
                .map(
                    builder ->
                        builder.name().equals("desk")
                            ? builder.withSlots(builder.slots() + 1)
                            : builder)
                .collect(ImmutableList.toImmutableList()));
    assertEquals(
        planner.plan(edited).makespanSeconds(), slot.totals().orElseThrow().makespanSeconds());
  }

  @Property(tries = 30, seed = "1")
  void whatIsUncertainHasIntervalsThatTheSeedDecides(
      @ForAll int seed, @ForAll @IntRange(min = 1, max = 8) int size) {
    Prepared prepared = prepared(write(seed, size));
    Courses courses;
    try {
      courses = planner(Objective.BUILDER_SECONDS).courses(prepared, Experience.NONE);
    } catch (NoPlanException e) {
      return;
    }
    Estimator estimator =
        new Estimator(
            step -> new Estimate(step.seconds(), 0.4, 0.2, Origin.UNKNOWN), TestsBefore.NONE, 1);
    EstimateReport report = estimator.report(prepared, courses, Progress.NONE);
    assertEquals(report, estimator.report(prepared, courses, Progress.NONE));
    for (OptionEstimate option : report.options()) {
      option
          .amounts()
          .ifPresent(
              amounts -> {
                Interval makespan = amounts.intervals().orElseThrow().makespanSeconds();
                assertTrue(makespan.low() < makespan.high());
                assertTrue(makespan.low() > 0);
                assertTrue(amounts.unknown() > 0);
              });
    }
  }

  // Helpers

  private static Path write(int seed, int size) {
    return new TwoWorlds(seed, size).write(folder(), 1).manifest("image");
  }

  private static Prepared prepared(Path file) {
    Manifest manifest = ManifestReader.read(file);
    ImmutableList<Builder> builders = manifest.builders();
    return planner(Objective.BUILDER_SECONDS).prepare(manifest, builders);
  }

  private static Planner planner(Objective objective) {
    return new Planner(
        new CrossPlatforms(),
        new PlanOptions(objective, Duration.ofSeconds(10), 1, Optional.empty()),
        Progress.NONE);
  }

  private static Optional<EstimateReport> report(Prepared prepared, Objective objective) {
    try {
      Courses courses = planner(objective).courses(prepared, Experience.NONE);
      return Optional.of(
          new Estimator(Estimator::asPlanned, TestsBefore.NONE, 1)
              .report(prepared, courses, Progress.NONE));
    } catch (NoPlanException e) {
      return Optional.empty();
    }
  }

  private interface Preparing {
    Prepared get() throws IOException;
  }

  private static Optional<String> json(Preparing preparing) throws IOException {
    return report(preparing.get(), Objective.BUILDER_SECONDS)
        .map(
            report -> {
              ByteArrayOutputStream out = new ByteArrayOutputStream();
              try {
                EstimateJson.write(out, report, 100);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return out.toString(StandardCharsets.UTF_8);
            });
  }
}
