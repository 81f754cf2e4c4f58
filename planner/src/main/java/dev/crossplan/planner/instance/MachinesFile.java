package dev.crossplan.planner.instance;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Nix's machines file, {@code /etc/nix/machines}: an entry a line, up to eight fields, {@code -} for a default, {@code
 * @file} to include another (Nix manual, "Remote Builds"). A machine is called by the host of its URI.
 */
final class MachinesFile {
  private static final Splitter FIELDS = Splitter.onPattern("[ \t]+").omitEmptyStrings();
  private static final Splitter COMMAS = Splitter.on(',').omitEmptyStrings();

  private MachinesFile() {}

  /**
   * @throws InputException if it cannot be read or an entry is not as Nix takes it
   */
  static ImmutableList<Builder> read(Path file) {
    List<Builder> builders = new ArrayList<>();
    read(file, builders, new HashSet<>());
    return ImmutableList.copyOf(builders);
  }

  private static void read(Path file, List<Builder> builders, Set<Path> including) {
    if (!including.add(file.toAbsolutePath().normalize())) {
      throw new InputException(file + ": the machines file includes itself");
    }
    String text = InputFile.read(file, in -> new String(in.readAllBytes(), StandardCharsets.UTF_8));
    int number = 0;
    for (String line : Splitter.on('\n').split(text)) {
      number++;
      String entries = line.contains("#") ? line.substring(0, line.indexOf('#')) : line;
      for (String entry : Splitter.on(';').trimResults().omitEmptyStrings().split(entries)) {
        if (entry.startsWith("@")) {
          Path other = file.resolveSibling(entry.substring(1));
          if (Files.exists(other)) { // Nix passes over one that is missing
            read(other, builders, including);
          }
        } else {
          builders.add(entry(file + ":" + number, FIELDS.splitToList(entry)));
        }
      }
    }
  }

  private static Builder entry(String where, List<String> fields) {
    if (fields.size() > 8) {
      throw new InputException(
          where + ": an entry has eight fields at the most, not " + fields.size());
    }
    String uri = fields.get(0);
    ImmutableSet<String> mandatory = set(fields, 6);
    return new Builder(
        host(uri),
        Optional.of(uri),
        field(fields, 1).isPresent() ? set(fields, 1) : ImmutableSet.of(Host.system()),
        ImmutableSet.of(),
        ImmutableSet.<String>builder().addAll(set(fields, 5)).addAll(mandatory).build(),
        mandatory,
        (int) Math.max(1, number(where, "max jobs", fields, 3)),
        number(where, "the speed factor", fields, 4),
        0,
        0);
  }

  private static String host(String uri) {
    return uri.replaceFirst("^[a-z-]+://", "")
        .replaceFirst("^[^@/]*@", "")
        .replaceFirst("[:/?].*$", "");
  }

  private static Optional<String> field(List<String> fields, int index) {
    return index < fields.size() && !fields.get(index).equals("-")
        ? Optional.of(fields.get(index))
        : Optional.empty();
  }

  private static ImmutableSet<String> set(List<String> fields, int index) {
    return field(fields, index)
        .map(text -> ImmutableSet.copyOf(COMMAS.split(text)))
        .orElse(ImmutableSet.of());
  }

  /** A number of the entry; as Nix takes it, none and 0 are 1. */
  private static double number(String where, String what, List<String> fields, int index) {
    String text = field(fields, index).orElse("1");
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= 1_000_000) {
        return value == 0 ? 1 : value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new InputException(where + ": " + what + " must be a number from 0, not " + text);
  }
}
