package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The clock is moved by hand; the one that redraws comes later than these tests end. */
class ProgressLineTest {
  private static final long NOW = TimeUnit.DAYS.toNanos(365_000);

  private final TerminalForTests terminal = new TerminalForTests(true);

  @Test
  void whatTakesLessThanASecondIsNotShown() {
    try (ProgressLine progress = new ProgressLine(terminal.get())) {
      progress.start("reading", NOW);
      progress.draw(NOW + millis(999));
    }
    assertEquals("", terminal.err());
  }

  @Test
  void theLineIsRedrawnAndErased() {
    try (ProgressLine progress = new ProgressLine(terminal.get())) {
      progress.start("reading x.json", NOW);
      progress.step(20, 80);
      progress.draw(NOW + millis(1000));
      assertEquals("\rreading x.json 25 % (1 s)", terminal.err());
      progress.start("scheduling", NOW + millis(1500));
      progress.draw(NOW + millis(1600));
      assertEquals("\rreading x.json 25 % (1 s)\r" + " ".repeat(25) + "\r", terminal.err());
      progress.step(1234, 0);
      progress.draw(NOW + millis(3500));
      assertTrue(terminal.err().endsWith("\rscheduling 1,234 (2 s)"), terminal.err());
    }
    assertTrue(terminal.err().endsWith("\r" + " ".repeat(22) + "\r"), terminal.err());
  }

  @Test
  void theLineGivesWayToARemark() {
    try (ProgressLine progress = new ProgressLine(terminal.get())) {
      progress.start("reading", NOW);
      progress.draw(NOW + millis(1000));
      progress.giveWay(() -> terminal.get().err().print("a remark\n"));
      progress.draw(NOW + millis(1200));
    }
    assertTrue(
        terminal
            .err()
            .startsWith("\rreading (1 s)\r" + " ".repeat(13) + "\ra remark\n\rreading (1 s)"),
        terminal.err());
  }

  @Test
  void aLineIsNeverWiderThanTheTerminal() {
    try (ProgressLine progress = new ProgressLine(terminal.get())) {
      progress.start("x".repeat(100), NOW);
      progress.draw(NOW + millis(5000));
    }
    assertTrue(terminal.err().startsWith("\r" + "x".repeat(79) + "\r"), terminal.err());
  }

  @Test
  void whereNobodyLooksNothingIsShown() {
    TerminalForTests nobody = new TerminalForTests(false);
    try (ProgressLine progress = new ProgressLine(nobody.get())) {
      progress.start("reading", NOW);
      progress.draw(NOW + millis(5000));
    }
    assertEquals("", nobody.err());
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
