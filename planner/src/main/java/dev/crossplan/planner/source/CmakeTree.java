package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The files of a project that CMake builds, by the names that they have in its files. */
final class CmakeTree {
  /** Stands for the folder of the sources, of which the name is not known. */
  private static final Path TOP = Path.of("/sources");

  /** Characters; nobody writes longer files. */
  private static final int LONGEST_FILE = 1 << 20;

  /** What a character takes to parse, in steps. */
  private static final int PARSING = 4;

  private static final int LONGEST_NAME = 1_000;

  private final Map<Path, String> files;
  private final ImmutableSet<Path> sources;
  private final Budget budget;
  private final Set<Path> folders = new HashSet<>();
  private final Map<Path, ImmutableList<CmakeCommand>> parsed = new HashMap<>();

  /**
   * Nothing is parsed so far.
   *
   * @param files in the language of CMake, by their paths below the top of the sources
   * @param sources what may be compiled, below the top of the sources
   */
  CmakeTree(Map<Path, String> files, ImmutableSet<Path> sources, Budget budget) {
    this.files = files;
    this.sources = sources;
    this.budget = budget;
    files.keySet().forEach(this::addFolders);
    sources.forEach(this::addFolders);
  }

  private void addFolders(Path file) {
    Path folder = file.getParent();
    while (folder != null && folders.add(folder)) {
      folder = folder.getParent();
    }
  }

  /**
   * The folder as it is called in variables.
   *
   * @param folder below the top of the sources
   */
  static String name(Path folder) {
    return folder.toString().isEmpty() ? TOP.toString() : TOP.resolve(folder).toString();
  }

  /**
   * What a name stands for, below the top of the sources; empty if it is elsewhere.
   *
   * @param folder as it is called in variables, to which the name is relative
   */
  static Optional<Path> path(String name, String folder) {
    if (name.length() > LONGEST_NAME || folder.length() > LONGEST_NAME) {
      return Optional.empty();
    }
    try {
      Path path = Path.of(folder).resolve(name).normalize();
      return path.startsWith(TOP) ? Optional.of(TOP.relativize(path)) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  boolean isSource(Path path) {
    return sources.contains(path);
  }

  /** Whether there is a file or a folder, as far as it matters. */
  boolean isThere(Path path) {
    return files.containsKey(path) || isSource(path) || isFolder(path);
  }

  boolean isFolder(Path path) {
    return folders.contains(path);
  }

  /** The commands in a file; none if it is not there. */
  ImmutableList<CmakeCommand> commands(Path file) {
    String text = files.getOrDefault(file, "");
    if (!parsed.containsKey(file)
        && (text.length() > LONGEST_FILE || !budget.take((long) PARSING * text.length()))) {
      return ImmutableList.of();
    }
    return parsed.computeIfAbsent(file, path -> CmakeCommand.parse(text));
  }

  /**
   * The sources that a pattern is met by, and folders, below the top of the sources.
   *
   * @param isDeep whether those in folders below count too; folders do not then
   */
  ImmutableList<Path> matching(List<String> patterns, String folder, boolean isDeep) {
    Set<Path> found = new HashSet<>();
    for (String pattern : patterns) {
      Optional<Path> path = path(pattern, folder);
      long steps = (long) (sources.size() + folders.size()) * (pattern.length() + 1);
      if (path.isPresent() && budget.take(steps)) {
        Stream.concat(sources.stream(), isDeep ? Stream.of() : folders.stream())
            .filter(each -> matches(each, path.get(), isDeep))
            .forEach(found::add);
      }
    }
    return ImmutableList.sortedCopyOf(found);
  }

  /** Name by name; of deep ones the last is that of the file, however deep it is. */
  private static boolean matches(Path path, Path pattern, boolean isDeep) {
    int last = pattern.getNameCount() - 1;
    if (path.getNameCount() <= last || (!isDeep && path.getNameCount() > last + 1)) {
      return false;
    }
    for (int i = 0; i < last; i++) {
      if (!matches(path.getName(i).toString(), pattern.getName(i).toString())) {
        return false;
      }
    }
    return matches(path.getFileName().toString(), pattern.getFileName().toString());
  }

  /** A star stands for any characters and a question mark for one, each tried from the left. */
  private static boolean matches(String name, String pattern) {
    int at = 0;
    int star = -1;
    int begun = 0;
    int i = 0;
    while (i < name.length()) {
      char c = at < pattern.length() ? pattern.charAt(at) : '\0';
      if (c == '*') {
        star = at++;
        begun = i;
      } else if (at < pattern.length() && (c == '?' || c == name.charAt(i))) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++begun;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }
}
