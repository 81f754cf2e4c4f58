package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.derivation.DerivationJson;
import dev.crossplan.planner.derivation.EvaluationJob;
import dev.crossplan.planner.derivation.EvaluationJobs;
import dev.crossplan.planner.derivation.StorePath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads the derivation graphs of the instances of a manifest, several at a time, each source once.
 */
public final class InstanceReader {
  private InstanceReader() {}

  /**
   * The graph of all instances.
   *
   * @throws InputException if a source cannot be read, an input derivation is missing, or there is
   *     a cycle
   */
  public static DerivationGraph read(Manifest manifest, Progress progress) {
    PlatformFlags flags = new PlatformFlags(triples(manifest));
    Map<Instance.Source, Future<GraphPart>> bySource = new LinkedHashMap<>();
    List<Future<GraphPart>> parts = new ArrayList<>();
    ExecutorService readers =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors())));
    try {
      for (Instance instance : manifest.instances()) {
        parts.add(
            bySource.computeIfAbsent(
                instance.source(), source -> readers.submit(reading(instance, flags))));
      }
      List<GraphPart> ofInstances = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        progress.start("reading " + manifest.instances().get(i).name());
        ofInstances.add(result(parts.get(i)));
      }
      progress.start("joining " + manifest.instances().size() + " instances");
      return DerivationGraph.join(manifest.instances(), ofInstances);
    } finally {
      readers.shutdownNow();
    }
  }

  private static ImmutableSet<String> triples(Manifest manifest) {
    ImmutableSet.Builder<String> triples = ImmutableSet.builder();
    for (Instance instance : manifest.instances()) {
      triples.add(instance.local().triple());
      instance.cross().ifPresent(cross -> triples.add(cross.triple()));
    }
    return triples.build();
  }

  private static Callable<GraphPart> reading(Instance instance, PlatformFlags flags) {
    return () -> {
      if (instance.source() instanceof Instance.Exported exported) {
        return readExported(exported, flags);
      }
      throw new InputException(
          "instance " + instance.name() + ": crossplan cannot evaluate it yet",
          "Maybe evaluate it with Nix and name the file: derivations = \"…\".");
    };
  }

  private static GraphPart readExported(Instance.Exported exported, PlatformFlags flags) {
    GraphPart part = new GraphPart(exported.derivations().toString(), flags);
    DerivationJson.read(exported.derivations(), part::add);
    exported.jobs().ifPresent(jobs -> readJobs(jobs, part));
    part.checkComplete();
    if (exported.jobs().isEmpty()) {
      part.nameRoots();
    }
    return part;
  }

  private static void readJobs(Path jobs, GraphPart part) {
    Map<String, StorePath> attributes = new LinkedHashMap<>();
    Map<String, String> failures = new LinkedHashMap<>();
    EvaluationJobs.read(
        jobs,
        job -> {
          if (job instanceof EvaluationJob.Evaluated evaluated) {
            attributes.put(job.attribute(), evaluated.derivation());
          } else if (job instanceof EvaluationJob.Failed failed) {
            failures.put(job.attribute(), failed.error());
          }
        });
    part.setAttributes(ImmutableMap.copyOf(attributes), ImmutableMap.copyOf(failures));
  }

  private static GraphPart result(Future<GraphPart> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted while reading", null, e);
    }
  }
}
