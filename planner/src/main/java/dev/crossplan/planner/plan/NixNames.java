package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Identifiers of the Nix language for many things, each as short as it can be while all are
 * different.
 */
final class NixNames {
  private static final Pattern IDENTIFIER = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_'-]*");
  private static final ImmutableSet<String> KEYWORDS =
      ImmutableSet.of("assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with");

  private NixNames() {}

  /**
   * Whether a text is a name that can stand without quotes; see "Identifiers" in the Nix manual.
   */
  static boolean isIdentifier(String text) {
    return IDENTIFIER.matcher(text).matches() && !KEYWORDS.contains(text);
  }

  /**
   * Names things.
   *
   * @param candidates for each thing its names, the shortest first, each saying more than the one
   *     before; any text
   * @param taken names that mean something else
   */
  static List<String> assign(List<List<String>> candidates, Set<String> taken) {
    Set<String> used = new HashSet<>(taken);
    List<String> names = new ArrayList<>();
    List<Integer> unnamed = new ArrayList<>();
    for (int thing = 0; thing < candidates.size(); thing++) {
      names.add("");
      unnamed.add(thing);
    }
    for (int length = 0; !unnamed.isEmpty(); length++) {
      Map<String, Integer> count = new HashMap<>();
      for (int thing : unnamed) {
        count.merge(candidate(candidates.get(thing), length), 1, Integer::sum);
      }
      List<Integer> left = new ArrayList<>();
      for (int thing : unnamed) {
        String name = candidate(candidates.get(thing), length);
        boolean longest = length >= candidates.get(thing).size() - 1;
        if (longest) {
          name = numbered(name, used);
        }
        if (longest || (count.getOrDefault(name, 0) == 1 && !used.contains(name))) {
          names.set(thing, name);
          used.add(name);
        } else {
          left.add(thing);
        }
      }
      unnamed = left;
    }
    return names;
  }

  private static String candidate(List<String> of, int length) {
    String name = of.get(Math.min(length, of.size() - 1)).replaceAll("[^a-zA-Z0-9_-]", "_");
    return IDENTIFIER.matcher(name).matches() ? name : "_" + name;
  }

  /** The name, or with the least number from 2 on that makes it one of its own. */
  private static String numbered(String name, Set<String> used) {
    String free = name;
    for (int number = 2; used.contains(free) || KEYWORDS.contains(free); number++) {
      free = name + "-" + number;
    }
    return free;
  }
}
