package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Pins instances to a commit, and with them their overlays: those that lie in the repository of
 * their nixpkgs and that the commit has are taken from there, others as they are now.
 */
public final class CommittedOverlays {
  private static final String FETCH =
      "{ url, rev }: toString (builtins.fetchGit { inherit url rev; allRefs = true; })";

  private final NixProgram nix;
  private final String commit;
  private final Map<Path, String> origins = new TreeMap<>();

  /**
   * @param commit or what git takes for one
   */
  public CommittedOverlays(NixProgram nix, String commit) {
    this.nix = nix;
    this.commit = commit;
  }

  /** An instance at the commit; an evaluated graph as it is. */
  public Instance pin(Instance instance) throws InterruptedException {
    if (!(instance.source() instanceof Instance.Nixpkgs nixpkgs)) {
      return instance;
    }
    Instance.Nixpkgs pinned = pinned(nixpkgs, nixpkgs.overlays());
    if (nixpkgs.overlays().isEmpty()) {
      return instance.with(pinned);
    }
    try (TemporaryFolder temporary = new TemporaryFolder()) {
      NixpkgsSource source = NixpkgsSource.of(pinned).resolved(nix, temporary.path());
      Optional<Path> repository = source.repository();
      Optional<Path> fetched =
          repository.isPresent() ? fetched(source, temporary.path()) : Optional.empty();
      ImmutableList.Builder<Path> overlays = ImmutableList.builder();
      for (Path overlay : nixpkgs.overlays()) {
        Path real = overlay.toRealPath();
        Optional<Path> committed =
            fetched
                .filter(none -> repository.equals(NixpkgsSource.repositoryOf(real)))
                .map(copy -> copy.resolve(repository.orElseThrow().relativize(real)))
                .filter(Files::exists);
        origins.put(
            overlay,
            committed.isPresent()
                ? "is taken from " + commit
                : "is taken as it is now, since " + commit + " has no such file");
        overlays.add(committed.orElse(overlay));
      }
      return instance.with(pinned(nixpkgs, overlays.build()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Instance.Nixpkgs pinned(Instance.Nixpkgs nixpkgs, ImmutableList<Path> overlays) {
    return new Instance.Nixpkgs(
        nixpkgs.nixpkgs(), Optional.of(commit), overlays, nixpkgs.attributes());
  }

  /** The copy of the commit in the store, as it is fetched for nixpkgs too. */
  private Optional<Path> fetched(NixpkgsSource source, Path temporary)
      throws InterruptedException, IOException {
    NixProgram.Outcome outcome =
        nix.run(
            temporary,
            "nix-instantiate",
            List.of(
                "--eval",
                "--json",
                "--read-write-mode",
                "--argstr",
                "url",
                source.request().getOrDefault("url", ""),
                "--argstr",
                "rev",
                source.request().getOrDefault("rev", ""),
                "--expr",
                FETCH));
    if (!outcome.succeeded()) {
      throw new InputException(
          "--rev " + commit + ": " + NixMessage.shorten(outcome.said()),
          source
              .remedy(outcome.said())
              .orElse("Maybe the repository that nixpkgs names does not have that commit."));
    }
    return Evaluator.path(outcome.written());
  }

  /** By overlay, which of it was taken: {@code is taken from COMMIT} or the like. */
  public Map<Path, String> origins() {
    return origins;
  }
}
