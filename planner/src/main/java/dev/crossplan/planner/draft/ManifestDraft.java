package dev.crossplan.planner.draft;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.draft.ImageForm.Kind;
import dev.crossplan.planner.instance.AttributePath;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.instance.TomlText;
import dev.crossplan.planner.plan.NixText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A first manifest for an image: the native, the emulated and the cross instance of whatever it is
 * made of, and, where that is no package set that takes a platform, a file in Nix that makes it
 * one.
 *
 * @param manifest text of {@code crossplan.toml}
 * @param packageSet text of a file in Nix beside it; empty where none is needed
 * @param triedPackageSet the same for the folder in which the manifest is tried
 * @param packageSetName what that file is called, as it stands in the manifest
 * @param target what the image is for
 * @param others attributes that are there, where one is not
 * @param note what was taken for granted, a sentence; empty if nothing
 * @param choice what of a NixOS configuration was taken and what else it has, a line each; empty
 *     where that was said
 */
public record ManifestDraft(
    String manifest,
    Optional<String> packageSet,
    Optional<String> triedPackageSet,
    String packageSetName,
    Target target,
    ImmutableSortedSet<String> others,
    Optional<String> note,
    ImmutableList<String> choice) {
  /** The file in Nix, unless that is one of another manifest. */
  private static final String PACKAGE_SET = "package-set.nix";

  private static final Pattern NAMED_PACKAGE_SET =
      Pattern.compile("\"\\./(package-set(?:-\\d+)?\\.nix)\"");

  /** So many attributes are named of many. */
  private static final int NAMED = 20;

  private static final String USUAL = "riscv64-linux";

  /** What distributions for RISC-V are made for (RISC-V ISA manual, "G" and "C"). */
  private static final String USUAL_MARCH = "rv64gc";

  /**
   * What the image is for.
   *
   * @param march ISA string of the board
   */
  public record Target(Platform platform, Optional<String> march) {}

  /**
   * Drafts a manifest.
   *
   * @param folder where it is to be
   * @param trial where it is tried before
   * @param replaced manifest that this one replaces, and with it the file in Nix that is its own
   * @param wanted platform that the image is for; where it is empty, that is found out, and where
   *     it cannot be, is taken to be {@code riscv64-linux}
   * @param march ISA string of the board; where it is empty, that is found out, and where it cannot
   *     be, is taken to be {@code rv64gc} of a 64-bit RISC-V
   * @throws InputException if the image does not evaluate, or cannot be had for another platform
   */
  public static ManifestDraft of(
      ImageReference image,
      Path folder,
      Path trial,
      Optional<Path> replaced,
      Optional<Platform> wanted,
      Optional<String> march,
      NixProgram nix)
      throws InterruptedException {
    Set<String> attributes = new LinkedHashSet<>();
    Optional<ImageForm> first = Optional.empty();
    Optional<Platform> madeFor = Optional.empty();
    ImmutableList<ImmutableList<String>> named =
        image.attributes().isEmpty() ? ImmutableList.of(ImmutableList.of()) : image.attributes();
    for (ImmutableList<String> each : named) {
      ImageForm form = ImageForm.of(image, each, nix);
      check(image, form);
      Optional<Platform> found = found(form);
      boolean isForAnother = madeFor.isPresent() && found.isPresent() && !madeFor.equals(found);
      if (isForAnother || (first.isPresent() && !canBeTogether(first.get(), form))) {
        throw new InputException(
            AttributePath.join(each) + ": cannot be in one manifest with the attribute before it",
            "Maybe run init for each of them.");
      }
      first = first.or(() -> Optional.of(form));
      madeFor = madeFor.or(() -> found);
      attributes.add(
          form.kind() == Kind.NIXOS || form.attribute().isEmpty()
              ? "image"
              : AttributePath.join(form.attribute()));
    }
    ImageForm form = first.orElseThrow();
    Platform platform =
        form.written().isPresent()
            ? own(form, wanted)
            : wanted.orElse(madeFor.orElse(Platform.of(USUAL)));
    Target target =
        new Target(
            platform,
            march
                .or(platform::arch)
                .or(
                    () ->
                        platform.system().startsWith("riscv64")
                            ? Optional.of(USUAL_MARCH)
                            : Optional.empty()));
    ImmutableList<String> names = ImmutableList.copyOf(attributes);
    Optional<String> packageSet = packageSet(image, form, folder, names, target);
    String name =
        packageSet
            .map(
                text ->
                    replaced
                        .flatMap(manifest -> ownName(folder, manifest))
                        .orElseGet(() -> freeName(folder, text)))
            .orElse(PACKAGE_SET);
    String source =
        packageSet.isPresent()
            ? "./" + name
            : image.flake().orElseGet(() -> packageSetItself(image.file().orElseThrow()));
    return new ManifestDraft(
        manifest(image, names, target, source),
        packageSet,
        packageSet(image, form, trial, names, target),
        name,
        target,
        form.kind() == Kind.OUTPUTS
            ? ImmutableSortedSet.copyOf(form.names())
            : ImmutableSortedSet.of(),
        note(form, platform, name),
        form.choice().map(choice -> told(image, choice)).orElse(ImmutableList.of()));
  }

  /** What was taken of a configuration, and how the others are named. */
  private static ImmutableList<String> told(ImageReference image, ImageForm.Choice choice) {
    ImmutableList<String> configuration = image.attributes().get(0);
    boolean isSystem = choice.taken().equals(ImmutableList.of("toplevel"));
    ImmutableList.Builder<String> told = ImmutableList.builder();
    told.add(
        AttributePath.join(configuration)
            + ": takes "
            + AttributePath.join(ofBuild(ImmutableList.of(), choice.taken()))
            + (isSystem
                ? ", the system: there is no sdImage, isoImage or image of it"
                : ", the image that the system is in")
            + (choice.others().isEmpty() ? "" : "; others:"));
    String flake = "  " + image.flake().orElseThrow() + "#";
    List<String> variants = new ArrayList<>();
    for (ImmutableList<String> other : choice.others()) {
      if (other.get(0).equals("images")) {
        variants.add(AttributePath.join(other.subList(1, other.size())));
      } else {
        told.add(flake + AttributePath.join(ofBuild(configuration, other)));
      }
    }
    if (!variants.isEmpty()) { // some thirty
      told.add(
          flake
              + AttributePath.join(ofBuild(configuration, ImmutableList.of("images", "NAME")))
              + ", NAME one of "
              + String.join(", ", variants));
    }
    return told.build();
  }

  private static ImmutableList<String> ofBuild(
      ImmutableList<String> configuration, ImmutableList<String> names) {
    return ImmutableList.<String>builder()
        .addAll(configuration)
        .add("config", "system", "build")
        .addAll(names)
        .build();
  }

  /** That of the file which a manifest names, and no other manifest in its folder. */
  private static Optional<String> ownName(Path folder, Path manifest) {
    try (Stream<Path> files = Files.list(folder)) {
      Matcher named = NAMED_PACKAGE_SET.matcher(Files.readString(manifest));
      if (!named.find()) {
        return Optional.empty();
      }
      String name = named.group(1);
      for (Path other : files.toList()) {
        if (other.toString().endsWith(".toml")
            && !Files.isSameFile(other, manifest)
            && Files.readString(other).contains(name)) {
          return Optional.empty();
        }
      }
      return Optional.of(name);
    } catch (IOException e) { // then nothing is replaced but the manifest
      return Optional.empty();
    }
  }

  /** That of a file which is not there yet, or is the same. */
  private static String freeName(Path folder, String text) {
    String name = PACKAGE_SET;
    for (int number = 2; isAnother(folder.resolve(name), text); number++) {
      name = PACKAGE_SET.replace(".", "-" + number + ".");
    }
    return name;
  }

  private static boolean isAnother(Path file, String text) {
    try {
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.readString(file).equals(text);
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean canBeTogether(ImageForm one, ImageForm other) {
    return one.kind() == other.kind()
        && other.kind() != Kind.NIXOS
        && one.written().equals(other.written())
        && one.crossSet().equals(other.crossSet())
        && (other.written().isEmpty() || one.platform().equals(other.platform()));
  }

  /** The platform that something is for that is taken as it is written: nobody can choose it. */
  private static Platform own(ImageForm form, Optional<Platform> wanted) {
    Platform own =
        form.platform().orElseGet(() -> Platform.of(form.written().orElseThrow().system()));
    if (wanted.isPresent() && !wanted.get().system().equals(own.system())) {
      throw new InputException(
          asWritten(form, own) + ", not for " + wanted.get().system(),
          "Maybe leave --target out, or let it take a platform.");
    }
    return own;
  }

  private static String asWritten(ImageForm form, Platform own) {
    return (form.attribute().isEmpty() ? "the image" : AttributePath.join(form.attribute()))
        + " is taken as it is written: built on "
        + form.written().orElseThrow().system()
        + " for "
        + own.system();
  }

  private static Optional<String> note(ImageForm form, Platform platform, String file) {
    if (form.kind() == Kind.OUTPUTS && !form.crossSet().isEmpty()) {
      return Optional.of(
          AttributePath.join(form.attribute())
              + " is cross-compiled as the flake has it, on "
              + form.crossSet().get(1)
              + " for "
              + platform.system()
              + "; natively it is what the flake lists for "
              + platform.system());
    }
    if (form.written().isPresent()) {
      return Optional.of(
          asWritten(form, platform)
              + ", and in no other way: it takes no platform, so nothing else can be made of it");
    }
    boolean isOfPackages = form.kind() == Kind.PKGS || form.kind() == Kind.FUNCTION;
    return isOfPackages && !form.importsOwn()
        ? Optional.of(
            "its packages are taken from <nixpkgs>, whatever it says itself: if it has a nixpkgs of"
                + " its own, name that in "
                + file)
        : Optional.empty();
  }

  /** What the image is for as it is written: for the desk are packages of which none was chosen. */
  private static Optional<Platform> found(ImageForm form) {
    return form.platform().filter(platform -> !platform.system().equals(Host.system()));
  }

  private static void check(ImageReference image, ImageForm form) {
    String name = image.file().map(Path::toString).or(image::flake).orElseThrow();
    if (form.kind() == Kind.FIXED) {
      if (form.attribute().isEmpty() && !form.type().equals(Optional.of("set"))) {
        throw new InputException(
            name + ": is of type " + form.type().orElse("unknown") + ", and no derivation",
            "Maybe let it be a derivation, a set of them, or a function of pkgs.");
      }
      throw form.attribute().isEmpty()
          ? new InputException(
              name
                  + ": is no function and no derivation, and it is not said what of it is the image",
              named(form))
          : new InputException(
              name + ": " + AttributePath.join(form.attribute()) + " is no derivation",
              "Maybe name one in it: --attr " + AttributePath.join(form.attribute()) + ".NAME.");
    }
    boolean isOfPlatform = form.kind() == Kind.PACKAGE_SET || form.kind() == Kind.OUTPUTS;
    if (form.attribute().isEmpty() && !isOfPlatform && !form.names().isEmpty()) {
      throw new InputException(
          name + ": gives a set, and it is not said what of it is the image", named(form));
    }
    if (form.kind() == Kind.FUNCTION && form.hasDefaults() && !form.importsOwn()) {
      throw new InputException(
          name
              + ": is a function of "
              + form.takes().stream().sorted().collect(Collectors.joining(", "))
              + "; none of these is a platform",
          "Maybe let it take pkgs: { pkgs ? import <nixpkgs> { } }: …");
    }
    if (form.attribute().isEmpty() && form.kind() == Kind.PACKAGE_SET) {
      throw new InputException(
          name + ": is a package set, and it is not said what of it makes up the image",
          "Maybe name attributes of it: --attr NAME.");
    }
  }

  private static String named(ImageForm form) {
    int more = form.names().size() - NAMED;
    return "Maybe name attributes of it: --attr NAME"
        + (form.names().isEmpty()
            ? "."
            : ", NAME one of "
                + form.names().stream().limit(NAMED).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more." : "."));
  }

  /** Nix imports the default.nix of a folder. */
  private static String packageSetItself(Path file) {
    Path folder = file.resolveSibling(".").normalize();
    return file.endsWith("default.nix") ? folder.toString() : file.toString();
  }

  // The file in Nix

  private static Optional<String> packageSet(
      ImageReference image,
      ImageForm form,
      Path folder,
      ImmutableList<String> names,
      Target target) {
    String head = "# The package set of crossplan.toml, for any platform that it asks for.\n";
    return switch (form.kind()) {
      case PACKAGE_SET ->
          image.flake().isPresent() || form.takes().containsAll(Set.of("config", "overlays"))
              ? Optional.empty()
              : Optional.of(head + onlyWhatItTakes(image, folder));
      case PKGS, FUNCTION ->
          Optional.of(
              head
                  + (form.importsOwn()
                      ? withOwnNixpkgs(image, folder)
                      : """
                  { localSystem, crossSystem ? null, overlays ? [ ], config ? { } }@platform:
                  let
                    # Where the packages are taken from. If the image has a nixpkgs of its own, name it here.
                    pkgs = import <nixpkgs> platform;
                    image = %s;
                  in
                  pkgs // (if image.type or null == "derivation" then { inherit image; } else image)
                  """
                          .formatted(called(path(image, folder), form))));
      case SYSTEM -> Optional.of(head + ofSystem(image, form, folder, names));
      case NIXOS ->
          Optional.of(
              head
                  + """
                  { localSystem, crossSystem ? null, overlays ? [ ], ... }:
                  let
                    configuration = (builtins.getFlake %s).nixosConfigurations.%s.extendModules {
                      modules = [
                        (
                          { lib, ... }:
                          {
                            nixpkgs = {
                              inherit overlays;
                              buildPlatform = lib.mkForce localSystem;
                              hostPlatform = lib.mkForce (if crossSystem == null then localSystem else crossSystem);
                            };
                          }
                        )
                      ];
                    };
                  in
                  configuration.pkgs // { image = configuration.%s; }
                  """
                      .formatted(
                          quoted(image.flake().orElseThrow()),
                          NixText.attribute(form.configuration().orElseThrow()),
                          form.attribute().stream()
                              .map(NixText::attribute)
                              .collect(Collectors.joining("."))));
      case OVERLAY ->
          Optional.of(
              head
                  + """
                  { localSystem, crossSystem ? null, overlays ? [ ], config ? { } }@platform:
                  let
                    flake = builtins.getFlake %s;
                  in
                  import flake.inputs.nixpkgs (platform // { overlays = [ flake.overlays.default ] ++ overlays; })
                  """
                      .formatted(quoted(image.flake().orElseThrow())));
      case OUTPUTS -> Optional.of(head + ofOutputs(image, form, names, target));
      case WRITTEN ->
          Optional.of(
              "# What crossplan.toml takes as it is written, for the platform that it is for.\n"
                  + written(image, form, folder, names, target));
      case FIXED -> throw new IllegalStateException("checked before");
    };
  }

  private static String called(String file, ImageForm form) {
    if (form.kind() == Kind.FUNCTION) {
      return "pkgs.callPackage " + file + " { }";
    }
    return "import " + file + (form.takes().isEmpty() ? " pkgs" : " { inherit pkgs; }");
  }

  private static String ofOutputs(
      ImageReference image, ImageForm form, ImmutableList<String> names, Target target) {
    String flake = quoted(image.flake().orElseThrow());
    if (form.crossSet().isEmpty()) {
      return """
          { localSystem, crossSystem ? null, ... }:
          let
            flake = builtins.getFlake %s;
            inherit (localSystem) system;
          in
          if crossSystem != null then
          %s
          else
            (flake.legacyPackages.${system} or { }) // (flake.packages.${system} or { })
          """
          .formatted(
              flake,
              throwing(
                  names,
                  withoutOverlay(form.overlay().orElse(""))
                      + ", so its packages cannot be cross-compiled"));
    }
    String system = form.crossSet().get(1);
    String platforms = "on " + system + " for " + target.platform().system();
    boolean isInItsPackages = form.crossSet().size() == 2;
    return """
        { localSystem, crossSystem ? null, ... }:
        let
          flake = builtins.getFlake %s;
          inherit (localSystem) system;
        in
        if crossSystem == null%s then
          (flake.legacyPackages.${system} or { }) // (flake.packages.${system} or { })
        else if system == %s && crossSystem.config or null == %s then
          flake.%s
        else
        %s
        """
        .formatted(
            flake,
            isInItsPackages ? " && system != " + quoted(system) : "",
            quoted(system),
            quoted(target.platform().triple()),
            form.crossSet().stream().map(NixText::attribute).collect(Collectors.joining(".")),
            throwing(names, "the flake has it cross-compiled, " + platforms));
  }

  private static String withoutOverlay(String why) {
    return switch (why) {
      case "without" -> "overlays.default of the flake has not got it";
      case "unapplied" ->
          "the flake has no input nixpkgs that its overlays.default could be applied to";
      default -> "the flake has no overlays.default";
    };
  }

  private static String written(
      ImageReference image,
      ImageForm form,
      Path folder,
      ImmutableList<String> names,
      Target target) {
    String system = form.written().orElseThrow().system();
    return """
        { localSystem, crossSystem ? null, ... }:
        let
          isAsked = localSystem.system or null == %s && %s;
        in
        if !isAsked then
        %s
        else
          %s
        """
        .formatted(
            quoted(system),
            form.written().orElseThrow().isCross()
                ? "crossSystem.config or null == " + quoted(target.platform().triple())
                : "crossSystem == null",
            throwing(
                names,
                "it is taken as it is written: built on "
                    + system
                    + " for "
                    + target.platform().system()),
            image
                .flake()
                .map(flake -> "builtins.getFlake " + quoted(flake))
                .orElseGet(
                    () ->
                        form.attribute().isEmpty()
                            ? "{ image = import " + path(image, folder) + "; }"
                            : "import " + path(image, folder)));
  }

  private static String withOwnNixpkgs(ImageReference image, Path folder) {
    return """
        { localSystem, crossSystem ? null, overlays ? [ ], config ? { } }@platform:
        let
          # The nixpkgs that the image imports by itself is imported for the platform that is asked for.
          ownImport =
            path:
            let
              imported = import path;
              isPackageSet = builtins.isFunction imported && builtins.functionArgs imported ? localSystem;
              forPlatform =
                given:
                imported (
                  builtins.removeAttrs given [ "system" "localSystem" "crossSystem" ]
                  // builtins.removeAttrs platform [ "config" ]
                  // { config = given.config or config; overlays = given.overlays or [ ] ++ overlays; }
                );
            in
            if isPackageSet then forPlatform else imported;
          image = builtins.scopedImport { import = ownImport; } %s { };
        in
        if image.type or null == "derivation" then { inherit image; } else image
        """
        .formatted(path(image, folder));
  }

  private static String ofSystem(
      ImageReference image, ImageForm form, Path folder, ImmutableList<String> names) {
    if (form.takes().contains("crossSystem")) {
      return """
          { localSystem, crossSystem ? null, ... }:
          let
            inherit (localSystem) system;
            image = import %s (
              if crossSystem == null then { inherit system; } else { inherit system crossSystem; }
            );
          in
          if image.type or null == "derivation" then { inherit image; } else image
          """
          .formatted(path(image, folder));
    }
    return """
        { localSystem, crossSystem ? null, ... }:
        let
          image = import %s { inherit (localSystem) system; };
        in
        if crossSystem != null then
        %s
        else if image.type or null == "derivation" then
          { inherit image; }
        else
          image
        """
        .formatted(
            path(image, folder),
            throwing(
                names, "it takes a system and no crossSystem, so it cannot be cross-compiled"));
  }

  /** A set in which each of the image tells why it is not there; as a whole it evaluates. */
  private static String throwing(ImmutableList<String> names, String why) {
    return names.stream()
        .map(name -> AttributePath.parse(name).orElseThrow().get(0))
        .distinct()
        .map(name -> "    " + NixText.attribute(name) + " = throw " + quoted(why) + ";\n")
        .collect(Collectors.joining("", "  {\n", "  }"));
  }

  private static String onlyWhatItTakes(ImageReference image, Path folder) {
    return """
        { localSystem, crossSystem ? null, overlays ? [ ], config ? { } }@platform:
        let
          packageSet = import %s;
        in
        packageSet (builtins.intersectAttrs (builtins.functionArgs packageSet) platform)
        """
        .formatted(path(image, folder));
  }

  /** Relative where it lies beside or below, so that both can be moved. */
  private static String path(ImageReference image, Path folder) {
    Path file = image.file().orElseThrow();
    return file.startsWith(folder)
        ? "(./. + " + quoted("/" + folder.relativize(file)) + ")"
        : quoted(file.toString());
  }

  private static String quoted(String text) {
    return NixText.of(text).write(0);
  }

  // The manifest

  private static String manifest(
      ImageReference image, ImmutableList<String> attributes, Target target, String source) {
    String host = Host.system();
    String system = target.platform().system();
    StringBuilder text = new StringBuilder();
    text.append("# ")
        .append(Visible.line(image.file().map(Path::toString).or(image::flake).orElseThrow()))
        .append(": how each package of it is built, crossplan decides.\n")
        .append("image = ")
        .append(
            attributes.stream()
                .map(TomlText::quoted)
                .collect(Collectors.joining(", ", "[", "]\n\n")))
        .append("[target]\nsystem = ")
        .append(TomlText.quoted(system))
        .append('\n');
    target
        .march()
        .ifPresent(march -> text.append("march = ").append(TomlText.quoted(march)).append('\n'));
    if (!system.equals(host)) {
      text.append("\n# This machine's own packages: tools of cross builds.\n")
          .append(instance("native", source))
          .append("localSystem = ")
          .append(TomlText.quoted(host))
          .append('\n');
    }
    text.append(
            "\n# Built on the board, or under emulation. A gcc.arch here would be a world of its own.\n")
        .append(instance(system.equals(host) ? "native" : "emulated", source))
        .append("localSystem = ")
        .append(TomlText.quoted(system))
        .append('\n');
    if (!system.equals(host)) {
      text.append("\n# Built by a cross compiler.\n")
          .append(instance("cross", source))
          .append("localSystem = ")
          .append(TomlText.quoted(host))
          .append("\ncrossSystem = { config = ")
          .append(TomlText.quoted(target.platform().triple()));
      target
          .march()
          .ifPresent(
              march ->
                  text.append(", gcc = { arch = ").append(TomlText.quoted(march)).append(" }"));
      text.append(" }\n");
    }
    return text.append(
            """

            # This machine builds. For others, name all, this one too:
            # [[builder]]
            # name = "board"
            # uri = "ssh-ng://board"
            # systems = ["%s"]
            """
                .formatted(system))
        .toString();
  }

  private static String instance(String name, String source) {
    return "[[instance]]\nname = "
        + TomlText.quoted(name)
        + "\nnixpkgs = "
        + TomlText.quoted(source)
        + "\n";
  }
}
