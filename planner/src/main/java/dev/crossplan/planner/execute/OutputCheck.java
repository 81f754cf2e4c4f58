package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest.Target;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** Has outputs inspected, with all that will be there when they run. */
final class OutputCheck {
  private static final String REMEDY =
      "Maybe let a tool of it be emulated: as-tool = \"emulated\" in a [[constraint]], then build"
          + " with --retry; else it is not built with native tools again, whichever they are.";

  private final OutputInspection inspection;
  private final Closures closures;

  /** See {@link RuntimeClosures#of}. */
  @FunctionalInterface
  interface Closures {
    ImmutableSet<Path> of(ImmutableCollection<Path> paths) throws InterruptedException;
  }

  OutputCheck(OutputInspection inspection, Closures closures) {
    this.inspection = inspection;
    this.closures = closures;
  }

  /**
   * What is wrong with the outputs of a step.
   *
   * @param outputs that are in the store, all that are of that step
   * @param blameless what they may refer to, with all that this refers to; empty if they may refer
   *     to anything
   */
  ImmutableList<String> faults(
      Collection<StorePath> outputs, Optional<ImmutableSet<StorePath>> blameless, Target target)
      throws InterruptedException {
    ImmutableSet<Path> paths = paths(outputs);
    ImmutableSet<Path> closure = closures.of(paths);
    ImmutableList.Builder<String> faults = ImmutableList.builder();
    faults.addAll(faults(paths, closure, target).values());
    if (blameless.isPresent()) {
      ImmutableSet<Path> toBlame = toBlame(closure, paths, paths(blameless.get()));
      faults(toBlame, closure, target).asMap().forEach((path, of) -> faults.add(refers(path, of)));
    }
    return faults.build();
  }

  /**
   * What nothing but the outputs is to blame for that it is in their closure. To know what it is
   * made for is not enough: a cross compiler runs natively, and has libraries for the target.
   *
   * @return what is referred to follows what refers to it, so that a tool comes before its
   *     libraries
   */
  private ImmutableSet<Path> toBlame(
      ImmutableSet<Path> closure, ImmutableSet<Path> outputs, ImmutableSet<Path> blameless)
      throws InterruptedException {
    ImmutableSet<Path> others =
        Sets.difference(Sets.intersection(closure, blameless), outputs).immutableCopy();
    ImmutableSet<Path> ofOthers = others.isEmpty() ? others : closures.of(others);
    return closure.asList().reverse().stream()
        .filter(path -> !outputs.contains(path) && !ofOthers.contains(path))
        .collect(ImmutableSet.toImmutableSet());
  }

  private static String refers(Path path, Collection<String> faults) {
    String first = faults.iterator().next().lines().findFirst().orElseThrow();
    String place = path + ": ";
    return "refers to "
        + path
        + ", which is not right for the board: "
        + (first.startsWith(place) ? first.substring(place.length()) : first)
        + "\n"
        + REMEDY;
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
