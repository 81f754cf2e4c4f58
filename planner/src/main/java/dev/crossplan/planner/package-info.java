/** What every stage shares: how bad input is reported and how files are opened. */
@NullMarked
package dev.crossplan.planner;

import org.jspecify.annotations.NullMarked;
