package dev.crossplan.planner.rebuild;

import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationGraph;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Derivations of a graph with all that they say, each read once. */
final class WholeDerivations {
  private final DerivationGraph graph;
  private final Function<BitSet, Map<StorePath, Derivation>> reader;
  private final BitSet read = new BitSet();
  private final Map<StorePath, Derivation> known = new HashMap<>();

  WholeDerivations(DerivationGraph graph, Function<BitSet, Map<StorePath, Derivation>> reader) {
    this.graph = graph;
    this.reader = reader;
  }

  /** Reads those that were not read before. */
  void read(BitSet wanted) {
    BitSet missing = (BitSet) wanted.clone();
    missing.andNot(read);
    if (!missing.isEmpty()) {
      known.putAll(reader.apply(missing));
      read.or(missing);
    }
  }

  /** Empty if it was not read. */
  Optional<Derivation> find(StorePath path) {
    return Optional.ofNullable(known.get(path));
  }

  Optional<Derivation> find(int derivation) {
    return find(graph.path(derivation));
  }

  Derivation get(StorePath path) {
    return find(path).orElseThrow(() -> new IllegalArgumentException(path + " was not read"));
  }
}
