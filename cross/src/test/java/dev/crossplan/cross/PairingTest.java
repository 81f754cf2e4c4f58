package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.DESK;
import static dev.crossplan.fixtures.HandMade.TRIPLE;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.crossed;
import static dev.crossplan.fixtures.HandMade.download;
import static dev.crossplan.fixtures.HandMade.named;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.variant.Evidence.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way in which two derivations are, or only seem to be, the same package. */
class PairingTest {
  private static final HandMade SOURCE = download("bash-5.2.tar.gz", "bash");

  private final Path folder;

  PairingTest(@TempDir Path folder) {
    this.folder = folder;
  }

  // Names

  /**
   *
   *
   * <pre>
   * emulated: image <- zlib-1.3          cross: image <- zlib-riscv64-…-1.3
   * </pre>
   */
  @Test
  void theSameNameVersionPlatformAndSourceIsOnePackage() {
    HandMade source = download("zlib-1.3.tar.gz", "zlib");
    HandMade emulated = built("zlib", "1.3", BOARD).from(source);
    HandMade cross = crossed("zlib", "1.3").from(source);
    Story story = inImages(emulated, cross);
    assertTrue(story.arePaired(emulated, cross));
    assertEquals(List.of(Kind.SAME_NAME), story.evidence(emulated));
  }

  @Test
  void theNameWithATripleIsFoundOnHooksAndPatchesToo() {
    HandMade emulated = named("some-hook", BOARD);
    HandMade cross = named("some-hook-" + TRIPLE, DESK);
    assertTrue(inImages(emulated, cross).arePaired(emulated, cross));
  }

  @Test
  void anotherSourceIsAnotherPackage() {
    HandMade emulated = built("zlib", "1.3", BOARD).from(download("zlib-1.3.tar.gz", "zlib"));
    HandMade cross = crossed("zlib", "1.3").from(download("zlib-1.3.tar.gz", "forked zlib"));
    Story story = inImages(emulated, cross);
    assertFalse(story.arePaired(emulated, cross));
    assertEquals(
        Optional.of("zlib-1.3: same name, but other sources"), story.unpaired(emulated, cross));
  }

  /** The source of each is built: by name alike, from other downloads. */
  @Test
  void aSourceThatIsBuiltIsComparedByWhatItIsBuiltFrom() {
    HandMade one = named("source-patched", BOARD).from(download("zlib.tar.gz", "zlib"));
    HandMade other = named("source-patched", DESK).from(download("zlib.tar.gz", "forked zlib"));
    HandMade emulated = built("zlib", "1.3", BOARD).from(one);
    HandMade cross = crossed("zlib", "1.3").from(other);
    assertFalse(inImages(emulated, cross).arePaired(emulated, cross));
  }

  @Test
  void anotherVersionIsAnotherPackage() {
    HandMade emulated = built("zlib", "1.2", BOARD);
    HandMade cross = crossed("zlib", "1.3");
    assertFalse(inImages(emulated, cross).arePaired(emulated, cross));
  }

  /** A cross compiler is a tool of the desk; the compiler for the board is another program. */
  @Test
  void aToolWhoseNameStartsWithTheTripleIsNotTheBoards() {
    HandMade emulated = built("binutils", "2.43", BOARD);
    HandMade tool = named(TRIPLE + "-binutils-2.43", DESK);
    assertFalse(inImages(emulated, tool).arePaired(emulated, tool));
  }

  @Test
  void whatNothingTellsThePlatformOfIsNeverPaired() {
    HandMade emulated = named("files-1.0", BOARD);
    HandMade cross = named("files-1.0", DESK);
    assertFalse(inImages(emulated, cross).arePaired(emulated, cross));
  }

  /** The same package for the desk and for the board are two. */
  @Test
  void anotherPlatformIsAnotherPackage() {
    HandMade emulated = built("zlib", "1.3", BOARD);
    HandMade desk = built("zlib", "1.3", DESK);
    Story story =
        new Story(
            new ImageFolder(folder).emulated(Map.of("zlib", emulated)).desk(Map.of("zlib", desk)),
            "zlib");
    assertFalse(story.arePaired(emulated, desk));
  }

  // March

