package dev.crossplan.planner.instance;

import com.google.common.base.Splitter;
import dev.crossplan.planner.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tomlj.TomlParseError;

/** Tells what keeps a file from being TOML. */
final class TomlFault {
  /** How the parser ends a message of what is there twice, or once as this and once as that. */
  private static final Pattern TWICE =
      Pattern.compile("defined (?:as a literal array )?at line (\\d+), column \\d+\\)?$");

  private static final Pattern TABLE = Pattern.compile("\\[([^\\[\\]]+)\\]");

  private final List<String> lines;

  private TomlFault(String text) {
    this.lines = Splitter.on('\n').splitToList(text);
  }

  /**
   * What to throw for the first error of a file.
   *
   * @param text of the file
   */
  static InputException of(Path file, String text, TomlParseError error) {
    return new InputException(
        file
            + ":"
            + error.position().line()
            + ":"
            + error.position().column()
            + ": not valid TOML: "
            + error.getMessage(),
        new TomlFault(text).remedy(error),
        error);
  }

  private String remedy(TomlParseError error) {
    Matcher twice = TWICE.matcher(String.valueOf(error.getMessage()));
    return twice.find()
        ? ofTwo(Integer.parseInt(twice.group(1)), error.position().line())
        : "Maybe a quote, a bracket or a comma is missing there or in the line before.";
  }

  private String ofTwo(int first, int second) {
    String line = line(second);
    if (!line.startsWith("[")) {
      return first == second
          ? "Maybe take one of the two out."
          : "Maybe take one of the two out, here or in line " + first + ".";
    }
    Matcher table = TABLE.matcher(line);
    return table.lookingAt() && line(first).startsWith("[" + table.group())
        ? "Maybe [" + table.group() + "] is meant."
        : "Maybe write what stands below it into the one in line " + first + ".";
  }

  private String line(int number) {
    return lines.get(number - 1).strip();
  }
}
