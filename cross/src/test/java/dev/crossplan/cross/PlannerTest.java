package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.DESK;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.crossed;
import static dev.crossplan.fixtures.HandMade.download;
import static dev.crossplan.fixtures.HandMade.named;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Baseline;
import dev.crossplan.planner.plan.Explanation;
import dev.crossplan.planner.plan.Objective;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is chosen, and why it may be. Costs are those of the contract: 30, emulated 450, trivial 1.
 */
class PlannerTest {
  private static final String DESK_AND_BOARD =
      """
      [[builder]]
      name = "desk"
      systems = ["x86_64-linux"]
      emulates = ["riscv64-linux"]
      slots = 2
      [[builder]]
      name = "board"
      systems = ["riscv64-linux"]
      speed = 0.5
      """;

  private final HandMade source = download("hello-2.12.tar.gz", "hello");
  private final HandMade zlibSource = download("zlib-1.3.tar.gz", "zlib");
  private final HandMade zlib = built("zlib", "1.3", BOARD).from(zlibSource);
  private final HandMade crossZlib = crossed("zlib", "1.3").from(zlibSource);
  private final HandMade hello = built("hello", "2.12", BOARD).from(source).linking(zlib);
  private final HandMade crossHello = crossed("hello", "2.12").from(source).linking(crossZlib);

  private final Path folder;

  PlannerTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /**
   *
   *
   * <pre>
   * hello ─ zlib          two sources, each fetched once
   * </pre>
   */
  @Test
  void crossIsCheaperThanEmulated() {
    Plan plan = plan("");
    assertEquals(Set.of("fetch zlib", "fetch hello", "cross zlib", "cross hello"), words(plan));
    assertEquals(2 + 2 + 30 + 30, plan.builderSeconds());
    assertTrue(plan.isLeast());
  }

  /** A faster processor does not make the network faster, a slower one not slower. */
  @ParameterizedTest
  @EnumSource(Objective.class)
  void onlyBuildsDependOnTheSpeed(Objective objective) {
    ImageFolder image =
        bothWorlds()
            .builders(
                """
                [[builder]]
                name = "desk"
                systems = ["x86_64-linux"]
                speed = 2
                """);
    Manifest manifest = ManifestReader.read(image.manifest("hello"));
    PlanOptions options = new PlanOptions(objective, Duration.ofSeconds(10), 1, Optional.empty());
    Plan plan =
        new Planner(new CrossPlatforms(), options, Progress.NONE)
            .plan(manifest, manifest.builders());
    assertEquals(2 + 2 + 15 + 15, plan.builderSeconds());
    assertEquals(2 + 2 + 15 + 15, plan.bounds().builderSeconds());
    assertEquals(
        Map.of("fetch zlib", 2.0, "fetch hello", 2.0, "cross zlib", 15.0, "cross hello", 15.0),
        plan.steps().stream()
            .collect(
                Collectors.toMap(step -> step.word() + " " + step.packageName(), Step::seconds)));
  }

  /** hello was evaluated against the emulated zlib and is given the cross-compiled one. */
  @Test
  void aConsumerTakesTheVariantOfTheOtherWorld() {
    Plan plan = plan("[[constraint]]\npackage = \"hello\"\ncross = \"broken\"\n");
    assertEquals(Set.of("fetch zlib", "fetch hello", "cross zlib", "emulated hello"), words(plan));
    Step made = Story.made(plan, hello).orElseThrow();
    assertTrue(made.rewritten());
    assertFalse(Story.made(plan, crossZlib).orElseThrow().rewritten());
    assertEquals(
        crossZlib.path(), Story.provided(plan, zlib).orElseThrow().derivation().toString());
  }

  @Test
  void aConstraintThatRequiresAStrategyHolds() {
    Plan plan = plan("[[constraint]]\npackage = \"zlib\"\nemulated = \"required\"\n");
    assertEquals(Set.of("fetch zlib", "fetch hello", "emulated zlib", "cross hello"), words(plan));
  }

  @Test
  void aConstraintMayNameTheVersion() {
    Plan plan = plan("[[constraint]]\npackage = \"zlib-1.3\"\ncross = \"broken\"\n");
    assertTrue(words(plan).contains("emulated zlib"));
    Plan other = plan("[[constraint]]\npackage = \"zlib-1.2\"\ncross = \"broken\"\n");
    assertTrue(words(other).contains("cross zlib"));
    assertEquals(
        List.of("the constraint on zlib-1.2 applies to nothing, maybe zlib-1.3 is meant"),
        other.warnings());
  }

