package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest.Target;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Stream;

/** Has outputs inspected, with all that will be there when they run. */
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
   * @param foreign what they must not refer to: it ran where they were built
   */
  ImmutableList<String> faults(
      Collection<StorePath> outputs, ImmutableSet<StorePath> foreign, Target target)
      throws InterruptedException {
    ImmutableSet<Path> paths = paths(outputs);
    ImmutableSet<Path> closure = closures.of(paths);
    return Stream.concat(
            faults(paths, closure, target).values().stream(),
            Sets.intersection(closure, paths(foreign)).stream()
                .map(
                    tool ->
                        "refers to "
                            + tool
                            + ", a tool that ran natively when it was built\n"
                            + "Maybe let that tool be emulated: as-tool = \"emulated\" in a"
                            + " [[constraint]]."))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * What is wrong with the outputs, or with anything that they refer to, by path.
   *
   * @param outputs that are in the store
   */
  ImmutableListMultimap<Path, String> faultsOfClosure(Collection<StorePath> outputs, Target target)
      throws InterruptedException {
    ImmutableSet<Path> closure =
        outputs.isEmpty() ? ImmutableSet.of() : closures.of(paths(outputs));
    return faults(closure, closure, target);
  }

  /** Why a build of which these outputs are is none, in a line. */
  static String inShort(ImmutableList<String> faults) {
    String more = faults.size() == 1 ? "" : " (and " + (faults.size() - 1) + " more)";
    return "built, but " + faults.get(0).lines().findFirst().orElseThrow() + more;
  }

  /** Each fault is followed by its remedy. */
  static ImmutableList<String> lines(ImmutableList<String> faults) {
    return faults.stream().flatMap(String::lines).collect(ImmutableList.toImmutableList());
  }

  private ImmutableListMultimap<Path, String> faults(
      ImmutableSet<Path> paths, ImmutableSet<Path> closure, Target target) {
    InspectionTarget expected = new InspectionTarget(target.system(), target.march(), closure);
    ImmutableListMultimap.Builder<Path, String> faults = ImmutableListMultimap.builder();
    paths.forEach(path -> faults.putAll(path, inspection.faults(path, expected)));
    return faults.build();
  }

  private static ImmutableSet<Path> paths(Collection<StorePath> outputs) {
    return outputs.stream()
        .map(output -> Path.of(output.toString()))
        .collect(ImmutableSet.toImmutableSet());
  }
}
