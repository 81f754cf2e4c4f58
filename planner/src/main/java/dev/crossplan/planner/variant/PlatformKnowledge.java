package dev.crossplan.planner.variant;

import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.MarchMeaning;
import dev.crossplan.planner.instance.Platform;
import java.util.Optional;

/** What has to be known of platforms to tell packages apart; the cross strategy knows it. */
public interface PlatformKnowledge {

  /** Where the outputs of every derivation of {@code graph} run. */
  HostPlatforms hostPlatforms(DerivationGraph graph);

  /** As {@link MarchMeaning#canonicalMarch}, for whatever reads instances. */
  String canonicalMarch(Optional<String> march, String system);

  /**
   * A form of what code has to agree on to be linked together, C library and calling convention, in
   * which equal meanings are equal texts.
   *
   * @param march what is compiled for, as from {@link #canonicalMarch}
   */
  String canonicalAbi(Platform platform, String march);

  /** Whether a package of this name is a C library that programs are linked with. */
  boolean isLibc(String packageName);

  /** Whether {@code march} names an instruction set of {@code system}, as far as that is known. */
  boolean isMarch(String march, String system);

  /**
   * Whether code for {@code march} runs on a board that has {@code board}; both as from {@link
   * #canonicalMarch}. False only where that is known: of two texts that say nothing to us, nothing
   * is.
   */
  boolean runsOn(String march, String board);
}
