package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableList;
import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.qemu.BinaryFormats;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Examines this machine, and this machine without some of what it has. */
class DoctorIT {
  /** From Linux 6.7 on a user namespace has a binfmt_misc of its own, at first an empty one. */
  private static final String WITHOUT_FORMATS =
      "mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc && exec \"$@\"";

  private static final String REGISTER =
      """
      mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
      printf '%s\\n' ':qemu-riscv64:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xf3\\x00:\
      \\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:'"$QEMU": \
      >/proc/sys/fs/binfmt_misc/register && exec "$@\"""";

  private final Path folder;
  private final PrivateNix nix;

  DoctorIT(@TempDir Path folder) {
    this.folder = folder;
    this.nix = PrivateNix.elsewhere(folder.resolve("nix"));
  }

  @BeforeAll
  static void requireEmulation() {
    if (!BinaryFormats.emulatedSystems().contains("riscv64-linux")) {
      throw new IllegalStateException(
          "this test needs QEMU registered for riscv64 programs: bin/test does it as root, or"
              + " apt-get install qemu-user-static binfmt-support (Debian 12)");
    }
  }

  @AfterEach
  void allowDeletion() throws IOException {
    nix.allowDeletion();
  }

  /** How a run ended. */
  private record Run(int status, String out, String err) {
    boolean says(String text) {
      return out.replaceAll(" +", " ").contains(text);
    }
  }

  @Test
  void thisMachineBuildsInEveryWay() throws Exception {
    Run run = doctor(List.of(), Map.of());
    assertEquals("", run.err());
    assertEquals(0, run.status(), run.out());
    assertTrue(run.says("\nemulated builds for riscv64-linux: work\n"), run.out());
    assertTrue(run.says("\ncross builds on x86_64-linux: work\n"), run.out());
    assertTrue(run.says(" ok a build for riscv64-linux done\n"), run.out());
    assertFalse(run.says("To mend"), run.out());
  }

