package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.Manifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/**
 * What crossplan keeps of the builds of one manifest, so that the next run goes on where the last
 * one ended, however it ended.
 *
 * <pre>
 * lock
 * plan.jsonl        the plan that was last begun, see {@link PlannedStep}
 * roots/            so that no garbage collector takes what is not in the image yet
 * runs/20261127T235712Z/   see {@link RunFolder}
 * </pre>
 */
final class StateFolder {
  private static final int RUNS_KEPT = 20;

  private static final DateTimeFormatter RUN =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path manifest;
  private final Path folder;

  private StateFolder(Path manifest, Path folder) {
    this.manifest = manifest;
    this.folder = folder;
  }

  /**
   * The folder of a manifest.
   *
   * @param home see {@link dev.crossplan.planner.history.StateHome}
   * @throws InputException if there is no place for it
   */
  static StateFolder of(Path home, Manifest manifest) {
    try {
      String file = manifest.file().toRealPath().toString();
      String hash = Hashing.sha256().hashString(file, StandardCharsets.UTF_8).toString();
      String name = fileName(manifest.name()) + "-" + hash.substring(0, 8);
      Path folder = Files.createDirectories(home.resolve("builds").resolve(name));
      return new StateFolder(manifest.file(), folder);
    } catch (IOException e) {
      throw noPlace(home, e);
    }
  }

  private static InputException noPlace(Path folder, IOException reason) {
    return new InputException(
        folder + ": there is no place for the state of builds: " + reason.getMessage(),
        "Maybe set XDG_STATE_HOME to a folder that can be written to.",
        reason);
  }

  /**
   * Keeps other processes out. The lock goes with this process, however it ends.
   *
   * @throws BuildException if another one has it
   */
  FileChannel lock() {
    try {
      FileChannel lock =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isFree(lock)) {
        lock.close();
        throw new BuildException(
            manifest + ": another crossplan is building it",
            "Maybe wait for it, or look at what it does in " + folder.resolve("runs") + ".");
      }
      return lock;
    } catch (IOException e) {
      throw noPlace(folder, e);
    }
  }

  static void unlock(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      // it goes with the process
    }
  }

  private static boolean isFree(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // of this process
    }
  }

  /** A name from a manifest or a graph, fit for a file. */
  static String fileName(String name) {
    String fit = name.replaceAll("[^A-Za-z0-9+._-]", "_");
    return fit.length() > 100 ? fit.substring(0, 100) : fit;
  }

  Path path() {
    return folder;
  }

  /** Where links are that protect from the garbage collector. */
  Path roots() {
    return folder.resolve("roots");
  }

  /** Begins a run, and forgets the oldest ones. */
  RunFolder newRun(Instant start) throws IOException {
    Path runs = Files.createDirectories(folder.resolve("runs"));
    List<Path> known = runs();
    for (Path old : known.subList(0, Math.max(0, known.size() - RUNS_KEPT + 1))) {
      MoreFiles.deleteRecursively(old, RecursiveDeleteOption.ALLOW_INSECURE);
    }
    String name = RUN.format(start);
    Path run = runs.resolve(name);
    for (int i = 2; Files.exists(run); i++) {
      run = runs.resolve(name + "-" + i);
    }
    return RunFolder.create(run);
  }

  /** All runs that are kept, the oldest first. */
  List<Path> runs() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("runs"))) {
      return entries.filter(Files::isDirectory).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** The steps of the plan that was last begun; none at first. */
  ImmutableList<PlannedStep> lastSteps() throws IOException {
    Path file = folder.resolve("plan.jsonl");
    return Files.exists(file) ? PlannedStep.read(file) : ImmutableList.of();
  }

  /** Keeps the steps of a plan before it is begun; on the disk, lest the power fails. */
  void keepSteps(ImmutableList<PlannedStep> steps) throws IOException {
    Path draft = folder.resolve("plan.jsonl.tmp");
    PlannedStep.write(draft, steps);
    force(draft, StandardOpenOption.WRITE);
    Files.move(draft, folder.resolve("plan.jsonl"), StandardCopyOption.ATOMIC_MOVE);
    force(folder, StandardOpenOption.READ);
  }

  private static void force(Path fileOrFolder, StandardOpenOption mode) throws IOException {
    try (FileChannel channel = FileChannel.open(fileOrFolder, mode)) {
      channel.force(true);
    }
  }

  /** What is in the image is protected by it from now on. */
  void releaseRoots() throws IOException {
    if (Files.exists(roots())) {
      MoreFiles.deleteRecursively(roots(), RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
