package dev.crossplan.planner.instance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What evaluations gave, by the content of what they evaluated: as long as that is the same,
 * nothing is evaluated again.
 *
 * <p>That content is: the package set, every file of it; of all other files that Nix says it
 * evaluates (overlays, to begin with) the folders that they lie in; what it copies as sources; the
 * question, the environment, the settings of Nix, and its programs. What comes from the store,
 * though the package set does not, was fetched by something that is not known here: then nothing is
 * kept, but for the locked inputs of flakes. What {@code NIX_PATH} leads to may be read unseen, and
 * so counts. At what else it looks ({@code builtins.readDir} and the like) Nix does not tell: so do
 * the paths that the evaluated files name. Where paths may be read that none of them names, nothing
 * is kept.
 */
final class EvaluationCache {
  /** Counts up when entries or what they depend on are others. */
  private static final String VERSION = "5";

  private static final TreeHash.Limit OF_PACKAGE_SET = new TreeHash.Limit(1_000_000, 1L << 34);

  /** More than nixpkgs has; but somebody may have an overlay in a home folder. */
  private static final TreeHash.Limit BESIDE = new TreeHash.Limit(200_000, 1L << 30);

  /** Of a folder that only a string names: {@code "/usr"} is hardly read. */
  private static final TreeHash.Limit IN_TEXT = new TreeHash.Limit(1_000, 1L << 24);

  private static final Duration KEPT = Duration.ofDays(30);

  /** The kernel's times of changes are not of the moment. */
  private static final Duration TICK = Duration.ofMillis(10);

  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern EVALUATED = Pattern.compile("(?m)^evaluating file '(.*)'\\R");

  /** Files and folders that become sources; in words of Nix up to 2.1x, and later. */
  private static final Pattern COPIED =
      Pattern.compile(
          "(?m)^(?:copied source '(/.*)' -> .*|copying '(/.*)' to the store\\.\\.\\.)\\R");

  /** What Nix tells besides, when it is asked for the files; and that nobody is there to build. */
  private static final Pattern CHATTER =
      Pattern.compile(
          "(?m)^(?:(?:evaluating file|copied source|copying|instantiated) '"
              + "|warning: the group '.*' specified in 'build-users-group').*\\R");

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

  /** Shells, terminals and logins set these anew all the time; no package set means them. */
  private static final Pattern VOLATILE =
      Pattern.compile(
          "_|COLUMNS|LINES|OLDPWD|PWD|SHLVL|STY|TMUX|TMUX_PANE|WINDOW|WINDOWID|INVOCATION_ID"
              + "|JOURNAL_STREAM|XDG_SESSION_ID|(SSH|DBUS|TERM_SESSION)_.*");

  /** What may go better another time, though none of the files that were evaluated has changed. */
  private static final Pattern PASSING =
      Pattern.compile(
          "unable to download|annot connect|resolve host|No space left|out of memory|interrupted by"
              + "|timed out|database is busy|ermission denied|No such file|does not exist"
              + "|was not found|failed with exit code|failed to build|not writ(e|ing modified) lock file");

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
  private final String circumstances;
  private final Map<Counted, Tree> trees = new ConcurrentHashMap<>();
  private final Map<Path, Optional<Path>> nixpkgs = new ConcurrentHashMap<>();
  private final Map<Path, NamedPaths> named = new ConcurrentHashMap<>();
  private final Map<NixpkgsSource, NixProgram.Outcome> places = new ConcurrentHashMap<>();

  /** A file or folder, and what of it counts, which the limit says. */
  private record Counted(Path path, TreeHash.Limit limit) {}

  /**
   * @param hash of its content; empty if that cannot be told
   * @param seen when that was begun
   */
  private record Tree(Optional<String> hash, Instant seen) {}

  private EvaluationCache(
      ImmutableMap<String, String> environment,
      Path folder,
      Path store,
      Path manifest,
      Set<Path> fixed,
      String circumstances) {
    this.environment = environment;
    this.folder = folder;
    this.store = store;
    this.manifest = manifest;
    this.fixed = fixed;
    this.circumstances = circumstances;
  }