  @ParameterizedTest
  @CsvSource({
    "rv64gc, rv64gc, true",
    "rv64gc, rv64imafdc_zicsr_zifencei, true",
    "rv64gc, RV64IMAFDC, true",
    "rv64gc, rva20u64, true",
    "rv64gc, rv64gc_zihintpause, true",
    "rv64gc, rv64imac, false",
    "rv64gc, rv64gcv, false",
    "rva22u64, rv64gc, false",
    "rva22u64, RVA22U64, true",
    "rv64gc, '', true",
    "rv64gcv, '', false",
  })
  void marchIsComparedByMeaning(String emulatedArch, String crossArch, boolean same) {
    HandMade emulated = built("zlib", "1.3", BOARD);
    HandMade cross = crossed("zlib", "1.3");
    String gcc = crossArch.isEmpty() ? "" : ", gcc = { arch = \"" + crossArch + "\" }";
    Story story =
        new Story(
            new ImageFolder(folder)
                .instance(
                    "emulated",
                    "localSystem = { system = \"riscv64-linux\", gcc = { arch = \""
                        + emulatedArch
                        + "\" } }",
                    Map.of("zlib", emulated))
                .instance(
                    "cross",
                    "localSystem = \"x86_64-linux\"\ncrossSystem = { config = \""
                        + TRIPLE
                        + "\""
                        + gcc
                        + " }",
                    Map.of("zlib", cross)),
            "zlib");
    assertEquals(same, story.arePaired(emulated, cross));
  }

  /**
   * {@code gcc.arch} on a native instance changes every hash and adds a feature, and nothing else.
   */
  @Test
  void aForkThatDiffersByTheUsualArchOnlyIsTheSame() {
    HandMade plain = built("zlib", "1.3", BOARD).from(SOURCE);
    HandMade forked = plain.requiring("gccarch-rv64gc");
    Story story = forks(plain, "rv64gc", forked);
    assertTrue(story.arePaired(plain, forked));
  }

  /** The feature is for the machine that builds, which may have an arch as well. */
  @Test
  void theArchOfTheMachineThatBuildsIsNotThatOfTheBoard() {
    HandMade emulated = built("zlib", "1.3", BOARD).from(SOURCE);
    HandMade cross = crossed("zlib", "1.3").from(SOURCE).requiring("gccarch-x86-64-v3");
    Story story =
        new Story(
            new ImageFolder(folder)
                .emulated(Map.of("zlib", emulated))
                .instance(
                    "cross",
                    "localSystem = { system = \"x86_64-linux\", gcc = { arch = \"x86-64-v3\" } }\n"
                        + "crossSystem = { config = \""
                        + TRIPLE
                        + "\" }",
                    Map.of("zlib", cross)),
            "zlib");
    assertTrue(story.arePaired(emulated, cross));
  }

  @Test
  void aForkThatUsesTheVectorUnitIsAnother() {
    HandMade plain = built("zlib", "1.3", BOARD).from(SOURCE);
    HandMade forked = plain.requiring("gccarch-rv64gcv");
    Story story = forks(plain, "rv64gcv", forked);
    assertFalse(story.arePaired(plain, forked));
  }

  private Story forks(HandMade plain, String arch, HandMade forked) {
    return new Story(
        new ImageFolder(folder)
            .emulated(Map.of("zlib", plain))
            .instance(
                "forked",
                "localSystem = { system = \"riscv64-linux\", gcc = { arch = \"" + arch + "\" } }",
                Map.of("zlib", forked)),
        "zlib");
  }

  /** What is linked together has to agree on the C library and the calling convention. */
  @ParameterizedTest
  @CsvSource({
    "riscv64-unknown-linux-gnu, lp64d, true",
    "riscv64-unknown-linux-gnu, lp64, false",
    "riscv64-unknown-linux-musl, lp64d, false",
  })
  void anotherAbiIsAnotherPackage(String triple, String abi, boolean same) {
    HandMade emulated = built("zlib", "1.3", BOARD).from(SOURCE);
    HandMade cross =
        named("zlib-" + triple + "-1.3", DESK)
            .with("pname", "zlib")
            .with("version", "1.3")
            .with("configureFlags", "--host=" + triple)
            .from(SOURCE);
    Story story =
        new Story(
            new ImageFolder(folder)
                .emulated(Map.of("zlib", emulated))
                .instance(
                    "cross",
                    "localSystem = \"x86_64-linux\"\ncrossSystem = { config = \""
                        + triple
                        + "\", gcc = { abi = \""
                        + abi
                        + "\" } }",
                    Map.of("zlib", cross)),
            "zlib");
    assertEquals(same, story.arePaired(emulated, cross));
  }