  @Test
  void asJson() throws Exception {
    Run run = doctor(List.of(), Map.of(), "--format", "json");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.says("\"works\" : true,\n \"system\" : \"x86_64-linux\","), run.out());
    assertTrue(
        run.says(
            "\"nixOptions\" : [ \"--option\", \"extra-platforms\", \"i686-linux"
                + " x86_64-v1-linux"),
        run.out());
    assertTrue(run.says("\"extensions\" : [ \"i\", \"m\", \"a\", \"f\", \"d\", \"c\""), run.out());
  }

  @Test
  void withoutNixNothingWorks() throws Exception {
    Run run = doctor(List.of(), Map.of("PATH", folder.toString()));
    assertEquals(1, run.status(), run.out());
    assertTrue(run.says("native builds for x86_64-linux: do not work yet\n"), run.out());
    assertTrue(
        run.says("all missing Nix Nix is not installed: there is no nix or no nix-store on PATH"),
        run.out());
    assertTrue(run.says("To mend Nix:\n"), run.out());
  }

  @Test
  void withoutQemuEmulationDoesNotWork() throws Exception {
    Run run = doctor(inNamespace(WITHOUT_FORMATS), Map.of());
    assertEquals(1, run.status(), run.out() + run.err());
    assertTrue(run.says("\nnative builds for x86_64-linux: work\n"), run.out());
    assertTrue(run.says("\nemulated builds for riscv64-linux: do not work yet\n"), run.out());
    assertTrue(run.says(" missing entry none is for riscv64 programs\n"), run.out());
    assertTrue(run.says(" missing a program, by the kernel a riscv64 program does not"), run.out());
    assertTrue(run.says(" ok a program, by QEMU ran under "), run.out());
    assertTrue(run.says(" missing a build for riscv64-linux failed: "), run.out());
    assertTrue(run.says("\nTo mend entry, a program, by the kernel:\n as root:\n"), run.out());
  }

  /** Without a sandbox the interpreter can be seen, so all works but what is warned of. */
  @Test
  void anEntryWithoutFlagsWorksWithAWarning() throws Exception {
    Run run =
        doctor(
            inNamespace(REGISTER),
            Map.of("QEMU", nix.run("sh", "-c", "command -v qemu-riscv64-static")));
    assertEquals(0, run.status(), run.out() + run.err());
    assertTrue(run.says(" doubtful flag F not set: works only where /usr/bin/"), run.out());
    assertTrue(run.says(" doubtful flag P not set: "), run.out());
    assertTrue(run.says(" ok a program, by the kernel ran under QEMU "), run.out());
    assertTrue(run.says(" ok a build for riscv64-linux done\n"), run.out());
  }

  @Test
  void aManifestIsLookedAtForWhatItAsksOfThisMachine() throws Exception {
    Run run =
        doctor(
            List.of(), Map.of(), Fixtures.image("board").resolve("two-builders.toml").toString());
    assertEquals(0, run.status(), run.out() + run.err());
    assertTrue(run.says("\nnative builds for x86_64-linux: work\n"), run.out());
    assertTrue(run.says(" ok programs for rv64gc "), run.out());
    assertFalse(run.says("native builds for riscv64-linux"), run.out());
    assertTrue(run.says(": board (has no uri, but runs riscv64-linux)\n"), run.out());
    assertTrue(run.says("\n libseccomp: QEMU does not emulate seccomp filters"), run.out());
  }

  @Test
  void featuresThatTheManifestClaimsAreGivenToNix() throws Exception {
    Run run = doctor(List.of(), Map.of(), forked("gccarch-rv64gc"));
    assertEquals(0, run.status(), run.out() + run.err());
    assertTrue(
        run.says(" ok feature gccarch-rv64gc 104 builds require it, crossplan gives it to Nix\n"),
        run.out());
  }

  @Test
  void featuresThatNobodyOffersAreTold() throws Exception {
    Run run = doctor(List.of(), Map.of(), forked("big-parallel"));
    assertEquals(0, run.status(), run.out() + run.err());
    assertTrue(
        run.says(" doubtful feature gccarch-rv64gc 104 builds require it, so they are not done"),
        run.out());
    assertTrue(run.says(" features = [\"gccarch-rv64gc\"]\n or as root:\n"), run.out());
  }

  /** The manifest of forked, in which the desk has this feature. */
  private String forked(String feature) throws IOException {
    Path costs = Files.createDirectory(folder.resolve("board")).resolve("costs.csv");
    Files.copy(Fixtures.image("board").resolve("costs.csv"), costs);
    Path copy = Files.createDirectory(folder.resolve("forked"));
    try (Stream<Path> files = Files.list(Fixtures.image("forked"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Path manifest = copy.resolve("crossplan.toml");
    String text = Files.readString(manifest);
    String other = text.replaceFirst("(?m)^features *= .*$", "features = [\"" + feature + "\"]");
    assertTrue(other.contains(feature), "the manifest has changed");
    Files.writeString(manifest, other);
    return manifest.toString();
  }

  /** Runs a script as root of namespaces of its own, which then runs what is to be run in it. */
  private List<String> inNamespace(String script) throws IOException, InterruptedException {
    List<String> command =
        List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh");
    List<String> nothing = new ArrayList<>(command);
    nothing.add("true");
    ProcessBuilder trial = new ProcessBuilder(nothing).redirectErrorStream(true);
    trial.environment().put("QEMU", "/bin/true");
    Process process = trial.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(
        process.waitFor() == 0,
        "binfmt_misc cannot be had in a user namespace (Linux 6.7 or newer can): " + said.strip());
    return command;
  }

  private Run doctor(List<String> before, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    ImmutableList<String> command =
        ImmutableList.<String>builder()
            .addAll(before)
            .add(ProcessHandle.current().info().command().orElse("java"), "-cp")
            .add(System.getProperty("java.class.path"), "dev.crossplan.cli.Crossplan", "doctor")
            .add(arguments)
            .build();
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(new TreeMap<>(nix.environment()));
    builder.environment().putAll(environment);
    Files.createDirectories(folder.resolve("nix"));
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), out, Files.readString(err));
  }
}
