package dev.crossplan.scale;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.Derivations;
import dev.crossplan.planner.derivation.EvaluationJob;
import dev.crossplan.planner.derivation.EvaluationJobs;
import dev.crossplan.planner.derivation.StorePath;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one evaluation of a package set gives: derivations, and which attribute is which of them.
 */
final class World {
  final String name;
  final Map<StorePath, Derivation> derivations = new HashMap<>();
  final Map<String, StorePath> attributes = new TreeMap<>();
  final Map<String, String> failures = new TreeMap<>();
  private final Map<StorePath, String> attributeOf = new HashMap<>();

  World(String name) {
    this.name = name;
  }

  /** Reads {@code NAME.json.gz} and {@code NAME.jobs.jsonl}. */
  static World read(Path folder, String name) {
    World world = new World(name);
    Derivations.read(folder.resolve(name + ".json.gz"), world.derivations::put);
    EvaluationJobs.read(
        folder.resolve(name + ".jobs.jsonl"),
        job -> {
          if (job instanceof EvaluationJob.Evaluated evaluated) {
            world.name(job.attribute(), evaluated.derivation());
          } else if (job instanceof EvaluationJob.Failed failed) {
            world.failures.put(job.attribute(), failed.error());
          }
        });
    return world;
  }

  void name(String attribute, StorePath path) {
    attributes.put(attribute, path);
    attributeOf.put(path, attribute);
  }

  void add(String attribute, StorePath path, Derivation derivation) {
    derivations.put(path, derivation);
    name(attribute, path);
  }

  @Nullable String attributeOf(StorePath path) {
    return attributeOf.get(path);
  }

  /** Path of an output of a derivation of it. */
  String output(StorePath path, String name) {
    Derivation derivation = Objects.requireNonNull(derivations.get(path));
    return Objects.requireNonNull(derivation.outputs().get(name))
        .knownPath()
        .orElseThrow()
        .toString();
  }

  @Nullable Derivation derivation(String attribute) {
    StorePath path = attributes.get(attribute);
    return path == null ? null : derivations.get(path);
  }

  /** {@code roots} and all that they need. */
  Set<StorePath> closure(Collection<StorePath> roots) {
    Set<StorePath> found = new TreeSet<>(roots);
    Deque<StorePath> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      StorePath path = open.pop();
      Derivation derivation = derivations.get(path);
      if (derivation == null) {
        throw new IllegalStateException(name + " has no " + path);
      }
      for (StorePath input : derivation.inputDerivations().keySet()) {
        if (found.add(input)) {
          open.push(input);
        }
      }
    }
    return found;
  }

  /** What no other derivation of the world needs. */
  ImmutableSet<StorePath> tops() {
    Set<StorePath> tops = new TreeSet<>(derivations.keySet());
    derivations.values().forEach(each -> tops.removeAll(each.inputDerivations().keySet()));
    return ImmutableSet.copyOf(tops);
  }
}
