package dev.crossplan.planner.derivation;

import com.google.common.collect.Iterables;
import dev.crossplan.planner.InputException;
import java.util.List;
import java.util.Optional;

/** Finds out which store a derivation is in where its format does not say. */
final class StoreDirectory {
  private static final int HASH_CHARS = 32;
  private static final int MAX_DIRECTORY_CHARS = 256;

  private StoreDirectory() {}

  /** The store directory of the first store path that stands anywhere in the texts. */
  static Optional<String> find(Iterable<String> texts) {
    for (String text : texts) {
      for (int dash = text.indexOf('-'); dash >= 0; dash = text.indexOf('-', dash + 1)) {
        Optional<String> found = before(text, dash - HASH_CHARS);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** The store directory of the store paths in a derivation. */
  static Optional<String> of(Derivation derivation) {
    for (StorePath input : derivation.inputDerivations().keySet()) {
      return Optional.of(input.directory());
    }
    for (Output output : derivation.outputs().values()) {
      if (output instanceof Output.InputAddressed known) {
        return Optional.of(known.path().directory());
      }
      if (output instanceof Output.Fixed fixed) {
        return Optional.of(fixed.path().directory());
      }
    }
    return find(
        Iterables.concat(
            List.of(derivation.builderExecutable()),
            Iterables.transform(derivation.inputSources(), StorePath::toString),
            derivation.args(),
            derivation.env().values(),
            derivation.structuredAttributes().map(StructuredAttributes::json).stream().toList()));
  }

  /** The directory that ends before {@code hash}, if a hash is what stands there. */
  private static Optional<String> before(String text, int hash) {
    if (hash < 2 || text.charAt(hash - 1) != '/') {
      return Optional.empty();
    }
    for (int i = hash; i < hash + HASH_CHARS; i++) {
      if (!Nix32.isDigit(text.charAt(i))) {
        return Optional.empty();
      }
    }
    int end = hash - 1;
    int start = end;
    while (start > Math.max(0, end - MAX_DIRECTORY_CHARS) && !parts(text.charAt(start - 1))) {
      start--;
    }
    int slash = text.indexOf('/', start);
    try {
      String baseName = text.substring(hash, hash + HASH_CHARS) + "-x";
      return Optional.of(StorePath.of(text.substring(slash, end), baseName).directory());
    } catch (InputException e) {
      return Optional.empty();
    }
  }

  /** Whether a path in a script or a list of flags ends before {@code c}. */
  private static boolean parts(char c) {
    return Character.isWhitespace(c) || "\"'`:;,=()<>{}|&$\\".indexOf(c) >= 0;
  }
}
