package dev.crossplan.planner.variant;

import dev.crossplan.planner.instance.DerivationGraph;
import java.util.Optional;

/** What has to be known of platforms to tell packages apart; the cross strategy knows it. */
public interface PlatformKnowledge {

  /** Where the outputs of every derivation of {@code graph} run. */
  HostPlatforms hostPlatforms(DerivationGraph graph);

  /**
   * A form of an ISA string in which equal sets of extensions are equal texts.
   *
   * @param march as in {@code gcc.arch}; empty where nothing is said, which means what compilers do
   *     by themselves
   * @param system Nix system
   */
  String canonicalMarch(Optional<String> march, String system);

  /** Whether {@code march} names an instruction set of {@code system}, as far as that is known. */
  boolean isMarch(String march, String system);

  /**
   * Whether code for {@code march} runs on a board that has {@code board}; both as from {@link
   * #canonicalMarch}. False only where that is known: of two texts that say nothing to us, nothing
   * is.
   */
  boolean runsOn(String march, String board);
}
