/** Courses to an image in; how long, on what and for how much out, and how sure that is. */
@NullMarked
package dev.crossplan.planner.estimate;

import org.jspecify.annotations.NullMarked;
