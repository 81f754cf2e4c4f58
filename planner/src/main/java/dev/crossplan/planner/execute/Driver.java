package dev.crossplan.planner.execute;

import com.google.common.base.Preconditions;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Multiset;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.schedule.Precedence;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Which steps of a plan are to be started next: that there are, how far each is, and how many slots
 * are free. Knows neither processes nor the time.
 *
 * <p>Steps of high upward rank are started first: a step's own expected seconds and those of the
 * longest path from it to the end of the plan (Topcuoglu, Hariri and Wu, 2002). What is on the
 * critical path never waits for what is not. Ties go to the lower id.
 */
final class Driver {
  /** Downloads that Nix does by itself use no builder; more at a time would not be quicker. */
  static final int MOST_SUBSTITUTIONS = 4;

  private static final String SUBSTITUTERS = "";

  private final ImmutableList<Step> steps;

  /** By step, the first of those that are one derivation: it stands for all of them. */
  private final int[] first;

  /** By step, the first of those that are each of its inputs. */
  private final int[][] inputs;

  private final Precedence precedence;
  private final ImmutableMap<String, Integer> slots;
  private final Multiset<String> occupied = HashMultiset.create();
  private final State[] states;
  private final double[] rank;

  /** How far a step is. */
  enum State {
    /** Its outputs are there. */
    PRESENT,
    /** Its outputs may be missing, but only steps that are present use them. */
    NOT_NEEDED,
    /** An input is missing. */
    BLOCKED,
    READY,
    RUNNING,
    FINISHED,
    FAILED,
    /** It depends on one that failed. */
    GIVEN_UP;

    boolean isDone() {
      return this == PRESENT || this == NOT_NEEDED || this == FINISHED;
    }
  }

  /**
   * Looks what is to be done.
   *
   * @param steps by id
   * @param roots ids of those that the image consists of
   * @param slots by builder
   * @param first which step stands for a step: of those that became one derivation by what they
   *     were given, the first
   * @param present whether all outputs of a step are there
   * @param running whether a step was started already
   */
  Driver(
      ImmutableList<Step> steps,
      ImmutableIntArray roots,
      ImmutableMap<String, Integer> slots,
      IntUnaryOperator first,
      IntPredicate present,
      IntPredicate running) {
    this.steps = steps;
    this.slots = slots;
    this.first = IntStream.range(0, steps.size()).map(first).toArray();
    this.inputs =
        steps.stream()
            .map(step -> step.inputs().stream().map(first).distinct().toArray())
            .toArray(int[][]::new);
    this.precedence = Precedence.of(inputs);
    this.states = new State[steps.size()];
    Arrays.fill(states, State.NOT_NEEDED);
    walk(roots, present, running);
    this.rank = ranks();
  }

  /** From the image down; what is there was built of what was there. */
  private void walk(ImmutableIntArray roots, IntPredicate present, IntPredicate running) {
    Deque<Integer> open = new ArrayDeque<>();
    roots.forEach(root -> open.push(first[root]));
    while (!open.isEmpty()) {
      int step = open.pop();
      if (states[step] != State.NOT_NEEDED) {
        continue;
      }
      if (running.test(step)) { // even if its outputs are there already: its end is to be told
        states[step] = State.RUNNING;
        occupied.add(place(step));
      } else if (present.test(step)) {
        states[step] = State.PRESENT;
      } else {
        states[step] = State.BLOCKED;
        for (int input : inputs[step]) {
          open.push(input);
        }
      }
    }
    for (int step = 0; step < states.length; step++) {
      readyIfUnblocked(step);
    }
  }

  private void readyIfUnblocked(int step) {
    if (states[step] == State.BLOCKED
        && Arrays.stream(inputs[step]).allMatch(input -> states[input].isDone())) {
      states[step] = State.READY;
    }
  }

