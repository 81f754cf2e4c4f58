package dev.crossplan.planner.instance;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The content of a file or folder as one hash: names, kinds, executable bits, the targets of links,
 * and all bytes; not times, owners or where it is. A link out of it counts with what it leads to,
 * but for paths in a Nix store, which say what they are. Of a git repository in a package set only
 * what is checked out counts and which commit that is, not its objects.
 */
final class TreeHash {
  // Of st_mode, see inode(7).
  private static final int TYPE = 0170000;
  private static final int FOLDER = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;
  private static final int EXECUTABLE = 0100;

  /** See "Store path" in the Nix manual. */
  private static final Pattern IN_STORE = Pattern.compile("/[0-9abcdfghijklmnpqrsvwxyz]{32}-[^/]+");

  private static final String REPOSITORY = ".git";
  private static final String LINK_TO_REPOSITORY = "gitdir: ";
  private static final String LINK_TO_REFERENCE = "ref: ";

  private final Hasher hasher = Hashing.sha256().newHasher();
  private final Predicate<Path> isIgnored;
  private final boolean isSource;
  private final FileHashes files;
  private final Path root;
  private final Set<Path> outside = new HashSet<>();
  private int filesLeft;
  private long bytesLeft;

  private TreeHash(
      Path root, Limit limit, Predicate<Path> isIgnored, boolean isSource, FileHashes files) {
    this.root = root;
    this.files = files;
    this.filesLeft = limit.files();
    this.bytesLeft = limit.bytes();
    this.isIgnored = isIgnored;
    this.isSource = isSource;
  }

  /**
   * How much is looked at before it is given up.
   *
   * @param files and folders
   * @param bytes of files
   */
  record Limit(int files, long bytes) {}

  /**
   * Hashes.
   *
   * @param files known hashes of its files
   * @return in hexadecimal digits
   * @throws IOException if something cannot be read, or there is more than the limit
   */
  static String of(Path path, Limit limit, FileHashes files) throws IOException {
    return new TreeHash(path, limit, none -> false, false, files).hash();
  }

  /**
   * Hashes what is copied as it is, git repositories with all that is in them.
   *
   * @param isLeftOut what within the folder is not copied
   * @see #of(Path, Limit, FileHashes)
   */
  static String ofSource(Path path, Limit limit, Predicate<Path> isLeftOut, FileHashes files)
      throws IOException {
    return new TreeHash(path, limit, isLeftOut, true, files).hash();
  }

  private String hash() throws IOException {
    add(root);
    return hasher.hash().toString();
  }

  /**
   * Whether something in a file or folder was changed, added or taken away since then; also by
   * whoever set its times to what they were.
   *
   * @param isIgnored what within it does not count
   */
  static boolean isChangedSince(Path path, Instant then, Predicate<Path> isIgnored)
      throws IOException {
    AtomicBoolean isChanged = new AtomicBoolean();
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          private FileVisitResult look(Path each) throws IOException {
            FileTime changed =
                (FileTime) Files.getAttribute(each, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            if (changed.toInstant().isAfter(then)) {
              isChanged.set(true);
              return FileVisitResult.TERMINATE;
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            return isIgnored.test(folder) ? FileVisitResult.SKIP_SUBTREE : look(folder);
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            return isIgnored.test(file) ? FileVisitResult.CONTINUE : look(file);
          }
        });
    return isChanged.get();
  }

  private void add(Path path) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:mode,size,ino,ctime", LinkOption.NOFOLLOW_LINKS);
    int mode = attribute(attributes, "mode", Integer.class);
    long size = attribute(attributes, "size", Long.class);
    int type = mode & TYPE;
    bytesLeft -= type == REGULAR ? size : 0;
    if (filesLeft-- == 0 || bytesLeft < 0) {
      throw new IOException(path + ": there is more than is looked at");
    }
    if (type == LINK) {
      put("link");
      put(Files.readSymbolicLink(path).toString());
      addTarget(path);
    } else if (type == FOLDER) {
      addFolder(path);
    } else if (type == REGULAR) {
      put((mode & EXECUTABLE) == 0 ? "file" : "program");
      Instant changed = attribute(attributes, "ctime", FileTime.class).toInstant();
      long inode = attribute(attributes, "ino", Long.class);
      hasher.putBytes(files.of(path, inode, size, changed).asBytes());
    } else {
      put("other"); // a socket or the like: nothing that Nix could read
    }
  }

  private void addTarget(Path link) throws IOException {
    if (!Files.exists(link)) {
      put("nowhere");
      return;
    }
    Path target = link.toRealPath();
    if (!target.startsWith(root)
        && !IN_STORE.matcher(target.toString()).find()
        && outside.add(target)) {
      add(target);
    }
  }

  private static <T> T attribute(Map<String, Object> attributes, String name, Class<T> type) {
    return type.cast(Objects.requireNonNull(attributes.get(name)));
  }

  private void addFolder(Path folder) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path entry : stream) {
        if (!isIgnored.test(entry)) {
          entries.add(entry);
        }
      }
    }
    Collections.sort(entries);
    put("folder");
    hasher.putInt(entries.size());
    for (Path entry : entries) {
      put(entry.getFileName().toString());
      if (entry.endsWith(REPOSITORY) && !isSource) {
        addCommit(entry);
      } else {
        add(entry);
      }
    }
  }

  /** nixpkgs writes into images of which commit they are (lib.commitIdFromGitRepo). */
  private void addCommit(Path git) throws IOException {
    Path own = git;
    if (Files.isRegularFile(git)) { // of a work tree or a submodule
      String text = Files.readString(git).strip();
      own = git.resolveSibling(text.replaceFirst("^" + LINK_TO_REPOSITORY, ""));
    }
    Path head = own.resolve("HEAD");
    String text = Files.exists(head) ? Files.readString(head).strip() : "";
    put(text);
    if (text.startsWith(LINK_TO_REFERENCE)) {
      Path common = own.resolve("commondir");
      Path shared =
          Files.exists(common) ? own.resolve(Files.readString(common).strip()).normalize() : own;
      put(commit(shared, text.substring(LINK_TO_REFERENCE.length())));
    }
  }

  /** In a file of its own, or in that of all that were packed: {@code 1234… refs/heads/main}. */
  private static String commit(Path git, String reference) throws IOException {
    Path own = git.resolve(reference);
    if (Files.exists(own)) {
      return Files.readString(own).strip();
    }
    Path packed = git.resolve("packed-refs");
    if (Files.exists(packed)) {
      for (String line : Files.readAllLines(packed)) {
        if (line.endsWith(" " + reference)) {
          return line;
        }
      }
    }
    return "";
  }

  /** With its length, so that two texts are not another one. */
  private void put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hasher.putInt(bytes.length).putBytes(bytes);
  }
}
