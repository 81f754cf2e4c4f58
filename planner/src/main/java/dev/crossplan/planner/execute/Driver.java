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
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
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

  /** As a user of steps: the image itself. */
  static final int IMAGE = -1;

  private static final String SUBSTITUTERS = "";

  private final ImmutableList<Step> steps;

  /** By step, the first of those that are one derivation: it stands for all of them. */
  private final int[] first;

  /** By step, the first of those that are each of its inputs. */
  private final int[][] inputs;

  private final Precedence precedence;
  private final ImmutableMap<String, Integer> slots;
  private final ImmutableMap<String, Long> memory;
  private final Multiset<String> occupied = HashMultiset.create();

  /** By builder, bytes of what runs there. */
  private final Map<String, Long> taken = new HashMap<>();

  private final State[] states;

  /** By step, as which it uses its builder: what was started under another plan stays there. */
  private final Step[] using;

  /** By step that is given up, the one that failed. */
  private final int[] because;

  private final double[] rank;

  /** What is in the store. */
  @FunctionalInterface
  interface Presence {
    /**
     * Whether all is there that is used of a step.
     *
     * @param user a step, or {@link #IMAGE}
     */
    boolean of(int step, int user);
  }

  /** How far a step is. */
  enum State {
    /** What is needed of its outputs is there. */
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
   * @param memory by builder, bytes; of those that are not there nobody asks
   * @param first which step stands for a step: of those that became one derivation by what they
   *     were given, the first
   * @param presence of the outputs of the steps
   * @param running as which a step was started already; empty if it was not
   * @param failed whether a step has failed before; what depends on it is given up
   */
  Driver(
      ImmutableList<Step> steps,
      ImmutableIntArray roots,
      ImmutableMap<String, Integer> slots,
      ImmutableMap<String, Long> memory,
      IntUnaryOperator first,
      Presence presence,
      IntFunction<Optional<Step>> running,
      IntPredicate failed) {
    this.steps = steps;
    this.using = steps.toArray(Step[]::new);
    this.slots = slots;
    this.memory = memory;
    this.first = IntStream.range(0, steps.size()).map(first).toArray();
    this.inputs =
        steps.stream()
            .map(step -> step.inputs().stream().map(first).distinct().toArray())
            .toArray(int[][]::new);
    this.precedence = Precedence.of(inputs);
    this.states = new State[steps.size()];
    Arrays.fill(states, State.NOT_NEEDED);
    this.because = new int[steps.size()];
    BitSet inVain = new BitSet();
    IntStream.range(0, steps.size()).filter(failed).forEach(step -> inVain.set(this.first[step]));
    BitSet lost = dependents(inVain);
    walk(roots, (step, user) -> !lost.get(step) && presence.of(step, user), running, inVain::get);
    this.rank = ranks();
    for (int step = 0; step < states.length; step++) {
      if (states[step] == State.FAILED) {
        ImmutableList<Integer> unused = giveUpUsers(step);
      }
    }
  }

  /** Those that need one of {@code origins}, however indirectly. */
  private BitSet dependents(BitSet origins) {
    BitSet dependents = new BitSet();
    for (int step = 0; step < inputs.length; step++) { // users come after what they use
      for (int input : inputs[step]) {
        if (origins.get(input) || dependents.get(input)) {
          dependents.set(first[step]);
        }
      }
    }
    return dependents;
  }

  /**
   * From the image down; what is there was built of what was there. A garbage collector may have
   * taken some outputs of a step only, so one user can be content with what is there and the next
   * one not.
   */
  private void walk(
      ImmutableIntArray roots,
      Presence presence,
      IntFunction<Optional<Step>> running,
      IntPredicate failed) {
    Deque<Integer> missing = new ArrayDeque<>();
    roots.forEach(root -> visit(root, IMAGE, missing, presence, running, failed));
    while (!missing.isEmpty()) {
      int user = missing.pop();
      for (int input : inputs[user]) {
        visit(input, user, missing, presence, running, failed);
      }
    }
    for (int step = 0; step < states.length; step++) {
      readyIfUnblocked(step);
    }
  }

  private void visit(
      int input,
      int user,
      Deque<Integer> missing,
      Presence presence,
      IntFunction<Optional<Step>> running,
      IntPredicate failed) {
    int step = first[input];
    if (states[step] != State.NOT_NEEDED && states[step] != State.PRESENT) {
      return;
    }
    Optional<Step> started = running.apply(step);
    if (started.isPresent()) { // even if its outputs are there already: its end is to be told
      states[step] = State.RUNNING;
      using[step] = started.get();
      occupy(using[step]);
    } else if (failed.test(step)) {
      states[step] = State.FAILED;
    } else if (presence.of(step, user)) {
      states[step] = State.PRESENT;
    } else {
      states[step] = State.BLOCKED;
      missing.push(step);
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

  private static String place(Step step) {
    return step.builder().orElse(SUBSTITUTERS);
  }

  private int slots(String place) {
    return place.equals(SUBSTITUTERS) ? MOST_SUBSTITUTIONS : slots.getOrDefault(place, 0);
  }

  /**
   * The steps that can be started now, the most urgent first; none that would lack a slot, or
   * memory beside what runs.
   *
   * @param doubtful whether it is not known yet if a step is right; what depends on it waits
   * @param isThere whether a builder can be used now
   */
  ImmutableList<Integer> startable(IntPredicate doubtful, Predicate<String> isThere) {
    BitSet unsure = new BitSet();
    IntStream.range(0, steps.size()).filter(doubtful).forEach(step -> unsure.set(first[step]));
    BitSet waiting = dependents(unsure);
    ImmutableList.Builder<Integer> startable = ImmutableList.builder();
    Multiset<String> inUse = HashMultiset.create(occupied);
    Map<String, Long> remembered = new HashMap<>(taken);
    for (int step : byUrgency(State.READY)) {
      String place = place(steps.get(step));
      long bytes = steps.get(step).memory();
      long before = remembered.getOrDefault(place, 0L);
      if (!waiting.get(step)
          && (place.equals(SUBSTITUTERS) || isThere.test(place))
          && inUse.count(place) < slots(place)
          && before <= memory.getOrDefault(place, Long.MAX_VALUE) - bytes) {
        inUse.add(place);
        remembered.put(place, before + bytes);
        startable.add(step);
      }
    }
    return startable.build();
  }

  /**
   * Whether a step could begin if its builder were there.
   *
   * @param isThere whether a builder can be used now
   */
  boolean isAwaiting(Predicate<String> isThere) {
    return IntStream.range(0, states.length)
        .filter(step -> states[step] == State.READY)
        .mapToObj(step -> place(steps.get(step)))
        .anyMatch(place -> !place.equals(SUBSTITUTERS) && !isThere.test(place));
  }

  /**
   * Whether a builder has nothing to begin while steps that could begin wait for another: things
   * have taken other times than planned.
   *
   * @param isThere whether a builder can be used now
   */
  boolean isLopsided(Predicate<String> isThere) {
    Set<String> wanted = new HashSet<>();
    for (int step = 0; step < states.length; step++) {
      if (states[step] == State.READY) {
        wanted.add(place(steps.get(step)));
      }
    }
    return wanted.stream()
            .anyMatch(place -> isThere.test(place) && occupied.count(place) >= slots(place))
        && slots.keySet().stream()
            .anyMatch(
                place ->
                    isThere.test(place)
                        && !wanted.contains(place)
                        && occupied.count(place) < slots(place));
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
    occupy(using[step]);
  }

  /** Its outputs are there. */
  void finish(int step) {
    change(step, State.RUNNING, State.FINISHED);
    release(using[step]);
    for (int i = 0; i < precedence.dependentCount(step); i++) {
      readyIfUnblocked(precedence.dependent(step, i));
    }
  }

  /** It has ended, but something is still to be made. */
  void repeat(int step) {
    change(step, State.RUNNING, State.READY);
    release(using[step]);
    using[step] = steps.get(step);
  }

  /** Its users stay blocked until they are given up. */
  void fail(int step) {
    change(step, State.RUNNING, State.FAILED);
    release(using[step]);
  }

  /** It was there but is no use, nor is what was made of it. What could be started is blocked. */
  void reject(int step) {
    Preconditions.checkState(states[step].isDone(), "%s is %s", step, states[step]);
    states[step] = State.FAILED;
    BitSet rejected = new BitSet();
    rejected.set(step);
    dependents(rejected).stream()
        .filter(user -> states[user].isDone() || states[user] == State.READY)
        .forEach(user -> states[user] = State.BLOCKED);
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
        because[step] = failed;
        givenUp.add(step);
      }
    }
    return givenUp.build();
  }

  /** The step that failed, for one that is given up. */
  int because(int givenUp) {
    return because[first[givenUp]];
  }

  /** It runs on its builder, be it a step of this plan or none. */
  void occupy(Step step) {
    String place = place(step);
    occupied.add(place);
    taken.merge(place, step.memory(), Long::sum);
  }

  /** It has ended. */
  void release(Step step) {
    String place = place(step);
    occupied.remove(place);
    taken.merge(place, -step.memory(), Long::sum);
  }

  /**
   * Whether nothing runs, and nothing is ready that could be started at some time.
   *
   * @param isHoped whether a builder can be used, now or later
   */
  boolean isOver(Predicate<String> isHoped) {
    return occupied.isEmpty()
        && IntStream.range(0, states.length)
            .filter(step -> states[step] == State.READY)
            .mapToObj(step -> place(steps.get(step)))
            .noneMatch(place -> place.equals(SUBSTITUTERS) || isHoped.test(place));
  }
}
