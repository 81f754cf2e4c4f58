package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.SourceCode;
import dev.crossplan.planner.instance.Trait;
import java.util.Set;

/**
 * Seconds that a machine of usual speed takes for so much code, roughly: as packages of
 * fixtures/real took in their phases. How far they are off is learned.
 *
 * @param preparing to unpack it, and to install what was built
 * @param configuring to find out what the system has
 * @param startingCompilers one for each file
 * @param readingHeaders of C++, which are long
 * @param compiling what is in the files
 */
record CodeWork(
    double preparing,
    double configuring,
    double startingCompilers,
    double readingHeaders,
    double compiling) {
  /** How a build is led, which is in these seconds. */
  static final ImmutableSet<Trait> KNOWN =
      ImmutableSet.of(Trait.AUTORECONF, Trait.CMAKE, Trait.MESON, Trait.UNCONFIGURED);

  private static final double SECONDS_TO_PREPARE = 0.5;
  private static final double SECONDS_A_CONFIGURE_BYTE = 1e-5;

  /** Of a configure script that the build makes first, which takes time as well. */
  private static final double MADE_CONFIGURE_BYTES = 600_000;

  /** Of CMake and Meson, before any check: they try out the compilers. */
  private static final double SECONDS_TO_CONFIGURE = 0.5;

  private static final double SECONDS_A_CHECK = 0.07;
  private static final double SECONDS_A_FILE = 0.03;
  private static final double SECONDS_A_CXX_FILE = 0.6;
  private static final double SECONDS_A_BYTE = 4e-6;

  /** Of a build that has these traits. */
  static CodeWork of(SourceCode code, Set<Trait> traits) {
    return new CodeWork(
        SECONDS_TO_PREPARE,
        configuring(code, traits),
        SECONDS_A_FILE * code.files(),
        SECONDS_A_CXX_FILE * code.cxxFiles(),
        SECONDS_A_BYTE * code.bytes());
  }

  private static double configuring(SourceCode code, Set<Trait> traits) {
    if (traits.contains(Trait.AUTORECONF)) {
      return SECONDS_A_CONFIGURE_BYTE * MADE_CONFIGURE_BYTES;
    }
    return switch (BuildSystem.of(traits)) {
      case AUTOCONF -> SECONDS_A_CONFIGURE_BYTE * code.configureBytes();
      case CMAKE, MESON -> SECONDS_TO_CONFIGURE + SECONDS_A_CHECK * code.checks();
      case NONE, COMMAND, MAKE -> 0;
    };
  }

  double seconds() {
    return preparing + configuring + startingCompilers + readingHeaders + compiling;
  }
}
