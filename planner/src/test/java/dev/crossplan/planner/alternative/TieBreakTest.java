package dev.crossplan.planner.alternative;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.crossplan.planner.choice.ChoiceProblem;
import dev.crossplan.planner.choice.ProblemDraft;
import dev.crossplan.planner.choice.Selection;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Disk is emulated with emulated cmake, which is there. Its other recipe takes what stands for the
 * native one.
 *
 * <pre>
 * disk ┬ as evaluated ─ cmake
 *      └ native ─ tool ┬ cmake
 *                      └ native cmake
 * </pre>
 */
class TieBreakTest {
  private final ProblemDraft draft = new ProblemDraft();
  private final List<Optional<Making>> makings = new ArrayList<>();
  private final int disk = draft.artifact("disk");
  private final int tool = draft.artifact("tool");
  private final int cmake = draft.artifact("cmake");
  private final int nativeCmake = draft.artifact("native cmake");

  private void make(int artifact, double cost, Tools tools, int... needs) {
    draft.recipe(artifact, tools.toString(), cost, needs);
    makings.add(
        Optional.of(
            new Making(artifact, Action.BUILD, Optional.of(Strategy.EMULATED)).with(tools)));
  }

  private void stand(int artifact, int other) {
    draft.recipe(artifact, "stands", 0, other);
    makings.add(Optional.empty());
  }

  /** What is chosen for disk, if it is as evaluated as long as that is as good. */
  private Tools toolsOfDisk(double cost, int... roots) {
    make(disk, 450, Tools.AS_EVALUATED, cmake);
    make(disk, cost, Tools.NATIVE, tool);
    stand(tool, nativeCmake);
    make(cmake, 450, Tools.AS_EVALUATED);
    make(nativeCmake, 30, Tools.AS_EVALUATED);
    for (int root : roots) {
      draft.root(root);
    }
    ChoiceProblem problem = draft.finish();
    int[] chosen = new int[problem.artifactCount()];
    for (int artifact = 0; artifact < chosen.length; artifact++) {
      chosen[artifact] = problem.firstRecipe(artifact);
    }
    Selection selection = Selection.of(problem, chosen);
    Selection changed = new TieBreak(problem, makings::get).of(selection);
    Tools tools = makings.get(changed.recipeOf(disk)).orElseThrow().tools();
    if (tools == Tools.AS_EVALUATED) {
      assertSame(selection, changed);
    } else {
      assertEquals(selection.cost(), changed.cost());
    }
    return tools;
  }

  @Test
  void whatCostsTheSameIsBuiltWithNativeTools() {
    assertEquals(Tools.NATIVE, toolsOfDisk(450, disk, cmake, nativeCmake));
  }

  @Test
  void whatCostsMoreIsNot() {
    assertEquals(Tools.AS_EVALUATED, toolsOfDisk(451, disk, cmake, nativeCmake));
  }

  @Test
  void nothingIsMadeForIt() {
    assertEquals(Tools.AS_EVALUATED, toolsOfDisk(450, disk, cmake));
  }

  /** Each of two tools is built with the other one, natively. */
  @Test
  void whereAllTogetherWouldBeACycleSomeAreExchanged() {
    make(disk, 450, Tools.AS_EVALUATED, nativeCmake);
    make(disk, 450, Tools.NATIVE, tool);
    make(tool, 450, Tools.AS_EVALUATED, cmake);
    make(tool, 450, Tools.NATIVE, disk);
    make(cmake, 450, Tools.AS_EVALUATED);
    make(nativeCmake, 30, Tools.AS_EVALUATED);
    draft.root(disk);
    draft.root(tool);
    ChoiceProblem problem = draft.finish();
    Selection selection = Selection.of(problem, new int[] {0, 2, 4, 5});
    Selection changed = new TieBreak(problem, makings::get).of(selection);
    assertEquals(1, changed.recipeOf(disk));
    assertEquals(2, changed.recipeOf(tool));
  }
}
