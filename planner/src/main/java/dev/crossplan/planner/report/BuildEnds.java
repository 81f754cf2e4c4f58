package dev.crossplan.planner.report;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When the builds of a log ended. Nix counts one that is done at once, but does not say which, and
 * stops its activity right after that only where something else was to be built from it: the
 * activities of targets stop together, when the last target is there.
 *
 * <p>So an end that is counted belongs to the build that stops right after it, if that is the only
 * one before anything else happens. What is left belongs together if nothing else fits: a build can
 * have ended only after its last sign of life, and before it stopped.
 */
final class BuildEnds {
  /** An end that was counted. */
  private record End(int position, Arrival time) {}

  private final List<End> ends = new ArrayList<>();
  private final List<LoggedBuild> stopped = new ArrayList<>();
  private final List<LoggedBuild> known = new ArrayList<>();
  private final List<LoggedBuild> unknown = new ArrayList<>();

  /** Of all builds whose end is not known. */
  private final Map<LoggedBuild, Integer> lastSigns = new HashMap<>();

  private final Map<LoggedBuild, Integer> stops = new HashMap<>();

  /** What stopped since {@link #last}, if nothing else happened meanwhile. */
  private final List<LoggedBuild> stoppedSince = new ArrayList<>();

  private @Nullable End last;
  private int position;

  void start(LoggedBuild build) {
    settle();
    seeAlive(build);
  }

  /** It enters a phase, or writes a line. */
  void seeAlive(LoggedBuild build) {
    lastSigns.put(build, position++);
  }

  /** A build is done. */
  void finish(Arrival time) {
    settle();
    last = new End(position++, time);
    ends.add(last);
  }

  /** A build failed. */
  void fail() {
    settle();
  }

  /** The activity of a build stops. */
  void stop(LoggedBuild build, Arrival time) {
    stops.put(build, position++);
    build.end(time);
    if (last != null && ends.size() == 1) {
      match(build, last);
      last = null;
    } else {
      stopped.add(build);
      stoppedSince.add(build);
    }
  }

  /** Something else happens: if only one has stopped since the last end, that end is its own. */
  void settle() {
    if (last != null && stoppedSince.size() == 1) {
      LoggedBuild build = stoppedSince.get(0);
      stopped.remove(build);
      match(build, last);
    }
    last = null;
    stoppedSince.clear();
  }

  private void match(LoggedBuild build, End end) {
    ends.remove(end);
    lastSigns.remove(build);
    build.end(end.time());
    known.add(build);
  }

  /** Builds whose end has become known since the last call. */
  ImmutableList<LoggedBuild> takeKnown() {
    ImmutableList<LoggedBuild> taken = ImmutableList.copyOf(known);
    known.clear();
    return taken;
  }

  /**
   * Finds out what follows from the whole log.
   *
   * @param mayBeDone what is known to have failed is not
   */
  void resolve(Predicate<LoggedBuild> mayBeDone) {
    boolean isFound = true;
    while (isFound) {
      isFound = false;
      for (End end : ImmutableList.copyOf(ends)) {
        List<LoggedBuild> fitting =
            lastSigns.keySet().stream().filter(mayBeDone).filter(each -> fits(each, end)).toList();
        if (fitting.size() == 1 && stopped.remove(fitting.get(0))) {
          match(fitting.get(0), end);
          isFound = true;
        }
      }
    }
    stopped.stream()
        .filter(mayBeDone)
        .filter(build -> ends.stream().anyMatch(end -> fits(build, end)))
        .forEach(unknown::add);
    stopped.removeAll(unknown);
  }

  private boolean fits(LoggedBuild build, End end) {
    return end.position() > lastSigns.getOrDefault(build, position)
        && end.position() < stops.getOrDefault(build, Integer.MAX_VALUE);
  }

  /** After {@link #resolve}: builds that may have been done, at one time or another. */
  ImmutableList<LoggedBuild> unknown() {
    return ImmutableList.copyOf(unknown);
  }

  /** After {@link #resolve}: builds that stopped without being done. */
  ImmutableList<LoggedBuild> others() {
    return ImmutableList.copyOf(stopped);
  }
}
