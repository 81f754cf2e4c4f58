/**
 * Package sets as large as nixpkgs, grown from the small real one, to measure crossplan with. See
 * {@code bin/bench}.
 */
@NullMarked
package dev.crossplan.scale;

import org.jspecify.annotations.NullMarked;
