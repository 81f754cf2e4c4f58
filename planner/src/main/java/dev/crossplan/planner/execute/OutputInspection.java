package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;

/**
 * Looks at what was built, whether it is for the target and stands on its own there: that a build
 * succeeds does not say so.
 */
@FunctionalInterface
public interface OutputInspection {
  /** Finds no fault. */
  OutputInspection NONE = (output, target) -> ImmutableList.of();

  /**
   * What is wrong with the files of an output.
   *
   * @param output a path in the store; only what is in it is looked at
   * @return each with the files that have it, what was found and what was expected, and a line that
   *     starts with "Maybe"; empty if nothing is wrong
   */
  ImmutableList<String> faults(Path output, InspectionTarget target);
}
