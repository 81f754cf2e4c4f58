package dev.crossplan.planner.machine;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.machine.Prerequisite.Remedy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds out whether the Nix of this machine builds here: looks at it, and builds something. */
public final class NixCheck {
  private static final double BYTES_IN_GIB = 1L << 30;

  /** The toolchain of a board, built three times, and an image. */
  private static final double PLENTY_GIB = 20;

  private static final double TOO_LITTLE_GIB = 1;

  /**
   * {@code HOME} of builds. One without a sandbox, as root, may have made it; then Nix refuses all.
   */
  private static final String HOME = "/homeless-shelter";

  /** Features come from graphs, and remedies are pasted into shells. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._+-]+");

  private final ImmutableMap<String, String> environment;
  private final Distribution distribution;
  private final Optional<NixInstallation> nix;
  private final Prerequisite itself;
  private final ImmutableList<String> options;
  private final ImmutableSet<String> wanted;

  private NixCheck(
      ImmutableMap<String, String> environment,
      Distribution distribution,
      Optional<NixInstallation> nix,
      Prerequisite itself,
      ImmutableList<String> options,
      Set<String> wanted) {
    this.environment = environment;
    this.distribution = distribution;
    this.nix = nix;
    this.itself = itself;
    this.options = options;
    this.wanted = ImmutableSet.copyOf(wanted);
  }

  /**
   * Looks for Nix.
   *
   * @param environment whose {@code PATH} it is on
   * @param emulated systems that this machine emulates
   * @param features that are wanted of this machine
   */
  public static NixCheck of(
      ImmutableMap<String, String> environment,
      Distribution distribution,
      Set<String> emulated,
      Set<String> features)
      throws InterruptedException {
    try {
      NixInstallation nix = NixInstallation.find(environment);
      return new NixCheck(
          environment,
          distribution,
          Optional.of(nix),
          version(nix),
          nix.buildOptions(emulated, features),
          features);
    } catch (InputException e) {
      return new NixCheck(
          environment,
          distribution,
          Optional.empty(),
          missing(e, NixInstallation.isThere(environment), distribution),
          ImmutableList.of(),
          features);
    }
  }

  /** The Nix that was found. */
  public Optional<NixInstallation> installation() {
    return nix;
  }

  /** What crossplan adds to the arguments of Nix so that it builds here. */
  public ImmutableList<String> options() {
    return options;
  }

  /** What every build on this machine needs, whatever the system. */
  public ImmutableList<Prerequisite> general() {
    if (nix.isEmpty()) {
      return ImmutableList.of(itself);
    }
    return ImmutableList.of(itself, user(nix.get()), sandbox(nix.get()), slots(nix.get()), disk());
  }

  /**
   * Without Nix, or with one that does not work: then it has said why.
   *
   * @param isThere whether there is one
   */
  private static Prerequisite missing(
      InputException failure, boolean isThere, Distribution distribution) {
    String message = String.valueOf(failure.getMessage());
    if (!isThere) {
      return Prerequisite.missing("Nix", message, install(distribution));
    }
    return NixInstallation.isProcessOfRoot() || distribution.family() != Distribution.Family.DEBIAN
        ? Prerequisite.missing("Nix", message)
        : Prerequisite.missing(
            "Nix",
            message + " (without its daemon only root can use it)",
            Remedy.asRoot("apt-get install nix-setup-systemd"));
  }

  private static Remedy install(Distribution distribution) {
    return switch (distribution.family()) {
      case DEBIAN -> Remedy.asRoot("apt-get install nix-bin");
      case NIXOS ->
          Remedy.asRoot("in configuration.nix: nix.enable = true;", "nixos-rebuild switch");
      case OTHER -> Remedy.of("install it as https://nixos.org/download says");
    };
  }

  private static Prerequisite version(NixInstallation installed) {
    return Prerequisite.ok(
        "Nix",
        installed.version()
            + (installed.usesDaemon()
                ? ", built for by its daemon"
                : ", without a daemon, store " + installed.store()));
  }

  private Prerequisite user(NixInstallation installed) {
    if (installed.usesDaemon()) {
      return installed.isTrusted().orElse(true)
          ? Prerequisite.ok("user", "may set what Nix's daemon does")
          : Prerequisite.doubtful(
              "user",
              "is not trusted by Nix's daemon: nix.conf alone says what it does",
              setting("trusted-users", ImmutableSet.of("root"), System.getProperty("user.name")));
    }
    if (options.contains("build-users-group")) {
      return Prerequisite.ok(
          "user",
          "root builds as itself, since there is no group "
              + installed.settings().word("build-users-group"));
    }
    return Prerequisite.ok("user", installed.isRoot() ? "root" : "owns the store");
  }

  private Prerequisite sandbox(NixInstallation installed) {
    if (options.contains("sandbox")) {
      return Prerequisite.doubtful(
          "sandbox",
          "cannot be had here, is turned off: what builds find of this machine they may use");
    }
    String sandbox = installed.settings().word("sandbox");
    return Prerequisite.ok("sandbox", sandbox.equals("false") ? "off" : "on");
  }

