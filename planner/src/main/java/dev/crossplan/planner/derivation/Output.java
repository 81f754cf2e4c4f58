package dev.crossplan.planner.derivation;

import java.util.Optional;

/**
 * One output of a derivation, see "Derivation Outputs and Types of Derivations" in the Nix manual.
 */
public sealed interface Output {

  /** Its path; empty where it is not known before it is built. */
  default Optional<StorePath> knownPath() {
    return Optional.empty();
  }

  /** The usual kind: its path follows from how it is built. */
  record InputAddressed(StorePath path) implements Output {
    @Override
    public Optional<StorePath> knownPath() {
      return Optional.of(path);
    }
  }

  /**
   * Its content is known in advance: a download.
   *
   * @param path as it was read; computed where the format leaves it out (JSON since Nix 2.32)
   */
  record Fixed(StorePath path, ContentAddressMethod method, ContentHash hash) implements Output {
    @Override
    public Optional<StorePath> knownPath() {
      return Optional.of(path);
    }
  }

  /** Content-addressed once it is built (experimental feature {@code ca-derivations}). */
  record Floating(ContentAddressMethod method, HashAlgorithm algorithm) implements Output {}

  /** Input-addressed, but an input has no known path yet: it depends on a floating output. */
  record Deferred() implements Output {}

  /** Different at each build (experimental feature {@code impure-derivations}). */
  record Impure(ContentAddressMethod method, HashAlgorithm algorithm) implements Output {}
}
