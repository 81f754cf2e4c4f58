package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.Manifest.NativeTools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Manifest.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
  /** Six lines; what a test adds starts at line 7. */
  private static final String LEAST =
      """
      image  = ["git"]
      target = { system = "riscv64-linux" }
      [[instance]]
      name = "emulated"
      localSystem = "riscv64-linux"
      derivations = "e.json"
      """;

  private final Path folder;

  ManifestReaderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  // Every key

  @Test
  void theLeastThatIsNeeded() throws IOException {
    Manifest manifest = read(LEAST);
    assertEquals(folder.getFileName().toString(), manifest.name());
    assertEquals(List.of("git"), manifest.image());
    assertEquals(new Manifest.Target("riscv64-linux", Optional.empty()), manifest.target());
    assertEquals(Manifest.CostSettings.DEFAULT, manifest.costs());
    assertEquals(List.of(), manifest.builders());
    assertEquals(List.of(), manifest.constraints());
    assertEquals(List.of(), manifest.substituters());
    Instance only = manifest.instances().get(0);
    assertEquals("emulated", only.name());
    assertEquals(Platform.of("riscv64-linux"), only.local());
    assertEquals(Optional.empty(), only.cross());
    assertEquals(new Instance.Exported(folder.resolve("e.json"), Optional.empty()), only.source());
  }

  @Test
  void everyKeyOfAnExportedInstance() throws IOException {
    Instance instance =
        read("""
                name   = "x"
                image  = ["git", "vim", "git"]
                target = { system = "riscv64-linux", march = "rv64gc" }
                [[instance]]
                name = "cross"
                localSystem = { system = "x86_64-linux", gcc = { arch = "x86-64-v3" } }
                crossSystem = { config = "riscv64-unknown-linux-gnu", gcc = { arch = "rv64gc", abi = "lp64d", tune = "thead-c906" } }
                derivations = "../elsewhere/c.json.gz"
                jobs = "/tmp/c.jobs.jsonl"
                """)
            .instances()
            .get(0);
    assertEquals(
        new Platform(
            "x86_64-linux",
            Optional.empty(),
            Optional.of("x86-64-v3"),
            Optional.empty(),
            Optional.empty()),
        instance.local());
    assertEquals(
        Optional.of(
            new Platform(
                "riscv64-linux",
                Optional.of("riscv64-unknown-linux-gnu"),
                Optional.of("rv64gc"),
                Optional.of("lp64d"),
                Optional.of("thead-c906"))),
        instance.cross());
    assertEquals(
        new Instance.Exported(
            folder.resolveSibling("elsewhere").resolve("c.json.gz"),
            Optional.of(Path.of("/tmp/c.jobs.jsonl"))),
        instance.source());
  }

  /** In nixpkgs a string is {@code { system = …; }}, which may be a triple. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'riscv64-unknown-linux-gnu'",
        "'riscv64-linux-gnu'",
        "{ system = 'riscv64-unknown-linux-gnu' }",
        "{ config = 'riscv64-unknown-linux-gnu' }",
        "{ system = 'riscv64-linux', config = 'riscv64-unknown-linux-gnu' }",
      })
  void aTripleIsAPlatformHoweverItIsWritten(String written) throws IOException {
    Platform triple =
        new Platform(
            "riscv64-linux",
            Optional.of("riscv64-unknown-linux-gnu"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    String text = LEAST + "crossSystem = " + written.replace('\'', '"') + "\n";
    assertEquals(Optional.of(triple), read(text).instances().get(0).cross());
    text = LEAST.replace("localSystem = \"riscv64-linux\"", "localSystem = " + written);
    assertEquals(triple, read(text.replace('\'', '"')).instances().get(0).local());
  }

  @Test
  void aPlatformThatNobodyKnowsYetIsTakenAndTold() throws IOException {
    Manifest manifest = read(LEAST + "crossSystem = \"riscv128-thead-linux-gnu\"\n");
    assertEquals("riscv128-linux", manifest.instances().get(0).host().system());
    assertEquals(
        List.of("emulated: crossSystem has a CPU that crossplan does not know: riscv128"),
        manifest.warnings());
    assertEquals(List.of(), read(LEAST).warnings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crossSystem = 'riscv64-unknown-linux-gnux' | 7: [[instance]]: \"riscv64-unknown-linux-gnux\": there is no ABI \"gnux\" | riscv64-unknown-linux-gnu",
        "crossSystem = { config = 'riscv64-unknown-linux-gnux' } | 7: [[instance]] crossSystem: \"riscv64-unknown-linux-gnux\": there is no ABI \"gnux\" | riscv64-unknown-linux-gnu",
        "crossSystem = 'x86_64-lnux' | 7: [[instance]]: \"x86_64-lnux\": there is no kernel \"lnux\" | x86_64-linux",
        "crossSystem = { system = 'x86-64-linux' } | 7: [[instance]] crossSystem: \"x86-64-linux\": there is no CPU \"x86-64\" | x86_64-linux",
      })
  void aMistypedPlatformIsToldWithTheOneMeant(String line, String told, String meant) {
    InputException complaint = complaint(LEAST + line.replace('\'', '"') + "\n");
    assertEquals("crossplan.toml:" + told, shortened(complaint));
    assertEquals(Optional.of("Maybe " + meant + " is meant."), complaint.remedy());
  }

  @Test
  void theImageNamesAnAttributeOnce() throws IOException {
    assertEquals(List.of("git"), read(LEAST.replace("[\"git\"]", "[\"git\", \"git\"]")).image());
  }

  @Test
  void everyKeyOfAnInstanceToEvaluate() throws IOException {
    Manifest manifest =
        read(
            LEAST
                + """
                [[instance]]
                name = "unstable"
                nixpkgs = "./nixpkgs"
                rev = "abc"
                overlays = ["./overlay.nix"]
                localSystem = "x86_64-linux"
                attrs = ["git"]
                [[instance]]
                name = "flake"
                nixpkgs = "github:NixOS/nixpkgs"
                localSystem = "x86_64-linux"
                """);
    assertEquals(
        new Instance.Nixpkgs(
            folder.resolve("nixpkgs").toString(),
            Optional.of("abc"),
            com.google.common.collect.ImmutableList.of(folder.resolve("overlay.nix")),
            com.google.common.collect.ImmutableList.of("git")),
        manifest.instances().get(1).source());
    assertEquals(
        "github:NixOS/nixpkgs",
        ((Instance.Nixpkgs) manifest.instances().get(2).source()).nixpkgs());
  }

  @Test
  void everyKeyOfABuilder() throws IOException {
    Builder desk =
        read(LEAST
                + """
                    [[builder]]
                    name = "desk"; uri = "ssh-ng://root@desk"
                    systems = ["x86_64-linux"]; emulates = ["riscv64-linux"]
                    features = ["big-parallel"]; mandatoryFeatures = ["kvm"]
                    slots = 2; speed = 0.5; hourly = 0.12; watts = 65
                    sshKey = "keys/desk"; publicHostKey = "QUFBQQ=="; link = "2.5 Gbit/s"
                    cores = 16; memory = "16 GiB"
                    """
                    .replace("; ", "\n"))
            .builders()
            .get(0);
    assertEquals("desk", desk.name());
    assertEquals(Optional.of("ssh-ng://root@desk"), desk.uri());
    assertEquals(Set.of("x86_64-linux"), desk.systems());
    assertEquals(Set.of("riscv64-linux"), desk.emulates());
    assertEquals(Set.of("big-parallel", "kvm"), desk.features());
    assertEquals(Set.of("kvm"), desk.mandatoryFeatures());
    assertEquals(2, desk.slots());
    assertEquals(0.5, desk.speed());
    assertEquals(0.12, desk.hourly());
    assertEquals(65, desk.watts());
    assertEquals(Optional.of(folder.resolve("keys/desk").toString()), desk.connection().key());
    assertEquals(Optional.of("QUFBQQ=="), desk.connection().hostKey());
    assertEquals(OptionalLong.of(2_500_000_000L), desk.connection().link());
    assertEquals(OptionalInt.of(16), desk.capacity().cores());
    assertEquals(OptionalLong.of(16L << 30), desk.capacity().memory());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "memory = 'lots' | memory must be an amount such as \"16 GiB\", or a whole number of MiB, not \"lots\"",
        "memory = '16' | memory must be an amount such as \"16 GiB\", or a whole number of MiB, not \"16\"",
        "memory = 0 | memory must be a whole number from 1 to 1000000, not 0",
        "memory = 1.5 | memory must be an amount such as \"16 GiB\", or a whole number of MiB, not 1.5",
        "link = 100 | link must be a rate such as \"100 Mbit/s\", not 100",
        "link = '100 MiB' | link must be a rate such as \"100 Mbit/s\", not \"100 MiB\"",
        "cores = 0 | cores must be a whole number from 1 to 1000000, not 0",
        "publicHostKey = 'ssh-ed25519 AAAA' | publicHostKey is no base64",
      })
  void whatABuilderCannotHave(String line, String told) {
    assertEquals(
        "crossplan.toml:10: [[builder]]: " + told,
        shortened(
            complaint(
                LEAST
                    + "[[builder]]\nname = \"desk\"\nsystems = [\"x86_64-linux\"]\n"
                    + line
                    + "\n")));
  }

  @Test
  void theMemoryOfEvaluationsIsWrittenAsThatOfBuilders() throws IOException {
    String line = "evaluation = { memory = ";
    assertEquals(Optional.of(4L << 30), read(line + "\"4 GiB\" }\n" + LEAST).evaluation().memory());
    assertEquals(Optional.of(4L << 30), read(line + "4096 }\n" + LEAST).evaluation().memory());
    for (String wrong : List.of("\"lots\"", "1.5")) {
      assertTrue(
          shortened(complaint(line + wrong + " }\n" + LEAST))
              .contains(
                  "memory must be an amount such as \"16 GiB\", or a whole number of MiB, not "
                      + wrong),
          wrong);
    }
  }

  @Test
  void aNumberOfMemoryIsInMebibytesAsThatOfEvaluations() throws IOException {
    Builder desk =
        read(LEAST + "[[builder]]\nname = \"desk\"\nsystems = [\"a-b\"]\nmemory = 2048\n")
            .builders()
            .get(0);
    assertEquals(OptionalLong.of(2L << 30), desk.capacity().memory());
  }

  @Test
  void whatIsEmulatedDoesNotRunByItself() throws IOException {
    Files.writeString(folder.resolve("machines"), "ssh://atlas x86_64-linux,riscv64-linux\n");
    Builder atlas =
        read("builders = \"machines\"\n"
                + LEAST
                + "[[builder]]\nname = \"atlas\"\nemulates = [\"riscv64-linux\"]\n")
            .builders()
            .get(0);
    assertEquals(Set.of("x86_64-linux"), atlas.systems());
    assertEquals(Set.of("riscv64-linux"), atlas.emulates());
    assertEquals(
        "crossplan.toml:10: [[builder]]: builder \"desk\" both runs riscv64-linux by itself and"
            + " emulates it",
        shortened(
            complaint(
                LEAST
                    + """
                      [[builder]]
                      name = "desk"
                      systems = ["x86_64-linux", "riscv64-linux"]
                      emulates = ["riscv64-linux"]
                      """)));
  }

  /** {@code builders} is a file, or what nix.conf has. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "machines | atlas, visage",
        "@machines | atlas, visage",
        "@machines; ssh://third | atlas, visage, third",
        "ssh://third | third",
        "third x86_64-linux; fourth | third, fourth",
        "@missing | ''",
        "'' | ''",
      })
  void buildersAreAFileOrWhatNixTakes(String text, String names) throws IOException {
    Files.writeString(folder.resolve("machines"), "ssh://atlas\nssh://visage\n");
    Manifest manifest = read("builders = \"" + text + "\"\n" + LEAST);
    assertEquals(
        names, String.join(", ", manifest.builders().stream().map(Builder::name).toList()));
    assertTrue(manifest.machines().isSaid());
  }

  @Test
  void whereABuilderIsWritten() throws IOException {
    Files.writeString(folder.resolve("machines"), "ssh://atlas\nssh://visage\n");
    Manifest manifest =
        read(
            "builders = \"machines\"\n"
                + LEAST
                + "[[builder]]\nname = \"visage\"\nhourly = 1\n"
                + "[[builder]]\nname = \"desk\"\nsystems = [\"x86_64-linux\"]\n");
    assertEquals(
        Map.of(
            "atlas", "machines:1",
            "visage", "machines:2, crossplan.toml:9",
            "desk", "crossplan.toml:12"),
        Maps.transformValues(
            manifest.machines().origins(), origin -> origin.replace(folder + "/", "")));
  }

  /** As --builders does. */
  @Test
  void ofOtherBuildersHoldsWhatAMachinesFileCannotSay() throws IOException {
    Manifest manifest =
        read(
            LEAST
                + """
                  [[builder]]
                  name = "desk"
                  systems = ["x86_64-linux"]
                  emulates = ["riscv64-linux"]
                  slots = 2
                  hourly = 0.12
                  memory = "16 GiB"
                  [[builder]]
                  name = "board"
                  systems = ["riscv64-linux"]
                  """);
    Manifest changed =
        manifest.with(
            MachinesFile.parse("desk x86_64-linux,riscv64-linux - 8; other", "it", folder));
    assertEquals(List.of("desk", "other"), changed.builders().stream().map(Builder::name).toList());
    Builder desk = changed.builders().get(0);
    assertEquals(8, desk.slots());
    assertEquals(Set.of("x86_64-linux"), desk.systems());
    assertEquals(Set.of("riscv64-linux"), desk.emulates());
    assertEquals(0.12, desk.hourly());
    assertEquals(OptionalLong.of(16L << 30), desk.capacity().memory());
  }

  @Test
  void whatIsLeftOutIsToldWithThePlan() throws IOException {
    assertEquals(
        List.of("crossplan.toml:1: builders, entry 2: atlas takes no jobs, so it never builds"),
        read("builders = \"board; atlas - - 0\"\n" + LEAST).warnings().stream()
            .map(warning -> warning.replace(folder + "/", ""))
            .toList());
  }

  @Test
  void aMachinesFileIsAddedToByName() throws IOException {
    Files.writeString(
        folder.resolve("machines"), "ssh://atlas x86_64-linux - 4 2\nssh://visage riscv64-linux\n");
    List<Builder> builders =
        read("builders = \"machines\"\n"
                + LEAST
                + "[[builder]]\nname = \"atlas\"\nemulates = [\"riscv64-linux\"]\n")
            .builders();
    assertEquals(List.of("atlas", "visage"), builders.stream().map(Builder::name).toList());
    Builder atlas = builders.get(0);
    assertEquals(Optional.of("ssh://atlas"), atlas.uri());
    assertEquals(Set.of("x86_64-linux"), atlas.systems());
    assertEquals(Set.of("riscv64-linux"), atlas.emulates());
    assertEquals(4, atlas.slots());
    assertEquals(2.0, atlas.speed());
  }

  @Test
  void everyKeyOfAConstraint() throws IOException {
    Manifest manifest =
        read(
            LEAST
                + """
                    [[constraint]]
                    package = "python3"
                    cross = "broken"
                    emulated = "required"
                    native = "broken"
                    as-tool = "native"
                    memory = "4 GiB"
                    reason = "no idea"
                    """);
    Manifest.Constraint constraint = manifest.constraints().get(0);
    assertEquals(OptionalLong.of(4L << 30), constraint.memory());
    assertEquals("python3", constraint.packageName());
    assertEquals(
        Map.of(
            Strategy.NATIVE, Verdict.BROKEN,
            Strategy.EMULATED, Verdict.REQUIRED,
            Strategy.CROSS, Verdict.BROKEN),
        constraint.verdicts());
    assertEquals(Optional.of(Strategy.NATIVE), constraint.asTool());
    assertEquals(Optional.of("no idea"), constraint.reason());
    assertEquals(List.of(), manifest.warnings());
  }

  @Test
  void whichToolsRunNatively() throws IOException {
    assertEquals(NativeTools.SAFE, read(LEAST).nativeTools());
    assertEquals(NativeTools.ALL, read("native-tools = \"all\"\n" + LEAST).nativeTools());
  }

  @Test
  void everyKeyOfCosts() throws IOException {
    Files.writeString(folder.resolve("costs.csv"), "package,seconds\nzlib,5\n");
    Files.writeString(folder.resolve("sizes.csv"), "package,bytes\nxz,700\n");
    Manifest.CostSettings costs =
        read(LEAST
                + """
                    [costs]
                    file = "costs.csv"
                    sizes = "sizes.csv"
                    default = 31
                    trivial = 0
                    fetch = 2.5
                    substitute = 3
                    emulation = 14.5
                    cross = 1.1
                    """)
            .costs();
    assertEquals(
        new Manifest.CostSettings(
            ImmutableMap.of("zlib", 5.0),
            ImmutableMap.of("xz", 700L),
            31,
            0,
            2.5,
            3,
            14.5,
            1.1,
            true,
            ImmutableSet.of(Strategy.EMULATED, Strategy.CROSS)),
        costs);
  }

  /** Factors leave it to others to know how long builds take natively. */
  @ParameterizedTest
  @CsvSource({
    "default = 30, true",
    "trivial = 2, true",
    "emulation = 8, false",
    "cross = 1.2, false",
    "fetch = 3, false"
  })
  void costsSayHowLongBuildsTakeOrNot(String line, boolean isGiven) throws IOException {
    assertEquals(isGiven, read(LEAST + "[costs]\n" + line + "\n").costs().isGiven());
  }

  @Test
  void everyKindOfSubstituter() throws IOException {
    Files.writeString(folder.resolve("cached-paths.txt"), "");
    assertEquals(
        List.of(
            new Manifest.InstanceSubstituter("emulated"),
            new Manifest.CacheSubstituter("https://cache.nixos.org"),
            new Manifest.ListSubstituter(folder.resolve("cached-paths.txt"))),
        read(LEAST
                + """
                    [[substituter]]
                    instance = "emulated"
                    [[substituter]]
                    url = "https://cache.nixos.org"
                    [[substituter]]
                    file = "cached-paths.txt"
                    """)
            .substituters());
  }

  // Every complaint has file and line

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "imge = ['a'] | crossplan.toml:1: unknown key \"imge\" in the manifest | Maybe image is meant.",
        "[[builder]]; name = 'd'; sistems = [] | crossplan.toml:9: unknown key \"sistems\" in [[builder]] | Maybe systems is meant.",
        "[[builder]]; name = 'd'; Systems = [] | crossplan.toml:9: unknown key \"Systems\" in [[builder]] | Maybe systems is meant.",
        "[costs]; emulatoin = 3 | crossplan.toml:8: unknown key \"emulatoin\" in [costs] | Maybe emulation is meant.",
        "[[constraint]]; package = 'a'; astool = 'native' | crossplan.toml:9: unknown key \"astool\" in [[constraint]] | Maybe as-tool is meant.",
        "[[substituter]]; quite-another = 'a' | crossplan.toml:8: unknown key \"quite-another\" in [[substituter]] | Maybe one of these is meant: instance, url, file.",
        "[[instance]]; name = 'b'; crosSystem = 'c' | crossplan.toml:9: unknown key \"crosSystem\" in [[instance]] | Maybe crossSystem is meant.",
      })
  void anUnknownKeyIsToldWithTheOneProbablyMeant(String lines, String told, String remedy) {
    boolean first = lines.startsWith("imge");
    String text = lines.replace("; ", "\n").replace('\'', '"') + "\n";
    InputException complaint = complaint(first ? text + LEAST : LEAST + text);
    assertEquals(told, shortened(complaint));
    assertEquals(Optional.of(remedy), complaint.remedy());
  }

  @Test
  void anUnknownKeyOfAPlatform() {
    InputException complaint =
        complaint(LEAST.replace("\"riscv64-linux\"\nderi", "{ sytem = \"riscv64-linux\" }\nderi"));
    assertEquals(
        "crossplan.toml:5: unknown key \"sytem\" in [[instance]] localSystem",
        shortened(complaint));
    assertEquals(Optional.of("Maybe system is meant."), complaint.remedy());
  }

  /** That none is meant would be something else. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "None | Maybe \"none\" is meant.",
        "saef | Maybe \"safe\" is meant.",
        "some | Maybe one of these is meant: none, safe, all.",
      })
  void anUnknownWordIsToldWithTheOneProbablyMeant(String word, String remedy) {
    InputException complaint = complaint("native-tools = \"" + word + "\"\n" + LEAST);
    assertEquals(
        "crossplan.toml:1: the manifest: native-tools must be \"none\" or \"safe\" or \"all\", not \""
            + word
            + '"',
        shortened(complaint));
    assertEquals(Optional.of(remedy), complaint.remedy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[builder]]; systems = [] | crossplan.toml:8: [[builder]] has no name",
        "[[builder]]; name = 'd' | crossplan.toml:8: [[builder]]: builder \"d\" has neither systems nor emulates",
        "[[builder]]; name = 3 | crossplan.toml:8: [[builder]]: name must be a string, not 3",
        "[[builder]]; name = 'd'; systems = 'a' | crossplan.toml:9: [[builder]]: systems must be a list of strings, not \"a\"",
        "[[builder]]; name = 'd'; systems = [1] | crossplan.toml:9: [[builder]]: systems must be a list of strings, not 1",
        "[[builder]]; name = 'd'; systems = ['a']; slots = 0 | crossplan.toml:10: [[builder]]: slots must be a whole number from 1 to 1000000, not 0",
        "[[builder]]; name = 'd'; systems = ['a']; slots = 1.5 | crossplan.toml:10: [[builder]]: slots must be a whole number, not 1.5",
        "[[builder]]; name = 'd'; systems = ['a']; speed = 0 | crossplan.toml:10: [[builder]]: speed must be a number from 0.000001 to 1000000, not 0",
        "[[builder]]; name = 'd'; systems = ['a']; speed = 1e12 | crossplan.toml:10: [[builder]]: speed must be a number from 0.000001 to 1000000, not 1.0E12",
        "[[builder]]; name = 'd'; systems = ['a']; speed = -1 | crossplan.toml:10: [[builder]]: speed must be a number from 0.000001 to 1000000, not -1",
        "[[builder]]; name = 'd'; systems = ['a']; speed = nan | crossplan.toml:10: [[builder]]: speed must be a number from 0.000001 to 1000000, not NaN",
        "[[builder]]; name = 'd'; systems = ['a']; speed = 1e-300 | crossplan.toml:10: [[builder]]: speed must be a number from 0.000001 to 1000000, not 1.0E-300",
        "[[builder]]; name = 'd'; systems = ['a']; speed = 1e300 | crossplan.toml:10: [[builder]]: speed must be a number from 0.000001 to 1000000, not 1.0E300",
        "[[builder]]; name = 'd'; systems = ['a']; speed = 'fast' | crossplan.toml:10: [[builder]]: speed must be a number, not \"fast\"",
        "[[builder]]; name = 'd'; systems = ['a']; watts = -1 | crossplan.toml:10: [[builder]]: watts must be a number from 0 to 1000000000000, not -1",
        "[[builder]]; name = 'd'; systems = ['a']; [[builder]]; name = 'd' | crossplan.toml:11: [[builder]]: a second builder is called \"d\"",
        "[[builder]]; name = 'd'; systems = ['riscv64-lnux'] | crossplan.toml:9: [[builder]]: \"riscv64-lnux\": there is no kernel \"lnux\"",
        "[[builder]]; name = 'd'; emulates = ['risc64-linux'] | crossplan.toml:9: [[builder]]: \"risc64-linux\": there is no CPU \"risc64\"",
        "[builder]; name = 'd' | crossplan.toml:7: the manifest: builder must be a list of tables, [[builder]], not a table",
        "[[instance]]; name = 'emulated'; localSystem = 'riscv64-linux'; derivations = 'a' | crossplan.toml:8: [[instance]]: a second instance is called \"emulated\"",
        "[[instance]]; localSystem = 'riscv64-linux' | crossplan.toml:8: [[instance]] has no name",
        "[[instance]]; name = 'b'; derivations = 'a' | crossplan.toml:8: [[instance]]: instance \"b\" has no localSystem",
        "[[instance]]; name = 'b'; localSystem = 'riscv64' | crossplan.toml:9: [[instance]]: \"riscv64\" is no system",
        "[[instance]]; name = 'b'; localSystem = 'riscv64-linux' | crossplan.toml:8: [[instance]]: instance \"b\" needs either derivations or nixpkgs",
        "[[instance]]; name = 'b'; localSystem = 'riscv64-linux'; derivations = 'a'; nixpkgs = 'b' | crossplan.toml:11: [[instance]]: instance \"b\" needs either derivations or nixpkgs",
        "[[instance]]; name = 'b'; localSystem = 'riscv64-linux'; derivations = 'a'; rev = 'b' | crossplan.toml:11: [[instance]]: rev goes with nixpkgs, not with derivations",
        "[[instance]]; name = 'b'; localSystem = 'riscv64-linux'; nixpkgs = 'a'; jobs = 'b' | crossplan.toml:11: [[instance]]: jobs goes with derivations, not with nixpkgs",
        "[[instance]]; name = 'b'; localSystem = 'riscv64-linux'; crossSystem = { config = 'riscv64' } | crossplan.toml:10: [[instance]] crossSystem: \"riscv64\" is no triple",
        "[[instance]]; name = 'b'; localSystem = 'riscv64-linux'; crossSystem = { gcc = { arch = 'rv64gc' } } | crossplan.toml:10: [[instance]] crossSystem: needs system or config",
        "[[instance]]; name = 'b'; localSystem = 'riscv64-linux'; nixpkgs = \"<a\\u0000>\" | crossplan.toml:10: [[instance]]: a NUL character is in nixpkgs",
        "[[instance]]; name = 'b'; localSystem = 3 | crossplan.toml:9: [[instance]]: localSystem must be a string or a table, not 3",
        "[[constraint]]; cross = 'broken' | crossplan.toml:8: [[constraint]] has no package",
        "[[constraint]]; package = 'a'; cross = 'bad' | crossplan.toml:9: [[constraint]]: cross must be \"broken\" or \"required\", not \"bad\"",
        "[[constraint]]; package = 'a'; as-tool = 'cross' | crossplan.toml:9: [[constraint]]: as-tool must be \"native\" or \"emulated\", not \"cross\"",
        "[[constraint]]; package = 'a'; as-tool = 'native'; [[constraint]]; package = 'a'; as-tool = 'emulated' | crossplan.toml:12: [[constraint]]: a has another as-tool at crossplan.toml:9",
        "[[instance]]; name = ''; localSystem = 'riscv64-linux'; derivations = 'a' | crossplan.toml:8: [[instance]]: name is empty",
        "[[instance]]; name = \"a\\nb\"; localSystem = 'riscv64-linux' | crossplan.toml:8: [[instance]]: name has several lines",
        "[[builder]]; name = ' ' | crossplan.toml:8: [[builder]]: name is empty",
        "[[constraint]]; package = 'a' | crossplan.toml:8: [[constraint]]: nothing is said of a",
        "[[constraint]]; package = 'a'; reason = 'b' | crossplan.toml:8: [[constraint]]: nothing is said of a",
        "[[constraint]]; package = 'a'; cross = 'required'; native = 'required' | crossplan.toml:9: [[constraint]]: both native and cross are required of a",
        "[[constraint]]; package = 'a'; cross = 'required'; [[constraint]]; package = 'a'; native = 'required' | crossplan.toml:12: [[constraint]]: both cross and native are required of a",
        "[costs]; default = -1 | crossplan.toml:8: [costs]: default must be a number from 0 to 1000000000000, not -1",
        "[costs]; default = 1e308 | crossplan.toml:8: [costs]: default must be a number from 0 to 1000000000000, not 1.0E308",
        "[costs]; emulation = 0 | crossplan.toml:8: [costs]: emulation must be a number from 0.000001 to 1000000, not 0",
        "[costs]; default = inf | crossplan.toml:8: [costs]: default must be a number from 0 to 1000000000000, not Infinity",
        "[[substituter]]; instance = 'emulate' | crossplan.toml:8: [[substituter]]: there is no instance \"emulate\"",
        "[[substituter]]; url = 'a'; file = 'b' | crossplan.toml:8: [[substituter]]: needs exactly one of instance, url and file",
        "[[substituter]]; file = 'none.txt' | crossplan.toml:8: [[substituter]]: there is no file FOLDER/none.txt",
      })
  void whatIsWrongIsToldWithItsLine(String lines, String told) {
    String text = lines.replace("; ", "\n").replace('\'', '"') + "\n";
    assertEquals(told, shortened(complaint(LEAST + text)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image  = [\"git\"] | | crossplan.toml:2: the manifest: image is missing",
        "[\"git\"] | [] | crossplan.toml:1: the manifest: the image is empty",
        "[\"git\"] | \"git\" | crossplan.toml:1: the manifest: image must be a list of strings, not \"git\"",
        "{ system = \"riscv64-linux\" } | \"riscv64-linux\" | crossplan.toml:2: the manifest: target must be a table, not \"riscv64-linux\"",
        "{ system = \"riscv64-linux\" } | { march = \"rv64gc\" } | crossplan.toml:2: [target] has no system",
        "{ system = \"riscv64-linux\" } | { system = \"riscv64-unknown-linux-gnu\" } | crossplan.toml:2: [target]: \"riscv64-unknown-linux-gnu\" is a triple, a system was expected",
        "{ system = \"riscv64-linux\" } | { system = \"riscv64-lnux\" } | crossplan.toml:2: [target]: \"riscv64-lnux\": there is no kernel \"lnux\"",
        "{ system = \"riscv64-linux\" } | { system = \"board\" } | crossplan.toml:2: [target]: \"board\" is no system",
        "{ system = \"riscv64-linux\" } | { system = \"riscv64-linux\", march = 64 } | crossplan.toml:2: [target]: march must be a string, not 64",
      })
  void whatIsWrongAtTheTopIsToldWithItsLine(String good, String bad, String told) {
    assertEquals(told, shortened(complaint(LEAST.replace(good, bad == null ? "" : bad))));
  }

  @Test
  void whatIsTooMuchOnlyTogether() {
    InputException complaint =
        complaint(
            LEAST
                + """
                [[builder]]
                name = "d"
                systems = ["a"]
                speed = 0.001
                [costs]
                default = 1e9
                emulation = 1000
                """);
    assertEquals(
        "crossplan.toml: with these costs and speeds a step may last 1.0E15 s, the most is"
            + " 1000000000000",
        shortened(complaint));
    assertEquals(
        Optional.of("Maybe a cost is not in seconds, or a speed is too small."),
        complaint.remedy());
  }

  @Test
  void withoutInstances() {
    assertEquals(
        "crossplan.toml:1: the manifest: there is no [[instance]]",
        shortened(complaint(LEAST.substring(0, LEAST.indexOf("[[")))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image = [",
        "image = [\"git\"]\nimage = [\"vim\"]",
        "= 3",
        "\u0000",
        "a = \"\\q\""
      })
  void whatIsNoTomlIsToldWithLineAndColumn(String text) {
    String told = shortened(complaint(text));
    assertTrue(told.matches("crossplan.toml:[12]:\\d+: not valid TOML: .+"), told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[constraint]]; package = 'a'; as-tool = 'native'; as-tool = 'emulated' | 10:1: not valid TOML: as-tool previously defined at line 9, column 1 | take one of the two out, here or in line 9.",
        "[costs]; sizes = 'a'; \"sizes\" = [; 'b'] | 9:1: not valid TOML: sizes previously defined at line 8, column 1 | take one of the two out, here or in line 8.",
        "crossSystem = { system = 'a', system = 'b' } | 7:31: not valid TOML: system previously defined at line 7, column 17 | take one of the two out.",
        "[costs]; fetch = 1; [costs]; trivial = 1 | 9:1: not valid TOML: costs previously defined at line 7, column 1 | write what stands below it into the one in line 7.",
        "[costs]; fetch = 1; [[costs]]; trivial = 1 | 9:1: not valid TOML: costs is not an array (previously defined at line 7, column 1) | write what stands below it into the one in line 7.",
        "[target]; march = 'a' | 7:1: not valid TOML: target previously defined at line 2, column 1 | write what stands below it into the one in line 2.",
        "[instance]; name = 'b' | 7:1: not valid TOML: instance previously defined at line 3, column 1 | [[instance]] is meant.",
        "'defined at line 7, column 1' = [1 | 8:1: not valid TOML: Unexpected end of input, expected ], a comma, or a newline | a quote, a bracket or a comma is missing there or in the line before.",
      })
  void whatIsThereTwiceIsToldWithBothLines(String lines, String told, String remedy) {
    InputException complaint =
        complaint(LEAST + lines.replace("; ", "\n").replace('\'', '"') + "\n");
    assertEquals("crossplan.toml:" + told, shortened(complaint));
    assertEquals(Optional.of("Maybe " + remedy), complaint.remedy());
  }

  @Test
  void anEmptyManifest() {
    assertEquals(
        "crossplan.toml: the manifest: there is no [[instance]]", shortened(complaint("")));
  }

  @Test
  void aManifestThatIsMissingOrAFolder() {
    assertEquals(
        folder.resolve("none.toml") + ": no such file",
        assertThrows(InputException.class, () -> ManifestReader.read(folder.resolve("none.toml")))
            .getMessage());
    assertEquals(
        folder + ": is a folder, a file was expected",
        assertThrows(InputException.class, () -> ManifestReader.read(folder)).getMessage());
  }

  @Test
  void theFolderOfAManifestIsNotTheManifest() throws IOException {
    Path manifest = Files.writeString(folder.resolve("crossplan.toml"), LEAST);
    InputException complaint =
        assertThrows(InputException.class, () -> ManifestReader.read(folder));
    assertEquals(folder + ": is a folder, a manifest was expected", complaint.getMessage());
    assertEquals(Optional.of("Maybe " + manifest + " is meant."), complaint.remedy());
  }

  @Test
  void listsNestedDeeperThanAnyoneWritesThem() {
    String told = shortened(complaint("image = " + "[".repeat(100_000) + "]".repeat(100_000)));
    assertEquals("crossplan.toml: nested too deeply", told);
  }

  @Test
  void aFileTooLargeToBeAManifest() throws IOException {
    Path file = folder.resolve("crossplan.toml");
    Files.write(file, new byte[(16 << 20) + 1]);
    assertEquals(
        file + ": larger than 16 MiB, a manifest was expected",
        assertThrows(InputException.class, () -> ManifestReader.read(file)).getMessage());
  }

  private Manifest read(String text) throws IOException {
    return ManifestReader.read(Files.writeString(folder.resolve("crossplan.toml"), text));
  }

  private InputException complaint(String text) {
    InputException complaint = assertThrows(InputException.class, () -> read(text));
    assertTrue(complaint.remedy().isPresent(), complaint::toString);
    return complaint;
  }

  private String shortened(InputException complaint) {
    return String.valueOf(complaint.getMessage())
        .replace(folder + "/crossplan.toml", "crossplan.toml")
        .replace(folder.toString(), "FOLDER");
  }
}
