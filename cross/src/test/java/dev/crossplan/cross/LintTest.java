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

import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.lint.Finding;
import dev.crossplan.planner.lint.Finding.Severity;
import dev.crossplan.planner.lint.Lint;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is found in small stories and in the images of the fixtures.
 *
 * <pre>
 * git ─ zlib      each from a source
 * </pre>
 */
class LintTest {
  private static final String PLAIN = "localSystem = \"riscv64-linux\"";
  private static final String FROM_DESK = "localSystem = \"x86_64-linux\"\n";

  private final Path folder;
  private final CrossPlatforms platforms = new CrossPlatforms();
  private final Planner planner = new Planner(platforms, PlanOptions.DEFAULT, Progress.NONE);

  LintTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private List<Finding> lint(Path file) {
    Manifest manifest = ManifestReader.read(file);
    return Lint.check(planner, manifest, manifest.builders(), platforms).findings();
  }

  /** Of an image git whose emulated instance is for such a platform. */
  private List<Finding> lintEmulated(String platforms) {
    return lint(image().instance("emulated", platforms, git(zlib())).manifest("git"));
  }

  private static HandMade zlib() {
    return built("zlib", "1", BOARD).from(download("zlib-1.tar.gz", "zlib"));
  }

  private static Map<String, HandMade> git(HandMade zlib) {
    return Map.of(
        "git", built("git", "1", BOARD).from(download("git-1.tar.gz", "git")).linking(zlib));
  }

  private static String withArch(String arch) {
    return "localSystem = { system = \"riscv64-linux\", gcc = { arch = \"" + arch + "\" } }";
  }

  private ImageFolder image() {
    return new ImageFolder(folder).target("{ system = \"riscv64-linux\", march = \"rv64gc\" }");
  }

