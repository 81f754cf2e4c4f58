package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.DESK;
import static dev.crossplan.fixtures.HandMade.TRIPLE;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.crossed;
import static dev.crossplan.fixtures.HandMade.download;
import static dev.crossplan.fixtures.HandMade.named;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code system} tells where a derivation is built; these tell where its outputs run. */
class HostPlatformReaderTest {
  private final Path folder;

  HostPlatformReaderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void withoutCrossSystemItIsWhereItIsBuilt() {
    HandMade hello = built("hello", "2.12", BOARD);
    assertEquals(
        Optional.of(BOARD),
        new Story(new ImageFolder(folder).emulated(Map.of("hello", hello)), "hello").host(hello));
  }

  @Test
  void theHostFlagOfConfigureTells() {
    assertEquals(Optional.of(BOARD), hostInCross(crossed("hello", "2.12").renamed("hello-2.12")));
  }

  @Test
  void theProcessorOfCMakeTells() {
    assertEquals(
        Optional.of(BOARD),
        hostInCross(
            built("hello", "2.12", DESK)
                .withList(
                    "cmakeFlags",
                    "-DCMAKE_SYSTEM_NAME=Linux",
                    "-DCMAKE_SYSTEM_PROCESSOR=riscv64")));
  }

  @Test
  void flagsInStructuredAttributesTellAsWell() {
    assertEquals(
        Optional.of(BOARD),
        hostInCross(crossed("hello", "2.12").renamed("hello-2.12").withStructuredAttributes()));
  }

  @Test
  void aFlagOfTheDeskSaysThatItIsATool() {
    assertEquals(
        Optional.of(DESK),
        hostInCross(
            built("hello", "2.12", DESK)
                .withList(
                    "configureFlags",
                    "--build=x86_64-unknown-linux-gnu",
                    "--host=x86_64-unknown-linux-gnu")));
  }

  @Test
  void theTripleAsPrefixIsAToolThatRunsOnTheDesk() {
    assertEquals(Optional.of(DESK), hostInCross(named(TRIPLE + "-binutils-2.43", DESK)));
  }

  @Test
  void theTripleAfterTheNameIsForTheBoard() {
    assertEquals(Optional.of(BOARD), hostInCross(named("linux-headers-" + TRIPLE + "-6.12", DESK)));
    assertEquals(Optional.of(BOARD), hostInCross(named("some-hook-" + TRIPLE, DESK)));
  }

  /** A longer triple that starts with ours is another one. */
  @Test
  void aTripleEndsWhereItEnds() {
    assertEquals(Optional.empty(), hostInCross(named("some-hook-" + TRIPLE + "x-1.0", DESK)));
  }

  @Test
  void aTopLevelAttributeOfACrossInstanceIsForTheBoard() {
    HandMade wrapper = named("gcc-wrapper-14.2.0", DESK);
    assertEquals(
        Optional.of(BOARD),
        new Story(new ImageFolder(folder).cross(Map.of("gcc", wrapper)), "gcc").host(wrapper));
  }

  @Test
  void anAttributeOfTheDesksPackagesIsNot() {
    HandMade wrapper = named("gcc-wrapper-14.2.0", DESK);
    HandMade image = crossed("image", "1").needing(wrapper);
    assertEquals(
        Optional.empty(),
        new Story(
                new ImageFolder(folder).cross(Map.of("buildPackages.gcc", wrapper, "image", image)),
                "image")
            .host(wrapper));
  }

  /**
   *
   *
   * <pre>
   * stdenv <- hello (--host)
   *        <- files (says nothing)
   * </pre>
   */
  @Test
  void whatSaysNothingIsForWhatItsStandardEnvironmentBuildsFor() {
    HandMade stdenv = named("stdenv-linux", DESK);
    HandMade files = named("files-1.0", DESK).in(stdenv);
    HandMade hello = crossed("hello", "2.12").in(stdenv).using(files);
    assertEquals(
        Optional.of(BOARD),
        new Story(new ImageFolder(folder).cross(Map.of("hello", hello)), "hello").host(files));
  }

  /** A stdenv that builds for both platforms tells nothing; the libraries that it links do. */
  @Test
  void elseItIsForWhatItsLibrariesAreFor() {
    HandMade zlib = crossed("zlib", "1.3");
    HandMade files = named("files-1.0", DESK).linking(zlib);
    HandMade hello = crossed("hello", "2.12").needing(files);
    assertEquals(
        Optional.of(BOARD),
        new Story(new ImageFolder(folder).cross(Map.of("hello", hello)), "hello").host(files));
  }

  @Test
  void whatNothingTellsIsUnknown() {
    assertEquals(Optional.empty(), hostInCross(named("files-1.0", DESK)));
  }

  @Test
  void aDownloadHasNoPlatform() {
    assertEquals(
        Optional.empty(), hostInCross(download("hello-" + TRIPLE + "-2.12.tar.gz", "hello")));
  }

  /**
   * The same derivation, evaluated by an instance of the desk's own packages too, is for the desk.
   */
  @Test
  void whatTheDeskHasItselfIsForTheDesk() {
    HandMade wrapper = named("gcc-wrapper-14.2.0", DESK);
    HandMade hello = crossed("hello", "2.12").using(wrapper);
    Story story =
        new Story(
            new ImageFolder(folder).cross(Map.of("hello", hello)).desk(Map.of("gcc", wrapper)),
            "hello");
    assertEquals(Optional.of(DESK), story.host(wrapper));
  }

  /**
   * The platform of {@code derivation} where a cross instance needs it, though not as an attribute.
   */
  private Optional<String> hostInCross(HandMade derivation) {
    HandMade image = crossed("image", "1").needing(derivation);
    return new Story(new ImageFolder(folder).cross(Map.of("image", image)), "image")
        .host(derivation);
  }
}
