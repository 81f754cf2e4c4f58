/**
 * A plan against what others would make of its steps: the same steps on the same builders, done by
 * Nix's build hook, by Hydra and as planned, event by event, with noise and faults if asked.
 *
 * <p>Reading order: {@link dev.crossplan.planner.simulate.Workload}, what is to be done; {@link
 * dev.crossplan.planner.simulate.Dispatcher}, who decides, and {@link
 * dev.crossplan.planner.simulate.Policy}, the list of those; {@link
 * dev.crossplan.planner.simulate.Engine}, which does it; {@link
 * dev.crossplan.planner.simulate.Contest}, all of them under the same conditions.
 */
@NullMarked
package dev.crossplan.planner.simulate;

import org.jspecify.annotations.NullMarked;
