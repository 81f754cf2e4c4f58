package dev.crossplan.planner.derivation;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.util.Optional;

/** What nix-eval-jobs says of one attribute: one line of its output. */
public sealed interface EvaluationJob {

  /** The attribute as text: {@code python3Packages.numpy}. */
  String attribute();

  /** The attribute as names: {@code [python3Packages, numpy]}. */
  ImmutableList<String> attributePath();

  /**
   * It is a derivation.
   *
   * @param name of the derivation
   * @param system it is built on; empty if the line does not say
   * @param outputs their paths; an empty one is not known before it is built
   * @param requiredSystemFeatures what a machine must offer to build it
   * @param inputDerivations outputs it uses, by derivation; empty unless {@code --show-input-drvs}
   * @param cacheStatus empty unless {@code --check-cache-status}
   */
  record Evaluated(
      String attribute,
      ImmutableList<String> attributePath,
      StorePath derivation,
      String name,
      Optional<String> system,
      ImmutableSortedMap<String, Optional<StorePath>> outputs,
      ImmutableList<String> requiredSystemFeatures,
      ImmutableSortedMap<StorePath, InputOutputs> inputDerivations,
      Optional<CacheStatus> cacheStatus)
      implements EvaluationJob {}

  /**
   * It could not be evaluated.
   *
   * @param error the message of Nix, with its line breaks
   */
  record Failed(String attribute, ImmutableList<String> attributePath, String error)
      implements EvaluationJob {}

  /** Where the outputs are. */
  enum CacheStatus {
    /** In the local store. */
    LOCAL("local"),
    /** In a binary cache. */
    CACHED("cached"),
    /** Nowhere yet. */
    NOT_BUILT("notBuilt");

    private final String nixName;

    CacheStatus(String nixName) {
      this.nixName = nixName;
    }

    /** As nix-eval-jobs writes it: {@code notBuilt}. */
    public String nixName() {
      return nixName;
    }
  }
}
