/**
 * Packages, costs, builders and constraints in, a choice problem out: every way to come by every
 * derivation.
 */
@NullMarked
package dev.crossplan.planner.alternative;

import org.jspecify.annotations.NullMarked;
