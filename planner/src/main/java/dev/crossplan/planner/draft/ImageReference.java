package dev.crossplan.planner.draft;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.AttributePath;
import dev.crossplan.planner.instance.FlakeReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What somebody calls an image: {@code github:me/board#nixosConfigurations.board}, or {@code
 * ./default.nix} and an attribute of it.
 *
 * @param file absolute; empty for a flake
 * @param flake reference, with an absolute path where it is one; empty for a file
 * @param attributes each by its names; empty for a file that is the image
 */
public record ImageReference(
    Optional<Path> file, Optional<String> flake, ImmutableList<ImmutableList<String>> attributes) {

  /**
   * Takes a text apart.
   *
   * @param text {@code FLAKE#ATTRIBUTE}, or a path to a file, or to a folder with a {@code
   *     default.nix}
   * @param more attributes besides that after {@code #}
   * @throws InputException if there is no such file, or an attribute cannot be one
   */
  public static ImageReference parse(String text, ImmutableList<String> more) {
    int mark = text.indexOf('#');
    String place = folderOfFlake(mark < 0 ? text : text.substring(0, mark));
    ImmutableList.Builder<ImmutableList<String>> attributes = ImmutableList.builder();
    if (mark >= 0 && mark + 1 < text.length()) {
      attributes.add(names(text.substring(mark + 1)));
    }
    more.forEach(attribute -> attributes.add(names(attribute)));
    ImmutableList<ImmutableList<String>> all = attributes.build();
    boolean isFlake = mark >= 0 || !place.equals(text);
    Optional<Path> file = file(place, isFlake);
    if (file.isPresent()) {
      return new ImageReference(file, Optional.empty(), all);
    }
    if (all.isEmpty()) {
      throw new InputException(
          text + ": names a flake, but nothing in it",
          "Maybe " + place + "#nixosConfigurations.NAME, or " + place + "#PACKAGE.");
    }
    return new ImageReference(Optional.empty(), Optional.of(flake(place)), all);
  }

  private static ImmutableList<String> names(String attribute) {
    return AttributePath.parse(attribute)
        .orElseThrow(
            () ->
                new InputException(
                    attribute + ": is no attribute",
                    "Maybe write names with a dot in quotes: python3Packages.\"zope.interface\"."));
  }

  /** A flake may be named by its file. */
  private static String folderOfFlake(String place) {
    Path path = Path.of(place);
    boolean isFlakeFile = path.endsWith("flake.nix") && Files.isRegularFile(path);
    return isFlakeFile ? path.toAbsolutePath().resolveSibling(".").normalize().toString() : place;
  }

  /** A folder with both is a flake where {@code #} says so, as for nix build. */
  private static Optional<Path> file(String place, boolean hasMark) {
    if (place.indexOf(':') >= 0 || (place.indexOf('?') >= 0 && !Files.exists(Path.of(place)))) {
      return Optional.empty();
    }
    Path path = Path.of(place.isEmpty() ? "." : place).toAbsolutePath().normalize();
    if (Files.isRegularFile(path)) {
      return Optional.of(path);
    }
    boolean isFlake = Files.exists(path.resolve("flake.nix"));
    if (Files.exists(path.resolve("default.nix")) && !(isFlake && hasMark)) {
      return Optional.of(path.resolve("default.nix"));
    }
    if (!hasMark && !isFlake && !Files.exists(path)) {
      throw new InputException(
          place + ": no such file or folder",
          "Maybe name a flake and an attribute of it: " + place + "#hello.");
    }
    if (Files.isDirectory(path) && !isFlake) {
      throw new InputException(
          place + ": there is neither a default.nix nor a flake.nix",
          "Maybe name the file: " + path.resolve("release.nix") + ".");
    }
    return Optional.empty();
  }

  private static String flake(String place) {
    boolean isPath = place.isEmpty() || "?./".indexOf(place.charAt(0)) >= 0;
    int query = place.indexOf('?'); // ?dir=… and the like
    return isPath
        ? absolute(query < 0 ? place : place.substring(0, query))
            + (query < 0 ? "" : place.substring(query))
        : FlakeReference.absolute(place, ImageReference::absolute);
  }

  /** What a link leads to: Nix would copy the link itself. */
  private static Path absolute(String place) {
    Path path = Path.of(place.isEmpty() ? "." : place).toAbsolutePath().normalize();
    try {
      return Files.exists(path) ? path.toRealPath() : path;
    } catch (IOException e) {
      return path;
    }
  }
}
