package dev.crossplan.cross;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A RISC-V ISA string by its meaning: the base and the set of extensions, whatever their order,
 * case, version numbers and abbreviations. Follows "ISA Extension Naming Conventions" of the RISC-V
 * Instruction Set Manual, volume I, the implications among ratified extensions, and the mandatory
 * extensions of the RVA20, RVA22 and RVA23 profiles.
 *
 * @param bits 32 or 64
 * @param extensions in lower case, implied ones included; the base {@code i} or {@code e} among
 *     them
 */
public record IsaString(int bits, ImmutableSortedSet<String> extensions) {
  private static final ImmutableSet<String> G =
      ImmutableSet.of("i", "m", "a", "f", "d", "zicsr", "zifencei");

  private static final ImmutableMap<String, ImmutableSet<String>> IMPLIED =
      ImmutableMap.<String, ImmutableSet<String>>builder()
          .put("m", ImmutableSet.of("zmmul"))
          .put("a", ImmutableSet.of("zaamo", "zalrsc"))
          .put("f", ImmutableSet.of("zicsr"))
          .put("d", ImmutableSet.of("f"))
          .put("q", ImmutableSet.of("d"))
          .put("c", ImmutableSet.of("zca"))
          .put("zcb", ImmutableSet.of("zca"))
          .put("zcd", ImmutableSet.of("zca", "d"))
          .put("zcf", ImmutableSet.of("zca", "f"))
          .put("zcmop", ImmutableSet.of("zca"))
          .put("za64rs", ImmutableSet.of("za128rs"))
          .put("b", ImmutableSet.of("zba", "zbb", "zbs"))
          .put("zfh", ImmutableSet.of("zfhmin"))
          .put("zfhmin", ImmutableSet.of("f"))
          .put("zvfh", ImmutableSet.of("zvfhmin", "zfhmin"))
          .put("zvfhmin", ImmutableSet.of("zve32f"))
          .put("v", ImmutableSet.of("zve64d", "zvl128b"))
          .put("zve64d", ImmutableSet.of("zve64f", "d"))
          .put("zve64f", ImmutableSet.of("zve64x", "zve32f"))
          .put("zve64x", ImmutableSet.of("zve32x", "zvl64b"))
          .put("zve32f", ImmutableSet.of("zve32x", "f"))
          .put("zve32x", ImmutableSet.of("zicsr", "zvl32b"))
          .put("zvl128b", ImmutableSet.of("zvl64b"))
          .put("zvl64b", ImmutableSet.of("zvl32b"))
          .put("zvl256b", ImmutableSet.of("zvl128b"))
          .put("zvl512b", ImmutableSet.of("zvl256b"))
          .put("zvl1024b", ImmutableSet.of("zvl512b"))
          .put("zk", ImmutableSet.of("zkn", "zkr", "zkt"))
          .put("zkn", ImmutableSet.of("zbkb", "zbkc", "zbkx", "zkne", "zknd", "zknh"))
          .put("zks", ImmutableSet.of("zbkb", "zbkc", "zbkx", "zksed", "zksh"))
          .put("zhinx", ImmutableSet.of("zhinxmin"))
          .put("zhinxmin", ImmutableSet.of("zfinx"))
          .put("zdinx", ImmutableSet.of("zfinx"))
          .put("zfinx", ImmutableSet.of("zicsr"))
          .put("zicntr", ImmutableSet.of("zicsr"))
          .put("zihpm", ImmutableSet.of("zicsr"))
          .put("h", ImmutableSet.of("zicsr"))
          .buildOrThrow();

  private static final String RVA20 =
      "imafdc_zicsr_zifencei_zicntr_ziccif_ziccrse_ziccamoa_za128rs_zicclsm";
  private static final String RVA22 =
      "imafdc_zicsr_zifencei_zicntr_zihpm_ziccif_ziccrse_ziccamoa_zicclsm_za64rs_zihintpause_zba_zbb_zbs"
          + "_zic64b_zicbom_zicbop_zicboz_zfhmin_zkt";
  private static final String RVA23 =
      RVA22 + "_v_zvfhmin_zvbb_zvkt_zihintntl_zicond_zimop_zcmop_zcb_zfa_zawrs_supm";

