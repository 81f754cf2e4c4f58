package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest.Target;
import dev.crossplan.planner.instance.RuntimeClosures;
import java.nio.file.Path;
import java.util.Collection;

/** Has the outputs of a step inspected, with all that will be there when they run. */
final class OutputCheck {
  private final OutputInspection inspection;
  private final RuntimeClosures closures;

  OutputCheck(OutputInspection inspection, RuntimeClosures closures) {
    this.inspection = inspection;
    this.closures = closures;
  }

  /**
   * What is wrong with the outputs.
   *
   * @param outputs that are in the store
   */
  ImmutableList<String> faults(Collection<StorePath> outputs, Target target)
      throws InterruptedException {
    ImmutableSet<Path> paths =
        outputs.stream()
            .map(output -> Path.of(output.toString()))
            .collect(ImmutableSet.toImmutableSet());
    InspectionTarget expected =
        new InspectionTarget(target.system(), target.march(), closures.of(paths));
    ImmutableList.Builder<String> faults = ImmutableList.builder();
    paths.forEach(path -> faults.addAll(inspection.faults(path, expected)));
    return faults.build();
  }
}
