package dev.crossplan.planner.variant;

import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Platform;
import java.util.Optional;
import java.util.OptionalInt;

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
   * Why compilers for {@code system} may not take {@code march}; empty if they do, as far as is
   * known.
   *
   * @param gcc the version of GCC, where it is known
   */
  Optional<MarchFault> marchFault(String march, String system, OptionalInt gcc);

  /**
   * Why compilers for {@code system} do not take {@code abi}; empty if they do, as far as is known.
   *
   * @param march what it goes with, as for {@link #canonicalMarch}
   */
  Optional<MarchFault> abiFault(String abi, Optional<String> march, String system);

  /**
   * What code for {@code march} asks of a board, in a form in which texts are equal where it runs
   * on the same boards, though one asks for hints, say, and the other does not.
   *
   * @param march as for {@link #canonicalMarch}
   */
  String instructions(Optional<String> march, String system);

  /**
   * Whether code for {@code march} runs on a board that has {@code board}; both as from {@link
   * #canonicalMarch}. False only where that is known: of two texts that say nothing to us, nothing
   * is.
   */
  boolean runsOn(String march, String board);

  /** As {@link #runsOn}, but true only where that is known. */
  boolean isKnownToRunOn(String march, String board);

  /**
   * What code for {@code march} needs and a board that has {@code board} has not got, by the names
   * of the instruction set; both as from {@link #canonicalMarch}. Empty where that is not known.
   */
  ImmutableSortedSet<String> beyond(String march, String board);
}
