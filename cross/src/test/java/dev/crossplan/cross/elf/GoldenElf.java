package dev.crossplan.cross.elf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files in {@code src/test/resources/elf}; its README says what is in them. */
public final class GoldenElf {
  private GoldenElf() {}

  public static Path path(String name) {
    return Path.of("src/test/resources/elf", name);
  }

  static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(path(name));
  }
}
