package dev.crossplan.planner.estimate;

import java.util.Optional;

/**
 * What the plan would be with something changed.
 *
 * @param what is changed: {@code one more slot on desk}
 * @param totals of the plan then; empty where there is none
 * @param saved the totals of now less those; negative where it costs more
 * @param why there is no plan; empty where there is
 */
public record BuilderChange(
    String what, Optional<Totals> totals, Optional<Totals.Saved> saved, Optional<String> why) {}
