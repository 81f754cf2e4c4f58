package dev.crossplan.planner.rebuild;

import com.google.common.collect.ImmutableSortedMap;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.KeptDerivations;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationGraph;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Derivations of a graph with all that they say, each read once. They are kept compressed, as there
 * may be a hundred thousand: what is asked of them for each of their users is kept besides.
 */
final class WholeDerivations {
  private final DerivationGraph graph;
  private final Rebuilds.Reader reader;
  private final BitSet read = new BitSet();
  private final KeptDerivations kept = new KeptDerivations();
  private final Map<StorePath, Summary> summaries = new HashMap<>();

  WholeDerivations(DerivationGraph graph, Rebuilds.Reader reader) {
    this.graph = graph;
    this.reader = reader;
  }

  /** What users of a derivation say of it. */
  record Summary(ImmutableSortedMap<String, Output> outputs, Optional<String> version) {
    private static Summary of(Derivation derivation) {
      return new Summary(derivation.outputs(), derivation.attribute("version"));
    }

    /** Whether what it gives is known in advance: a download. */
    boolean isFixedOutput() {
      return outputs.values().iterator().next() instanceof Output.Fixed;
    }
  }

  /** Reads those that were not read before. */
  void read(BitSet wanted) {
    BitSet missing = (BitSet) wanted.clone();
    missing.andNot(read);
    if (!missing.isEmpty()) {
      reader.read(
          missing,
          (path, derivation) -> {
            kept.put(path, derivation);
            summaries.put(path, Summary.of(derivation));
          });
      read.or(missing);
    }
  }

  /** Empty if it was not read. */
  Optional<Summary> summary(StorePath path) {
    return Optional.ofNullable(summaries.get(path));
  }

  /** All of it, read anew from its compressed form; empty if it was not read. */
  Optional<Derivation> find(int derivation) {
    return Optional.ofNullable(kept.get(graph.path(derivation)));
  }

  Derivation get(StorePath path) {
    return Optional.ofNullable(kept.get(path)).orElseThrow(() -> unread(path));
  }

  Summary getSummary(StorePath path) {
    return summary(path).orElseThrow(() -> unread(path));
  }

  private static IllegalArgumentException unread(StorePath path) {
    return new IllegalArgumentException(path + " was not read");
  }
}