  /** A package set that takes crossSystem and ignores it. */
  @Test
  void whatCrossHasOfTheDeskIsToldToBeForTheDesk() {
    HandMade app = built("app", "1", DESK);
    Plan plan =
        Story.plan(
            new ImageFolder(folder).desk(Map.of("app", app)).cross(Map.of("app", app)), "app");
    assertEquals(
        List.of(
            "instances native and cross are the same",
            "app of cross is the same derivation as that of native, which is for x86_64-linux: unless"
                + " it is data that any machine reads, it does not run on riscv64-linux. Maybe the"
                + " package set ignores crossSystem; let it give another derivation for each"
                + " platform, or leave cross out"),
        plan.warnings());
  }

  /** Firmware of pkgsCross, and a download, are the same wherever they are evaluated. */
  @Test
  void whatIsMarkedForTheBoardMayBeTheSameInAll() {
    HandMade firmware = crossed("firmware", "1").from(source);
    Map<String, HandMade> both = Map.of("firmware", firmware, "source", source);
    Plan plan = Story.plan(new ImageFolder(folder).desk(both).cross(both), "firmware", "source");
    assertEquals(List.of("instances native and cross are the same"), plan.warnings());
  }

  @Test
  void emulationThatIsBrokenNeedsABoard() {
    String broken =
        "[[constraint]]\npackage = \"hello\"\ncross = \"broken\"\nemulated = \"broken\"\n";
    assertThrows(NoPlanException.class, () -> plan(broken));
    Plan plan = Story.plan(bothWorlds().with(broken).builders(DESK_AND_BOARD), "hello");
    Step made = Story.made(plan, hello).orElseThrow();
    assertEquals("native", made.word());
    assertEquals(Optional.of("board"), made.builder());
    assertEquals(60, made.seconds());
  }

  /** The linker needs more than the small board has. */
  @Test
  void aRequiredFeatureChoosesTheBuilder() {
    HandMade large = hello.requiring("big-parallel");
    Plan plan =
        Story.plan(
            new ImageFolder(folder)
                .emulated(Map.of("hello", large))
                .builders(
                    DESK_AND_BOARD.replaceFirst("slots = 2", "features = [\"big-parallel\"]")),
            "hello");
    assertEquals(Optional.of("desk"), Story.made(plan, large).orElseThrow().builder());
    assertEquals(Optional.of("board"), Story.made(plan, zlib).orElseThrow().builder());
  }

  /** Two at a time would need more than the desk has, so one waits; the board is too small. */
  @Test
  void whatTakesMemoryIsBuiltWhereAndWhenThereIsSome() {
    String memory = "[[constraint]]\npackage = \"%s\"\nmemory = \"3 GiB\"\ncross = \"broken\"\n";
    HandMade other = built("other", "1", BOARD).from(download("other-1.tar.gz", "other"));
    Plan plan =
        Story.plan(
            new ImageFolder(folder)
                .emulated(Map.of("zlib", zlib, "other", other))
                .with(String.format(memory, "zlib") + String.format(memory, "other"))
                .builders(
                    DESK_AND_BOARD.replaceFirst("slots = 2", "slots = 2\nmemory = \"4 GiB\"")
                        + "memory = \"2 GiB\"\n"),
            "zlib",
            "other");
    Step one = Story.made(plan, zlib).orElseThrow();
    Step two = Story.made(plan, other).orElseThrow();
    assertEquals(Optional.of("desk"), one.builder());
    assertEquals(Optional.of("desk"), two.builder());
    assertEquals(3L << 30, one.memory());
    assertTrue(one.finish() <= two.start() || two.finish() <= one.start());
    assertThrows(
        NoPlanException.class,
        () ->
            Story.plan(
                new ImageFolder(folder)
                    .emulated(Map.of("zlib", zlib))
                    .with(String.format(memory, "zlib").replace("3 GiB", "5 GiB"))
                    .builders(
                        DESK_AND_BOARD.replaceFirst("slots = 2", "memory = \"4 GiB\"")
                            + "memory = \"2 GiB\"\n"),
                "zlib"));
  }

