package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.estimate.Interval;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildListener;
import dev.crossplan.planner.execute.Outlook;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the events so far amount to: which step is where. Not safe for threads. */
final class BuildState implements BuildListener {
  private final Instant began;
  private @Nullable Plan plan;
  private Optional<Interval> end = Optional.empty();
  private final Map<StorePath, Running> running = new LinkedHashMap<>();
  private final Set<StorePath> done = new HashSet<>();
  private final Set<StorePath> left = new HashSet<>();
  private final Map<String, BuildEvent.BuilderLost> lost = new LinkedHashMap<>();
  private final Set<String> builders = new LinkedHashSet<>();
  private final List<BuildEvent.Finished> finished = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private final Map<StorePath, BuildEvent.GivenUp> givenUp = new LinkedHashMap<>();

  /**
   * Nothing has happened yet.
   *
   * @param began from when on elapsed time counts
   */
  BuildState(Instant began) {
    this.began = began;
  }

  /**
   * A step that runs.
   *
   * @param phase as Nix names it; empty as long as it has told none
   */
  record Running(Step step, Instant since, Path log, String phase) {
    double seconds(Instant now) {
      return Math.max(0, Duration.between(since, now).toMillis() / 1e3);
    }

    /** What is still expected; negative if it should have ended. */
    double left(Instant now) {
      return step.seconds() - seconds(now);
    }
  }

  /**
   * A step that failed.
   *
   * @param then what was done about it, once that is known
   */
  record Failure(BuildEvent.Failed event, Optional<BuildEvent.Replanned> then) {
    Step step() {
      return event.step();
    }

    /** Whether no strategy is left. */
    boolean isFinal() {
      return then.isPresent() && then.get().instead().isEmpty();
    }
  }

  @Override
  public void on(BuildEvent event) {
    if (event instanceof BuildEvent.Planned planned) {
      plan(planned);
    } else if (event instanceof BuildEvent.Started started) {
      StorePath derivation = started.step().derivation();
      running.put(derivation, new Running(started.step(), started.at(), started.log(), ""));
    } else if (event instanceof BuildEvent.Phase phase) {
      running.computeIfPresent(
          phase.step().derivation(),
          (path, run) -> new Running(run.step(), run.since(), run.log(), phase.phase()));
    } else if (event instanceof BuildEvent.Finished end) {
      leave(end.step());
      done.add(end.step().derivation());
      finished.add(end);
    } else if (event instanceof BuildEvent.Failed failed) {
      leave(failed.step());
      failures.add(new Failure(failed, Optional.empty()));
    } else if (event instanceof BuildEvent.Interrupted interrupted) {
      running.remove(interrupted.step().derivation());
    } else if (event instanceof BuildEvent.BuilderLost away) {
      lost.put(away.builder(), away);
      builders.add(away.builder());
    } else if (event instanceof BuildEvent.BuilderBack back) {
      lost.remove(back.builder());
    } else if (event instanceof BuildEvent.Replanned replanned) {
      replan(replanned);
    } else if (event instanceof BuildEvent.GivenUp given) {
      leave(given.step());
      givenUp.put(given.step().derivation(), given);
    }
  }

  private void plan(BuildEvent.Planned planned) {
    plan = planned.plan();
    plan.builders().forEach(builder -> builders.add(builder.name()));
    end = planned.end();
    done.clear();
    planned.done().forEach(step -> done.add(step.derivation()));
    left.clear();
    planned.todo().forEach(step -> left.add(step.derivation()));
    left.addAll(running.keySet());
  }

  private void leave(Step step) {
    running.remove(step.derivation());
    left.remove(step.derivation());
  }

  private void replan(BuildEvent.Replanned replanned) {
    failures.replaceAll(
        failure ->
            failure.then().isEmpty()
                    && failure.step().derivation().equals(replanned.failed().derivation())
                ? new Failure(failure.event(), Optional.of(replanned))
                : failure);
  }

  /** The plan that is carried out now; none before the first. */
  Optional<Plan> plan() {
    return Optional.ofNullable(plan);
  }

  double elapsedSeconds(Instant now) {
    return Math.max(0, Duration.between(began, now).toMillis() / 1e3);
  }

  /** In the order in which they started. */
  Collection<Running> running() {
    return running.values();
  }

  /** Those of any plan so far, also if that of now does without them. */
  ImmutableList<String> builders() {
    return ImmutableList.copyOf(builders);
  }

  /** Why a builder is of no use now; empty if it is. */
  Optional<BuildEvent.BuilderLost> lost(String builder) {
    return Optional.ofNullable(lost.get(builder));
  }

  /** The step that a builder is to begin next, as far as the plan tells. */
  Optional<Step> next(String builder) {
    return plan().stream()
        .flatMap(made -> made.steps().stream())
        .filter(step -> step.builder().equals(Optional.of(builder)))
        .filter(this::isToBegin)
        .min(Comparator.comparingDouble(Step::start));
  }

  private boolean isToBegin(Step step) {
    return left.contains(step.derivation()) && !running.containsKey(step.derivation());
  }

  /** A step that runs and that another needs, however indirectly: that which ends last. */
  Optional<Step> awaited(Step by, Instant now) {
    List<Step> steps = plan().orElseThrow().steps();
    Set<Integer> needed = new HashSet<>();
    Deque<Step> open = new ArrayDeque<>(List.of(by));
    Optional<Running> last = Optional.empty();
    while (!open.isEmpty()) {
      for (int input : open.pop().inputs().toArray()) {
        Step step = steps.get(input);
        if (needed.add(input) && left.contains(step.derivation())) {
          open.push(step);
          Running run = running.get(step.derivation());
          if (run != null && (last.isEmpty() || run.left(now) > last.get().left(now))) {
            last = Optional.of(run);
          }
        }
      }
    }
    return last.map(Running::step);
  }

  /** Steps of the plan of which the outputs are there. */
  int done() {
    return done.size();
  }

  /** Steps of the plan, and those that it had to give up. */
  int all() {
    return Sets.union(done, left).size() + abandoned() + finalFailures().size();
  }

  /** Steps of the plan that are still to be begun. */
  int waiting() {
    return Sets.difference(left, running.keySet()).size();
  }

  /** Steps that were given up, and that no later plan has. */
  int abandoned() {
    return Sets.difference(givenUp.keySet(), Sets.union(done, left)).size();
  }

  ImmutableList<BuildEvent.Finished> finished() {
    return ImmutableList.copyOf(finished);
  }

  ImmutableList<Failure> failures() {
    return ImmutableList.copyOf(failures);
  }

  /** The failures after which nothing else could be tried. */
  ImmutableList<Failure> finalFailures() {
    return failures.stream().filter(Failure::isFinal).collect(ImmutableList.toImmutableList());
  }

  ImmutableList<BuildEvent.GivenUp> givenUp() {
    return ImmutableList.copyOf(givenUp.values());
  }

  /**
   * How far off the end may be, in parts of the time that is expected; empty if nobody can tell.
   */
  Optional<Interval> end() {
    return end;
  }

  /** What is left, as far as anybody can know now; none before the first plan. */
  Optional<Outlook> outlook(Instant now) {
    Map<StorePath, Double> seconds = new HashMap<>();
    running.forEach((path, run) -> seconds.put(path, run.seconds(now)));
    return plan().map(made -> Outlook.of(made, ImmutableSet.copyOf(left), seconds));
  }
}
