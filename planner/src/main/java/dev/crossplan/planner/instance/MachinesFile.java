package dev.crossplan.planner.instance;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import dev.crossplan.planner.instance.Builder.Abilities;
import dev.crossplan.planner.instance.Builder.Capacity;
import dev.crossplan.planner.instance.Builder.Connection;
import dev.crossplan.planner.instance.Builder.Upkeep;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Nix's machines file, {@code /etc/nix/machines}, and its setting {@code builders} (Nix manual,
 * "Remote Builds"): an entry a line or parted by semicolons, {@code #} before a comment, {@code
 * @file} to include another, and up to eight fields, each of them {@code -} for the default:
 *
 * <pre>
 *   URI systems key jobs speed features mandatory-features host-key
 *   ssh-ng://root@board riscv64-linux /root/.ssh/id 4 0.25 big-parallel,native-riscv - c3NoLWVkMjU1…
 * </pre>
 *
 * A machine is called by the host of its URI.
 */
public final class MachinesFile {
  private static final Splitter FIELDS = Splitter.onPattern("[ \t\r]+").omitEmptyStrings();
  private static final Splitter COMMAS = Splitter.on(',').omitEmptyStrings();

  private static final int MOST = 1_000_000;
  private static final int MOST_FIELDS = 8;
  private static final String DEFAULT = "-";

  private static final Pattern WHOLE = Pattern.compile("[0-9]+");
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?");

  /** What would end a field, an entry, or all that counts of a line. */
  private static final CharMatcher ENDS =
      CharMatcher.whitespace().or(CharMatcher.anyOf(";#")).or(CharMatcher.javaIsoControl());

  /** Words that Nix takes for stores rather than for hosts; with {@code ?} may come options. */
  private static final Pattern STORE = Pattern.compile("(?:auto|daemon|local)(?:\\?.*)?|\\?.*");

  private final List<Builder> builders = new ArrayList<>();
  private final List<String> places = new ArrayList<>();
  private final ImmutableList.Builder<String> warnings = ImmutableList.builder();
  private final ImmutableList.Builder<String> notes = ImmutableList.builder();
  private final Set<Path> including = new HashSet<>();

  private MachinesFile() {}

  /** Says where an entry is written. */
  private interface Place {
    String of(int line, int entry);
  }

  /**
   * Reads a file.
   *
   * @throws InputException if it cannot be read or an entry is not as Nix takes it
   */
  public static Machines read(Path file) {
    MachinesFile reading = new MachinesFile();
    reading.file(file);
    return reading.machines();
  }

  /**
   * Reads a text as Nix takes it for its setting {@code builders}.
   *
   * @param source of the text, for messages
   * @param folder in which files are that it includes
   * @throws InputException if an entry is not as Nix takes it
   */
  public static Machines parse(String text, String source, Path folder) {
    MachinesFile reading = new MachinesFile();
    reading.text(text, (line, entry) -> source + ", entry " + entry, folder);
    return reading.machines();
  }

  private void file(Path file) {
    Path itself = file.toAbsolutePath().normalize();
    if (!including.add(itself)) {
      throw new InputException(
          file + ": the machines file includes itself",
          "Maybe take out the line with @ that names it, or one in between.");
    }
    String text = InputFile.text(file, "a machines file");
    if (text.indexOf('\0') >= 0) {
      throw new InputException(
          file + ": is no text, a machines file was expected", "Maybe another file is meant.");
    }
    text(text, (line, entry) -> file + ":" + line, file.toAbsolutePath().resolveSibling("."));
    including.remove(itself);
  }

  private void text(String text, Place place, Path folder) {
    int line = 0;
    int number = 0;
    for (String written : Splitter.on('\n').split(text)) {
      line++;
      int comment = written.indexOf('#');
      String entries = comment < 0 ? written : written.substring(0, comment);
      if (comment >= 0 && written.indexOf(';', comment) >= 0) {
        notes.add(
            place.of(line, number + 1)
                + ": a comment has a semicolon: for an older Nix, 2.8 among them, what follows is an"
                + " entry");
      }
      for (String entry : Splitter.on(';').trimResults().omitEmptyStrings().split(entries)) {
        number++;
        String where = place.of(line, number);
        if (entry.startsWith("@")) {
          include(entry.substring(1).strip(), where, folder);
        } else {
          entry(where, FIELDS.splitToList(entry));
        }
      }
    }
  }

  /** Nix passes over a file that is missing. */
  private void include(String name, String where, Path folder) {
    if (name.isEmpty()) {
      throw new InputException(
          where + ": @ names no file", "Maybe @/etc/nix/machines, where Nix looks by itself.");
    }
    Path file;
    try {
      file = folder.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw new InputException(
          where + ": @" + name + " is no path: " + e.getReason(),
          "Maybe take that character out: no file name has it.",
          e);
    }
    if (Files.exists(file)) {
      file(file);
    } else {
      warnings.add(where + ": there is no file " + file + ", so no builders are taken from it");
    }
  }

