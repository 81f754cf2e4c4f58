package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Trait;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How much there is to compile in the sources of a build, and how much is found out before. Where
 * nothing says what is compiled, it is all but what is for tests, documents and other systems, by
 * its name or that of a folder.
 *
 * @param files that a compiler is started for, as often as it is: C, C++, Rust, Go and the like,
 *     without headers and what others include; and libraries and programs, which it links, where it
 *     is said which ones there are
 * @param statements of these and of what they include, of headers only those of functions, as far
 *     as they are used; in languages without semicolons, lines
 * @param headerLines of the headers that each of the files of C++ reads, of the sources and of the
 *     library, added up; those of C are short
 * @param checks that CMake or Meson is told to make, or that a configure script does, in trials of
 *     a compiler: what else the script does counts as so many as take as long
 * @param isByLibtool whether libtool starts the compilers, if a configure script leads
 * @param isTwice whether all is compiled for a shared library and for a static one, where that is
 *     not in the other counts already
 */
public record SourceCode(
    long files,
    long statements,
    long headerLines,
    long checks,
    boolean isByLibtool,
    boolean isTwice) {
  /** Builds of the same sources that have the same of these have the same code. */
  public static final ImmutableSet<Trait> TELLING =
      ImmutableSet.of(
          Trait.RUST,
          Trait.GO,
          Trait.HASKELL,
          Trait.JAVA,
          Trait.CMAKE,
          Trait.MESON,
          Trait.AUTORECONF);

  /**
   * Reads the sources, which takes a second for ten megabytes of an archive.
   *
   * @param sources as a derivation has them; those that are not in the store are passed over
   * @param traits of the build, of which {@link #TELLING} count
   * @param flags of the command line of CMake or Meson, whichever leads the build
   * @return empty if none could be read
   */
  public static Optional<SourceCode> of(
      Collection<String> sources, Set<Trait> traits, List<String> flags) {
    return sources.stream()
        .flatMap(source -> SourceReader.read(source, traits, flags).stream())
        .reduce(SourceCode::plus);
  }

  private SourceCode plus(SourceCode other) {
    return new SourceCode(
        files + other.files,
        statements + other.statements,
        headerLines + other.headerLines,
        checks + other.checks,
        isByLibtool || other.isByLibtool,
        isTwice || other.isTwice);
  }

  /** Whether there is anything that takes time. */
  public boolean isEmpty() {
    return files == 0 && checks == 0;
  }
}
