/** The sources of a build in, how much work they make out. */
@NullMarked
package dev.crossplan.planner.source;

import org.jspecify.annotations.NullMarked;
