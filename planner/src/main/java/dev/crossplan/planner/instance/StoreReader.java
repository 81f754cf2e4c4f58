package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Lists;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.DerivationJson;
import dev.crossplan.planner.derivation.Derivations;
import dev.crossplan.planner.derivation.StorePath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Reads derivations that Nix has just evaluated: from the files of the store where they lie open,
 * which is quickest; else by asking Nix, which knows where its store is. With {@code
 * NIX_REMOTE=local?root=…} or a store on another machine the paths are no files here.
 */
final class StoreReader {
  /** So many paths fit on a command line everywhere. */
  private static final int PATHS_AT_ONCE = 1000;

  private final NixProgram nix;
  private final String instance;
  private final Path folder;

  /**
   * @param instance what messages call it
   * @param folder for files in between; whoever made it deletes it
   */
  StoreReader(NixProgram nix, String instance, Path folder) {
    this.nix = nix;
    this.instance = instance;
    this.folder = folder;
  }

  /**
   * Reads derivations and all that they need, where they are files here.
   *
   * @return whether they are
   * @throws InputException if something that they need is no file here; others were handed on
   */
  boolean readClosureOfFiles(
      ImmutableSortedSet<StorePath> roots, BiConsumer<StorePath, Derivation> consumer) {
    if (!areFiles(roots)) {
      return false;
    }
    if (!roots.isEmpty()) {
      Derivations.readClosure(Path.of(roots.first().directory()), roots, consumer);
    }
    return true;
  }

  /**
   * Reads some derivations.
   *
   * @throws InputException if Nix cannot tell them
   */
  void read(Collection<StorePath> derivations, BiConsumer<StorePath, Derivation> consumer)
      throws InterruptedException {
    if (areFiles(derivations)) {
      derivations.stream()
          .findAny()
          .map(StorePath::directory)
          .ifPresent(store -> Derivations.readSome(Path.of(store), derivations, consumer));
    } else {
      show(derivations, false, consumer);
    }
  }

  private static boolean areFiles(Collection<StorePath> derivations) {
    return derivations.stream().allMatch(path -> Files.isReadable(Path.of(path.toString())));
  }

  /**
   * Has Nix show derivations: {@code nix derivation show}, which was called {@code nix
   * show-derivation} before Nix 2.15.
   *
   * @param recursive whether all that they need is shown too
   * @throws InputException if Nix cannot
   */
  void show(
      Collection<StorePath> derivations,
      boolean recursive,
      BiConsumer<StorePath, Derivation> consumer)
      throws InterruptedException {
    for (List<StorePath> some : Lists.partition(ImmutableList.copyOf(derivations), PATHS_AT_ONCE)) {
      NixProgram.Outcome outcome = run(ImmutableList.of("derivation", "show"), recursive, some);
      if (!outcome.succeeded() && outcome.said().contains("not a recognised command")) {
        outcome = run(ImmutableList.of("show-derivation"), recursive, some);
      }
      if (!outcome.succeeded()) {
        throw new InputException(
            instance + ": its derivations cannot be read: " + NixMessage.shorten(outcome.said()),
            "Maybe the store lost some of them: nix-store --verify tells.");
      }
      DerivationJson.read(outcome.written(), consumer);
    }
  }

  private NixProgram.Outcome run(
      ImmutableList<String> command, boolean recursive, List<StorePath> derivations)
      throws InterruptedException {
    ImmutableList.Builder<String> arguments = ImmutableList.builder();
    arguments.add("--extra-experimental-features", "nix-command").addAll(command);
    if (recursive) {
      arguments.add("-r");
    }
    derivations.forEach(derivation -> arguments.add(derivation.toString()));
    return nix.run(folder, "nix", arguments.build());
  }
}