  // Attributes

  /** A gcc wrapper carries no triple, and its twin for the desk is called the same. */
  @Test
  void theSameAttributeIsOnePackageEvenWhereNothingElseSaysSo() {
    HandMade emulated = named("gcc-wrapper-14.2.0", BOARD);
    HandMade cross = named("gcc-wrapper-14.2.0", DESK).with("cc", "cross");
    HandMade desk = named("gcc-wrapper-14.2.0", DESK).with("cc", "desk");
    HandMade image = crossed("image", "1").needing(cross, desk);
    Story story =
        new Story(
            new ImageFolder(folder)
                .emulated(Map.of("gcc", emulated))
                .cross(Map.of("gcc", cross, "image", image))
                .desk(Map.of("gcc", desk)),
            "image");
    assertTrue(story.arePaired(emulated, cross));
    assertFalse(story.arePaired(desk, cross));
    assertEquals(List.of(Kind.SAME_ATTRIBUTE), story.evidence(emulated));
  }

  @Test
  void theSameAttributeOfAnotherVersionIsKeptApartAndReported() {
    HandMade emulated = built("zlib", "1.2", BOARD);
    HandMade cross = crossed("zlib", "1.3");
    Story story = attributes("zlib", emulated, cross);
    assertFalse(story.arePaired(emulated, cross));
    assertEquals(
        Optional.of("attribute zlib has different versions"), story.unpaired(emulated, cross));
  }

  @Test
  void theSameAttributeWithAnotherSourceIsKeptApartAndReported() {
    HandMade emulated = built("zlib", "1.3", BOARD).from(download("zlib.tar.gz", "zlib"));
    HandMade cross = crossed("zlib", "1.3").from(download("zlib.tar.gz", "forked zlib"));
    Story story = attributes("zlib", emulated, cross);
    assertFalse(story.arePaired(emulated, cross));
    assertTrue(story.unpaired(emulated, cross).isPresent());
  }

  private Story attributes(String attribute, HandMade emulated, HandMade cross) {
    return new Story(
        new ImageFolder(folder)
            .emulated(Map.of(attribute, emulated))
            .cross(Map.of(attribute, cross)),
        attribute);
  }

  // Equal outputs

  /** Two instances fetch with their own curl: two derivations, one output path. */
  @Test
  void twinsWithOneOutputPathAreTheSameThing() {
    HandMade onDesk =
        download("zlib-1.3.tar.gz", "zlib").on(DESK).needing(built("curl", "8", DESK));
    HandMade onBoard =
        download("zlib-1.3.tar.gz", "zlib").on(BOARD).needing(built("curl", "8", BOARD));
    HandMade emulated = built("zlib", "1.3", BOARD).from(onBoard);
    HandMade cross = crossed("zlib", "1.3").from(onDesk);
    Story story = inImages(emulated, cross);
    assertTrue(story.arePaired(onDesk, onBoard));
    assertEquals(List.of(Kind.SAME_OUTPUT), story.evidence(onDesk));
    assertTrue(story.arePaired(emulated, cross));
  }

  @Test
  void downloadsOfOneNameAreNotTheSameThing() {
    HandMade one = download("source", "one");
    HandMade other = download("source", "other");
    assertFalse(
        inImages(built("a", "1", BOARD).from(one), crossed("b", "1").from(other))
            .arePaired(one, other));
  }

  // Stages of the bootstrap

  /**
   * Only the last of five is the package; each other one is served by it.
   *
   * <pre>
   * bash5 <- image
   *   └─ stdenv4 ─ bash4 ─ stdenv3 ─ bash3 ─ stdenv2 ─ bash2 ─ stdenv1 ─ bash1
   * </pre>
   */
  @Test
  void onlyTheLastStageIsThePackage() {
    HandMade[] bash = bashFiveTimes();
    HandMade cross = crossed("bash", "5.2").from(SOURCE);
    Story story = inImages(bash[4], cross);
    assertTrue(story.arePaired(bash[4], cross));
    for (int stage = 0; stage < 4; stage++) {
      assertFalse(story.arePaired(bash[stage], cross), "stage " + stage);
      assertFalse(story.arePaired(bash[stage], bash[4]), "stage " + stage);
      assertEquals(List.of(bash[4].path()), story.servedBy(bash[stage]), "stage " + stage);
    }
    assertEquals(List.of(), story.servedBy(bash[4]));
    assertEquals(List.of(), story.servedBy(cross));
  }

