package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.Manifest.Target;
import java.nio.file.Path;

/** Looks at what was built: that a build succeeds does not say that its outputs run. */
@FunctionalInterface
public interface OutputInspection {
  /** Finds no fault. */
  OutputInspection NONE = (output, target) -> ImmutableList.of();

  /**
   * What is wrong with an output that should run on the target, a line each; none if nothing is.
   *
   * @param output a folder or file in the Nix store
   */
  ImmutableList<String> faults(Path output, Target target);
}