  /** By step; of what need not be done, that of its longest path above. */
  private double[] ranks() {
    double[] ranks = new double[steps.size()];
    for (int step = steps.size() - 1; step >= 0; step--) { // users come after what they use
      for (int i = 0; i < precedence.dependentCount(step); i++) {
        ranks[step] = Math.max(ranks[step], ranks[precedence.dependent(step, i)]);
      }
      ranks[step] += states[step].isDone() ? 0 : steps.get(step).seconds();
    }
    return ranks;
  }

  private String place(int step) {
    return steps.get(step).builder().orElse(SUBSTITUTERS);
  }

  private int slots(String place) {
    return place.equals(SUBSTITUTERS) ? MOST_SUBSTITUTIONS : slots.getOrDefault(place, 0);
  }

  /** The steps that can be started now, the most urgent first; none that would lack a slot. */
  ImmutableList<Integer> startable() {
    ImmutableList.Builder<Integer> startable = ImmutableList.builder();
    Multiset<String> taken = HashMultiset.create(occupied);
    for (int step : byUrgency(State.READY)) {
      if (taken.count(place(step)) < slots(place(step))) {
        taken.add(place(step));
        startable.add(step);
      }
    }
    return startable.build();
  }

  /** What is not done yet, the most urgent first. */
  ImmutableList<Integer> todo() {
    return byUrgency(State.RUNNING, State.READY, State.BLOCKED);
  }

  private ImmutableList<Integer> byUrgency(State... wanted) {
    return IntStream.range(0, states.length)
        .filter(step -> Arrays.asList(wanted).contains(states[step]))
        .boxed()
        .sorted(Comparator.comparingDouble((Integer step) -> -rank[step]).thenComparing(id -> id))
        .collect(ImmutableList.toImmutableList());
  }

  State state(int step) {
    return states[first[step]];
  }

  void start(int step) {
    change(step, State.READY, State.RUNNING);
    occupied.add(place(step));
  }

  /** Its outputs are there. */
  void finish(int step) {
    change(step, State.RUNNING, State.FINISHED);
    occupied.remove(place(step));
    for (int i = 0; i < precedence.dependentCount(step); i++) {
      readyIfUnblocked(precedence.dependent(step, i));
    }
  }

  /** Its users stay blocked until they are given up. */
  void fail(int step) {
    change(step, State.RUNNING, State.FAILED);
    occupied.remove(place(step));
  }

  /** It was there but is no use. What could be started with it is blocked again. */
  void reject(int step) {
    Preconditions.checkState(states[step].isDone(), "%s is %s", step, states[step]);
    states[step] = State.FAILED;
    for (int i = 0; i < precedence.dependentCount(step); i++) {
      int user = precedence.dependent(step, i);
      states[user] = states[user] == State.READY ? State.BLOCKED : states[user];
    }
  }

  private void change(int step, State from, State to) {
    Preconditions.checkState(
        states[step] == from, "%s is %s, not %s", steps.get(step).label(), states[step], from);
    states[step] = to;
  }

  /** Gives up what depends on a step that failed, and tells what that is, in the order of ids. */
  ImmutableList<Integer> giveUpUsers(int failed) {
    ImmutableList.Builder<Integer> givenUp = ImmutableList.builder();
    for (int step = failed + 1; step < states.length; step++) {
      boolean lacksInput =
          Arrays.stream(inputs[step])
              .anyMatch(input -> input == first[failed] || states[input] == State.GIVEN_UP);
      if (states[step] == State.BLOCKED && lacksInput) {
        states[step] = State.GIVEN_UP;
        givenUp.add(step);
      }
    }
    return givenUp.build();
  }

  /** Something that is no step of this plan still runs there. */
  void occupy(Step stranger) {
    occupied.add(stranger.builder().orElse(SUBSTITUTERS));
  }

  /** It has ended. */
  void release(Step stranger) {
    occupied.remove(stranger.builder().orElse(SUBSTITUTERS));
  }

  /** Whether nothing runs and nothing can be started. */
  boolean isOver() {
    return occupied.isEmpty() && byUrgency(State.READY).isEmpty();
  }
}
