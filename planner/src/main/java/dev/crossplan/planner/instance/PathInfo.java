package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import java.util.HashMap;
import java.util.Map;

/**
 * What a binary cache says of a path that it has; a {@code .narinfo} file, see "Binary cache" and
 * "Store object info" in the Nix manual: a line {@code Key: value} for each of {@code StorePath},
 * {@code URL}, {@code NarHash}, {@code NarSize}, {@code References} and more.
 *
 * @param references the paths that it refers to, itself perhaps among them
 * @param bytes to be transferred: {@code FileSize}; {@code NarSize} where the cache leaves it out
 */
record PathInfo(ImmutableList<StorePath> references, long bytes) {
  private static final ImmutableSet<String> REQUIRED =
      ImmutableSet.of("StorePath", "URL", "NarHash", "NarSize");

  /**
   * Reads a {@code .narinfo} file.
   *
   * @param path that was asked for
   * @throws InputException if Nix would not take it either, or it is about another path
   */
  static PathInfo parse(StorePath path, String text) {
    Map<String, String> fields = new HashMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      int colon = line.indexOf(": ");
      if (colon < 1 && !line.endsWith(":")) {
        throw new InputException("line " + number + " is not Key: value");
      }
      fields.putIfAbsent(
          line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).strip());
    }
    for (String key : REQUIRED) {
      if (fields.getOrDefault(key, "").isEmpty()) {
        throw new InputException("there is no " + key);
      }
    }
    if (!path.toString().equals(fields.get("StorePath"))) {
      throw new InputException("it is about " + fields.get("StorePath"));
    }
    long unpacked = size(fields, "NarSize");
    return new PathInfo(
        references(path, fields.getOrDefault("References", "")),
        fields.containsKey("FileSize") ? size(fields, "FileSize") : unpacked);
  }

  private static long size(Map<String, String> fields, String key) {
    String text = fields.getOrDefault(key, "");
    if (!text.matches("0*[1-9]\\d{0,17}")) {
      throw new InputException(key + " is " + text);
    }
    return Long.parseLong(text);
  }

  /** References as base names, parted by spaces. */
  static ImmutableList<StorePath> references(StorePath of, String baseNames) {
    ImmutableList.Builder<StorePath> references = ImmutableList.builder();
    for (String baseName : baseNames.split(" ", -1)) {
      if (!baseName.isEmpty()) {
        references.add(StorePath.of(of.directory(), baseName));
      }
    }
    return references.build();
  }
}
