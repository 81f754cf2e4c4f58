package dev.crossplan.planner.choice;

import dev.crossplan.planner.choice.ChoiceResult.Solved;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Compares what the stages make of the problems in a folder, or writes problems to it.
 *
 * <pre>
 * ChoiceBenchmark FOLDER SECONDS    a line for each problem: cost and bound after the greedy
 *                                   heuristics, after reductions and ascents, and in the end
 * ChoiceBenchmark --generate FOLDER a million recipes in three shapes, deep chains, set covering
 * </pre>
 *
 * <p>Run it from the test classes with the test class path; it is no test.
 */
final class ChoiceBenchmark {
  private ChoiceBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("FOLDER SECONDS or --generate FOLDER expected");
    }
    if (arguments[0].equals("--generate")) {
      generate(Path.of(arguments[1]));
    } else {
      Duration limit = Duration.ofMillis((long) (1000 * Double.parseDouble(arguments[1])));
      System.out.println(
          "problem,recipes,greedy,after ascents,bound,left,cost,bound,optimal,seconds");
      List<Path> files;
      try (Stream<Path> list = Files.list(Path.of(arguments[0]))) {
        files = list.filter(file -> file.toString().contains(".json")).sorted().toList();
      }
      for (Path file : files) {
        System.out.println(line(file, limit));
      }
    }
  }

  private static String line(Path file, Duration limit) {
    ChoiceProblem problem = ChoiceJson.read(file);
    long start = System.nanoTime();
    if (!(Choice.solve(problem, ChoiceOptions.within(limit)) instanceof Solved solved)) {
      return file.getFileName() + "," + problem.recipeCount() + ",impossible";
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Incumbent greedy = new Incumbent(problem);
    Heuristics.run(greedy, new Uses(problem), Deadline.in(limit), new SplittableRandom(0));
    Incumbent early = new Incumbent(problem);
    boolean[] usable = new boolean[problem.recipeCount()];
    Arrays.fill(usable, true);
    int[] left = {0};
    new CoreSolver(
            (incumbent, ascents, allowed, bound, cutoff, random, deadline) -> {
              for (boolean each : allowed) {
                left[0] += each ? 1 : 0;
              }
            },
            4,
            new Effort())
        .solve(
            early, usable, Double.POSITIVE_INFINITY, new SplittableRandom(0), Deadline.in(limit));
    return String.format(
        Locale.ROOT,
        "%s,%d,%.6g,%.6g,%.6g,%d,%.6g,%.6g,%s,%.2f",
        file.getFileName(),
        problem.recipeCount(),
        greedy.cost(),
        early.cost(),
        early.bound(),
        left[0],
        solved.cost(),
        solved.bound(),
        solved.optimal(),
        seconds);
  }

  private static void generate(Path folder) throws IOException {
    Files.createDirectories(folder);
    write(folder.resolve("million-narrow.json"), GeneratedProblems.possible(1, 200_000, 5, 2, 50));
    write(folder.resolve("million.json"), GeneratedProblems.possible(2, 333_334, 3, 3, 1_000));
    write(
        folder.resolve("million-wide.json"), GeneratedProblems.possible(3, 100_000, 10, 4, 20_000));
    write(folder.resolve("chain-100000.json"), GeneratedProblems.chain(100_000));
    write(folder.resolve("chain-500000.json"), GeneratedProblems.chain(500_000));
    write(folder.resolve("cyclic.json"), GeneratedProblems.possible(5, 500, 4, 3, 60));
    write(folder.resolve("cover-60.json"), GeneratedProblems.cover(1, 60, 40, 5, 9));
    write(folder.resolve("cover-200.json"), GeneratedProblems.cover(2, 200, 100, 5, 9));
  }

  private static void write(Path file, ChoiceProblem problem) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      ChoiceJson.write(problem, out);
    }
  }
}
