package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Size;
import org.jline.terminal.impl.DumbTerminal;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.Display;

/**
 * Lines at the bottom of a terminal that are redrawn in place, while others scroll by above them.
 * What changed is written in one piece, so nothing flickers. The cursor stays visible and the
 * terminal's modes as they are: whatever ends the process, there is nothing to restore but the
 * lines.
 *
 * <p>JLine knows how wide characters are, what the terminal can do, and what a new width does to
 * lines. Its own terminal of the process is not used: it starts in 0.3 s and wants to read the
 * keyboard, which may be a file.
 */
final class LiveBlock {
  /** More than a frame, so that each is one write. */
  private static final int BUFFER = 1 << 16;

  private static final int AFTER_LAST = -1;

  private final DumbTerminal terminal;
  private final Display display;
  private final boolean colours;

  /**
   * Nothing is shown yet.
   *
   * @param type as in {@code TERM}: {@code xterm-256color}
   */
  LiveBlock(OutputStream out, String type, boolean colours, WindowSize size) {
    try {
      this.terminal =
          new DumbTerminal(
              "crossplan",
              type,
              InputStream.nullInputStream(),
              new BufferedOutputStream(out, BUFFER),
              StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.display = new Display(terminal, false);
    this.colours = colours;
    resize(size);
  }

  void resize(WindowSize size) {
    Size now = Size.of(size.width(), size.height());
    terminal.setSize(now);
    display.resize(now);
  }

  /**
   * Redraws.
   *
   * @param above lines that will scroll by, of any length
   * @param block the lines that stay, none wider than the terminal, not more than it has; none to
   *     erase it
   */
  void show(List<String> above, List<AttributedString> block) {
    if (!above.isEmpty()) {
      display.update(ImmutableList.of(), 0, false);
      above.forEach(line -> terminal.writer().print(line + "\r\n"));
    }
    List<AttributedString> lines = new ArrayList<>();
    for (int i = 0; i < block.size(); i++) {
      AttributedString line =
          colours ? block.get(i) : new AttributedString(block.get(i).toString());
      // With line feeds of their own a terminal that is made wider does not join the lines.
      lines.add(i < block.size() - 1 ? AttributedStringBuilder.append(line, "\n") : line);
    }
    display.update(lines, block.isEmpty() ? 0 : AFTER_LAST, false);
    terminal.writer().flush();
  }
}
