package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One {@code import nixpkgs {…}}: the platforms it was given and where its derivations come from.
 *
 * @param name as the manifest calls it
 * @param local the platform that builds
 * @param cross the platform that is built for, where it is another
 */
public record Instance(String name, Platform local, Optional<Platform> cross, Source source) {

  /** The platform that the top-level attributes of this instance run on. */
  public Platform host() {
    return cross.orElse(local);
  }

  /** Whether this instance cross-compiles. */
  public boolean isCross() {
    return cross.isPresent();
  }

  /** The same without its overlays; empty if it has none. */
  public Optional<Instance> withoutOverlays() {
    return source instanceof Nixpkgs nixpkgs && !nixpkgs.overlays().isEmpty()
        ? Optional.of(
            with(
                new Nixpkgs(
                    nixpkgs.nixpkgs(),
                    nixpkgs.revision(),
                    ImmutableList.of(),
                    nixpkgs.attributes())))
        : Optional.empty();
  }

  /** The same, evaluated for these attributes if it names none; an evaluated graph as it is. */
  public Instance naming(ImmutableList<String> attributes) {
    return source instanceof Nixpkgs nixpkgs && nixpkgs.attributes().isEmpty()
        ? with(new Nixpkgs(nixpkgs.nixpkgs(), nixpkgs.revision(), nixpkgs.overlays(), attributes))
        : this;
  }

  /** The same from elsewhere. */
  public Instance with(Source other) {
    return new Instance(name, local, cross, other);
  }

  /** Where the derivations of an instance come from. */
  public sealed interface Source {}

  /**
   * Evaluated before, somewhere else.
   *
   * @param derivations output of {@code nix derivation show -r}, a folder of .drv files, or a Nix
   *     store
   * @param jobs lines of nix-eval-jobs, which tell the attributes
   */
  public record Exported(Path derivations, Optional<Path> jobs) implements Source {}

  /**
   * To be evaluated here.
   *
   * @param nixpkgs a path, or a flake reference
   * @param revision a commit that pins it
   * @param overlays files, in the order in which they apply
   * @param attributes what to evaluate; the image where none is named
   */
  public record Nixpkgs(
      String nixpkgs,
      Optional<String> revision,
      ImmutableList<Path> overlays,
      ImmutableList<String> attributes)
      implements Source {}
}
