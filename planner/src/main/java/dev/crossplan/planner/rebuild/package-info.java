/**
 * Two states of a graph in, what has to be built anew out: which derivations changed by themselves,
 * and which only because an input did.
 */
@NullMarked
package dev.crossplan.planner.rebuild;

import org.jspecify.annotations.NullMarked;
