/**
 * Other machines, over ssh: what they are ({@link dev.crossplan.planner.remote.BuilderProbe}),
 * whether they are still there ({@link dev.crossplan.planner.remote.Heartbeat}), and how Nix builds
 * on them ({@link dev.crossplan.planner.remote.BuildHook}).
 */
@NullMarked
package dev.crossplan.planner.remote;

import org.jspecify.annotations.NullMarked;
