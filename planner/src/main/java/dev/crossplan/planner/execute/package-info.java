/** Carrying a plan out: what the Nix of this machine is and can do. */
@NullMarked
package dev.crossplan.planner.execute;

import org.jspecify.annotations.NullMarked;
