package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What Meson is told. */
final class MesonFiles implements Configuration {
  private final ImmutableList<String> flags;
  private final Map<Path, String> files = new HashMap<>();
  private final Budget kept = new Budget(MOST_KEPT);

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
        || (path.getNameCount() == 1
            && MesonProject.FILES_OF_OPTIONS.contains(path.getFileName().toString()));
  }

  @Override
  public void add(Path path, String text) {
    if (kept.take(text.length())) {
      files.put(path, text);
    }
  }

  @Override
  public Outcome outcome(ImmutableSet<Path> sources) {
    return MesonProject.run(files, sources, flags);
  }
}
