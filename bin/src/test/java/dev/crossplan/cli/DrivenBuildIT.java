package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.fixtures.remote.BuilderRoot;
import dev.crossplan.fixtures.remote.ContainerBuilder;
import dev.crossplan.fixtures.remote.RemoteBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Builds on two machines that are lost in all the ways in which machines are. The image has to be
 * what it is on machines that nothing happens to, and nothing is built twice but what was under
 * way.
 */
@Tag("real")
class DrivenBuildIT {
  /** What only the board can build takes long enough for something to happen meanwhile. */
  private static final String SLOW_CURL =
      """
      curl = prev.package {
        pname = "curl";
        libraries = [ final.openssl final.zlib ];
        script = "[ $system = riscv64-linux ] && sleep 12";
      };
      """;

  /** The same, which takes until a file is there. */
  private static final String WAITING_CURL =
      SLOW_CURL.replace("sleep 12", "while ! [ -e /crossplan/go ]; do sleep 0.2; done");

  private static final String IMAGE =
      """
      git-riscv64-unknown-linux-gnu-1
        curl-1
          openssl-riscv64-unknown-linux-gnu-1
            zlib-riscv64-unknown-linux-gnu-1
          zlib-riscv64-unknown-linux-gnu-1
      """;

  private final Path own;
  private final BuildFolder folder;
  private RemoteBuilders machines;
  private RemoteBuilder desk;
  private RemoteBuilder board;

  DrivenBuildIT(@TempDir Path folder) throws IOException {
    this.own = folder;
    this.folder = new BuildFolder(folder);
  }

  @BeforeEach
  void start() throws Exception {
    machines = RemoteBuilders.in(own, own.resolve("nix"));
    desk = machines.start(BuilderRoot.X86_64, 64);
    board = machines.start(BuilderRoot.RISCV64, 64);
  }

  @AfterEach
  void end() throws IOException {
    if (machines != null) {
      machines.close();
    }
    folder.nix().allowDeletion();
  }

  /** Cross-compiled on the desk, but for curl, which only the board may build. */
  private Path manifest() throws IOException {
    return manifest(SLOW_CURL);
  }

  private Path manifest(String curl) throws IOException {
    return folder
        .overlay(curl)
        .withBuilders(desk.table("desk") + "speed = 9\n" + board.table("board"))
        .with("[[constraint]]\npackage = \"curl\"\ncross = \"broken\"\n")
        .manifest("board", "git");
  }

  private enum Fault {
    POWER("broke off|has hung up"),
    STALL("has not answered for 10 s"),
    NETWORK("has not answered for 10 s"),
    DISK("No space left|lack of free disk space");

    private final String why;

