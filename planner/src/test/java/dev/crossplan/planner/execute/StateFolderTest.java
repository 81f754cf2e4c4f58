package dev.crossplan.planner.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.StateHome;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Machines;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.CostSettings;
import dev.crossplan.planner.instance.Manifest.EvaluationSettings;
import dev.crossplan.planner.instance.Manifest.NativeTools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Manifest.Target;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateFolderTest {
  private static final Instant NIGHT = Instant.parse("2026-11-27T23:57:12Z");

  private final Path folder;

  StateFolderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private StateFolder state(String name) throws IOException {
    Path file = folder.resolve("crossplan.toml");
    Files.writeString(file, "");
    Manifest manifest =
        new Manifest(
            file,
            name,
            ImmutableList.of("git"),
            new Target("riscv64-linux", Optional.empty()),
            ImmutableList.of(),
            Machines.UNSAID,
            ImmutableList.of(),
            CostSettings.DEFAULT,
            ImmutableList.of(),
            NativeTools.NONE,
            EvaluationSettings.DEFAULT);
    return StateFolder.of(folder.resolve("state"), manifest);
  }

  @Test
  void itIsWhereTheXdgSpecificationSays() {
    assertEquals(
        Path.of("/home/ann/.local/state/crossplan"),
        StateHome.of(ImmutableMap.of("HOME", "/home/ann")));
    assertEquals(
        Path.of("/var/state/crossplan"),
        StateHome.of(ImmutableMap.of("HOME", "/home/ann", "XDG_STATE_HOME", "/var/state")));
  }

  @Test
  void aNameOfAManifestLeadsNowhereElse() throws IOException {
    Path hostile = state("../../etc/\u001b[31m x").path();
    assertTrue(hostile.startsWith(folder.resolve("state").resolve("builds")), hostile::toString);
    assertTrue(
        String.valueOf(hostile.getFileName()).startsWith(".._.._etc___31m_x-"), hostile::toString);
  }

  @Test
  void theSecondWhoComesIsTold() throws IOException {
    FileChannel first = state("git").lock();
    BuildException refused = assertThrows(BuildException.class, () -> state("git").lock());
    assertEquals(
        folder.resolve("crossplan.toml") + ": another crossplan is building it",
        refused.getMessage());
    StateFolder.unlock(first);
    StateFolder.unlock(state("git").lock());
  }

  @Test
  void stepsAreReadAsTheyWereKept() throws IOException {
    StorePath curl = StorePath.parse("/nix/store/00000000000000000000000000000000-curl-8.drv");
    StorePath out = StorePath.parse("/nix/store/11111111111111111111111111111111-curl-8");
    StorePath dev = StorePath.parse("/nix/store/11111111111111111111111111111111-curl-8-dev");
    StorePath other = StorePath.parse("/nix/store/22222222222222222222222222222222-curl-8.drv");
    ImmutableList<PlannedStep> steps =
        ImmutableList.of(
            new PlannedStep(
                new Attempt(curl, Action.FETCH, Optional.empty()),
                ImmutableList.of(curl),
                ImmutableMap.of(),
                ImmutableMap.of("out", out),
                ImmutableSet.of(out)),
            new PlannedStep(
                Attempt.build(curl, Strategy.EMULATED).with(Tools.NATIVE_COMPILER),
                ImmutableList.of(curl, other),
                ImmutableMap.of(other, curl),
                ImmutableMap.of("out", out, "dev", dev),
                ImmutableSet.of(dev)));
    assertEquals(ImmutableList.of(), state("git").lastSteps());
    state("git").keepSteps(steps);
    assertEquals(steps, state("git").lastSteps());
    String written = Files.readString(state("git").path().resolve("plan.jsonl"));
    assertTrue(written.contains("\"toolSet\":\"native-compiler\""), written);
    assertEquals("out", state("git").lastSteps().get(1).meant());
  }

  @ParameterizedTest
  @CsvSource({
    "native, NATIVE",
    "native-compiler, NATIVE_COMPILER",
    "NATIVE_COMPILER, NATIVE_COMPILER" // as an older crossplan wrote it
  })
  void toolsAreReadByTheirWord(String written, Tools tools) throws IOException {
    String curl = "/nix/store/00000000000000000000000000000000-curl-8.drv";
    Files.writeString(
        state("git").path().resolve("plan.jsonl"),
        String.format("{\"derivation\":\"%s\",\"toolSet\":\"%s\"}%n", curl, written));
    assertEquals(tools, state("git").lastSteps().get(0).attempt().tools());
  }

  @Test
  void aDamagedFileOfStepsIsReported() throws IOException {
    Path file = state("git").path().resolve("plan.jsonl");
    Files.writeString(file, "{\"derivation\":\"/nix/sto");
    InputException refused = assertThrows(InputException.class, () -> state("git").lastSteps());
    assertEquals(file + ": is damaged", refused.getMessage());
  }

  @Test
  void runsOfTheSameSecondAreApartAndTheOldestAreForgotten() throws IOException {
    StateFolder state = state("git");
    RunFolder first = state.newRun(NIGHT);
    assertEquals("20261127T235712Z", String.valueOf(first.path().getFileName()));
    assertEquals("20261127T235712Z-2", String.valueOf(state.newRun(NIGHT).path().getFileName()));
    for (int day = 1; day < 20; day++) {
      state.newRun(NIGHT.plusSeconds(86_400L * day));
    }
    assertEquals(20, state.runs().size());
    assertTrue(Files.notExists(first.path()));
  }

  /** Nix may have written on after crossplan was killed. */
  @Test
  void whatNixSaidIsJoinedAgainAsOftenAsAsked() throws IOException {
    RunFolder run = state("git").newRun(NIGHT);
    Files.writeString(run.nixLog(2, "curl"), "third\n");
    Files.writeString(run.nixLog(1, "zlib"), "first\n");
    run.joinNixLogs();
    Files.writeString(run.nixLog(1, "zlib"), "first\nsecond\n");
    run.joinNixLogs();
    assertEquals(
        List.of("first", "second", "third"), Files.readAllLines(run.path().resolve("nix.jsonl")));
  }
}