  /**
   * What an evaluation gave.
   *
   * @param status of Nix
   * @param said by Nix, but for the files that it evaluated
   * @param written result
   */
  record Entry(int status, String said, String written, EvaluationCost cost) {}

  /**
   * The cache of the user of an environment.
   *
   * @param store of Nix
   * @param manifest for which it is: what it says counts as far as it is asked
   * @param programs of Nix that evaluate
   */
  static EvaluationCache of(
      ImmutableMap<String, String> environment,
      Path store,
      Path manifest,
      Collection<Path> programs) {
    ImmutableSet<Path> searched = searched(environment);
    return new EvaluationCache(
        environment,
        CacheFolder.of(environment).resolve("evaluations"),
        store,
        target(manifest),
        searched,
        circumstances(environment, searched, programs));
  }

  /**
   * Where {@code NIX_PATH} and channels lead to now: they may change, though their names do not.
   */
  private static ImmutableSet<Path> searched(ImmutableMap<String, String> environment) {
    List<String> places = new ArrayList<>();
    for (String entry : environment.getOrDefault("NIX_PATH", "").split(":", -1)) {
      places.add(entry.substring(entry.indexOf('=') + 1));
    }
    places.add(environment.getOrDefault("HOME", "") + "/.nix-defexpr/channels/nixpkgs");
    places.add("/nix/var/nix/profiles/per-user/root/channels/nixpkgs");
    ImmutableSet.Builder<Path> searched = ImmutableSet.builder();
    for (String place : places) {
      if (place.startsWith("/")) {
        searched.add(target(Path.of(place)));
      }
    }
    return searched.build();
  }

  private static String circumstances(
      ImmutableMap<String, String> environment, Set<Path> searched, Collection<Path> programs) {
    Hasher hasher = Hashing.sha256().newHasher();
    put(hasher, VERSION);
    ImmutableSortedMap.copyOf(environment)
        .forEach(
            (name, value) -> {
              if (!VOLATILE.matcher(name).matches()) {
                put(hasher, name);
                put(hasher, value);
              }
            });
    programs.forEach(program -> put(hasher, stamp(program)));
    searched.forEach(path -> put(hasher, path.toString()));
    String home = environment.getOrDefault("HOME", "");
    put(hasher, content(Path.of(environment.getOrDefault("NIX_CONF_DIR", "/etc/nix"), "nix.conf")));
    put(
        hasher,
        content(
            Path.of(
                environment.getOrDefault("XDG_CONFIG_HOME", home + "/.config"),
                "nix",
                "nix.conf")));
    return hasher.hash().toString();
  }

  private static String content(Path file) {
    try {
      return hash(Files.readString(file));
    } catch (IOException e) {
      return "";
    }
  }

  private static String hash(String text) {
    return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
  }