  /**
   * Fetched by the board's curl in one world and by the desk's in the other. The desk's needs no
   * emulation, and then the board needs no curl at all.
   */
  @Test
  void nothingIsFetchedUnderEmulationThatTheDeskCanFetch() {
    HandMade curl = built("curl", "8", BOARD);
    HandMade deskCurl = built("curl", "8", DESK);
    HandMade onBoard = source.on(BOARD).needing(curl);
    HandMade onDesk = source.on(DESK).needing(deskCurl);
    HandMade emulated = built("hello", "2.12", BOARD).from(onBoard);
    HandMade cross = crossed("hello", "2.12").from(onDesk);
    Plan plan =
        Story.plan(
            new ImageFolder(folder)
                .emulated(Map.of("hello", emulated))
                .cross(Map.of("hello", cross))
                .desk(Map.of("curl", deskCurl))
                .with("[[constraint]]\npackage = \"hello\"\ncross = \"broken\"\n"),
            "hello");
    assertEquals(Set.of("native curl", "fetch hello", "emulated hello"), words(plan));
    assertTrue(Story.made(plan, onDesk).isPresent());
    assertEquals(
        onDesk.path(), Story.provided(plan, onBoard).orElseThrow().derivation().toString());
    assertFalse(
        Story.made(plan, emulated).orElseThrow().rewritten(), "the output path is the same");
  }

  /**
   * A cross compiler replaces the whole bootstrap of the emulated one.
   *
   * <pre>
   * emulated: hello ─ gcc ─ stdenv1 ─ xgcc ─ stdenv0          cross: hello ─ (the desk's)
   * </pre>
   */
  @Test
  void thePackageReplacesItsBootstrap() {
    HandMade gccSource = download("gcc-14.2.0.tar.xz", "gcc");
    HandMade stdenv0 = named("bootstrap-stage0-stdenv-linux", BOARD);
    HandMade xgcc =
        named("xgcc-14.2.0", BOARD).with("version", "14.2.0").from(gccSource).in(stdenv0);
    HandMade stdenv1 = named("bootstrap-stage1-stdenv-linux", BOARD).needing(xgcc);
    HandMade gcc = built("gcc", "14.2.0", BOARD).from(gccSource).in(stdenv1);
    HandMade emulated = built("hello", "2.12", BOARD).from(source).using(gcc).needing(xgcc);
    HandMade crossGcc = crossed("gcc", "14.2.0").from(gccSource);
    HandMade cross = crossed("hello", "2.12").from(source).needing(crossGcc);
    Plan plan =
        Story.plan(
            new ImageFolder(folder)
                .emulated(Map.of("hello", emulated, "gcc", gcc))
                .cross(Map.of("hello", cross, "gcc", crossGcc))
                .with("[[constraint]]\npackage = \"hello\"\ncross = \"broken\"\n"),
            "hello");
    assertEquals(Set.of("fetch gcc", "fetch hello", "cross gcc", "emulated hello"), words(plan));
    assertEquals(crossGcc.path(), Story.provided(plan, xgcc).orElseThrow().derivation().toString());
  }

  /** Without a cross world each stage is built: the package cannot be its own bootstrap. */
  @Test
  void aStageIsNotServedByWhatNeedsIt() {
    HandMade early = built("bash", "5.2", BOARD).from(source);
    HandMade late = built("bash", "5.2", BOARD).from(source).needing(early);
    HandMade user = built("user", "1", BOARD).needing(early, late);
    Plan plan = Story.plan(new ImageFolder(folder).emulated(Map.of("user", user)), "user");
    assertTrue(Story.made(plan, early).isPresent());
    assertTrue(Story.made(plan, late).isPresent());
    assertTrue(
        Story.made(plan, late)
            .orElseThrow()
            .inputs()
            .contains(Story.made(plan, early).orElseThrow().id()));
  }

  /**
   * glibc is one derivation with many outputs natively; libgcc is one of its own in the cross
   * world.
   */
  @Test
  void anOutputThatIsADerivationOfItsOwnIsThere() {
    HandMade gcc = built("gcc", "14.2.0", BOARD).withOutputs("out", "libgcc");
    HandMade emulated =
        built("hello", "2.12", BOARD).from(source).needing(gcc).needing(gcc, "libgcc");
    HandMade libgcc = crossed("libgcc", "14.2.0");
    HandMade crossGcc = crossed("gcc", "14.2.0").linking(libgcc);
    HandMade cross = crossed("hello", "2.12").from(source).needing(crossGcc, libgcc);
    Plan plan =
        Story.plan(
            new ImageFolder(folder)
                .emulated(Map.of("hello", emulated))
                .cross(Map.of("hello", cross))
                .with("[[constraint]]\npackage = \"hello\"\ncross = \"broken\"\n"),
            "hello");
    assertTrue(words(plan).contains("cross gcc"));
    assertFalse(words(plan).contains("emulated gcc"));
  }

