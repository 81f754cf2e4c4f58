package dev.crossplan.planner.derivation;

import dev.crossplan.planner.InputException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets the derivations of one graph share what they have in common: names of variables, short
 * values, store paths, sets of outputs. It forgets the old when new texts take their place, so its
 * size is bounded whatever is read.
 */
final class TextCache {
  /** Longer texts are seldom equal. */
  static final int MAX_CHARS = 256;

  private static final int SLOTS = 1 << 17;
  private static final int PATH_SLOTS = 1 << 18;
  private static final int MAX_OUTPUT_SETS = 1 << 12;

  private final @Nullable String[] texts = new @Nullable String[SLOTS];
  private final @Nullable String[] pathTexts = new @Nullable String[PATH_SLOTS];
  private final @Nullable StorePath[] paths = new @Nullable StorePath[PATH_SLOTS];
  private final Map<InputOutputs, InputOutputs> outputSets = new HashMap<>();
  private final Map<String, InputOutputs> singleOutputs = new HashMap<>();

  /** The text of some characters: an equal one from before if there is one. */
  String text(char[] chars, int from, int length) {
    if (length > MAX_CHARS) {
      return new String(chars, from, length);
    }
    int hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + chars[i];
    }
    int slot = slot(hash, SLOTS);
    String known = texts[slot];
    if (known != null && equal(known, chars, from, length)) {
      return known;
    }
    String text = new String(chars, from, length);
    texts[slot] = text;
    return text;
  }

  String text(String text) {
    if (text.length() > MAX_CHARS) {
      return text;
    }
    int slot = slot(text.hashCode(), SLOTS);
    String known = texts[slot];
    if (text.equals(known)) {
      return known;
    }
    texts[slot] = text;
    return text;
  }

  /**
   * The store path that a text is.
   *
   * @param directory of the store, for base names
   * @throws InputException if it is none
   */
  StorePath path(String text, String directory) {
    int slot = slot(text.hashCode(), PATH_SLOTS);
    StorePath known = paths[slot];
    if (known != null
        && text.equals(pathTexts[slot])
        && (known.directory().equals(directory) || !StorePath.isBaseName(text))) {
      return known;
    }
    StorePath path =
        StorePath.isBaseName(text) ? StorePath.of(directory, text) : StorePath.parse(text);
    pathTexts[slot] = text;
    paths[slot] = path;
    return path;
  }

  InputOutputs outputs(List<String> names) {
    if (names.size() == 1) {
      InputOutputs known = singleOutputs.get(names.get(0));
      if (known == null) {
        known = InputOutputs.of(names.get(0));
        if (singleOutputs.size() < MAX_OUTPUT_SETS) {
          singleOutputs.put(names.get(0), known);
        }
      }
      return known;
    }
    InputOutputs outputs = InputOutputs.of(names.toArray(String[]::new));
    if (outputs.names().size() < names.size()) {
      throw new InputException("an output is named twice in " + names);
    }
    if (outputSets.size() >= MAX_OUTPUT_SETS) {
      return outputs;
    }
    InputOutputs known = outputSets.putIfAbsent(outputs, outputs);
    return known == null ? outputs : known;
  }

  private static boolean equal(String text, char[] chars, int from, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != chars[from + i]) {
        return false;
      }
    }
    return true;
  }

  private static int slot(int hash, int slots) {
    return (hash ^ (hash >>> 15)) & (slots - 1);
  }
}
