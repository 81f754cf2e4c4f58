/**
 * Plan in, outputs in the Nix store and a report out: what is built when, with Nix behind it, and
 * what is remembered of it.
 */
@NullMarked
package dev.crossplan.planner.execute;

import org.jspecify.annotations.NullMarked;
