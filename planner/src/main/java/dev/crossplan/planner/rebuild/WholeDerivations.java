package dev.crossplan.planner.rebuild;

import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationGraph;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Derivations of a graph with all that they say, each read once. */
final class WholeDerivations {
  private final DerivationGraph graph;
  private final Function<BitSet, Map<StorePath, Derivation>> reader;
  private final BitSet read = new BitSet();
  private final List<Map<StorePath, Derivation>> parts = new ArrayList<>();

  WholeDerivations(DerivationGraph graph, Function<BitSet, Map<StorePath, Derivation>> reader) {
    this.graph = graph;
    this.reader = reader;
  }

  /** Reads those that were not read before. */
  void read(BitSet wanted) {
    BitSet missing = (BitSet) wanted.clone();
    missing.andNot(read);
    if (!missing.isEmpty()) {
      parts.add(reader.apply(missing));
      read.or(missing);
    }
  }

  /** Empty if it was not read. */
  Optional<Derivation> find(StorePath path) {
    for (Map<StorePath, Derivation> part : parts) {
      Derivation derivation = part.get(path);
      if (derivation != null) {
        return Optional.of(derivation);
      }
    }
    return Optional.empty();
  }

  Optional<Derivation> find(int derivation) {
    return find(graph.path(derivation));
  }

  Derivation get(StorePath path) {
    return find(path).orElseThrow(() -> new IllegalArgumentException(path + " was not read"));
  }
}
