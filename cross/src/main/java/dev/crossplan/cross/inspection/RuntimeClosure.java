package dev.crossplan.cross.inspection;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.cross.elf.ElfHeader;
import dev.crossplan.cross.elf.FileRange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * All that is there at run time: paths, and whatever is in them.
 *
 * <p>Files name one another by absolute paths. Those of a folder that is no store path are looked
 * up in it first, as it may be the root of an image.
 */
final class RuntimeClosure {
  private static final int REMEMBERED = 100_000;

  /** Where dynamic loaders are, relative to a path of the closure. */
  private static final ImmutableList<String> LOADER_FOLDERS =
      ImmutableList.of("", "lib", "lib64", "usr/lib", "usr/lib64");

  private final ImmutableSet<Path> paths;
  private final ImmutableList<FileSystemRoot> roots;
  private final ImmutableSet<Path> loaderFolders;
  private final Cache<Seen, Optional<Path>> resolved =
      CacheBuilder.newBuilder().maximumSize(REMEMBERED).build();
  private final Cache<Path, OptionalInt> machines =
      CacheBuilder.newBuilder().maximumSize(REMEMBERED).build();

  /** A path as somebody sees it. */
  private record Seen(FileSystemRoot root, String path) {}

  /**
   * Where a path leads to.
   *
   * @param file without links; empty if there is nothing
   * @param inside whether that is in the closure, or would be
   */
  record Place(Optional<Path> file, boolean inside) {}

  /**
   * A closure.
   *
   * @param paths absolute; they may be symbolic links, what stands before them may not
   * @param roots those of them that are folders, and not of a store
   * @param cpu as Debian has it in names of folders: {@code riscv64}
   */
  RuntimeClosure(ImmutableSet<Path> paths, ImmutableSet<Path> roots, String cpu) {
    this.paths = paths;
    this.roots = roots.stream().map(FileSystemRoot::new).collect(ImmutableList.toImmutableList());
    this.loaderFolders = findLoaders(cpu);
  }

  private ImmutableSet<Path> findLoaders(String cpu) {
    Set<Path> found = new LinkedHashSet<>();
    for (Path path : paths) {
      for (String folder : LOADER_FOLDERS) {
        for (Path each :
            ImmutableList.of(
                path.resolve(folder), path.resolve(folder).resolve(cpu + "-linux-gnu"))) {
          if (Files.isDirectory(each)) {
            try (DirectoryStream<Path> loaders = Files.newDirectoryStream(each, "ld-*.so*")) {
              if (loaders.iterator().hasNext()) {
                found.add(each.toRealPath());
              }
            } catch (IOException e) {
              // whoever walks through it tells that it cannot be read
            }
          }
        }
      }
    }
    return ImmutableSet.copyOf(found);
  }

  /** Whether a file is in the closure. */
  boolean contains(Path file) {
    for (Path at = file; at != null; at = at.getParent()) {
      if (paths.contains(at)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Looks for what a file names.
   *
   * @param from the file, without links
   * @param path absolute
   */
  Place lookUp(Path from, String path) {
    FileSystemRoot home = rootOf(from);
    Optional<Path> file = resolve(home, path);
    if (file.isEmpty() && !home.equals(FileSystemRoot.MACHINE)) {
      file = resolve(FileSystemRoot.MACHINE, path);
    }
    return new Place(file, file.map(this::contains).orElseGet(() -> wouldBeInside(path)));
  }

  private Optional<Path> resolve(FileSystemRoot root, String path) {
    Seen seen = new Seen(root, path);
    Optional<Path> known = resolved.getIfPresent(seen);
    if (known == null) {
      known = root.resolve(path);
      resolved.put(seen, known);
    }
    return known;
  }

  private boolean wouldBeInside(String path) {
    try {
      return contains(Path.of(path).normalize());
    } catch (InvalidPathException e) { // no name that this system can have
      return false;
    }
  }

  private FileSystemRoot rootOf(Path file) {
    for (FileSystemRoot root : roots) {
      if (file.startsWith(root.folder())) {
        return root;
      }
    }
    return FileSystemRoot.MACHINE;
  }

  /** The path of a file or folder, as those see it who live where it is. */
  String seen(Path file) {
    return rootOf(file).seenFromHere(file);
  }

  /** Where the libraries of the C library are, for what does not name its loader. */
  ImmutableSet<Path> loaderFolders() {
    return loaderFolders;
  }

  /** For which machine a file is; empty if it is no ELF file, or not there. */
  OptionalInt machine(Path file) {
    OptionalInt known = machines.getIfPresent(file);
    if (known == null) {
      known = readMachine(file);
      machines.put(file, known);
    }
    return known;
  }

  private static OptionalInt readMachine(Path file) {
    if (!Files.isRegularFile(file)) {
      return OptionalInt.empty();
    }
    try (FileChannel channel = FileChannel.open(file)) {
      FileRange range = FileRange.of(channel);
      return ElfHeader.isElf(range)
          ? OptionalInt.of(ElfHeader.read(range).machine())
          : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }
}