    Fault(String why) {
      this.why = why;
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void theImageIsTheSameThoughTheOnlyMachineThatCanIsLost(Fault fault) throws Exception {
    BuildFolder.Run run = folder.start(manifest(), "--builder-timeout", "10s");
    awaitUnderWay(run);
    switch (fault) {
      case POWER -> board.powerOff();
      case STALL -> board.freeze();
      case NETWORK -> board.cutOff();
      case DISK -> board.fillDisk();
    }
    run.awaitSaid("lost builder board, it ", 60);
    assertTrue(
        run.said().matches("(?s).*lost builder board, it [^\n]*(" + fault.why + ").*"), run.said());
    switch (fault) {
      case POWER -> board.powerOn();
      case STALL -> board.thaw();
      case NETWORK -> board.reconnect();
      case DISK -> board.freeDisk();
    }
    assertEquals(ExitStatus.DONE, run.await(), run.said());
    assertEquals(IMAGE, Files.readString(folder.result()));
    assertTrue(run.said().contains("interrupted curl"), run.said());
    assertTrue(run.said().contains("back board, it is used again"), run.said());
    assertBuiltOnceBut("curl-1.drv");
  }

  /** What it was at is done when the next run begins, or is done again then. */
  @Test
  void theNextRunGoesOnWhereThisMachineWasEnded() throws Exception {
    BuildFolder.Run run = folder.start(manifest());
    awaitUnderWay(run);
    run.process().destroyForcibly().waitFor();
    BuildFolder.Run next = folder.run(manifest());
    assertEquals(ExitStatus.DONE, next.await(), next.said());
    assertEquals(IMAGE, Files.readString(folder.result()));
    assertBuiltOnceBut("curl-1.drv");
  }

  /** The desk can emulate it. */
  @Test
  void othersBuildTheSameDerivationWhereTheyCan() throws Exception {
    Path manifest =
        folder
            .overlay(SLOW_CURL)
            .withBuilders(
                desk.table("desk")
                    + "speed = 9\nemulates = [\"riscv64-linux\"]\n"
                    + board.table("board"))
            .with("[[constraint]]\npackage = \"curl\"\ncross = \"broken\"\n")
            .manifest("board", "git");
    BuildFolder.Run run = folder.start(manifest);
    awaitUnderWay(run);
    board.powerOff();
    assertEquals(ExitStatus.DONE, run.await(), run.said());
    assertEquals(IMAGE, Files.readString(folder.result()));
    assertTrue(run.said().contains("built curl 1, emulated on desk"), run.said());
    assertBuiltOnceBut("curl-1.drv");
  }

  /** Its libraries come from the desk, though nothing of this machine's store was sent there. */
  @Test
  void buildersFetchFromOneAnother() throws Exception {
    assumeTrue(ContainerBuilder.isPossible(), "namespaces have no way to one another");
    board.introduce(desk);
    BuildFolder.Run run = folder.start(manifest(WAITING_CURL));
    String visit = "Accepted publickey for root from " + board.address();
    for (int seconds = 0; seconds < 120 && !desk.log().contains(visit); seconds++) {
      TimeUnit.SECONDS.sleep(1);
    }
    assertTrue(desk.log().contains(visit), run.said());
    board.execute("touch", "/crossplan/go");
    assertEquals(ExitStatus.DONE, run.await(), run.said());
    assertEquals(IMAGE, Files.readString(folder.result()));
  }

  @Test
  void aMachineThatIsNotTheOneThatIsMeantIsToldAndNotUsed() throws Exception {
    String wrong = board.table("board").replace(board.hostKey(), desk.hostKey());
    folder.withBuilders(desk.table("desk") + "speed = 9\n" + wrong);
    BuildFolder.Run run = folder.run(folder.manifest("board", "git"));
    assertEquals(ExitStatus.DONE, run.await(), run.said());
    assertTrue(
        run.said()
            .contains(
                "lost builder board, it shows another host key than the one that is written down for"
                    + " it; it is not used any more"),
        run.said());
    assertEquals(
        0, board.execute("sh", "-c", "ls " + own + "/nix/store 2>/dev/null || true").length());
  }

  /** Waits until the board has what it needs and is at the build, most likely. */
  private static void awaitUnderWay(BuildFolder.Run run) throws Exception {
    run.awaitSaid(Pattern.compile("started curl 1, (native|emulated) on board"));
    TimeUnit.SECONDS.sleep(3);
  }

  /** The desk is given up at once, and all waits for the board. */
  @Test
  void waitingForTheLastMachineIsNotPlanningAgainAndAgain() throws Exception {
    String wrong = desk.table("desk").replace(desk.hostKey(), board.hostKey());
    folder.overlay(SLOW_CURL).withBuilders(wrong + "speed = 9\n" + board.table("board"));
    BuildFolder.Run run = folder.start(folder.manifest("board", "git"), "--builder-timeout", "10s");
    awaitUnderWay(run);
    board.cutOff();
    run.awaitSaid("lost builder board, it has not answered for 10 s", 60);
    TimeUnit.SECONDS.sleep(10);
    board.reconnect();
    assertEquals(ExitStatus.DONE, run.await(), run.said());
    assertTrue(
        run.said().lines().filter(line -> line.contains(" planned ")).count() <= 4, run.said());
  }

  private void assertBuiltOnceBut(String lost) throws IOException {
    List<String> built = folder.built();
    Set<String> twice =
        new HashSet<>(built)
            .stream()
                .filter(name -> Collections.frequency(built, name) > 1)
                .collect(Collectors.toSet());
    twice.remove(lost);
    assertEquals(Set.of(), twice, built::toString);
    assertFalse(built.isEmpty());
  }
}
