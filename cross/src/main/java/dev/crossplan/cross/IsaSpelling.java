package dev.crossplan.cross;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.variant.MarchFault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How GCC reads {@code -march}: base, then letters and longer names, each with a version or
 * without. What it has refused at all times is certain. What only some versions refuse is not, even
 * where the version is known: who builds a GCC may have given it more than it had.
 */
final class IsaSpelling {
  private static final Pattern OTHER_CHARACTER = Pattern.compile("[^a-z0-9_]");
  private static final Pattern PROFILE = Pattern.compile("rv[a-z]\\d\\d[a-z](\\d\\d)");
  private static final Pattern BASE = Pattern.compile("rv(32|64)([ieg])(?:\\d+(?:p\\d+)?)?");
  private static final Pattern EXTENSION =
      Pattern.compile("_+|(?<name>[szx][a-z0-9]*|[a-z])(?:\\d+(?:p\\d+)?)?|.");

  /** Letters that stand for extensions in all compilers, or in new ones, in their usual order. */
  static final String LETTERS = "mafdcbvh";

  /** Letters that are reserved; GCC up to version 13 takes them. */
  private static final String RESERVED = "qlkjtpn";

  private final String text;
  private final OptionalInt gcc;
  private final Set<String> named = new HashSet<>();
  private final List<String> unknown = new ArrayList<>();

  /** Up to the first extension: {@code rv64g} or a profile. */
  private String begun = "";

  /** What comes then, in the order in which it is written, without versions. */
  private final List<String> written = new ArrayList<>();

  private IsaSpelling(String text, OptionalInt gcc) {
    this.text = text;
    this.gcc = gcc;
  }

  /**
   * Why compilers for a system of {@code bits} do not take {@code march}; empty if they do, as far
   * as is known.
   *
   * @param gcc the version of GCC, where it is known
   */
  static Optional<MarchFault> fault(String march, int bits, OptionalInt gcc) {
    String lower = march.toLowerCase(Locale.ROOT);
    Optional<MarchFault> found = new IsaSpelling(lower, gcc).fault(bits);
    return found.isEmpty() && !lower.equals(march)
        ? certain("it has capital letters", "Maybe write " + lower + ".")
        : found;
  }

  private Optional<MarchFault> fault(int bits) {
    if (text.isEmpty()) {
      return certain("an ISA string has a base", "Maybe leave it out, or write rv" + bits + "gc.");
    }
    Matcher character = OTHER_CHARACTER.matcher(text);
    Matcher profile = PROFILE.matcher(text);
    Matcher base = BASE.matcher(text);
    if (text.startsWith("rv") && character.find()) {
      return certain(
          "no ISA string has a \"" + character.group() + "\"",
          "Maybe write letters, digits and underscores only, as in rv64gc_zba.");
    }
    if (profile.lookingAt()) {
      return profile(profile, bits);
    }
    if (!text.startsWith("rv")) { // a processor; GCC takes these from version 14 on
      return uncertain(
          "it is no ISA string, and compilers cannot be built for a processor by its name",
          "Maybe write the ISA string of that processor, such as rv" + bits + "gc.");
    }
    if (!base.lookingAt()) {
      return certain(
          text.startsWith("rv32") || text.startsWith("rv64")
              ? "after rv32 or rv64 comes the base, which is i, e or g"
              : "it begins neither with rv32 nor with rv64",
          "Maybe begin with rv" + bits + "g or rv" + bits + "i, as in rv" + bits + "gc.");
    }
    named.add(base.group(2));
    if (base.group(2).equals("g")) {
      named.addAll(ImmutableList.of("m", "a", "f", "d"));
    }
    begun = "rv" + base.group(1) + base.group(2);
    return otherBits(base.group(1), bits).or(() -> extensions(base.end())).or(this::ofOneVersion);
  }

  private Optional<MarchFault> profile(Matcher profile, int bits) {
    if (!IsaString.PROFILES.containsKey(profile.group())) {
      return uncertain(
          "no profile " + profile.group() + " is known here",
          "Maybe "
              + closest(profile.group(), IsaString.PROFILES.keySet())
                  .map(meant -> meant + " is meant, or the compiler knows it.")
                  .orElse("the compiler knows it."));
    }
    if (profile.end() < text.length() && text.charAt(profile.end()) != '_') {
      return certain(
          "after a profile comes an underscore",
          "Maybe write "
              + profile.group()
              + "_"
              + text.substring(profile.end())
              + ", if that is what is meant.");
    }
    begun = profile.group();
    return otherBits(profile.group(1), bits)
        .or(() -> extensions(profile.end()))
        .or(this::ofOneVersion);
  }

