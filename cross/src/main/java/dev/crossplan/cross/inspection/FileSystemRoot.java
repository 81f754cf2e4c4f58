package dev.crossplan.cross.inspection;

import com.google.common.base.Splitter;
import com.google.common.collect.Lists;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A folder in which absolute paths hold: {@code /}, or where the file system of an image lies. Also
 * the links in it stay in it, as for who has changed his root there.
 */
record FileSystemRoot(Path folder) {
  /** As many as Linux follows (path_resolution(7)). */
  private static final int MOST_LINKS = 40;

  static final FileSystemRoot MACHINE = new FileSystemRoot(Path.of("/"));

  /** The path of a file as those see it who live here. */
  String seenFromHere(Path file) {
    return "/" + folder.relativize(file);
  }

  /**
   * The file or folder that a path leads to, without links; empty where there is nothing.
   *
   * @param path absolute, as seen from here
   */
  Optional<Path> resolve(String path) {
    Deque<String> names = new ArrayDeque<>();
    pushFirst(names, path);
    Path at = folder;
    int links = 0;
    try {
      while (!names.isEmpty()) {
        String name = names.pop();
        if (name.equals("..")) {
          at = at.equals(folder) ? at : Optional.ofNullable(at.getParent()).orElse(folder);
        } else if (!name.equals(".")) {
          Path next = at.resolve(name);
          if (Files.isSymbolicLink(next)) {
            if (++links > MOST_LINKS) {
              return Optional.empty();
            }
            String target = Files.readSymbolicLink(next).toString();
            pushFirst(names, target);
            at = target.startsWith("/") ? folder : at;
          } else if (Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
            at = next;
          } else {
            return Optional.empty();
          }
        }
      }
      return Optional.of(at);
    } catch (IOException | InvalidPathException e) { // no name that this system can have
      return Optional.empty();
    }
  }

  private static void pushFirst(Deque<String> names, String path) {
    Lists.reverse(Splitter.on('/').omitEmptyStrings().splitToList(path)).forEach(names::push);
  }
}
