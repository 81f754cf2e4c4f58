package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.DESK;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.download;
import static dev.crossplan.fixtures.HandMade.named;
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
import dev.crossplan.planner.cost.CostModel;
import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.cost.Origin;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Failures;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.NativeTools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Explanation;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanJson;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.variant.Packages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What emulated builds take from the machine that emulates them. Costs are those of the contract:
 * 30, emulated 450, substituted 1.
 *
 * <pre>
 * disk ┬ cmake            a build system
 *      ├ rustc            a compiler
 *      └ python3 ─ libffi an interpreter, which disk also links
 * </pre>
 */
class NativeToolsTest {
  private static final String CACHE = "[[substituter]]\ninstance = \"native\"\n";

  private static final String EMULATOR =
      "[[builder]]\nname = \"desk\"\nsystems = [\"x86_64-linux\"]\nemulates = [\"riscv64-linux\"]\n";

  private final HandMade cmake = tool("cmake", BOARD);
  private final HandMade rustc = tool("rustc", BOARD);
  private final HandMade python = tool("python3", BOARD);
  private final HandMade disk = package1("disk").using(cmake, rustc, python).linking(python);

  private final Map<String, HandMade> onDesk =
      Map.of(
          "cmake", tool("cmake", DESK),
          "rustc", tool("rustc", DESK),
          "python3", tool("python3", DESK));

  private final Path folder;

  NativeToolsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static HandMade tool(String name, String system) {
    return built(name, "1", system).from(download(name + "-1.tar.gz", name));
  }

  private static HandMade crossed(String name) {
    return HandMade.crossed(name, "1").from(download(name + "-1.tar.gz", name));
  }

  private static HandMade package1(String name) {
    return tool(name, BOARD);
  }

  private static String asTool(String packageName, String how) {
    return "[[constraint]]\npackage = \"" + packageName + "\"\nas-tool = \"" + how + "\"\n";
  }

  private ImageFolder image() {
    return new ImageFolder(folder).emulated(Map.of("disk", disk)).desk(onDesk).with(CACHE);
  }

  private static Planner planner(NativeTools extent) {
    return new Planner(
        new CrossPlatforms(),
        new PlanOptions(
            PlanOptions.DEFAULT.objective(),
            PlanOptions.DEFAULT.timeLimit(),
            1,
            Optional.empty(),
            Optional.of(extent)),
        Progress.NONE);
  }

  private static Prepared prepared(ImageFolder image, NativeTools extent) {
    Manifest manifest = ManifestReader.read(image.manifest("disk"));
    return planner(extent).prepare(manifest, manifest.builders());
  }

  private static Plan plan(ImageFolder image, NativeTools extent) {
    return planner(extent).plan(prepared(image, extent));
  }

  private static Step disk(Plan plan) {
    return step(plan, "disk");
  }

