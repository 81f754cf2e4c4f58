package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.NixMessage;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.instance.TemporaryFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is in the store of this machine, and what that refers to: {@code nix-store --query
 * --requisites}, which every Nix has.
 */
public final class RuntimeClosures {
  private final Path store;
  private final NixProgram nix;

  /**
   * @param environment of Nix; {@code NIX_STORE_DIR} says where the store is if not in {@code
   *     /nix/store}
   */
  public RuntimeClosures(ImmutableMap<String, String> environment) {
    this.nix = new NixProgram(environment);
    this.store = nix.store();
  }

  /**
   * The path in the store that a file belongs to: {@code /nix/store/…-hello-2.12} of itself and of
   * {@code /nix/store/…-hello-2.12/bin/hello}; empty for what is elsewhere.
   *
   * @param file absolute
   */
  public Optional<Path> storePath(Path file) {
    return file.startsWith(store) && file.getNameCount() > store.getNameCount()
        ? Optional.of(store.resolve(file.getName(store.getNameCount())))
        : Optional.empty();
  }

  /**
   * The paths and all that they refer to, directly or further down. What is referred to comes
   * before what refers to it.
   *
   * @param paths in the store
   * @throws InputException if Nix is not installed, or does not know one of them
   * @throws InterruptedException if this thread is interrupted; Nix has been ended then
   */
  public ImmutableSet<Path> of(ImmutableCollection<Path> paths) throws InterruptedException {
    try (TemporaryFolder folder = new TemporaryFolder()) {
      ImmutableList.Builder<String> arguments = ImmutableList.builder();
      arguments.add("--query", "--requisites");
      paths.forEach(path -> arguments.add(path.toString()));
      NixProgram.Outcome outcome = run(folder.path(), arguments.build());
      if (!outcome.succeeded()) {
        throw new InputException(
            "Nix does not tell what is needed at run time: " + NixMessage.shorten(outcome.said()),
            "Maybe the path was built elsewhere or not to its end: nix-store --realise builds or"
                + " fetches it.");
      }
      return Files.readString(outcome.written(), StandardCharsets.UTF_8)
          .lines()
          .map(Path::of)
          .collect(ImmutableSet.toImmutableSet());
    } catch (IOException e) {
      throw new InputException(
          "what Nix wrote cannot be read: " + e.getMessage(),
          "Maybe something cleared the folder for temporary files meanwhile; run it again.",
          e);
    }
  }

  private NixProgram.Outcome run(Path folder, ImmutableList<String> arguments)
      throws InterruptedException {
    try {
      return nix.run(folder, "nix-store", arguments);
    } catch (InputException e) {
      throw new InputException(
          String.valueOf(e.getMessage()),
          "Maybe install nix (Debian: apt-get install nix-bin).",
          e);
    }
  }
}
