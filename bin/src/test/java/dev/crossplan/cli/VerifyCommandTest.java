package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  private final TerminalForTests terminal = new TerminalForTests();
  private final Path folder;
  private final Path image;

  VerifyCommandTest(@TempDir Path folder) throws IOException {
    this.folder = folder.toRealPath();
    this.image = this.folder.resolve("image");
  }

  /** Of the scripts in bin, only "good" has its interpreter in the image. */
  @BeforeEach
  void makeImage() throws IOException {
    Files.createDirectories(image.resolve("bin"));
    script("tool", "");
    script("good", "#!/bin/tool");
    script("of-system", "#!/bin/sh");
    for (int i = 0; i < 5; i++) {
      script("bad" + i, "#!/usr/bin/tool");
    }
    Files.writeString(image.resolve("cut.o"), "\177ELF");
  }

  private void script(String name, String firstLine) throws IOException {
    Path file = Files.writeString(image.resolve("bin/" + name), firstLine + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  @Test
  void tellsFaultsThatAreAlikeOnce() {
    assertEquals(ExitStatus.NOT_POSSIBLE, terminal.run("verify", image.toString()));
    assertEquals(
        """
        9 files in 1 path looked at, for riscv64-linux (rv64gc): 1 ELF file, 0 objects in 0 archives, 7 scripts

        %s:
          bin/bad0, bin/bad1, bin/bad2 and 2 more: is a script for /usr/bin/tool, expected one in the closure
          Maybe patchShebangs --host mends it, with the package of the interpreter in buildInputs.
          cut.o: is no ELF file: it ends after 4 bytes, before the 1 that should be at 4
          Maybe it was cut off when it was written: build it again. If it is there for tests, leave it out of the output; crossplan verify --except passes it over.

        1 of the scripts need /bin/sh or /usr/bin/env, which the system has to provide
        6 faults, 2 of them different.
        """
            .formatted(image),
        terminal.out());
    assertEquals("", terminal.err());
  }

  @Test
  void whatIsLeftOutIsNoFault() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("result"), image);
    assertEquals(
        ExitStatus.DONE,
        terminal.run("verify", link.toString(), "--except", "**/bad?", "--except", "**.o"));
    assertTrue(terminal.out().endsWith("\nNothing is wrong.\n"), terminal.out());
  }

  @Test
  void writesJson() {
    assertEquals(
        ExitStatus.NOT_POSSIBLE,
        terminal.run("verify", image.toString(), "--except", "**/bad[1-4]", "--format", "json"));
    assertEquals(
        """
        {
          "ok" : false,
          "system" : "riscv64-linux",
          "march" : "rv64gc",
          "paths" : 1,
          "files" : 5,
          "elfFiles" : 1,
          "archives" : 0,
          "objects" : 0,
          "scripts" : 3,
          "systemScripts" : 1,
          "withoutArch" : 0,
          "special" : 0,
          "others" : 0,
          "faults" : [ {
            "path" : "%1$s",
            "file" : "bin/bad0",
            "member" : null,
            "rule" : "script",
            "found" : "is a script for /usr/bin/tool",
            "expected" : "one in the closure",
            "remedy" : "Maybe patchShebangs --host mends it, with the package of the interpreter in buildInputs."
          }, {
            "path" : "%1$s",
            "file" : "cut.o",
            "member" : null,
            "rule" : "well-formed",
            "found" : "is no ELF file: it ends after 4 bytes, before the 1 that should be at 4",
            "expected" : "",
            "remedy" : "Maybe it was cut off when it was written: build it again. If it is there for tests, leave it out of the output; crossplan verify --except passes it over."
          } ]
        }
        """
            .formatted(image),
        terminal.out());
  }

  @Test
  void aHostileNameIsShownAsItIsWritten() throws IOException {
    script("\u001b[2J\n", "#!/usr/bin/tool");
    terminal.run("verify", image.toString());
    assertTrue(terminal.out().contains("bin/\\x1b[2J\\n"), terminal.out());
  }

  @Test
  void aLinkToNowhereIsTold() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("result"), folder.resolve("gone"));
    assertEquals(ExitStatus.BAD_INPUT, terminal.run("verify", link.toString()));
    assertEquals(
        link
            + " is a link to nowhere\n"
            + "Maybe what it leads to was deleted by nix-store --gc: build it again.\n",
        terminal.err());
  }

  @Test
  void whatIsNotThereIsTold() {
    assertEquals(ExitStatus.BAD_INPUT, terminal.run("verify", "/no/such/path"));
    assertEquals(
        "/no/such/path: there is no such file or folder\n"
            + "Maybe it is still to be built; what nix-build has built is in result.\n",
        terminal.err());
  }

  @Test
  void theTargetIsThatOfTheManifest() throws IOException {
    Path manifest =
        Files.writeString(
            folder.resolve("crossplan.toml"),
            """
            image = ["git"]
            target = { system = "riscv64-linux", march = "rv64gcv" }
            [[instance]]
            name = "emulated"
            localSystem = "riscv64-linux"
            derivations = "emulated.json.gz"
            """);
    assertEquals(
        ExitStatus.BAD_INPUT,
        terminal.run(
            "verify", image.toString(), "--manifest", manifest.toString(), "--system", "vax-vms"));
    assertTrue(
        terminal.err().startsWith("files for vax-vms cannot be checked: the system is not known\n"),
        terminal.err());
    assertEquals(
        ExitStatus.NOT_POSSIBLE,
        terminal.run("verify", image.toString(), "--manifest", manifest.toString()));
    assertTrue(terminal.out().contains("for riscv64-linux (rv64gcv): "), terminal.out());
  }

  @Test
  void aPatternMustBeOne() {
    assertEquals(ExitStatus.BAD_INPUT, terminal.run("verify", image.toString(), "--except", "[a"));
    assertTrue(terminal.err().startsWith("--except [a is no pattern: "), terminal.err());
  }
}
