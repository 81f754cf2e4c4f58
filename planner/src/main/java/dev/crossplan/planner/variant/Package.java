package dev.crossplan.planner.variant;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Optional;

/**
 * What is built once: the derivations that are the same thing.
 *
 * @param number its index in {@link Packages}
 * @param name pname, or what its name has before the version
 * @param version may be empty
 * @param host system that it runs on; empty for fixed outputs, which have no platform, and where it
 *     is unknown
 * @param variants the derivations, ascending
 * @param evidence why they are one package; one less than there are variants at the least
 */
@SuppressWarnings("JavaLangClash") // the word of the field; java.lang.Package is hardly ever meant
public record Package(
    int number,
    String name,
    String version,
    Optional<String> host,
    ImmutableIntArray variants,
    ImmutableList<Evidence> evidence) {

  @Override
  public String toString() {
    return version.isEmpty() ? name : name + " " + version;
  }
}
