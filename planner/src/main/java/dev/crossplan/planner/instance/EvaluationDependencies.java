package dev.crossplan.planner.instance;

import static dev.crossplan.planner.instance.EvaluationCache.target;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the answer of an evaluation depends on besides the package set and what Nix is asked: found
 * in what Nix says of the files that it evaluates and copies, and in what these files name; and
 * whether that is as it was. Safe for threads.
 */
final class EvaluationDependencies {
  private static final TreeHash.Limit OF_PACKAGE_SET = new TreeHash.Limit(1_000_000, 1L << 34);

  /** More than nixpkgs has; but somebody may have an overlay in a home folder. */
  private static final TreeHash.Limit BESIDE = new TreeHash.Limit(200_000, 1L << 30);

  /** Of a folder that only a string names: {@code "/usr"} is hardly read. */
  private static final TreeHash.Limit IN_TEXT = new TreeHash.Limit(1_000, 1L << 24);

  /** The kernel's times of changes are not of the moment. */
  private static final Duration TICK = Duration.ofMillis(10);

  private static final Pattern EVALUATED = Pattern.compile("(?m)^evaluating file '(.*)'\\R");

  /** Files and folders that become sources; in words of Nix up to 2.1x, and later. */
  private static final Pattern COPIED =
      Pattern.compile(
          "(?m)^(?:copied source '(/.*)' -> .*|copying '(/.*)' to the store\\.\\.\\.)\\R");

  /** What gives something else the next time, though no file has changed. */
  private static final Pattern FETCHES =
      Pattern.compile("\\b_*(fetchGit|fetchMercurial|fetchTree|getFlake)\\b");

  /** So does the time, and a download whose hash is not said; nixpkgs has its own fetchurl. */
  private static final Pattern PASSES =
      Pattern.compile(
          "\\b_*currentTime\\b|\\binherit\\s*\\(\\s*builtins\\s*\\)[^;]*\\bfetchurl\\b"
              + "|\\b(?:_*fetchTarball|builtins\\s*\\.\\s*fetchurl|__fetchurl)\\b"
              + "(?!\\s*\\(?\\s*\\{(?:[^{}]|\\{[^{}]*\\}){0,1000}?\\b(?:sha256|hash)\\s*[=;])");

  /** Files that Nix has within itself. */
  private static final Pattern INTERNAL = Pattern.compile("«nix-internal».*|//builtin/.*");

  /** Whoever names a larger file in a string reads it hardly; its time and size do. */
  private static final long LARGE = 1 << 24;

  private static final Pattern UPWARDS = Pattern.compile("(?<![.\\w])\\.\\.(?:/\\.\\.)*(?![.\\w])");

  private static final String OF_NIXPKGS = "pkgs/top-level/impure.nix";

  /** What nixpkgs consists of; beside these somebody may have added something else. */
  private static final ImmutableSet<String> PARTS_OF_NIXPKGS =
      ImmutableSet.of("lib", "maintainers", "nixos", "pkgs");

  /** No files but answers of the kernel, for some of which one would wait. */
  private static final Pattern OF_KERNEL =
      Pattern.compile("/(?:proc|sys|dev(?!/shm(?:/|$)))(?:/.*)?");

  private static final String NOWHERE = "nowhere";

  private final ImmutableMap<String, String> environment;
  private final Path folder;
  private final Path store;
  private final Path manifest;
  private final Set<Path> fixed;
  private final Map<Counted, Tree> trees = new ConcurrentHashMap<>();
  private final Map<Path, Optional<Path>> nixpkgs = new ConcurrentHashMap<>();
  private final Map<Path, NamedPaths> named = new ConcurrentHashMap<>();

  /** A file or folder, and what of it counts, which the limit says. */
  private record Counted(Path path, TreeHash.Limit limit) {}

  /**
   * @param hash of its content; empty if that cannot be told
   * @param seen when that was begun
   */
  private record Tree(Optional<String> hash, Instant seen) {}

  /**
   * @param folder in which hashes of files are kept
   * @param manifest counts as far as it is asked, and is no file of a package set
   * @param fixed what {@code NIX_PATH} and channels lead to
   */
  EvaluationDependencies(
      ImmutableMap<String, String> environment,
      Path folder,
      Path store,
      Path manifest,
      Set<Path> fixed) {
    this.environment = environment;
    this.folder = folder;
    this.store = store;
    this.manifest = manifest;
    this.fixed = fixed;
  }

  /** What a package set is, see {@link EvaluationCache#identity}. */
  Optional<String> identity(Path packageSet) {
    return packageSet.startsWith(store)
        ? Optional.of(packageSet.toString())
        : tree(packageSet, OF_PACKAGE_SET).hash().map(hash -> packageSet + " " + hash);
  }

