/**
 * Derivations as Nix writes them: readers and writers of every format, store paths and their
 * hashes.
 */
@NullMarked
package dev.crossplan.planner.derivation;

import org.jspecify.annotations.NullMarked;
