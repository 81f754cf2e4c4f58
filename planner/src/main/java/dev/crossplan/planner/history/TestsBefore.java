package dev.crossplan.planner.history;

import com.google.common.base.Preconditions;
import java.util.OptionalDouble;

/**
 * How builds fared in their tests.
 *
 * @param runs builds that came to their tests
 * @param failures those of them that failed there
 */
public record TestsBefore(int runs, int failures) {
  /** Nothing was tested. */
  public static final TestsBefore NONE = new TestsBefore(0, 0);

  public TestsBefore {
    Preconditions.checkArgument(failures >= 0 && failures <= runs, "%s of %s", failures, runs);
  }

  /** What part of others will fail in theirs; empty if nothing was tested. */
  public OptionalDouble risk() {
    return runs == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) failures / runs);
  }
}