  private void entry(String where, List<String> fields) {
    if (fields.size() > MOST_FIELDS) {
      throw new InputException(
          where + ": an entry has eight fields at the most, not " + fields.size(),
          "Maybe a list has spaces: its members are parted by commas alone.");
    }
    String uri =
        field(fields, 0)
            .map(MachinesFile::withScheme)
            .orElseThrow(
                () ->
                    new InputException(
                        where + ": an entry begins with the URI of a machine, not with -",
                        "Maybe ssh://user@host."));
    int jobs = jobs(where, field(fields, 3).orElse("1"));
    String speed = field(fields, 4).orElse("1");
    double factor = speed(where, speed);
    Optional<String> hostKey = field(fields, 7);
    hostKey.ifPresent(
        key -> {
          if (!isBase64(key)) {
            throw new InputException(where + ": the host key is no base64: " + key, REMEDY_KEY);
          }
        });
    if (!WHOLE.matcher(speed).matches()) {
      notes.add(
          where
              + ": the speed factor is "
              + speed
              + ", not a whole number: Nix 2.19 and older read nothing of the machines then");
    }
    if (jobs == 0) {
      warnings.add(where + ": " + host(uri) + " takes no jobs, so it never builds");
      return;
    }
    builders.add(
        new Builder(
            host(uri),
            new Connection(Optional.of(uri), field(fields, 2), hostKey, OptionalLong.empty()),
            new Abilities(
                field(fields, 1).isPresent() ? set(fields, 1) : ImmutableSet.of(Host.system()),
                ImmutableSet.of(),
                set(fields, 5),
                set(fields, 6)),
            new Capacity(jobs, factor, OptionalInt.empty(), OptionalLong.empty()),
            Upkeep.NONE));
    places.add(where);
  }

  private static final String SHIFTED =
      "Maybe a field before it is missing: the order is URI, systems, key, jobs, speed; - is the"
          + " default.";

  /** How to get what Nix expects there. */
  static final String REMEDY_KEY =
      "Maybe it is what base64 -w0 /etc/ssh/ssh_host_ed25519_key.pub says on that machine.";

  /** A host that has several entries, for several systems or users, is several machines. */
  private Machines machines() {
    Set<String> names = new HashSet<>();
    ImmutableList.Builder<Builder> named = ImmutableList.builder();
    ImmutableMap.Builder<String, String> origins = ImmutableMap.builder();
    for (int i = 0; i < builders.size(); i++) {
      Builder builder = builders.get(i);
      String name = builder.name();
      for (int number = 2; !names.add(name); number++) {
        name = builder.name() + "-" + number;
      }
      named.add(builder.called(name));
      origins.put(name, places.get(i));
    }
    return new Machines(
        named.build(), origins.buildOrThrow(), warnings.build(), notes.build(), true);
  }

  /** As Nix does, takes what is neither a URI nor a path nor a store for a host. */
  public static String withScheme(String uri) {
    return uri.contains("/") || STORE.matcher(uri).matches() ? uri : "ssh://" + uri;
  }

  static boolean isBase64(String text) {
    try {
      return Base64.getDecoder().decode(text).length > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String host(String uri) {
    String host =
        uri.replaceFirst("^[a-z-]+://", "")
            .replaceFirst("^[^@/]*@", "")
            .replaceFirst("^\\[([^]]*)].*$|[:/?].*$", "$1");
    return host.isEmpty() ? uri : host;
  }

  private static Optional<String> field(List<String> fields, int index) {
    return index < fields.size() && !fields.get(index).equals(DEFAULT)
        ? Optional.of(fields.get(index))
        : Optional.empty();
  }

  private static ImmutableSet<String> set(List<String> fields, int index) {
    return field(fields, index)
        .map(text -> ImmutableSet.copyOf(COMMAS.split(text)))
        .orElse(ImmutableSet.of());
  }

  private static int jobs(String where, String text) {
    if (WHOLE.matcher(text).matches() && text.length() <= 9 && Integer.parseInt(text) <= MOST) {
      return Integer.parseInt(text);
    }
    throw new InputException(
        where + ": max jobs must be a whole number from 0, not " + text, SHIFTED);
  }

  /** As Nix takes it, 0 is 1. */
  private static double speed(String where, String text) {
    if (NUMBER.matcher(text).matches()) {
      double speed = Double.parseDouble(text);
      if (speed == 0) {
        return 1;
      }
      if (speed >= Section.LEAST_FACTOR && speed <= MOST) {
        return speed;
      }
    }
    throw new InputException(
        where
            + ": the speed factor must be a number from "
            + Section.plain(Section.LEAST_FACTOR)
            + " to "
            + Section.plain(MOST)
            + ", not "
            + text,
        SHIFTED);
  }

  /**
   * The entry of a builder, with all eight fields. What the file cannot say is not in it: what is
   * emulated, cores, memory, link, price and power.
   *
   * @throws InputException if a field has what would end it
   */
  public static String entry(Builder builder) {
    Connection connection = builder.connection();
    ImmutableList<String> fields =
        ImmutableList.of(
            withScheme(connection.uri().orElse("local")),
            list(builder, builder.systems()),
            connection.key().orElse(DEFAULT),
            Integer.toString(builder.slots()),
            Section.plain(builder.speed()),
            list(builder, builder.features()),
            list(builder, builder.mandatoryFeatures()),
            connection.hostKey().orElse(DEFAULT));
    for (String field : fields) {
      if (field.isEmpty() || ENDS.matchesAnyOf(field) || fields.get(0).startsWith("@")) {
        throw unwritable(builder, field);
      }
    }
    if (builder.systems().isEmpty()) {
      throw new InputException(
          "builder " + builder.name() + ": a machines file names what it runs, and that is nothing",
          "Maybe give it systems.");
    }
    return String.join(" ", fields);
  }

  private static String list(Builder builder, ImmutableSet<String> members) {
    for (String member : members) {
      if (member.isEmpty() || member.contains(",") || member.equals(DEFAULT)) {
        throw unwritable(builder, member);
      }
    }
    return members.isEmpty() ? DEFAULT : String.join(",", members);
  }

  private static InputException unwritable(Builder builder, String field) {
    return new InputException(
        "builder " + builder.name() + ": a machines file has no way to say \"" + field + '"',
        "Maybe call it without spaces, commas, semicolons and #.");
  }
}
