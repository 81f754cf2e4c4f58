package dev.crossplan.cli;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.MultimapBuilder;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.rebuild.Change;
import dev.crossplan.planner.rebuild.Change.Kind;
import dev.crossplan.planner.rebuild.Rebuild;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** For people: what has to be built anew, as a tree from cause to effect. */
final class RebuildText {
  private static final int ROOTS = 20;
  private static final int MOST_ROOTS = 60;
  private static final int CHILDREN = 5;
  private static final int DEPTH = 3;
  private static final int TOP = -1;

  /** So far in a line stands at most: a tree may be as deep as the graph. */
  private static final int DEEPEST_INDENT = 20;

  private final Rebuild rebuild;
  private final DerivationGraph graph;
  private final Terminal terminal;
  private final boolean all;
  private final ListMultimap<Integer, Change> children =
      MultimapBuilder.hashKeys().arrayListValues().build();
  private final List<Row> rows = new ArrayList<>();

  /** A line of the tree. */
  private record Row(String name, String why, String builds, String seconds) {}

  /**
   * @param all whether the whole tree is shown
   */
  RebuildText(Rebuild rebuild, Terminal terminal, boolean all) {
    this.rebuild = rebuild;
    this.graph = rebuild.packages().graph();
    this.terminal = terminal;
    this.all = all;
    rebuild.changes().forEach(change -> children.put(change.because().orElse(TOP), change));
  }

  @Override
  public String toString() {
    if (rebuild.changes().isEmpty()) {
      return "nothing of "
          + derivations(rebuild.examined())
          + " has to be built anew"
          + (rebuild.gone() == 0 ? "" : "; " + derivations(rebuild.gone()) + " are gone")
          + "\n";
    }
    addRows();
    return summary()
        + "\n"
        + Table.of(
            terminal,
            rows,
            ImmutableList.of(
                Table.text("built anew", Row::name),
                Table.number("for it", Row::builds),
                Table.number("takes", Row::seconds),
                Table.text("because", Row::why)))
        + "\n"
        + legend();
  }

  private String legend() {
    return Prose.sentence(
        terminal,
        "for it: so many would not be built anew if it were as before, itself among them"
            + (rebuild.changes().stream().anyMatch(Change::isAnyway)
                ? "; where an input changed too, both changes have to go"
                : ""));
  }

