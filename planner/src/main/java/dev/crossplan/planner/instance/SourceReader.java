package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.ByteStreams;
import com.google.common.io.MoreFiles;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.ArchiveStreamFactory;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.jspecify.annotations.Nullable;

/** Counts the {@link SourceCode} of one source. */
final class SourceReader {
  /** Larger archives take seconds to read; what they hold is known once they were built. */
  private static final long LARGEST_ARCHIVE = 32 << 20;

  /** An archive of zeros is larger than any disk. */
  private static final long MOST_BYTES = 1L << 30;

  private static final int MOST_ENTRIES = 200_000;

  /** Of a file, to look into it. */
  private static final int MOST_LOOKED_INTO = 1 << 20;

  private static final ImmutableSet<String> COMPILED =
      ImmutableSet.of("c", "cc", "cpp", "cxx", "m", "s", "f", "f90", "rs", "go", "hs", "java");

  private static final ImmutableSet<String> CXX = ImmutableSet.of("cc", "cpp", "cxx");
  private static final ImmutableSet<String> HEADERS = ImmutableSet.of("h", "hh", "hpp", "hxx");

  /** Of what is compiled only by a build that has the compiler: bindings of C to Go, say. */
  private static final ImmutableMap<String, Trait> COMPILERS =
      ImmutableMap.of("rs", Trait.RUST, "go", Trait.GO, "hs", Trait.HASKELL, "java", Trait.JAVA);

  private static final ImmutableSet<String> NOT_COMPILED =
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
          "fuzz",
          "win32",
          "windows",
          "msvc",
          "vms",
          "amiga",
          "macos",
          "macosx");

  /** Names of files with tests beside others, without what follows the dot. */
  private static final Pattern TEST =
      Pattern.compile(".*tests?|tests?[_-].*", Pattern.CASE_INSENSITIVE);

  /** {@code check_include_file(…)} of CMake, and {@code compiler.has_function(…)} of Meson. */
  private static final Pattern CHECK =
      Pattern.compile(
          "^[ \\t]*(?:check_\\w+|try_compile|try_run)[ \\t]*\\("
              + "|\\.(?:has_\\w+|check_header|compiles|links|sizeof|alignment"
              + "|get_supported_\\w+|first_supported_\\w+)[ \\t]*\\(",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  /** Strings, containers, streams and what is built on them; others are short. */
  private static final Pattern LIBRARY =
      Pattern.compile(
          "^[ \\t]*#[ \\t]*include[ \\t]*<(?:algorithm|deque|filesystem|fstream|functional|future"
              + "|iomanip|iostream|istream|iterator|list|locale|map|memory|mutex|ostream|queue"
              + "|random|ranges|regex|set|sstream|stack|stdexcept|string|string_view|thread"
              + "|unordered_map|unordered_set|variant|vector)>",
          Pattern.MULTILINE);

  private final Set<Trait> traits;
  private long files;
  private long cxxFiles;
  private long cxxFilesWithLibrary;
  private boolean isLibraryInHeaders;
  private long bytes;
  private long configureBytes;
  private long checks;

  private SourceReader(Set<Trait> traits) {
    this.traits = traits;
  }

  /**
   * Reads one source.
   *
   * @return empty if it cannot be read
   */
  static Optional<SourceCode> read(String source, Set<Trait> traits) {
    SourceReader reader = new SourceReader(traits);
    try {
      Path path = Path.of(StorePath.parse(source).toString());
      if (Files.isDirectory(path)) {
        reader.addFolder(path);
      } else if (Files.size(path) > LARGEST_ARCHIVE) {
        return Optional.empty();
      } else {
        reader.addArchive(path);
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException | InputException e) {
      return Optional.empty(); // it is not there, or nothing that can be read
    }
    return Optional.of(reader.all());
  }

  /** What headers include, all files include that include these. */
  private SourceCode all() {
    return new SourceCode(
        files, isLibraryInHeaders ? cxxFiles : cxxFilesWithLibrary, bytes, configureBytes, checks);
  }

  private void addFolder(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
        try (InputStream content = Files.newInputStream(file)) {
          add(folder.relativize(file), Files.size(file), content);
        }
      }
    }
  }

  private void addArchive(Path file) throws IOException {
    long read = 0;
    try (InputStream packed = new BufferedInputStream(Files.newInputStream(file));
        InputStream content = new BufferedInputStream(unpacked(packed));
        ArchiveInputStream<?> archive =
            ArchiveStreamFactory.DEFAULT.createArchiveInputStream(content)) {
      ArchiveEntry entry = archive.getNextEntry();
      for (int i = 0; entry != null && i < MOST_ENTRIES && read < MOST_BYTES; i++) {
        long size = Math.max(0, entry.getSize());
        read += size;
        Path name = Path.of(entry.getName());
        if (!entry.isDirectory() && name.getNameCount() > 1) { // all is in one folder
          add(name.subpath(1, name.getNameCount()), size, archive);
        }
        entry = archive.getNextEntry();
      }
    }
  }

  private static InputStream unpacked(InputStream packed) throws CompressorException {
    try {
      return new CompressorStreamFactory().createCompressorInputStream(packed);
    } catch (CompressorException e) {
      if (e.getCause() == null) { // it is not compressed
        return packed;
      }
      throw e;
    }
  }

  /**
   * Adds a file.
   *
   * @param name below the top of the sources
   */
  private void add(Path name, long size, InputStream content) throws IOException {
    String extension = MoreFiles.getFileExtension(name).toLowerCase(Locale.ROOT);
    if (name.endsWith("configure") && name.getNameCount() <= 2) {
      configureBytes = Math.max(configureBytes, size);
    } else if (isOfTests(name)) {
      return;
    } else if (isReadToConfigure(name)) {
      checks += CHECK.matcher(text(content)).results().count();
    } else if (HEADERS.contains(extension)) {
      isLibraryInHeaders = isLibraryInHeaders || LIBRARY.matcher(text(content)).find();
    } else if (isCompiled(extension)) {
      files++;
      bytes += size;
      if (CXX.contains(extension)) {
        cxxFiles++;
        cxxFilesWithLibrary += LIBRARY.matcher(text(content)).find() ? 1 : 0;
      }
    }
  }

  private static boolean isOfTests(Path name) {
    return TEST.matcher(MoreFiles.getNameWithoutExtension(name)).matches()
        || StreamSupport.stream(name.spliterator(), false)
            .map(part -> part.toString().toLowerCase(Locale.ROOT))
            .anyMatch(NOT_COMPILED::contains);
  }

  private boolean isReadToConfigure(Path name) {
    if (traits.contains(Trait.MESON)) {
      return name.endsWith("meson.build");
    }
    return traits.contains(Trait.CMAKE)
        && (name.endsWith("CMakeLists.txt") || MoreFiles.getFileExtension(name).equals("cmake"));
  }

  private boolean isCompiled(String extension) {
    @Nullable Trait compiler = COMPILERS.get(extension);
    return COMPILED.contains(extension) && (compiler == null || traits.contains(compiler));
  }

  /** As far as there is something to find in it, it is ASCII. */
  private static String text(InputStream content) throws IOException {
    byte[] begin = ByteStreams.limit(content, MOST_LOOKED_INTO).readAllBytes();
    return new String(begin, StandardCharsets.ISO_8859_1);
  }
}
