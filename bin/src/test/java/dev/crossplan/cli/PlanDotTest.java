package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written in the boxes of a plan as a graph. */
class PlanDotTest {
  @ParameterizedTest
  @CsvSource({
    "none, emulated on desk",
    "safe, emulated with native tools on desk",
    "all, emulated with a native compiler on desk"
  })
  void whichToolsAnEmulatedBuildHasIsInItsBox(String tools, String how) {
    String mixed = RealManifests.BOARD.resolve("mixed.toml").toString();
    String dot = CommandLineRun.of("plan", mixed, "--format", "dot", "--native-tools", tools).out();
    String box = "[label=\"python3 3.13.5\\n" + how + ", 1 h 25 min\", fillcolor=\"#f6c6b5\"]";
    assertTrue(dot.contains(box), dot);
  }
}
