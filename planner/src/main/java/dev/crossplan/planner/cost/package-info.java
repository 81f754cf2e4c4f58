/** A derivation and a way to build it in, seconds out. Unknown is never zero. */
@NullMarked
package dev.crossplan.planner.cost;

import org.jspecify.annotations.NullMarked;
