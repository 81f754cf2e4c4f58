package dev.crossplan.planner.plan;

import dev.crossplan.planner.Visible;

/** Comments of the Nix language, broken into lines. */
final class NixComment {
  private static final int WIDTH = 100;

  private NixComment() {}

  /** A paragraph; where it is indented, its lines after the first are so once more. */
  static String of(String text) {
    return of("", text);
  }

  /**
   * A paragraph of comment.
   *
   * @param margin before each line
   */
  static String of(String margin, String text) {
    int indent = text.indexOf(text.strip());
    StringBuilder comment = new StringBuilder();
    StringBuilder line = new StringBuilder(margin + "#" + " ".repeat(indent));
    boolean isFirst = true;
    for (String word : Visible.line(text.strip()).split(" ", -1)) {
      if (!isFirst && line.length() + 1 + word.length() > WIDTH) {
        comment.append(line).append('\n');
        line = new StringBuilder(margin + "#" + " ".repeat(2 * indent));
      }
      line.append(' ').append(word);
      isFirst = false;
    }
    return comment.append(line).append('\n').toString();
  }

  /** What of the image a file is without, and why. */
  static String of(Plan.Lost lost) {
    if (lost.isNothing()) {
      return "";
    }
    StringBuilder comment = new StringBuilder();
    comment.append(
        of(
            "There is no way left, so the image is without "
                + String.join(", ", lost.attributes())
                + ":"));
    lost.why().forEach(why -> comment.append(of("  " + why)));
    return comment.append("#\n").toString();
  }
}
