/**
 * Manifest in, derivation graphs out: what the user wrote about instances, builders, costs and
 * constraints, and the derivations that each instance evaluates to.
 */
@NullMarked
package dev.crossplan.planner.instance;

import org.jspecify.annotations.NullMarked;
