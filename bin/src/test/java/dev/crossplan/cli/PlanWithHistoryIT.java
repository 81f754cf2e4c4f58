package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans after real builds have failed, and real Nix evaluates what is written of them. */
class PlanWithHistoryIT {
  private final Path file;
  private final BuildFolder folder;

  PlanWithHistoryIT(@TempDir Path folder) throws IOException {
    this.file = folder.resolve("written.nix");
    this.folder = new BuildFolder(folder);
  }

  @AfterEach
  void allowDeletion() throws IOException {
    folder.nix().allowDeletion();
  }

  /** A package set in which builds of curl run a script before: the cross one, the emulated one. */
  private void curl(String cross, String emulated) throws IOException {
    folder.overlay(
        """
        curl = prev.package {
          pname = "curl";
          libraries = [ final.openssl final.zlib ];
          script = if prev.crossing then "%s" else "%s";
        };
        """
            .formatted(cross, emulated));
  }

  /** Writes a plan with history; gives what is said. */
  private String written(int status, Path manifest, String format) throws Exception {
    BuildFolder.Run run =
        folder.command(
            "plan",
            manifest.toString(),
            "--with-history",
            "--format",
            format,
            "--output",
            file.toString());
    String said = run.said();
    assertEquals(status, run.await(), said);
    return said;
  }

  private String instantiated() throws Exception {
    return folder.nix().run("nix-instantiate", file.toString(), "-A", "image");
  }

  @Test
  void whereNoWayIsLeftTheRestIsPlanned() throws Exception {
    curl("exit 3", "exit 4");
    Path manifest = folder.manifest("board", "git", "hello");
    assertEquals(1, folder.run(manifest).await());
    String said = written(1, manifest, "nix");
    assertTrue(said.startsWith("there is no way left, so the image is without git\n"), said);
    assertTrue(said.contains("  curl 1 must be built, but its cross build failed on "), said);
    String image = instantiated();
    assertTrue(image.endsWith("-hello-riscv64-unknown-linux-gnu-1.drv"), image);
    String plan = Files.readString(file);
    assertTrue(
        plan.contains("# There is no way left, so the image is without git:\n#   curl 1 must"),
        plan);

    BuildFolder.Run hello = folder.explain(manifest, "hello");
    assertEquals(0, hello.await());
    assertTrue(hello.said().contains("the image is without git\n"), hello.said());
    BuildFolder.Run curl = folder.explain(manifest, "curl");
    assertEquals(0, curl.await());
    assertTrue(curl.said().contains("its emulated build failed on "), curl.said());
  }

  /** The set has no stdenv. With all attributes at hand, overlays come to the plan itself. */
  @Test
  void whatFailedIsSaidInEveryFormat() throws Exception {
    curl("exit 3", "");
    Path manifest = folder.manifest("board", "git");
    assertEquals(0, folder.run(manifest, "--no-out-link").await());

    String said = written(0, manifest, "overlay");
    assertTrue(said.contains("Maybe add to attrs of cross, beside the image: curl, "), said);
    assertTrue(
        said.contains(
            "what failed before is built with these overlays nevertheless\n"
                + "  curl-riscv64-unknown-linux-gnu-1: its cross build failed on "),
        said);

    Path all = folder.manifest("all", "git", "curl", "openssl", "zlib");
    assertEquals("", written(0, all, "overlay"));
    String overlays = instantiated();
    assertEquals("", written(0, all, "nix"));
    assertEquals(instantiated(), overlays);
    String plan = Files.readString(file).replaceAll("\n *# ", " ");
    assertTrue(plan.contains("Not otherwise, as its cross build failed on "), plan);
    assertFalse(plan.contains("no way left"), plan);
  }
}
