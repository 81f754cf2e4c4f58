package dev.crossplan.planner.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.crossplan.planner.machine.Distribution.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
  private final Path folder;

  DistributionTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void debian() throws IOException {
    assertEquals(
        new Distribution(Family.DEBIAN, "Debian GNU/Linux 12 (bookworm)"),
        read("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n"));
  }

  @Test
  void aRelativeOfUbuntu() throws IOException {
    assertEquals(
        new Distribution(Family.DEBIAN, "Linux Mint 22"),
        read("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nPRETTY_NAME='Linux Mint 22'\n"));
  }

  @Test
  void nixos() throws IOException {
    assertEquals(
        new Distribution(Family.NIXOS, "NixOS 25.05 (Warbler)"),
        read("ID=nixos\nPRETTY_NAME=\"NixOS 25.05 (Warbler)\"\n"));
  }

  @Test
  void another() throws IOException {
    assertEquals(new Distribution(Family.OTHER, "fedora"), read("# a comment\n\nID=fedora\n"));
  }

  @Test
  void none() {
    assertEquals(
        new Distribution(Family.OTHER, "unknown Linux"),
        Distribution.read(folder.resolve("no-such-file")));
  }

  private Distribution read(String text) throws IOException {
    return Distribution.read(Files.writeString(folder.resolve("os-release"), text));
  }
}
