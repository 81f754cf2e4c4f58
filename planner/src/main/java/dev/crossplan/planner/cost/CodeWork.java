package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.source.SourceCode;
import java.util.Set;

/**
 * Seconds that a machine of usual speed takes for so much code, roughly: as packages took in their
 * phases (docs/decisions/0032). How far they are off is learned.
 *
 * @param preparing to unpack it, and to install what was built
 * @param configuring to find out what the system has
 * @param startingCompilers one for each file
 * @param readingHeaders those of C++ are long
 * @param compiling what is in the files
 * @param byLibtool its script, which runs for each file
 * @param again for the second of two libraries of the same files
 */
record CodeWork(
    double preparing,
    double configuring,
    double startingCompilers,
    double readingHeaders,
    double compiling,
    double byLibtool,
    double again) {
  /** What is in these seconds, and that several jobs may run, as the phases have that. */
  static final ImmutableSet<Trait> KNOWN =
      ImmutableSet.of(
          Trait.AUTORECONF, Trait.CMAKE, Trait.MESON, Trait.PARALLEL, Trait.UNCONFIGURED);

  private static final double SECONDS_TO_PREPARE = 0.5;
  private static final double SECONDS_A_FILE_TO_INSTALL = 0.004;

  /** To make a configure script, and what libtool adds to it. */
  private static final double SECONDS_TO_MAKE_CONFIGURE = 1.6;

  private static final double SECONDS_TO_ADD_LIBTOOL = 1;

  /** Before any check: scripts look at themselves, CMake and Meson try out the compilers. */
  private static final double SECONDS_TO_CONFIGURE = 0.45;

  private static final double SECONDS_A_CHECK_OF_A_SCRIPT = 0.016;
  private static final double SECONDS_A_CHECK_OF_CMAKE = 0.075;
  private static final double SECONDS_A_CHECK_OF_MESON = 0.02;
  private static final double SECONDS_A_FILE = 0.035;
  private static final double SECONDS_A_HEADER_LINE = 1.2e-5;

  /** CMake's Release is -O3, which does more with what is in headers of C++. */
  private static final double HEADERS_OF_RELEASE = 1.5;

  private static final double SECONDS_A_STATEMENT = 4.5e-4;
  private static final double SECONDS_A_FILE_OF_LIBTOOL = 0.045;

  /** The rest is in programs. */
  private static final double PART_IN_LIBRARIES = 0.6;

  /** Of a build that has these traits. */
  static CodeWork of(SourceCode code, Set<Trait> traits) {
    BuildSystem system = BuildSystem.of(traits);
    boolean isByLibtool = code.isByLibtool() && system == BuildSystem.AUTOCONF;
    boolean isTwice = code.isTwice() && (isByLibtool || system == BuildSystem.CMAKE);
    double startingCompilers = SECONDS_A_FILE * code.files();
    double readingHeaders =
        SECONDS_A_HEADER_LINE
            * code.headerLines()
            * (system == BuildSystem.CMAKE ? HEADERS_OF_RELEASE : 1);
    double compiling = SECONDS_A_STATEMENT * code.statements();
    return new CodeWork(
        SECONDS_TO_PREPARE + SECONDS_A_FILE_TO_INSTALL * code.files(),
        configuring(code, traits),
        startingCompilers,
        readingHeaders,
        compiling,
        isByLibtool ? SECONDS_A_FILE_OF_LIBTOOL * code.files() : 0,
        isTwice ? PART_IN_LIBRARIES * (startingCompilers + readingHeaders + compiling) : 0);
  }

  private static double configuring(SourceCode code, Set<Trait> traits) {
    return switch (BuildSystem.of(traits)) {
      case AUTOCONF ->
          (code.checks() > 0 ? SECONDS_TO_CONFIGURE : 0)
              + SECONDS_A_CHECK_OF_A_SCRIPT * code.checks()
              + (traits.contains(Trait.AUTORECONF) ? makingConfigure(code) : 0);
      case CMAKE -> SECONDS_TO_CONFIGURE + SECONDS_A_CHECK_OF_CMAKE * code.checks();
      case MESON -> SECONDS_TO_CONFIGURE + SECONDS_A_CHECK_OF_MESON * code.checks();
      case NONE, COMMAND, MAKE -> 0;
    };
  }

  private static double makingConfigure(SourceCode code) {
    return SECONDS_TO_MAKE_CONFIGURE + (code.isByLibtool() ? SECONDS_TO_ADD_LIBTOOL : 0);
  }

  double seconds() {
    return preparing
        + configuring
        + startingCompilers
        + readingHeaders
        + compiling
        + byLibtool
        + again;
  }
}
