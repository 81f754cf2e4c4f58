package dev.crossplan.planner.machine;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What this machine runs, as {@code os-release(5)} tells it: remedies are other commands on each.
 *
 * @param name for people: {@code Debian GNU/Linux 12 (bookworm)}
 */
public record Distribution(Family family, String name) {

  /** Distributions that are administered alike. */
  public enum Family {
    /** Debian, Ubuntu and what is made of them: apt-get. */
    DEBIAN,
    /** Administered by its configuration.nix. */
    NIXOS,
    OTHER
  }

  /** That of this machine. */
  public static Distribution ofThisMachine() {
    return read(Path.of("/etc/os-release"));
  }

  /** Reads lines {@code KEY=value}, where the value may be quoted. */
  static Distribution read(Path file) {
    Map<String, String> values = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          values.put(line.substring(0, equals), unquoted(line.substring(equals + 1).strip()));
        }
      }
    } catch (IOException e) {
      return new Distribution(Family.OTHER, "unknown Linux"); // without the file, or unreadable
    }
    return new Distribution(
        family(values.getOrDefault("ID", "") + " " + values.getOrDefault("ID_LIKE", "")),
        values.getOrDefault("PRETTY_NAME", values.getOrDefault("ID", "unknown Linux")));
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && "\"'".indexOf(value.charAt(0)) >= 0
        ? value.substring(1, value.length() - 1)
        : value;
  }

  private static Family family(String ids) {
    for (String id : Splitter.on(' ').split(ids)) {
      switch (id) {
        case "debian", "ubuntu" -> {
          return Family.DEBIAN;
        }
        case "nixos" -> {
          return Family.NIXOS;
        }
        default -> {
          // the next one, from the closest relative on
        }
      }
    }
    return Family.OTHER;
  }
}
