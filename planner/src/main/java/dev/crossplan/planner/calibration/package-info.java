/**
 * How fast a machine does the work of builds, by kind of work and strategy: what was measured, how
 * it is kept, and what is assumed of a machine that nobody measured.
 */
@NullMarked
package dev.crossplan.planner.calibration;

import org.jspecify.annotations.NullMarked;
