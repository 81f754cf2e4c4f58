package dev.crossplan.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"", "zlib-1.3", "C:\\ \"x\"", "größer", "日本語", "עברית", "a\u0301", "😀", "…"})
  void lettersStayAsTheyAre(String text) {
    assertEquals(text, Visible.line(text));
    assertEquals(text, Visible.lines(text));
  }

  @Test
  void whatSteersATerminalIsShown() {
    assertEquals("a\\x1b[31m\\x07b\\x7f\\x9b", Visible.line("a\u001b[31m\u0007b\u007f\u009b"));
    assertEquals("a\\n\\x0d\\x09b", Visible.line("a\n\r\tb"));
    assertEquals("\\u202a\\u202e\\u2066\\u2069", Visible.line("\u202a\u202e\u2066\u2069"));
  }

  @Test
  void aSurrogateIsShownWhereItIsAlone() {
    assertEquals("\\udc80x\\ud83d", Visible.line("\udc80x\ud83d"));
    assertEquals("\\ud83d😀\\ude00", Visible.line("\ud83d😀\ude00"));
  }

  @Test
  void aMessageKeepsItsLines() {
    assertEquals("a:\n\tb\\x0d\\x1b", Visible.lines("a:\n\tb\r\u001b"));
  }
}
