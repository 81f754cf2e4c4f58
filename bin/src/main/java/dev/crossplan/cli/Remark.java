package dev.crossplan.cli;

import dev.crossplan.planner.Visible;
import java.util.List;

/** What somebody should know beside a result: on standard error, so that the result stays whole. */
final class Remark {
  private Remark() {}

  /**
   * Says a sentence, items of it, and remedies.
   *
   * @param remedies sentences that start with "Maybe"
   */
  static void print(Terminal terminal, String sentence, List<String> items, List<String> remedies) {
    StringBuilder text = new StringBuilder();
    int room = terminal.errRoom();
    text.append(Prose.sentence(room, Visible.line(sentence)));
    items.forEach(item -> text.append(Prose.item(room, Visible.line(item))));
    remedies.forEach(remedy -> text.append(Prose.sentence(room, Visible.line(remedy))));
    terminal.err().print(text);
    terminal.err().flush();
  }
}
