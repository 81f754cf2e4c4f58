package dev.crossplan.cli;

import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.choice.Choice;
import dev.crossplan.planner.choice.ChoiceJson;
import dev.crossplan.planner.choice.ChoiceOptions;
import dev.crossplan.planner.choice.ChoiceProblem;
import dev.crossplan.planner.choice.ChoiceResult;
import dev.crossplan.planner.choice.Selection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code crossplan choose}: the choice problem on its own. */
@Command(
    name = "choose",
    description = {
      "Chooses one recipe for each artifact that is needed, without a cycle, at the least cost.",
      "",
      "PROBLEM is {\"artifacts\": {NAME: [{\"recipe\": NAME, \"cost\": 4.0, \"needs\": [NAME]}]},"
          + " \"roots\": [NAME]}, plain or gzip. The time limit holds from the start of the program"
          + " to its end.",
      ""
    })
final class ChooseCommand implements Callable<Integer> {
  /** What reading and writing take away from the time limit at the most. */
  private static final double LEAST_SHARE_FOR_SEARCH = 0.5;

  private static final Duration FOR_WRITING = Duration.ofMillis(400);

  @Mixin private CommonOptions options;

  @Parameters(
      paramLabel = "PROBLEM",
      description = "The problem, a .json or .json.gz file; - is standard input.")
  private Path file;

  @Override
  public Integer call() {
    OutputTarget output = options.output();
    ChoiceResult result;
    Duration taken;
    try (ProgressLine progress = options.progress()) {
      progress.start("reading " + file);
      ChoiceProblem problem = ChoiceJson.read(file);
      progress.start("choosing among " + problem.recipeCount() + " recipes");
      long start = System.nanoTime();
      result =
          Choice.solve(problem, ChoiceOptions.within(timeForSearch()).withSeed(options.seed()));
      taken = Duration.ofNanos(System.nanoTime() - start);
      if (result instanceof ChoiceResult.Impossible impossible) {
        throw noChoice(problem, impossible);
      }
    }
    ChoiceResult.Solved solved = (ChoiceResult.Solved) result;
    switch (options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON)) {
      case JSON -> output.write(out -> ChoiceJson.write(solved, taken, out));
      default -> output.write(text(solved));
    }
    return ExitStatus.DONE;
  }

  /** The limit without what has gone already, the start of Java included. */
  private Duration timeForSearch() {
    Duration limit = options.timeLimit();
    Duration gone =
        ProcessHandle.current()
            .info()
            .startInstant()
            .map(start -> Duration.between(start, Instant.now()))
            .orElse(Duration.ZERO);
    Duration left = limit.minus(gone).minus(FOR_WRITING);
    Duration least = Duration.ofNanos((long) (limit.toNanos() * LEAST_SHARE_FOR_SEARCH));
    return left.compareTo(least) > 0 ? left : least;
  }

  private static NoPlanException noChoice(
      ChoiceProblem problem, ChoiceResult.Impossible impossible) {
    StringBuilder message = new StringBuilder("there is no choice:");
    for (ChoiceResult.DeadArtifact dead : impossible.artifacts()) {
      message.append("\n  ").append(name(problem, dead.artifact()));
      if (dead.recipes().isEmpty()) {
        message.append(" has no recipe");
      }
      for (ChoiceResult.DeadRecipe recipe : dead.recipes()) {
        message
            .append("\n    ")
            .append(Visible.line(problem.recipeName(recipe.recipe())))
            .append(": ");
        switch (recipe.death()) {
          case UNUSABLE -> message.append("its cost is infinite");
          case NEEDS_DEAD -> message.append("needs ").append(name(problem, recipe.needs()));
          case NEEDS_IN_CYCLE ->
              message
                  .append("needs ")
                  .append(name(problem, recipe.needs()))
                  .append(", which in turn needs ")
                  .append(name(problem, dead.artifact()));
        }
      }
    }
    return new NoPlanException(message.toString(), "Maybe give one of these another recipe.");
  }

  private static String name(ChoiceProblem problem, int artifact) {
    return Visible.line(problem.artifactName(artifact));
  }

  private String text(ChoiceResult.Solved solved) {
    Selection selection = solved.selection();
    ChoiceProblem problem = selection.problem();
    List<Integer> chosen = new ArrayList<>();
    for (int artifact = 0; artifact < problem.artifactCount(); artifact++) {
      if (selection.contains(artifact)) {
        chosen.add(artifact);
      }
    }
    String table =
        Table.of(
            options.terminal(),
            chosen,
            List.of(
                Table.number("cost", each -> number(problem.cost(selection.recipeOf(each)))),
                Table.text("artifact", problem::artifactName),
                Table.text("recipe", each -> problem.recipeName(selection.recipeOf(each)))));
    String proof =
        solved.optimal() ? "proven least" : "none can be below " + number(solved.bound());
    return table + "cost " + number(solved.cost()) + " (" + proof + ")\n";
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
