package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.MachineEnvironment;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.schedule.ListScheduler;
import dev.crossplan.planner.schedule.Precedence;
import dev.crossplan.planner.schedule.ScheduleProblem;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the steps that are left of a plan take, if each lasts as long as expected. A step that runs
 * for longer than expected counts as if it ended at once.
 */
public final class Outlook {
  private final MachineEnvironment environment;
  private final ImmutableList<Step> steps;
  private final double[] seconds;
  private final int[][] needs;
  private final double[] chains;

  private Outlook(Plan plan, ImmutableList<Step> steps, double[] seconds) {
    this.environment = new MachineEnvironment(plan.builders());
    this.steps = steps;
    this.seconds = seconds;
    this.needs = needs(steps);
    this.chains = chains();
  }

  /** What all of {@code todo}, steps of the plan, takes from now on. */
  public static Outlook of(Plan plan, Collection<Step> todo) {
    return of(
        plan,
        todo.stream().map(Step::derivation).collect(ImmutableSet.toImmutableSet()),
        ImmutableMap.of());
  }

  /**
   * What is left while steps run.
   *
   * @param todo derivations of the steps that are not done, those that run among them; one that the
   *     plan does not make is ignored
   * @param running for how many seconds a step has run, by its derivation
   */
  public static Outlook of(Plan plan, Set<StorePath> todo, Map<StorePath, Double> running) {
    ImmutableList<Step> steps =
        plan.steps().stream()
            .filter(step -> todo.contains(step.derivation()))
            .collect(ImmutableList.toImmutableList());
    return new Outlook(
        plan,
        steps,
        steps.stream()
            .mapToDouble(
                step -> Math.max(0, step.seconds() - running.getOrDefault(step.derivation(), 0.0)))
            .toArray());
  }

  /** By step, the places in {@code steps} of the inputs that are not there yet. */
  private static int[][] needs(List<Step> steps) {
    Int2IntOpenHashMap places = new Int2IntOpenHashMap();
    steps.forEach(step -> places.put(step.id(), places.size()));
    return steps.stream()
        .map(step -> step.inputs().stream().filter(places::containsKey).map(places::get).toArray())
        .toArray(int[][]::new);
  }

  /** By step, the seconds of the longest chain that it begins. */
  private double[] chains() {
    double[] chains = new double[seconds.length];
    // A plan has each step after its inputs, so that from its end on the longest one is known.
    for (int i = chains.length - 1; i >= 0; i--) {
      chains[i] += seconds[i];
      for (int input : needs[i]) {
        chains[input] = Math.max(chains[input], chains[i]);
      }
    }
    return chains;
  }

  /** The sum of what is left. */
  public double builderSeconds() {
    return Arrays.stream(seconds).sum();
  }

  /**
   * Less is not possible: neither for the longest chain, nor for what each builder has to do,
   * spread over its slots.
   */
  public double atLeastSeconds() {
    double least = Arrays.stream(chains).max().orElse(0);
    for (int m = 0; m < environment.builders().size(); m++) {
      Builder builder = environment.builders().get(m);
      double load = 0;
      for (int i = 0; i < seconds.length; i++) {
        load += environment.machine(steps.get(i)) == m ? seconds[i] : 0;
      }
      least = Math.max(least, load / builder.slots());
    }
    return least;
  }

  /** How long it takes if the builders do the longest chains first. */
  public double expectedSeconds() {
    int machines = environment.size();
    double[] durations = new double[steps.size() * machines];
    Arrays.fill(durations, Double.POSITIVE_INFINITY);
    for (int i = 0; i < seconds.length; i++) {
      durations[i * machines + environment.machine(steps.get(i))] = seconds[i];
    }
    List<String> names = steps.stream().map(step -> step.derivation().toString()).toList();
    return ListScheduler.schedule(
            ScheduleProblem.of(
                names, Precedence.of(needs), environment.machines(steps.size()), durations))
        .makespan();
  }

  /** Steps of which each is an input of the next, and that together last longest. */
  public ImmutableList<Step> longestChain() {
    ImmutableList.Builder<Step> chain = ImmutableList.builder();
    int at = longest(-1);
    while (at >= 0) {
      chain.add(steps.get(at));
      at = longest(at);
    }
    return chain.build();
  }

  /**
   * The step that begins the longest chain, among those that need {@code input}; among all for -1.
   */
  private int longest(int input) {
    int longest = -1;
    for (int i = 0; i < chains.length; i++) {
      boolean follows = input < 0 || Arrays.stream(needs[i]).anyMatch(need -> need == input);
      if (follows && (longest < 0 || chains[i] > chains[longest])) {
        longest = i;
      }
    }
    return longest;
  }
}