  private static HandMade[] bashFiveTimes() {
    HandMade[] bash = new HandMade[5];
    HandMade tools = named("bootstrap-tools", BOARD);
    for (int stage = 0; stage < 5; stage++) {
      HandMade stdenv =
          named("bootstrap-stage" + stage + "-stdenv-linux", BOARD)
              .needing(stage == 0 ? tools : bash[stage - 1]);
      bash[stage] = built("bash", "5.2", BOARD).from(SOURCE).in(stdenv);
    }
    return bash;
  }

  /** A stage that lacks an output of the package is still served; one that has more is not. */
  @Test
  void thePackageServesAStageOnlyWithAllItsOutputs() {
    HandMade early = built("bash", "5.2", BOARD).from(SOURCE).withOutputs("out", "extra");
    HandMade late = built("bash", "5.2", BOARD).from(SOURCE).needing(early);
    HandMade small = built("zlib", "1.3", BOARD).with("stage", "1");
    HandMade large = built("zlib", "1.3", BOARD).withOutputs("out", "dev").needing(small);
    Story story =
        new Story(
            new ImageFolder(folder).emulated(Map.of("bash", late, "zlib", large)), "bash", "zlib");
    assertEquals(List.of(), story.servedBy(early));
    assertEquals(List.of(large.path()), story.servedBy(small));
  }

  /** An early perl with other libraries than the last has is no stage of it. */
  @Test
  void thePackageServesAStageOnlyWithAllItsLibraries() {
    HandMade zlib = built("zlib", "1.3", BOARD);
    HandMade early = built("perl", "5.40", BOARD).linking(zlib);
    HandMade late = built("perl", "5.40", BOARD).needing(early);
    Story story = new Story(new ImageFolder(folder).emulated(Map.of("perl", late)), "perl");
    assertEquals(List.of(), story.servedBy(early));
  }

  @Test
  void aStageWithAnotherSourceIsNone() {
    HandMade early = built("perl", "5.40", BOARD).from(download("perl.tar.gz", "early"));
    HandMade late =
        built("perl", "5.40", BOARD).from(download("perl.tar.gz", "late")).needing(early);
    Story story = new Story(new ImageFolder(folder).emulated(Map.of("perl", late)), "perl");
    assertEquals(List.of(), story.servedBy(early));
  }

  /** An attribute is what the image asks for by name, never a stage of something else. */
  @Test
  void anAttributeIsNoStage() {
    HandMade perl = built("perl", "5.40", BOARD).from(SOURCE);
    HandMade other = built("perl", "5.40", BOARD).from(SOURCE).needing(perl);
    Story story =
        new Story(new ImageFolder(folder).emulated(Map.of("perl", perl, "other", other)), "perl");
    assertEquals(List.of(), story.servedBy(perl));
  }

  /**
   *
   *
   * <pre>
   * gcc <- stdenv-linux
   *   └─ bootstrap-stage3-stdenv ─ bootstrap-stage2-gcc-wrapper ─ xgcc
   * </pre>
   */
  @Test
  void theFinalCompilerServesForXgccAndForItsWrapper() {
    HandMade source = download("gcc-14.2.0.tar.xz", "gcc");
    HandMade xgcc =
        named("xgcc-14.2.0", BOARD).with("pname", "xgcc").with("version", "14.2.0").from(source);
    HandMade wrapper2 = named("bootstrap-stage2-gcc-wrapper-14.2.0", BOARD).needing(xgcc);
    HandMade stdenv3 = named("bootstrap-stage3-stdenv-linux", BOARD).needing(wrapper2);
    HandMade gcc = built("gcc", "14.2.0", BOARD).from(source).in(stdenv3);
    HandMade wrapper = named("gcc-wrapper-14.2.0", BOARD).needing(gcc);
    Story story = new Story(new ImageFolder(folder).emulated(Map.of("gcc", wrapper)), "gcc");
    assertEquals(List.of(gcc.path()), story.servedBy(xgcc));
    assertEquals(List.of(wrapper.path()), story.servedBy(wrapper2));
  }

