package dev.crossplan.planner;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds what was probably meant by a misspelt word. picocli's own search compares only beginnings.
 */
public final class Suggestion {
  private static final int MOST_NAMED = 20;

  private Suggestion() {}

  /**
   * The candidate nearest to {@code word}, unless even that is too far to be what was meant: where
   * half of the word would have to be changed, or more than three letters.
   */
  public static Optional<String> closest(String word, Collection<String> candidates) {
    int limit = Math.max(1, Math.min(3, (word.length() - 1) / 2));
    return candidates.stream()
        .filter(candidate -> Math.abs(candidate.length() - word.length()) <= limit)
        .min(
            Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .filter(candidate -> distance(word, candidate) <= limit);
  }

  /**
   * A sentence that starts with "Maybe": which candidate was probably meant, or else which there
   * are, the first of them where they are many.
   */
  public static String oneOf(String word, Collection<String> candidates) {
    return closest(word, candidates)
        .map(meant -> "Maybe " + meant + " is meant.")
        .orElseGet(
            () ->
                candidates.isEmpty()
                    ? "Maybe another file is meant: this one has none."
                    : "Maybe one of these is meant: " + first(candidates) + ".");
  }

  private static String first(Collection<String> candidates) {
    String named = candidates.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    int more = candidates.size() - MOST_NAMED;
    return more > 0 ? named + " and " + more + " more" : named;
  }

  /** Letters to put in, leave out, change or swap with their neighbour; their case is the same. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        edits[i][j] =
            Math.min(edits[i - 1][j - 1] + change, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
