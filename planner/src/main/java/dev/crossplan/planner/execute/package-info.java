/** Plan in, outputs out: carrying a plan out, and looking at what was built. */
@NullMarked
package dev.crossplan.planner.execute;

import org.jspecify.annotations.NullMarked;
