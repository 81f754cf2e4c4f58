package dev.crossplan.planner.machine;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableList;
import java.util.Locale;

/**
 * One thing that building on this machine needs: what was found, and how to mend it.
 *
 * @param name such as {@code binfmt_misc}
 * @param seen what was found, as part of a sentence
 * @param remedies each of them mends it; none where there is nothing to mend, or crossplan knows no
 *     way
 */
public record Prerequisite(String name, State state, String seen, ImmutableList<Remedy> remedies) {

  /** Whether it is there. */
  public enum State {
    OK,
    /** It is there, but some builds will miss something. */
    DOUBTFUL,
    MISSING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What to do.
   *
   * @param lines commands for a shell, or a text that says what to write where
   * @param needsRoot whether only root can do that
   */
  public record Remedy(ImmutableList<String> lines, boolean needsRoot) {
    public Remedy {
      Preconditions.checkArgument(!lines.isEmpty(), "a remedy of no lines");
    }

    public static Remedy asRoot(String... lines) {
      return new Remedy(ImmutableList.copyOf(lines), true);
    }

    public static Remedy of(String... lines) {
      return new Remedy(ImmutableList.copyOf(lines), false);
    }
  }

  public static Prerequisite ok(String name, String seen) {
    return new Prerequisite(name, State.OK, seen, ImmutableList.of());
  }

  public static Prerequisite doubtful(String name, String seen, Remedy... remedies) {
    return new Prerequisite(name, State.DOUBTFUL, seen, ImmutableList.copyOf(remedies));
  }

  public static Prerequisite missing(String name, String seen, Remedy... remedies) {
    return new Prerequisite(name, State.MISSING, seen, ImmutableList.copyOf(remedies));
  }
}