  /** The only finding of a rule. */
  private static Finding only(String rule, List<Finding> findings) {
    List<Finding> found = findings.stream().filter(finding -> finding.rule().equals(rule)).toList();
    assertEquals(1, found.size(), findings::toString);
    return found.get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"board/crossplan.toml", "board/mixed.toml", "shell/crossplan.toml"})
  void nothingIsFoundWhereNothingIsWrong(String image) {
    assertEquals(List.of(), lint(Fixtures.image(image)));
  }

  /** Brute force: what one instance builds and the other does not. */
  @Test
  void aForkByAFlagIsCounted() {
    Path file = Fixtures.image("forked").resolve("crossplan.toml");
    Manifest manifest = ManifestReader.read(file);
    Prepared prepared = planner.prepare(manifest, manifest.builders());
    DerivationGraph graph = prepared.packages().graph();
    Set<List<StorePath>> known = new HashSet<>();
    Set<List<StorePath>> built = new HashSet<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      if (graph.isIn(0, derivation)) {
        known.add(graph.facts(derivation).knownOutputPaths());
      }
      if (graph.isIn(1, derivation) && !graph.facts(derivation).isFixedOutput()) {
        built.add(graph.facts(derivation).knownOutputPaths());
      }
    }
    int all = built.size();
    built.removeAll(known);
    int forked = built.size();
    Finding finding = only("flag-fork", lint(file));
    assertEquals(forked, finding.derivations());
    assertEquals(
        "emulated and emulated-rv64gc differ in gcc.arch (none and rv64gc), which mean the same"
            + " code: "
            + forked
            + " of "
            + all
            + " derivations exist twice for nothing",
        finding.message());
  }

  /** As versions and profiles are written, and what follows from one another. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "arch = 'rv64gc' | arch = 'rv64imafdc_zicsr_zifencei' | leave the flags out",
        "arch = 'rv64gc' | arch = 'rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0' | leave"
            + " the flags out",
        "arch = 'rv64gc' | arch = 'RV64GC', abi = 'lp64d' | leave the flags out",
        "arch = 'rv64imac' | arch = 'rv64imac', abi = 'lp64' | write them in two as in one",
        "arch = 'rv64gcv' | arch = 'rv64gcv1p0_zvl128b1p0' | write them in two as in one",
        "arch = 'RV64GCV' | arch = 'rv64gcv' | write them in one as in two",
        "arch = 'rva23u64' | arch = 'rva23u64_v_zba' | write them in two as in one",
        "arch = 'rv64gc', tune = 'sifive-u74' | tune = 'sifive-u74' | write them in two as in one"
      })
  void flagsThatMeanTheSameAreTold(String flags, String others, String remedy) {
    Finding finding = fork(flags, others, "rv64gc");
    assertTrue(finding.message().contains(", which mean the same code: 2 of 2 "), finding::message);
    assertTrue(finding.remedy().contains(remedy), finding.remedy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "arch = 'rv64gc', abi = 'lp64d' | abi = 'lp64' | the same gcc.abi",
        "arch = 'rv64gc' | arch = 'rv64imac' | the same gcc.arch and gcc.abi",
        "arch = 'rv64gc' | tune = 'sifive-u74' | the same gcc.tune, or none",
        "arch = 'rv64gcv' | arch = 'rv64gc', tune = 'sifive-u74' | And give both the same gcc.tune"
      })
  void flagsThatMeanSomethingElseHaveARemedyThatFits(String flags, String others, String remedy) {
    Finding finding = fork(flags, others, "rv64gc");
    assertFalse(finding.message().contains("mean the same"), finding.message());
    assertTrue(finding.message().endsWith(": 2 of 2 derivations exist twice"), finding::message);
    assertTrue(finding.remedy().contains(remedy), finding.remedy());
  }

  /** One for both where the code of that one runs on the target. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rv64imafdc | rv64gc | rv64gc | give one the gcc.arch of two, rv64gc: the code of each runs"
            + " where that of the other does.",
        "rv64gc | rv64imafdc | rv64gc | give two the gcc.arch of one, rv64gc: the code of each runs"
            + " where that of the other does.",
        "rv64gc_zicntr | rva20u64 | rv64gc | give two the gcc.arch of one, rv64gc_zicntr: the code"
            + " of each runs where that of the other does.",
        "RV64IMAFDC | rv64gc_zicntr | rv64gc | give one the gcc.arch of two, rv64gc_zicntr: the"
            + " code of each runs where that of the other does.",
        "rv64gc | rv64gcv | rv64gc | give two the gcc.arch of one, rv64gc: the code of one runs on"
            + " the board, rv64gc, and that of two does not, as two asks for v.",
        "rv64gcv | rv64gc | rv64gcv | give one the gcc.arch of two, rv64gc: the code of two runs"
            + " wherever that of one does, and not the other way round, as one asks for v.",
        "rv64gcv | rv64gc_zbc | rv64gc_zbc | give one the gcc.arch of two, rv64gc_zbc: the code of"
            + " two runs on the board, rv64gc_zbc, and that of one does not, as one asks for v.",
        "rva23u64 | rva22u64 | rv64gc | leave gcc.arch out of both, as compilers make code for the"
            + " board by themselves: the code of neither runs on the board, rv64gc.",
        "rva23u64 | rv64gc_zbc | rva22u64 | set gcc.arch of both to rva22u64: the code of neither"
            + " runs on the board, rva22u64.",
        "rv64gcv | rv64gc_zbc | rv64gcv_zbc | give both the gcc.arch of one of them: the code"
            + " of either runs on the board, rv64gcv_zbc, though not wherever that of the other"
            + " does, as one asks for v, and two for zbc.",
        "rv64gcv | rv64gc_zbc | '' | give both a gcc.arch of what the boards of both have: the code"
            + " of neither is known to run wherever that of the other does, as one asks for v, and"
            + " two for zbc.",
        "rv64gc | rv64foo | rv64gc | mend gcc.arch of two first: rv64foo is no instruction set of"
            + " riscv64-linux.",
      })
  void theArchThatDoesForBothIsTold(String arch, String other, String board, String remedy) {
    Finding finding = fork("arch = '" + arch + "'", "arch = '" + other + "'", board);
    assertEquals("Maybe " + remedy, finding.remedy());
  }

  /** Of two instances with other flags, where all of one is built anew for the other. */
  private Finding fork(String flags, String others, String board) {
    return only(
        "flag-fork",
        lint(
            image()
                .target(
                    "{ system = \"riscv64-linux\""
                        + (board.isEmpty() ? "" : ", march = \"" + board + "\"")
                        + " }")
                .instance("one", withFlags(flags), git(zlib()))
                .instance("two", withFlags(others), git(zlib().with("flags", "others")))
                .manifest("git")));
  }

  private static String withFlags(String flags) {
    return "localSystem = { system = \"riscv64-linux\", gcc = { "
        + flags.replace('\'', '"')
        + " } }";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "arch = 'rv64imac', abi = 'lp64d' | is lp64d, which GCC refuses: it passes numbers in"
            + " registers of d, which gcc.arch has not got | set gcc.abi to lp64, which goes with"
            + " that gcc.arch, or add d to gcc.arch.",
        "abi = 'lp46d' | is lp46d, which GCC refuses: there is no such ABI | lp64d is meant.",
      })
  void anAbiThatCompilersDoNotTakeIsTold(String flags, String message, String remedy) {
    Finding finding = only("unknown-abi", lintEmulated(withFlags(flags)));
    assertEquals(Severity.ERROR, finding.severity());
    assertEquals("gcc.abi of emulated " + message, finding.message());
    assertEquals("Maybe " + remedy, finding.remedy());
    assertEquals(2, finding.derivations());
  }

  private List<Finding> forX86(String march, String flags, String others) {
    String local = "localSystem = { system = \"x86_64-linux\", gcc = { %s } }";
    HandMade zlib = built("zlib", "1", DESK);
    return lint(
        image()
            .target("{ system = \"x86_64-linux\", march = \"" + march + "\" }")
            .instance("one", local.formatted(flags), Map.of("zlib", zlib))
            .instance("two", local.formatted(others), Map.of("zlib", zlib.with("flags", "others")))
            .manifest("zlib"));
  }

  /** It has all that is taken for granted. */
  @Test
  void theFirstLevelOfX86IsWhatCompilersMake() {
    Finding finding = only("flag-fork", forX86("x86-64", "arch = \"x86-64\"", ""));
    assertTrue(finding.message().contains("which mean the same code"), finding.message());
    assertEquals(
        "Maybe leave the flags out: they say what the compiler does by itself.", finding.remedy());
    List<Finding> findings = forX86("x86-64-v3", "arch = \"x86-64-v2\"", "");
    assertEquals(
        "Maybe leave gcc.arch out of one, as two does: the code of two runs wherever that of one"
            + " does, and not the other way round, as one asks for x86-64-v2.",
        only("flag-fork", findings).remedy());
  }

  @Test
  void aLevelOfX86ThatThereIsNotIsTold() {
    Finding finding = only("unknown-march", forX86("x86-64", "arch = \"x86-64-v9\"", ""));
    assertEquals(Severity.WARNING, finding.severity());
    assertEquals(
        "gcc.arch of one is x86-64-v9, which GCC may refuse: no level x86-64-v9 of x86-64 is known"
            + " here",
        finding.message());
    InputException refused =
        assertThrows(InputException.class, () -> forX86("x86-64-v5", "", "arch = \"x86-64\""));
    String said = String.valueOf(refused.getMessage());
    assertTrue(said.contains("march \"x86-64-v5\" is no"), said);
  }

  /** Each feature is offered, but nobody offers both. */
  @Test
  void featuresThatNobodyHasTogetherAreMissing() {
    Finding finding =
        only(
            "missing-feature",
            lint(
                image()
                    .instance("emulated", PLAIN, git(zlib().requiring("kvm", "big-parallel")))
                    .builders(
                        """
                        [[builder]]
                        name = "one"
                        systems = ["riscv64-linux"]
                        features = ["kvm"]
                        [[builder]]
                        name = "two"
                        systems = ["riscv64-linux"]
                        features = ["big-parallel"]
                        """)
                    .manifest("git")));
    assertTrue(
        finding
            .message()
            .startsWith(
                "1 derivation requires the feature big-parallel with kvm, which no builder for it"
                    + " offers"),
        finding.message());
    assertEquals("Maybe give a builder features = [\"big-parallel\", \"kvm\"].", finding.remedy());
  }

  /** What git links in the first is an attribute of the second only. */
  @Test
  void ofAPairThatIsNotClearEachIsOfTheInstanceThatNamesIt() {
    HandMade plain = zlib();
    Map<String, HandMade> patched = new HashMap<>(git(plain));
    patched.put("zlib", plain.with("postPatch", "true"));
    Finding finding =
        only(
            "ambiguous-pair",
            lint(
                image()
                    .instance("one", PLAIN, patched)
                    .instance("two", PLAIN, Map.of("zlib", plain))
                    .manifest("git")));
    assertEquals(
        List.of("attribute zlib differs in postPatch: zlib-1 of one, zlib-1 of two"),
        finding.details());
  }

  @Test
  void theSameInstanceUnderTwoNamesIsTold() {
    Path file =
        image()
            .instance("emulated", PLAIN, git(zlib()))
            .instance("again", PLAIN, git(zlib()))
            .instance("third", PLAIN, git(zlib()))
            .manifest("git");
    Manifest manifest = ManifestReader.read(file);
    assertEquals(
        List.of("instances emulated, again and third are the same"),
        planner.plan(manifest, manifest.builders()).warnings());
    List<Finding> findings = lint(file);
    assertEquals(1, findings.size());
    assertEquals(
        "again, third are the same instance as emulated: 2 evaluations of 4 derivations for nothing",
        findings.get(0).message());
    assertEquals(
        "Maybe leave out again, third, and use emulated in its place.", findings.get(0).remedy());
  }

  /** Without either, the image would be lost. */
  @Test
  void noneIsLeftOutOfThoseThatAreTheSameForTwoPlatforms() {
    Path file = image().desk(git(zlib())).cross(git(zlib())).manifest("git");
    assertEquals(
        "Maybe their package set ignores the platform that it is asked for: native is for"
            + " x86_64-linux, cross for riscv64-linux.",
        only("same-instance", lint(file)).remedy());
  }

  /** As a plan refuses it; nano is there, but for the desk. */
  @Test
  void anAttributeThatNoInstanceHasIsTold() throws IOException {
    Path file =
        image()
            .emulated(git(zlib()))
            .desk(Map.of("nano", built("nano", "8", DESK)))
            .manifest("git", "nano");
    Path jobs = folder.resolve("emulated.jobs.jsonl");
    Files.writeString(
        jobs,
        Files.readString(jobs)
            + "{\"attr\":\"nano\",\"attrPath\":[\"nano\"],\"error\":\"error: it is broken\"}\n");
    Finding finding = only("missing-attribute", lint(file));
    assertEquals(Severity.ERROR, finding.severity());
    assertEquals(
        "the image needs attribute nano, which is in no instance for riscv64-linux",
        finding.message());
    assertEquals(List.of("emulated: it did not evaluate: it is broken"), finding.details());
  }

  @Test
  void aFeatureThatNoBuilderHasIsTold() {
    Finding finding =
        only(
            "missing-feature",
            lint(
                image()
                    .instance(
                        "emulated", withArch("rv64gc"), git(zlib().requiring("gccarch-rv64gc")))
                    .manifest("git")));
    assertEquals(Severity.ERROR, finding.severity());
    assertEquals(
        "1 derivation requires the feature gccarch-rv64gc, which no builder for it offers: zlib-1",
        finding.message());
    assertTrue(finding.remedy().contains("leave gcc.arch out of localSystem"), finding.remedy());
  }

  /** Nix compares features as texts. */
  @Test
  void aFeatureThatABuilderOffersInAnotherSpellingIsTold() {
    Finding finding =
        only(
            "missing-feature",
            lint(
                image()
                    .builders(
                        """
                        [[builder]]
                        name = "desk"
                        systems = ["x86_64-linux"]
                        emulates = ["riscv64-linux"]
                        features = ["gccarch-rv64gc"]
                        slots = 2
                        """)
                    .instance(
                        "emulated",
                        withArch("rv64imafdc_zicsr_zifencei"),
                        git(zlib().requiring("gccarch-rv64imafdc_zicsr_zifencei")))
                    .manifest("git")));
    assertEquals(
        "Maybe write gcc.arch of localSystem as rv64gc, which a builder offers.", finding.remedy());
  }

  @Test
  void noBuilderIsToOfferWhatIsNoInstructionSet() {
    Finding finding =
        only(
            "missing-feature",
            lint(
                image()
                    .instance(
                        "emulated", withArch("rv64foo"), git(zlib().requiring("gccarch-rv64foo")))
                    .manifest("git")));
    assertEquals(
        "Maybe leave gcc.arch out of localSystem: rv64foo is no instruction set of riscv64-linux.",
        finding.remedy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | error | gcc.arch of emulated is empty, which GCC refuses: an ISA string has a base",
        "rv64gcx | error | gcc.arch of emulated is rv64gcx, which GCC refuses: x alone is no"
            + " extension",
        "rv64gc_zfoo | warning | gcc.arch of emulated is rv64gc_zfoo, which GCC may refuse: no"
            + " extension zfoo is known here, and GCC refuses what it does not know",
      })
  void anArchThatCompilersDoNotTakeIsTold(String arch, String severity, String message) {
    Finding finding = only("unknown-march", lintEmulated(withArch(arch)));
    assertEquals(severity, finding.severity().toString());
    assertEquals(message, finding.message());
    assertEquals(2, finding.derivations());
  }

  /** The same where the GCC of the instance takes it. */
  @ParameterizedTest
  @CsvSource({"rva20u64, rva20u64, 16", "rv64gcb, b, 15"})
  void aNewNameIsNotForAnOldCompiler(String arch, String name, int first) {
    HandMade old = zlib().using(named("gcc-wrapper-14.3.0", BOARD));
    HandMade young = zlib().using(named("gcc-wrapper-" + first + ".1.0", BOARD));
    String board = "{ system = \"riscv64-linux\", march = \"rv64gc_zba_zbb_zbs\" }";
    Finding finding =
        only(
            "unknown-march",
            lint(
                image()
                    .target(board)
                    .instance("emulated", withArch(arch), git(old))
                    .manifest("git")));
    assertEquals(
        "gcc.arch of emulated is "
            + arch
            + ", which GCC may refuse: GCC knows "
            + name
            + " from "
            + first
            + " on, and this is 14",
        finding.message());
    assertEquals(Severity.WARNING, finding.severity());
    assertEquals(
        List.of(),
        lint(
            image()
                .target(board)
                .instance("emulated", withArch(arch), git(young))
                .manifest("git")));
  }

  @ParameterizedTest
  @CsvSource({
    "rv64gcv, v, leave gcc.arch out of emulated",
    "rva22u64, 'zba, zbb, zbs, zfhmin, zic64b, zicbom, zicboz', leave gcc.arch out of emulated",
    "rv64gcv_zihintpause_zicntr, v, leave gcc.arch out of emulated",
  })
  void codeThatTheBoardCannotRunIsTold(String arch, String beyond, String remedy) {
    Finding finding = only("march-beyond-target", lintEmulated(withArch(arch)));
    assertEquals(Severity.ERROR, finding.severity());
    assertEquals(2, finding.derivations());
    assertEquals(
        "gcc.arch of emulated, "
            + arch
            + ", asks for "
            + beyond
            + ", which the board, rv64gc, has not got: git-1, zlib-1",
        finding.message());
    assertTrue(finding.remedy().contains(remedy), finding.remedy());
  }

  @Test
  void aBoardWithLessThanCompilersTakeForGrantedNeedsAnArch() {
    Finding finding =
        only(
            "march-beyond-target",
            lint(
                image()
                    .target("{ system = \"riscv64-linux\", march = \"rv64imac\" }")
                    .instance("emulated", PLAIN, git(zlib()))
                    .manifest("git")));
    assertTrue(
        finding
            .message()
            .startsWith(
                "what compilers do by themselves, as emulated has no gcc.arch, asks for d, which"),
        finding.message());
    assertEquals("Maybe set gcc.arch of emulated to rv64imac.", finding.remedy());
  }

  /** The board's own name would be refused. */
  @Test
  void anArchForTheBoardIsOneThatTheCompilerTakes() {
    HandMade old = zlib().using(named("gcc-wrapper-13.3.0", BOARD));
    String board = "{ system = \"riscv64-linux\", march = \"rva22u64\" }";
    assertEquals(
        "Maybe set gcc.arch of emulated to rv64gc_zba_zbb_zbs_zfhmin_zicbom_zicboz.",
        only(
                "march-beyond-target",
                lint(
                    image()
                        .target(board)
                        .instance("emulated", withArch("rv64gcv"), git(old))
                        .manifest("git")))
            .remedy());
    assertEquals(
        "Maybe set gcc.arch of both to rv64gc_zba_zbb_zbs_zfhmin_zicbom_zicboz: the code of neither"
            + " runs on the board, rva22u64.",
        only(
                "flag-fork",
                lint(
                    image()
                        .target(board)
                        .instance("one", withArch("rv64gcv"), git(zlib()))
                        .instance("two", withArch("rv64gc_zbc"), git(old))
                        .manifest("git")))
            .remedy());
  }

  /** Hints, counters, and what memory is like are no instructions that a board refuses. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rva20u64",
        "rv64gc_zicntr",
        "rv64gc_zihintpause",
        "rv64gc_zihintntl_zicbop",
        "rv64imafdc",
        "rv64gc_zba1p0"
      })
  void whatTheBoardRunsIsNoFault(String arch) {
    assertEquals(
        List.of(),
        lint(
            image()
                .target("{ system = \"riscv64-linux\", march = \"rv64gc_zba\" }")
                .instance("emulated", withArch(arch), git(zlib()))
                .manifest("git")));
  }

  /** It is of no use, but no code for another board. */
  @Test
  void theLengthOfNoRegistersIsNoCode() {
    assertEquals(
        List.of("unknown-march"),
        lint(image().instance("emulated", withArch("rv64gc_zvl128b"), git(zlib())).manifest("git"))
            .stream()
            .map(Finding::rule)
            .toList());
  }

  /** What is built without a compiler has no code. */
  @Test
  void headersAreNoCodeForAnotherBoard() {
    HandMade compiler = named("gcc-wrapper-14", BOARD);
    HandMade environment = named("stdenv-linux", BOARD);
    HandMade headers = built("linux-headers", "6", BOARD).in(environment.with("cc", "none"));
    HandMade zlib = zlib().in(environment.needing(compiler)).using(headers);
    String message =
        only(
                "march-beyond-target",
                lint(image().instance("emulated", withArch("rv64gcv"), git(zlib)).manifest("git")))
            .message();
    assertTrue(message.contains("zlib-1"), message);
    assertFalse(message.contains("linux-headers"), message);
  }

  /** The message has only the first five. */
  @Test
  void allPackagesAreNamed() {
    Map<String, HandMade> many = new HashMap<>();
    Map<String, HandMade> others = new HashMap<>();
    for (int i = 1; i <= 6; i++) {
      HandMade tool = built("tool" + i, "1", BOARD).requiring("kvm");
      many.put("tool" + i, tool);
      others.put("tool" + i, tool.with("flags", "others"));
    }
    List<String> names = List.of("tool1-1", "tool2-1", "tool3-1", "tool4-1", "tool5-1", "tool6-1");
    List<Finding> findings =
        lint(
            image()
                .instance("one", withArch("rv64gcv"), many)
                .instance("two", withArch("rv64gc"), others)
                .manifest(many.keySet().toArray(String[]::new)));
    for (String rule : List.of("missing-feature", "march-beyond-target", "flag-fork")) {
      assertEquals(names, only(rule, findings).packages(), rule);
    }
    assertTrue(
        only("march-beyond-target", findings).message().endsWith("tool5-1 and 1 more"),
        findings::toString);
  }

  /**
   * What starts a bootstrap is unpacked or written.
   *
   * <pre>
   * zlib ─ stdenv ─ gcc-wrapper ─ early stdenv ─ bootstrap-tools
   * </pre>
   */
  @Test
  void whatABootstrapStartsWithIsNoCodeForAnotherBoard() {
    HandMade tools = named("bootstrap-tools", BOARD).from(download("tools.tar.xz", "tools"));
    HandMade early = named("bootstrap-stage0-stdenv-linux", BOARD).needing(tools);
    HandMade compiler = named("bootstrap-stage1-gcc-wrapper-", BOARD).in(early);
    HandMade environment = named("stdenv-linux", BOARD).needing(compiler);
    Finding finding =
        only(
            "march-beyond-target",
            lint(
                image()
                    .instance("emulated", withArch("rv64gcv"), git(zlib().in(environment)))
                    .manifest("git")));
    assertTrue(finding.message().endsWith(": git-1, stdenv-linux, zlib-1"), finding.message());
    assertEquals(3, finding.derivations());
  }

  /** It would be another derivation if it were compiled for more. The order does not matter. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rv64gcv | rv64gc | gcc.arch of one, rv64gcv, asks for v: git-1",
        "rv64gc | rv64gcv | gcc.arch of two, rv64gcv, asks for v: git-1",
        "rv64gcv | '' | gcc.arch of one, rv64gcv, asks for v: git-1",
        "'' | rv64gcv | gcc.arch of two, rv64gcv, asks for v: git-1",
        "rv64gcv_zba | rv64gcv | gcc.arch of one, rv64gcv_zba, asks for v, zba: git-1; gcc.arch of"
            + " two, rv64gcv, asks for v: git-1, zlib-1",
        "rv64gcv | rv64gcv_zba | gcc.arch of one, rv64gcv, asks for v: git-1, zlib-1; gcc.arch of"
            + " two, rv64gcv_zba, asks for v, zba: git-1",
      })
  void whatAnInstanceThatAsksForLessHasTooIsCodeForLess(String arch, String other, String told) {
    HandMade othersGit = built("git", "1", BOARD).linking(zlib()).with("flags", "others");
    assertEquals(
        told,
        lint(
                image()
                    .instance("one", arch.isEmpty() ? PLAIN : withArch(arch), git(zlib()))
                    .instance(
                        "two", other.isEmpty() ? PLAIN : withArch(other), Map.of("git", othersGit))
                    .manifest("git"))
            .stream()
            .filter(finding -> finding.rule().equals("march-beyond-target"))
            .map(finding -> finding.message().replace(", which the board, rv64gc, has not got", ""))
            .collect(Collectors.joining("; ")));
  }

  @Test
  void aPackageThatAsksForMoreByItselfIsTold() {
    HandMade vector = zlib().with("NIX_CFLAGS_COMPILE", "-O3 -march=rv64gcv_zba -Wall");
    Finding finding =
        only(
            "march-beyond-target",
            lint(image().instance("emulated", PLAIN, git(vector)).manifest("git")));
    assertEquals(1, finding.derivations());
    assertEquals(
        "the flag -march=rv64gcv_zba asks for v, zba, which the board, rv64gc, has not got: zlib-1",
        finding.message());
  }

  @ParameterizedTest
  @CsvSource({
    "CFLAGS, -mcpu=sifive-x280, -mcpu=sifive-x280, 'v, zba, zbb, zfh, zvfh'",
    "RUSTFLAGS, -C target-feature=+v, -C target-feature=+v, v",
    "RUSTFLAGS, '-C target-feature=+zvl256b,+v', '-C target-feature=+zvl256b,+v', 'v, zvl256b'",
    "GORISCV64, rva22u64, GORISCV64=rva22u64, 'zba, zbb, zbs'"
  })
  void otherFlagsThatAskForMoreAreTold(String attribute, String text, String flag, String beyond) {
    HandMade asking = zlib().with(attribute, text);
    assertEquals(
        "the flag "
            + flag
            + " asks for "
            + beyond
            + ", which the board, rv64gc, has not got: zlib-1",
        only(
                "march-beyond-target",
                lint(image().instance("emulated", PLAIN, git(asking)).manifest("git")))
            .message());
  }

  @ParameterizedTest
  @CsvSource({
    "postPatch, sed -i s/-march=rv64gcv// Makefile",
    "NIX_CFLAGS_COMPILE, -march=rv64gcv -march=rv64gc"
  })
  void aFlagThatIsTakenOutIsNoFault(String attribute, String text) {
    HandMade plain = zlib().with(attribute, text);
    assertEquals(List.of(), lint(image().instance("emulated", PLAIN, git(plain)).manifest("git")));
  }

  @Test
  void aFlagThatTheBoardHasIsNoFault() {
    HandMade plain =
        zlib()
            .with("NIX_CFLAGS_COMPILE", "-march=rv64imac -march=native")
            .with("RUSTFLAGS", "-C target-feature=+zihintpause,+zvl128b")
            .with("FIRMWARE_CFLAGS", "-march=rv32imac_zba");
    assertEquals(List.of(), lint(image().instance("emulated", PLAIN, git(plain)).manifest("git")));
  }

  @Test
  void worldsWhosePackagesCannotBeMixedAreTold() {
    HandMade crossZlib = HandMade.crossed("zlib", "1").from(download("zlib-1.tar.gz", "zlib"));
    HandMade crossGit = HandMade.crossed("git", "1").linking(crossZlib);
    Finding finding =
        only(
            "worlds-disagree",
            lint(
                image()
                    .emulated(git(zlib()))
                    .instance(
                        "cross",
                        FROM_DESK + "crossSystem = { config = \"riscv64-unknown-linux-musl\" }",
                        Map.of("git", crossGit))
                    .manifest("git")));
    assertEquals(2, finding.details().size());
  }

  @Test
  void theWorldWhoseCodeTheBoardRunsIsTold() {
    HandMade crossZlib = HandMade.crossed("zlib", "1").from(download("zlib-1.tar.gz", "zlib"));
    Finding finding =
        only(
            "worlds-disagree",
            lint(
                image()
                    .emulated(git(zlib()))
                    .instance(
                        "cross",
                        FROM_DESK
                            + "crossSystem = { config = \"riscv64-unknown-linux-gnu\", gcc = { arch"
                            + " = \"rv64gcv\" } }",
                        Map.of("zlib", crossZlib))
                    .manifest("git")));
    assertEquals(
        List.of("no gcc.arch, gnu lp64d: emulated", "gcc.arch rv64gcv, gnu lp64d: cross"),
        finding.details());
    assertEquals(
        "Maybe leave gcc.arch out of cross, as emulated does: the code of emulated runs on the"
            + " board, rv64gc, and that of cross does not, as cross asks for v.",
        finding.remedy());
  }

  /** rv64gc is what a cross compiler makes by itself. */
  @ParameterizedTest
  @ValueSource(strings = {"rv64imafdc_zicsr_zifencei", "rv64imafdc", "rv64gc_zihintpause"})
  void anotherSpellingIsNoDisagreement(String arch) {
    HandMade crossZlib = HandMade.crossed("zlib", "1").from(download("zlib-1.tar.gz", "zlib"));
    List<Finding> findings =
        lint(
            image()
                .emulated(git(zlib()))
                .instance(
                    "cross",
                    FROM_DESK
                        + "crossSystem = { config = \"riscv64-unknown-linux-gnu\", gcc = { arch ="
                        + " \""
                        + arch
                        + "\" } }",
                    Map.of("zlib", crossZlib))
                .manifest("git"));
    assertEquals(List.of(), findings);
  }
}
