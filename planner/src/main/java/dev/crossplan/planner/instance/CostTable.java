package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The cost file of a manifest: a header {@code package,seconds}, then a package a line. */
final class CostTable {
  private CostTable() {}

  /**
   * Seconds by package name.
   *
   * @throws InputException if the header is another, a line has not two fields, or seconds is no
   *     number from 0
   */
  static ImmutableMap<String, Double> read(Path file) {
    return InputFile.read(file, in -> parse(file, in));
  }

  private static ImmutableMap<String, Double> parse(Path file, InputStream in) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    String header = lines.readLine();
    if (header == null || !header.strip().equals("package,seconds")) {
      throw new InputException(
          file
              + ":1: the header is not package,seconds but "
              + (header == null ? "missing" : header));
    }
    Map<String, Double> seconds = new LinkedHashMap<>();
    int number = 1;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      int comma = line.lastIndexOf(',');
      if (comma < 1) {
        throw new InputException(file + ":" + number + ": not package,seconds: " + line);
      }
      String name = line.substring(0, comma).strip();
      String value = line.substring(comma + 1).strip();
      Double before = seconds.put(name, seconds(file, number, value));
      if (before != null) {
        throw new InputException(
            file + ":" + number + ": a second line for " + name + ", the first says " + before);
      }
    }
    return ImmutableMap.copyOf(seconds);
  }

  private static double seconds(Path file, int line, String text) {
    try {
      double seconds = Double.parseDouble(text);
      if (seconds >= 0 && seconds <= Section.MOST_AMOUNT) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // told below, with what is out of range
    }
    throw new InputException(
        file
            + ":"
            + line
            + ": seconds must be a number from 0 to "
            + Section.plain(Section.MOST_AMOUNT)
            + ", not "
            + text);
  }
}
