package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.DerivationJson;
import dev.crossplan.planner.derivation.Derivations;
import dev.crossplan.planner.derivation.EvaluationJob;
import dev.crossplan.planner.derivation.EvaluationJobs;
import dev.crossplan.planner.derivation.StorePath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Reads an instance that was evaluated before, in whatever form it was kept. */
final class ExportedReader {
  private static final Pattern STORE_NAME = Pattern.compile("[0-9a-z]{32}-.+");

  private final Path derivations;
  private final GraphPart part;

  private ExportedReader(Path derivations, PlatformFlags flags) {
    this.derivations = derivations;
    this.part = new GraphPart(derivations.toString(), flags);
  }

  /**
   * The graph of an instance.
   *
   * <ul>
   *   <li>A JSON file: everything in it.
   *   <li>A folder of .drv files: all of them.
   *   <li>A Nix store, or a folder that has one under {@code nix/store} as chroot stores have: the
   *       derivations that {@code jobs} names and all that they need. The store holds what else was
   *       ever evaluated on the machine. Only without {@code jobs} are all .drv files read.
   *   <li>One .drv file: it and all that it needs, from the folder that it lies in.
   * </ul>
   *
   * @throws InputException if something cannot be read or is missing
   */
  static GraphPart read(Instance.Exported exported, PlatformFlags flags) {
    ExportedReader reader = new ExportedReader(exported.derivations(), flags);
    exported.jobs().ifPresent(reader::readJobs);
    reader.readDerivations();
    reader.part.checkComplete();
    if (exported.jobs().isEmpty()) {
      reader.part.nameRoots();
    }
    return reader.part;
  }

  /**
   * Reads derivations of an instance that was read before.
   *
   * @param wanted some of those that it has
   * @param consumer is handed them, and it may be others
   * @throws InputException if something cannot be read or is missing
   */
  static void readAgain(
      Instance.Exported exported,
      Collection<StorePath> wanted,
      BiConsumer<StorePath, Derivation> consumer) {
    Path folder = folder(exported.derivations());
    if (isFile(exported.derivations())) {
      Derivations.readSome(exported.derivations().resolveSibling("."), wanted, consumer);
    } else if (Files.isDirectory(folder)) {
      Derivations.readSome(folder, wanted, consumer);
    } else {
      DerivationJson.readSome(folder, wanted, consumer);
    }
  }

  private void readJobs(Path jobs) {
    Map<String, StorePath> attributes = new LinkedHashMap<>();
    Map<String, String> failures = new LinkedHashMap<>();
    EvaluationJobs.read(
        jobs,
        job -> {
          if (job instanceof EvaluationJob.Evaluated evaluated) {
            attributes.put(job.attribute(), evaluated.derivation());
          } else if (job instanceof EvaluationJob.Failed failed) {
            failures.put(job.attribute(), failed.error());
          }
        });
    part.setAttributes(ImmutableMap.copyOf(attributes), ImmutableMap.copyOf(failures));
  }

  private void readDerivations() {
    Path folder = folder(derivations);
    if (isFile(derivations)) {
      readFile(derivations);
    } else if (part.attributes().isEmpty() || !isStore(folder)) {
      Derivations.read(folder, part::add);
    } else {
      readNeeded(folder);
    }
  }

  /** Where the files are, be it a chroot store. */
  private static Path folder(Path derivations) {
    Path store = derivations.resolve("nix").resolve("store");
    return Files.isDirectory(store) ? store : derivations;
  }

  private static boolean isFile(Path derivations) {
    return derivations.toString().endsWith(".drv") && Files.isRegularFile(derivations);
  }

  /**
   * Whether there are outputs or sources in a folder, under the names that they have in a store.
   */
  private static boolean isStore(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.endsWith(".drv") && STORE_NAME.matcher(name).matches()) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new InputException(
          folder + ": cannot be listed: " + e.getMessage(),
          "Maybe it is for others: ls -ld tells for whom.",
          e);
    }
  }

  private void readNeeded(Path store) {
    part.attributes()
        .forEach(
            (attribute, path) -> {
              if (!Files.exists(store.resolve(path.baseName()))) {
                throw GraphPart.missing(store.toString(), attribute, path);
              }
            });
    Derivations.readClosure(
        store, ImmutableSortedSet.copyOf(part.attributes().values()), part::add);
  }

  private void readFile(Path file) {
    Path folder = file.resolveSibling(".");
    Derivations.read(
        file,
        (path, derivation) ->
            Derivations.readClosure(folder, ImmutableSortedSet.of(path), part::add));
  }
}
