package dev.crossplan.planner.instance;

import static dev.crossplan.planner.instance.EvaluationCache.target;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import dev.crossplan.planner.derivation.SurrogateEscape;
import dev.crossplan.planner.instance.EvaluationTrace.Look;
import dev.crossplan.planner.instance.EvaluationTrace.Sort;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What the answer of an evaluation depends on besides the package set and what Nix is asked: all at
 * which it looked, as {@link EvaluationTrace} has it; and whether it would see the same there. Safe
 * for threads.
 */
final class EvaluationDependencies {
  private static final TreeHash.Limit OF_PACKAGE_SET = new TreeHash.Limit(1_000_000, 1L << 34);

  /** Of what is copied: more than nixpkgs has; but somebody may copy a home folder. */
  private static final TreeHash.Limit OF_SOURCE = new TreeHash.Limit(200_000, 1L << 30);

  /** The kernel's times of changes are not of the moment. */
  private static final Duration TICK = Duration.ofMillis(10);

  /** Files that Nix has within itself. */
  private static final Pattern INTERNAL =
      Pattern.compile("«(?:nix|flakes)-internal».*|/?/builtin/.*|/__corepkgs__/.*");

  /** No files but answers of the kernel, other ones each time. */
  private static final Pattern OF_KERNEL =
      Pattern.compile("/(?:proc|sys|dev(?!/shm(?:/|$)))(?:/.*)?");

  private static final Path REPOSITORY = Path.of(".git");
  private static final String NOWHERE = "nowhere";

  private final ImmutableMap<String, String> environment;
  private final Path folder;
  private final Path store;
  private final Map<Path, State> packageSets = new ConcurrentHashMap<>();
  private final Map<Look, State> states = new ConcurrentHashMap<>();

  /**
   * As what something counts.
   *
   * @param text empty if that cannot be told
   * @param seen when that was begun
   */
  private record State(Optional<String> text, Instant seen) {
    /** Looks at something. */
    @FunctionalInterface
    interface Reading {
      String text() throws IOException;
    }

    static State of(Reading reading) {
      Instant seen = Instant.now();
      try {
        return new State(Optional.of(reading.text()), seen);
      } catch (IOException e) {
        return new State(Optional.empty(), seen);
      }
    }

    /** Before anything that could make a difference: it may have been seen before. */
    Instant before(Instant start) {
      return (seen.isBefore(start) ? seen : start).minus(TICK);
    }
  }

  /**
   * @param folder in which hashes of files are kept
   */
  EvaluationDependencies(ImmutableMap<String, String> environment, Path folder, Path store) {
    this.environment = environment;
    this.folder = folder;
    this.store = store;
  }

  /** What a package set is, see {@link EvaluationCache#identity}. */
  Optional<String> identity(Path packageSet) {
    return packageSet.startsWith(store)
        ? Optional.of(packageSet.toString())
        : state(packageSet).text().map(hash -> packageSet + " " + hash);
  }

  private State state(Path packageSet) {
    return packageSets.computeIfAbsent(
        packageSet,
        path -> State.of(() -> hash(path, files -> TreeHash.of(path, OF_PACKAGE_SET, files))));
  }

  /** Hashes a file or folder with what is known of its files. */
  @FunctionalInterface
  private interface Hash {
    String with(FileHashes files) throws IOException;
  }

  private String hash(Path path, Hash hash) throws IOException {
    Path kept = folder.resolve("files-" + EvaluationCache.hash(path.toString()));
    FileHashes files = FileHashes.read(kept);
    try {
      return hash.with(files);
    } finally {
      if (Files.isDirectory(path)) { // one file is soon read again
        files.save(kept);
      }
    }
  }

  /**
   * An evaluation that has ended.
   *
   * @param packageSet file or folder that was evaluated; empty for a commit
   * @param names of the package set, by which it may be looked at
   * @param flakes references of those that count with the package set
   * @param locked paths in the store that the package set consists of besides
   * @param said all that Nix said
   * @param start when it began
   */
  record Ended(
      Optional<Path> packageSet,
      ImmutableSet<Path> names,
      ImmutableSet<String> flakes,
      ImmutableSet<Path> locked,
      String said,
      Instant start) {}

