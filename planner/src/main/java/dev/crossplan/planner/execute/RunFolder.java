package dev.crossplan.planner.execute;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of one run.
 *
 * <pre>
 * plan.nix          what is built, as it was last planned
 * logs/             what each build said, for people
 * nix/              what Nix said of each, written by Nix itself: complete even where crossplan was killed
 * nix.jsonl         all files of nix/, one after the other: made at the end of a run
 * </pre>
 */
record RunFolder(Path path) {

  static RunFolder create(Path path) throws IOException {
    Files.createDirectories(path.resolve("logs"));
    Files.createDirectories(path.resolve("nix"));
    return new RunFolder(path);
  }

  Path planNix() {
    return path.resolve("plan.nix");
  }

  /**
   * Where a build's log goes.
   *
   * @param number counts up within the run
   */
  Path log(int number, String name) {
    return path.resolve("logs").resolve(fileName(number, name) + ".log");
  }

  /** Where it is told what is wrong with outputs that were there. */
  Path inspectionLog(String name) {
    return path.resolve("logs").resolve("inspected-" + StateFolder.fileName(name) + ".log");
  }

  /** Where Nix writes what it says of it. */
  Path nixLog(int number, String name) {
    return path.resolve("nix").resolve(fileName(number, name) + ".jsonl");
  }

  private static String fileName(int number, String name) {
    return String.format("%04d-%s", number, StateFolder.fileName(name));
  }

  /** Joins the files of {@code nix/}; again where Nix wrote on after crossplan was killed. */
  void joinNixLogs() throws IOException {
    Path joined = path.resolve("nix.jsonl");
    List<Path> parts;
    try (Stream<Path> entries = Files.list(path.resolve("nix"))) {
      parts = entries.sorted().toList();
    } catch (NoSuchFileException e) { // killed before it was made
      return;
    }
    long size = 0;
    for (Path part : parts) {
      size += Files.size(part);
    }
    if (Files.exists(joined) && Files.size(joined) == size) {
      return;
    }
    Path draft = path.resolve("nix.jsonl.tmp");
    try (OutputStream out = Files.newOutputStream(draft)) {
      for (Path part : parts) {
        Files.copy(part, out);
      }
    }
    Files.move(draft, joined, StandardCopyOption.ATOMIC_MOVE);
  }
}
