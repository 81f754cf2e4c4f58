package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.KeptDerivations;
import dev.crossplan.planner.derivation.StorePath;
import java.util.BitSet;
import java.util.Map;

/**
 * Reads once more, and whole, some derivations of the instances of a manifest. Instances that were
 * evaluated are not evaluated again: their derivations are in the store of Nix.
 */
public final class DerivationReader {
  private DerivationReader() {}

  /**
   * Reads derivations.
   *
   * @param graph what was read of {@code manifest} before
   * @param wanted derivations of {@code graph}
   * @return the wanted ones by path, compressed
   * @throws InputException if one is not where it was, or cannot be read
   */
  public static Map<StorePath, Derivation> read(
      Manifest manifest, DerivationGraph graph, BitSet wanted) {
    return read(manifest, graph, wanted, new NixProgram(ImmutableMap.copyOf(System.getenv())));
  }

  static Map<StorePath, Derivation> read(
      Manifest manifest, DerivationGraph graph, BitSet wanted, NixProgram nix) {
    KeptDerivations kept = new KeptDerivations();
    BitSet missing = (BitSet) wanted.clone();
    try (TemporaryFolder folder = new TemporaryFolder()) {
      for (int number = 0; number < graph.instances().size() && !missing.isEmpty(); number++) {
        Instance instance = graph.instances().get(number);
        ImmutableSortedSet<StorePath> here = paths(graph, number, missing);
        if (here.isEmpty()) {
          continue;
        }
        if (instance.source() instanceof Instance.Exported exported) {
          ExportedReader.readAgain(
              exported, here, (path, derivation) -> keep(path, derivation, graph, missing, kept));
        } else {
          String name = manifest.file() + ": instance " + instance.name();
          new StoreReader(nix, name, folder.path())
              .read(here, (path, derivation) -> keep(path, derivation, graph, missing, kept));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted while reading", null, e);
    }
    if (!missing.isEmpty()) {
      throw new InputException(
          manifest.file()
              + ": "
              + graph.path(missing.nextSetBit(0))
              + " was there when the graphs were read, and is not there any more",
          "Maybe a file was written anew meanwhile; plan again.");
    }
    return kept;
  }

  private static ImmutableSortedSet<StorePath> paths(
      DerivationGraph graph, int instance, BitSet missing) {
    return missing.stream()
        .filter(derivation -> graph.isIn(instance, derivation))
        .mapToObj(graph::path)
        .collect(ImmutableSortedSet.toImmutableSortedSet(StorePath::compareTo));
  }

  private static void keep(
      StorePath path,
      Derivation derivation,
      DerivationGraph graph,
      BitSet missing,
      KeptDerivations kept) {
    graph
        .find(path)
        .ifPresent(
            number -> {
              if (missing.get(number)) {
                missing.clear(number);
                kept.put(path, derivation);
              }
            });
  }
}