  /** Whether all that was looked at is as it was. */
  boolean areStill(Map<Look, String> seen) {
    return seen.entrySet().stream()
        .allMatch(each -> state(each.getKey()).text().equals(Optional.of(each.getValue())));
  }

  /**
   * All that an evaluation depended on, and how it was; empty if that cannot be told, or has
   * changed since.
   */
  Optional<ImmutableMap<Look, String>> of(Ended ended) throws IOException {
    Optional<EvaluationTrace> trace = EvaluationTrace.of(ended.said());
    if (trace.isEmpty()
        || !isAllTraced(trace.get(), ended)
        || isPackageSetChanged(ended.packageSet(), ended.start())) {
      return Optional.empty();
    }
    ImmutableMap.Builder<Look, String> all = ImmutableMap.builder();
    for (Map.Entry<Look, String> each : trace.get().looks().entrySet()) {
      Look look = each.getKey();
      if (!isKnown(look, ended.names())) {
        Optional<String> seen = seen(look, each.getValue(), ended.start());
        if (seen.isEmpty()) {
          return Optional.empty();
        }
        all.put(look, seen.get());
      }
    }
    return Optional.of(all.buildOrThrow());
  }

  /**
   * Whether nothing was evaluated but by functions that tell it. A flake evaluates its files by
   * itself: they count if it is known what it consists of.
   */
  private boolean isAllTraced(EvaluationTrace trace, Ended ended) {
    if (!ended.flakes().containsAll(trace.flakes())) {
      return false;
    }
    Set<Path> imported = new HashSet<>();
    for (Look look : trace.looks().keySet()) {
      if (look.sort() == Sort.FILE && look.isOfPath()) {
        imported.add(imported(look.path()));
      }
    }
    for (String name : trace.evaluated()) {
      if (!name.startsWith("/")) {
        if (!INTERNAL.matcher(name).matches()) {
          return false;
        }
      } else if (!trace.flakes().isEmpty()) {
        Path file = imported(Path.of(name));
        if (file.startsWith(store)
            && ended.locked().stream().noneMatch(file::startsWith)
            && !imported.contains(file)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isPackageSetChanged(Optional<Path> packageSet, Instant start) throws IOException {
    return packageSet.isPresent()
        && !packageSet.get().startsWith(store)
        && TreeHash.isChangedSince(
            packageSet.get(),
            state(packageSet.get()).before(start),
            path -> path.endsWith(REPOSITORY));
  }

  /** Whether something counts already: with the package set, the environment, or by its name. */
  private boolean isKnown(Look look, Set<Path> packageSets) {
    if (look.sort() == Sort.VARIABLE) {
      return !EvaluationCache.isVolatile(look.name());
    }
    if (look.sort() == Sort.FILE && INTERNAL.matcher(look.name()).matches()) {
      return true;
    }
    if (!look.isOfPath()) {
      return false;
    }
    Path path = look.path();
    int depth = store.getNameCount();
    if (path.startsWith(store)
        && path.getNameCount() > depth
        && Files.exists(store.resolve(path.getName(depth)))) {
      return true;
    }
    // Of a repository only the commit counts with the package set.
    boolean isOfRepository =
        path.getNameCount() == 0 || contains(path, REPOSITORY) || isRepository(look);
    return !isOfRepository && packageSets.stream().anyMatch(path::startsWith);
  }

  private static boolean contains(Path path, Path name) {
    for (Path each : path) {
      if (each.equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isRepository(Look look) {
    return look.sort() == Sort.TREE && Files.exists(look.path().resolve(REPOSITORY));
  }

  /** What was seen; empty if that cannot be told, or may be another thing by now. */
  private Optional<String> seen(Look look, String told, Instant start) throws IOException {
    if (look.sort() == Sort.VARIABLE) {
      return state(look).text();
    }
    if (!look.isOfPath()
        || (look.sort() != Sort.KIND && OF_KERNEL.matcher(look.path().toString()).matches())) {
      return Optional.empty();
    }
    return switch (look.sort()) {
      case CONTENT, ENTRIES -> Optional.of(told);
      case KIND -> state(look).text().filter(kind -> isSuch(look.name(), kind, told));
      case FILE, TARGET, TREE, VARIABLE -> {
        Optional<String> state = state(look).text();
        yield isChanged(look, start) ? Optional.empty() : state;
      }
    };
  }

  /** Whether a kind is what Nix told. */
  private static boolean isSuch(String name, String kind, String told) {
    return switch (told) {
      case "true" -> !kind.equals(NOWHERE);
      // Where folders are asked for, or where a link leads to, there may be something else.
      case "false" -> kind.endsWith(NOWHERE) || name.endsWith("/") || name.endsWith("/.");
      default -> kind.startsWith(told);
    };
  }

  private boolean isChanged(Look look, Instant start) throws IOException {
    Instant then = state(look).before(start);
    Path path = look.path();
    boolean isLink = Files.isSymbolicLink(path);
    if (isLink && isChangedItself(path, then, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    if (look.sort() == Sort.TREE) {
      return isLink
          ? TreeHash.isChangedSince(target(path), then, none -> false)
          : TreeHash.isChangedSince(path, then, leftOut(look));
    }
    Path file = imported(path);
    return look.sort() == Sort.FILE && Files.exists(file) && isChangedItself(file, then);
  }

  private static boolean isChangedItself(Path path, Instant then, LinkOption... options)
      throws IOException {
    return ((FileTime) Files.getAttribute(path, "unix:ctime", options)).toInstant().isAfter(then);
  }

  private State state(Look look) {
    return states.computeIfAbsent(look, each -> State.of(() -> text(each)));
  }

  private String text(Look look) throws IOException {
    return switch (look.sort()) {
      case FILE -> file(look.path());
      case CONTENT -> content(look.path());
      case ENTRIES -> entries(look.path());
      case KIND -> kind(look.path());
      case TARGET -> target(look.path()).toString();
      case TREE ->
          hash(
              look.path(),
              files -> TreeHash.ofSource(look.path(), OF_SOURCE, leftOut(look), files));
      case VARIABLE -> EvaluationCache.hash(environment.getOrDefault(look.name(), ""));
    };
  }

  private static Predicate<Path> leftOut(Look tree) {
    ImmutableMap<Path, String> kinds = tree.leftOut();
    return path -> {
      try {
        String kind = kinds.get(path);
        return kind != null && kind.equals(ownKind(path));
      } catch (IOException e) {
        return false;
      }
    };
  }

  /** The file that is evaluated where a path is imported. */
  private static Path imported(Path path) {
    Path real = target(path);
    return Files.isDirectory(real) ? target(real.resolve("default.nix")) : real;
  }

  /** Also where it is, since paths in it go on from there. */
  private static String file(Path path) throws IOException {
    Path file = imported(path);
    return target(path) + " " + file + " " + (Files.exists(file) ? content(file) : NOWHERE);
  }

  private static String content(Path file) throws IOException {
    if (!Files.isRegularFile(file)) { // nor is waited for what a pipe may give
      throw new IOException(file + ": no file");
    }
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }

  /** As {@code traced.nix} has it. */
  private static String entries(Path folder) throws IOException {
    Map<String, String> kinds = new TreeMap<>(SurrogateEscape.BYTE_ORDER);
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path entry : stream) {
        kinds.put(entry.getFileName().toString(), ownKind(entry));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    List<String> lines = new ArrayList<>();
    kinds.forEach((name, kind) -> lines.add(kind + " " + name));
    return EvaluationCache.hash(String.join("/", lines));
  }

  private static String kind(Path path) {
    try {
      String own = ownKind(path);
      return own.equals("symlink") ? own + " to " + kind(path.toRealPath()) : own;
    } catch (IOException e) { // also where a folder above is closed
      return Files.isSymbolicLink(path) ? "symlink to " + NOWHERE : NOWHERE;
    }
  }

  /** In the words of {@code builtins.readDir}. */
  private static String ownKind(Path path) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      return "symlink";
    }
    return attributes.isRegularFile()
        ? "regular"
        : attributes.isDirectory() ? "directory" : "unknown";
  }
}