  private static Step step(Plan plan, String name) {
    return plan.steps().stream()
        .filter(step -> step.action() == Action.BUILD && step.packageName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The tools of disk that run natively. */
  private static ImmutableSet<String> tools(Plan plan) {
    return disk(plan).tools().keySet().stream()
        .map(StorePath::derivationName)
        .collect(ImmutableSet.toImmutableSet());
  }

  @Test
  void noneAreTakenUnlessAskedFor() {
    Plan plan = plan(image(), NativeTools.NONE);
    assertEquals(ImmutableSet.of(), tools(plan));
    assertEquals(4 * 450 + 2 + 3, plan.builderSeconds());
  }

  @Test
  void whatIsKnownToBeSafeIsTaken() {
    Plan plan = plan(image(), NativeTools.SAFE);
    assertEquals(ImmutableSet.of("cmake-1"), tools(plan));
    assertEquals(3 * 450 + 2 + 2 + 1, plan.builderSeconds());
    assertEquals(1, plan.countWithNativeTools());
  }

  @Test
  void anInputThatIsLinkedIsNoMereTool() {
    assertEquals(ImmutableSet.of("cmake-1", "rustc-1"), tools(plan(image(), NativeTools.ALL)));
  }

  @Test
  void aStepWithNativeToolsIsRewrittenAndNeedsThem() {
    Plan plan = plan(image(), NativeTools.SAFE);
    Step step = disk(plan);
    assertTrue(step.rewritten());
    Step native1 = plan.steps().get(step.tools().values().iterator().next());
    assertEquals(tool("cmake", DESK).path(), native1.derivation().toString());
    assertTrue(step.inputs().contains(native1.id()));
    assertEquals(ImmutableList.of(native1.derivation()), native1.provides());
  }

  @Test
  void whatAScriptNamesIsNotSafe() {
    HandMade scripted =
        disk.with("postInstall", "ln -s " + cmake.output("out") + "/bin/cmake $out/bin");
    ImageFolder image =
        new ImageFolder(folder).emulated(Map.of("disk", scripted)).desk(onDesk).with(CACHE);
    assertEquals(ImmutableSet.of(), tools(plan(image, NativeTools.SAFE)));
    assertEquals(ImmutableSet.of("cmake-1", "rustc-1"), tools(plan(image, NativeTools.ALL)));
  }

  @Test
  void anInterpreterIsSafeUnlessAModuleIsMadeForIt() {
    HandMade script = package1("disk").using(python);
    HandMade module = script.renamed("python3.13-disk-1");
    for (HandMade each : ImmutableList.of(script, module)) {
      ImageFolder image =
          new ImageFolder(folder).emulated(Map.of("disk", each)).desk(onDesk).with(CACHE);
      assertEquals(
          each.equals(script) ? ImmutableSet.of("python3-1") : ImmutableSet.of(),
          tools(plan(image, NativeTools.SAFE)));
    }
  }

  @Test
  void theManifestHasTheLastWord() {
    ImageFolder image = image().with(asTool("rustc", "native")).with(asTool("cmake", "emulated"));
    assertEquals(ImmutableSet.of("rustc-1"), tools(plan(image, NativeTools.NONE)));
    assertEquals(ImmutableSet.of("rustc-1"), tools(plan(image, NativeTools.SAFE)));
    assertEquals(ImmutableSet.of("rustc-1"), tools(plan(image, NativeTools.ALL)));
  }

  @Test
  void whatIsSaidOfAVersionHoldsBeforeWhatIsSaidOfAll() {
    ImageFolder image = image().with(asTool("rustc", "emulated")).with(asTool("rustc-1", "native"));
    assertEquals(ImmutableSet.of("rustc-1"), tools(plan(image, NativeTools.NONE)));
  }

  @Test
  void whatIsSaidOfAToolHoldsForItsWrapper() {
    HandMade wrapped = named("pkg-config-wrapper-1", BOARD);
    ImageFolder image = withTool(wrapped, wrapped.on(DESK)).with(asTool("pkg-config", "native"));
    assertEquals(ImmutableSet.of("pkg-config-wrapper-1"), tools(plan(image, NativeTools.NONE)));
  }

  @Test
  void aConstraintThatRunsNothingNativelyIsTold() {
    ImmutableMap<String, String> warnings =
        ImmutableMap.of(
            "python3", "the constraint on python3 runs nothing natively: its outputs use it, too",
            "cmake-1", "",
            "disk",
                "the constraint on disk runs nothing natively: no build that is emulated has it as a tool",
            "cmak", "the constraint on cmak applies to nothing, maybe cmake is meant");
    warnings.forEach(
        (name, told) -> {
          ImageFolder image = image().with(asTool(name, "native"));
          assertEquals(
              told.isEmpty() ? ImmutableList.of() : ImmutableList.of(told),
              plan(image, NativeTools.NONE).warnings());
        });
  }

  /** The emulated variant would have the tool. */
  @Test
  void aConstraintOnToolsOfWhatIsNotEmulatedIsTold() {
    String board = "[[builder]]\nname = \"board\"\nsystems = [\"riscv64-linux\"]\n";
    for (ImageFolder each :
        ImmutableList.of(
            image().builders(EMULATOR + board), image().cross(Map.of("disk", crossed("disk"))))) {
      assertEquals(
          ImmutableList.of(
              "the constraint on rustc runs nothing natively: no build that is emulated has it as a"
                  + " tool"),
          plan(each.with(asTool("rustc", "native")), NativeTools.NONE).warnings());
    }
  }

  @Test
  void aConstraintBeforeWhichAnotherComesIsTold() {
    ImageFolder image = image().with(asTool("rustc", "native")).with(asTool("rustc-1", "emulated"));
    Plan plan = plan(image, NativeTools.NONE);
    assertEquals(ImmutableSet.of(), tools(plan));
    assertEquals(
        ImmutableList.of(
            "the constraint on rustc runs nothing natively: what is said of rustc-1 comes first"),
        plan.warnings());
  }

  /** The emulated one is in the image anyway, and would cost nothing more. */
  @Test
  void whatTheManifestSaysRunsNativelyDoesUntilItFails() {
    ImmutableMap<HandMade, ImmutableSet<String>> toolsOf =
        ImmutableMap.of(
            package1("disk").using(cmake), ImmutableSet.of("cmake-1"),
            package1("disk").using(cmake, rustc), ImmutableSet.of("cmake-1", "rustc-1"));
    toolsOf.forEach(
        (built, natively) -> {
          ImageFolder image =
              new ImageFolder(folder)
                  .emulated(Map.of("disk", built, "cmake", cmake))
                  .desk(onDesk)
                  .with(asTool("cmake", "native"));
          Prepared prepared =
              prepared(image, NativeTools.ALL).withImage(ImmutableList.of("disk", "cmake"));
          Planner planner = planner(NativeTools.ALL);
          Plan plan = planner.plan(prepared);
          assertEquals(natively, tools(plan));
          Failures failures = Failures.ofWays(ImmutableMap.of(disk(plan).attempt(), "why"));
          Plan afterwards = planner.plan(prepared, new Experience(failures, ImmutableList.of()));
          assertEquals(ImmutableSet.of(), tools(afterwards));
        });
  }

  @Test
  void anotherVersionIsAnotherTool() {
    ImageFolder image =
        new ImageFolder(folder)
            .emulated(Map.of("disk", disk))
            .desk(Map.of("cmake", built("cmake", "2", DESK)))
            .with(CACHE);
    assertStaysEmulated("the one that runs natively is of another version", image, "cmake 1");
  }

  private void assertStaysEmulated(String why, ImageFolder image, String tool) {
    assertEquals(ImmutableSet.of(), tools(plan(image, NativeTools.ALL)));
    assertEquals(why, why(image, tool));
  }

  /** What explain says of a tool of disk. */
  private static String why(ImageFolder image, String tool) {
    return planner(NativeTools.ALL)
        .explain(prepared(image, NativeTools.ALL), Experience.NONE, "disk")
        .tools()
        .stream()
        .filter(each -> each.label().equals(tool))
        .findFirst()
        .orElseThrow()
        .why();
  }

  @Test
  void anotherSourceIsAnotherTool() {
    HandMade patched = built("cmake", "1", DESK).from(download("cmake-1.tar.gz", "patched"));
    assertStaysEmulated(
        "the one that runs natively is of other sources", withTool(cmake, patched), "cmake 1");
  }

  @Test
  void aPatchMakesAnotherTool() {
    HandMade patched = cmake.withList("patches", "/nix/store/" + "p".repeat(32) + "-riscv.patch");
    assertStaysEmulated(
        "the one that runs natively has other patches",
        withTool(patched, tool("cmake", DESK)),
        "cmake 1");
  }

  @Test
  void aStageOfABootstrapIsNoTool() {
    HandMade stage = built("bootstrap-stage4-gcc-wrapper", "14", BOARD);
    assertStaysEmulated(
        "it is a stage of a bootstrap",
        withTool(stage, built("gcc-wrapper", "14", DESK)),
        "bootstrap-stage4-gcc-wrapper 14");
  }

  @Test
  void withoutAllOutputsItIsNoCounterpart() {
    assertStaysEmulated(
        "the one that runs natively lacks outputs of it",
        withTool(cmake.withOutputs("bin", "doc"), tool("cmake", DESK)),
        "cmake 1");
  }

  /** All environments of an interpreter are called the same, whatever is in them. */
  @Test
  void withoutSourcesAllHasToBeTheSame() {
    HandMade withYaml = named("python3-3.13-env", BOARD).withList("paths", "yaml");
    HandMade onDesk = withYaml.on(DESK);
    assertEquals(
        ImmutableSet.of("python3-3.13-env"),
        tools(plan(withTool(withYaml, onDesk), NativeTools.ALL)));
    assertStaysEmulated(
        "the one that runs natively says otherwise in paths",
        withTool(withYaml, onDesk.withList("paths", "mako")),
        "python3 3.13-env");
  }

  /** Of a disk that is built with one tool. */
  private ImageFolder withTool(HandMade emulated, HandMade natively) {
    return new ImageFolder(folder)
        .emulated(Map.of("disk", package1("disk").using(emulated)))
        .desk(Map.of("tool", natively))
        .with(CACHE);
  }

  @Test
  void whatIsPassedOnIsNoMereTool() {
    HandMade passing = package1("disk").using(cmake);
    passing = passing.withList("propagatedNativeBuildInputs", cmake.output("out"));
    ImageFolder image =
        new ImageFolder(folder).emulated(Map.of("disk", passing)).desk(onDesk).with(CACHE);
    assertStaysEmulated("it is passed on to what uses the outputs", image, "cmake 1");
  }

  /** Its flags would name the library of the desk then. */
  @Test
  void aToolOfWhichAFlagNamesAnotherOutputIsNotSafe() {
    HandMade emulated = cmake.withOutputs("bin", "lib");
    HandMade flagged =
        package1("disk")
            .using(emulated)
            .needing(emulated, "lib")
            .withList("configureFlags", "--with-cmake=" + emulated.output("lib"));
    ImageFolder image =
        new ImageFolder(folder)
            .emulated(Map.of("disk", flagged))
            .desk(Map.of("cmake", tool("cmake", DESK).withOutputs("bin", "lib")))
            .with(CACHE);
    assertEquals(ImmutableSet.of(), tools(plan(image, NativeTools.SAFE)));
    assertEquals(ImmutableSet.of("cmake-1"), tools(plan(image, NativeTools.ALL)));
  }

  /** The emulated tool is in the image anyway, a native one has to be built. */
  @Test
  void whatIsGrantedForNativeToolsHasThem() {
    ImageFolder image =
        new ImageFolder(folder)
            .emulated(Map.of("disk", package1("disk").using(cmake), "cmake", cmake))
            .desk(onDesk);
    Plan plan = planWithQuickDisk(image, Tools.NATIVE, Failures.NONE, "disk", "cmake");
    assertEquals(ImmutableSet.of("cmake-1"), tools(plan));
    assertEquals(450 + QUICK + 30 + 2 * 2, plan.builderSeconds());
  }

  /** Both are there anyway: the emulated tool in the image, the native one as an input of disk. */
  @Test
  void ofEqualWaysTheOneWithNativeToolsIsTaken() {
    HandMade both = package1("disk").using(cmake).needing(tool("cmake", DESK));
    ImageFolder image =
        new ImageFolder(folder).emulated(Map.of("disk", both, "cmake", cmake)).desk(onDesk);
    Prepared prepared =
        prepared(image, NativeTools.SAFE).withImage(ImmutableList.of("disk", "cmake"));
    assertEquals(ImmutableSet.of("cmake-1"), tools(planner(NativeTools.SAFE).plan(prepared)));
  }

  private static Plan planWithQuickDisk(
      ImageFolder image, Tools tools, Failures failures, String... attributes) {
    Manifest manifest = ManifestReader.read(image.manifest(attributes));
    Planner planner = planner(NativeTools.ALL);
    Prepared prepared = planner.prepare(manifest, manifest.builders());
    return planner.plan(
        prepared.withCosts(new QuickDisk(prepared.costs(), tools)),
        new Experience(failures, ImmutableList.of()));
  }

  private static final double QUICK = 10;

  /** As if disk had been built before, quickly, with the tools. */
  private record QuickDisk(CostModel costs, Tools quick) implements CostModel {
    @Override
    public Estimate build(
        Packages packages, int derivation, Strategy strategy, Tools tools, Builder builder) {
      return tools == quick && packages.name(derivation).base().equals("disk")
          ? Estimate.exactly(QUICK, Origin.HISTORY)
          : costs.build(packages, derivation, strategy, tools, builder);
    }

    @Override
    public Estimate tests(Packages packages, int derivation, Strategy strategy, Builder builder) {
      return costs.tests(packages, derivation, strategy, builder);
    }

    @Override
    public Estimate fetch(boolean emulated) {
      return costs.fetch(emulated);
    }

    @Override
    public Estimate substitute() {
      return costs.substitute();
    }

    @Override
    public long outputBytes(Packages packages, int derivation) {
      return costs.outputBytes(packages, derivation);
    }
  }

  @Test
  void whereNotAllThatEmulateRunTheToolsThereAreNone() {
    ImageFolder image =
        image()
            .builders(
                """
                [[builder]]
                name = "desk"
                systems = ["x86_64-linux"]
                emulates = ["riscv64-linux"]
                [[builder]]
                name = "arm"
                systems = ["aarch64-linux"]
                emulates = ["riscv64-linux"]
                """);
    Plan plan = plan(image, NativeTools.ALL);
    assertEquals(ImmutableSet.of(), tools(plan));
    assertTrue(
        plan.warnings().stream().anyMatch(each -> each.contains("no platform in common")),
        plan.warnings().toString());
    assertEquals("the builders that emulate have no platform in common", why(image, "cmake 1"));
  }

  /** It would be sooner done there, 300 s for 450, but with tools that had to be built, too. */
  @Test
  void aBoardDoesNotRunThem() {
    ImageFolder image =
        image()
            .builders(
                """
                [[builder]]
                name = "desk"
                systems = ["x86_64-linux"]
                emulates = ["riscv64-linux"]
                [[builder]]
                name = "board"
                systems = ["riscv64-linux"]
                speed = 0.1
                """);
    Step step = disk(plan(image, NativeTools.ALL));
    assertEquals(Optional.of("desk"), step.builder());
    assertEquals(Optional.of(Strategy.EMULATED), step.strategy());
  }

  private Attempt diskWith(Tools tools) {
    return Attempt.build(StorePath.parse(disk.path()), Strategy.EMULATED).with(tools);
  }

  /** Of the tools that failed the native compiler would have them all. */
  @Test
  void whatFailedWithNativeToolsIsNotTriedWithANativeCompiler() {
    ImageFolder image = withCompilers("14");
    Attempt failed =
        Attempt.build(disk(plan(image, NativeTools.ALL)).derivation(), Strategy.EMULATED);
    Prepared prepared = prepared(image, NativeTools.ALL);
    for (Tools tools : ImmutableList.of(Tools.NATIVE, Tools.NATIVE_COMPILER)) {
      Failures failures = Failures.ofWays(ImmutableMap.of(failed.with(tools), "why"));
      Plan plan =
          planner(NativeTools.ALL).plan(prepared, new Experience(failures, ImmutableList.of()));
      assertEquals(Tools.AS_EVALUATED, disk(plan).toolSet());
    }
  }

  private Plan planAfter(Attempt failed, NativeTools extent) {
    return planner(extent)
        .plan(
            prepared(image(), extent),
            new Experience(Failures.ofWays(ImmutableMap.of(failed, "why")), ImmutableList.of()));
  }

  @Test
  void whatFailedWithNativeToolsIsBuiltWithEmulatedOnes() {
    Plan plan = planAfter(diskWith(Tools.NATIVE), NativeTools.SAFE);
    assertEquals(ImmutableSet.of(), tools(plan));
    assertEquals(Tools.AS_EVALUATED, disk(plan).toolSet());
  }

  @Test
  void whatFailedAsItWasEvaluatedIsNotTriedWithNativeTools() {
    assertThrows(
        NoPlanException.class, () -> planAfter(diskWith(Tools.AS_EVALUATED), NativeTools.SAFE));
  }

  @Test
  void whatIsBuiltWithNativeToolsIsKept() {
    Plan plan = plan(image(), NativeTools.SAFE);
    Plan again = planAfter(plan, image(), NativeTools.SAFE);
    assertEquals(0, again.builderSeconds());
    assertEquals(tools(plan), tools(again));
    assertEquals(0, planAfter(plan, image(), NativeTools.NONE).builderSeconds());
  }

  @Test
  void whatTheManifestForbidsMeanwhileIsNotKept() {
    Plan plan = plan(image(), NativeTools.SAFE);
    for (String said :
        ImmutableList.of("\"cmake\"\nas-tool = \"emulated\"", "\"disk\"\ncross = \"required\"")) {
      ImageFolder image =
          image()
              .cross(Map.of("disk", crossed("disk")))
              .with("[[constraint]]\npackage = " + said + "\n");
      Plan again = planAfter(plan, image, NativeTools.SAFE);
      assertEquals(ImmutableSet.of(), tools(again));
      assertTrue(again.builderSeconds() > 0);
    }
  }

  /** The plan for an image when all is done that another plan does. */
  private static Plan planAfter(Plan done, ImageFolder image, NativeTools extent) {
    ImmutableList<EarlierStep> earlier =
        done.steps().stream()
            .map(
                step ->
                    new EarlierStep(
                        step.attempt(),
                        step.provides(),
                        ImmutableMap.copyOf(
                            Maps.transformValues(
                                step.tools(), tool -> done.steps().get(tool).derivation())),
                        "out",
                        ImmutableSet.of("out"),
                        State.DONE))
            .collect(ImmutableList.toImmutableList());
    return planner(extent).plan(prepared(image, extent), new Experience(Failures.NONE, earlier));
  }

  // The compiler

  private static HandMade wrapper(String prefix, String version, String system) {
    return named(prefix + "gcc-wrapper-" + version, system);
  }

  private static HandMade environment(HandMade compiler, String system) {
    return named("stdenv-linux", system)
        .needing(compiler)
        .withList("defaultNativeBuildInputs", compiler.output("out"));
  }

  private static HandMade here() {
    return environment(wrapper("", "14", BOARD), BOARD);
  }

  /** {@code zlib} is in both worlds, {@code disk} does not cross-compile. */
  private ImageFolder withCompilers(String cross) {
    HandMade zlib = package1("zlib").in(here());
    return withCompilers(
        cross, Map.of("disk", package1("disk").linking(zlib).in(here()), "zlib", zlib));
  }

  private ImageFolder withCompilers(String cross, Map<String, HandMade> emulated) {
    HandMade there = environment(wrapper(HandMade.TRIPLE + "-", cross, DESK), DESK);
    return new ImageFolder(folder)
        .emulated(emulated)
        .cross(Map.of("zlib", crossed("zlib").in(there)));
  }

  @Test
  void theCompilerOfTheSamePackagesIsTaken() {
    Plan plan = plan(withCompilers("14"), NativeTools.ALL);
    assertEquals(Tools.NATIVE_COMPILER, disk(plan).toolSet());
    assertEquals(ImmutableSet.of("stdenv-linux"), tools(plan));
    Step environment = plan.steps().get(disk(plan).tools().values().iterator().next());
    assertEquals("cross", environment.instance());
  }

  @Test
  void aCompilerOfAnotherVersionIsTakenOnlyIfTheManifestSaysSo() {
    assertEquals(Tools.AS_EVALUATED, disk(plan(withCompilers("12"), NativeTools.ALL)).toolSet());
    for (String name : ImmutableList.of("gcc", "gcc-14", "gcc-wrapper", "stdenv-linux", "stdenv")) {
      assertEquals(Tools.NATIVE_COMPILER, disk(planWithNative(name)).toolSet());
    }
    Plan plan = planWithNative("gcc-12"); // the one across
    assertEquals(Tools.AS_EVALUATED, disk(plan).toolSet());
    assertEquals(
        ImmutableList.of("the constraint on gcc-12 applies to nothing, maybe gcc-14 is meant"),
        plan.warnings());
  }

  private Plan planWithNative(String compiler) {
    return plan(withCompilers("12").with(asTool(compiler, "native")), NativeTools.NONE);
  }

  /** Another package has the emulated environment, so that is there for disk as well. */
  @Test
  void whatIsGrantedForANativeCompilerHasItsEnvironment() {
    HandMade tree = package1("tree").in(here());
    ImageFolder image =
        withCompilers(
                "14",
                Map.of(
                    "disk", package1("disk").using(cmake).in(here()),
                    "tree", tree,
                    "zlib", package1("zlib").in(here())))
            .desk(onDesk)
            .with(CACHE);
    Attempt other =
        Attempt.build(StorePath.parse(tree.path()), Strategy.EMULATED).with(Tools.NATIVE_COMPILER);
    Failures failures = Failures.ofWays(ImmutableMap.of(other, "why"));
    Plan plan = planWithQuickDisk(image, Tools.NATIVE_COMPILER, failures, "disk", "tree");
    assertEquals(Tools.NATIVE_COMPILER, disk(plan).toolSet());
    assertTrue(tools(plan).contains("stdenv-linux"));
  }

  @Test
  void anEnvironmentWithoutACompilerIsNone() {
    HandMade here = named("stdenv-linux", BOARD);
    HandMade there = named("stdenv-linux", DESK);
    ImageFolder image =
        new ImageFolder(folder)
            .emulated(Map.of("disk", package1("disk").in(here), "zlib", package1("zlib").in(here)))
            .cross(Map.of("zlib", crossed("zlib").in(there)))
            .with(asTool("gcc", "native"));
    assertEquals(Tools.AS_EVALUATED, disk(plan(image, NativeTools.ALL)).toolSet());
  }

  @Test
  void anEnvironmentThatIsAToolAsWellIsTheEnvironment() {
    HandMade both = package1("disk").in(here()).withList("nativeBuildInputs", here().output("out"));
    ImageFolder image =
        withCompilers("14", Map.of("disk", both, "zlib", package1("zlib").in(here())))
            .desk(Map.of("stdenv", environment(wrapper("", "14", DESK), DESK)));
    assertEquals(ImmutableSet.of("stdenv-linux"), tools(plan(image, NativeTools.ALL)));
  }

  private static String json(Plan plan) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PlanJson.write(out, plan);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void jsonTellsWhatAStepHasOtherwiseThanEvaluated() throws IOException {
    ImageFolder compilers = withCompilers("14");
    assertFalse(json(plan(compilers, NativeTools.NONE)).contains("toolSet"));
    String withCompiler = json(plan(compilers, NativeTools.ALL));
    assertTrue(withCompiler.contains("\"toolSet\":\"native-compiler\",\"tools\":{"), withCompiler);
    String withTools = json(plan(image(), NativeTools.SAFE));
    assertTrue(withTools.contains("\"toolSet\":\"native\",\"tools\":{"), withTools);
  }

  @Test
  void theCompilerIsNotSafe() {
    assertEquals(Tools.AS_EVALUATED, disk(plan(withCompilers("14"), NativeTools.SAFE)).toolSet());
  }

  @Test
  void explainTellsWhatFailedWithATool() {
    Failures failures =
        Failures.ofWays(ImmutableMap.of(diskWith(Tools.NATIVE), "its build failed"));
    Explanation explanation =
        planner(NativeTools.SAFE)
            .explain(
                prepared(image(), NativeTools.SAFE),
                new Experience(failures, ImmutableList.of()),
                "disk");
    assertTrue(
        explanation
            .tools()
            .contains(
                new Explanation.Tool("cmake 1", false, Optional.of(false), "its build failed")),
        explanation.tools().toString());
  }

  @Test
  void explainTellsOfEachTool() {
    Planner planner = planner(NativeTools.SAFE);
    Explanation explanation =
        planner.explain(prepared(image(), NativeTools.SAFE), Experience.NONE, "disk");
    assertEquals(
        ImmutableSet.of(
            new Explanation.Tool("cmake 1", true, Optional.of(true), "it is a build system"),
            new Explanation.Tool(
                "rustc 1", false, Optional.of(false), "it is not known to be safe"),
            new Explanation.Tool(
                "python3 1", false, Optional.of(false), "its outputs use it, too")),
        ImmutableSet.copyOf(explanation.tools()));
  }
}
