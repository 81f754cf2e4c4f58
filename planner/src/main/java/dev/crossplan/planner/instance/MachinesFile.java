package dev.crossplan.planner.instance;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
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
  private static final Splitter FIELDS = Splitter.onPattern("[ \t\r]+").omitEmptyStrings();
  private static final Splitter COMMAS = Splitter.on(',').omitEmptyStrings();

  private static final int MOST = 1_000_000;

  private MachinesFile() {}

  /**
   * @throws InputException if it cannot be read or an entry is not as Nix takes it
   */
  static ImmutableList<Builder> read(Path file) {
    List<Builder> builders = new ArrayList<>();
    read(file, builders, new HashSet<>());
    return named(builders);
  }

  /** A host that has several entries, for several systems or users, is several machines. */
  private static ImmutableList<Builder> named(List<Builder> builders) {
    Set<String> names = new HashSet<>();
    ImmutableList.Builder<Builder> named = ImmutableList.builder();
    for (Builder builder : builders) {
      String name = builder.name();
      for (int number = 2; !names.add(name); number++) {
        name = builder.name() + "-" + number;
      }
      named.add(builder.called(name));
    }
    return named.build();
  }

  private static void read(Path file, List<Builder> builders, Set<Path> including) {
    if (!including.add(file.toAbsolutePath().normalize())) {
      throw new InputException(file + ": the machines file includes itself");
    }
    String text = InputFile.text(file, "a machines file");
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
          entry(file + ":" + number, FIELDS.splitToList(entry)).ifPresent(builders::add);
        }
      }
    }
    including.remove(file.toAbsolutePath().normalize());
  }

  /** The machine of an entry; none where it takes no jobs. */
  private static Optional<Builder> entry(String where, List<String> fields) {
    if (fields.size() > 8) {
      throw new InputException(
          where + ": an entry has eight fields at the most, not " + fields.size());
    }
    String uri = fields.get(0);
    ImmutableSet<String> mandatory = set(fields, 6);
    int jobs = jobs(where, field(fields, 3).orElse("1"));
    if (jobs == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Builder(
            host(uri),
            Optional.of(uri),
            field(fields, 1).isPresent() ? set(fields, 1) : ImmutableSet.of(Host.system()),
            ImmutableSet.of(),
            ImmutableSet.<String>builder().addAll(set(fields, 5)).addAll(mandatory).build(),
            mandatory,
            jobs,
            speed(where, field(fields, 4).orElse("1")),
            0,
            0));
  }

  private static String host(String uri) {
    String host =
        uri.replaceFirst("^[a-z-]+://", "")
            .replaceFirst("^[^@/]*@", "")
            .replaceFirst("^\\[([^]]*)].*$|[:/?].*$", "$1");
    return host.isEmpty() ? uri : host;
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

  private static int jobs(String where, String text) {
    try {
      int jobs = Integer.parseInt(text);
      if (jobs >= 0 && jobs <= MOST) {
        return jobs;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new InputException(where + ": max jobs must be a whole number from 0, not " + text);
  }

  /** As Nix takes it, 0 is 1. */
  private static double speed(String where, String text) {
    try {
      double speed = Double.parseDouble(text);
      if (speed == 0) {
        return 1;
      }
      if (speed >= Section.LEAST_FACTOR && speed <= MOST) {
        return speed;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new InputException(
        where
            + ": the speed factor must be a number from "
            + Section.plain(Section.LEAST_FACTOR)
            + " to "
            + Section.plain(MOST)
            + ", not "
            + text);
  }
}
