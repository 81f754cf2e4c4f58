/** A manifest and its graphs in, what they cost for nothing out. */
@NullMarked
package dev.crossplan.planner.lint;

import org.jspecify.annotations.NullMarked;
