package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableSet;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * How much there is to compile in the sources of a build, and how much is found out before. What
 * lies in folders for tests, documents and other systems is not compiled as a rule.
 *
 * @param files that a compiler takes: C, C++, Rust, Go and the like, without headers
 * @param cxxFiles those of them that include parts of the library of C++, which are long
 * @param bytes of these files
 * @param configureBytes of the largest configure script near the top; 0 without one
 * @param checks that CMake or Meson is told to make; one in a loop counts once
 */
public record SourceCode(long files, long cxxFiles, long bytes, long configureBytes, long checks) {
  /** Builds of the same sources that have the same of these have the same code. */
  public static final ImmutableSet<Trait> TELLING =
      ImmutableSet.of(Trait.RUST, Trait.GO, Trait.HASKELL, Trait.JAVA, Trait.CMAKE, Trait.MESON);

  /**
   * Reads the sources, which takes a second for ten megabytes of an archive.
   *
   * @param sources as a derivation has them; those that are not in the store are passed over
   * @param traits of the build, of which {@link #TELLING} count
   * @return empty if none could be read
   */
  public static Optional<SourceCode> of(Collection<String> sources, Set<Trait> traits) {
    return sources.stream()
        .flatMap(source -> SourceReader.read(source, traits).stream())
        .reduce(SourceCode::plus);
  }

  private SourceCode plus(SourceCode other) {
    return new SourceCode(
        files + other.files,
        cxxFiles + other.cxxFiles,
        bytes + other.bytes,
        Math.max(configureBytes, other.configureBytes),
        checks + other.checks);
  }
}
