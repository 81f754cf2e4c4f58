package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import java.io.ByteArrayOutputStream;
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
 * The cursor stays visible and the terminal's modes as they are: whatever ends the process, there
 * is nothing to restore but the lines.
 *
 * <p>JLine knows how wide characters are, and where lines went when the terminal got another width.
 * Its own terminal of the process is not used: it takes 0.3 s to start and wants to read the
 * keyboard, which may be a file.
 */
final class LiveBlock {
  /** What every terminal but a dumb one can do: colours, and the cursor up. */
  private static final String TYPE = "ansi";

  // Terminals that know these show the frame when it is complete; others ignore them.
  private static final String BEGIN_FRAME = "\u001b[?2026h";
  private static final String END_FRAME = "\u001b[?2026l";

  private static final int AFTER_LAST = -1;

  private final OutputStream out;
  private final ByteArrayOutputStream frame = new ByteArrayOutputStream();
  private final DumbTerminal terminal;
  private final Display display;
  private final boolean colours;

  /** Nothing is shown yet. */
  LiveBlock(OutputStream out, boolean colours, WindowSize size) {
    this.out = out;
    try {
      this.terminal =
          new DumbTerminal(
              "crossplan", TYPE, InputStream.nullInputStream(), frame, StandardCharsets.UTF_8);
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
   * Redraws, in one write.
   *
   * @param above lines that will scroll by, of any length
   * @param block the lines that stay, each narrower than the terminal, not more than it has; none
   *     to erase it
   */
  void show(List<AttributedString> above, List<AttributedString> block) {
    terminal.writer().print(BEGIN_FRAME);
    // All of it anew: who types meanwhile moves the cursor, which shifts what was there by a line,
    // but cannot mix up what is there now.
    display.update(ImmutableList.of(), 0, false);
    above.forEach(line -> terminal.writer().print(ansi(line) + "\r\n"));
    List<AttributedString> lines = new ArrayList<>();
    for (int i = 0; i < block.size(); i++) {
      AttributedString line =
          colours ? block.get(i) : new AttributedString(block.get(i).toString());
      // With line feeds of their own a terminal that is made wider does not join the lines.
      lines.add(i < block.size() - 1 ? AttributedStringBuilder.append(line, "\n") : line);
    }
    if (!lines.isEmpty()) {
      display.update(lines, AFTER_LAST, false);
    }
    terminal.writer().print(END_FRAME);
    terminal.writer().flush();
    try {
      out.write(frame.toByteArray());
    } catch (IOException e) {
      // Nobody looks any more; that is no reason to end a build.
    }
    frame.reset();
  }

  private String ansi(AttributedString line) {
    return colours ? line.toAnsi(terminal) : line.toString();
  }
}