  private static Optional<MarchFault> otherBits(String named, int bits) {
    return Integer.parseInt(named) == bits
        ? Optional.empty()
        : certain(
            "it has " + named + " bits, and the platform has " + bits,
            "Maybe an ISA string that starts with rv" + bits + " is meant.");
  }

  private Optional<MarchFault> extensions(int start) {
    int at = start;
    Matcher extension = EXTENSION.matcher(text);
    while (extension.region(at, text.length()).lookingAt()) {
      at = extension.end();
      if (text.charAt(at - 1) == '_') {
        continue;
      }
      String found = extension.group("name");
      String name = found == null ? extension.group() : IsaExtensions.withoutVersion(found);
      Optional<MarchFault> fault = name.length() == 1 ? letter(name) : longer(name);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return unknown.isEmpty() ? Optional.empty() : unknownNames();
  }

  private Optional<MarchFault> letter(String letter) {
    if ("szx".contains(letter)) {
      return certain(
          letter + " alone is no extension",
          "Maybe write the whole name after an underscore, as in rv64gc_zba or rv64gc_xtheadba.");
    }
    if ("ieg".contains(letter)) {
      return certain(
          letter + " is a base, which comes first", "Maybe leave out that " + letter + ".");
    }
    if (RESERVED.contains(letter)) {
      unknown.add(letter);
    } else if (!LETTERS.contains(letter)) {
      return certain(
          letter + " is no extension",
          "Maybe leave it out; names of several letters come after an underscore, as in"
              + " rv64gc_zba.");
    }
    return once(letter);
  }

  private Optional<MarchFault> longer(String name) {
    if (name.charAt(0) != 'x' && !IsaExtensions.isKnown(name)) {
      unknown.add(name);
    }
    return once(name);
  }

  private Optional<MarchFault> once(String name) {
    written.add(name);
    return named.add(name)
        ? Optional.empty()
        : certain("it has " + name + " twice", "Maybe name it once; g is imafd.");
  }

  private Optional<MarchFault> unknownNames() {
    boolean isOne = unknown.size() == 1;
    String first = unknown.get(0);
    return uncertain(
        (isOne ? "no extension " : "no extensions ")
            + String.join(", ", unknown)
            + (isOne ? " is" : " are")
            + " known here, and GCC refuses what it does not know",
        (isOne && first.length() > 1
                ? closest(first, IsaExtensions.names())
                : Optional.<String>empty())
            .map(
                meant ->
                    "Maybe " + meant + " is meant, unless the compiler does know " + first + ".")
            .orElse("Maybe look whether the compiler has such names."));
  }

  /** Of what the compiler knows, or some compiler. */
  private Optional<String> closest(String name, Set<String> candidates) {
    return Suggestion.closest(
        name,
        Sets.filter(
            candidates,
            candidate ->
                gcc.isEmpty()
                    ? IsaExtensions.firstGcc(candidate).isPresent()
                    : IsaExtensions.isKnownTo(gcc.getAsInt(), candidate)));
  }

  /** What only some versions refuse. */
  private Optional<MarchFault> ofOneVersion() {
    Optional<IsaString> isa = IsaString.parse(text);
    return isa.isEmpty()
        ? Optional.empty()
        : conflict(isa.get().extensions())
            .or(
                () ->
                    gcc.isEmpty()
                        ? Optional.empty()
                        : new GccSupport(gcc.getAsInt(), isa.get(), begun, written).fault());
  }

  /** Extensions of which a processor cannot have both; GCC has come to refuse them one by one. */
  private Optional<MarchFault> conflict(ImmutableSortedSet<String> all) {
    if (all.contains("zfinx") && all.contains("f")) {
      return uncertain(
          "zfinx has floating-point numbers in the registers of f and d or in those of integers, not"
              + " in both",
          "Maybe leave out f and d, which g has, or zfinx.");
    }
    if (all.contains("zcd") && (all.contains("zcmp") || all.contains("zcmt"))) {
      return uncertain(
          "zcmp and zcmt are encoded as what c has for d",
          "Maybe leave them out, or write zca instead of c.");
    }
    if (text.startsWith("rv64") && all.contains("zcf")) {
      return uncertain("zcf is for 32 bits", "Maybe leave zcf out.");
    }
    Optional<String> length = written.stream().filter(IsaString::isVectorLength).findFirst();
    if (length.isPresent() && !all.contains("zve32x")) {
      return uncertain(
          "the assembler refuses " + length.get() + " where there is neither v nor a zve…",
          "Maybe leave " + length.get() + " out: without vectors it means nothing.");
    }
    return Optional.empty();
  }

  private static Optional<MarchFault> certain(String what, String remedy) {
    return Optional.of(new MarchFault(true, what, remedy, Optional.empty()));
  }

  private static Optional<MarchFault> uncertain(String what, String remedy) {
    return Optional.of(new MarchFault(false, what, remedy, Optional.empty()));
  }
}
