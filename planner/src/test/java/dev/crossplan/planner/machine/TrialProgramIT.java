package dev.crossplan.planner.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.planner.machine.TrialProgram.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the programs that crossplan carries, and makes them again from their source. */
class TrialProgramIT {
  private static final String MADE_WITH = "12.2.0";

  private final Path folder;

  TrialProgramIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"riscv64", "x86_64"})
  void isWhatItsSourceCompilesTo(String cpu) throws Exception {
    String compiler = cpu + "-linux-gnu-gcc";
    String version;
    try {
      version = run(Map.of(), compiler, "-dumpfullversion").strip();
    } catch (IOException e) {
      throw new IllegalStateException(
          "this test needs " + compiler + ": apt-get install gcc gcc-riscv64-linux-gnu (Debian 12)",
          e);
    }
    run(Map.of(), "src/main/trial/make", folder.toString());
    Path made = folder.resolve("trial-" + cpu + "-linux");
    Path carried = TrialProgram.write(cpu + "-linux", folder.resolve("carried"));
    assertEquals(run(Map.of(), carried.toString()), run(Map.of(), made.toString()));
    assumeTrue(
        version.equals(MADE_WITH),
        "gcc " + MADE_WITH + " made what is carried, this is another, whose bytes may differ");
    assertArrayEquals(Files.readAllBytes(carried), Files.readAllBytes(made));
  }

  @ParameterizedTest
  @ValueSource(strings = {"riscv64", "x86_64"})
  void printsAndWritesItsReport(String cpu) throws Exception {
    Path program = TrialProgram.write(cpu + "-linux", folder.resolve("program"));
    Path out = folder.resolve("out");
    String said = run(Map.of("out", out.toString()), program.toString());
    assertEquals(cpu, Report.parse(said.strip()).orElseThrow().machine());
    assertEquals(said, Files.readString(out));
  }

  @Test
  void failsWhereItCannotWrite() throws Exception {
    Path program = TrialProgram.write("riscv64-linux", folder.resolve("program"));
    Process process = start(Map.of("out", "/no-such-folder/out"), program.toString());
    process.getInputStream().readAllBytes();
    assertEquals(1, process.waitFor());
  }

  private static String run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Process process = start(environment, command);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor() == 0, said);
    return said;
  }

  private static Process start(Map<String, String> environment, String... command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command))
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().putAll(new TreeMap<>(environment));
    return builder.start();
  }
}
