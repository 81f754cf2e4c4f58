@NullMarked
package dev.crossplan.planner.derivation;

import org.jspecify.annotations.NullMarked;