  private static final ImmutableMap<String, String> PROFILES =
      ImmutableMap.of(
          "rva20u64",
          RVA20,
          "rva22u64",
          RVA22,
          "rva23u64",
          RVA23,
          "rva20s64",
          RVA20,
          "rva22s64",
          RVA22,
          "rva23s64",
          RVA23);

  /** What compilers and distributions mean by riscv64 Linux when nothing is said. */
  public static final IsaString RV64GC = parse("rv64gc").orElseThrow();

  /**
   * Reads {@code rv64gc}, {@code rv64imafdc_zicsr_zifencei}, {@code RVA22U64} and the like.
   *
   * @return empty where {@code text} is no RISC-V ISA string
   */
  public static Optional<IsaString> parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, String> profile : PROFILES.entrySet()) {
      if (lower.startsWith(profile.getKey())) {
        String more = lower.substring(profile.getKey().length());
        return more.isEmpty() || more.startsWith("_")
            ? parse("rv64" + profile.getValue() + more)
            : Optional.empty();
      }
    }
    if (!lower.startsWith("rv32") && !lower.startsWith("rv64")) {
      return Optional.empty();
    }
    Set<String> found = new TreeSet<>();
    boolean first = true;
    for (String part : Splitter.on('_').omitEmptyStrings().split(lower.substring(4))) {
      if (!(first ? addLetters(part, found) : addPart(part, found))) {
        return Optional.empty();
      }
      first = false;
    }
    if (!found.contains("i") && !found.contains("e")) {
      return Optional.empty();
    }
    int bits = Integer.parseInt(lower.substring(2, 4));
    return Optional.of(new IsaString(bits, ImmutableSortedSet.copyOf(closure(bits, found))));
  }

  /**
   * The part after {@code rv64}: single letters, after which one longer name may follow without a
   * line between.
   */
  private static boolean addLetters(String part, Set<String> found) {
    String letters = part;
    while (!letters.isEmpty()) {
      char letter = letters.charAt(0);
      if (letter == 'z' || letter == 's' || letter == 'x') {
        return addPart(letters, found);
      }
      if (letter < 'a' || letter > 'z') {
        return false;
      }
      if (letter == 'g') {
        found.addAll(G);
      } else {
        found.add(String.valueOf(letter));
      }
      letters = withoutVersion(letters.substring(1));
    }
    return true;
  }

  private static boolean addPart(String part, Set<String> found) {
    char start = part.charAt(0);
    if (start != 'z' && start != 's' && start != 'x') {
      return addLetters(part, found);
    }
    // A version is digits, p, digits; digits alone belong to the name (zvl128b, sv39, za64rs).
    found.add(part.replaceFirst("\\d+p\\d+$", ""));
    return true;
  }

  private static String withoutVersion(String letters) {
    return letters.replaceFirst("^\\d+(p\\d+)?", "");
  }

  private static Set<String> closure(int bits, Set<String> found) {
    Set<String> all = new TreeSet<>(found);
    int before = 0;
    while (all.size() > before) {
      before = all.size();
      for (String extension : ImmutableSet.copyOf(all)) {
        all.addAll(IMPLIED.getOrDefault(extension, ImmutableSet.of()));
      }
      addCompressed(bits, all);
      addWhole(all, "a", ImmutableSet.of("zaamo", "zalrsc"));
      addWhole(all, "b", ImmutableSet.of("zba", "zbb", "zbs"));
    }
    return all;
  }

  /** C is Zca, Zcd where there is D, and Zcf where there is F and registers have 32 bits. */
  private static void addCompressed(int bits, Set<String> all) {
    Set<String> parts = new TreeSet<>(Set.of("zca"));
    if (all.contains("d")) {
      parts.add("zcd");
    }
    if (all.contains("f") && bits == 32) {
      parts.add("zcf");
    }
    if (all.contains("c")) {
      all.addAll(parts);
    }
    addWhole(all, "c", parts);
  }

  /** An extension that is nothing but others is there when they are. */
  private static void addWhole(Set<String> all, String whole, Set<String> parts) {
    if (all.containsAll(parts)) {
      all.add(whole);
    }
  }

  /** Whether code for this runs where {@code board} is offered. */
  public boolean runsOn(IsaString board) {
    return bits == board.bits && board.extensions.containsAll(extensions);
  }

  /** All extensions spelt out, in alphabetical order: equal for equal meanings. */
  @Override
  public String toString() {
    return "rv" + bits + String.join("_", extensions);
  }
}
