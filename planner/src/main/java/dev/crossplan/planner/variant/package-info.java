/**
 * Derivation graphs in, packages and their variants out: what is a bootstrap stage, which
 * derivations of different instances are the same package and by what evidence, and what could not
 * be paired and why.
 */
@NullMarked
package dev.crossplan.planner.variant;

import org.jspecify.annotations.NullMarked;
