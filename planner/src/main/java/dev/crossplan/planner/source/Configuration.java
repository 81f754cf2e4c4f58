package dev.crossplan.planner.source;

import dev.crossplan.planner.instance.Trait;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/** What is said in the sources of how they are configured, by whatever leads the build. */
interface Configuration {
  /** Nothing so far, of a build that has these traits. */
  static Configuration of(Set<Trait> traits) {
    if (traits.contains(Trait.MESON)) {
      return new MesonFiles();
    } else if (traits.contains(Trait.CMAKE)) {
      return new CmakeFiles();
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

  /** How many checks are made: trials of a compiler, and as much else as takes as long. */
  long checks();

  /** Whether libtool starts the compilers. */
  default boolean isByLibtool() {
    return false;
  }

  /** Whether files are compiled for a shared library, and again for a static one. */
  default boolean isTwice() {
    return false;
  }

  /**
   * Whether a program is built before anybody asks for tests.
   *
   * @param isOfTests whether it seems to be one, by its path
   */
  default boolean builds(Path program, boolean isOfTests) {
    return !isOfTests;
  }

  /** How often something is said. */
  static long count(Pattern pattern, String text) {
    return pattern.matcher(text).results().count();
  }
}
