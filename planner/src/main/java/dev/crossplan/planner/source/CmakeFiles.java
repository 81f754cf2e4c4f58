package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import java.nio.file.Path;
import java.util.List;

/** What CMake is told. */
final class CmakeFiles implements Configuration {
  private final ImmutableList<String> flags;
  private final KeptFiles files = new KeptFiles();

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
    files.add(path, text);
  }

  @Override
  public Outcome outcome(ImmutableSet<Path> sources) {
    return CmakeProject.run(files.texts(), sources, flags);
  }
}
