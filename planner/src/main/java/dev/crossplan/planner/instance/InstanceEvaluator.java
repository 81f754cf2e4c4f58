package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * Evaluates the instances of a manifest that mean the same, once for all of them: the attributes
 * that any of them names, or where one names none, those of the image.
 */
final class InstanceEvaluator {
  private final Manifest manifest;
  private final List<Instance> written;
  private final NixProgram nix;
  private final EvaluationSlots slots;
  private final ExecutorService threads;
  private final Path folder;
  private final PlatformFlags flags;
  private final Optional<EvaluationCache> cache;
  private final Map<String, StorePath> attributes = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();
  private EvaluationCost cost = EvaluationCost.NONE;

  /**
   * @param written the instances as they are written; the first speaks for all
   * @param cache of earlier evaluations; empty if nothing is taken from there
   */
  InstanceEvaluator(
      Manifest manifest,
      List<Instance> written,
      NixProgram nix,
      EvaluationSlots slots,
      ExecutorService threads,
      Path folder,
      PlatformFlags flags,
      Optional<EvaluationCache> cache) {
    this.manifest = manifest;
    this.written = written;
    this.nix = nix;
    this.slots = slots;
    this.threads = threads;
    this.folder = folder;
    this.flags = flags;
    this.cache = cache;
  }

  /** Whether which attributes are wanted is not said. */
  boolean isLeftToImage() {
    return written.stream().anyMatch(instance -> nixpkgs(instance).attributes().isEmpty());
  }

  /** Whether that is not said, and an attribute of the image did not evaluate. */
  boolean lacksSomeOfImage() {
    return isLeftToImage() && !attributes.keySet().containsAll(manifest.image());
  }

  private static Instance.Nixpkgs nixpkgs(Instance instance) {
    return (Instance.Nixpkgs) instance.source();
  }

  /**
   * Looks whether there is what the instances name, before anything is evaluated.
   *
   * @throws InputException if a package set or an overlay is not there
   */
  void checkSources() {
    NixpkgsSource unused = source();
    for (Instance instance : written) {
      for (Path overlay : nixpkgs(instance).overlays()) {
        if (!Files.exists(overlay)) {
          throw new InputException(
              name(instance) + ": overlays name " + overlay + ", and there is no such file",
              "Maybe it is in another folder: paths begin at that of the manifest.");
        }
      }
    }
  }

  private String name(Instance instance) {
    return manifest.file() + ": instance " + instance.name();
  }

  private NixpkgsSource source() {
    Instance first = written.get(0);
    try {
      return NixpkgsSource.of(nixpkgs(first))
          .checked(nix, manifest.file().toAbsolutePath().resolveSibling("."));
    } catch (InputException e) {
      throw new InputException(name(first) + ": " + e.getMessage(), e.remedy().orElse(null), e);
    }
  }

  /**
   * Evaluates the attributes that are wanted.
   *
   * @throws InputException if Nix is missing, or the package set as a whole does not evaluate
   */
  GraphPart evaluateWanted() throws InterruptedException {
    Map<String, ImmutableList<String>> wanted = new LinkedHashMap<>();
    for (Instance instance : written) {
      ImmutableList<String> named = nixpkgs(instance).attributes();
      for (String attribute : named.isEmpty() ? manifest.image() : named) {
        Optional<ImmutableList<String>> names = AttributePath.parse(attribute);
        if (names.isPresent()) {
          wanted.put(attribute, names.get());
        } else {
          failures.put(attribute, "this is no attribute");
        }
      }
    }
    Evaluation evaluation = evaluation();
    take(evaluation.evaluate(wanted), true);
    return part(evaluation);
  }

  /** Evaluates the attributes that packages may be; what is no package after all is passed over. */
  GraphPart evaluatePackages(PackageAttributes packages) throws InterruptedException {
    Evaluation evaluation = evaluation();
    Map<String, ImmutableList<String>> wanted = new LinkedHashMap<>();
    for (ImmutableList<String> path : packages.among(evaluation.names(PackageAttributes.SETS))) {
      String attribute = AttributePath.join(path);
      if (!attributes.containsKey(attribute) && !failures.containsKey(attribute)) {
        wanted.put(attribute, path);
      }
    }
    take(evaluation.evaluate(wanted), false);
    return part(evaluation);
  }

  private Evaluation evaluation() throws InterruptedException {
    Instance first = written.get(0);
    NixpkgsSource source = source().resolved(nix, folder);
    Evaluator evaluator =
        new Evaluator(
            nix,
            slots,
            new EvaluationRequest(source, first.local(), first.cross(), nixpkgs(first).overlays()),
            folder,
            cache);
    return new Evaluation(nix, threads, name(first), source, evaluator, folder);
  }

  private void take(Map<String, Evaluation.Result> results, boolean missingIsFailure) {
    results.forEach(
        (attribute, result) -> {
          if (result.derivation() != null) {
            attributes.put(attribute, result.derivation());
          } else if (result.error() != null && (missingIsFailure || !result.isMissing())) {
            failures.put(attribute, result.error());
          }
        });
  }

  private GraphPart part(Evaluation evaluation) throws InterruptedException {
    GraphPart part = evaluation.read(attributes.values(), flags);
    part.setAttributes(ImmutableMap.copyOf(attributes), ImmutableMap.copyOf(failures));
    cost = cost.plus(evaluation.cost());
    part.setEvaluationCost(cost);
    part.checkComplete();
    return part;
  }
}