  /** Without such a derivation the cross-compiled one cannot stand for it, and both are kept. */
  @Test
  void aVariantThatLacksAUsedOutputDoesNotStandForThePackage() {
    HandMade two = zlib.withOutputs("out", "dev");
    HandMade emulated = built("hello", "2.12", BOARD).from(source).needing(two).needing(two, "dev");
    Plan plan =
        Story.plan(
            new ImageFolder(folder)
                .emulated(Map.of("hello", emulated))
                .cross(Map.of("hello", crossHello))
                .with("[[constraint]]\npackage = \"hello\"\ncross = \"broken\"\n"),
            "hello");
    assertTrue(words(plan).contains("emulated zlib"));
    assertFalse(words(plan).contains("cross zlib"));
  }

  /**
   * Each half of zlib lacks an output of the other, so both are built; but the zlib of both
   * emulated worlds, which differ in who fetches its source, once.
   *
   * <pre>
   * hello ─ zlib-dev     editor ─ zlib-dev     cross: viewer ─ zlib-static
   * </pre>
   */
  private ImageFolder halves() {
    HandMade byOther = zlibSource.on(BOARD).needing(built("curl", "8", BOARD));
    HandMade one = zlib.withOutputs("dev", "out");
    HandMade same = built("zlib", "1.3", BOARD).withOutputs("dev", "out").from(byOther);
    HandMade crossed = crossZlib.withOutputs("out", "static");
    assertEquals(one.output("dev"), same.output("dev"));
    return new ImageFolder(folder)
        .emulated(Map.of("zlib", one, "hello", built("hello", "2", BOARD).needing(one)))
        .instance(
            "again",
            "localSystem = \"riscv64-linux\"",
            Map.of("zlib", same, "editor", built("editor", "1", BOARD).needing(same)))
        .cross(
            Map.of("zlib", crossed, "viewer", crossed("viewer", "1").needing(crossed, "static")));
  }

  @Test
  void whatIsUnpairedIsBuiltOnceForEachPlatformThatItIsBuiltOn() {
    Plan plan = Story.plan(halves(), "hello", "editor", "viewer");
    assertEquals(
        List.of(
            "cross viewer",
            "cross zlib",
            "emulated editor",
            "emulated hello",
            "emulated zlib",
            "fetch zlib"),
        Story.steps(plan).stream().sorted().toList());
    assertEquals(1, plan.builtTwice());
    assertEquals(1, baseline(plan, "unmerged-mix").duplicates());
  }

  /** What is explained is the package as the plan has it. */
  @Test
  void whatWasUnpairedIsExplainedAsItIsMade() {
    Explanation explained = Story.explain(halves(), "zlib", "hello", "editor", "viewer");
    assertEquals(2, explained.variants().size());
    assertEquals(
        List.of("emulated"),
        explained.alternatives().stream()
            .filter(each -> each.chosen())
            .map(each -> each.word())
            .toList());
    assertEquals(
        List.of("no variant has all outputs that are used of the package"),
        explained.keptApart().stream().map(each -> each.reason()).toList());
  }

