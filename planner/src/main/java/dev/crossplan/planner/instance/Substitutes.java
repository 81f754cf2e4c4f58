package dev.crossplan.planner.instance;

import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import dev.crossplan.planner.derivation.StorePath;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/** Which derivations need not be built, because all their outputs are in a substituter. */
public final class Substitutes {
  private final BitSet available;

  private Substitutes(BitSet available) {
    this.available = available;
  }

  /** None at all. */
  public static Substitutes none() {
    return new Substitutes(new BitSet());
  }

  /**
   * Asks the substituters of the manifest.
   *
   * @throws InputException if a list of paths cannot be read
   */
  public static Substitutes of(Manifest manifest, DerivationGraph graph) {
    Set<String> paths = new HashSet<>();
    for (Manifest.Substituter substituter : manifest.substituters()) {
      if (substituter instanceof Manifest.InstanceSubstituter instance) {
        addOutputs(graph, instance.instance(), paths);
      } else if (substituter instanceof Manifest.ListSubstituter list) {
        addLines(list.file(), paths);
      } else if (substituter instanceof Manifest.CacheSubstituter cache) {
        throw new InputException(
            manifest.file() + ": substituter " + cache.url() + ": crossplan cannot ask caches yet",
            "Maybe list what it has: file = \"cached-paths.txt\".");
      }
    }
    BitSet available = new BitSet(graph.size());
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      available.set(derivation, hasAll(graph.facts(derivation), paths));
    }
    return new Substitutes(available);
  }

  private static void addOutputs(DerivationGraph graph, String name, Set<String> paths) {
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      if (!graph.instances().get(instance).name().equals(name)) {
        continue;
      }
      for (int derivation = 0; derivation < graph.size(); derivation++) {
        if (graph.isIn(instance, derivation)) {
          DerivationFacts facts = graph.facts(derivation);
          for (int output = 0; output < facts.outputCount(); output++) {
            StorePath path = facts.outputPath(output);
            if (path != null) {
              paths.add(path.toString());
            }
          }
        }
      }
    }
  }

  private static void addLines(Path file, Set<String> paths) {
    InputFile.read(
        file,
        in -> {
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
          int number = 0;
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
              continue;
            }
            try {
              paths.add(StorePath.parse(line.strip()).toString());
            } catch (InputException e) {
              throw new InputException(file + ":" + number + ": " + e.getMessage(), null, e);
            }
          }
          return paths;
        });
  }

  private static boolean hasAll(DerivationFacts facts, Set<String> paths) {
    for (int output = 0; output < facts.outputCount(); output++) {
      StorePath path = facts.outputPath(output);
      if (path == null || !paths.contains(path.toString())) {
        return false;
      }
    }
    return true;
  }

  public boolean has(int derivation) {
    return available.get(derivation);
  }
}
