package dev.crossplan.planner.lint;

import dev.crossplan.planner.instance.Platform;
import java.util.Collection;
import java.util.Optional;

/**
 * Which {@code gcc.arch} two instances for one system could both have: the one whose code runs on
 * the target, and if that is so of both, the one whose code runs where that of the other does.
 */
final class CommonMarch {
  private final Subject subject;
  private final int one;
  private final int other;

  private CommonMarch(Subject subject, int one, int other) {
    this.subject = subject;
    this.one = one;
    this.other = other;
  }

  /**
   * A sentence that starts with "Maybe", for two instances of which the marches differ and name
   * instruction sets.
   */
  static String remedy(Subject subject, int one, int other) {
    return new CommonMarch(subject, one, other).remedy();
  }

  /** What has to be mended before anything else, of instances whose march names none. */
  static Optional<String> mend(Subject subject, Collection<Integer> instances) {
    for (int each : instances) {
      Platform platform = subject.instances().get(each).host();
      Optional<String> arch =
          platform.arch().filter(march -> !subject.platforms().isMarch(march, platform.system()));
      if (arch.isPresent()) {
        return Optional.of(
            "Maybe mend gcc.arch of "
                + subject.name(each)
                + " first: "
                + arch.get()
                + " is no instruction set of "
                + platform.system()
                + ".");
      }
    }
    return Optional.empty();
  }

  private String remedy() {
    Optional<String> board = board();
    boolean fits = fits(one, board);
    boolean otherFits = fits(other, board);
    if (!fits && !otherFits) {
      return "Maybe "
          + forBoard(board.orElse(""))
          + ": the code of neither runs on the board, "
          + board.orElse("")
          + ".";
    }
    if (fits != otherFits) {
      int taken = fits ? one : other;
      int left = fits ? other : one;
      return takeOver(taken, left)
          + ": the code of "
          + subject.name(taken)
          + " runs on the board, "
          + board.orElse("")
          + ", and that of "
          + subject.name(left)
          + " does not"
          + lacking(left, subject.platforms().canonicalMarch(board, host(left).system()))
          + ".";
    }
    return oneForBoth(board);
  }

  private String oneForBoth(Optional<String> board) {
    boolean runs = runsWhere(one, other);
    boolean otherRuns = runsWhere(other, one);
    if (runs && otherRuns) {
      int taken = preferred(board);
      return takeOver(taken, taken == one ? other : one)
          + ": the code of each runs where that of the other does.";
    }
    if (runs || otherRuns) {
      int taken = runs ? one : other;
      int left = runs ? other : one;
      return takeOver(taken, left)
          + ": the code of "
          + subject.name(taken)
          + " runs wherever that of "
          + subject.name(left)
          + " does, and not the other way round"
          + lacking(left, march(taken))
          + ".";
    }
    String why = lacking(one, march(other));
    String beyond = beyond(other, march(one));
    if (!why.isEmpty() && !beyond.isEmpty()) {
      why += ", and " + subject.name(other) + " for " + beyond;
    }
    if (board.isEmpty()) {
      return "Maybe give both a gcc.arch of what the boards of both have: the code of neither is"
          + " known to run wherever that of the other does"
          + why
          + ".";
    }
    return why.isEmpty()
        ? "Maybe give both the same gcc.arch, one that the board, " + board.get() + ", has."
        : "Maybe give both the gcc.arch of one of them: the code of either runs on the board, "
            + board.get()
            + ", though not wherever that of the other does"
            + why
            + ".";
  }

  /** ", as A asks for v"; empty where that is not known. */
  private String lacking(int instance, String board) {
    String beyond = beyond(instance, board);
    return beyond.isEmpty() ? "" : ", as " + subject.name(instance) + " asks for " + beyond;
  }

  private String beyond(int instance, String board) {
    return String.join(", ", subject.platforms().beyond(march(instance), board));
  }

  private String takeOver(int taken, int left) {
    return host(taken)
        .arch()
        .map(
            arch ->
                "Maybe give "
                    + subject.name(left)
                    + " the gcc.arch of "
                    + subject.name(taken)
                    + ", "
                    + arch)
        .orElseGet(
            () ->
                "Maybe leave gcc.arch out of "
                    + subject.name(left)
                    + ", as "
                    + subject.name(taken)
                    + " does");
  }

  private String forBoard(String board) {
    return subject.isByDefault(board)
        ? "leave gcc.arch out of both, as compilers make code for the board by themselves"
        : "set gcc.arch of both to " + subject.taken(board, withOlderGcc());
  }

  private int withOlderGcc() {
    return subject.gcc(other).orElse(Integer.MAX_VALUE) < subject.gcc(one).orElse(Integer.MAX_VALUE)
        ? other
        : one;
  }

  /** Without a gcc.arch no builder needs a feature for it; else what compilers take for sure. */
  private int preferred(Optional<String> board) {
    if (isRefused(one) != isRefused(other)) {
      return isRefused(one) ? other : one;
    }
    return host(one).arch().isPresent()
            && (host(other).arch().isEmpty() || host(other).arch().equals(board))
        ? other
        : one;
  }

  private boolean isRefused(int instance) {
    return UnknownMarch.fault(subject, instance, host(instance)).isPresent();
  }

  /** The march of the target, where both are for it. */
  private Optional<String> board() {
    return subject.target().system().equals(host(one).system())
        ? subject.target().march()
        : Optional.empty();
  }

  private boolean fits(int instance, Optional<String> board) {
    return board.isEmpty()
        || subject
            .platforms()
            .runsOn(
                march(instance),
                subject.platforms().canonicalMarch(board, host(instance).system()));
  }

  private boolean runsWhere(int instance, int board) {
    return subject.platforms().isKnownToRunOn(march(instance), march(board));
  }

  private String march(int instance) {
    return subject.march(host(instance));
  }

  private Platform host(int instance) {
    return subject.instances().get(instance).host();
  }
}
