package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TemporaryFolderTest {
  @Test
  void goesAwayWithAllThatIsInIt() throws IOException {
    Path path;
    try (TemporaryFolder folder = new TemporaryFolder()) {
      path = folder.path();
      Files.createFile(Files.createDirectory(path.resolve("inner")).resolve("file"));
      assertTrue(Files.isDirectory(path));
    }
    assertFalse(Files.exists(path));
  }
}
