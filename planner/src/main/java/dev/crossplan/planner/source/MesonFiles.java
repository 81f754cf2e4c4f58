package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.List;

/** What Meson is told. */
final class MesonFiles implements Configuration {
  private final ImmutableList<String> flags;
  private final KeptFiles files = new KeptFiles();

  /**
   * Nothing so far.
   *
   * @param flags of Meson's command line; those that set an option count
   */
  MesonFiles(List<String> flags) {
    this.flags = ImmutableList.copyOf(flags);
  }

  @Override
  public boolean has(Path path) {
    return path.endsWith(MesonProject.FILE)
        || MesonProject.FILES_OF_OPTIONS.contains(path.getFileName().toString());
  }

  @Override
  public void add(Path path, String text) {
    files.add(path, text);
  }

  @Override
  public Outcome outcome(ImmutableSet<Path> sources) {
    return MesonProject.run(files.texts(), sources, flags);
  }
}
