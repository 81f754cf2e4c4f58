package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What CMake is told. */
final class CmakeFiles implements Configuration {
  private final ImmutableList<String> flags;
  private final Map<Path, String> files = new HashMap<>();
  private final Budget kept = new Budget(MOST_KEPT);

  /**
   * Nothing so far.
   *
   * @param flags of CMake's command line; those that set a variable count
   */
  CmakeFiles(List<String> flags) {
    this.flags = ImmutableList.copyOf(flags);
  }

  @Override
  public boolean has(Path path) {
    return path.endsWith(CmakeProject.FILE) || MoreFiles.getFileExtension(path).equals("cmake");
  }

  @Override
  public void add(Path path, String text) {
    if (kept.take(text.length())) {
      files.put(path, text);
    }
  }

  @Override
  public Outcome outcome(ImmutableSet<Path> sources) {
    return CmakeProject.run(files, sources, flags);
  }
}
