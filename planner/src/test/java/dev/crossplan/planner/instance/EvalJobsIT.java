package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.fixtures.CountedProgram;
import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Evaluations by the real nix-eval-jobs, which no Debian has: {@code CROSSPLAN_EVAL_JOBS} names the
 * program, else it is looked for on the {@code PATH}.
 */
class EvalJobsIT {
  private final Path folder;
  private final PrivateNix nix;
  private final Map<String, String> environment = new TreeMap<>();
  private CountedProgram jobs;

  EvalJobsIT(@TempDir Path folder) {
    this.folder = folder;
    this.nix = PrivateNix.elsewhere(folder.resolve("nix"));
  }

  private static Optional<Path> installed() {
    String named = System.getenv("CROSSPLAN_EVAL_JOBS");
    return named != null
        ? Optional.of(Path.of(named))
        : Arrays.stream(System.getenv("PATH").split(":", -1))
            .map(path -> Path.of(path, "nix-eval-jobs"))
            .filter(Files::isExecutable)
            .findFirst();
  }

  /** A nix-eval-jobs that notes each run. */
  @BeforeEach
  void findProgram() throws IOException {
    Optional<Path> real = installed();
    assumeTrue(
        real.isPresent(),
        "nix-eval-jobs is missing, which no Debian has: nix profile install nixpkgs#nix-eval-jobs,"
            + " or name the program in CROSSPLAN_EVAL_JOBS");
    assertTrue(
        Files.isExecutable(real.get()), "CROSSPLAN_EVAL_JOBS names no program: " + real.get());
    jobs = CountedProgram.of(folder.resolve("programs"), "nix-eval-jobs", real.get());
    environment.putAll(nix.environment());
    environment.put("PATH", jobs.path());
  }

  @AfterEach
  void allowDeletion() throws IOException {
    nix.allowDeletion();
  }

  private DerivationGraph read(Map<String, String> variables, String image, String more)
      throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("crossplan.toml"),
            """
            image = [%s]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "cross"
            localSystem = "x86_64-linux"
            crossSystem = { config = "riscv64-unknown-linux-gnu" }
            nixpkgs = "%s"
            %s
            """
                .formatted(image, Fixtures.nixpkgs(), more));
    return InstanceReader.read(
        ManifestReader.read(file), Progress.NONE, new NixProgram(ImmutableMap.copyOf(variables)));
  }

  private int runs() throws IOException {
    return jobs.runs().size();
  }

  /** systemd throws, helo is not there, lib is no derivation. */
  @Test
  void itGivesWhatNixInstantiateGives() throws IOException {
    String image = "\"zlib\", \"git\", \"systemd\", \"helo\", \"lib\"";
    DerivationGraph evaluated = read(environment, image, "");
    int runs = runs();
    assertTrue(runs > 0);
    assertTrue(evaluated.evaluationCost(0).orElseThrow().seconds() > 0);
    DerivationGraph plain = read(nix.environment(), image, "");
    assertEquals(runs, runs());
    assertEquals(plain.size(), evaluated.size());
    assertEquals(plain.attributes(0), evaluated.attributes(0));
    assertEquals(plain.failures(0), evaluated.failures(0));

    read(environment, image, "");
    assertEquals(runs, runs(), "what did not change is not evaluated again");
  }

  @Test
  void itIsToldHowMuchMemoryThereIs() throws IOException {
    read(environment, "\"zlib\"", "[evaluation]\nmemory = 2048\n");
    String run = jobs.runs().toString();
    assertTrue(run.contains("--workers 1 --max-memory-size 2048 "), run);
  }
}
