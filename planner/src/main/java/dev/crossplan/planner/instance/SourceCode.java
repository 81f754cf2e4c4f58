package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.ArchiveStreamFactory;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/**
 * How much there is to compile in the sources of a build, and how much its configure script does.
 * What lies in folders for tests, documents and other systems is not compiled as a rule.
 *
 * @param files that a compiler takes: C, C++, Rust, Go and the like, without headers
 * @param bytes of these files
 * @param configureBytes of the largest configure script near the top; 0 without one
 */
public record SourceCode(long files, long bytes, long configureBytes) {
  private static final SourceCode NONE = new SourceCode(0, 0, 0);

  /** Larger archives take seconds to read; what they hold is known once they were built. */
  private static final long LARGEST_ARCHIVE = 32 << 20;

  /** An archive of zeros is larger than any disk. */
  private static final long MOST_BYTES = 1L << 30;

  private static final int MOST_ENTRIES = 200_000;

  private static final ImmutableSet<String> COMPILED =
      ImmutableSet.of("c", "cc", "cpp", "cxx", "m", "s", "f", "f90", "rs", "go", "hs", "java");

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

  /**
   * Reads the sources, which takes a second for ten megabytes of an archive.
   *
   * @param sources as a derivation has them; those that are not in the store are passed over
   * @return empty if none could be read
   */
  public static Optional<SourceCode> of(Collection<String> sources) {
    return sources.stream().flatMap(source -> read(source).stream()).reduce(SourceCode::plus);
  }

  private SourceCode plus(SourceCode other) {
    return new SourceCode(
        files + other.files, bytes + other.bytes, Math.max(configureBytes, other.configureBytes));
  }

  private static Optional<SourceCode> read(String source) {
    try {
      Path path = Path.of(StorePath.parse(source).toString());
      if (Files.isDirectory(path)) {
        return Optional.of(ofFolder(path));
      }
      return Files.size(path) > LARGEST_ARCHIVE ? Optional.empty() : Optional.of(ofArchive(path));
    } catch (IOException | UncheckedIOException | IllegalArgumentException | InputException e) {
      return Optional.empty(); // it is not there, or nothing that can be read
    }
  }

  private static SourceCode ofFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> ofFile(folder.relativize(file), file.toFile().length()))
          .reduce(NONE, SourceCode::plus);
    }
  }

  private static SourceCode ofArchive(Path file) throws IOException {
    SourceCode all = NONE;
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
          all = all.plus(ofFile(name.subpath(1, name.getNameCount()), size));
        }
        entry = archive.getNextEntry();
      }
    }
    return all;
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
   * @param name below the top of the sources
   */
  private static SourceCode ofFile(Path name, long size) {
    if (name.endsWith("configure") && name.getNameCount() <= 2) {
      return new SourceCode(0, 0, size);
    }
    boolean isCompiled =
        COMPILED.contains(MoreFiles.getFileExtension(name).toLowerCase(Locale.ROOT))
            && StreamSupport.stream(name.spliterator(), false)
                .map(part -> part.toString().toLowerCase(Locale.ROOT))
                .noneMatch(NOT_COMPILED::contains);
    return isCompiled ? new SourceCode(1, size, 0) : NONE;
  }
}
