package dev.crossplan.planner.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.io.Resources;
import dev.crossplan.planner.history.Action;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what two versions of Nix wrote, with and without a daemon: see README.md beside it. */
class NixEndingsTest {
  private static Path file(String version, String name) {
    try {
      return Path.of(Resources.getResource("execute/nix-" + version + "/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<NixEvent> events(String version, String attribute) throws IOException {
    List<NixEvent> events = new ArrayList<>();
    try (NixLog log = new NixLog(file(version, attribute + ".jsonl"))) {
      log.read(events::add);
    }
    return events;
  }

  private static NixEnding ending(String version, String attribute) throws IOException {
    return ending(version, attribute, Action.BUILD);
  }

  private static NixEnding ending(String version, String attribute, Action action)
      throws IOException {
    int status =
        Files.readAllLines(file(version, "statuses")).stream()
            .filter(line -> line.startsWith(attribute + " "))
            .mapToInt(line -> Integer.parseInt(line.substring(attribute.length() + 1)))
            .findFirst()
            .orElseThrow();
    ImmutableList.Builder<String> errors = ImmutableList.builder();
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    for (NixEvent event : events(version, attribute)) {
      if (event instanceof NixEvent.LogLine line) {
        lines.add(line.text());
      } else if (event instanceof NixEvent.Message message && message.level() == 0) {
        errors.add(message.text());
      }
    }
    return version.endsWith("-other")
        ? NixEndings.elsewhere(status, errors.build(), lines.build())
        : NixEndings.of(action, status, errors.build(), lines.build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.8-other"})
  void whatAnotherMachineBuildsEndsAsItsOwnNixSays(String version) throws IOException {
    assertEquals(new NixEnding.Made(), ending(version, "succeeds"));
    assertEquals(
        new NixEnding.BuildFailed(
            "exit code 77: configure: error: cannot run test program while cross compiling", true),
        ending(version, "fails"));
    assertEquals(new NixEnding.BuildFailed("signal 9 (Killed)", false), ending(version, "killed"));
    for (String lasting : List.of("noBuilder", "noOutput", "mismatch")) {
      NixEnding.BuildFailed failed =
          assertInstanceOf(NixEnding.BuildFailed.class, ending(version, lasting), lasting);
      assertTrue(failed.lasting(), lasting);
    }
  }

  /** What is no word of the other Nix on the build is the machine's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "foreign | a 'mips-linux' with features {} is required to build | extra-platforms",
        "full | its build says: cc1: fatal error: a.s: No space left on device | make room",
        "refused | cannot open connection to remote store | switched off",
        "stranger | cannot open connection to remote store | switched off",
        "unknown | cannot open connection to remote store | switched off",
        "noNix | cannot open connection to remote store | switched off",
        "gone | broke off: unexpected end-of-file | switched off",
      })
  void whatAMachineFailsAtSpeaksAgainstNoPackage(String attribute, String why, String remedy)
      throws IOException {
    NixEnding.BuilderFailed failed =
        assertInstanceOf(NixEnding.BuilderFailed.class, ending("2.8-other", attribute));
    assertTrue(failed.reason().message().contains(why), failed.reason().message());
    assertTrue(failed.reason().remedy().contains(remedy), failed.reason().remedy());
  }

  @Test
  void whatIsCopiedBeginsAndEnds() throws IOException {
    List<Long> open = new ArrayList<>();
    int copied = 0;
    for (NixEvent event : events("2.8-other", "succeeds")) {
      if (event instanceof NixEvent.Copying copy) {
        open.add(copy.activity());
        copied++;
      } else if (event instanceof NixEvent.Stopped stopped) {
        open.remove(stopped.activity());
      }
    }
    assertEquals(1, copied); // its output; it needs nothing
    assertEquals(List.of(), open);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.8", "2.34", "2.8-daemon", "2.34-daemon"})
  void aBuildIsFollowedFromItsPhasesToItsEnd(String version) throws IOException {
    List<NixEvent> events =
        events(version, "succeeds").stream()
            .filter(event -> !(event instanceof NixEvent.Message))
            .filter(event -> !(event instanceof NixEvent.Stopped))
            .toList();
    NixEvent.Building building = assertInstanceOf(NixEvent.Building.class, events.get(0));
    assertTrue(building.derivation().endsWith("-succeeds.drv"), building::derivation);
    assertEquals(
        List.of(
            new NixEvent.Phase("unpackPhase"),
            new NixEvent.LogLine("one $name"),
            new NixEvent.Phase("buildPhase"),
            new NixEvent.LogLine("caf\ufffd \u001b[31mred\u001b[0m")),
        events.subList(1, events.size()));
    assertEquals(new NixEnding.Made(), ending(version, "succeeds"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.8", "2.34", "2.8-daemon", "2.34-daemon"})
  void whyABuildFailedIsToldInALine(String version) throws IOException {
    assertEquals(
        new NixEnding.BuildFailed(
            "exit code 77: configure: error: cannot run test program while cross compiling", true),
        ending(version, "fails"));
    assertEquals(
        new NixEnding.BuildFailed("timed out after 1 seconds", true), ending(version, "timeout"));
  }

  /**
   * A daemon repeats the last lines of the log in its own message. That there was no room may be
   * true, so it is not remembered.
   */
  @ParameterizedTest
  @ValueSource(strings = {"2.8", "2.34", "2.8-daemon", "2.34-daemon"})
  void whatABuildSaysIsNotTakenForWordsOfNix(String version) throws IOException {
    assertEquals(
        new NixEnding.BuildFailed("exit code 1: interrupted by the user", false),
        ending(version, "misleads"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.8", "2.34", "2.8-daemon", "2.34-daemon"})
  void aHashThatIsAnotherAndAnOutputThatIsMissingAreFaultsOfTheBuild(String version)
      throws IOException {
    NixEnding.BuildFailed hash =
        assertInstanceOf(NixEnding.BuildFailed.class, ending(version, "mismatch"));
    assertTrue(
        hash.why()
            .matches("hash mismatch in fixed-output derivation '\\S+': specified: \\S+, got: \\S+"),
        hash::why);
    NixEnding.BuildFailed output =
        assertInstanceOf(NixEnding.BuildFailed.class, ending(version, "noOutput"));
    assertTrue(output.why().contains("failed to produce output path"), output::why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.8", "2.34", "2.8-daemon", "2.34-daemon"})
  void aDownloadThatFailsIsNoFaultOfNix(String version) throws IOException {
    assertEquals(
        new NixEnding.BuildFailed("exit code 1: cannot resolve host", true),
        ending(version, "download", Action.FETCH));
  }

  @Test
  void whyABuilderCannotBeStartedIsReadAmongOtherBytes() throws IOException {
    assertEquals(
        new NixEnding.BuildFailed(
            "exit code 1: executing '/bin/there-is-none': No such file or directory", true),
        ending("2.8", "noBuilder"));
  }

  @Test
  void whereMakeWasIsNotWhyItFailed() {
    assertEquals(
        new NixEnding.BuildFailed("exit code 2: make: *** [Makefile:5: check] Error 1", true),
        NixEndings.of(
            Action.BUILD,
            100,
            ImmutableList.of("error: builder for '/nix/store/…-a.drv' failed with exit code 2"),
            ImmutableList.of(
                "make: *** [Makefile:5: check] Error 1", "make: Leaving directory '/build/a'")));
  }

  /** As gcc writes it where it may use colours. */
  @Test
  void theCodeIsShownAndNotWhereInItTheFaultIs() {
    assertEquals(
        new NixEnding.BuildFailed("exit code 1: 3 | #error \"of another machine\"", true),
        NixEndings.of(
            Action.BUILD,
            100,
            ImmutableList.of("error: builder for '/nix/store/…-a.drv' failed with exit code 1"),
            ImmutableList.of(
                "    3 | #\u001B[01;31m\u001B[Kerror\u001B[m\u001B[K \"of another machine\"",
                "      |  \u001B[01;31m\u001B[K^~~~~\u001B[m\u001B[K")));
  }

  /** The machine was short of memory, most likely: the next run may do better. */
  @ParameterizedTest
  @ValueSource(strings = {"2.8", "2.34", "2.8-daemon", "2.34-daemon"})
  void aBuildThatWasKilledIsNotRemembered(String version) throws IOException {
    assertEquals(new NixEnding.BuildFailed("signal 9 (Killed)", false), ending(version, "killed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.8", "2.34", "2.8-daemon", "2.34-daemon"})
  void aPlatformThatNixDoesNotBuildForIsNoFaultOfTheBuild(String version) throws IOException {
    NixEnding.NixFailed failed =
        assertInstanceOf(NixEnding.NixFailed.class, ending(version, "foreign"));
    assertTrue(failed.reason().remedy().orElse("").contains("trusted-users"));
  }

  @Test
  void aFullDiskIsNoFaultOfTheBuildWhateverTheStatus() {
    NixEnding ending =
        NixEndings.of(
            Action.BUILD,
            100,
            ImmutableList.of(
                "error: builder for '/nix/store/…-a.drv' failed with exit code 1\n"
                    + "note: build failure may have been caused by lack of free disk space"),
            ImmutableList.of());
    NixEnding.NixFailed failed = assertInstanceOf(NixEnding.NixFailed.class, ending);
    assertTrue(failed.reason().remedy().orElse("").contains("make room"));
  }

  /** It may succeed when there is room. */
  @Test
  void aBuildWithoutRoomIsNotRemembered() {
    assertEquals(
        new NixEnding.BuildFailed(
            "exit code 1: cc1: fatal error: a.s: No space left on device", false),
        NixEndings.of(
            Action.BUILD,
            100,
            ImmutableList.of("error: builder for '/nix/store/…-a.drv' failed with exit code 1"),
            ImmutableList.of("cc1: fatal error: a.s: No space left on device")));
  }

  @Test
  void whoSaysThatThereIsNoRoomIsTold() {
    ImmutableList<String> failed =
        ImmutableList.of("error: builder for '/nix/store/…-a.drv' failed with exit code 1");
    assertEquals(
        Optional.of("its build says: cc1: fatal error: a.s: No space left on device"),
        NixEndings.lackOfRoom(
            100,
            failed,
            ImmutableList.of(
                "cc1: fatal error: a.s: No space left on device", "make: *** Error 1")));
    assertEquals(
        Optional.of("Nix says: creating directory '/nix/a': Disk quota exceeded"),
        NixEndings.lackOfRoom(
            1,
            ImmutableList.of("error: creating directory '/nix/a': Disk quota exceeded"),
            ImmutableList.of()));
    assertEquals(
        Optional.of("Nix says: writing to file: No space left on device"),
        NixEndings.lackOfRoom(
            1,
            ImmutableList.of("error: writing to file: No space left on device", failed.get(0)),
            ImmutableList.of()));
    assertEquals(
        Optional.of("Nix says: build failure may have been caused by lack of free disk space"),
        NixEndings.lackOfRoom(
            100,
            ImmutableList.of(
                failed.get(0)
                    + "\n       note: build failure may have been caused by lack of free disk space"),
            ImmutableList.of("make: *** Error 1")));
    assertEquals(
        Optional.empty(),
        NixEndings.lackOfRoom(100, failed, ImmutableList.of("make: *** Error 1")));
    assertEquals(
        Optional.empty(),
        NixEndings.lackOfRoom(
            0, ImmutableList.of(), ImmutableList.of("write error: No space left on device")));
  }

  /** What Nix 2.8.0 says when a build writes {@code @nix []}. */
  @Test
  void aBuildAtWhoseWordsNixEndsHasFailed() {
    String said =
        "\u001b[31;1merror:\u001b[0m [json.exception.type_error.305] cannot use operator[] with a"
            + " string argument with array";
    NixEnding.BuildFailed failed =
        assertInstanceOf(
            NixEnding.BuildFailed.class,
            NixEndings.of(Action.BUILD, 1, ImmutableList.of(said), ImmutableList.of()));
    assertTrue(failed.why().contains("starts with @nix"), failed.why());
    assertTrue(failed.lasting());
  }

  @Test
  void whatNoCacheGivesIsBuiltInstead() throws IOException {
    NixEnding ending =
        NixEndings.of(
            Action.SUBSTITUTE,
            1,
            ImmutableList.of("error: path '/nix/store/…-a' does not exist and cannot be created"),
            ImmutableList.of());
    assertEquals(
        new NixEnding.BuildFailed(
            "no cache gives it: path '/nix/store/…-a' does not exist and cannot be created", false),
        ending);
  }

  @Test
  void ctrlCReachesNixFirst() {
    assertEquals(
        new NixEnding.Interrupted(),
        NixEndings.of(
            Action.BUILD,
            1,
            ImmutableList.of("error: interrupted by the user"),
            ImmutableList.of()));
    assertEquals(
        new NixEnding.Interrupted(),
        NixEndings.of(Action.BUILD, 130, ImmutableList.of(), ImmutableList.of()));
  }

  @Test
  void whoKillsNixSaysNothingOfTheBuild() {
    NixEnding.NixFailed killed =
        assertInstanceOf(
            NixEnding.NixFailed.class,
            NixEndings.of(Action.BUILD, 137, ImmutableList.of(), ImmutableList.of("cc -c a.c")));
    assertEquals("Nix was killed by signal 9", killed.reason().getMessage());
    assertTrue(killed.reason().remedy().orElse("").startsWith("Maybe memory is short"));
  }

  /** By the shell of a build, too, whose last program was killed. */
  @ParameterizedTest
  @ValueSource(strings = {"signal 9 (Killed)", "exit code 137"})
  void aBuilderThatIsKilledMayBuildAtAnotherTime(String how) {
    NixEnding.BuildFailed failed =
        assertInstanceOf(
            NixEnding.BuildFailed.class,
            NixEndings.of(
                Action.BUILD,
                100,
                ImmutableList.of(
                    "error: builder for '/nix/store/…-a.drv' failed "
                        + (how.startsWith("signal") ? "due to " : "with ")
                        + how),
                ImmutableList.of("cc -c a.c")));
    assertEquals(how + ": cc -c a.c", failed.why());
    assertFalse(failed.lasting());
    assertTrue(NixEndings.wasKilled(failed.why()));
  }

  @Test
  void aLineThatIsCutOffOrNoneOfNixIsToldAsItIs() {
    assertEquals(
        new NixEvent.Message(3, "@nix {\"action\":\"sta"),
        NixLog.parse("@nix {\"action\":\"sta").orElseThrow());
    assertEquals(new NixEvent.Message(3, "Killed"), NixLog.parse("Killed").orElseThrow());
    assertTrue(NixLog.parse("@nix {\"action\":\"start\",\"type\":9999}").isEmpty());
  }
}
