package dev.crossplan.cli;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.execute.RuntimeClosures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the arguments of {@code crossplan verify} mean. All together make up one closure.
 *
 * @param lookedAt paths of which all files are looked at: the closures of store paths, files in
 *     such, and what is elsewhere
 * @param roots folders that are elsewhere
 * @param closure all that is there at run time
 */
record VerifiedPaths(
    ImmutableSet<Path> lookedAt, ImmutableSet<Path> roots, ImmutableSet<Path> closure) {

  /**
   * Follows links and asks Nix.
   *
   * @throws InputException if there is nothing at one of the paths, or Nix does not know it
   */
  static VerifiedPaths of(List<Path> arguments, RuntimeClosures closures)
      throws InterruptedException {
    Set<Path> lookedAt = new LinkedHashSet<>();
    Set<Path> roots = new LinkedHashSet<>();
    Set<Path> inStore = new LinkedHashSet<>();
    Set<Path> whole = new LinkedHashSet<>();
    for (Path argument : arguments) {
      Path path = realPath(argument);
      Optional<Path> storePath = closures.storePath(path);
      storePath.ifPresent(inStore::add);
      if (storePath.isPresent() && storePath.get().equals(path)) {
        whole.add(path);
      } else {
        lookedAt.add(path);
      }
      if (storePath.isEmpty() && Files.isDirectory(path)) {
        roots.add(path);
      }
    }
    ImmutableSet<Path> ofWhole = closure(whole, closures);
    ImmutableSet<Path> ofStore = whole.equals(inStore) ? ofWhole : closure(inStore, closures);
    return new VerifiedPaths(
        ImmutableSet.copyOf(Sets.union(ofWhole, lookedAt)),
        ImmutableSet.copyOf(roots),
        ImmutableSet.copyOf(Sets.union(ofStore, lookedAt)));
  }

  private static ImmutableSet<Path> closure(Set<Path> paths, RuntimeClosures closures)
      throws InterruptedException {
    return paths.isEmpty() ? ImmutableSet.of() : closures.of(ImmutableSet.copyOf(paths));
  }

  private static Path realPath(Path path) {
    if (path.toString().isEmpty()) {
      throw new InputException(
          "an empty path is given", "Maybe a variable of the script is not set; . is this folder.");
    }
    try {
      return path.toRealPath();
    } catch (IOException e) {
      if (Files.isSymbolicLink(path)) {
        throw new InputException(
            path + " is a link to nowhere",
            "Maybe what it leads to was deleted by nix-store --gc: build it again.",
            e);
      }
      throw e instanceof NoSuchFileException
          ? new InputException(
              path + ": there is no such file or folder",
              "Maybe it is still to be built; what nix-build has built is in result.",
              e)
          : new InputException(
              path + ": cannot be looked at: " + e.getMessage(),
              "Maybe it is for others: ls -ld tells for whom.",
              e);
    }
  }
}
