/**
 * The choice: one recipe for every artifact that is needed, no cycle, each artifact paid once, the
 * sum of the costs least. A problem goes in, a selection with a proven bound comes out, or the
 * smallest reason why there is none. The problem is known as DAG-cost extraction of e-graphs and as
 * optimal delete-free planning with one effect for each action; it is NP-hard.
 *
 * <p>In reading order:
 *
 * <ol>
 *   <li>{@link dev.crossplan.planner.choice.ChoiceProblem}, made by {@link
 *       dev.crossplan.planner.choice.ProblemDraft} or read by {@link
 *       dev.crossplan.planner.choice.ChoiceJson}; {@link dev.crossplan.planner.choice.Selection}.
 *   <li>{@link dev.crossplan.planner.choice.Choice}, the entry, and {@link
 *       dev.crossplan.planner.choice.ChoiceResult}.
 *   <li>{@code CoreSolver}: {@code Reductions} on a {@code MutableProblem}, {@code Ascents} of the
 *       bound, again and again.
 *   <li>{@code HardSearch} for the few problems that are left after that: {@code BranchAndBound}
 *       beside {@code Neighbourhoods}, or {@code IntegerProgram}.
 * </ol>
 *
 * <p>What was tried, on two busy cores and on the problems of extraction-gym that have costs of 0
 * or more (some 320 without the family lean-egg), and why this won:
 *
 * <ul>
 *   <li>Reductions, then CP-SAT with a level for each artifact: proves 225 of the first 317 in 5 s
 *       on two threads; library-learning graphs (babble) of a thousand recipes stay open, because
 *       its relaxation is weak there.
 *   <li>Reductions, then SCIP or HiGHS with potentials: babble in 0.1 s, but the relaxation is no
 *       good where cycles are cheap (herbie: 1,127 where the optimum is 2,048).
 *   <li>Reductions and dual ascents on cuts that forbid cycles: mostly the optimum and its proof
 *       together, in hundredths of a second; 313 of the 317 with branch and bound, and a better
 *       bound than SCIP and CP-SAT reach in 15 s on all of the rest. It needs no native library.
 *   <li>Where a problem is close to set covering the linear relaxation is the better bound; so SCIP
 *       is still called for what is open after some seconds, if the relaxation says so.
 *   <li>Neighbourhoods find on the hardest graphs in a second what CP-SAT does not in fifteen.
 * </ul>
 */
@NullMarked
package dev.crossplan.planner.choice;

import org.jspecify.annotations.NullMarked;
