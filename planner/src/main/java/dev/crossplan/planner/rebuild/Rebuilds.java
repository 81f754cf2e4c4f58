package dev.crossplan.planner.rebuild;

import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.variant.Packages;
import java.util.BitSet;
import java.util.function.BiConsumer;
import java.util.function.IntToDoubleFunction;

/**
 * Compares instances of one graph with one another. What was read for one comparison is not read
 * again for the next. Not for several threads at once.
 */
public final class Rebuilds {
  private final Packages packages;
  private final WholeDerivations derivations;
  private final IntToDoubleFunction seconds;
  private final Substitutes substitutes;

  /** Reads whole derivations of the graph. */
  @FunctionalInterface
  public interface Reader {

    /** Hands on each of {@code wanted} with its path. */
    void read(BitSet wanted, BiConsumer<StorePath, Derivation> consumer);
  }

  /**
   * @param seconds that building a derivation takes at least
   * @param substitutes what need not be built
   */
  public Rebuilds(
      Packages packages, Reader reader, IntToDoubleFunction seconds, Substitutes substitutes) {
    this.packages = packages;
    this.derivations = new WholeDerivations(packages.graph(), reader);
    this.seconds = seconds;
    this.substitutes = substitutes;
  }

  /** What has to be built anew, and why. */
  public Rebuild between(Comparison comparison) {
    return Rebuild.between(packages, comparison, derivations, seconds, substitutes);
  }

  /**
   * What has to be built anew and was another derivation before, without why: sooner known, as most
   * of it is told by names. Of those with the same outputs it has one.
   */
  public BitSet others(Comparison comparison) {
    return Rebuild.others(packages, comparison, derivations);
  }
}
