package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.plan.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Steps that come one after the other, such that the end waits for each of them.
 *
 * @param links the first to start first
 * @param seconds from the start of the first to the end of the last
 */
public record Chain(ImmutableList<Link> links, double seconds) {
  /** Starts are sums of what steps last, in whatever order. */
  private static final double SAME = 1e-6;

  /** Why a step does not start before. */
  public enum Wait {
    /** It starts when all begins. */
    NOTHING,
    /** The step before makes what it needs. */
    INPUT,
    /** The step before has the slot of the builder. */
    SLOT;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** A step, and what it waits for in the one before. */
  public record Link(Step step, Wait waitsFor) {}

  /**
   * What the end of a course waits for, back from the step that ends last. Of what a step may wait
   * for it is what ends last, of equals an input, of these the least.
   *
   * @param steps each after its inputs, its id being its place
   */
  static Chain scheduled(ImmutableList<Step> steps) {
    Map<String, TreeMap<Double, Step>> endsOn = new HashMap<>();
    Step last = null;
    for (Step step : steps) {
      if (step.builder().isPresent() && step.seconds() > 0) { // others take no slot
        endsOn
            .computeIfAbsent(step.builder().get(), none -> new TreeMap<>())
            .putIfAbsent(step.finish(), step);
      }
      last = last == null || step.finish() > last.finish() ? step : last;
    }
    Deque<Link> links = new ArrayDeque<>();
    double end = last == null ? 0 : last.finish();
    while (last != null) {
      Step input = lastInput(steps, last);
      Step holder = lastOnBuilder(endsOn, last);
      Wait wait = wait(last, input, holder);
      links.addFirst(new Link(last, wait));
      last = wait == Wait.INPUT ? input : wait == Wait.SLOT ? holder : null;
    }
    return new Chain(ImmutableList.copyOf(links), end);
  }

  private static Wait wait(Step step, @Nullable Step input, @Nullable Step holder) {
    if (step.start() <= SAME || (input == null && holder == null)) {
      return Wait.NOTHING;
    }
    boolean slot = input == null || (holder != null && holder.finish() > input.finish() + SAME);
    return slot ? Wait.SLOT : Wait.INPUT;
  }

  private static @Nullable Step lastInput(ImmutableList<Step> steps, Step of) {
    Step last = null;
    for (int id : of.inputs().asList()) {
      Step input = steps.get(id);
      last = last == null || input.finish() > last.finish() ? input : last;
    }
    return last;
  }

  /** What ended last on its builder before it started. */
  private static @Nullable Step lastOnBuilder(Map<String, TreeMap<Double, Step>> endsOn, Step of) {
    TreeMap<Double, Step> ends = endsOn.get(of.builder().orElse(""));
    if (ends == null || of.seconds() == 0) {
      return null;
    }
    Map.Entry<Double, Step> before = ends.floorEntry(of.start() + SAME);
    // A step that is shorter than what counts as the same time may find itself.
    return before == null || before.getValue().start() >= of.start() ? null : before.getValue();
  }

  /**
   * The longest chain of inputs: no builder, however many its slots, does these steps in less time
   * than they last there.
   *
   * @param steps each after its inputs, its id being its place
   */
  static Chain ofInputs(ImmutableList<Step> steps) {
    double[] longest = new double[steps.size()];
    int[] before = new int[steps.size()];
    int last = -1;
    for (Step step : steps) {
      before[step.id()] = -1;
      for (int input : step.inputs().asList()) {
        if (before[step.id()] < 0 || longest[input] > longest[before[step.id()]]) {
          before[step.id()] = input;
        }
      }
      double ready = before[step.id()] < 0 ? 0 : longest[before[step.id()]];
      longest[step.id()] = ready + step.seconds();
      last = last < 0 || longest[step.id()] > longest[last] ? step.id() : last;
    }
    Deque<Link> links = new ArrayDeque<>();
    for (int id = last; id >= 0; id = before[id]) {
      links.addFirst(new Link(steps.get(id), before[id] < 0 ? Wait.NOTHING : Wait.INPUT));
    }
    return new Chain(ImmutableList.copyOf(links), last < 0 ? 0 : longest[last]);
  }
}