  /** What a path leads to; itself where it leads to nothing. */
  static Path target(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  private static String stamp(Path program) {
    try {
      Path real = program.toRealPath();
      return real + " " + Files.size(real) + " " + Files.getLastModifiedTime(real);
    } catch (IOException e) {
      return program.toString();
    }
  }

  private static void put(Hasher hasher, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hasher.putInt(bytes.length).putBytes(bytes);
  }

  /**
   * What a package set is: its content and its place, which may get into derivations; what is in
   * the store is what its path says. Empty if it cannot be told.
   */
  Optional<String> identity(Path packageSet) {
    return packageSet.startsWith(store)
        ? Optional.of(packageSet.toString())
        : tree(packageSet, OF_PACKAGE_SET).hash().map(hash -> packageSet + " " + hash);
  }

  /** Looks for something. */
  interface Search {
    NixProgram.Outcome run() throws InterruptedException, IOException;
  }

  /** Where a package set or a flake is: it is looked for once. */
  synchronized NixProgram.Outcome place(NixpkgsSource source, Search search)
      throws InterruptedException, IOException {
    NixProgram.Outcome known = places.get(source);
    if (known == null) {
      known = search.run();
      places.put(source, known);
    }
    return known;
  }

  /** What was found; empty if it was not looked for. */
  Optional<NixProgram.Outcome> placed(NixpkgsSource source) {
    return Optional.ofNullable(places.get(source));
  }

  private Tree tree(Path path, TreeHash.Limit limit) {
    return trees.computeIfAbsent(
        new Counted(path, limit),
        none -> {
          Instant seen = Instant.now();
          Path kept = folder.resolve("files-" + hash(path.toString()));
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

  /**
   * By what an evaluation is known.
   *
   * @param source what the package set is
   * @param question what Nix is asked
   * @param overlays that it names: a link leads elsewhere some time
   */
  String key(String source, String expression, String question, Collection<Path> overlays) {
    Hasher hasher = Hashing.sha256().newHasher();
    put(hasher, circumstances);
    put(hasher, source);
    put(hasher, expression);
    put(hasher, question);
    overlays.forEach(overlay -> put(hasher, target(overlay).toString()));
    return hasher.hash().toString();
  }

  /** What it gave, if all that it read is as it was. */
  Optional<Entry> recall(String key) {
    Path file = folder.resolve(key + ".json");
    try (JsonParser json = JSON.createParser(Files.newInputStream(file))) {
      Map<Watched, String> watched = new LinkedHashMap<>();
      Optional<Entry> entry = read(json, watched);
      for (Map.Entry<Watched, String> each : watched.entrySet()) {
        if (!state(each.getKey()).equals(Optional.of(each.getValue()))) {
          return Optional.empty();
        }
      }
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return entry;
    } catch (IOException | InvalidPathException e) { // none, or damaged: it is written anew
      return Optional.empty();
    }
  }

  /** How a path counts that is not in the package set. */
  private enum Sort {
    /** With all that is in it. */
    BESIDE,
    /** Also where it leads to, and that nothing is there. */
    LITERAL,
    /** The content of a file; of a folder only that it is one. */
    TEXT,
    /** The same, and of a folder all that is in it, unless that is much. */
    TEXT_READ;

    TreeHash.Limit limit() {
      return this == BESIDE || this == LITERAL ? EvaluationCache.BESIDE : IN_TEXT;
    }
  }

  private record Watched(Sort sort, Path path) {}

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
          return Optional.of(stamp(real));
        }
      } catch (IOException e) {
        return Optional.empty();
      }
    }
    return real.getParent() == null // nobody counts all files there are
        ? Optional.empty()
        : tree(real, watched.sort().limit()).hash().map(hash -> real + " " + hash);
  }

