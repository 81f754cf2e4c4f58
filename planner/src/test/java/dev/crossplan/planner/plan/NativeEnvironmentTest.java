package dev.crossplan.planner.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.OutputReference;
import dev.crossplan.planner.derivation.StorePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is built of an environment, by the script that builds it. */
class NativeEnvironmentTest {
  private static final StorePath ENVIRONMENT = path("stdenv-linux.drv");
  private static final StorePath BASH = path("bash.drv");
  private static final StorePath GCC = path("gcc.drv");
  private static final StorePath SEED = path("seed");
  private static final StorePath SETUP = path("setup.sh");

  private final Path folder;
  private final Path out;

  NativeEnvironmentTest(@TempDir Path folder) {
    this.folder = folder;
    this.out = folder.resolve("out");
  }

  private static StorePath path(String name) {
    return StorePath.of(StorePath.DEFAULT_DIRECTORY, "0".repeat(32) + "-" + name);
  }

  /** bash and gcc ─ stdenv, which is built by the script setup.sh and has seed as a source */
  private static Derivation made(String shell) {
    Derivation environment =
        new Derivation(
            "stdenv-linux",
            "x86_64-linux",
            shell,
            ImmutableList.of("-e", SETUP.toString()),
            ImmutableSortedMap.of("out", path("stdenv-linux").toString()),
            ImmutableSortedMap.of("out", new Output.InputAddressed(path("stdenv-linux"))),
            ImmutableSortedMap.of(BASH, InputOutputs.of("dev", "out"), GCC, InputOutputs.of("out")),
            ImmutableSortedSet.of(SEED, SETUP),
            Optional.empty());
    return NativeEnvironment.of(
        ENVIRONMENT, environment, path("stdenv-linux"), NativeEnvironmentTest::outputs);
  }

  private static ImmutableMap<String, OutputReference> outputs(StorePath derivation) {
    String name = derivation.derivationName();
    return ImmutableMap.of(
        "dev", new OutputReference(derivation, "dev", Optional.of(path(name + "-dev"))),
        "out", new OutputReference(derivation, "out", Optional.of(path(name))));
  }

  @Test
  void nothingIsNeededButTheEnvironmentAndItsShell() {
    Derivation made = made(path("bash") + "/bin/bash");
    assertEquals(path("bash") + "/bin/bash", made.builderExecutable());
    assertEquals(
        Map.of(BASH, InputOutputs.of("out"), ENVIRONMENT, InputOutputs.of("out")),
        made.inputDerivations());
    assertEquals(ImmutableSortedSet.of(), made.inputSources());
  }

  @Test
  void theShellMayBeOfASource() {
    Derivation made = made(SEED + "/bin/bash");
    assertEquals(Map.of(ENVIRONMENT, InputOutputs.of("out")), made.inputDerivations());
    assertEquals(ImmutableSortedSet.of(SEED), made.inputSources());
  }

  // The script

  private record Ended(int status, String said) {}

