package dev.crossplan.planner.derivation;

/**
 * What stands in a derivation for paths that are not known yet and that Nix puts in before it
 * builds: {@code /} and a SHA-256 in Nix's base 32, see "Placeholders" in the Nix manual and {@code
 * src/libstore/downstream-placeholder.cc}.
 */
public final class Placeholders {
  private Placeholders() {}

  /** Of an output of the derivation itself: {@code builtins.placeholder}. */
  public static String ofOwn(String output) {
    return of("nix-output:" + output);
  }

  /** Of an output of an input derivation whose path is not known before it is built. */
  static String ofInput(StorePath derivation, String output) {
    return of(
        "nix-upstream-output:"
            + derivation.hashPart()
            + ":"
            + StorePathHashing.outputName(derivation.derivationName(), output));
  }

  private static String of(String clearText) {
    return "/" + Nix32.encode(StorePathHashing.sha256(clearText));
  }
}
