package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.estimate.CacheWeather.Share;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Weather;
import dev.crossplan.planner.plan.Course;
import dev.crossplan.planner.plan.Courses;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.util.List;
import java.util.OptionalLong;

/** What courses take from the network, and which substituter has what of it. */
final class Downloads {
  private final DerivationGraph graph;
  private final ImmutableSet<StorePath> imageOutputs;
  private final ImmutableList<Weather> substituters;

  private Downloads(
      DerivationGraph graph,
      ImmutableSet<StorePath> imageOutputs,
      ImmutableList<Weather> substituters) {
    this.graph = graph;
    this.imageOutputs = imageOutputs;
    this.substituters = substituters;
  }

  /** Asks the substituters for what the plan makes, what courses substitute, and the image. */
  static Downloads of(Prepared prepared, Courses courses, Progress progress) {
    DerivationGraph graph = prepared.packages().graph();
    ImmutableSet<StorePath> image = outputs(graph, prepared.manifest().image());
    ImmutableSet.Builder<StorePath> paths = ImmutableSet.builder();
    paths.addAll(image);
    for (Course course : courses.all()) {
      for (Step step : course.steps()) {
        if (course.name().equals(Course.PLAN) || step.action() == Action.SUBSTITUTE) {
          paths.addAll(outputs(graph, step));
        }
      }
    }
    return new Downloads(
        graph,
        image,
        Weather.of(prepared.manifest(), graph, prepared.substitutes(), paths.build(), progress));
  }

  /** As evaluated: what a rewritten step makes has other paths, which no substituter has. */
  private static List<StorePath> outputs(DerivationGraph graph, Step step) {
    return graph.facts(graph.find(step.derivation()).orElseThrow()).knownOutputPaths();
  }

  /** Of attributes, in whichever instance. */
  private static ImmutableSet<StorePath> outputs(
      DerivationGraph graph, ImmutableList<String> attributes) {
    ImmutableSet.Builder<StorePath> outputs = ImmutableSet.builder();
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      for (String attribute : attributes) {
        Integer derivation = graph.attributes(instance).get(attribute);
        if (derivation != null) {
          outputs.addAll(graph.facts(derivation).knownOutputPaths());
        }
      }
    }
    return outputs.build();
  }

  /** What a course downloads. */
  Download of(Course course) {
    int sized = 0;
    long bytes = 0;
    for (Step step : course.steps()) {
      if (step.action() == Action.SUBSTITUTE) {
        OptionalLong size = size(outputs(graph, step));
        sized += size.isPresent() ? 1 : 0;
        bytes += size.orElse(0);
      }
    }
    return new Download(course.count(Action.FETCH), course.count(Action.SUBSTITUTE), sized, bytes);
  }

  /** Of all of them, each from the first that tells; empty where one of them is not told. */
  private OptionalLong size(List<StorePath> outputs) {
    long sum = 0;
    for (StorePath output : outputs) {
      OptionalLong size =
          substituters.stream()
              .map(substituter -> substituter.bytes(output))
              .filter(OptionalLong::isPresent)
              .findFirst()
              .orElse(OptionalLong.empty());
      if (size.isEmpty()) {
        return OptionalLong.empty();
      }
      sum += size.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  /**
   * What each substituter has.
   *
   * @param steps of the plan
   */
  ImmutableList<CacheWeather> weather(ImmutableList<Step> steps) {
    ImmutableSet.Builder<StorePath> planOutputs = ImmutableSet.builder();
    int[] taken = new int[substituters.size()];
    long[] bytes = new long[substituters.size()];
    for (Step step : steps) {
      List<StorePath> outputs = outputs(graph, step);
      planOutputs.addAll(outputs);
      int first = firstWithAll(outputs);
      if (step.action() == Action.SUBSTITUTE && first < substituters.size()) {
        taken[first]++;
        for (StorePath output : outputs) {
          bytes[first] += substituters.get(first).bytes(output).orElse(0);
        }
      }
    }
    ImmutableSet<StorePath> ofPlan = planOutputs.build();
    ImmutableList.Builder<CacheWeather> all = ImmutableList.builder();
    for (int i = 0; i < taken.length; i++) {
      Weather of = substituters.get(i);
      all.add(
          new CacheWeather(
              of.name(),
              share(of, ofPlan),
              share(of, imageOutputs),
              taken[i],
              bytes[i],
              of.answerSeconds(),
              of.complaints()));
    }
    return all.build();
  }

  private int firstWithAll(List<StorePath> outputs) {
    int first = 0;
    while (first < substituters.size() && !substituters.get(first).has().containsAll(outputs)) {
      first++;
    }
    return first;
  }

  private static Share share(Weather of, ImmutableSet<StorePath> paths) {
    return new Share(
        Sets.intersection(paths, of.has()).size(),
        paths.size(),
        Sets.intersection(paths, of.unknown()).size());
  }
}
