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
import dev.crossplan.planner.instance.EvaluationTrace.Look;
import dev.crossplan.planner.instance.EvaluationTrace.Sort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What evaluations gave, by the content of what they evaluated: as long as that is the same,
 * nothing is evaluated again.
 *
 * <p>That content is: the package set, every file of it; all else at which the evaluation looked,
 * and what it saw there ({@link EvaluationDependencies}); the question, the environment, the
 * settings of Nix, and its programs. Where it cannot be told at what it looked, nothing is kept.
 */
final class EvaluationCache {
  /** Counts up when entries or what they depend on are others. */
  private static final String VERSION = "6";

  private static final Duration KEPT = Duration.ofDays(30);

  private static final JsonFactory JSON = new JsonFactory();

  /** What Nix tells besides, when it is asked for it; and that nobody is there to build. */
  private static final Pattern CHATTER =
      Pattern.compile(
          "(?m)^(?:(?:evaluating file|copied source|copying|instantiated) '|trace: crossplan: "
              + "|\\s*at /\\S*/traced\\.nix:\\d+"
              + "|warning: Nix search path entry '.*' does not exist"
              + "|warning: the group '.*' specified in 'build-users-group').*\\R");

  /**
   * Shells, terminals, multiplexers and logins set these anew all the time, and some are for the
   * looks of output or for Java; no package set means them.
   */
  private static final Pattern VOLATILE =
      Pattern.compile(
          // shells
          "_|COLUMNS|LINES|OLDPWD|PWD|SHLVL|LS_COLORS|GREP_COLORS?|PROMPT_COMMAND|PS[0-4]"
              // terminals and multiplexers
              + "|TERM|TERMCAP|TERMINFO|TERM_(PROGRAM|SESSION).*|LC_TERMINAL.*|SHELL_SESSION_ID"
              + "|WINDOW|WINDOWID|WINDOWPATH|VTE_VERSION|TILIX_ID|TERMINATOR_.*|GPG_TTY"
              + "|(GNOME_TERMINAL|KONSOLE|KITTY|ALACRITTY|WEZTERM|GHOSTTY|ITERM|XTERM|WT|VSCODE)_.*"
              + "|STY|TMUX|TMUX_.*|ZELLIJ|ZELLIJ_.*|BYOBU_.*"
              // colours
              + "|COLORTERM|COLORFGBG|NO_?COLOR|CLICOLOR|CLICOLOR_FORCE|FORCE_COLOR"
              // logins, remote ones too, and desktops
              + "|(SSH|DBUS|XDG_SESSION)_.*|XDG_(SEAT|VTNR|ACTIVATION_TOKEN)|DESKTOP_STARTUP_ID"
              + "|SESSION_MANAGER|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY"
              + "|INVOCATION_ID|JOURNAL_STREAM|MANAGERPID|SYSTEMD_EXEC_PID|MEMORY_PRESSURE_.*"
              // crossplan's own, and of the Java that runs it
              + "|CROSSPLAN_JAVA_OPTS|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS");

  /** What may go better another time, though none of the files that were evaluated has changed. */
  private static final Pattern PASSING =
      Pattern.compile(
          "unable to download|annot connect|resolve host|No space left|out of memory|interrupted by"
              + "|Too many levels|put/output error|timed out|database is busy|ermission denied|No such file|does not exist"
              + "|was not found|s a directory|ot a directory|unsupported type|as a Nix string"
              + "|ismatch|failed with exit code|failed to build|not writ(e|ing modified) lock file");

  private final Path folder;
  private final String circumstances;
  private final EvaluationDependencies dependencies;
  private final Map<NixpkgsSource, NixProgram.Outcome> places = new ConcurrentHashMap<>();

  private EvaluationCache(Path folder, String circumstances, EvaluationDependencies dependencies) {
    this.folder = folder;
    this.circumstances = circumstances;
    this.dependencies = dependencies;
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
   * @param programs of Nix that evaluate
   */
  static EvaluationCache of(
      ImmutableMap<String, String> environment, Path store, Collection<Path> programs) {
    Path folder = CacheFolder.of(environment).resolve("evaluations");
    return new EvaluationCache(
        folder,
        circumstances(environment, searched(environment), programs),
        new EvaluationDependencies(environment, folder, store));
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
              if (!isVolatile(name)) {
                put(hasher, name);
                put(hasher, value);
              }
            });
    programs.forEach(program -> put(hasher, stamp(program)));
    searched.forEach(path -> put(hasher, path.toString()));
    SettingsFiles.read(environment)
        .forEach(
            (file, text) -> {
              put(hasher, file.toString());
              put(hasher, hash(text));
            });
    return hasher.hash().toString();
  }

  /** Whether a variable does not count, but where it is read. */
  static boolean isVolatile(String variable) {
    return VOLATILE.matcher(variable).matches();
  }

  static String hash(String text) {
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

  /** A file, without reading it. */
  static String stamp(Path program) {
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
    return dependencies.identity(packageSet);
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
      Map<Look, String> seen = new LinkedHashMap<>();
      Optional<Entry> entry = read(json, seen);
      if (!dependencies.areStill(seen)) {
        return Optional.empty();
      }
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return entry;
    } catch (IOException | InvalidPathException e) { // none, or damaged: it is written anew
      return Optional.empty();
    }
  }

  private static Optional<Entry> read(JsonParser json, Map<Look, String> seen) throws IOException {
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
        case "status" -> status = json.getIntValue();
        case "said" -> said = json.getText();
        case "written" -> written = json.getText();
        case "seconds" -> seconds = json.getDoubleValue();
        case "peakBytes" -> bytes = OptionalLong.of(json.getLongValue());
        default -> readLooks(json, Sort.of(name), seen);
      }
    }
    boolean isWhole = json.currentToken() == JsonToken.END_OBJECT && status >= 0;
    return isWhole
        ? Optional.of(new Entry(status, said, written, new EvaluationCost(seconds, bytes)))
        : Optional.empty();
  }

  private static void readLooks(JsonParser json, Optional<Sort> sort, Map<Look, String> seen)
      throws IOException {
    if (sort.isEmpty() || json.currentToken() != JsonToken.START_OBJECT) {
      throw new IOException("this is no entry");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      Look look = new Look(sort.get(), json.currentName());
      seen.put(look, String.valueOf(json.nextTextValue()));
    }
  }

  /**
   * Keeps what an evaluation gave. Where that cannot be done or relied on, nothing is kept: then it
   * is evaluated again the next time.
   */
  void keep(String key, EvaluationDependencies.Ended ended, Entry entry) {
    if (entry.status() > 1
        || PASSING.matcher(entry.said()).find()
        || PASSING.matcher(entry.written()).find()) {
      return;
    }
    try {
      Optional<ImmutableMap<Look, String>> seen = dependencies.of(ended);
      if (seen.isEmpty()) {
        return;
      }
      CacheFolder.replace(folder.resolve(key + ".json"), draft -> write(draft, seen.get(), entry));
      forgetOld();
    } catch (IOException | InvalidPathException e) {
      // a home that cannot be written to is no reason not to plan
    }
  }

  private static void write(Path file, Map<Look, String> seen, Entry entry) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(Files.newOutputStream(file))) {
      json.writeStartObject();
      for (Sort sort : Sort.values()) {
        json.writeObjectFieldStart(sort.word());
        for (Map.Entry<Look, String> each : seen.entrySet()) {
          if (each.getKey().sort() == sort) {
            json.writeStringField(each.getKey().name(), each.getValue());
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
