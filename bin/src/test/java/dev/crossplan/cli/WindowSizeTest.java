package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class WindowSizeTest {
  @Test
  void whatSttyPrints() {
    assertEquals(Optional.of(new WindowSize(120, 40)), WindowSize.parse("40 120\n"));
  }

  @Test
  void aTerminalThatDoesNotKnow() {
    assertEquals(Optional.empty(), WindowSize.parse("0 0\n"));
    assertEquals(Optional.empty(), WindowSize.parse(""));
    assertEquals(Optional.empty(), WindowSize.parse("a b"));
  }
}