  private Tree tree(Path path, TreeHash.Limit limit) {
    return trees.computeIfAbsent(
        new Counted(path, limit),
        none -> {
          Instant seen = Instant.now();
          Path kept = folder.resolve("files-" + EvaluationCache.hash(path.toString()));
          FileHashes files = FileHashes.read(kept);
          try {
            return new Tree(
                Optional.of(
                    TreeHash.of(
                        path,
                        limit,
                        limit.equals(OF_PACKAGE_SET) ? all -> false : this::isOurs,
                        files)),
                seen);
          } catch (IOException e) {
            return new Tree(Optional.empty(), seen);
          } finally {
            if (Files.isDirectory(path)) { // one file is soon read again
              files.save(kept);
            }
          }
        });
  }

  /** What crossplan and Nix write themselves, and a repository, lie beside many an overlay. */
  private boolean isOurs(Path path) {
    try {
      return path.endsWith(".git")
          || path.equals(manifest)
          || (path.getNameCount() > 0
              && path.getFileName().toString().startsWith("result")
              && Files.isSymbolicLink(path)
              && Files.readSymbolicLink(path).startsWith(store));
    } catch (IOException e) {
      return false;
    }
  }

  /** How a path counts that is not in the package set. */
  enum Sort {
    /** With all that is in it. */
    BESIDE,
    /** Also where it leads to, and that nothing is there. */
    LITERAL,
    /** The content of a file; of a folder only that it is one. */
    TEXT,
    /** The same, and of a folder all that is in it, unless that is much. */
    TEXT_READ;

    TreeHash.Limit limit() {
      return this == BESIDE || this == LITERAL ? EvaluationDependencies.BESIDE : IN_TEXT;
    }
  }

  /** A path, and how it counts. */
  record Watched(Sort sort, Path path) {}

  /** As what it counts now; empty if that cannot be told. */
  private Optional<String> state(Watched watched) {
    Path path = watched.path();
    if (watched.sort() == Sort.BESIDE) {
      return tree(path, BESIDE).hash();
    }
    Path real = target(path);
    if (!Files.exists(real)) {
      return Optional.of(NOWHERE);
    }
    if (real.startsWith(store)) {
      return Optional.of(real.toString());
    }
    boolean isText = watched.sort() == Sort.TEXT || watched.sort() == Sort.TEXT_READ;
    boolean isFile = Files.isRegularFile(real);
    boolean isFolder = Files.isDirectory(real);
    boolean isOfKernel = OF_KERNEL.matcher(real.toString()).matches();
    if (!(isFile || isFolder)) { // a device, say
      return Optional.of("other " + real);
    }
    if (watched.sort() == Sort.TEXT && (isFolder || isOfKernel)) {
      return Optional.of((isFolder ? "folder " : "other ") + real);
    }
    if (isOfKernel) {
      return Optional.empty();
    }
    if (isText && isFile) {
      try {
        if (!Files.isReadable(real) || Files.size(real) > LARGE) {
          return Optional.of(EvaluationCache.stamp(real));
        }
      } catch (IOException e) {
        return Optional.empty();
      }
    }
    return real.getParent() == null // nobody counts all files there are
        ? Optional.empty()
        : tree(real, watched.sort().limit()).hash().map(hash -> real + " " + hash);
  }

  /**
   * An evaluation that has ended.
   *
   * @param packageSet file or folder that was evaluated; empty for a commit, of which Nix evaluates
   *     a copy in the store before anything else there
   * @param locked paths in the store that the package set consists of besides
   * @param overlays that were evaluated
   * @param said all that Nix said, files that it evaluated included
   * @param temporary folder of ours, in which there may be files that it evaluated
   * @param start when it began
   */
  record Ended(
      Optional<Path> packageSet,
      Set<Path> locked,
      Collection<Path> overlays,
      String said,
      Path temporary,
      Instant start) {}

  /** Whether all that was watched is as it was. */
  boolean areStill(Map<Watched, String> states) {
    return states.entrySet().stream()
        .allMatch(each -> state(each.getKey()).equals(Optional.of(each.getValue())));
  }