  /**
   * A stage's stdenv is told by what is built in it: bash 1 in stage 1's, bash 2 in the last.
   *
   * <pre>
   * image ─ bash2 ─ stdenv-linux ─ bash1 ─ bootstrap-stage1-stdenv-linux
   * </pre>
   */
  @Test
  void theFinalStandardEnvironmentServesForThoseOfStages() {
    HandMade stage1 = named("bootstrap-stage1-stdenv-linux", BOARD);
    HandMade bash1 = built("bash", "5.2", BOARD).from(SOURCE).in(stage1);
    HandMade last = named("stdenv-linux", BOARD).needing(bash1);
    HandMade bash2 = built("bash", "5.2", BOARD).from(SOURCE).in(last);
    Story story = new Story(new ImageFolder(folder).emulated(Map.of("bash", bash2)), "bash");
    assertEquals(List.of(last.path()), story.servedBy(stage1));
  }

  // Forks

  /**
   *
   *
   * <pre>
   * emulated: image <- curl (http3: links ngtcp2)      cross: the same
   *                 <- curl (without)
   * </pre>
   */
  @Test
  void forksAreToldApartByTheirInputs() {
    HandMade source = download("curl-8.tar.gz", "curl");
    HandMade quic = built("ngtcp2", "1", BOARD);
    HandMade crossQuic = crossed("ngtcp2", "1");
    HandMade plain = built("curl", "8", BOARD).from(source);
    HandMade http3 = plain.linking(quic);
    HandMade crossPlain = crossed("curl", "8").from(source);
    HandMade crossHttp3 = crossPlain.linking(crossQuic);
    Story story =
        new Story(
            new ImageFolder(folder)
                .emulated(Map.of("image", built("image", "1", BOARD).linking(plain, http3)))
                .cross(Map.of("image", crossed("image", "1").linking(crossPlain, crossHttp3))),
            "image");
    assertTrue(story.arePaired(plain, crossPlain));
    assertTrue(story.arePaired(http3, crossHttp3));
    assertFalse(story.arePaired(plain, http3));
    assertFalse(story.arePaired(plain, crossHttp3));
    assertEquals(List.of(Kind.SAME_FEATURES), story.evidence(http3));
  }

  /** Two forks that differ in a flag only, against one: nothing says which of the two it is. */
  @Test
  void aForkThatStaysUnclearIsKeptApartAndReported() {
    HandMade source = download("curl-8.tar.gz", "curl");
    HandMade one = built("curl", "8", BOARD).from(source).with("withFlag", "1");
    HandMade other = built("curl", "8", BOARD).from(source).with("withFlag", "2");
    HandMade cross = crossed("curl", "8").from(source);
    Story story =
        new Story(
            new ImageFolder(folder)
                .emulated(Map.of("image", built("image", "1", BOARD).linking(one, other)))
                .cross(Map.of("image", crossed("image", "1").linking(cross))),
            "image");
    assertFalse(story.arePaired(one, cross));
    assertFalse(story.arePaired(other, cross));
    assertFalse(story.arePaired(one, other));
    assertEquals(
        Optional.of(
            "curl-8: several candidates, told apart neither by the bootstrap nor by their inputs and outputs"),
        story.unpaired(one, cross));
    assertEquals(story.unpaired(one, cross), story.unpaired(other, cross));
  }

  // Instances

  @Test
  void twoInstancesThatAreTheSameHaveEachDerivationOnce() {
    HandMade zlib = built("zlib", "1.3", BOARD);
    Story story =
        new Story(
            new ImageFolder(folder)
                .emulated(Map.of("zlib", zlib))
                .instance("again", "localSystem = \"riscv64-linux\"", Map.of("zlib", zlib)),
            "zlib");
    assertTrue(story.arePaired(zlib, zlib));
    assertEquals(List.of(), story.evidence(zlib));
  }

