package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Progress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Reads the derivation graphs of the instances of a manifest, and has those evaluated that are not
 * yet: several at a time, each that means the same once.
 */
public final class InstanceReader {
  private static final int MOST_READERS = 4;
  private static final int PATIENCE_SECONDS = 5;

  private final Manifest manifest;
  private final Progress progress;
  private final NixProgram nix;
  private final PlatformFlags flags;
  private final TemporaryFolder folder;
  private final EvaluationSlots slots;
  private final Optional<EvaluationCache> cache;

  /** More than there are processors: so three files keep two of them busy to the end. */
  private final ExecutorService readers = Executors.newFixedThreadPool(MOST_READERS);

  /** They wait for Nix; how many programs of Nix run at a time is not for them to limit. */
  private final ExecutorService waiting = Executors.newCachedThreadPool();

  private InstanceReader(
      Manifest manifest,
      Progress progress,
      NixProgram nix,
      TemporaryFolder folder,
      EvaluationSlots slots) {
    this.manifest = manifest;
    this.progress = progress;
    this.nix = nix;
    this.flags = new PlatformFlags(triples(manifest));
    this.folder = folder;
    this.slots = slots;
    this.cache = manifest.evaluation().isCached() ? nix.evaluationCache() : Optional.empty();
  }

  /**
   * The graph of all instances.
   *
   * @throws InputException if a source cannot be read, an instance does not evaluate at all, Nix is
   *     needed and missing, an input derivation is missing, or there is a cycle
   */
  public static DerivationGraph read(Manifest manifest, Progress progress) {
    return read(manifest, progress, new NixProgram(ImmutableMap.copyOf(System.getenv())));
  }

  static DerivationGraph read(Manifest manifest, Progress progress, NixProgram nix) {
    return read(manifest, progress, nix, slots(manifest));
  }

  /** What its evaluations may take. */
  static EvaluationSlots slots(Manifest manifest) {
    long evaluated =
        distinct(manifest).keySet().stream()
            .filter(instance -> instance.source() instanceof Instance.Nixpkgs)
            .count();
    return new EvaluationSlots(
        manifest.evaluation().memory().orElseGet(EvaluationSlots::usualLimit),
        Runtime.getRuntime().availableProcessors(),
        (int) evaluated);
  }

  static DerivationGraph read(
      Manifest manifest, Progress progress, NixProgram nix, EvaluationSlots slots) {
    InstanceReader reader =
        new InstanceReader(manifest, progress, nix, new TemporaryFolder(), slots);
    try {
      return reader.read(distinct(manifest));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted while reading", null, e);
    } finally {
      reader.end();
    }
  }

  private void end() {
    readers.shutdownNow();
    waiting.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      if (waiting.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        folder.close(); // else it goes with this process
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
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

  /** The instances, by what they mean. */
  private static Map<DistinctInstance, List<Instance>> distinct(Manifest manifest) {
    Map<DistinctInstance, List<Instance>> distinct = new LinkedHashMap<>();
    for (Instance instance : manifest.instances()) {
      distinct
          .computeIfAbsent(DistinctInstance.of(instance), none -> new ArrayList<>())
          .add(instance);
    }
    return distinct;
  }

  private DerivationGraph read(Map<DistinctInstance, List<Instance>> distinct)
      throws InterruptedException {
    Map<DistinctInstance, Future<GraphPart>> parts = new LinkedHashMap<>();
    Map<DistinctInstance, InstanceEvaluator> evaluators = new LinkedHashMap<>();
    distinct.forEach(
        (meant, written) -> {
          if (meant.source() instanceof Instance.Nixpkgs) {
            evaluators.put(
                meant,
                new InstanceEvaluator(
                    manifest, written, nix, slots, waiting, folder.path(), flags, cache));
          }
        });
    evaluators.values().forEach(InstanceEvaluator::checkSources);
    distinct.forEach(
        (meant, written) -> {
          InstanceEvaluator evaluator = evaluators.get(meant);
          if (evaluator != null) {
            parts.put(meant, waiting.submit(evaluator::evaluateWanted));
          } else {
            Instance.Exported exported = (Instance.Exported) written.get(0).source();
            parts.put(meant, readers.submit(() -> ExportedReader.read(exported, flags)));
          }
        });
    Map<DistinctInstance, GraphPart> read = new LinkedHashMap<>();
    for (Map.Entry<DistinctInstance, Future<GraphPart>> part : parts.entrySet()) {
      progress.start(
          (evaluators.containsKey(part.getKey()) ? "evaluating " : "reading ")
              + distinct.getOrDefault(part.getKey(), List.of()).get(0).name());
      read.put(part.getKey(), Evaluation.result(part.getValue()));
    }
    read.putAll(evaluateParts(read, evaluators));
    progress.start("joining " + manifest.instances().size() + " instances");
    List<GraphPart> ofInstances = new ArrayList<>();
    Map<Instance, GraphPart> byInstance = new LinkedHashMap<>();
    distinct.forEach(
        (meant, written) -> written.forEach(instance -> byInstance.put(instance, read.get(meant))));
    manifest.instances().forEach(instance -> ofInstances.add(byInstance.get(instance)));
    List<Predicate<String>> isWanted = new ArrayList<>();
    for (Instance instance : manifest.instances()) {
      isWanted.add(
          isWanted(instance, distinct.getOrDefault(DistinctInstance.of(instance), List.of())));
    }
    return DerivationGraph.join(manifest.instances(), ofInstances, isWanted);
  }

  /**
   * The attributes that an instance names; where it names none, all but what only others name that
   * are evaluated with it.
   */
  private Predicate<String> isWanted(Instance instance, List<Instance> alike) {
    if (!(instance.source() instanceof Instance.Nixpkgs nixpkgs)) {
      return attribute -> true;
    }
    if (!nixpkgs.attributes().isEmpty()) {
      return nixpkgs.attributes()::contains;
    }
    Set<String> ofOthers = new HashSet<>();
    for (Instance other : alike) {
      if (other.source() instanceof Instance.Nixpkgs source) {
        ofOthers.addAll(source.attributes());
      }
    }
    manifest.image().forEach(ofOthers::remove);
    return attribute -> !ofOthers.contains(attribute);
  }

  /**
   * Where the image does not evaluate, most of what it is made of may: systemd stops a
   * cross-compiled image, yet all other packages in it can be cross-compiled. So unless the
   * manifest says which attributes are wanted, the packages of the image, as the other instances
   * have it, are tried by their names.
   */
  private Map<DistinctInstance, GraphPart> evaluateParts(
      Map<DistinctInstance, GraphPart> read, Map<DistinctInstance, InstanceEvaluator> evaluators)
      throws InterruptedException {
    Map<DistinctInstance, GraphPart> more = new LinkedHashMap<>();
    if (evaluators.values().stream().noneMatch(InstanceEvaluator::lacksSomeOfImage)) {
      return more;
    }
    PackageAttributes packages = new PackageAttributes();
    read.values().forEach(part -> part.packagesOf(manifest.image(), packages::add));
    Map<DistinctInstance, Future<GraphPart>> parts = new LinkedHashMap<>();
    evaluators.forEach(
        (meant, evaluator) -> {
          if (evaluator.isLeftToImage()) {
            parts.put(meant, waiting.submit(() -> evaluator.evaluatePackages(packages)));
          }
        });
    for (Map.Entry<DistinctInstance, Future<GraphPart>> part : parts.entrySet()) {
      progress.start("evaluating the packages of the image");
      more.put(part.getKey(), Evaluation.result(part.getValue()));
    }
    return more;
  }
}
