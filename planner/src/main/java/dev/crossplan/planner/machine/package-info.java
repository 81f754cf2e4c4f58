/**
 * What this machine is and can do for builds: its distribution, its Nix, whose programs run ({@link
 * dev.crossplan.planner.machine.Prerequisite}).
 */
@NullMarked
package dev.crossplan.planner.machine;

import org.jspecify.annotations.NullMarked;