  /**
   * An overlay patches zlib: neither it, nor what links it, is the same package in the two
   * instances.
   *
   * <pre>
   * plain:   image ─ curl ─ zlib          overlay: image ─ curl ─ zlib with a patch
   *            └─ bash                               └─ bash
   * </pre>
   */
  @Test
  void whatAnOverlayPatchesIsAnotherPackageAndSoIsAllAboveIt() {
    HandMade zlib = built("zlib", "1.3", BOARD).from(SOURCE);
    HandMade fix = download("fix.patch", "fix");
    HandMade patched = zlib.needing(fix).withList("patches", fix.output("out"));
    assertOverlayIsKeptApart(zlib, patched);
  }

  /** As above, but both have a patch of one name: only its content is another. */
  @Test
  void aPatchIsComparedByItsContent() {
    HandMade zlib = built("zlib", "1.3", BOARD).from(SOURCE);
    HandMade fix = download("fix.patch", "fix");
    HandMade betterFix = download("fix.patch", "better fix");
    assertOverlayIsKeptApart(
        zlib.needing(fix).withList("patches", fix.output("out")),
        zlib.needing(betterFix).withList("patches", betterFix.output("out")));
  }

  private void assertOverlayIsKeptApart(HandMade zlib, HandMade patched) {
    HandMade bash = built("bash", "5.2", BOARD).from(SOURCE);
    HandMade curl = built("curl", "8", BOARD).linking(zlib);
    HandMade curlOfOverlay = built("curl", "8", BOARD).linking(patched);
    Story story =
        new Story(
            new ImageFolder(folder)
                .emulated(Map.of("image", built("image", "1", BOARD).linking(curl, bash)))
                .instance(
                    "overlay",
                    "localSystem = \"riscv64-linux\"",
                    Map.of("image", built("image", "1", BOARD).linking(curlOfOverlay, bash))),
            "image");
    assertFalse(story.arePaired(zlib, patched), "patched and not");
    assertFalse(story.arePaired(curl, curlOfOverlay), "with one and the other");
    assertTrue(story.arePaired(bash, bash));
  }

  /**
   * Two evaluations that an overlay made different, and a cross build that is like the first in
   * what it changed: it is a variant of that one, and the two do not become one through it.
   */
  @Test
  void whatDiffersIsNotOnePackageThroughAThird() {
    HandMade plain = built("curl", "8", BOARD).from(SOURCE).with("configureFlags", "--without-tls");
    HandMade tls = built("curl", "8", BOARD).from(SOURCE).with("configureFlags", "--with-tls");
    HandMade cross =
        crossed("curl", "8")
            .from(SOURCE)
            .without("configureFlags")
            .with("configureFlags", "--host=" + TRIPLE + " --without-tls");
    Story story = threeCurls(plain, tls, cross);
    assertFalse(story.arePaired(plain, tls));
    assertTrue(story.arePaired(plain, cross));
    assertEquals(List.of(Kind.SAME_ATTRIBUTE), story.evidence(plain));
    assertEquals(
        Optional.of("attribute curl differs in configureFlags"), story.unpaired(plain, tls));
  }

  /** As above, but what differs is not curl itself: the overlay changed the zlib that it links. */
  @Test
  void theCrossBuildGoesWithTheForkThatLinksTheSame() {
    HandMade zlib = built("zlib", "1.3", BOARD).from(SOURCE).with("cflags", "-O2");
    HandMade changed = built("zlib", "1.3", BOARD).from(SOURCE).with("cflags", "-O3");
    HandMade crossZlib = crossed("zlib", "1.3").from(SOURCE).with("cflags", "-O2");
    HandMade curl = built("curl", "8", BOARD).linking(zlib);
    HandMade curlOfOverlay = built("curl", "8", BOARD).linking(changed);
    HandMade crossCurl = crossed("curl", "8").linking(crossZlib);
    Story story = threeCurls(curl, curlOfOverlay, crossCurl);
    assertTrue(story.arePaired(zlib, crossZlib));
    assertFalse(story.arePaired(curl, curlOfOverlay));
    assertTrue(story.arePaired(curl, crossCurl));
    assertEquals(List.of(Kind.SAME_ATTRIBUTE), story.evidence(curl));
  }

