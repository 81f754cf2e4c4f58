package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.execute.BuildReport.Cause;
import dev.crossplan.planner.plan.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can be had of an image.
 *
 * @param work for the attributes that can be had; empty if none can
 * @param losses why others cannot; empty if there are none
 * @param failures what failed, each as part of a sentence
 * @param rest for all that could be had if nothing had failed, what failed being given up, and what
 *     depends on it; empty if that leaves nothing to do which {@code work} does not do, or if that
 *     was not asked
 */
record Prospect(
    Optional<Work> work,
    ImmutableList<Loss> losses,
    ImmutableSet<String> failures,
    Optional<Work> rest) {

  /** Attributes that cannot be had for the same reasons. */
  record Loss(ImmutableList<String> attributes, ImmutableList<String> why) {
    private boolean names(Step step) {
      return why.stream().anyMatch(reason -> reason.startsWith(step.label() + " "));
    }
  }

  /** All of it can be had. */
  static Prospect of(Work work) {
    return new Prospect(Optional.of(work), ImmutableList.of(), ImmutableSet.of(), Optional.empty());
  }

  /** What cannot be had each alone. */
  static ImmutableList<Loss> losses(Map<String, NoPlanException> impossible) {
    Map<ImmutableList<String>, List<String>> attributes = new LinkedHashMap<>();
    impossible.forEach(
        (attribute, reason) ->
            attributes
                .computeIfAbsent(reason.reasons(), reasons -> new ArrayList<>())
                .add(attribute));
    return attributes.entrySet().stream()
        .map(each -> new Loss(ImmutableList.copyOf(each.getValue()), each.getKey()))
        .collect(ImmutableList.toImmutableList());
  }

  Prospect withRest(Work left) {
    return new Prospect(work, losses, failures, Optional.of(left));
  }

  /** The attributes that cannot be had. */
  ImmutableList<String> lost() {
    return losses.stream()
        .flatMap(loss -> loss.attributes().stream())
        .collect(ImmutableList.toImmutableList());
  }

  /** What is to be done first: what is independent of failures, then what can be had. */
  Optional<Work> next() {
    return rest.or(() -> work);
  }

  /**
   * Tells what becomes of steps that failed.
   *
   * @return those that are made in no other way
   */
  ImmutableList<Step> tellReplaced(List<Step> failed, BuildListener listener) {
    ImmutableList.Builder<Step> gone = ImmutableList.builder();
    for (Step step : failed) {
      Optional<String> instead =
          next()
              .flatMap(next -> instead(step, next))
              .or(() -> losses.isEmpty() ? Optional.of("otherwise") : Optional.empty());
      listener.on(new BuildEvent.Replanned(step, instead));
      if (instead.isEmpty()) {
        gone.add(step);
      }
    }
    return gone.build();
  }

  /** How the package of a step that failed is made now. */
  private static Optional<String> instead(Step failed, Work next) {
    return next.steps().stream()
        .filter(step -> step.provides().contains(failed.derivation()))
        .filter(step -> !next.failed().containsKey(step.attempt()))
        .findFirst()
        .map(Step::how);
  }

  /**
   * Why something is lost.
   *
   * @param failed steps that have just failed for good; of earlier runs there are none
   */
  ImmutableList<Cause> causes(List<Step> failed) {
    ImmutableList.Builder<Cause> causes = ImmutableList.builder();
    boolean isNamed = losses.stream().anyMatch(loss -> failed.stream().anyMatch(loss::names));
    for (Loss loss : losses) {
      Optional<Step> because =
          failed.stream()
              .filter(step -> loss.names(step) || (!isNamed && loss.equals(losses.get(0))))
              .findFirst();
      boolean learned =
          loss.why().stream().anyMatch(reason -> failures.stream().anyMatch(reason::contains));
      causes.add(new Cause(because, loss.why(), loss.attributes(), learned));
    }
    return causes.build();
  }
}