  /**
   * All that an evaluation depended on, and how it was; empty if that cannot be told, or has
   * changed since.
   */
  Optional<ImmutableMap<Watched, String>> of(Ended ended) throws IOException {
    Optional<ImmutableSet<Path>> evaluated = evaluated(ended);
    Optional<Path> packageSet = ended.packageSet().filter(path -> !path.startsWith(store));
    if (evaluated.isEmpty()
        || (packageSet.isPresent() && isChanged(packageSet.get(), OF_PACKAGE_SET, ended.start()))) {
      return Optional.empty();
    }
    Optional<List<Path>> foldersBeside = foldersBeside(ended, evaluated.get());
    if (foldersBeside.isEmpty()) {
      return Optional.empty();
    }
    Optional<Set<Watched>> watched = watched(evaluated.get(), foldersBeside.get(), packageSet);
    if (watched.isEmpty()) {
      return Optional.empty();
    }
    ImmutableMap.Builder<Watched, String> states = ImmutableMap.builder();
    for (Watched each : watched.get()) {
      Optional<String> state = state(each);
      if (state.isEmpty() || isChanged(each, state.get(), ended.start())) {
        return Optional.empty();
      }
      states.put(each, state.get());
    }
    return Optional.of(states.buildOrThrow());
  }

  /**
   * The files that Nix evaluated, but for its own and ours; empty if it cannot be told what one is,
   * or if Nix named none.
   */
  private static Optional<ImmutableSet<Path>> evaluated(Ended ended) {
    ImmutableSet.Builder<Path> files = ImmutableSet.builder();
    Matcher evaluated = EVALUATED.matcher(ended.said());
    boolean isAny = false;
    while (evaluated.find()) {
      String name = evaluated.group(1);
      isAny = true;
      if (INTERNAL.matcher(name).matches()) {
        continue;
      }
      if (!name.startsWith("/")) {
        return Optional.empty();
      }
      Path file = target(Path.of(name));
      if (!file.startsWith(ended.temporary())) {
        files.add(file);
      }
    }
    return isAny ? Optional.of(files.build()) : Optional.empty();
  }

  /**
   * The folders beside, and the paths that the evaluated files name and that are in none of them;
   * empty if one of these files may look at something that none of them names.
   */
  private Optional<Set<Watched>> watched(
      Iterable<Path> evaluated, List<Path> foldersBeside, Optional<Path> packageSet)
      throws IOException {
    Set<Watched> watched = new LinkedHashSet<>();
    foldersBeside.forEach(path -> watched.add(new Watched(Sort.BESIDE, path)));
    Set<Path> literals = new TreeSet<>();
    Set<Path> texts = new TreeSet<>();
    boolean readsOthers = false;
    boolean buildsPaths = false;
    for (Path file : evaluated) {
      if (staysInNixpkgs(file)) {
        continue;
      }
      NamedPaths paths = named(file);
      paths.literals().forEach(literal -> literals.add(resolve(literal, file)));
      paths.read().forEach(text -> literals.add(Path.of(text).normalize()));
      if (!file.startsWith(store)) { // what is in the store was made to be evaluated anywhere
        paths.texts().forEach(text -> texts.add(Path.of(text).normalize()));
        for (String variable : paths.variables()) {
          String value = environment.getOrDefault(variable, "");
          if (value.startsWith("/")) {
            texts.add(Path.of(value).normalize());
          }
        }
        readsOthers |= paths.readsOthers();
        buildsPaths |= paths.buildsPaths();
      }
    }
    if (readsOthers && buildsPaths) {
      return Optional.empty();
    }
    texts.removeIf(text -> text.getParent() == null); // always a folder, and all files there are
    Sort ofTexts = readsOthers ? Sort.TEXT_READ : Sort.TEXT;
    Predicate<Path> isKnown =
        path ->
            path.startsWith(store)
                || (!isOurs(path)
                    && (packageSet.filter(Files::isDirectory).filter(path::startsWith).isPresent()
                        || foldersBeside.stream().anyMatch(path::startsWith)));
    literals.stream()
        .filter(path -> !isKnown.test(path))
        .forEach(path -> watched.add(new Watched(Sort.LITERAL, path)));
    texts.stream()
        .filter(path -> !isKnown.test(path) && !literals.contains(path))
        .forEach(path -> watched.add(new Watched(ofTexts, path)));
    return Optional.of(watched);
  }

  private NamedPaths named(Path file) throws IOException {
    NamedPaths known = named.get(file);
    if (known == null) {
      known = NamedPaths.of(text(file));
      named.put(file, known);
    }
    return known;
  }

  /** Whatever is no UTF-8 in it. */
  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** As Nix takes a path in a file. */
  private Path resolve(String literal, Path file) {
    return (literal.startsWith("~")
            ? Path.of(environment.getOrDefault("HOME", "/") + literal.substring(1))
            : file.resolveSibling(literal))
        .normalize();
  }

