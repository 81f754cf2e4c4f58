package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.download;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.EarlierStep;
import dev.crossplan.planner.alternative.EarlierStep.State;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Failures;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Baseline;
import dev.crossplan.planner.plan.Explanation;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plans after something was built or has failed. Costs are those of the contract: 30, emulated 450.
 *
 * <pre>
 * git ─ curl ─ zlib      each from a source, each in both worlds
 * </pre>
 */
class ExperienceTest {
  private static final String WHY = "its cross build failed on 2026-11-27: exit code 2";

  private final HandMade zlib = onBoard("zlib");
  private final HandMade curl = onBoard("curl").linking(zlib);
  private final HandMade git = onBoard("git").linking(curl);
  private final HandMade crossZlib = crossed("zlib");
  private final HandMade crossCurl = crossed("curl").linking(crossZlib);
  private final HandMade crossGit = crossed("git").linking(crossCurl);

  private final Path folder;
  private final Planner planner =
      new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE);

  ExperienceTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static HandMade onBoard(String name) {
    return built(name, "1", BOARD).from(download(name + "-1.tar.gz", name));
  }

  private static HandMade crossed(String name) {
    return HandMade.crossed(name, "1").from(download(name + "-1.tar.gz", name));
  }

  private ImageFolder image() {
    return new ImageFolder(folder)
        .emulated(Map.of("git", git, "curl", curl, "zlib", zlib))
        .cross(Map.of("git", crossGit, "curl", crossCurl, "zlib", crossZlib));
  }

  private Prepared prepared(ImageFolder image) {
    Manifest manifest = ManifestReader.read(image.manifest("git"));
    return planner.prepare(manifest, manifest.builders());
  }

  private static Attempt attempt(HandMade derivation, Strategy strategy) {
    return Attempt.build(StorePath.parse(derivation.path()), strategy);
  }

  private static Experience failed(HandMade derivation, Strategy strategy) {
    return new Experience(
        Failures.ofWays(ImmutableMap.of(attempt(derivation, strategy), WHY)), ImmutableList.of());
  }

  /** That a plan was carried out, and nothing is gone but some of these outputs. */
  private static Experience after(Plan plan, String... gone) {
    return new Experience(Failures.NONE, earlier(plan, gone));
  }

  private static ImmutableList<EarlierStep> earlier(Plan plan, String... gone) {
    ImmutableList.Builder<EarlierStep> earlier = ImmutableList.builder();
    for (Step step : plan.steps()) {
      boolean isGone = Set.of(gone).contains(step.word() + " " + step.packageName());
      earlier.add(
          new EarlierStep(
              step.attempt(),
              step.provides(),
              ImmutableMap.copyOf(
                  Maps.transformValues(step.tools(), tool -> plan.steps().get(tool).derivation())),
              "out",
              isGone ? ImmutableSet.of() : ImmutableSet.of("out"),
              isGone ? State.OPEN : State.DONE));
    }
    return earlier.build();
  }

  /** All that was made but this. */
  private static String[] allBut(Plan plan, String... there) {
    return plan.steps().stream()
        .map(step -> step.word() + " " + step.packageName())
        .filter(step -> !Set.of(there).contains(step))
        .toArray(String[]::new);
  }

  @Test
  void whatFailedIsMadeInTheNextWayAndTheRestAsBefore() {
    Plan plan = planner.plan(prepared(image()), failed(crossCurl, Strategy.CROSS));
    assertEquals(
        Set.of("cross zlib", "emulated curl", "cross git", "fetch zlib", "fetch curl", "fetch git"),
        Set.copyOf(Story.steps(plan)));
    assertEquals(30 + 450 + 30 + 3 * 2, plan.builderSeconds());
    assertTrue(plan.isLeast());
  }

  private static final Builder BOARD_ITSELF =
      Builder.of("board", Builder.Abilities.running(ImmutableSet.of(BOARD))).withSpeed(0.5);

  private static final Builder X86 =
      Builder.of("desk", Builder.Abilities.running(ImmutableSet.of("x86_64-linux")));

  private static final Builder EMULATOR =
      X86.with(X86.abilities().emulating(ImmutableSet.of(BOARD)));

  /** Cross-compiling curl has failed, so the board builds it, and the desk the rest. */
  private Plan onTwoMachines(Prepared prepared) {
    Plan plan =
        planner.plan(
            prepared.with(ImmutableList.of(X86, BOARD_ITSELF)), failed(crossCurl, Strategy.CROSS));
    assertTrue(Story.steps(plan).contains("native curl"));
    assertTrue(Story.steps(plan).contains("cross git"));
    return plan;
  }

  /** The board is lost: of the same derivation, the desk emulates it. */
  @Test
  void whoIsBoundToAPlanChangesTheBuilderAlone() {
    Prepared prepared = prepared(image());
    Plan plan = onTwoMachines(prepared);
    Experience begun = new Experience(Failures.NONE, earlier(plan, allBut(plan)));
    Plan bound = planner.plan(prepared.with(ImmutableList.of(EMULATOR)), begun.bound());
    assertTrue(Story.steps(bound).contains("emulated curl"));
    assertEquals(
        plan.steps().stream().map(Step::derivation).collect(Collectors.toSet()),
        bound.steps().stream().map(Step::derivation).collect(Collectors.toSet()));
    // Nobody bound it: then it is cross-compiled, which is quicker.
    Plan free = planner.plan(prepared.with(ImmutableList.of(EMULATOR)), begun);
    assertTrue(Story.steps(free).contains("cross curl"));
  }

  @Test
  void whoIsBoundToAPlanThatNobodyCanCarryOutHasNone() {
    Prepared prepared = prepared(image());
    Plan plan = onTwoMachines(prepared);
    Experience begun = new Experience(Failures.NONE, earlier(plan, allBut(plan)));
    for (Builder left : List.of(X86, BOARD_ITSELF)) {
      Prepared without = prepared.with(ImmutableList.of(left));
      assertThrows(NoPlanException.class, () -> planner.plan(without, begun.bound()));
      assertEquals(1, planner.plan(without, begun).builders().size());
    }
  }

  /** The board has built it before it was lost. */
  @Test
  void whatIsThereNeedsNoBuilder() {
    Prepared prepared = prepared(image());
    Plan plan = onTwoMachines(prepared);
    String[] gone = allBut(plan, "native curl", "cross zlib");
    Plan left =
        planner.plan(
            prepared.with(ImmutableList.of(X86)),
            new Experience(Failures.NONE, earlier(plan, gone)));
    assertTrue(Story.steps(left).contains("native curl"));
    assertFalse(Story.steps(left).contains("cross curl"));
    assertEquals(30 + 2, left.builderSeconds()); // git and its source
  }

  /** But a way that has failed is no way. */
  @Test
  void baselinesAreAsIfNothingWereBuilt() {
    Prepared prepared = prepared(image());
    assertEquals(
        planner.plan(prepared).baselines(),
        planner.plan(prepared, after(planner.plan(prepared))).baselines());
    Plan plan = planner.plan(prepared, failed(crossCurl, Strategy.CROSS));
    Baseline allCross =
        plan.baselines().stream()
            .filter(baseline -> baseline.name().equals("all-cross"))
            .findFirst()
            .orElseThrow();
    assertTrue(allCross.why().orElse("").contains(WHY), allCross::toString);
  }

  @Test
  void anotherVersionHasNotFailed() {
    Experience experience = failed(crossCurl.with("version", "2"), Strategy.CROSS);
    assertEquals(planner.plan(prepared(image())), planner.plan(prepared(image()), experience));
  }

  @Test
  void withoutAnyWayLeftTheReasonsAreThoseOfTheFailures() {
    Experience experience =
        new Experience(
            Failures.ofWays(
                ImmutableMap.of(
                    attempt(crossCurl, Strategy.CROSS),
                    WHY,
                    attempt(curl, Strategy.EMULATED),
                    "its emulated build failed on 2026-11-28: exit code 1")),
            ImmutableList.of());
    NoPlanException none =
        assertThrows(NoPlanException.class, () -> planner.plan(prepared(image()), experience));
    assertEquals(
        "there is no plan for git:\n"
            + "  curl 1 must be built, but its cross build failed on 2026-11-27: exit code 2 and its"
            + " emulated build failed on 2026-11-28: exit code 1",
        none.getMessage());
  }

  /** Of what has failed, only what has no other way is planned again; and it takes its time. */
  @Test
  void whatFailedIsPlannedWhereNoOtherWayIsLeft() {
    Experience experience =
        new Experience(
            Failures.ofWays(
                ImmutableMap.of(
                    attempt(crossZlib, Strategy.CROSS),
                    WHY,
                    attempt(crossCurl, Strategy.CROSS),
                    WHY,
                    attempt(curl, Strategy.EMULATED),
                    WHY)),
            ImmutableList.of(),
            true);
    Plan plan = planner.plan(prepared(image()), experience);
    assertEquals(
        Set.of("emulated zlib", "cross curl", "cross git", "fetch zlib", "fetch curl", "fetch git"),
        Set.copyOf(Story.steps(plan)));
    assertEquals(450 + 30 + 30 + 3 * 2, plan.builderSeconds());
  }

  /** Making curl twice would be cheaper than keeping the emulated one, were it not there. */
  @Test
  void whatIsBuiltIsKeptThoughAnotherWayWouldBeCheaper() {
    Prepared prepared = prepared(image());
    Plan first = planner.plan(prepared, failed(crossCurl, Strategy.CROSS));
    Plan plan = planner.plan(prepared, after(first, "cross git", "fetch git"));
    Step kept = Story.made(plan, curl).orElseThrow();
    assertEquals(Optional.of(Strategy.EMULATED), kept.strategy());
    assertEquals(0, kept.seconds());
    assertEquals(30 + 2, plan.builderSeconds());
    assertTrue(plan.isLeast());
  }

  /** As after a garbage collection that left the image: what is under it is only named. */
  @Test
  void whatIsGoneAsksForNothingIfNothingNeedsIt() {
    Prepared prepared = prepared(image());
    Plan first = planner.plan(prepared);
    Plan plan = planner.plan(prepared, after(first, allBut(first, "cross git")));
    assertEquals(Set.copyOf(Story.steps(first)), Set.copyOf(Story.steps(plan)));
    assertEquals(0, plan.builderSeconds());
    assertTrue(plan.isLeast());
  }

  @Test
  void whatIsGoneAndNeededTakesItsTime() {
    Prepared prepared = prepared(image());
    Plan first = planner.plan(prepared);
    Plan git = planner.plan(prepared, after(first, "cross git", "fetch git", "cross zlib"));
    assertEquals(30 + 2, git.builderSeconds());
    Plan curlToo = planner.plan(prepared, after(first, "cross git", "cross curl", "cross zlib"));
    assertEquals(3 * 30, curlToo.builderSeconds());
    assertEquals(
        Set.of("cross git", "cross curl", "cross zlib"),
        curlToo.steps().stream()
            .filter(step -> step.seconds() > 0)
            .map(step -> step.word() + " " + step.packageName())
            .collect(Collectors.toSet()));
  }

  /**
   * git has changed. The tool that all cross builds need is gone, and to build it again takes
   * longer than to emulate the one that is left.
   */
  @Test
  void theChoiceSeesWhatIsGone() throws IOException {
    Files.writeString(folder.resolve("costs.csv"), "package,seconds\ngenerator,800\n");
    HandMade generator = built("generator", "1", HandMade.DESK);
    HandMade zlibByTool = crossZlib.using(generator);
    HandMade curlByTool = crossed("curl").linking(zlibByTool).using(generator);
    HandMade gitByTool = crossed("git").linking(curlByTool).using(generator);
    Plan first = planner.plan(prepared(byTool(git, gitByTool, curlByTool, zlibByTool)));
    assertEquals("cross", Story.made(first, gitByTool).orElseThrow().word());
    Prepared changed =
        prepared(
            byTool(
                git.with("patches", "new"),
                gitByTool.with("patches", "new"),
                curlByTool,
                zlibByTool));
    Plan whole = planner.plan(changed, after(first));
    assertEquals(30, whole.builderSeconds());
    Plan plan = planner.plan(changed, after(first, "native generator"));
    assertEquals(450, plan.builderSeconds());
    assertTrue(plan.isLeast());
  }

  private ImageFolder byTool(
      HandMade onBoard, HandMade crossed, HandMade curlByTool, HandMade zlibByTool) {
    return new ImageFolder(folder)
        .with("[costs]\nfile = \"costs.csv\"\n")
        .emulated(Map.of("git", onBoard, "curl", curl, "zlib", zlib))
        .cross(Map.of("git", crossed, "curl", curlByTool, "zlib", zlibByTool));
  }

  @Test
  void whatIsBeingMadeTakesItsTimeButAsksForNothing() {
    Prepared prepared = prepared(image());
    Plan first = planner.plan(prepared);
    ImmutableList<EarlierStep> earlier =
        earlier(first, allBut(first, "cross curl")).stream()
            .map(
                step ->
                    step.state() == State.DONE
                        ? new EarlierStep(
                            step.attempt(),
                            step.provides(),
                            step.tools(),
                            step.meant(),
                            step.present(),
                            State.RUNNING)
                        : step)
            .collect(ImmutableList.toImmutableList());
    Plan plan = planner.plan(prepared, new Experience(Failures.NONE, earlier));
    assertEquals(30 + 30 + 2, plan.builderSeconds());
  }

  /**
   * The emulated zlib is there but has no output dev, which the cross-compiled curl uses; and the
   * emulated curl does not work: only a second zlib helps.
   */
  @Test
  void whatIsBuiltIsMadeAgainInAnotherWayWhereElseThereWouldBeNoPlan() {
    HandMade crossZlibWithDev = crossed("zlib").withOutputs("out", "dev");
    HandMade crossCurlWithDev = crossed("curl").needing(crossZlibWithDev, "dev");
    ImageFolder image =
        new ImageFolder(folder)
            .emulated(Map.of("git", curl, "zlib", zlib))
            .cross(Map.of("git", crossCurlWithDev, "zlib", crossZlibWithDev));
    Prepared prepared = prepared(image);
    Plan emulated = planner.plan(prepared, failed(crossCurlWithDev, Strategy.CROSS));
    Experience experience =
        new Experience(
            Failures.ofWays(ImmutableMap.of(attempt(curl, Strategy.EMULATED), "it does not work")),
            earlier(emulated, "emulated curl", "fetch curl"));
    Plan plan = planner.plan(prepared, experience);
    assertEquals(
        Set.of("cross zlib", "cross curl", "fetch zlib", "fetch curl"),
        Set.copyOf(Story.steps(plan)));
    assertEquals(30 + 30 + 2, plan.builderSeconds());
  }

  /** An output with a fault is there as well; it is not kept, nor is what was made of it. */
  @Test
  void whatFailedIsNotBuilt() {
    Prepared prepared = prepared(image());
    Plan first = planner.plan(prepared);
    Plan plan =
        planner.plan(
            prepared,
            new Experience(
                Failures.ofWays(
                    ImmutableMap.of(attempt(crossCurl, Strategy.CROSS), "it has a fault")),
                earlier(first)));
    assertEquals(450 + 30, plan.builderSeconds());
  }

  @Test
  void aSubstituteThatCannotBeHadIsBuilt() {
    ImageFolder image = image().with("[[substituter]]\ninstance = \"emulated\"\n");
    Prepared prepared = prepared(image);
    assertEquals(
        Set.of("substitute git", "substitute curl", "substitute zlib"),
        Set.copyOf(Story.steps(planner.plan(prepared))));
    Attempt substituting =
        new Attempt(StorePath.parse(git.path()), Action.SUBSTITUTE, Optional.empty());
    Plan plan =
        planner.plan(
            prepared,
            new Experience(
                Failures.ofWays(ImmutableMap.of(substituting, "no cache has it")),
                ImmutableList.of()));
    assertEquals("cross git", Story.provided(plan, git).orElseThrow().word() + " git");
  }

  @Test
  void anExplanationTellsWhatFailed() {
    Explanation explanation =
        planner.explain(prepared(image()), failed(crossCurl, Strategy.CROSS), "curl");
    Explanation.Alternative cross =
        explanation.alternatives().stream()
            .filter(way -> way.strategy().equals(Optional.of(Strategy.CROSS)))
            .findFirst()
            .orElseThrow();
    assertEquals(Optional.of(WHY), cross.why());
  }

  private Experience curlHasFailed() {
    return new Experience(
        Failures.ofWays(
            ImmutableMap.of(
                attempt(crossCurl, Strategy.CROSS),
                WHY,
                attempt(curl, Strategy.EMULATED),
                "so did this")),
        ImmutableList.of());
  }

  @Test
  void whatIsLeftIsPlannedAndTheRestNamed() {
    Manifest manifest = ManifestReader.read(image().manifest("git", "zlib"));
    Prepared prepared = planner.prepare(manifest, manifest.builders());
    Plan plan = planner.planWhatIsLeft(prepared, curlHasFailed());
    assertEquals(Set.of("cross zlib", "fetch zlib"), Set.copyOf(Story.steps(plan)));
    assertEquals(List.of("zlib"), plan.image().keySet().asList());
    assertEquals(List.of("git"), plan.lost().attributes());
    assertEquals(1, plan.lost().why().size());
    assertTrue(plan.lost().why().get(0).startsWith("curl 1 must be built, but " + WHY));
    assertThrows(
        NoPlanException.class,
        () -> planner.planWhatIsLeft(prepared.withImage(ImmutableList.of("git")), curlHasFailed()));
  }

  /** Even where the image is nothing but what has failed. */
  @Test
  void whatHasNoWayLeftIsExplained() {
    Explanation curl = planner.explain(prepared(image()), curlHasFailed(), "curl");
    assertEquals(List.of("git"), curl.lost().attributes());
    assertTrue(curl.alternatives().stream().allMatch(way -> way.why().isPresent()));
    assertTrue(
        curl.alternatives().stream().anyMatch(way -> way.why().equals(Optional.of("so did this"))));
    Explanation git = planner.explain(prepared(image()), curlHasFailed(), "git");
    assertTrue(
        git.alternatives().stream()
            .filter(way -> way.strategy().equals(Optional.of(Strategy.CROSS)))
            .allMatch(way -> way.why().orElse("").contains("curl 1 must be built, but " + WHY)));
  }

  @Test
  void aFailureIsOfTheStepThatTakesItsPlace() {
    Plan plan = planner.plan(prepared(image()), failed(crossCurl, Strategy.CROSS));
    assertEquals(
        List.of(
            new Plan.Failure(
                attempt(crossCurl, Strategy.CROSS),
                WHY,
                OptionalInt.of(Story.made(plan, curl).orElseThrow().id()))),
        plan.failures());
  }
}
