package dev.crossplan.planner.alternative;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Tools whose output does not depend on the machine that they run on, by name and with their kind.
 * What asks the kernel for the machine, as Meson does, is none of them, and no compiler is.
 */
final class ToolKinds {
  private static final String INTERPRETER = "interpreter";

  private static final ImmutableMap<String, String> KINDS = read();

  private ToolKinds() {}

  private static ImmutableMap<String, String> read() {
    ImmutableMap.Builder<String, String> kinds = ImmutableMap.builder();
    try {
      List<String> lines =
          Resources.readLines(
              Resources.getResource(ToolKinds.class, "tool-kinds.csv"), StandardCharsets.UTF_8);
      for (String line : lines.subList(1, lines.size())) {
        List<String> fields = Splitter.on(',').splitToList(line);
        for (String name : Splitter.on(' ').split(fields.get(1))) {
          kinds.put(name, fields.get(0));
        }
      }
      return kinds.buildOrThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What kind of tool it is; empty for one that is not known to be safe. */
  static Optional<String> of(String name) {
    return Optional.ofNullable(KINDS.get(name));
  }

  /** Whether a tool runs programs that others wrote for it, which may ask it about its machine. */
  static boolean isInterpreter(String name) {
    return INTERPRETER.equals(KINDS.get(name));
  }
}
