package dev.crossplan.planner.history;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.instance.Trait;
import java.util.Arrays;
import java.util.Set;

/** Which tools a build has. */
public enum Tools {
  /** What it was evaluated to have. */
  AS_EVALUATED("as-evaluated", "", ImmutableSet.of()),
  /** Though it is emulated, some that the machine that emulates runs by itself. */
  NATIVE("native", "native tools", ImmutableSet.of(Trait.NATIVE_TOOLS)),
  /** The same, with the standard environment and its compiler, which is a cross compiler then. */
  NATIVE_COMPILER(
      "native-compiler",
      "a native compiler",
      ImmutableSet.of(Trait.NATIVE_TOOLS, Trait.NATIVE_COMPILER));

  private final String word;
  private final String words;
  private final ImmutableSet<Trait> traits;

  Tools(String word, String words, ImmutableSet<Trait> traits) {
    this.word = word;
    this.words = words;
    this.traits = traits;
  }

  /** For programs: {@code native-compiler}. */
  @Override
  public String toString() {
    return word;
  }

  /**
   * The tools that a word as of {@link #toString} is for.
   *
   * @throws IllegalArgumentException if it is for none
   */
  public static Tools of(String word) {
    return Arrays.stream(values())
        .filter(tools -> tools.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no tools: " + word));
  }

  /**
   * A build, or a way to build, with these tools: {@code emulated with native tools}. With tools as
   * evaluated it is just called that.
   */
  public String qualify(String build) {
    return this == AS_EVALUATED ? build : build + " with " + words;
  }

  /** Those of a build with these tools that tell so. */
  public ImmutableSet<Trait> traits() {
    return traits;
  }

  /** These traits, and those that tell which tools it has. */
  public ImmutableSet<Trait> and(Set<Trait> others) {
    return Sets.immutableEnumSet(Sets.union(traits, others));
  }

  /** These traits, without those that tell which tools a build has. */
  static Set<Trait> without(Set<Trait> all) {
    return Sets.difference(all, NATIVE_COMPILER.traits);
  }

  /** Those of a build with these traits. */
  public static Tools of(Set<Trait> all) {
    return all.contains(Trait.NATIVE_COMPILER)
        ? NATIVE_COMPILER
        : all.contains(Trait.NATIVE_TOOLS) ? NATIVE : AS_EVALUATED;
  }
}