  /**
   * Whether a file is one of nixpkgs, which reads only what is its own, or what it is given; what
   * somebody added there may do so with paths that lead out of it.
   */
  private boolean staysInNixpkgs(Path file) throws IOException {
    Optional<Path> root = nixpkgsAround(folderOf(file));
    if (root.isEmpty()) {
      return false;
    }
    Path within = root.get().relativize(folderOf(file));
    if (!PARTS_OF_NIXPKGS.contains(within.getName(0).toString())) {
      return false;
    }
    int depth = within.getNameCount();
    Matcher upwards = UPWARDS.matcher(text(file));
    while (upwards.find()) {
      if ((upwards.group().length() + 1) / 3 > depth) {
        return false;
      }
    }
    return true;
  }

  private Optional<Path> nixpkgsAround(Path path) {
    Optional<Path> known = nixpkgs.get(path);
    if (known == null) {
      known =
          Files.exists(path.resolve(OF_NIXPKGS))
              ? Optional.of(path)
              : Optional.ofNullable(path.getParent()).flatMap(this::nixpkgsAround);
      nixpkgs.put(path, known);
    }
    return known;
  }

  private boolean isChanged(Watched watched, String state, Instant start) throws IOException {
    if (watched.sort() == Sort.BESIDE) {
      return isChanged(watched.path(), BESIDE, start);
    }
    if (Files.isSymbolicLink(watched.path())
        && isChangedItself(watched.path(), start.minus(TICK), LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    Path path = target(watched.path());
    if (state.equals(NOWHERE)) {
      while (watched.sort() != Sort.TEXT && path != null && !Files.exists(path)) {
        path = path.getParent();
      }
      return watched.sort() != Sort.TEXT
          && path != null
          && isChangedItself(path, start.minus(TICK));
    }
    if (path.startsWith(store) || !state.startsWith("/")) { // only its kind counts
      return false;
    }
    TreeHash.Limit limit = watched.sort().limit();
    return trees.containsKey(new Counted(path, limit))
        ? isChanged(path, limit, start)
        : isChangedItself(path, start.minus(TICK));
  }

  private static boolean isChangedItself(Path path, Instant then, LinkOption... options)
      throws IOException {
    return ((FileTime) Files.getAttribute(path, "unix:ctime", options)).toInstant().isAfter(then);
  }

  /** Whoever edits a file meanwhile has an evaluation of something in between. */
  private boolean isChanged(Path path, TreeHash.Limit limit, Instant start) throws IOException {
    Instant seen = tree(path, limit).seen();
    return TreeHash.isChangedSince(path, (seen.isBefore(start) ? seen : start).minus(TICK));
  }

  /**
   * What was evaluated or copied and is neither in the package set nor in the store: the topmost
   * folders; empty if it cannot be told what a file is.
   */
  private Optional<List<Path>> foldersBeside(Ended ended, Iterable<Path> evaluated)
      throws IOException {
    Optional<Path> packageSet =
        ended.packageSet().filter(path -> path.startsWith(store) || Files.isDirectory(path));
    boolean isCommit = ended.packageSet().isEmpty();
    TreeSet<Path> all = new TreeSet<>();
    for (Path overlay : ended.overlays()) {
      all.add(folderOf(target(overlay)));
    }
    Optional<Path> counted = packageSet;
    fixed.stream()
        .filter(path -> !path.startsWith(store) && Files.exists(path))
        .filter(path -> counted.filter(path::startsWith).isEmpty())
        .forEach(all::add);
    for (Path file : evaluated) {
      if (isCommit && packageSet.isEmpty() && file.startsWith(store)) {
        packageSet = Optional.of(store.resolve(file.getName(store.getNameCount())));
      }
      if (packageSet.filter(file::startsWith).isPresent()) {
        continue;
      }
      if (!file.startsWith(store)) {
        String text = text(file);
        boolean isKnown = ended.packageSet().equals(Optional.of(file));
        if (FETCHES.matcher(isKnown ? FlakeLock.withoutReferences(text) : text).find()
            || (PASSES.matcher(text).find() && !staysInNixpkgs(file))) {
          return Optional.empty();
        }
        all.add(folderOf(file));
      } else if (fixed.stream().noneMatch(file::startsWith)
          && ended.locked().stream().noneMatch(file::startsWith)) {
        return Optional.empty(); // fetched, or a flake: it may be another one the next time
      }
    }
    Matcher copied = COPIED.matcher(ended.said());
    while (copied.find()) {
      String name = copied.group(1) == null ? copied.group(2) : copied.group(1);
      Path source = target(Path.of(name));
      if (!source.startsWith(store) && packageSet.filter(source::startsWith).isEmpty()) {
        all.add(source);
      }
    }
    List<Path> topmost = new ArrayList<>();
    for (Path each : all) { // what is in a folder comes after it
      if (topmost.stream().noneMatch(each::startsWith)) {
        topmost.add(each);
      }
    }
    return Optional.of(topmost);
  }

  private static Path folderOf(Path file) {
    return file.resolveSibling(".").normalize();
  }
}
