package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.instance.EvaluationTrace.Look;
import dev.crossplan.planner.instance.EvaluationTrace.Sort;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines of Nix 2.8, but for where another one is named. */
class EvaluationTraceTest {
  private static final String EVALUATED =
      """
      evaluating file '/set'
      trace: crossplan: file - 4 /set
      """;

  private static EvaluationTrace trace(String said) {
    return EvaluationTrace.of(EVALUATED + said).orElseThrow();
  }

  private static Map<Path, String> leftOut(String said) {
    return trace(said).looks().keySet().stream()
        .filter(look -> look.sort() == Sort.TREE)
        .findFirst()
        .orElseThrow()
        .leftOut();
  }

  @Test
  void eachLookIsTakenOnce() {
    EvaluationTrace trace =
        trace(
            """
            trace: crossplan: kind false 6 /a b/c
            trace: crossplan: kind false 6 /a b/c
            trace: crossplan: variable - 4 HOME
            trace: what a package set says
            trace: crossplan: flake - 3 a:b
            copied source '/src' -> '/nix/store/0-src'
            """);
    assertEquals(
        Map.of(
            new Look(Sort.FILE, "/set"), EvaluationTrace.UNTOLD,
            new Look(Sort.KIND, "/a b/c"), "false",
            new Look(Sort.VARIABLE, "HOME"), EvaluationTrace.UNTOLD,
            new Look(Sort.TREE, "/src"), EvaluationTrace.UNTOLD),
        trace.looks());
    assertEquals(Set.of("a:b"), trace.flakes());
    assertEquals(Set.of("/set"), trace.evaluated());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trace: crossplan: unknown - 11 currentTime\n",
        "trace: crossplan: kind true 4 /a\n\n", // a line break in the name
        "trace: crossplan: kind true 3 /\ufffd\n", // what is no UTF-8
        "trace: crossplan: kind true 2 /a\ntrace: crossplan: kind false 2 /a\n"
      })
  void whatCannotBeToldIsNotGuessed(String said) {
    assertEquals(Optional.empty(), EvaluationTrace.of(EVALUATED + said));
  }

  /** It may not tell what it copies either. */
  @Test
  void aNixThatDoesNotTellWhatItEvaluatesIsNotRelied0n() {
    assertEquals(Optional.empty(), EvaluationTrace.of("trace: crossplan: file - 4 /set\n"));
  }

  /** The second copy takes what the first leaves out. */
  @Test
  void onlyWhatEveryCopyLeavesOutIsLeftOut() {
    String first =
        """
        trace: crossplan: copy - 4 /src
        trace: crossplan: left 4 19 directory /src/.git
        trace: crossplan: left 4 16 regular /src/doc
        """;
    Map<Path, String> git = Map.of(Path.of("/src/.git"), "directory");
    assertEquals(
        Map.of(Path.of("/src/.git"), "directory", Path.of("/src/doc"), "regular"), leftOut(first));
    String second =
        """
        trace: crossplan: copy - 4 /src
        trace: crossplan: left 4 19 directory /src/.git
        """;
    assertEquals(git, leftOut(first + second));
    assertTrue(leftOut(first + "copied source '/src' -> '/nix/store/0-src'\n").isEmpty());
  }

  /** Since 2.20 Nix tells of such a copy itself, and of any other with the same words. */
  @Test
  void aCopyThatIsToldTwiceIsOne() {
    String copy =
        """
        trace: crossplan: copy - 4 /src
        copying '/src' to the store...
        trace: crossplan: left 4 19 directory /src/.git
        """;
    assertEquals(Map.of(Path.of("/src/.git"), "directory"), leftOut(copy));
    assertTrue(leftOut(copy + "copying '/src' to the store...\n").isEmpty());
  }
}
