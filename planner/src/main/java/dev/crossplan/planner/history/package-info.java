/**
 * What was built before, when, where, how and for how long, and what failed: of all manifests, in a
 * database. Knows nothing of plans.
 */
@NullMarked
package dev.crossplan.planner.history;

import org.jspecify.annotations.NullMarked;
