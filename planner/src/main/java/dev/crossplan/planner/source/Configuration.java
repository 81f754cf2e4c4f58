package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import dev.crossplan.planner.instance.Trait;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What is said in the sources of how they are built, by whatever leads the build. */
interface Configuration {
  /**
   * What it comes to.
   *
   * @param compiled how often each of the sources is; empty if that is not said
   * @param links how many libraries and programs are made of them, as far as that is said
   * @param checks how many are made: trials of a compiler, and as much else as takes as long
   * @param isByLibtool whether libtool starts the compilers
   * @param isTwice whether files are compiled for a shared library, and again for a static one, if
   *     {@code compiled} does not say so
   */
  record Outcome(
      Optional<Multiset<Path>> compiled,
      long links,
      long checks,
      boolean isByLibtool,
      boolean isTwice) {

    /** Of what no libtool builds; where nothing is compiled, nothing is said. */
    static Outcome of(Targets targets, long checks) {
      Multiset<Path> compiled = targets.compiled();
      return compiled.isEmpty()
          ? new Outcome(Optional.empty(), 0, checks, false, false)
          : new Outcome(Optional.of(compiled), targets.links(), checks, false, false);
    }
  }

  /**
   * Nothing so far, of a build that has these traits.
   *
   * @param flags of the command line of CMake or Meson
   */
  static Configuration of(Set<Trait> traits, List<String> flags) {
    if (traits.contains(Trait.MESON)) {
      return new MesonFiles(flags);
    } else if (traits.contains(Trait.CMAKE)) {
      return new CmakeFiles(flags);
    }
    return traits.contains(Trait.AUTORECONF) ? new AutoconfFiles() : new ConfigureScripts();
  }

  /**
   * Whether a file says something.
   *
   * @param path below the top of the sources
   */
  boolean has(Path path);

  /** Adds a file that says something. */
  void add(Path path, String text);

  /**
   * What all of it comes to.
   *
   * @param sources what may be compiled, below the top of the sources
   */
  Outcome outcome(ImmutableSet<Path> sources);

  /** How often something is said. */
  static long count(Pattern pattern, String text) {
    return pattern.matcher(text).results().count();
  }
}
