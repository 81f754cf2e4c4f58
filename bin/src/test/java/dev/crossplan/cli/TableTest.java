package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final List<Map.Entry<String, String>> ROWS =
      List.of(
          Map.entry("riscv64-unknown-linux-gnu-gcc", "one two three four five"),
          Map.entry("zlib", "six"));

  @Test
  void elsewhereThanOnATerminalNothingIsCut() {
    assertEquals(
        """
         name                           words
         riscv64-unknown-linux-gnu-gcc  one two three four five
         zlib                           six
        """,
        table(false, 20));
  }

  @Test
  void onANarrowTerminalColumnsOfWordsGiveWay() {
    assertEquals(
        """
         name              words
         riscv64-unknown…  one two three four five
         zlib              six
        """,
        table(true, 42));
    assertEquals(
        """
         name          words
         riscv64-unk…  one two three
                       four five
         zlib          six
        """,
        table(true, 28));
  }

  @Test
  void sentencesAreBrokenBetweenWords() {
    assertEquals("  one two\n    three\n", Prose.item(terminal(true, 10), "one two three"));
    assertEquals("one two\n  three\n", Prose.sentence(terminal(true, 10), "one two three"));
    assertEquals("  one two three\n", Prose.item(terminal(false, 10), "one two three"));
    assertEquals("  averylongword\n", Prose.item(terminal(true, 5), "averylongword"));
  }

  private static String table(boolean outIsTerminal, int width) {
    return Table.of(
        terminal(outIsTerminal, width),
        ROWS,
        List.of(Table.text("name", Map.Entry::getKey), Table.text("words", Map.Entry::getValue)));
  }

  private static Terminal terminal(boolean outIsTerminal, int width) {
    OutputStream none = OutputStream.nullOutputStream();
    return new Terminal(none, none, outIsTerminal, false, false, width);
  }
}
