package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.remote.BuilderRoot;
import dev.crossplan.fixtures.remote.RemoteBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines of their own that compile what they are sent: one for each system, one cross. */
@Tag("real")
class RemoteBuilderIT {
  /** Compiles and runs a program; the file must be for RISC-V, whoever compiles it. */
  private static final String COMPILE =
      """
      hello = prev.package {
        pname = "hello";
        libraries = [ final.zlib ];
        script = ''
          [ "$(uname -m)" = ${if prev.crossing then "x86_64" else "riscv64"} ]
          echo 'int main(void) { return 42; }' > main.c
          ${if prev.crossing then "riscv64-linux-gnu-" else ""}gcc -march=rv64gc main.c -o main
          [ "$(od -An -j18 -N2 -tx1 main)" = " f3 00" ]
          ${if prev.crossing then "" else "status=0; ./main || status=$?; [ $status = 42 ]"}
        '';
      };
      """;

  private final Path own;
  private final BuildFolder folder;

  RemoteBuilderIT(@TempDir Path folder) throws IOException {
    this.own = folder;
    this.folder = new BuildFolder(folder);
  }

  @AfterEach
  void allowDeletion() throws IOException {
    folder.nix().allowDeletion();
  }

  @ParameterizedTest
  @CsvSource({
    "CONTAINER, X86_64, hello-riscv64-unknown-linux-gnu-1",
    "CONTAINER, RISCV64, hello-1",
    "NAMESPACE, X86_64, hello-riscv64-unknown-linux-gnu-1",
    "NAMESPACE, RISCV64, hello-1"
  })
  void compilesWhatItIsSent(RemoteBuilders.Place place, BuilderRoot root, String name)
      throws Exception {
    try (RemoteBuilders machines = RemoteBuilders.in(own, own.resolve("nix"), place)) {
      RemoteBuilder machine = machines.start(root);
      Path manifest =
          folder.overlay(COMPILE).withBuilders(machine.table("machine")).manifest("board", "hello");
      BuildFolder.Run asked = folder.command("builders", manifest.toString(), "--probe");
      assertEquals(ExitStatus.DONE, asked.await(), asked.said());
      assertTrue(asked.said().contains("emulated"), asked.said());

      BuildFolder.Run run = folder.run(manifest);
      assertEquals(ExitStatus.DONE, run.await(), run.said());
      assertEquals(
          name + "\n  zlib" + name.substring("hello".length()) + "\n",
          Files.readString(folder.result()));
      assertTrue(run.said().contains("on machine in "), run.said());
      // It was built there: that Nix has it, too.
      machine.execute("test", "-e", folder.result().toRealPath().toString());
    }
  }
}