  private static Baseline baseline(Plan plan, String name) {
    return plan.baselines().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aBaselineHasTheReferencesOfWhatItSubstitutes() throws IOException {
    Plan plan = plan(cached(hello.output("out"), zlib.output("out")));
    assertEquals(plan.builderSeconds(), baseline(plan, "all-emulated").builderSeconds());
  }

  /** The search starts from the pure worlds, so that no plan is worse. */
  @Test
  void aWorldThatIsSubstitutedIsASelection() throws IOException {
    Story story =
        new Story(bothWorlds().with(cached(hello.output("out"), zlib.output("out"))), "hello");
    Alternatives alternatives = story.alternatives();
    Map<Integer, Making> ways = new HashMap<>();
    for (HandMade each : List.of(hello, zlib)) {
      int derivation = story.number(each);
      ways.put(derivation, alternatives.makings().substitution(derivation).orElseThrow());
    }
    assertEquals(2, alternatives.exactly(ways).orElseThrow().cost());
  }

  /**
   * libc may take the cross-compiled bash, so that gcc may stand for the early gcc. But not if the
   * early bash is made as well, for what uses its dev, which the cross-compiled one lacks: then
   * libc takes it, and the early gcc is made too.
   *
   * <pre>
   * user ─ gcc ─ libc ─ early bash ─ early gcc          again: reader ─ early bash, dev
   *        late bash ─ early bash                       cross: viewer ─ bash
   * </pre>
   */
  @Test
  void whatIsMadeAnywayStandsForItselfWithoutACycle() {
    HandMade bashSource = download("bash-5.2.tar.gz", "bash");
    HandMade byOther = bashSource.on(BOARD).needing(built("curl", "8", BOARD));
    HandMade gccSource = download("gcc-14.2.0.tar.xz", "gcc");
    Bootstrap emulated = bootstrap(gccSource, bashSource);
    Bootstrap again = bootstrap(gccSource, byOther);
    HandMade reader = built("reader", "1", BOARD).needing(again.early(), "dev");
    HandMade bash = crossed("bash", "5.2").from(bashSource);
    Plan plan =
        Story.plan(
            new ImageFolder(folder)
                .emulated(
                    Map.of(
                        "bash",
                        emulated.bash(),
                        "user",
                        built("user", "1", BOARD).needing(emulated.gcc())))
                .instance(
                    "again",
                    "localSystem = \"riscv64-linux\"",
                    Map.of("bash", again.bash(), "reader", reader))
                .cross(Map.of("bash", bash, "viewer", crossed("viewer", "1").needing(bash))),
            "user",
            "reader",
            "viewer");
    assertEquals(
        Set.of(
            "fetch gcc",
            "fetch bash",
            "cross bash",
            "cross viewer",
            "emulated libc",
            "emulated gcc",
            "emulated bash",
            "emulated user",
            "emulated reader"),
        words(plan));
    assertEquals(Story.made(plan, emulated.early()), Story.provided(plan, again.early()));
    assertEquals(10, plan.steps().size(), "the early gcc too");
  }

  private record Bootstrap(HandMade early, HandMade gcc, HandMade bash) {}

  private static Bootstrap bootstrap(HandMade gccSource, HandMade bashSource) {
    HandMade earlyGcc = built("gcc", "14.2.0", BOARD).from(gccSource);
    HandMade early =
        built("bash", "5.2", BOARD)
            .withOutputs("dev", "out")
            .from(bashSource)
            .needing(earlyGcc, "out");
    HandMade libc = built("libc", "2.40", BOARD).from(gccSource).needing(early, "out");
    HandMade gcc = built("gcc", "14.2.0", BOARD).from(gccSource).needing(libc);
    HandMade bash =
        built("bash", "5.2", BOARD)
            .withOutputs("dev", "out")
            .from(bashSource)
            .needing(gcc)
            .needing(early, "out");
    return new Bootstrap(early, gcc, bash);
  }

  /** hello uses an output of zlib that only the emulated one has. */
  @Test
  void aWayThatLacksAnOutputIsExplainedSo() {
    HandMade two = zlib.withOutputs("out", "dev");
    HandMade emulated = built("hello", "2.12", BOARD).needing(two).needing(two, "dev");
    Explanation explained =
        Story.explain(
            new ImageFolder(folder)
                .emulated(Map.of("hello", emulated, "zlib", two))
                .cross(Map.of("zlib", crossZlib)),
            "zlib",
            "hello");
    assertEquals(
        List.of(
            "cross: there is no plan for hello:\n  zlib-1.3 of emulated is needed itself: zlib-"
                + HandMade.TRIPLE
                + "-1.3 of cross lacks outputs that are used of it"),
        explained.alternatives().stream()
            .filter(each -> each.word().equals("cross"))
            .map(each -> each.word() + ": " + each.why().orElse(""))
            .toList());
  }

  /** What is cached was linked with the zlib that is cached with it. */
  @Test
  void aSubstituteBringsItsReferences() throws IOException {
    Plan plan = plan(cached(hello.output("out"), zlib.output("out")));
    assertEquals(Set.of("substitute zlib", "substitute hello"), words(plan));
    Step made = Story.made(plan, hello).orElseThrow();
    assertTrue(made.inputs().contains(Story.made(plan, zlib).orElseThrow().id()));
    assertEquals(Optional.empty(), made.builder());
  }

  /** Nix takes no path without those that it refers to, and no other zlib has this one's path. */
  @Test
  void withoutItsReferencesNothingIsSubstituted() throws IOException {
    Plan plan = plan(cached(hello.output("out")));
    assertEquals(Set.of("fetch zlib", "fetch hello", "cross zlib", "cross hello"), words(plan));
    String broken =
        "[[constraint]]\npackage = \"hello\"\ncross = \"broken\"\nemulated = \"broken\"\n";
    NoPlanException none =
        assertThrows(NoPlanException.class, () -> plan(cached(hello.output("out")) + broken));
    assertTrue(
        String.valueOf(none.getMessage())
            .contains("its substitute refers to zlib 1.3, which cannot be substituted"),
        none.getMessage());
  }

  /**
   *
   *
   * <pre>
   * image ─ hello ─ zlib          all but zlib is cached
   * </pre>
   */
  @Test
  void whatIsLackingFurtherDownIsLackingToo() throws IOException {
    HandMade image = built("image", "1", BOARD).linking(hello);
    Plan plan =
        Story.plan(
            new ImageFolder(folder)
                .emulated(Map.of("image", image))
                .with(cached(hello.output("out"), image.output("out"))),
            "image");
    assertEquals(
        Set.of("fetch zlib", "fetch hello", "emulated zlib", "emulated hello", "emulated image"),
        words(plan));
  }

  /**
   * Whoever cached one output of zlib had this zlib, and what refers to it needs no other output.
   */
  @Test
  void aReferenceMayBeThereInPart() throws IOException {
    HandMade two = zlib.withOutputs("out", "dev");
    HandMade linked = built("hello", "2.12", BOARD).from(source).linking(two);
    ImageFolder images = new ImageFolder(folder).emulated(Map.of("hello", linked));
    Plan plan = Story.plan(images.with(cached(linked.output("out"), two.output("out"))), "hello");
    assertEquals(Set.of("substitute hello"), words(plan));
  }

  /** zlib has to be cross-compiled; hello would bring the emulated one that is forbidden. */
  @Test
  void aSubstituteBringsNothingThatTheManifestForbids() throws IOException {
    Plan plan =
        plan(
            cached(hello.output("out"), zlib.output("out"))
                + "[[constraint]]\npackage = \"zlib\"\ncross = \"required\"\n");
    assertEquals(Set.of("fetch zlib", "fetch hello", "cross zlib", "cross hello"), words(plan));
  }

  /** Everything is substituted; a plan with another zlib has to build hello as well. */
  @Test
  void whatIsSubstitutedIsExplained() throws IOException {
    Explanation explained =
        Story.explain(
            bothWorlds().with(cached(hello.output("out"), zlib.output("out"))), "zlib", "hello");
    assertEquals(
        List.of("substitute 2.0", "cross 64.0", "emulated 484.0"),
        explained.alternatives().stream()
            .filter(each -> each.why().isEmpty())
            .map(each -> each.word() + " " + each.planSeconds().orElseThrow())
            .toList());
  }

  private String cached(String... paths) throws IOException {
    Files.write(folder.resolve("cached-paths.txt"), List.of(paths));
    return "[[substituter]]\nfile = \"cached-paths.txt\"\n";
  }

  /** A package that the manifest wants built a certain way is not taken from a cache. */
  @Test
  void aSubstituteIsNoWayAroundAConstraint() throws IOException {
    Plan plan =
        plan(
            cached(hello.output("out"), zlib.output("out"))
                + "[[constraint]]\npackage = \"hello\"\nemulated = \"required\"\n");
    assertTrue(words(plan).contains("emulated hello"));
  }

  @Test
  void theDesksPackagesComeFromTheDesksInstance() {
    HandMade cmake = built("cmake", "3.31", DESK).from(download("cmake.tar.gz", "cmake"));
    HandMade cross = crossed("hello", "2.12").from(source).using(cmake);
    Plan plan =
        Story.plan(
            new ImageFolder(folder)
                .cross(Map.of("hello", cross))
                .desk(Map.of("cmake", cmake))
                .with("[[substituter]]\ninstance = \"native\"\n"),
            "hello");
    assertEquals(Set.of("substitute cmake", "fetch hello", "cross hello"), words(plan));
  }

  @Test
  void anAttributeMayBeInOneInstanceOnly() {
    HandMade both = built("image", "1", BOARD).needing(hello);
    Plan plan =
        Story.plan(
            new ImageFolder(folder)
                .emulated(Map.of("image", both))
                .cross(Map.of("hello", crossHello)),
            "image");
    assertEquals(
        Set.of("fetch zlib", "fetch hello", "cross zlib", "cross hello", "emulated image"),
        words(plan));
  }

  /** rv64gcv is compiled for a board that has vectors; ours has none. */
  @Test
  void whatTheBoardCannotRunIsNoImageForIt() {
    ImageFolder vectors =
        new ImageFolder(folder)
            .target("{ system = \"riscv64-linux\", march = \"rv64gc\" }")
            .instance(
                "vectors",
                "localSystem = \"x86_64-linux\"\ncrossSystem = { config = \""
                    + HandMade.TRIPLE
                    + "\", gcc = { arch = \"rv64gcv\" } }",
                Map.of("hello", crossHello));
    InputException refused = assertThrows(InputException.class, () -> Story.plan(vectors, "hello"));
    assertTrue(
        String.valueOf(refused.getMessage())
            .endsWith("vectors: it is compiled for more than the target's rv64gc has"),
        String.valueOf(refused.getMessage()));
    Plan plan = Story.plan(vectors.emulated(Map.of("hello", hello)), "hello");
    assertEquals(
        Set.of("fetch zlib", "fetch hello", "emulated zlib", "emulated hello"), words(plan));
    Plan large =
        Story.plan(vectors.target("{ system = \"riscv64-linux\", march = \"rva23u64\" }"), "hello");
    assertTrue(words(large).contains("cross hello"));
  }

  @Test
  void twoInstancesThatAreTheSameCostNothing() {
    Plan once = Story.plan(new ImageFolder(folder).emulated(Map.of("hello", hello)), "hello");
    Plan twice =
        Story.plan(
            new ImageFolder(folder)
                .emulated(Map.of("hello", hello))
                .instance("again", "localSystem = \"riscv64-linux\"", Map.of("hello", hello)),
            "hello");
    assertEquals(once.steps(), twice.steps());
  }

  /**
   * bash has to be emulated and needs an early gettext; the gettext of the image links bash, so it
   * cannot be there before. That both are built is told.
   *
   * <pre>
   * image ─ gettext ─ bash ─ gettext (early)
   * </pre>
   */
  @Test
  void aStageThatIsBuiltBesidesThePackageIsReported() {
    HandMade gettextSource = download("gettext-0.25.tar.gz", "gettext");
    HandMade early = built("gettext", "0.25", BOARD).from(gettextSource).with("stage", "early");
    HandMade bash = built("bash", "5.2", BOARD).from(source).using(early);
    HandMade gettext = built("gettext", "0.25", BOARD).from(gettextSource).linking(bash);
    HandMade crossBash = crossed("bash", "5.2").from(source);
    HandMade crossGettext = crossed("gettext", "0.25").from(gettextSource).linking(crossBash);
    Plan plan =
        Story.plan(
            new ImageFolder(folder)
                .emulated(Map.of("gettext", gettext))
                .cross(Map.of("gettext", crossGettext))
                .with("[[constraint]]\npackage = \"bash\"\ncross = \"broken\"\n"),
            "gettext");
    assertEquals(
        Set.of(
            "fetch hello", "fetch gettext", "emulated gettext", "emulated bash", "cross gettext"),
        words(plan));
    assertEquals(
        List.of(
            "gettext-0.25: a stage of the bootstrap is built in one world, and the package, which"
                + " needs it, in the other"),
        plan.unpaired().stream().map(Plan.KeptApart::reason).toList());
    assertEquals(
        Set.of(early.path(), crossGettext.path()),
        plan.unpaired().get(0).derivations().stream()
            .map(StorePath::toString)
            .collect(Collectors.toSet()));
    assertEquals(1, plan.builtTwice());
  }

  private ImageFolder bothWorlds() {
    return new ImageFolder(folder)
        .emulated(Map.of("hello", hello))
        .cross(Map.of("hello", crossHello));
  }

  private Plan plan(String tables) {
    return Story.plan(bothWorlds().with(tables), "hello");
  }

  private static Set<String> words(Plan plan) {
    return Story.steps(plan).stream().collect(Collectors.toSet());
  }
}
