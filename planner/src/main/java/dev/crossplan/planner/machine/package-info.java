/**
 * What machines are and can do. This one: its distribution, its Nix, whose programs run ({@link
 * dev.crossplan.planner.machine.Prerequisite}). How fast one does the work of builds ({@link
 * dev.crossplan.planner.machine.Measurement}). Others, over ssh: what they are ({@link
 * dev.crossplan.planner.machine.BuilderProbe}), whether they are still there ({@link
 * dev.crossplan.planner.machine.Heartbeat}), and how Nix builds on them ({@link
 * dev.crossplan.planner.machine.BuildHook}).
 */
@NullMarked
package dev.crossplan.planner.machine;

import org.jspecify.annotations.NullMarked;