  private static Optional<Entry> read(JsonParser json, Map<Watched, String> watched)
      throws IOException {
    String said = "";
    String written = "";
    int status = -1;
    double seconds = 0;
    OptionalLong bytes = OptionalLong.empty();
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "beside", "literal", "text", "text_read" -> {
          Sort sort = Sort.valueOf(name.toUpperCase(Locale.ROOT));
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            String path = json.currentName();
            watched.put(new Watched(sort, Path.of(path)), String.valueOf(json.nextTextValue()));
          }
        }
        case "status" -> status = json.getIntValue();
        case "said" -> said = json.getText();
        case "written" -> written = json.getText();
        case "seconds" -> seconds = json.getDoubleValue();
        case "peakBytes" -> bytes = OptionalLong.of(json.getLongValue());
        default -> json.skipChildren();
      }
    }
    boolean isWhole = json.currentToken() == JsonToken.END_OBJECT && status >= 0;
    return isWhole
        ? Optional.of(new Entry(status, said, written, new EvaluationCost(seconds, bytes)))
        : Optional.empty();
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

  /**
   * Keeps what an evaluation gave. Where that cannot be done or relied on, nothing is kept: then it
   * is evaluated again the next time.
   */
  void keep(String key, Ended ended, Entry entry) {
    if (entry.status() > 1
        || PASSING.matcher(entry.said()).find()
        || PASSING.matcher(entry.written()).find()) {
      return;
    }
    try {
      Optional<List<Path>> foldersBeside = foldersBeside(ended);
      Optional<Path> packageSet = ended.packageSet().filter(path -> !path.startsWith(store));
      if (foldersBeside.isEmpty()
          || (packageSet.isPresent()
              && isChanged(packageSet.get(), OF_PACKAGE_SET, ended.start()))) {
        return;
      }
      Optional<Set<Watched>> watched = watched(ended, foldersBeside.get(), packageSet);
      if (watched.isEmpty()) {
        return;
      }
      Map<Watched, String> states = new LinkedHashMap<>();
      for (Watched each : watched.get()) {
        Optional<String> state = state(each);
        if (state.isEmpty() || isChanged(each, state.get(), ended.start())) {
          return;
        }
        states.put(each, state.get());
      }
      CacheFolder.replace(folder.resolve(key + ".json"), draft -> write(draft, states, entry));
      forgetOld();
    } catch (IOException | InvalidPathException e) {
      // a home that cannot be written to is no reason not to plan
    }
  }

  /**
   * The folders beside, and the paths that the evaluated files name and that are in none of them;
   * empty if one of these files may look at something that none of them names.
   */
  private Optional<Set<Watched>> watched(
      Ended ended, List<Path> foldersBeside, Optional<Path> packageSet) throws IOException {
    Set<Watched> watched = new LinkedHashSet<>();
    foldersBeside.forEach(path -> watched.add(new Watched(Sort.BESIDE, path)));
    Set<Path> literals = new TreeSet<>();
    Set<Path> texts = new TreeSet<>();
    boolean readsOthers = false;
    boolean buildsPaths = false;
    Matcher evaluated = EVALUATED.matcher(ended.said());
    while (evaluated.find()) {
      if (INTERNAL.matcher(evaluated.group(1)).matches()) {
        continue;
      }
      Path file = target(Path.of(evaluated.group(1)));
      if (file.startsWith(ended.temporary()) || staysInNixpkgs(file)) {
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
  private Optional<List<Path>> foldersBeside(Ended ended) throws IOException {
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
      if (isCommit && packageSet.isEmpty() && file.startsWith(store)) {
        packageSet = Optional.of(store.resolve(file.getName(store.getNameCount())));
      }
      if (packageSet.filter(file::startsWith).isPresent() || file.startsWith(ended.temporary())) {
        continue;
      }
      if (!file.startsWith(store)) {
        String text = Files.readString(file);
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
    return isAny ? Optional.of(topmost) : Optional.empty();
  }

  private static Path folderOf(Path file) {
    return file.resolveSibling(".").normalize();
  }

  private static void write(Path file, Map<Watched, String> states, Entry entry)
      throws IOException {
    try (JsonGenerator json = JSON.createGenerator(Files.newOutputStream(file))) {
      json.writeStartObject();
      for (Sort sort : Sort.values()) {
        json.writeObjectFieldStart(sort.name().toLowerCase(Locale.ROOT));
        for (Map.Entry<Watched, String> each : states.entrySet()) {
          if (each.getKey().sort() == sort) {
            json.writeStringField(each.getKey().path().toString(), each.getValue());
          }
        }
        json.writeEndObject();
      }
      json.writeNumberField("status", entry.status());
      json.writeStringField("said", entry.said());
      json.writeStringField("written", entry.written());
      json.writeNumberField("seconds", entry.cost().seconds());
      if (entry.cost().peakBytes().isPresent()) {
        json.writeNumberField("peakBytes", entry.cost().peakBytes().getAsLong());
      }
      json.writeEndObject();
    }
  }

  private void forgetOld() throws IOException {
    Instant oldest = Instant.now().minus(KEPT);
    List<Path> old = new ArrayList<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        if (Files.getLastModifiedTime(entry).toInstant().isBefore(oldest)) {
          old.add(entry);
        }
      }
    }
    for (Path entry : old) {
      Files.deleteIfExists(entry);
    }
  }

  /** What Nix said that is worth telling. */
  static String withoutFiles(String said) {
    return CHATTER.matcher(said).replaceAll("");
  }
}
