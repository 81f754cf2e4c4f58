package dev.crossplan.planner.alternative;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.alternative.EarlierStep.State;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Failures;

/**
 * What building has taught: reasons to plan otherwise than from the manifest alone.
 *
 * @param failures what will not be tried again
 * @param earlier the steps of the plan that was last begun, each after its inputs. What is there of
 *     them costs nothing and asks for nothing; what is gone costs what it costs. The packages of
 *     those that are done, and of what these were made of, are made in no other way as long as
 *     there is such a plan
 * @param failedAsLastResort whether what failed to build is planned all the same where there is no
 *     other way: to see what does not depend on it
 * @param isBound whether all packages of {@code earlier} are made of the derivations that they were
 *     to be made of, begun or not; then there is no other plan
 */
public record Experience(
    Failures failures,
    ImmutableList<EarlierStep> earlier,
    boolean failedAsLastResort,
    boolean isBound) {
  /** Nothing was built yet. */
  public static final Experience NONE = new Experience(Failures.NONE, ImmutableList.of());

  /** What failed is not planned again. */
  public Experience(Failures failures, ImmutableList<EarlierStep> earlier) {
    this(failures, earlier, false, false);
  }

  /** The same, bound to what was planned earlier. */
  public Experience bound() {
    return new Experience(failures, earlier, failedAsLastResort, true);
  }

  /** Not bound to what was planned. */
  public Experience(
      Failures failures, ImmutableList<EarlierStep> earlier, boolean failedAsLastResort) {
    this(failures, earlier, failedAsLastResort, false);
  }

  /** The ways that failed, and why. */
  public ImmutableMap<Attempt, String> failed() {
    return failures.ways();
  }

  /** The same, and these ways failed too. */
  public Experience without(ImmutableMap<Attempt, String> ways) {
    return new Experience(
        failures.and(Failures.ofWays(ways)), earlier, failedAsLastResort, isBound);
  }

  /** Whether something is there that could be kept. */
  public boolean hasBuilt() {
    return earlier.stream().anyMatch(step -> step.state() != State.OPEN);
  }
}
