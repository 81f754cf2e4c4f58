package dev.crossplan.planner.variant;

import com.google.common.primitives.ImmutableIntArray;

/** Derivations that might be the same package; nothing proves it, so they are kept apart. */
public record Unpaired(ImmutableIntArray derivations, String reason) {}
