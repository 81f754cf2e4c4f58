package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.derivation.SurrogateEscape;
import java.util.Arrays;

/**
 * What a derivation says about what it builds, attribute by attribute, each reduced to 64 bits:
 * store paths to their names, flags that tell the platform left out. Two derivations that are the
 * same package, evaluated for another build platform, have equal fingerprints but for what nixpkgs
 * does differently when it cross-compiles.
 *
 * <p>Attributes that only tell how something is built, not what (tools, tests, the standard
 * environment), and those that are compared otherwise (sources, inputs, outputs) are not part of
 * it.
 */
public final class Fingerprint {
  private static final ImmutableSet<String> NOT_IDENTITY =
      ImmutableSet.of(
          "name",
          "pname",
          "version",
          "system",
          "builder",
          "shell",
          "stdenv",
          "src",
          "srcs",
          "outputs",
          "strictDeps",
          "doCheck",
          "doInstallCheck",
          "checkTarget",
          "preferLocalBuild",
          "allowSubstitutes",
          "requiredSystemFeatures",
          "enableParallelBuilding",
          "enableParallelChecking",
          "enableParallelInstalling",
          "__structuredAttrs",
          "__sandboxProfile",
          "__propagatedSandboxProfile",
          "__impureHostDeps",
          "__propagatedImpureHostDeps",
          "allowedReferences",
          "allowedRequisites",
          "disallowedReferences",
          "disallowedRequisites",
          "outputChecks",
          "env");

  private final String[] attributes;
  private final long[] hashes;

  /**
   * @param attributes in Nix's order
   * @param hashes of their values, in the same order
   */
  Fingerprint(String[] attributes, long[] hashes) {
    this.attributes = attributes;
    this.hashes = hashes;
  }

  static boolean isIdentity(String attribute) {
    return !NOT_IDENTITY.contains(attribute);
  }

  /** The names of the attributes in which the two differ, or which one of them lacks. */
  public ImmutableSortedSet<String> differences(Fingerprint other) {
    ImmutableSortedSet.Builder<String> differing = ImmutableSortedSet.naturalOrder();
    int here = 0;
    int there = 0;
    while (here < attributes.length || there < other.attributes.length) {
      int order =
          here == attributes.length
              ? 1
              : there == other.attributes.length
                  ? -1
                  : SurrogateEscape.BYTE_ORDER.compare(attributes[here], other.attributes[there]);
      if (order < 0) {
        differing.add(attributes[here++]);
      } else if (order > 0) {
        differing.add(other.attributes[there++]);
      } else if (hashes[here++] != other.hashes[there++]) {
        differing.add(attributes[here - 1]);
      }
    }
    return differing.build();
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Fingerprint other
        && Arrays.equals(hashes, other.hashes)
        && Arrays.equals(attributes, other.attributes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hashes);
  }
}