  private Prerequisite slots(NixInstallation installed) {
    String jobs = installed.settings().word("max-jobs");
    String cores = installed.settings().word("cores");
    return Prerequisite.ok(
        "jobs",
        String.format(
            "max-jobs %s, cores %s for each; a plan brings its own slots",
            jobs, cores.equals("0") ? "all" : cores));
  }

  private Prerequisite disk() {
    Path store = Path.of(environment.getOrDefault("NIX_STORE_DIR", "/nix/store"));
    Path there = store;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    double free;
    try {
      free = Files.getFileStore(there).getUsableSpace() / BYTES_IN_GIB;
    } catch (IOException e) {
      return Prerequisite.doubtful("disk", store + ": cannot tell what is free: " + e.getMessage());
    }
    String seen = String.format(Locale.ROOT, "%.0f GiB free for %s", free, store);
    Remedy collect = Remedy.of("nix-collect-garbage");
    return free >= PLENTY_GIB
        ? Prerequisite.ok("disk", seen)
        : free >= TOO_LITTLE_GIB
            ? Prerequisite.doubtful(
                "disk", seen + ", an image with its toolchain may need more", collect)
            : Prerequisite.missing("disk", seen, collect);
  }

  /**
   * What builds for a system need.
   *
   * @param required features, each as often as builds for the system require it
   */
  public ImmutableList<Prerequisite> builds(String system, ImmutableMultiset<String> required)
      throws InterruptedException {
    if (nix.isEmpty()) {
      return ImmutableList.of();
    }
    ImmutableList.Builder<Prerequisite> found = ImmutableList.builder();
    found.add(platform(nix.get(), system));
    for (String feature : ImmutableSortedSet.copyOf(required.elementSet())) {
      found.add(feature(nix.get(), feature, required.count(feature)));
    }
    found.add(trial(nix.get(), system));
    return found.build();
  }

  private Prerequisite platform(NixInstallation installed, String system) {
    if (installed.settings().systems().contains(system)) {
      return Prerequisite.ok("platform", "Nix builds for " + system);
    }
    return isSet("extra-platforms", system)
        ? Prerequisite.ok("platform", "crossplan lets Nix build for " + system)
        : Prerequisite.missing(
            "platform",
            "Nix does not build for " + system + " here",
            setting("extra-platforms", ImmutableSet.of(), system));
  }

  private Prerequisite feature(NixInstallation installed, String feature, int builds) {
    String name = "feature " + feature;
    String seen = builds + (builds == 1 ? " build requires it" : " builds require it");
    if (installed.settings().features().contains(feature)) {
      return Prerequisite.ok(name, seen + ", Nix has it");
    }
    if (isSet("system-features", feature)) {
      return Prerequisite.ok(name, seen + ", crossplan gives it to Nix");
    }
    if (!NAME.matcher(feature).matches()) {
      return Prerequisite.doubtful(name, seen + ", so they are not done here");
    }
    Remedy setting = setting("system-features", installed.settings().features(), feature);
    return wanted.contains(feature)
        ? Prerequisite.missing(name, seen + ", and Nix takes no settings from this user", setting)
        : Prerequisite.doubtful(
            name,
            seen + ", so they are not done here",
            Remedy.of(
                "in the manifest, at the [[builder]] that this machine is: features = [\""
                    + feature
                    + "\"]"),
            setting);
  }

  /** Whether an option that crossplan passes on has {@code word} in its list. */
  private boolean isSet(String option, String word) {
    int at = options.indexOf(option);
    return at >= 0 && List.of(options.get(at + 1).split(" ", -1)).contains(word);
  }

  private Prerequisite trial(NixInstallation installed, String system) throws InterruptedException {
    String name = "a build for " + system;
    if (!TrialProgram.isCarriedFor(system)) {
      return Prerequisite.doubtful(name, "not tried: crossplan carries no program for it");
    }
    Optional<String> failure = TrialBuild.run(installed, system, options);
    if (failure.isEmpty()) {
      return Prerequisite.ok(name, "done");
    }
    String seen = "failed: " + failure.get();
    if (failure.get().contains(HOME)) {
      return Prerequisite.missing(name, seen, Remedy.asRoot("rm -r " + HOME));
    }
    // What a daemon was told it may have ignored; before Nix 2.15 it does not say whether it will.
    return installed.usesDaemon() && isSet("extra-platforms", system)
        ? Prerequisite.missing(name, seen, setting("extra-platforms", ImmutableSet.of(), system))
        : Prerequisite.missing(name, seen);
  }

  /**
   * Adds to a list. In nix.conf a later line replaces an earlier one, unless its name begins with
   * {@code extra-}.
   *
   * @param known what is in the list by default, which NixOS would replace
   */
  private Remedy setting(String name, ImmutableSet<String> known, String added) {
    String all =
        Stream.concat(known.stream(), Stream.of(added)).collect(Collectors.joining("\" \""));
    return distribution.family() == Distribution.Family.NIXOS
        ? Remedy.asRoot(
            "in configuration.nix: nix.settings." + name + " = [ \"" + all + "\" ];",
            "nixos-rebuild switch")
        : Remedy.asRoot(
            "echo 'extra-" + name + " = " + added + "' >> /etc/nix/nix.conf",
            "systemctl restart nix-daemon");
  }
}
