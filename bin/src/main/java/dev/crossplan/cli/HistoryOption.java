package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.calibration.CalibrationStore;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.cost.LearnedCosts;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Failures;
import dev.crossplan.planner.history.History;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.plan.Courses;
import dev.crossplan.planner.plan.Explanation;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/**
 * Whether to plan as {@code build} would on this machine, where something may have failed, or from
 * the manifest alone, which gives the same everywhere.
 */
final class HistoryOption {
  private static final String REMEDY_FAILED =
      "Maybe mend it, then build --retry; without --with-history it is planned as if nothing had"
          + " failed.";
  private static final String REMEDY_DECLARED =
      "Maybe lift a constraint, or add a builder that can do it.";

  /** So many failures are told. */
  private static final int FAILURES = 5;

  @Option(
      names = "--with-history",
      description =
          "Plan as build would: what failed on this machine is not tried again, and what there is"
              + " no way left for is left out; where the manifest does not say how long builds"
              + " take, that is estimated from earlier ones.")
  private boolean withHistory;

  /** Reads and pairs; see {@link Planner#prepare}. */
  Prepared prepare(Planner planner, Manifest manifest) {
    Prepared prepared = planner.prepare(manifest, LocalBuilder.unlessNamed(manifest));
    return withHistory ? estimated(prepared) : prepared;
  }

  /** The same, with times that earlier builds tell, unless the manifest says how long they take. */
  static Prepared estimated(Prepared prepared) {
    Manifest manifest = prepared.manifest();
    return manifest.costs().isGiven()
        ? prepared
        : prepared.withCosts(
            LearnedCosts.from(
                    ask(History::timings).orElse(ImmutableList.of()),
                    HistoryOption::measured,
                    prepared.builders(),
                    manifest.costs())
                .withOutputBytes(ask(History::outputBytes).orElse(ImmutableMap.of())));
  }

  /** What calibrate has found out of a machine. */
  static Calibrations measured(Machine machine) {
    return CalibrationStore.of(ImmutableMap.copyOf(System.getenv())).load(machine);
  }

  /** What the history says, if there is any. */
  static <T> Optional<T> ask(Function<History, T> question) {
    Path file = History.file(ImmutableMap.copyOf(System.getenv()));
    Path folder = file.resolveSibling("");
    boolean isFree = Files.isDirectory(folder) || Files.notExists(folder);
    if (isFree && !Files.exists(file)) {
      return Optional.empty();
    }
    try (History history = History.open(file)) {
      return Optional.of(question.apply(history));
    }
  }

  /**
   * Plans the image; with history as much of it as there is a way left for.
   *
   * @throws NoPlanException if there is no plan; where there might be one but for what failed, that
   *     is the remedy
   */
  Plan plan(Planner planner, Prepared image) {
    if (!withHistory) {
      return planner.plan(image);
    }
    Experience experience = failures();
    try {
      return planner.planWhatIsLeft(image, experience);
    } catch (NoPlanException e) {
      throw withRemedy(e, experience);
    }
  }

  /**
   * Plans the image, all of it, and places in time what would be done without a plan as well.
   *
   * @throws NoPlanException see {@link #plan}
   */
  Courses courses(Planner planner, Prepared image) {
    Experience experience = experience();
    try {
      return planner.courses(image, experience);
    } catch (NoPlanException e) {
      throw withRemedy(e, experience);
    }
  }

  private static NoPlanException withRemedy(NoPlanException none, Experience experience) {
    String why = String.valueOf(none.getMessage());
    return isLearned(why, experience) ? new NoPlanException(why, REMEDY_FAILED) : none;
  }

  /**
   * Explains with the plan of what is left.
   *
   * @throws dev.crossplan.planner.InputException if there is no such package
   */
  Explanation explain(Planner planner, Prepared image, String packageName) {
    return planner.explain(image, experience(), packageName);
  }

  /** What to know of the times of a plan that comes of the manifest alone; mostly nothing. */
  String timesNote(Manifest manifest, Terminal terminal) {
    return withHistory || manifest.costs().isGiven()
        ? ""
        : "\n"
            + Prose.sentence(
                terminal,
                "The manifest does not say how long builds take: here a default stands for each."
                    + " build and estimate go by what was built before, and so does plan"
                    + " --with-history.");
  }

  /** Says on standard error what of the image there is no way for, and why. */
  void tell(Plan.Lost lost, Terminal terminal) {
    if (lost.isNothing()) {
      return;
    }
    boolean isLearned = isLearned(String.join("\n", lost.why()), experience());
    Remark.print(
        terminal,
        "there is no way left, so the image is without " + String.join(", ", lost.attributes()),
        lost.why(),
        List.of(isLearned ? REMEDY_FAILED : REMEDY_DECLARED));
  }

  /**
   * Says on standard error which steps of a plan without history failed before: build does not try
   * them again. Nothing where the history cannot be read, as the plan does without.
   */
  void tellFailures(Plan plan, Terminal terminal) {
    List<String> failed = withHistory ? List.of() : failedBefore(plan);
    if (failed.isEmpty()) {
      return;
    }
    List<String> items = new ArrayList<>(failed.subList(0, Math.min(FAILURES, failed.size())));
    if (failed.size() > FAILURES) {
      items.add("and " + (failed.size() - FAILURES) + " more");
    }
    Remark.print(
        terminal,
        "what failed before is planned again, which build does otherwise",
        items,
        List.of("Maybe --with-history: that plans without it, as build does."));
  }

  private static List<String> failedBefore(Plan plan) {
    Failures failures;
    try {
      failures = failures().failures();
    } catch (InputException | BuildException e) {
      return List.of();
    }
    return plan.steps().stream().flatMap(step -> failure(step, failures).stream()).toList();
  }

  /**
   * What is rewritten is another derivation when it is built, and which one takes longer to tell.
   */
  private static Optional<String> failure(Step step, Failures failures) {
    return Optional.ofNullable(failures.ways().get(step.attempt()))
        .or(
            () ->
                step.rewritten() || step.action() != Action.BUILD
                    ? Optional.empty()
                    : Optional.ofNullable(failures.derivations().get(step.derivation())))
        .map(why -> step.label() + ": " + why);
  }

  private static boolean isLearned(String why, Experience experience) {
    return experience.failures().reasons().stream().anyMatch(why::contains);
  }

  /** What failed before, if that is asked for. */
  Experience experience() {
    return withHistory ? failures() : Experience.NONE;
  }

  private static Experience failures() {
    return ask(history -> history.failures(ZoneId.systemDefault()))
        .map(failures -> new Experience(failures, ImmutableList.of()))
        .orElse(Experience.NONE);
  }
}
