package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableSet;

/** The flags by which nixpkgs tells a build about platforms, and triples in names. */
final class PlatformFlags {
  private static final ImmutableSet<String> FLAG_ATTRIBUTES =
      ImmutableSet.of("configureFlags", "cmakeFlags", "mesonFlags");

  /**
   * Characters of "/nix/store/" are told by the derivation; after it come 32 of the hash and a
   * dash.
   */
  private static final int HASH_AND_DASH = 33;

  private final ImmutableSet<String> triples;
  private final boolean[] tripleStarts = new boolean[128];

  /**
   * @param triples of all platforms that the manifest names
   */
  PlatformFlags(ImmutableSet<String> triples) {
    this.triples = triples;
    for (String triple : triples) {
      if (triple.charAt(0) < tripleStarts.length) {
        tripleStarts[triple.charAt(0)] = true;
      }
    }
  }

  static boolean mayHold(String attribute) {
    return FLAG_ATTRIBUTES.contains(attribute);
  }

  /** Whether a word of such an attribute tells the platform. */
  static boolean isPlatformFlag(String word) {
    return word.startsWith("--host=")
        || word.startsWith("--build=")
        || word.startsWith("--target=")
        || word.startsWith("--with-arch=") // of a compiler, whose default it sets
        || word.startsWith("--with-abi=")
        || word.startsWith("--with-cpu=")
        || word.startsWith("--with-tune=")
        || word.startsWith("--cross-file=")
        || word.startsWith("-DCMAKE_SYSTEM_")
        || word.startsWith("-DCMAKE_HOST_SYSTEM_")
        || word.startsWith("-DCMAKE_CROSSCOMPILING");
  }

  /**
   * A value with store paths reduced to their names and triples left out, with the dash that joins
   * them.
   *
   * @param store the store directory and a slash
   * @param keep base names whose hash says what they are: sources that nothing builds
   */
  void reduce(String value, String store, ImmutableSet<String> keep, StringBuilder into) {
    into.setLength(0);
    if (!value.contains(store) && triples.stream().noneMatch(value::contains)) {
      into.append(value);
      return;
    }
    int at = 0;
    while (at < value.length()) {
      int plain = at;
      while (at < value.length() && !mayStart(value.charAt(at))) {
        at++;
      }
      into.append(value, plain, at);
      if (at == value.length()) {
        return;
      }
      char c = value.charAt(at);
      if (c == '/'
          && value.startsWith(store, at)
          && value.length() >= at + store.length() + HASH_AND_DASH) {
        int start = at + store.length();
        if (keep.isEmpty() || !keep.contains(baseName(value, start))) {
          at = start + HASH_AND_DASH;
          continue;
        }
      }
      int after = afterTriple(value, at);
      if (after > at) {
        at = after;
        int last = into.length() - 1;
        if (at < value.length() && value.charAt(at) == '-') {
          at++;
        } else if (last >= 0 && into.charAt(last) == '-') {
          into.setLength(last);
        }
        continue;
      }
      into.append(c);
      at++;
    }
  }

  /** Whether a store path or a triple may start with {@code c}; most characters are passed over. */
  private boolean mayStart(char c) {
    return c == '/' || c >= tripleStarts.length || tripleStarts[c];
  }

  private static String baseName(String value, int start) {
    int end = start;
    while (end < value.length() && value.charAt(end) > ' ' && value.charAt(end) != '/') {
      end++;
    }
    return value.substring(start, end);
  }

  private int afterTriple(String value, int at) {
    for (String triple : triples) {
      if (value.startsWith(triple, at)) {
        return at + triple.length();
      }
    }
    return at;
  }

  /** A name without triples. */
  String withoutTriples(String name) {
    StringBuilder reduced = new StringBuilder();
    reduce(name, "\0", ImmutableSet.of(), reduced);
    return reduced.toString();
  }
}
