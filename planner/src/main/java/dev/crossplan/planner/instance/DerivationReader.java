package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.KeptDerivations;
import dev.crossplan.planner.derivation.StorePath;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

/**
 * Reads once more, and whole, some derivations of the instances of a manifest. Instances that were
 * evaluated are not evaluated again: their derivations are in the store of Nix.
 */
public final class DerivationReader {
  private static final int MOST_READERS = 4;

  private final DerivationGraph graph;
  private final BitSet missing;
  private final BiConsumer<StorePath, Derivation> consumer;

  private DerivationReader(
      DerivationGraph graph, BitSet wanted, BiConsumer<StorePath, Derivation> consumer) {
    this.graph = graph;
    this.missing = (BitSet) wanted.clone();
    this.consumer = consumer;
  }

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
    KeptDerivations kept = new KeptDerivations();
    read(manifest, graph, wanted, kept::put);
    return kept;
  }

  /**
   * Reads derivations and keeps none.
   *
   * @param consumer is handed each of the wanted ones once, in any order and one at a time, by
   *     several threads
   * @throws InputException if one is not where it was, or cannot be read
   */
  public static void read(
      Manifest manifest,
      DerivationGraph graph,
      BitSet wanted,
      BiConsumer<StorePath, Derivation> consumer) {
    read(manifest, graph, wanted, new NixProgram(ImmutableMap.copyOf(System.getenv())), consumer);
  }

  static Map<StorePath, Derivation> read(
      Manifest manifest, DerivationGraph graph, BitSet wanted, NixProgram nix) {
    KeptDerivations kept = new KeptDerivations();
    read(manifest, graph, wanted, nix, kept::put);
    return kept;
  }

  private static void read(
      Manifest manifest,
      DerivationGraph graph,
      BitSet wanted,
      NixProgram nix,
      BiConsumer<StorePath, Derivation> consumer) {
    DerivationReader reader = new DerivationReader(graph, wanted, consumer);
    try {
      reader.read(manifest, nix);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted while reading", null, e);
    }
    if (!reader.missing.isEmpty()) {
      throw new InputException(
          manifest.file()
              + ": "
              + graph.path(reader.missing.nextSetBit(0))
              + " was there when the graphs were read, and is not there any more",
          "Maybe a file was written anew meanwhile; plan again.");
    }
  }

  /** Each from the first instance that has it; the files of graphs at the same time. */
  private void read(Manifest manifest, NixProgram nix) throws InterruptedException {
    BitSet left = (BitSet) missing.clone();
    ExecutorService readers = Executors.newFixedThreadPool(MOST_READERS);
    try (TemporaryFolder folder = new TemporaryFolder()) {
      List<Future<?>> files = new ArrayList<>();
      for (int number = 0; number < graph.instances().size() && !left.isEmpty(); number++) {
        Instance instance = graph.instances().get(number);
        ImmutableSortedSet<StorePath> here = take(number, left);
        if (here.isEmpty()) {
          continue;
        }
        if (instance.source() instanceof Instance.Exported exported) {
          files.add(readers.submit(() -> ExportedReader.readAgain(exported, here, this::handOn)));
        } else {
          String name = manifest.file() + ": instance " + instance.name();
          new StoreReader(nix, name, folder.path()).read(here, this::handOn);
        }
      }
      for (Future<?> file : files) {
        Object unused = Evaluation.result(file);
      }
    } finally {
      readers.shutdownNow();
    }
  }

  /** What of {@code left} an instance has: it is taken out. */
  private ImmutableSortedSet<StorePath> take(int instance, BitSet left) {
    ImmutableSortedSet.Builder<StorePath> here = ImmutableSortedSet.naturalOrder();
    for (int each = left.nextSetBit(0); each >= 0; each = left.nextSetBit(each + 1)) {
      if (graph.isIn(instance, each)) {
        here.add(graph.path(each));
        left.clear(each);
      }
    }
    return here.build();
  }

  private synchronized void handOn(StorePath path, Derivation derivation) {
    graph
        .find(path)
        .ifPresent(
            number -> {
              if (missing.get(number)) {
                missing.clear(number);
                consumer.accept(path, derivation);
              }
            });
  }
}
