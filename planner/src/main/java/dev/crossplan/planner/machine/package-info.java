/** What is on this machine, and what it can do: its distribution, its Nix, whose programs run. */
@NullMarked
package dev.crossplan.planner.machine;

import org.jspecify.annotations.NullMarked;