  /** Runs a script with no variables but these, and the programs of this machine in others. */
  private Ended run(String script, Map<String, String> variables)
      throws IOException, InterruptedException {
    ProcessBuilder bash = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true);
    bash.environment().clear();
    bash.environment().putAll(variables);
    bash.environment().put("ofMachine", Optional.ofNullable(System.getenv("PATH")).orElseThrow());
    Process process = bash.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }

  /** A program that says where it is. */
  private void program(String where, String name) throws IOException {
    program(where, name, "echo " + where);
  }

  private void program(String where, String name, String script) throws IOException {
    Path file = Files.createDirectories(folder.resolve(where)).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  private Ended build(String compiler) throws IOException, InterruptedException {
    program("cross tools", "riscv64-unknown-linux-gnu-gcc");
    program("cross tools", "riscv64-unknown-linux-gnu-objcopy");
    program("more", "riscv64-unknown-linux-gnu-gcc");
    program("more", "riscv64-unknown-linux-gnu-pkg-config");
    program("more", "riscv64-linux-musl-no-tool");
    program(
        "more",
        "uname",
        """
        case $1 in
          -m) echo x86_64 ;;
          -a) echo Linux desk 6.1 x86_64 x86_64 GNU/Linux ;;
          *) exit 2 ;;
        esac\
        """);
    Files.writeString(folder.resolve("more/riscv64-unknown-linux-gnu-specs"), "no program");
    Files.createDirectories(folder.resolve("environment"));
    Files.writeString(
        folder.resolve("environment/setup"),
        """
        %s
        export AS=yasm
        OBJCOPY=riscv64-unknown-linux-gnu-objcopy
        PATH="%2$s/cross tools:%2$s/more:$ofMachine"
        SHELL=$(type -P bash)
        initialPath="/initial/coreutils
        /initial/sed /initial/make"
        export HOST_PATH="/of/zlib/bin:/initial/coreutils/bin:/with space/bin:\
        /initial/make/bin:/initial/sed/bin"
        """
            .formatted(compiler, folder));
    return run(
        made(SEED + "/bin/bash").args().get(1),
        Map.of(
            "builder", SEED + "/bin/bash",
            "environment", folder.resolve("environment").toString(),
            "out", out.toString()));
  }

  private void build() throws IOException, InterruptedException {
    Ended ended = build("export CC=riscv64-unknown-linux-gnu-gcc");
    assertEquals(0, ended.status(), ended.said());
    assertEquals("", ended.said());
  }

  /** What a build says that has the new environment. */
  private String inNew(String command) throws IOException, InterruptedException {
    Ended ended =
        run(
            "source \"$stdenv/setup\"\n" + command,
            Map.of("stdenv", out.toString(), "builder", "/of/board/bin/bash"));
    assertEquals(0, ended.status(), ended.said());
    return ended.said().strip();
  }

  @Test
  void programsAreCalledAsWhereNothingIsCrossCompiled() throws IOException, InterruptedException {
    build();
    assertEquals("cross tools", inNew("gcc"));
    assertEquals("more", inNew("pkg-config"));
    assertEquals(out.resolve("bin/gcc").toString(), inNew("type -P gcc"));
    assertFalse(Files.exists(out.resolve("bin/no-tool")));
    assertFalse(Files.exists(out.resolve("bin/specs")));
  }

  @Test
  void theirNamesWithATripleAreStillThere() throws IOException, InterruptedException {
    build();
    assertEquals("cross tools", inNew("riscv64-unknown-linux-gnu-gcc"));
  }

  @Test
  void variablesNameThemSo() throws IOException, InterruptedException {
    build();
    assertEquals("gcc objcopy yasm", inNew("bash -c 'echo $CC $OBJCOPY $AS'"));
    assertEquals("unset", inNew("echo ${LD-unset}${variable-}"));
  }

  @Test
  void theMachineIsTheOneThatIsEmulated() throws IOException, InterruptedException {
    build();
    assertEquals("riscv64", inNew("uname -m"));
    assertEquals("Linux desk 6.1 riscv64 riscv64 GNU/Linux", inNew("uname -a"));
    assertEquals("2", inNew("uname --help || echo $?"));
  }

  @Test
  void scriptsAreForTheShellOfTheBuildAndNoProgramOfTheEnvironment()
      throws IOException, InterruptedException {
    build();
    assertEquals("/of/board/bin:/of/zlib/bin:/with space/bin", inNew("bash -c 'echo $HOST_PATH'"));
    assertEquals("[a][b]", inNew("words='a b'; printf '[%s]' $words"));
  }

  @Test
  void whatIsInThePathStaysThere() throws IOException, InterruptedException {
    build();
    assertEquals(
        out.resolve("bin") + ":" + folder.resolve("cross tools") + ":" + folder.resolve("more"),
        inNew("echo ${PATH%\":$ofMachine\"}"));
  }

  @Test
  void anEnvironmentWithoutACompilerIsRefused() throws IOException, InterruptedException {
    Ended ended = build("unset CC");
    assertNotEquals(0, ended.status());
    assertTrue(
        ended
            .said()
            .strip()
            .endsWith(
                "CC: is not set by "
                    + folder.resolve("environment")
                    + ", so that has no compiler for an emulated build"),
        ended.said());
    assertFalse(Files.exists(out));
  }
}
