package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.crossplan.fixtures.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has to be built anew, as Nix says by evaluating both. */
@Tag("nix")
class DiffIT {
  private static final Pattern CHANGE =
      Pattern.compile(
          "\"derivation\" : \"([^\"]+)\",\\s+\"before\" : [^,]+,\\s+\"kind\" : \"(\\w+)\"");

  private final Path folder;
  private final BuildFolder build;

  DiffIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.build = new BuildFolder(folder);
  }

  @AfterEach
  void allowDeletion() throws IOException {
    build.nix().allowDeletion();
  }

  private Path manifest(String name, String nixpkgs, String more) throws IOException {
    return Files.writeString(
        folder.resolve(name + ".toml"),
        """
        image = ["git"]
        target = { system = "x86_64-linux" }
        [[instance]]
        name = "desk"
        localSystem = "x86_64-linux"
        nixpkgs = "%s"
        %s
        [[builder]]
        name = "desk"
        systems = ["x86_64-linux"]
        """
            .formatted(nixpkgs, more));
  }

  private static Path overlay(String name) {
    return Fixtures.instances().resolve(name + ".nix");
  }

  private Path overlaid(String name) throws IOException {
    return manifest(name, Fixtures.nixpkgs().toString(), "overlays = [\"" + overlay(name) + "\"]");
  }

  /** By derivation that has to be built anew, the kind of its change. */
  private Map<String, String> diff(String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("diff", "--format", "json"));
    words.addAll(List.of(arguments));
    BuildFolder.Run run = build.command(words.toArray(String[]::new));
    assertEquals(0, run.await(), run.said());
    Map<String, String> changes = new TreeMap<>();
    CHANGE
        .matcher(run.said())
        .results()
        .forEach(change -> changes.put(change.group(1), change.group(2)));
    return changes;
  }

  private static Set<String> causes(Map<String, String> diff) {
    Set<String> causes = new TreeSet<>();
    diff.forEach(
        (derivation, kind) -> {
          if (!kind.equals("inputs")) {
            causes.add(derivation.replaceFirst("^.*/[a-z0-9]{32}-", ""));
          }
        });
    return causes;
  }

  /** The outputs of all that git of a package set needs, and its own, as Nix has them. */
  private Set<String> outputs(Path nixpkgs, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("nix-instantiate", nixpkgs.toString()));
    words.addAll(List.of("--argstr", "localSystem", "x86_64-linux", "-A", "git"));
    words.addAll(List.of(arguments));
    String git = build.nix().run(words.toArray(String[]::new));
    Set<String> derivations =
        build
            .nix()
            .run("nix-store", "--query", "--requisites", git)
            .lines()
            .filter(path -> path.endsWith(".drv"))
            .collect(Collectors.toSet());
    return outputs(derivations);
  }

  private Set<String> outputs(Collection<String> derivations) throws Exception {
    List<String> words = new ArrayList<>(List.of("nix-store", "--query", "--outputs"));
    words.addAll(derivations);
    return build
        .nix()
        .run(words.toArray(String[]::new))
        .lines()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void assertRebuilds(Set<String> before, Set<String> after, Map<String, String> diff)
      throws Exception {
    Set<String> expected = new TreeSet<>(after);
    expected.removeAll(before);
    assertEquals(expected, outputs(diff.keySet()));
  }

  private Set<String> overlaidOutputs(String name) throws Exception {
    return outputs(Fixtures.nixpkgs(), "--arg", "overlays", "[ (import " + overlay(name) + ") ]");
  }

  @Test
  void whatAnOverlayRebuildsIsWhatNixWouldBuild() throws Exception {
    Path plain = manifest("plain", Fixtures.nixpkgs().toString(), "");
    Map<String, String> deep = diff(plain.toString(), overlaid("deep").toString());
    Set<String> before = outputs(Fixtures.nixpkgs());
    assertRebuilds(before, overlaidOutputs("deep"), deep);
    assertTrue(deep.size() > 10, "many packages need zlib");
    assertEquals(Set.of("zlib-1.3.1.drv"), causes(deep));

    Map<String, String> shallow = diff(plain.toString(), overlaid("shallow").toString());
    assertRebuilds(before, overlaidOutputs("shallow"), shallow);
    assertEquals(1, shallow.size());
  }

  /** A bootstrap keeps what it has: overlays do not reach it. */
  @Test
  void whatUsesARenamedPackageDoesNotChangeByItself() throws Exception {
    Path plain = manifest("plain", Fixtures.nixpkgs().toString(), "");
    Set<String> before = outputs(Fixtures.nixpkgs());
    String renamed = "zlib = prev.zlib.overrideAttrs (old: { pname = \"compressor\"; });";
    assertCauses(plain, before, renamed, "compressor-1.3.1.drv");
    assertCauses(
        plain,
        before,
        renamed + " expat = prev.expat.overrideAttrs (old: { name = \"libxml\"; });",
        "compressor-1.3.1.drv",
        "libxml.drv");
    assertCauses(
        plain,
        before,
        "openssl = prev.openssl.overrideAttrs (old: { version = \"3.9.9\"; });",
        "openssl-3.9.9.drv");
    assertCauses(
        plain,
        before,
        "zlib = prev.zlib.overrideAttrs (old: { outputs = [ \"out\" \"static\" ]; });",
        "zlib-1.3.1.drv");
  }

  /** The old shell stays: all that is built is given the bootstrap's. */
  @Test
  void whatUsesAPackageThatIsStillNeededDoesNotChangeByItself() throws Exception {
    Path plain = manifest("plain", Fixtures.nixpkgs().toString(), "");
    Set<String> before = outputs(Fixtures.nixpkgs());
    assertCauses(
        plain,
        before,
        "bash = prev.bash.overrideAttrs (old: { postPatch = \"true\"; });",
        "bash-5.2.37.drv");
    assertCauses(
        plain,
        before,
        "bash = prev.bash.overrideAttrs (old: { version = \"5.3\"; });",
        "bash-5.3.drv");
  }

  /** GCC is configured with the text, so each spelling has a world of its own. */
  @Test
  void anotherSpellingOfAnArchIsBuiltAnew() throws Exception {
    Path one = spelt("rv64gc");
    Path other = spelt("rv64imafdc_zicsr_zifencei");
    assertRebuilds(
        outputs(Fixtures.nixpkgs(), crossTo("rv64gc")),
        outputs(Fixtures.nixpkgs(), crossTo("rv64imafdc_zicsr_zifencei")),
        diff(one.toString(), other.toString()));
  }

  private Path spelt(String arch) throws IOException {
    String cross =
        "crossSystem = { config = \"riscv64-unknown-linux-gnu\", gcc = { arch = \"%s\" } }";
    return manifest(arch, Fixtures.nixpkgs().toString(), cross.formatted(arch));
  }

  private static String[] crossTo(String arch) {
    return new String[] {
      "--arg",
      "crossSystem",
      "{ config = \"riscv64-unknown-linux-gnu\"; gcc = { arch = \"" + arch + "\"; }; }"
    };
  }

  /** Name, version, source and its hash are all others: only the place is the same. */
  @Test
  void whatUsesAPackageThatIsReplacedDoesNotChangeByItself() throws Exception {
    Path plain = manifest("plain", Fixtures.nixpkgs().toString(), "");
    Set<String> before = outputs(Fixtures.nixpkgs());
    String source =
        "src = derivation { name = \"ng-2.2.tar.xz\"; builder = \"builtin:fetchurl\"; system ="
            + " \"builtin\"; url = \"https://mirror/ng-2.2.tar.xz\"; outputHashMode = \"flat\";"
            + " outputHashAlgo = \"sha256\"; outputHash = \""
            + "0".repeat(64)
            + "\"; };";
    assertCauses(
        plain,
        before,
        "zlib = prev.zlib.overrideAttrs (old: { " + source + " });",
        "ng-2.2.tar.xz.drv");
    assertCauses(
        plain,
        before,
        "zlib = prev.zlib.overrideAttrs (old: { pname = \"ng\"; version = \"2.2\"; "
            + source
            + " configureFlags = [ \"--zlib-compat\" ]; });",
        "ng-2.2.drv",
        "ng-2.2.tar.xz.drv");
    assertCauses(
        plain,
        before,
        "openssl = prev.openssl.overrideAttrs (old: { pname = \"libressl\"; version = \"4\";"
            + " src = \"\"; postPatch = \"generate\"; });",
        "libressl-4.drv");
  }

  private void assertCauses(Path plain, Set<String> before, String overlay, String... causes)
      throws Exception {
    Path file =
        Files.writeString(folder.resolve("renamed.nix"), "final: prev: { " + overlay + " }");
    Map<String, String> diff =
        diff(
            plain.toString(),
            manifest("renamed", Fixtures.nixpkgs().toString(), "overlays = [\"" + file + "\"]")
                .toString());
    assertRebuilds(
        before,
        outputs(Fixtures.nixpkgs(), "--arg", "overlays", "[ (import " + file + ") ]"),
        diff);
    assertEquals(Set.of(causes), causes(diff), overlay);
  }

  /** Modules of Perl have its version in their names. */
  @Test
  void anotherVersionOfPerlIsNoChangeOfItsModules() throws Exception {
    Path newer = folder.resolve("newer");
    copy(Fixtures.nixpkgs(), newer);
    Path sources = find(newer, "sources.nix");
    Files.writeString(sources, Files.readString(sources).replace("5.40.1", "5.42.0"));
    Map<String, String> diff =
        diff(
            manifest("plain", Fixtures.nixpkgs().toString(), "").toString(),
            manifest("newer", newer.toString(), "").toString());
    assertRebuilds(outputs(Fixtures.nixpkgs()), outputs(newer), diff);
    assertEquals(Set.of("perl-5.42.0.drv", "perl-5.42.0.tar.xz.drv"), causes(diff));
    assertTrue(
        diff.keySet().stream().anyMatch(path -> path.contains("-perl5.42.0-URI-")), diff::toString);
  }

  /** The same instance, of which another attribute is wanted. */
  @Test
  void whatAnImageTakesBesidesIsNew() throws Exception {
    Path small = manifest("small", Fixtures.nixpkgs().toString(), "attrs = [\"zlib\"]");
    Path large = manifest("large", Fixtures.nixpkgs().toString(), "attrs = [\"git\"]");
    Map<String, String> diff = diff(small.toString(), large.toString());
    assertTrue(diff.size() > 10, "git needs more than zlib");
    assertEquals(Set.of("new"), Set.copyOf(diff.values()));
    assertEquals(Map.of(), diff(large.toString(), small.toString()));
  }

  /** The overlay changes zlib, which is no attribute of the image; then git and zlib both are. */
  @Test
  void lintTellsWhatAnOverlayCostsAndWhatASecondInstanceWouldSave() throws Exception {
    Path manifest = overlaid("deep");
    String diff =
        build
            .command(
                "diff",
                manifest("plain", Fixtures.nixpkgs().toString(), "").toString(),
                manifest.toString())
            .said();
    String rebuilt = diff.substring(0, diff.indexOf(" have to be built anew"));
    String lint = build.command("lint", manifest.toString()).said();
    assertTrue(
        lint.startsWith("note: the overlays of desk have " + rebuilt + " built anew, "), lint);
    assertTrue(lint.contains("\n  zlib-1.3.1 changed by itself (postPatch): "), lint);

    // All of what git needs is built, with the overlays or without; zlib is then built twice.
    Files.writeString(
        manifest, Files.readString(manifest).replace("[\"git\"]", "[\"git\", \"zlib\"]"));
    String bare = build.command("lint", manifest.toString(), "--fix").said();
    assertTrue(bare.contains("note: the overlays of desk have "), bare);
    assertTrue(bare.contains("a second instance for only zlib saves nothing here. "), bare);
    assertTrue(bare.contains("--fix: nothing is written, "), bare);
    Files.writeString(
        manifest, Files.readString(manifest) + "[[substituter]]\ninstance = \"desk\"\n");
    String two = build.command("lint", manifest.toString()).said();
    assertTrue(
        two.contains("Maybe take only zlib from an instance with them, and the rest from one"),
        two);
    assertTrue(two.contains(" 1 instead of "), two);
    String loss = "git is then without the change of zlib-1.3.1";
    assertTrue(two.contains(" are built anew, but " + loss + ". lint --fix"), two);

    Path fixed = folder.resolve("fixed.toml");
    BuildFolder.Run fix =
        build.command("lint", "--fix-into", fixed.toString(), manifest.toString());
    assertEquals(0, fix.await(), fix.said());
    assertTrue(fix.said().contains("--fix: of desk, " + loss + "\n"), fix.said());
    assertTrue(Files.readString(fixed).contains("\n# " + loss + ".\n"), fix.said());
    Path both = manifest("both", Fixtures.nixpkgs().toString(), "");
    Files.writeString(both, Files.readString(both).replace("[\"git\"]", "[\"git\", \"zlib\"]"));
    Map<String, String> rest = diff(both.toString(), fixed.toString());
    assertEquals(Set.of("zlib-1.3.1.drv"), causes(rest));
    assertEquals(1, rest.size(), "as it was promised");
    assertEquals(1, builds(fixed), "what is planned is what was promised");
    assertTrue(builds(manifest) > 1);
    String after = build.command("lint", fixed.toString()).said();
    assertTrue(after.contains(" 1 of "), after);
    assertFalse(after.contains("warning"), after);
  }

  /** Substitutes of the desk's packages are lost, and the image needs none of these. */
  @Test
  void lintPromisesNoMoreThanItsFixKeeps() throws Exception {
    Path manifest =
        Files.writeString(
            folder.resolve("crossplan.toml"),
            """
            image = ["git", "zlib"]
            native-tools = "none"
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "emulated"
            localSystem = "riscv64-linux"
            nixpkgs = "%1$s"
            [[instance]]
            name = "native"
            localSystem = "x86_64-linux"
            nixpkgs = "%1$s"
            overlays = ["%2$s"]
            [[substituter]]
            instance = "native"
            [[builder]]
            name = "desk"
            systems = ["x86_64-linux"]
            emulates = ["riscv64-linux"]
            """
                .formatted(Fixtures.nixpkgs(), overlay("deep")));
    String text = Files.readString(manifest);
    String lint = build.command("lint", manifest.toString(), "--fix").said();
    assertTrue(
        lint.replaceAll("\\s+", " ")
            .contains("a second instance for only zlib saves the image nothing: it takes "),
        lint);
    assertFalse(lint.contains("lint --fix writes that"), lint);
    assertTrue(lint.contains("--fix: nothing is written, since no second instance would"), lint);
    assertEquals(text, Files.readString(manifest));
  }

  private int builds(Path manifest) throws Exception {
    BuildFolder.Run plan = build.command("plan", manifest.toString());
    assertEquals(0, plan.await(), plan.said());
    Matcher builds = Pattern.compile("(?m)^(\\d+) builds ").matcher(plan.said());
    assertTrue(builds.find(), plan.said());
    return Integer.parseInt(builds.group(1));
  }

  @Test
  void whatACommitRebuildsIsWhatNixWouldBuild() throws Exception {
    Path repository = folder.resolve("repository");
    copy(Fixtures.nixpkgs(), repository);
    git(repository, "init", "--quiet");
    String first = commit(repository);
    Path recipe = find(repository, "zlib.nix");
    Files.writeString(
        recipe,
        Files.readString(recipe)
            .replaceFirst("(?s)(mkDerivation .*?\\{)", "$1 postPatch = \"echo later\";"));
    String second = commit(repository);
    Path manifest = manifest("pinned", repository.toString(), "rev = \"" + first + "\"");
    Map<String, String> diff = diff(manifest.toString(), "--rev", second);
    assertEquals(diff, diff(manifest.toString(), "--rev", "HEAD"));
    Set<String> after = outputs(repository);
    git(repository, "checkout", "--quiet", first);
    assertRebuilds(outputs(repository), after, diff);
    assertEquals(Set.of("zlib-1.3.1.drv"), causes(diff));
  }

  /** In one repository with the package set; another overlay is in none. */
  @Test
  void anOverlayOfTheRepositoryIsThatOfTheCommit() throws Exception {
    Path repository = folder.resolve("repository");
    copy(Fixtures.nixpkgs(), repository);
    Path own = Files.copy(overlay("shallow"), repository.resolve("own.nix"));
    Path beside = Files.writeString(folder.resolve("beside.nix"), "final: prev: { }");
    git(repository, "init", "--quiet");
    String first = commit(repository);
    Path manifest =
        manifest(
            "pinned", repository.toString(), "overlays = [\"" + own + "\", \"" + beside + "\"]");
    Files.copy(overlay("deep"), own, StandardCopyOption.REPLACE_EXISTING);
    BuildFolder.Run run = build.command("diff", manifest.toString(), "--rev", first);
    assertEquals(0, run.await(), run.said());
    assertTrue(
        run.said().contains("after, the overlay " + own + " is taken from " + first + "\n"),
        run.said());
    assertTrue(
        run.said()
            .contains(
                "after, the overlay "
                    + beside
                    + " is taken as it is now, since "
                    + first
                    + " has no such file\n"),
        run.said());
    Map<String, String> diff = diff(manifest.toString(), "--rev", first);
    assertRebuilds(overlaidOutputs("deep"), overlaidOutputs("shallow"), diff);
    assertFalse(diff.isEmpty());
  }

  /** The caches have what the package set itself gives, not what an overlay makes of it. */
  @Test
  void whatAnOverlayChangesIsNoLongerInTheSubstituters() throws Exception {
    Path manifest =
        manifest(
            "cached",
            Fixtures.nixpkgs().toString(),
            "overlays = [\"" + overlay("deep") + "\"]\n[[substituter]]\ninstance = \"desk\"");
    Map<String, String> diff =
        diff(manifest("plain", Fixtures.nixpkgs().toString(), "").toString(), manifest.toString());
    String lint = build.command("lint", manifest.toString()).said();
    assertTrue(lint.contains("; " + diff.size() + " could be substituted without them"), lint);
    BuildFolder.Run plan = build.command("plan", manifest.toString());
    assertEquals(0, plan.await(), plan.said());
    assertTrue(plan.said().contains("\n" + diff.size() + " builds "), plan.said());
  }

  /**
   * An attribute that does not evaluate counts nothing, nor do packages called as it is made of.
   */
  @Test
  void whatDoesNotEvaluateIsInNoCount() throws Exception {
    String cross =
        """
        image = ["zlib", "systemd"]
        target = { system = "riscv64-linux" }
        [[instance]]
        name = "emulated"
        localSystem = "riscv64-linux"
        nixpkgs = "%1$s"
        [[instance]]
        name = "cross"
        localSystem = "x86_64-linux"
        crossSystem = { config = "riscv64-unknown-linux-gnu" }
        nixpkgs = "%1$s"
        """
            .formatted(Fixtures.nixpkgs());
    Path plain = Files.writeString(folder.resolve("plain.toml"), cross);
    Path deep =
        Files.writeString(
            folder.resolve("deep.toml"), cross + "overlays = [\"" + overlay("deep") + "\"]\n");
    BuildFolder.Run run = build.command("diff", plain.toString(), deep.toString());
    assertEquals(0, run.await(), run.said());
    assertTrue(run.said().contains("after, cross: systemd does not count: "), run.said());
    String zlib = build.command("diff", only("zlib", plain), only("zlib", deep)).said();
    String counts = zlib.substring(0, zlib.indexOf(" of ")) + " of ";
    assertTrue(run.said().contains("\n" + counts), run.said() + zlib);
    String lint = build.command("lint", deep.toString()).said();
    assertTrue(lint.contains("the overlays of cross have " + counts), lint);
  }

  /** A manifest with another image. */
  private static String only(String attribute, Path manifest) throws IOException {
    Path file = manifest.resolveSibling(attribute + "-" + manifest.getFileName());
    return Files.writeString(
            file,
            Files.readString(manifest)
                .replaceFirst("image = .*", "image = [\"" + attribute + "\"]"))
        .toString();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    if (Files.exists(to.resolve(".git"))) {
      MoreFiles.deleteRecursively(to.resolve(".git"), RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private static Path find(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private String commit(Path repository) throws Exception {
    git(repository, "add", "--all");
    git(
        repository,
        "-c",
        "user.name=test",
        "-c",
        "user.email=test@example.org",
        "commit",
        "--quiet",
        "-m",
        "x");
    return git(repository, "rev-parse", "HEAD");
  }

  private String git(Path repository, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("git", "-C", repository.toString()));
    words.addAll(List.of(arguments));
    return build.nix().run(words.toArray(String[]::new));
  }
}
