package dev.crossplan.planner.machine;

import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.NixMessage;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.instance.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Nix that is installed here: its version, its settings, where its store is, and which options
 * it has to be given so that it builds at all.
 */
public final class NixInstallation {
  private static final Pattern VERSION = Pattern.compile("\\b(\\d+\\.\\d+\\S*)\\s*$");
  private static final Pattern STORE =
      Pattern.compile("(?m)^(Store URL|Version|Trusted): *(\\S+) *$");

  private static final String BROKEN = "Maybe crossplan doctor tells what it lacks.";

  private final NixProgram program;
  private final String version;
  private final NixSettings settings;
  private final ImmutableMap<String, String> store;
  private final boolean isRoot;

  private NixInstallation(
      NixProgram program,
      String version,
      NixSettings settings,
      ImmutableMap<String, String> store,
      boolean isRoot) {
    this.program = program;
    this.version = version;
    this.settings = settings;
    this.store = store;
    this.isRoot = isRoot;
  }

  /**
   * Asks the Nix on the {@code PATH} of an environment.
   *
   * @param environment in which Nix is run, now and later
   * @throws InputException if there is none, or its store cannot be used
   */
  public static NixInstallation find(ImmutableMap<String, String> environment)
      throws InterruptedException {
    NixProgram program = new NixProgram(environment);
    if (!isOnPath(program)) {
      throw new InputException(
          "Nix is not installed: there is no nix or no nix-store on PATH",
          "Maybe install it (Debian: apt-get install nix-bin; elsewhere:"
              + " https://nixos.org/download).");
    }
    try (TemporaryFolder folder = new TemporaryFolder()) {
      Path temporary = folder.path();
      String named =
          Files.readString(ask(program, temporary, "nix", List.of("--version")).written());
      Matcher version = VERSION.matcher(named.strip());
      if (!version.find()) {
        throw new InputException("nix --version says no version: " + named.strip(), BROKEN);
      }
      return new NixInstallation(
          program,
          version.group(1),
          NixSettings.read(showConfiguration(program, temporary)),
          pingStore(program, temporary),
          isProcessOfRoot());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The settings of the Nix on the {@code PATH} of an environment; empty if there is none, or it
   * does not tell them.
   */
  public static Optional<NixSettings> settings(ImmutableMap<String, String> environment)
      throws InterruptedException {
    NixProgram program = new NixProgram(environment);
    if (program.find("nix").isEmpty()) {
      return Optional.empty();
    }
    try (TemporaryFolder folder = new TemporaryFolder()) {
      return Optional.of(NixSettings.read(showConfiguration(program, folder.path())));
    } catch (InputException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether there is one at all, be it that it does not work. */
  static boolean isThere(ImmutableMap<String, String> environment) {
    return isOnPath(new NixProgram(environment));
  }

  private static boolean isOnPath(NixProgram program) {
    return program.find("nix").isPresent() && program.find("nix-store").isPresent();
  }

  /** Whether this process is root. */
  static boolean isProcessOfRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      return false; // no Linux
    }
  }

  /** {@code nix config show}, which was called {@code nix show-config} before Nix 2.20. */
  private static Path showConfiguration(NixProgram program, Path folder)
      throws InterruptedException {
    NixProgram.Outcome shown = program.run(folder, "nix", experimental("config", "show", "--json"));
    return shown.succeeded()
        ? shown.written()
        : ask(program, folder, "nix", experimental("show-config", "--json")).written();
  }

  /** What {@code nix store ping} says, which from Nix 2.19 on is a deprecated name of it. */
  private static ImmutableMap<String, String> pingStore(NixProgram program, Path folder)
      throws InterruptedException, IOException {
    NixProgram.Outcome outcome = ask(program, folder, "nix", experimental("store", "ping"));
    Matcher line = STORE.matcher(outcome.said() + Files.readString(outcome.written()));
    ImmutableMap.Builder<String, String> store = ImmutableMap.builder();
    while (line.find()) {
      store.put(line.group(1), line.group(2));
    }
    return store.buildKeepingLast();
  }

  private static ImmutableList<String> experimental(String... arguments) {
    return ImmutableList.<String>builder()
        .add("--extra-experimental-features", "nix-command")
        .add(arguments)
        .build();
  }

  private static NixProgram.Outcome ask(
      NixProgram program, Path folder, String name, List<String> arguments)
      throws InterruptedException {
    NixProgram.Outcome outcome = program.run(folder, name, arguments);
    if (!outcome.succeeded()) {
      throw new InputException(
          "Nix does not work: " + name + " says: " + NixMessage.shorten(outcome.said()), BROKEN);
    }
    return outcome;
  }

  /** Such as {@code 2.8.0}. */
  public String version() {
    return version;
  }

  public NixSettings settings() {
    return settings;
  }

  /** The store that Nix uses here: {@code local}, {@code daemon}, or another URL. */
  public String store() {
    return store.getOrDefault("Store URL", "auto");
  }

  /** Whether a daemon builds, with its own settings and not as the user of this process. */
  public boolean usesDaemon() {
    return store().startsWith("daemon") || store().startsWith("unix:");
  }

  /**
   * Whether Nix takes settings from this user; empty where it does not say so (before 2.15) and a
   * daemon decides.
   */
  public Optional<Boolean> isTrusted() {
    return usesDaemon()
        ? Optional.ofNullable(store.get("Trusted")).map("1"::equals)
        : Optional.of(true);
  }

  /** Whether Nix is run as root. */
  public boolean isRoot() {
    return isRoot;
  }

  /** Runs the programs of this Nix. */
  public NixProgram program() {
    return program;
  }

  /**
   * What to add to the arguments of every Nix command that builds, so that this machine builds for
   * its own system and for {@code emulated} ones: {@code --option NAME VALUE}, as often as needed.
   *
   * <ul>
   *   <li>{@code build-users-group} is emptied where root would build as users of a group that does
   *       not exist: so it is after {@code apt-get install nix-bin};
   *   <li>{@code sandbox} is turned off where nothing can be built with it and everything without,
   *       as in containers that may not mount: this is found out by a build;
   *   <li>{@code extra-platforms} and {@code system-features} have what they had and what is to be
   *       added.
   * </ul>
   *
   * @param emulated systems whose programs this machine runs under QEMU
   * @param features that builds may require of it
   * @throws InterruptedException if this thread is interrupted during the trial build
   */
  public ImmutableList<String> buildOptions(Set<String> emulated, Set<String> features)
      throws InterruptedException {
    ImmutableList<String> options = settingsToChange(emulated, features);
    String sandbox = settings.word("sandbox");
    String system = settings.word("system");
    if (usesDaemon() || sandbox.equals("false") || !TrialProgram.isCarriedFor(system)) {
      return options;
    }
    ImmutableList<String> without =
        ImmutableList.<String>builder().addAll(options).add("--option", "sandbox", "false").build();
    return TrialBuild.run(this, system, options).isPresent()
            && TrialBuild.run(this, system, without).isEmpty()
        ? without
        : options;
  }

  private ImmutableList<String> settingsToChange(Set<String> emulated, Set<String> features) {
    ImmutableList.Builder<String> options = ImmutableList.builder();
    String group = settings.word("build-users-group");
    if (isRoot && !usesDaemon() && !group.isEmpty() && !isGroup(group)) {
      options.add("--option", "build-users-group", "");
    }
    if (isTrusted().orElse(true)) { // others may not set these; Nix would only warn
      addMissing(options, "extra-platforms", Sets.difference(emulated, settings.systems()));
      addMissing(options, "system-features", Sets.difference(features, settings.features()));
    }
    return options.build();
  }

  /** A name with a space would be two for Nix; no derivation can ask for it. */
  private void addMissing(
      ImmutableList.Builder<String> options, String setting, Set<String> wanted) {
    Set<String> missing = Sets.filter(wanted, each -> !CharMatcher.whitespace().matchesAnyOf(each));
    if (!missing.isEmpty()) {
      ImmutableSet<String> all =
          ImmutableSet.<String>builder().addAll(settings.list(setting)).addAll(missing).build();
      options.add("--option", setting, String.join(" ", all));
    }
  }

  private static boolean isGroup(String name) {
    try {
      FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
