package dev.crossplan.planner.instance;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A folder for temporary files. It goes away with all that is in it when it is closed, or with this
 * process, even where that is terminated; nothing of it is remembered after that.
 */
public final class TemporaryFolder implements AutoCloseable {
  /** Somebody may still be writing into a folder of a process that ends. */
  private static final int ATTEMPTS = 3;

  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(TemporaryFolder::delete)));
  }

  private final Path path;

  /**
   * @throws InputException if there is no place for it
   */
  public TemporaryFolder() {
    try {
      path = Files.createTempDirectory("crossplan-");
    } catch (IOException e) {
      Path place = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
      throw new InputException(
          place
              + ": cannot take temporary files: "
              + (Files.isDirectory(place) ? e.getMessage() : "there is no such folder"),
          "Maybe make room there, or let TMPDIR name a folder that is there and can be written to.",
          e);
    }
    OPEN.add(path);
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    delete(path);
    OPEN.remove(path);
  }

  private static void delete(Path folder) {
    for (int attempt = 0; attempt < ATTEMPTS && Files.exists(folder); attempt++) {
      try {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      } catch (IOException e) {
        // what is left is small, and in the folder for what may be left
      }
    }
  }
}
