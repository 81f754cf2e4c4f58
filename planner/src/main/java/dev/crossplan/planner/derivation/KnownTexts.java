package dev.crossplan.planner.derivation;

import com.google.common.base.Preconditions;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds store paths and placeholders that are known wherever they stand in a text, in one pass
 * however many are known. A store path is told by its 32 characters of hash and then compared
 * whole: {@code foo} is not found in {@code foo-dev}, which has another hash, but in {@code
 * foo/bin} and in {@code foo-suffix}, which somebody has put together.
 *
 * @param <T> what is known of each
 */
public final class KnownTexts<T> {
  /** Of the hash of a store path, and enough of a placeholder to tell it. */
  private static final int HASH_CHARS = 32;

  private static final int PLACEHOLDER_CHARS = 53;

  private final Map<String, Known<T>> byHash = new HashMap<>();
  private @Nullable String store;

  private record Known<T>(String text, T value) {}

  /**
   * Makes a store path known, or a placeholder of an output: {@code /} and 52 characters of base
   * 32.
   *
   * @throws IllegalArgumentException if it is neither, is known with another value, or is of
   *     another store than the paths before
   */
  public void put(String text, T value) {
    int hash = 1;
    if (!isPlaceholder(text)) {
      String prefix = StorePath.parse(text).directory() + "/";
      Preconditions.checkArgument(
          store == null || store.equals(prefix), "%s is not in %s", text, store);
      store = prefix;
      hash = prefix.length();
    }
    Known<T> known = new Known<>(text, value);
    Known<T> before = byHash.putIfAbsent(text.substring(hash, hash + HASH_CHARS), known);
    Preconditions.checkArgument(
        before == null || before.equals(known), "%s and %s have the same hash", before, known);
  }

  private static boolean isPlaceholder(String text) {
    return text.length() == PLACEHOLDER_CHARS && text.lastIndexOf('/') == 0;
  }

  /**
   * Takes a text apart, from its start to its end.
   *
   * @param other takes what is between, never empty
   * @param found takes what is known of each that is found
   */
  public void split(String text, Consumer<String> other, Consumer<T> found) {
    int start = 0;
    for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', slash + 1)) {
      Known<T> known = at(text, slash);
      if (known != null) {
        if (slash > start) {
          other.accept(text.substring(start, slash));
        }
        found.accept(known.value());
        start = slash + known.text().length();
        slash = start - 1;
      }
    }
    if (start < text.length()) {
      other.accept(text.substring(start));
    }
  }

  private @Nullable Known<T> at(String text, int slash) {
    int hash = slash + (store != null && text.startsWith(store, slash) ? store.length() : 1);
    if (hash + HASH_CHARS > text.length()) {
      return null;
    }
    for (int i = hash; i < hash + HASH_CHARS; i++) {
      if (!Nix32.isDigit(text.charAt(i))) {
        return null;
      }
    }
    Known<T> known = byHash.get(text.substring(hash, hash + HASH_CHARS));
    return known != null && text.startsWith(known.text(), slash) ? known : null;
  }
}