  /** As above, but the cross build is like neither. */
  @Test
  void whatIsLikeNoneOfTwoForksIsPairedWithNeither() {
    HandMade plain = built("curl", "8", BOARD).from(SOURCE).with("configureFlags", "--without-tls");
    HandMade tls = built("curl", "8", BOARD).from(SOURCE).with("configureFlags", "--with-tls");
    HandMade cross = crossed("curl", "8").from(SOURCE);
    Story story = threeCurls(plain, tls, cross);
    assertFalse(story.arePaired(plain, tls));
    assertFalse(story.arePaired(plain, cross));
    assertFalse(story.arePaired(tls, cross));
  }

  private Story threeCurls(HandMade first, HandMade second, HandMade cross) {
    return new Story(
        new ImageFolder(folder)
            .emulated(Map.of("curl", first))
            .instance("overlay", "localSystem = \"riscv64-linux\"", Map.of("curl", second))
            .cross(Map.of("curl", cross)),
        "curl");
  }

  /**
   * Two commits with different C libraries, which come by the standard environment: what links the
   * one is no replacement for what links the other, however alike they are.
   */
  @ParameterizedTest
  @CsvSource({"2.40, 2.40, true", "2.38, 2.40, false"})
  void whatIsLinkedWithAnotherLibcIsAnotherPackage(String one, String other, boolean same) {
    HandMade stdenv = stdenv(one, "first");
    HandMade otherStdenv = stdenv(other, "second");
    HandMade zlib = built("zlib", "1.3", BOARD).from(SOURCE).in(stdenv);
    HandMade otherZlib = built("zlib", "1.3", BOARD).from(SOURCE).in(otherStdenv);
    Story story =
        new Story(
            new ImageFolder(folder)
                .emulated(Map.of("zlib", zlib))
                .instance("later", "localSystem = \"riscv64-linux\"", Map.of("zlib", otherZlib)),
            "zlib");
    assertEquals(same, story.arePaired(zlib, otherZlib));
    assertEquals(same, story.arePaired(stdenv, otherStdenv));
  }

  /** stdenv ─ gcc-wrapper ─ glibc, as far as graphs without scripts show it. */
  private static HandMade stdenv(String libcVersion, String commit) {
    HandMade libc = built("glibc", libcVersion, BOARD).from(download("glibc.tar.xz", libcVersion));
    HandMade wrapper = named("gcc-wrapper-14.2.0", BOARD).requiring(commit).needing(libc);
    return named("stdenv-linux", BOARD).needing(wrapper);
  }

  /**
   * The small curl fetches the source of cmake, with which the large one is built. That makes it a
   * fork that is needed early, and the cross build of neither.
   */
  @Test
  void aForkWithMoreInputsIsNoLaterStage() {
    HandMade source = download("curl-8.tar.gz", "curl");
    HandMade zlib = built("zlib", "1.3", BOARD);
    HandMade small = built("curl", "8", BOARD).from(source).linking(zlib);
    HandMade cmake = built("cmake", "4", BOARD).using(small);
    HandMade large =
        built("curl", "8", BOARD)
            .from(source)
            .using(cmake)
            .linking(zlib, built("nghttp3", "1", BOARD));
    HandMade cross = crossed("curl", "8").from(source);
    Story story = inImages(large, cross);
    assertFalse(story.arePaired(large, cross));
    assertFalse(story.arePaired(small, cross));
  }

  /** Whoever compares sources by unfolding them does not see the end of this. */
  @Test
  void sourcesOfSourcesAreLookedAtOnce() {
    HandMade onBoard = download("zlib.tar.gz", "zlib");
    HandMade onDesk = onBoard;
    for (int level = 0; level < 40; level++) {
      String twice = onBoard.output("out") + " " + onBoard.output("out");
      onBoard = named("level" + level, BOARD).needing(onBoard).with("srcs", twice);
      twice = onDesk.output("out") + " " + onDesk.output("out");
      onDesk = named("level" + level, DESK).needing(onDesk).with("srcs", twice);
    }
    HandMade emulated = built("zlib", "1.3", BOARD).from(onBoard);
    HandMade cross = crossed("zlib", "1.3").from(onDesk);
    assertTrue(inImages(emulated, cross).arePaired(emulated, cross));
  }

  /** Images that need the two, so that neither is an attribute. */
  private Story inImages(HandMade emulated, HandMade cross) {
    return new Story(
        new ImageFolder(folder)
            .emulated(Map.of("image", built("image", "1", BOARD).needing(emulated)))
            .cross(Map.of("image", crossed("image", "1").needing(cross))),
        "image");
  }
}
