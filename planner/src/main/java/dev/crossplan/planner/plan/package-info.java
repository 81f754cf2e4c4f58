/**
 * All stages together: manifest in, {@link dev.crossplan.planner.plan.Plan} out, and the ways to
 * show a plan.
 */
@NullMarked
package dev.crossplan.planner.plan;

import org.jspecify.annotations.NullMarked;
