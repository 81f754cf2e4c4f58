package dev.crossplan.planner.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTimeTest {
  private static Process shell(String script) throws IOException {
    return new ProcessBuilder("sh", "-c", script).start();
  }

  private static ProcessTime watch(Process process) throws InterruptedException {
    ProcessTime time = new ProcessTime(process.toHandle());
    while (process.isAlive()) {
      time.look();
      Thread.sleep(10);
    }
    return time;
  }

  @Test
  void aBuildWaitsWhereOthersWantTheSameCpus() throws Exception {
    List<Process> others = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * Runtime.getRuntime().availableProcessors(); i++) {
        others.add(shell("while :; do :; done"));
      }
      ProcessTime time =
          watch(shell("sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done'; true"));
      double waited = time.waitedSeconds().orElseThrow();
      assertTrue(waited > time.seconds().orElseThrow(), () -> waited + " s of " + time.seconds());
    } finally {
      others.forEach(Process::destroyForcibly);
    }
  }

  /** The thread that starts others sleeps, and waits for no CPU. */
  @Test
  void allThreadsOfAProcessCount(@TempDir Path folder) throws Exception {
    Path source =
        Files.writeString(
            folder.resolve("Spin.java"),
            """
            public class Spin {
              public static void main(String[] arguments) throws Exception {
                Thread[] threads = new Thread[4 * Runtime.getRuntime().availableProcessors()];
                for (int i = 0; i < threads.length; i++) {
                  threads[i] = new Thread(() -> {
                    long end = System.nanoTime() + 2_000_000_000L;
                    while (System.nanoTime() < end) {}
                  });
                  threads[i].start();
                }
                for (Thread thread : threads) {
                  thread.join();
                }
              }
            }
            """);
    String java = ProcessHandle.current().info().command().orElseThrow();
    ProcessTime time =
        watch(
            new ProcessBuilder("sh", "-c", "\"$0\" \"$1\"; true", java, source.toString()).start());
    double waited = time.waitedSeconds().orElseThrow();
    assertTrue(waited > time.seconds().orElseThrow(), () -> waited + " s of " + time.seconds());
  }

  @Test
  void nothingIsKnownOfWhatADaemonBuilds() throws Exception {
    ProcessTime time = watch(shell("exec sleep 0.1"));
    assertEquals(OptionalDouble.empty(), time.seconds());
    assertEquals(OptionalDouble.empty(), time.waitedSeconds());
  }
}
