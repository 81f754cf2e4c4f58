package dev.crossplan.cross.inspection;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.execute.InspectionTarget;
import dev.crossplan.planner.execute.OutputInspection;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all files of some paths. Files are read on all cores; what comes out has always the same
 * order.
 */
public final class Inspection implements OutputInspection {
  private final Predicate<Path> isLeftOut;

  /** Leaves nothing out. */
  public Inspection() {
    this(file -> false);
  }

  /**
   * @param isLeftOut of which files nothing is to be said: absolute paths
   */
  public Inspection(Predicate<Path> isLeftOut) {
    this.isLeftOut = isLeftOut;
  }

  /** A file to be looked at, in one of the paths. */
  private record Found(Path path, Path file) {}

  @Override
  public ImmutableList<String> faults(Path output, InspectionTarget target) {
    InspectionReport report = inspect(ImmutableList.of(output), ImmutableSet.of(), target);
    return FaultGroup.of(report.faults()).stream()
        .map(
            group ->
                Visible.line(output + ": " + group.places() + ": " + group.message())
                    + "\n"
                    + group.rule().remedy())
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * Looks at all files in some paths.
   *
   * @param paths files or folders: absolute, and without links before their last name
   * @param roots folders of the closure that are not of a store; absolute paths in their files are
   *     looked up in them first, as they may be the root of an image
   * @throws dev.crossplan.planner.InputException if the target is not known
   */
  public InspectionReport inspect(
      ImmutableCollection<Path> paths, ImmutableSet<Path> roots, InspectionTarget target) {
    TargetPlatform platform = TargetPlatform.of(target);
    RuntimeClosure closure = new RuntimeClosure(target.closure(), roots, platform.cpu());
    List<Found> found = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    FileCounts counts = FileCounts.NONE;
    for (Path path : paths) {
      Walk walk = new Walk(path);
      walk.start();
      found.addAll(walk.files);
      faults.addAll(walk.faults);
      counts = counts.plus(walk.counts());
    }
    List<FileInspection.Result> results =
        found.parallelStream()
            .map(each -> new FileInspection(platform, closure, each.path, each.file).inspect())
            .toList();
    for (FileInspection.Result result : results) {
      counts = counts.plus(result.counts());
      faults.addAll(result.faults());
    }
    return new InspectionReport(
        platform.system(), platform.march(), paths.size(), counts, ImmutableList.copyOf(faults));
  }

  /** Collects the regular files of a path; what cannot be read is a fault. */
  private final class Walk extends SimpleFileVisitor<Path> {
    private final Path path;
    private final List<Found> files = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private long others;

    Walk(Path path) {
      this.path = path;
    }

    void start() {
      try {
        Files.walkFileTree(path, this);
      } catch (IOException e) {
        visitFileFailed(path, e);
      }
      files.sort((a, b) -> a.file.compareTo(b.file));
    }

    FileCounts counts() {
      return new FileCounts(0, 0, 0, 0, 0, 0, 0, 0, others);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isOther()) {
        others++;
      } else if (attributes.isRegularFile() && !isLeftOut.test(file)) {
        files.add(new Found(path, file));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      String reason =
          e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
      Path relative = file.equals(path) ? Path.of("") : path.relativize(file);
      if (!isLeftOut.test(file)) {
        faults.add(
            new Fault(
                path, relative, Optional.empty(), Rule.READABLE, "cannot be read: " + reason, ""));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
      return e == null ? FileVisitResult.CONTINUE : visitFileFailed(folder, e);
    }
  }
}
