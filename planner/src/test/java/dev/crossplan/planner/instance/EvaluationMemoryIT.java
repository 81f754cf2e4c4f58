package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.fixtures.CountedProgram;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations that are large and grow at the same time, as fast as Nix can. */
class EvaluationMemoryIT {
  private static final long MIB = 1 << 20;
  private static final long PAGE = 4096;
  private static final int LOOK_MILLISECONDS = 3;

  /** One evaluation fits, two do not. */
  private static final long LIMIT = 480;

  /** What each is expected to take, so that two begin. */
  private static final long EXPECTED = 20 * MIB;

  private final Path folder;
  private final PrivateNix nix;
  private volatile boolean isOver;
  private long most;
  private int mostAtOnce;

  EvaluationMemoryIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.nix = PrivateNix.elsewhere(folder);
  }

  @AfterEach
  void allowDeletion() throws IOException {
    nix.allowDeletion();
  }

  /** What all programs of Nix that this process has started have in memory, as Linux tells it. */
  private void look() {
    while (!isOver) {
      long pages = 0;
      int count = 0;
      for (ProcessHandle each : ProcessHandle.current().descendants().toList()) {
        if (!each.info().command().orElse("").contains("/nix")) { // a Java that is to become one
          continue;
        }
        try {
          pages += Long.parseLong(Files.readString(statm(each)).split(" ", -1)[1]);
          count++;
        } catch (IOException | IndexOutOfBoundsException e) {
          // it has ended
        }
      }
      most = Math.max(most, pages * PAGE);
      mostAtOnce = Math.max(mostAtOnce, count);
      try {
        Thread.sleep(LOOK_MILLISECONDS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static Path statm(ProcessHandle process) {
    return Path.of("/proc", Long.toString(process.pid()), "statm");
  }

  @Test
  void togetherTheyStayWithinTheLimit() throws Exception {
    Files.writeString(
        folder.resolve("set.nix"),
        """
        { localSystem, ... }:
        let
          # About 160 bytes for each.
          large = count:
            let numbers = builtins.genList (number: number + 1) count;
            in builtins.deepSeq numbers (builtins.foldl' (sum: number: sum + number) 0 numbers);
        in
        {
          hello = derivation {
            name = "hello";
            inherit (localSystem) system;
            builder = "/bin/sh";
            sum = large 1300000;
          };
        }
        """);
    StringBuilder text =
        new StringBuilder("image = [\"hello\"]\ntarget = { system = \"riscv64-linux\" }\n");
    text.append("[evaluation]\nmemory = ").append(LIMIT).append("\ncache = false\n");
    for (String system : new String[] {"riscv64", "x86_64"}) {
      text.append("[[instance]]\nname = \"")
          .append(system)
          .append("\"\nnixpkgs = \"./set.nix\"\nlocalSystem = \"")
          .append(system)
          .append("-linux\"\n");
    }
    Path manifest = Files.writeString(folder.resolve("crossplan.toml"), text);
    CountedProgram runs = CountedProgram.of(folder.resolve("programs"), "nix-instantiate");
    TreeMap<String, String> environment = new TreeMap<>(nix.environment());
    environment.put("PATH", runs.path());
    Manifest read = ManifestReader.read(manifest);
    EvaluationSlots slots = InstanceReader.slots(read);
    EvaluationSlots.Slot small = slots.slot(1);
    slots.acquire(small);
    slots.mayGoOn(small, new ProcessMemory(EXPECTED, EXPECTED), System.nanoTime());
    slots.ended(small);
    CompletableFuture<Void> looking = CompletableFuture.runAsync(this::look);
    DerivationGraph graph;
    try {
      graph =
          InstanceReader.read(
              read, Progress.NONE, new NixProgram(ImmutableMap.copyOf(environment)), slots);
    } finally {
      isOver = true;
      looking.join();
    }
    for (int i = 0; i < graph.instances().size(); i++) {
      assertEquals(1, graph.attributes(i).size());
      long peak = graph.evaluationCost(i).orElseThrow().peakBytes().getAsLong();
      assertTrue(peak > LIMIT / 2 * MIB && peak < LIMIT * MIB, peak / MIB + " MiB");
      assertTrue(graph.evaluationCost(i).orElseThrow().seconds() > 0, "seconds");
    }
    assertTrue(most <= LIMIT * MIB, most / MIB + " MiB together");
    assertTrue(mostAtOnce > 1, "never two at the same time");
    assertTrue(runs.runs().size() > graph.instances().size(), "none had to begin anew");
  }
}
