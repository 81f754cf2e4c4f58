package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What an expression in a {@code meson.build} comes to, as far as it matters here. */
sealed interface MesonValue {
  /** A string. */
  record Text(String text) implements MesonValue {}

  /** An integer. */
  record Whole(long number) implements MesonValue {}

  /** A boolean. */
  record Truth(boolean isTrue) implements MesonValue {}

  /**
   * A list.
   *
   * @param depth of lists and dictionaries in one another, this one counted
   */
  record Array(ImmutableList<MesonValue> elements, int depth) implements MesonValue {}

  /**
   * Values by their keys.
   *
   * @param depth of lists and dictionaries in one another, this one counted
   */
  record Dictionary(ImmutableMap<String, MesonValue> entries, int depth) implements MesonValue {}

  /**
   * A file.
   *
   * @param path below the top of the sources
   */
  record SourceFile(Path path) implements MesonValue {}

  /**
   * A library or a program.
   *
   * @param number of the target
   */
  record Product(int number) implements MesonValue {}

  /**
   * What others are built with.
   *
   * @param sources that are compiled for each of them
   * @param products numbers of the targets that they are linked with
   */
  record Dependency(boolean isFound, ImmutableSet<Path> sources, ImmutableSet<Integer> products)
      implements MesonValue {}

  /** An option that may be left to what is found. */
  record Feature(boolean isEnabled) implements MesonValue {}

  /** What a program that is told of it is not built without, and is not there. */
  record Disabler() implements MesonValue {}

  /** What {@code configuration_data()} gives, to be filled. */
  record Settings(Map<String, MesonValue> values) implements MesonValue {}

  /** What has methods of its own, such as {@code meson} and {@code host_machine}. */
  record Named(String name) implements MesonValue {}

  /** Of lists and dictionaries in one another. */
  int DEEPEST = 50;

  /** Of a string that is put together, in characters. */
  int LONGEST = 100_000;

  /** What only Meson itself could tell. */
  record Unknown() implements MesonValue {}

  static MesonValue unknown() {
    return new Unknown();
  }

  /** Whether a condition is met; what is not known is not. */
  default boolean isTrue() {
    return this instanceof Truth truth && truth.isTrue();
  }

  /** As it stands in a string; empty for what has no words. */
  default String words() {
    if (this instanceof Text text) {
      return text.text();
    } else if (this instanceof Whole whole) {
      return String.valueOf(whole.number());
    }
    return this instanceof Truth truth ? String.valueOf(truth.isTrue()) : "";
  }

  /** How many lists and dictionaries are in one another. */
  private int depthOf() {
    if (this instanceof Array array) {
      return array.depth();
    }
    return this instanceof Dictionary dictionary ? dictionary.depth() : 0;
  }

  /** A list; not known if it is too deep, as nobody writes it. */
  static MesonValue array(List<? extends MesonValue> elements) {
    int depth = depth(elements);
    return depth > DEEPEST ? unknown() : new Array(ImmutableList.copyOf(elements), depth);
  }

  /** A string; not known if it is too long, as nobody writes it. */
  static MesonValue text(String text) {
    return text.length() > LONGEST ? unknown() : new Text(text);
  }

  /** A list of strings. */
  static MesonValue texts(List<String> texts) {
    return array(texts.stream().map(Text::new).toList());
  }

  /** A dictionary; not known if it is too deep, as nobody writes it. */
  static MesonValue dictionary(Map<String, MesonValue> entries) {
    int depth = depth(entries.values());
    return depth > DEEPEST ? unknown() : new Dictionary(ImmutableMap.copyOf(entries), depth);
  }

  private static int depth(Collection<? extends MesonValue> inside) {
    return 1 + inside.stream().mapToInt(MesonValue::depthOf).max().orElse(0);
  }

  /** How much memory it takes, in some tens of bytes. */
  default long size() {
    if (this instanceof Text text) {
      return 1L + text.text().length() / 16;
    } else if (this instanceof Array array) {
      return 1L + array.elements().size();
    } else if (this instanceof Dictionary dictionary) {
      return 1L + dictionary.entries().size();
    }
    return this instanceof Dependency dependency
        ? 1L + dependency.sources().size() + dependency.products().size()
        : 1;
  }
}
