package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.ByteStreams;
import com.google.common.io.MoreFiles;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Trait;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.ArchiveStreamFactory;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
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

  /** Of a path: more than systems allow mostly. */
  private static final int LONGEST_NAME = 1_000;

  /** Of a file, to look into it. */
  private static final int MOST_OF_CODE = 16 << 20;

  private static final int MOST_OF_CONFIGURATION = 4 << 20;

  /** Of all files. */
  private static final long MOST_LOOKED_INTO = 256 << 20;

  /** Headers that are made of templates with these names, only gnulib has. */
  private static final Pattern TEMPLATE =
      Pattern.compile("(?:stddef|stdint|stdio|stdlib|string|time|unistd|wchar)\\.in\\.h");

  private static final ImmutableSet<String> COMPILED =
      ImmutableSet.of(
          "c", "cc", "cpp", "cxx", "c++", "m", "s", "f", "f90", "rs", "go", "hs", "java");

  private static final ImmutableSet<String> HEADERS =
      ImmutableSet.of("h", "hh", "hpp", "hxx", "inc", "inl", "ipp", "tcc");

  /** Of what is compiled only by a build that has the compiler: bindings of C to Go, say. */
  private static final ImmutableMap<String, Trait> COMPILERS =
      ImmutableMap.of("rs", Trait.RUST, "go", Trait.GO, "hs", Trait.HASKELL, "java", Trait.JAVA);

  private final Set<Trait> traits;
  private final SourceTree tree = new SourceTree();
  private final Configuration configuration;
  private long lookedInto;

  private SourceReader(Set<Trait> traits, List<String> flags) {
    this.traits = traits;
    this.configuration = Configuration.of(traits, flags);
  }

  /**
   * Reads one source.
   *
   * @return empty if it cannot be read
   */
  static Optional<SourceCode> read(String source, Set<Trait> traits, List<String> flags) {
    try {
      SourceReader reader = new SourceReader(traits, flags);
      Path path = Path.of(StorePath.parse(source).toString());
      if (Files.isDirectory(path)) {
        reader.addFolder(path);
      } else if (Files.size(path) > LARGEST_ARCHIVE) {
        return Optional.empty();
      } else if (!reader.addArchive(path, true)) {
        reader = new SourceReader(traits, flags);
        reader.addArchive(path, false);
      }
      return Optional.of(reader.tree.code(reader.configuration));
    } catch (IOException | UncheckedIOException | IllegalArgumentException | InputException e) {
      return Optional.empty(); // it is not there, or nothing that can be read
    }
  }

  private void addFolder(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      Stream<Path> files =
          walk.limit(MOST_ENTRIES)
              .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .sorted();
      for (Path file : (Iterable<Path>) files::iterator) {
        try (InputStream content = Files.newInputStream(file)) {
          add(folder.relativize(file), content);
        }
      }
    }
  }

  /**
   * Adds what is in an archive: all is in one folder, mostly, which is the top of the sources then.
   *
   * @param isInOneFolder whether it is taken for that
   * @return whether it is as it was taken
   */
  private boolean addArchive(Path file, boolean isInOneFolder) throws IOException {
    int left = isInOneFolder ? 1 : 0;
    @Nullable Path top = null;
    try (InputStream packed = new BufferedInputStream(Files.newInputStream(file));
        InputStream content =
            new BufferedInputStream(ByteStreams.limit(unpacked(packed), MOST_BYTES));
        ArchiveInputStream<?> archive =
            ArchiveStreamFactory.DEFAULT.createArchiveInputStream(content)) {
      ArchiveEntry entry = archive.getNextEntry();
      for (int i = 0; entry != null && i < MOST_ENTRIES; i++) {
        if (isFile(entry)) {
          Path name = Path.of(entry.getName()).normalize();
          if (name.getNameCount() > left) { // others are beside the sources
            Path first = name.getName(0);
            if (isInOneFolder && top != null && !top.equals(first)) {
              return false;
            }
            top = first;
            add(name.subpath(left, name.getNameCount()), archive);
          }
        }
        entry = archive.getNextEntry();
      }
    }
    return top != null;
  }

  /** Whether it is one that sources may be in: none that is a link, or leads elsewhere. */
  private static boolean isFile(ArchiveEntry entry) {
    String name = entry.getName();
    boolean isLink = entry instanceof TarArchiveEntry tar && (tar.isLink() || tar.isSymbolicLink());
    return !entry.isDirectory()
        && !isLink
        && name.length() <= LONGEST_NAME
        && !name.startsWith("/")
        && !name.startsWith("../")
        && !name.contains("/../");
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
   * @param path below the top of the sources
   */
  private void add(Path path, InputStream content) throws IOException {
    if (path.toString().length() > LONGEST_NAME) {
      return;
    } else if (configuration.has(path)) {
      configuration.add(path, text(content, MOST_OF_CONFIGURATION));
      return;
    } else if (SourcePaths.isForAnotherSystem(path)) {
      return;
    }
    String extension = MoreFiles.getFileExtension(path).toLowerCase(Locale.ROOT);
    boolean isHeader = HEADERS.contains(extension);
    if (TEMPLATE.matcher(path.getFileName().toString()).matches()) {
      tree.addGnulib(path.resolveSibling(""));
    } else if (Grammars.mayBe(path)) {
      String grammar = text(content, MOST_OF_CODE);
      if (Grammars.is(grammar)) {
        SourceText text = SourceText.of(grammar, extension).plus(Grammars.STATEMENTS);
        tree.add(new CodeFile(path, false, SourcePaths.isOfTests(path), text));
      }
    } else if (isHeader || isCompiled(extension)) {
      SourceText text = SourceText.of(text(content, MOST_OF_CODE), extension);
      tree.add(new CodeFile(path, isHeader, SourcePaths.isOfTests(path), text));
    }
  }

  private boolean isCompiled(String extension) {
    @Nullable Trait compiler = COMPILERS.get(extension);
    return COMPILED.contains(extension) && (compiler == null || traits.contains(compiler));
  }

  /** As far as there is something to find in it, it is ASCII. */
  private String text(InputStream content, int most) throws IOException {
    byte[] begin = ByteStreams.limit(content, most).readAllBytes();
    lookedInto += begin.length;
    if (lookedInto > MOST_LOOKED_INTO) {
      throw new IOException("too much to look into");
    }
    return new String(begin, StandardCharsets.ISO_8859_1);
  }
}
