package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.history.Action;
import java.util.Optional;

/**
 * A way to the image, every step in its place and at its time: the plan, or what would be done
 * without one.
 *
 * @param name {@code plan}, {@code all-emulated}, {@code all-cross} or {@code unmerged-mix}
 * @param steps each after its inputs, its id being its place; none where it is not possible
 * @param duplicates packages for the target that are built more than once
 * @param why it is not possible; empty where it is
 */
public record Course(String name, ImmutableList<Step> steps, int duplicates, Optional<String> why) {
  /** What the course that is planned is called. */
  public static final String PLAN = "plan";

  static Course impossible(String name, String why) {
    return new Course(name, ImmutableList.of(), 0, Optional.of(why));
  }

  /** The plan as one of them. */
  static Course of(Plan plan) {
    return new Course(PLAN, plan.steps(), plan.builtTwice(), Optional.empty());
  }

  public boolean possible() {
    return why.isEmpty();
  }

  public int count(Action action) {
    return (int) steps.stream().filter(step -> step.action() == action).count();
  }
}
