package dev.crossplan.planner.source;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the name of a file tells of whether it is compiled; below the top of the sources. */
final class SourcePaths {
  /**
   * What is for another system, another processor or instructions that only some have: names of
   * folders, and parts of the names of files. What is for this one alone is little beside it.
   */
  private static final ImmutableSet<String> OTHER_SYSTEMS =
      ImmutableSet.of(
          "aarch64",
          "aix",
          "altivec",
          "amiga",
          "android",
          "arm",
          "arm64",
          "armv7",
          "armv8",
          "atari",
          "avr",
          "avx",
          "avx2",
          "avx512",
          "beos",
          "cygwin",
          "darwin",
          "djgpp",
          "dragonfly",
          "emscripten",
          "freebsd",
          "haiku",
          "hppa",
          "hpux",
          "i386",
          "ia64",
          "ibmi",
          "iocp",
          "irix",
          "kqueue",
          "lasx",
          "loongarch",
          "lsx",
          "m68k",
          "macos",
          "macosx",
          "mingw",
          "mingw32",
          "mips",
          "mips64",
          "mmx",
          "msa",
          "msdos",
          "msvc",
          "neon",
          "netbsd",
          "openbsd",
          "os2",
          "os390",
          "osx",
          "powerpc",
          "powerpc64",
          "ppc",
          "ppc64",
          "qnx",
          "riscos",
          "s390",
          "s390x",
          "sh4",
          "solaris",
          "sparc",
          "sparc64",
          "sse",
          "sse2",
          "sse3",
          "sse4",
          "sse41",
          "sse42",
          "ssse3",
          "sunos",
          "sve",
          "symbian",
          "vms",
          "vsx",
          "vxworks",
          "w32",
          "win32",
          "win64",
          "wince",
          "windows",
          "x86",
          "xtensa");

  /** Files may be of windows on the screen. */
  private static final ImmutableSet<String> FOLDERS_OF_OTHER_SYSTEMS =
      ImmutableSet.<String>builder().addAll(OTHER_SYSTEMS).add("win").build();

  private static final ImmutableSet<String> FOLDERS_OF_TESTS =
      ImmutableSet.of(
          "test",
          "tests",
          "testsuite",
          "testing",
          "example",
          "examples",
          "sample",
          "samples",
          "doc",
          "docs",
          "contrib",
          "bench",
          "benchmark",
          "benchmarks",
          "fuzz");

  private static final Splitter PARTS_OF_TRIAL =
      Splitter.on(CharMatcher.anyOf("_- /.=")).omitEmptyStrings().limit(100);

  private static final int LONGEST_NAME = 1_000;

  private static final Splitter PARTS_OF_NAME = Splitter.on(CharMatcher.anyOf("_-."));

  /** Names of files with tests beside others, without what follows the dot. */
  private static final Pattern TEST =
      Pattern.compile("(?i:(?:.*[_-])?tests?|tests?[_-].*)|.*[a-z0-9]Tests?");

  private SourcePaths() {}

  /** Whether it is a test, an example or the like, by its name or that of a folder. */
  static boolean isOfTests(Path path) {
    return TEST.matcher(MoreFiles.getNameWithoutExtension(path)).matches()
        || folders(path).anyMatch(FOLDERS_OF_TESTS::contains);
  }

  /** Whether only another system or processor needs it. */
  static boolean isForAnotherSystem(Path path) {
    String name = MoreFiles.getNameWithoutExtension(path).toLowerCase(Locale.ROOT);
    return folders(path).anyMatch(FOLDERS_OF_OTHER_SYSTEMS::contains)
        || PARTS_OF_NAME.splitToStream(name).anyMatch(OTHER_SYSTEMS::contains);
  }

  /** Whether a word names another system, another processor or its instructions. */
  static boolean isAnotherSystem(String word) {
    return OTHER_SYSTEMS.contains(word);
  }

  /** Whether any part of what is tried out names another system, processor or its instructions. */
  static boolean hasAnotherSystem(String text) {
    return PARTS_OF_TRIAL
        .splitToStream(Ascii.toLowerCase(text))
        .anyMatch(part -> isAnotherSystem(part.replaceFirst("^m(?=avx|sse)", "")));
  }

  /** The folder of the topmost file of a name; of several on one level, of the first. */
  static Optional<Path> topmost(String name, Collection<Path> files) {
    return files.stream()
        .filter(file -> file.endsWith(name))
        .min(Comparator.comparing(Path::getNameCount).thenComparing(Comparator.naturalOrder()))
        .map(file -> file.resolveSibling(""));
  }

  /** What a name stands for in a folder; empty if it is no path. */
  static Optional<Path> below(Path folder, String name) {
    if (name.length() > LONGEST_NAME) {
      return Optional.empty();
    }
    try {
      return Optional.of(folder.resolve(name).normalize());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** The second name in the folder of the first, unless it begins at the root. */
  static String joined(String folder, String name) {
    return folder.isEmpty() || name.startsWith("/") ? name : folder + "/" + name;
  }

  /** The names of those that a file is in, in small letters. */
  private static Stream<String> folders(Path path) {
    return StreamSupport.stream(path.spliterator(), false)
        .limit(path.getNameCount() - 1)
        .map(part -> part.toString().toLowerCase(Locale.ROOT));
  }
}
