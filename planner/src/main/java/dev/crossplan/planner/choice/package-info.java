/**
 * The choice: one recipe for every artifact that is needed, no cycle, each artifact paid once, the
 * sum of the costs least. A problem goes in, a selection with a proven bound comes out, or the
 * smallest reason why there is none.
 */
@NullMarked
package dev.crossplan.planner.choice;

import org.jspecify.annotations.NullMarked;