  private String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        Prose.sentence(
            terminal,
            String.format(
                "%d of %s %s: %d changed by %s, %d %s new, %d only because of" + " %s%s",
                rebuild.changes().size(),
                derivations(rebuild.examined()),
                differ(),
                rebuild.count(Kind.ITSELF),
                rebuild.count(Kind.ITSELF) == 1 ? "itself" : "themselves",
                rebuild.count(Kind.NEW),
                rebuild.count(Kind.NEW) == 1 ? "is" : "are",
                rebuild.count(Kind.INPUTS),
                rebuild.count(Kind.ITSELF) + rebuild.count(Kind.NEW) == 1 ? "it" : "them",
                rebuild.gone() == 0 ? "" : "; " + rebuild.gone() + " are gone")));
    List<String> chain =
        rebuild.longestChain().stream().map(each -> graph.facts(each).name()).toList();
    text.append(
        Prose.sentence(
            terminal,
            Seconds.about(rebuild.builderSeconds())
                + " of building, at least "
                + Seconds.about(rebuild.chainSeconds())
                + " along the longest chain: "
                + Visible.line(ends(chain))));
    if (rebuild.lostSubstitutes() > 0) {
      text.append(
          Prose.sentence(
              terminal,
              rebuild.lostSubstitutes() + " of them could be substituted before, and cannot now"));
    }
    return text.toString();
  }

  /** What substituters have after the change as well is not built. */
  private String differ() {
    int substituted = rebuild.substituted();
    if (substituted == 0) {
      return (rebuild.changes().size() == 1 ? "has" : "have") + " to be built anew";
    }
    int built = rebuild.changes().size() - substituted;
    return (rebuild.changes().size() == 1 ? "is another one" : "are other ones")
        + ", of which "
        + substituted
        + " can be substituted and "
        + built
        + (built == 1 ? " has" : " have")
        + " to be built anew";
  }

  private static String derivations(int count) {
    return count == 1 ? "1 derivation" : count + " derivations";
  }

  /** A long chain by its ends. */
  private static String ends(List<String> chain) {
    return chain.size() <= CHILDREN
        ? Joiner.on(", ").join(chain)
        : Joiner.on(", ").join(chain.subList(0, 2))
            + ", … "
            + (chain.size() - 3)
            + " more, "
            + chain.get(chain.size() - 1);
  }

  private static boolean onlyFollows(Change change) {
    return change.kind() == Kind.INPUTS;
  }

  /** What all else follows from is shown, unless it is very much. */
  private static int roots(List<Change> below) {
    long causes = below.stream().filter(change -> !onlyFollows(change)).count();
    return (int) Math.max(ROOTS, Math.min(MOST_ROOTS, causes));
  }

  /** What stands below one line, and how much of it is shown so far. */
  private static final class Level {
    final List<Change> below;
    final int most;
    int next;

    Level(List<Change> below, int most) {
      this.below = below;
      this.most = Math.min(most, below.size());
    }
  }

  private Level level(int above, int depth) {
    List<Change> below =
        children.get(above).stream()
            .sorted(
                Comparator.comparing(RebuildText::onlyFollows)
                    .thenComparingInt(change -> -change.branch())
                    .thenComparingInt(Change::derivation))
            .toList();
    int most = all ? below.size() : depth == 0 ? roots(below) : depth < DEPTH ? CHILDREN : 0;
    return new Level(below, most);
  }

  private void addRows() {
    Deque<Level> open = new ArrayDeque<>(); // a loop: trees are too deep to recurse
    open.push(level(TOP, 0));
    while (!open.isEmpty()) {
      Level level = open.element();
      int depth = open.size() - 1;
      if (level.next < level.most) {
        Change change = level.below.get(level.next++);
        rows.add(
            new Row(
                indent(depth) + graph.facts(change.derivation()).name() + in(change),
                why(change),
                Integer.toString(change.branch()),
                change.isSubstituted()
                    ? "substituted"
                    : change.seconds() == 0 ? "" : Seconds.about(change.seconds())));
        open.push(level(change.derivation(), depth + 1));
      } else {
        addRest(level.below.subList(level.most, level.below.size()), depth);
        open.pop();
      }
    }
  }

  private void addRest(List<Change> rest, int depth) {
    if (!rest.isEmpty()) {
      rows.add(
          new Row(
              indent(depth) + "… " + rest.size() + " more",
              "",
              Integer.toString(rest.stream().mapToInt(Change::branch).sum()),
              Seconds.about(rest.stream().mapToDouble(Change::seconds).sum())));
    }
  }

  /** Further in than there is room for, the depth is told. */
  private static String indent(int depth) {
    return "  ".repeat(Math.min(depth, DEEPEST_INDENT))
        + (depth > DEEPEST_INDENT ? "(" + depth + ") " : "");
  }

  private String in(Change change) {
    return graph.instances().size() <= 2
        ? ""
        : " (" + graph.instances().get(instance(change)).name() + ")";
  }

  private int instance(Change change) {
    return graph.instanceOf(change.derivation());
  }

  private String why(Change change) {
    return switch (change.kind()) {
      case NEW -> "it is new";
      case ITSELF ->
          change.differences().isEmpty()
              ? "it changed"
              : Joiner.on(", ").join(change.differences())
                  + " changed"
                  + instead(change)
                  + (change.isAnyway() ? ", and an input of it too" : "");
      case INPUTS -> change.because().isPresent() ? "" : "several of the others changed";
    };
  }

  /** Another package may be in the place of one. */
  private String instead(Change change) {
    String is = rebuild.packages().name(change.derivation()).base();
    return change.before().isPresent()
            && !rebuild.packages().name(change.before().getAsInt()).base().equals(is)
        ? ", it is in the place of " + graph.facts(change.before().getAsInt()).name()
        : "";
  }
}
