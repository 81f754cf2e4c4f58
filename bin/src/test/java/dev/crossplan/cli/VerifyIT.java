package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.PrivateNix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verifies what real Nix has built, in a process of its own, as Nix tells by its environment where
 * its store is.
 *
 * <pre>
 *   program   a script for interpreter, one for what is not there, and refers to tool
 *   tool      is a program of this machine
 * </pre>
 */
class VerifyIT {
  private final Path folder;
  private final PrivateNix nix;
  private final Path result;

  VerifyIT(@TempDir Path folder) throws IOException, InterruptedException {
    this.folder = folder.toRealPath();
    this.nix = PrivateNix.elsewhere(this.folder.resolve("nix"));
    this.result = this.folder.resolve("result");
    Path packages =
        Files.writeString(
            this.folder.resolve("packages.nix"),
            """
            let
              made = name: script: derivation {
                inherit name;
                system = builtins.currentSystem;
                builder = "/bin/sh";
                args = [ "-c" script ];
                PATH = "/usr/bin:/bin";
              };
              interpreter = made "interpreter" "echo 'no script' > $out; chmod +x $out";
              tool = made "tool" "mkdir -p $out/bin; cp /bin/true $out/bin/tool";
              program = made "program" ''
                mkdir -p $out/bin
                echo "#! ${interpreter}" > $out/bin/good
                echo ${tool} > $out/refers
                echo "#!/usr/bin/tool" > $out/bin/bad
                chmod +x $out/bin/*
              '';
            in
            program
            """);
    nix.run("nix-build", packages.toString(), "--out-link", result.toString());
  }

  @AfterEach
  void allowDeletion() throws IOException {
    nix.allowDeletion();
  }

  @Test
  void theWholeClosureIsLookedAt() throws Exception {
    CommandLineRun run = verify(result.toString());
    assertEquals("", run.err());
    assertEquals(1, run.status());
    assertTrue(run.out().contains("-tool:\n  bin/tool: is for "), run.out());
    assertTrue(run.out().contains(" 1 ELF file, "), run.out());
  }

  @Test
  void aFileInAPathIsLookedAtAlone() throws Exception {
    assertTrue(verify(result + "/bin/bad").out().contains("is a script for /usr/bin/tool, expect"));
    CommandLineRun run = verify(result + "/bin/good");
    assertEquals("", run.err());
    assertEquals(0, run.status(), run.out());
    assertTrue(run.out().startsWith("1 file in 1 path looked at, "), run.out());
  }

  @Test
  void whatNixDoesNotKnowIsTold() throws Exception {
    Path unknown = nix.store().resolve("00000000000000000000000000000000-unknown");
    assertTrue(nix.store().toFile().setWritable(true));
    Files.createDirectory(unknown);
    CommandLineRun run = verify(unknown.toString());
    assertEquals(2, run.status());
    assertTrue(run.err().startsWith("Nix does not tell what is needed at run time: "), run.err());
    assertTrue(run.err().contains("\nMaybe the path was built elsewhere"), run.err());
  }

  private CommandLineRun verify(String path) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.crossplan.cli.Crossplan", "verify", path));
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(nix.environment());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new CommandLineRun(process.waitFor(), out, Files.readString(err));
  }
}
