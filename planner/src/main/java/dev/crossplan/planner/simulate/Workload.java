package dev.crossplan.planner.simulate;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.alternative.Making;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.plan.MachineEnvironment;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.schedule.Precedence;
import dev.crossplan.planner.schedule.ScheduleProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is to be done, whoever decides where and when: the steps of a plan as tasks, and how long
 * each takes on every builder that can do it in any way, not only in the way that is planned.
 *
 * <p>Machines are the builders in their order, and one more for substitution, which is never full.
 */
public final class Workload {
  private final ScheduleProblem problem;
  private final ImmutableList<Builder> builders;
  private final ImmutableList<Task> tasks;

  /**
   * What is known of a task besides how long it takes.
   *
   * @param derivation by which Nix orders: the name of the derivation with {@code .drv}
   * @param prefersLocal {@code preferLocalBuild} of the derivation
   * @param features how many it requires of a builder
   * @param job the first attribute of the image that needs it, by its place
   * @param machine that it is planned on
   * @param start as planned
   */
  record Task(
      String derivation, boolean prefersLocal, int features, int job, int machine, double start) {}

  /**
   * @param problem one machine more than builders; a task that runs there runs nowhere else
   */
  Workload(ScheduleProblem problem, ImmutableList<Builder> builders, ImmutableList<Task> tasks) {
    Preconditions.checkArgument(
        problem.machineCount() == builders.size() + 1 && problem.taskCount() == tasks.size(),
        "%s machines, %s builders, %s tasks of %s",
        problem.machineCount(),
        builders.size(),
        problem.taskCount(),
        tasks.size());
    this.problem = problem;
    this.builders = builders;
    this.tasks = tasks;
  }

  /**
   * The steps of a plan.
   *
   * @param prepared what it was made from
   */
  public static Workload of(Prepared prepared, Plan plan) {
    DerivationGraph graph = prepared.packages().graph();
    ImmutableList<Builder> builders = plan.builders();
    Makings makings =
        new Makings(
            prepared.packages(),
            prepared.manifest(),
            builders,
            prepared.costs(),
            prepared.substitutes());
    MachineEnvironment environment = new MachineEnvironment(builders);
    int machines = environment.size();
    int n = plan.steps().size();
    double[] durations = new double[n * machines];
    Arrays.fill(durations, Double.POSITIVE_INFINITY);
    int[][] needs = new int[n][];
    long[] outputBytes = new long[n];
    int[] jobs = jobs(plan);
    List<String> labels = new ArrayList<>(n);
    ImmutableList.Builder<Task> tasks = ImmutableList.builderWithExpectedSize(n);
    for (Step step : plan.steps()) {
      int derivation = graph.find(step.derivation()).orElseThrow();
      DerivationFacts facts = graph.facts(derivation);
      int planned = environment.machine(step);
      int row = step.id() * machines;
      if (step.action() != Action.SUBSTITUTE) {
        fill(durations, row, step, derivation, makings, prepared);
      }
      durations[row + planned] = step.seconds();
      needs[step.id()] = step.inputs().toArray();
      outputBytes[step.id()] = step.outputBytes();
      labels.add(step.derivation().baseName());
      tasks.add(
          new Task(
              step.derivation().derivationName() + ".drv",
              facts.prefersLocalBuild(),
              facts.requiredFeatures().size(),
              jobs[step.id()],
              planned,
              step.start()));
    }
    return new Workload(
        ScheduleProblem.of(
            labels,
            Precedence.of(needs),
            environment.machines(n),
            durations,
            new long[0],
            environment.transfers(outputBytes)),
        builders,
        tasks.build());
  }

  /** Every way to do it that the manifest allows, whether it is the one that was chosen or not. */
  private static void fill(
      double[] durations, int row, Step step, int derivation, Makings makings, Prepared prepared) {
    Making planned = new Making(derivation, step.action(), step.strategy()).with(step.toolSet());
    List<Making> ways = new ArrayList<>(makings.of(derivation).possible());
    ways.removeIf(way -> way.tools() != planned.tools());
    ways.add(planned);
    ImmutableList<Builder> builders = makings.builders();
    String system = prepared.packages().graph().facts(derivation).system();
    for (int i = 0; i < builders.size(); i++) {
      Builder builder = builders.get(i);
      double least = Double.POSITIVE_INFINITY;
      for (Making way : ways) {
        if (way.action() == step.action() && makings.isCapable(builder, way)) {
          least = Math.min(least, makings.estimate(way, builder).seconds());
        }
      }
      if (step.action() == Action.FETCH && builder.emulates().contains(system)) {
        least = Math.min(least, prepared.costs().fetch(true).seconds());
      }
      durations[row + i] = least;
    }
  }

  /** By step, the first attribute of the image that needs it. */
  private static int[] jobs(Plan plan) {
    int[] jobs = new int[plan.steps().size()];
    Arrays.fill(jobs, plan.image().size());
    int job = 0;
    for (int root : plan.image().values()) {
      jobs[root] = Math.min(jobs[root], job++);
    }
    for (Step step : plan.steps().reverse()) {
      step.inputs().forEach(input -> jobs[input] = Math.min(jobs[input], jobs[step.id()]));
    }
    return jobs;
  }

  ScheduleProblem problem() {
    return problem;
  }

  public ImmutableList<Builder> builders() {
    return builders;
  }

  Task task(int task) {
    return tasks.get(task);
  }

  public int taskCount() {
    return tasks.size();
  }

  /** Whether it is a download by Nix itself, for which no builder is needed. */
  boolean isSubstitution(int task) {
    return problem.duration(task, builders.size()) < Double.POSITIVE_INFINITY;
  }

  boolean canRun(int task, int builder) {
    return problem.duration(task, builder) < Double.POSITIVE_INFINITY;
  }

  /** How long the task takes where it is planned. */
  double plannedSeconds(int task) {
    return problem.duration(task, tasks.get(task).machine());
  }

  OptionalInt local() {
    return local(builders);
  }

  /** The machine from which the others are driven: the first builder that has no address. */
  static OptionalInt local(ImmutableList<Builder> builders) {
    for (int i = 0; i < builders.size(); i++) {
      if (builders.get(i).uri().isEmpty()) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }
}
