package dev.crossplan.cross;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.HandMade;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Objective;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanJson;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * Plans of small random package sets, judged by the rules of "A valid plan" written down once more,
 * and by trying all choices.
 */
class PlanPropertyTest {
  private static final double SMALL = 1e-6;
  private static @Nullable Path folder;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("crossplan-worlds");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    try (Stream<Path> files = Files.walk(folder())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Path folder() {
    if (folder == null) {
      throw new IllegalStateException("before the container");
    }
    return folder;
  }

  @Property(tries = 100, seed = "1")
  void everyPlanIsValid(@ForAll int seed, @ForAll @IntRange(min = 1, max = 12) int size) {
    TwoWorlds worlds = new TwoWorlds(seed, size);
    plan(worlds, 1).ifPresent(plan -> new Check(worlds, plan).all());
  }

  @Property(tries = 60, seed = "1")
  void noPlanIsDearerThanAPureStrategy(
      @ForAll int seed, @ForAll @IntRange(min = 1, max = 12) int size) {
    TwoWorlds worlds = new TwoWorlds(seed, size);
    Optional<Plan> plan = plan(worlds, 1);
    for (OptionalDouble pure : new OptionalDouble[] {worlds.allEmulated(), worlds.allCross()}) {
      if (pure.isPresent()) {
        assertTrue(plan.isPresent(), () -> "no plan" + worlds);
        double seconds = plan.orElseThrow().builderSeconds();
        assertTrue(seconds <= pure.getAsDouble() + SMALL, () -> seconds + " > " + pure + worlds);
      }
    }
  }

  @Property(tries = 100, seed = "1")
  void aPlanIsAsGoodAsTheBestOfAllChoices(
      @ForAll int seed, @ForAll @IntRange(min = 1, max = 6) int size) {
    TwoWorlds worlds = new TwoWorlds(seed, size);
    OptionalDouble least = worlds.least();
    Optional<Plan> plan = plan(worlds, 1);
    assertEquals(least.isPresent(), plan.isPresent(), () -> "least " + least + worlds);
    plan.ifPresent(
        found -> {
          assertEquals(least.orElseThrow(), found.builderSeconds(), SMALL, worlds::toString);
          assertTrue(found.isLeast(), worlds::toString);
        });
  }

  /** Whatever else a plan is to be least in, it is a plan, and no worse in that than the others. */
  @Property(tries = 60, seed = "1")
  void theQuickestPlanIsValidAndNoneIsBelowItsBound(
      @ForAll int seed, @ForAll @IntRange(min = 1, max = 10) int size) {
    TwoWorlds worlds = new TwoWorlds(seed, size);
    Optional<Plan> least = plan(worlds, 1);
    least.ifPresent(
        plan -> {
          Plan quickest = plan(worlds, Objective.MAKESPAN, Optional.empty());
          new Check(worlds, quickest).all();
          double makespan = quickest.makespanSeconds();
          assertTrue(makespan <= plan.makespanSeconds() + SMALL, worlds::toString);
          assertTrue(
              quickest.bounds().anyPlanMakespanSeconds() <= makespan + SMALL, worlds::toString);
          assertEquals(plan.bounds().builderSeconds(), quickest.bounds().builderSeconds(), SMALL);
        });
  }

  @Property(tries = 60, seed = "1")
  void aDeadlineThatIsMetAnywayChangesNothingAndANearerOneCosts(
      @ForAll int seed, @ForAll @IntRange(min = 1, max = 10) int size) {
    TwoWorlds worlds = new TwoWorlds(seed, size);
    Optional<Plan> least = plan(worlds, 1);
    least.ifPresent(
        plan -> {
          Duration met = Duration.ofMillis((long) Math.ceil(1000 * plan.makespanSeconds()));
          assertArrayEquals(
              json(plan), json(plan(worlds, Objective.BUILDER_SECONDS, Optional.of(met))));
          Duration nearer = met.multipliedBy(3).dividedBy(4);
          Plan hurried = plan(worlds, Objective.BUILDER_SECONDS, Optional.of(nearer));
          new Check(worlds, hurried).all();
          assertTrue(hurried.makespanSeconds() <= plan.makespanSeconds() + SMALL);
          assertTrue(hurried.builderSeconds() >= plan.builderSeconds() - SMALL);
        });
  }

  private static Plan plan(TwoWorlds worlds, Objective objective, Optional<Duration> deadline) {
    Manifest manifest = ManifestReader.read(worlds.write(folder(), 1).manifest("image"));
    return new Planner(
            new CrossPlatforms(),
            new PlanOptions(objective, Duration.ofSeconds(10), 1, deadline),
            Progress.NONE)
        .plan(manifest, manifest.builders());
  }

  @Property(tries = 60, seed = "1")
  void theOrderInFilesIsOfNoMatter(
      @ForAll int seed, @ForAll @IntRange(min = 1, max = 10) int size, @ForAll int order) {
    TwoWorlds worlds = new TwoWorlds(seed, size);
    Optional<Plan> one = plan(worlds, 1);
    Optional<Plan> other = plan(worlds, order);
    assertEquals(one.isPresent(), other.isPresent());
    if (one.isPresent()) {
      assertArrayEquals(json(one.orElseThrow()), json(other.orElseThrow()));
    }
  }

  private static byte[] json(Plan plan) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PlanJson.write(out, plan);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static Optional<Plan> plan(TwoWorlds worlds, long order) {
    try {
      return Optional.of(Story.plan(worlds.write(folder(), order), "image"));
    } catch (NoPlanException e) {
      return Optional.empty();
    }
  }

  /** The rules, one method each. */
  private static final class Check {
    private final TwoWorlds worlds;
    private final Plan plan;
    private final Map<String, HandMade> evaluated;
    private final Map<String, Step> providers = new HashMap<>();

    Check(TwoWorlds worlds, Plan plan) {
      this.worlds = worlds;
      this.plan = plan;
      this.evaluated = worlds.all();
    }

    void all() {
      eachDerivationIsProvidedOnce();
      theImageIsProvided();
      inputsAreTheProvidersOfWhatWasEvaluated();
      nothingIsDoneThatNothingNeeds();
      nothingNeedsItself();
      rewrittenIsToldTruly();
      noPackageIsBuiltTwice();
      buildersCanDoWhatTheyAreGiven();
      noBuilderHasMoreThanItsSlots();
      nothingStartsBeforeItsInputs();
      sumsAndBounds();
    }

    private void eachDerivationIsProvidedOnce() {
      for (int id = 0; id < plan.steps().size(); id++) {
        Step step = plan.steps().get(id);
        assertEquals(id, step.id());
        assertEquals(step.derivation(), step.provides().get(0), worlds::toString);
        step.provides()
            .forEach(
                path -> {
                  assertTrue(evaluated.containsKey(path.toString()));
                  assertEquals(
                      null, providers.put(path.toString(), step), path + " twice" + worlds);
                });
      }
    }

    private Set<Step> imageSteps() {
      Set<Step> steps = new HashSet<>();
      for (HandMade image : new HandMade[] {worlds.image(), worlds.crossImage()}) {
        Step step = image == null ? null : providers.get(image.path());
        if (step != null) {
          steps.add(step);
        }
      }
      return steps;
    }

    private void theImageIsProvided() {
      assertEquals(1, imageSteps().size(), worlds::toString);
    }

    private HandMade derivation(Step step) {
      HandMade found = evaluated.get(step.derivation().toString());
      if (found == null) {
        throw new AssertionError(step.derivation() + " was not evaluated");
      }
      return found;
    }

    private Set<Integer> inputs(Step step) {
      Set<Integer> inputs = new TreeSet<>();
      step.inputs().forEach(inputs::add);
      return inputs;
    }

    private void inputsAreTheProvidersOfWhatWasEvaluated() {
      for (Step step : plan.steps()) {
        Set<Integer> expected = new TreeSet<>();
        if (step.action() != Action.SUBSTITUTE) {
          for (HandMade input : derivation(step).inputs()) {
            Step provider = providers.get(input.path());
            assertTrue(provider != null, () -> step + " lacks " + input + worlds);
            if (provider != null) {
              expected.add(provider.id());
            }
          }
        }
        assertEquals(expected, inputs(step), () -> step + worlds.toString());
      }
    }

    private void nothingIsDoneThatNothingNeeds() {
      Set<Integer> needed = new HashSet<>();
      Deque<Step> open = new ArrayDeque<>(imageSteps());
      while (!open.isEmpty()) {
        Step step = open.pop();
        if (needed.add(step.id())) {
          step.inputs().forEach(input -> open.push(plan.steps().get(input)));
        }
      }
      assertEquals(plan.steps().size(), needed.size(), worlds::toString);
    }

    private void nothingNeedsItself() {
      for (Step step : plan.steps()) {
        step.inputs().forEach(input -> assertTrue(input < step.id(), worlds::toString));
      }
    }

    private void rewrittenIsToldTruly() {
      boolean[] changed = new boolean[plan.steps().size()];
      for (Step step : plan.steps()) {
        if (step.action() == Action.BUILD) {
          for (HandMade input : derivation(step).inputs()) {
            Step provider = providers.get(input.path());
            if (provider != null) {
              boolean sameOutput = derivation(provider).output("out").equals(input.output("out"));
              changed[step.id()] |= changed[provider.id()] || !sameOutput;
            }
          }
        }
        assertEquals(changed[step.id()], step.rewritten(), () -> step + worlds.toString());
      }
    }

    private void noPackageIsBuiltTwice() {
      Map<Integer, Step> built = new HashMap<>();
      for (Step step : plan.steps()) {
        int number = worlds.packageOf(step.derivation().toString());
        if (number >= 0) {
          Step other = built.put(number, step);
          assertTrue(
              other == null || areUnpaired(step, other), () -> step + " and " + other + worlds);
        }
      }
    }

    private boolean areUnpaired(Step one, Step other) {
      return plan.unpaired().stream()
          .anyMatch(
              apart ->
                  apart.derivations().contains(one.derivation())
                      && apart.derivations().contains(other.derivation()));
    }

    private Builder builder(Step step) {
      return plan.builders().stream()
          .filter(builder -> step.builder().equals(Optional.of(builder.name())))
          .findFirst()
          .orElseThrow(() -> new AssertionError("who does " + step));
    }

    private void buildersCanDoWhatTheyAreGiven() {
      for (Step step : plan.steps()) {
        if (step.action() == Action.SUBSTITUTE) {
          assertEquals(Optional.empty(), step.strategy());
          continue;
        }
        HandMade derivation = derivation(step);
        assertEquals(derivation.isDownload(), step.action() == Action.FETCH);
        Builder builder = builder(step);
        if (step.action() == Action.FETCH) {
          assertEquals(Optional.empty(), step.strategy());
          continue; // builtin:fetchurl runs anywhere
        }
        Strategy strategy = step.strategy().orElseThrow();
        assertEquals(TwoWorlds.isCross(derivation), strategy == Strategy.CROSS, worlds::toString);
        assertTrue(
            (strategy == Strategy.EMULATED ? builder.emulates() : builder.systems())
                .contains(derivation.system()),
            () -> step + " on " + builder);
      }
    }

    private void noBuilderHasMoreThanItsSlots() {
      for (Step step : plan.steps()) {
        if (step.builder().isEmpty()) {
          continue;
        }
        long running =
            plan.steps().stream()
                .filter(other -> other.builder().equals(step.builder()))
                .filter(other -> other.seconds() > 0)
                .filter(other -> other.start() <= step.start() + SMALL)
                .filter(other -> other.finish() > step.start() + 2 * SMALL)
                .count();
        assertTrue(running <= builder(step).slots(), () -> step + worlds.toString());
      }
    }

    private void nothingStartsBeforeItsInputs() {
      for (Step step : plan.steps()) {
        assertTrue(step.start() >= 0);
        step.inputs()
            .forEach(
                input ->
                    assertTrue(
                        plan.steps().get(input).finish() <= step.start() + SMALL,
                        worlds::toString));
      }
    }

    private void sumsAndBounds() {
      double sum = plan.steps().stream().mapToDouble(Step::seconds).sum();
      double last = plan.steps().stream().mapToDouble(Step::finish).max().orElse(0);
      assertEquals(sum, plan.builderSeconds(), SMALL);
      assertEquals(last, plan.makespanSeconds(), SMALL);
      assertFalse(plan.bounds().builderSeconds() > sum + SMALL, worlds::toString);
      assertFalse(plan.bounds().makespanSeconds() > last + SMALL, worlds::toString);
    }
  }
}
