package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where Nix finds the nixpkgs of an instance, as {@code evaluate.nix} takes it.
 *
 * <ul>
 *   <li>A path, with a commit, or what git takes for one: {@code builtins.fetchGit} of the
 *       repository that it lies in.
 *   <li>{@code <nixpkgs>}: looked up in {@code NIX_PATH}, "Lookup path" in the Nix manual.
 *   <li>{@code channel:nixos-24.05} and {@code https://….tar.gz}: {@code builtins.fetchTarball}.
 *   <li>Anything else is a flake reference, for {@code builtins.getFlake}.
 * </ul>
 *
 * @param request what the evaluation is told
 * @param usesFlakes whether the experimental feature has to be switched on
 */
record NixpkgsSource(ImmutableMap<String, String> request, boolean usesFlakes) {
  /** What the manifest says, without the commit. */
  private static final String WRITTEN = "written";

  private static final Pattern NO_FILE =
      Pattern.compile("No such file|does not exist|does not contain|not part of a flake");
  private static final Pattern NOT_REGISTERED =
      Pattern.compile("not an absolute path|cannot find flake|not a valid (URL|flake reference)");
  private static final Pattern OFFLINE = Pattern.compile("unable to download .*flake-registry");

  /** Package sets in the registry that every Nix has from the network. */
  private static final ImmutableSet<String> REGISTERED =
      ImmutableSet.of("nixpkgs", "ngipkgs", "nur", "dreampkgs");

  /** See "Flake references" in the Nix manual. */
  private static final Pattern FLAKE_NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]*");

  private static final String REMEDY =
      "Maybe name a folder (./…, /…), one of NIX_PATH (<nixpkgs>), or a flake (github:NixOS/nixpkgs).";

  /** Also where a file that the manifest names, and not the manifest, looks something up. */
  private static final Pattern NOT_FOUND =
      Pattern.compile("'([^'/\\s]*)[^'\\s]*' was not found in the Nix search path");

  private static final Pattern NO_COMMIT =
      Pattern.compile(
          "[Cc]annot find Git revision|has wrong length for hash|bad object|not our ref"
              + "|couldn't find remote ref|reference is not a tree|object not found");

  /**
   * @throws InputException if there is nothing at the path, or a commit is asked of something that
   *     has none
   */
  static NixpkgsSource of(Instance.Nixpkgs instance) {
    String nixpkgs = instance.nixpkgs();
    Optional<String> revision = instance.revision();
    if (nixpkgs.startsWith("/")) {
      Path path = realPath(Path.of(nixpkgs));
      return revision
          .map(commit -> ofRepository(path, commit))
          .orElseGet(() -> of("path", "path", path.toString()));
    }
    if (nixpkgs.startsWith("<") && nixpkgs.endsWith(">")) {
      checkUnpinned(nixpkgs, revision);
      return of("search", "name", nixpkgs.substring(1, nixpkgs.length() - 1));
    }
    if (nixpkgs.startsWith("channel:") || nixpkgs.matches("https?://.*\\.tar(\\.[a-z0-9]+)?")) {
      checkUnpinned(nixpkgs, revision);
      return of("tarball", "url", nixpkgs);
    }
    return new NixpkgsSource(
        ImmutableMap.of(
            "kind",
            "flake",
            "reference",
            revision.map(commit -> pinned(nixpkgs, commit)).orElse(nixpkgs),
            WRITTEN,
            nixpkgs),
        true);
  }

  private static NixpkgsSource of(String kind, String key, String value) {
    return new NixpkgsSource(ImmutableMap.of("kind", kind, key, value), false);
  }

  /**
   * The same with all digits of its commit, where git knows it by another name; else Nix says what
   * is wrong with it.
   *
   * @param temporary folder for files in between
   */
  NixpkgsSource resolved(NixProgram programs, Path temporary) throws InterruptedException {
    if (!request.containsKey("rev") || commit().isPresent() || programs.find("git").isEmpty()) {
      return this;
    }
    NixProgram.Outcome outcome =
        programs.run(
            temporary,
            "git",
            ImmutableList.of(
                "-C",
                request.getOrDefault("url", "."),
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                request.get("rev") + "^{commit}"));
    try {
      return outcome.succeeded()
          ? new NixpkgsSource(
              ImmutableMap.<String, String>builder()
                  .putAll(request)
                  .put("rev", Files.readString(outcome.written()).strip())
                  .buildKeepingLast(),
              usesFlakes)
          : this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Refuses a name that no flake can have, for which Nix would look on the network, and for long.
   *
   * @param folder in which a path may be meant
   * @throws InputException if it is one
   */
  NixpkgsSource checked(NixProgram nix, Path folder) {
    String written = request.getOrDefault(WRITTEN, ":");
    if (written.indexOf(':') >= 0) {
      return this;
    }
    String name = written.replaceFirst("/.*", "");
    boolean isKnown =
        FLAKE_NAME.matcher(name).matches() && (REGISTERED.contains(name) || nix.mayKnowFlake(name));
    if (isKnown) {
      return this;
    }
    String remedy = REMEDY;
    if (isThere(folder, written)) {
      remedy =
          "Maybe ./" + written + " is meant: a path starts with ./, ../ or /, else it is a flake.";
    } else if (nix.lookUp(written).isPresent()) {
      remedy = "Maybe <" + written + "> is meant: NIX_PATH has it.";
    }
    throw new InputException(
        "nixpkgs = \"" + written + "\" is no path, and no flake is known by that name", remedy);
  }

  private static boolean isThere(Path folder, String written) {
    try {
      return Files.exists(folder.resolve(written));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** The folder or file that is the package set itself, if that is no matter of Nix. */
  Optional<Path> path() {
    return Optional.ofNullable(request.get("path")).map(Path::of);
  }

  /** What is looked up, where it is named by {@code <…>}. */
  Optional<String> lookedUp() {
    return "search".equals(request.get("kind"))
        ? Optional.ofNullable(request.get("name"))
        : Optional.empty();
  }

  /** A flake by its reference. */
  static NixpkgsSource ofFlake(String reference) {
    return new NixpkgsSource(ImmutableMap.of("kind", "flake", "reference", reference), true);
  }

  /** What the package set is, if that is said by a commit and cannot change. */
  Optional<String> commit() {
    return request.getOrDefault("rev", "").matches("[0-9a-f]{40}")
        ? Optional.of(request.get("rev") + " " + request.get("folder"))
        : Optional.empty();
  }

  /**
   * What may help where Nix found no nixpkgs: a sentence that starts with "Maybe".
   *
   * @param said by Nix, of any version
   */
  Optional<String> remedy(String said) {
    if (RestrictedAccess.isRefused(said)) {
      return RestrictedAccess.remedy(said, path());
    }
    String written = request.getOrDefault(WRITTEN, "");
    boolean isName = usesFlakes && written.indexOf(':') < 0;
    if (usesFlakes && said.contains("flake.nix") && NO_FILE.matcher(said).find()) {
      return Optional.of("Maybe it is no flake: then name its folder by a path, ./… or /….");
    }
    if (isName && OFFLINE.matcher(said).find()) {
      return Optional.of(
          "Maybe this machine is offline, and "
              + written
              + " is a flake that Nix looks up: then name a folder by a path, ./… or /….");
    }
    if (isName && NOT_REGISTERED.matcher(said).find()) {
      return Optional.of(REMEDY);
    }
    Matcher notFound = NOT_FOUND.matcher(said);
    if (notFound.find()) {
      return Optional.of(
          "Maybe NIX_PATH lacks it: NIX_PATH="
              + lookedUp().orElse(notFound.group(1))
              + "=/…"
              + (lookedUp().isPresent() ? "; or name a folder, ./…." : "."));
    }
    if (NO_COMMIT.matcher(said).find()) {
      return Optional.of(
          "Maybe rev is of another repository or not fetched yet; of a flake it takes all digits of a"
              + " commit.");
    }
    return Optional.empty();
  }

  private static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new InputException(
          path + ": no such file or folder",
          "Maybe it is in another folder: paths begin at that of the manifest.",
          e);
    }
  }

  private static NixpkgsSource ofRepository(Path path, String commit) {
    Path folder =
        repositoryOf(path)
            .orElseThrow(
                () ->
                    new InputException(
                        path
                            + ": rev = \""
                            + commit
                            + "\" asks for a commit, but this is in no git repository",
                        "Maybe leave rev out, or name a flake reference such as"
                            + " github:NixOS/nixpkgs."));
    return new NixpkgsSource(
        ImmutableMap.of(
            "kind",
            "git",
            "url",
            folder.toString(),
            "rev",
            commit,
            "folder",
            folder.equals(path) ? "" : "/" + folder.relativize(path)),
        false);
  }

  /** The git repository that a file or folder lies in. */
  static Optional<Path> repositoryOf(Path path) {
    for (Path folder = path; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(".git"))) {
        return Optional.of(folder);
      }
    }
    return Optional.empty();
  }

  /** The git repository on this machine that it is fetched from, if it is. */
  Optional<Path> repository() {
    return "git".equals(request.get("kind"))
        ? Optional.ofNullable(request.get("url")).map(Path::of)
        : Optional.empty();
  }

  private static void checkUnpinned(String nixpkgs, Optional<String> revision) {
    if (revision.isPresent()) {
      throw new InputException(
          "nixpkgs = \"" + nixpkgs + "\" cannot be pinned by rev = \"" + revision.get() + '"',
          "Maybe github:NixOS/nixpkgs is meant.");
    }
  }

  /** A flake reference with a commit, see "Flake references" in the Nix manual. */
  private static String pinned(String reference, String commit) {
    if (reference.matches(".*[?&]rev=.*")) {
      throw new InputException(
          "nixpkgs = \"" + reference + "\" names a commit, and so does rev = \"" + commit + '"',
          "Maybe leave one of them out.");
    }
    boolean indirect = reference.indexOf(':') < 0 || reference.startsWith("flake:");
    return indirect
        ? reference + "/" + commit
        : reference + (reference.indexOf('?') < 0 ? "?rev=" : "&rev=") + commit;
  }
}
