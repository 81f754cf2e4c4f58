package dev.crossplan.cross;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A RISC-V ISA string by its meaning: the base and the set of extensions, whatever their order,
 * case, version numbers and abbreviations. Follows "ISA Extension Naming Conventions" of the RISC-V
 * Instruction Set Manual, volume I, the implications among ratified extensions as GCC has them, and
 * the mandatory extensions of the profiles RVI20, RVA20, RVA22, RVA23 and RVB23: U64 for user code,
 * S64 for that and for what a kernel needs.
 *
 * @param bits 32 or 64
 * @param extensions in lower case, implied ones included; the base {@code i} or {@code e} among
 *     them
 */
public record IsaString(int bits, ImmutableSortedSet<String> extensions) {
  private static final ImmutableSet<String> G =
      ImmutableSet.of("i", "m", "a", "f", "d", "zicsr", "zifencei");

  /**
   * The names of one letter, those included for which the manual of 2019 only reserved the letter:
   * GCC takes them up to version 13.
   */
  private static final String LETTERS = "iegmafdqlcbkjtpvnh";

  /** Names of several letters: what starts them, then letters and digits. */
  private static final Pattern NAME = Pattern.compile("[zsx][a-z0-9]+");

  /**
   * Names of which no compiler makes instructions, or none that a board without them refuses, so
   * code for them runs on any board that has the rest:
   *
   * <ul>
   *   <li>what memory, caches and reservations are like, how long instructions take;
   *   <li>hints, which are no-ops where they mean nothing ("HINT Instructions" in the manual):
   *       pauses, locality, prefetches, landing pads;
   *   <li>counters and other CSRs, which Linux gives to programs or does not, whatever they are
   *       compiled for, and which were part of the base up to version 2.0 of it, as was fence.i.
   *       Linux has user code leave that to the kernel, so the profiles for user code have it not;
   *   <li>hypervisors and pointer masking: what a kernel sets up;
   *   <li>shadow stacks, whose instructions are those of Zimop and Zcmop.
   * </ul>
   *
   * <p>Not Ztso, for which compilers leave out fences, nor Zama16b: without them such code goes on
   * and is wrong.
   */
  private static final ImmutableSet<String> NO_INSTRUCTIONS =
      ImmutableSet.copyOf(
          Splitter.on(' ')
              .split(
                  "ziccif ziccrse ziccamoa ziccamoc ziccid zicclsm za64rs za128rs zkt zvkt"
                      + " zihintpause zihintntl zicbop zicfilp zicsr zicntr zihpm zkr zifencei h"
                      + " zjpm zicfiss"));

  /** How long vector registers are at least. */
  private static final Pattern VECTOR_LENGTH = Pattern.compile("zvl\\d+b");

  /** Extensions that are nothing but others: there when all of those are. */
  private static final ImmutableMap<String, ImmutableSet<String>> WHOLES =
      ImmutableMap.<String, ImmutableSet<String>>builder()
          .put("a", ImmutableSet.of("zaamo", "zalrsc"))
          .put("b", ImmutableSet.of("zba", "zbb", "zbs"))
          .put("zk", ImmutableSet.of("zkn", "zkr", "zkt"))
          .put("zkn", ImmutableSet.of("zbkb", "zbkc", "zbkx", "zkne", "zknd", "zknh"))
          .put("zks", ImmutableSet.of("zbkb", "zbkc", "zbkx", "zksed", "zksh"))
          .put("zvkn", ImmutableSet.of("zvkned", "zvknhb", "zvkb", "zvkt"))
          .put("zvknc", ImmutableSet.of("zvkn", "zvbc"))
          .put("zvkng", ImmutableSet.of("zvkn", "zvkg"))
          .put("zvks", ImmutableSet.of("zvksed", "zvksh", "zvkb", "zvkt"))
          .put("zvksc", ImmutableSet.of("zvks", "zvbc"))
          .put("zvksg", ImmutableSet.of("zvks", "zvkg"))
          .put(
              "sha",
              ImmutableSet.of(
                  "h",
                  "ssstateen",
                  "shcounterenw",
                  "shvstvala",
                  "shtvala",
                  "shvstvecd",
                  "shvsatpa",
                  "shgatpa"))
          .buildOrThrow();

  private static final ImmutableMap<String, ImmutableSet<String>> IMPLIED =
      ImmutableMap.<String, ImmutableSet<String>>builder()
          .put("m", ImmutableSet.of("zmmul"))
          .put("f", ImmutableSet.of("zicsr"))
          .put("d", ImmutableSet.of("f"))
          .put("q", ImmutableSet.of("d"))
          .put("c", ImmutableSet.of("zca"))
          .put("h", ImmutableSet.of("zicsr"))
          .put("zcb", ImmutableSet.of("zca"))
          .put("zcd", ImmutableSet.of("zca", "d"))
          .put("zce", ImmutableSet.of("zcb", "zcmp", "zcmt"))
          .put("zcf", ImmutableSet.of("zca", "f"))
          .put("zcmop", ImmutableSet.of("zca"))
          .put("zcmp", ImmutableSet.of("zca"))
          .put("zcmt", ImmutableSet.of("zca", "zicsr"))
          .put("za64rs", ImmutableSet.of("za128rs"))
          .put("zabha", ImmutableSet.of("zaamo"))
          .put("zacas", ImmutableSet.of("zaamo"))
          .put("zfa", ImmutableSet.of("f"))
          .put("zfbfmin", ImmutableSet.of("f"))
          .put("zfh", ImmutableSet.of("zfhmin"))
          .put("zfhmin", ImmutableSet.of("f"))
          .put("zvfbfmin", ImmutableSet.of("zve32f"))
          .put("zvfbfwma", ImmutableSet.of("zvfbfmin", "zfbfmin"))
          .put("zvfh", ImmutableSet.of("zvfhmin", "zfhmin"))
          .put("zvfhmin", ImmutableSet.of("zve32f"))
          .put("v", ImmutableSet.of("zve64d", "zvl128b"))
          .put("zve64d", ImmutableSet.of("zve64f", "d"))
          .put("zve64f", ImmutableSet.of("zve64x", "zve32f"))
          .put("zve64x", ImmutableSet.of("zve32x", "zvl64b"))
          .put("zve32f", ImmutableSet.of("zve32x", "f"))
          .put("zve32x", ImmutableSet.of("zicsr", "zvl32b"))
          .put("zvl64b", ImmutableSet.of("zvl32b"))
          .put("zvl128b", ImmutableSet.of("zvl64b"))
          .put("zvl256b", ImmutableSet.of("zvl128b"))
          .put("zvl512b", ImmutableSet.of("zvl256b"))
          .put("zvl1024b", ImmutableSet.of("zvl512b"))
          .put("zvl2048b", ImmutableSet.of("zvl1024b"))
          .put("zvl4096b", ImmutableSet.of("zvl2048b"))
          .put("zvl8192b", ImmutableSet.of("zvl4096b"))
          .put("zvl16384b", ImmutableSet.of("zvl8192b"))
          .put("zvl32768b", ImmutableSet.of("zvl16384b"))
          .put("zvl65536b", ImmutableSet.of("zvl32768b"))
          .put("zvbb", ImmutableSet.of("zvkb"))
          .put("zvbc", ImmutableSet.of("zve64x"))
          .put("zvkb", ImmutableSet.of("zve32x"))
          .put("zvkg", ImmutableSet.of("zve32x"))
          .put("zvkned", ImmutableSet.of("zve32x"))
          .put("zvknha", ImmutableSet.of("zve32x"))
          .put("zvknhb", ImmutableSet.of("zve64x"))
          .put("zvksed", ImmutableSet.of("zve32x"))
          .put("zvksh", ImmutableSet.of("zve32x"))
          .put("zhinx", ImmutableSet.of("zhinxmin"))
          .put("zhinxmin", ImmutableSet.of("zfinx"))
          .put("zdinx", ImmutableSet.of("zfinx"))
          .put("zfinx", ImmutableSet.of("zicsr"))
          .put("zicntr", ImmutableSet.of("zicsr"))
          .put("zihpm", ImmutableSet.of("zicsr"))
          .put("zicfilp", ImmutableSet.of("zicsr"))
          .put("zicfiss", ImmutableSet.of("zicsr", "zimop"))
          .put("zawrs", ImmutableSet.of("zalrsc"))
          .put("ss1p12", ImmutableSet.of("ss1p11"))
          .put("ss1p13", ImmutableSet.of("ss1p12"))
          .put("sv48", ImmutableSet.of("sv39"))
          .put("sv57", ImmutableSet.of("sv48"))
          .buildOrThrow();

  // What is mandatory, from the texts of the profiles; each S profile also has all of its U
  // profile.

  private static final String RVA20U64 =
      "rv64imafdc_zicsr_zicntr_ziccif_ziccrse_ziccamoa_za128rs_zicclsm";
  private static final String RVA20S64 =
      RVA20U64 + "_zifencei_ss1p11_svbare_sv39_svade_ssccptr_sstvecd_sstvala";
  private static final String RVA22U64 =
      RVA20U64 + "_zihpm_za64rs_zihintpause_zba_zbb_zbs_zic64b_zicbom_zicbop_zicboz_zfhmin_zkt";
  private static final String RVA22S64 =
      RVA22U64
          + "_zifencei_ss1p12_svbare_sv39_svade_ssccptr_sstvecd_sstvala_sscounterenw_svpbmt_svinval";
  private static final String RVA23U64 =
      RVA22U64 + "_v_zvfhmin_zvbb_zvkt_zihintntl_zicond_zimop_zcmop_zcb_zfa_zawrs_supm";
  private static final String RVA23S64 =
      RVA23U64
          + "_zifencei_ss1p13_svbare_sv39_svade_ssccptr_sstvecd_sstvala_sscounterenw_svpbmt_svinval"
          + "_svnapot_sstc_sscofpmf_ssnpm_ssu64xl_sha";

  private static final String RVB23U64 =
      RVA20U64
          + "_zihpm_za64rs_zihintpause_zba_zbb_zbs_zic64b_zicbom_zicbop_zicboz_zkt"
          + "_zihintntl_zicond_zimop_zcmop_zcb_zfa_zawrs";
  private static final String RVB23S64 =
      RVB23U64
          + "_zifencei_ss1p13_svbare_sv39_svade_ssccptr_sstvecd_sstvala_sscounterenw_svpbmt_svinval"
          + "_svnapot_sstc_sscofpmf_ssu64xl";

  static final ImmutableMap<String, String> PROFILES =
      ImmutableMap.of(
          "rvi20u32", "rv32i",
          "rvi20u64", "rv64i",
          "rva20u64", RVA20U64,
          "rva20s64", RVA20S64,
          "rva22u64", RVA22U64,
          "rva22s64", RVA22S64,
          "rva23u64", RVA23U64,
          "rva23s64", RVA23S64,
          "rvb23u64", RVB23U64,
          "rvb23s64", RVB23S64);

  /** What compilers and distributions mean by riscv64 Linux when nothing is said. */
  public static final IsaString RV64GC = parse("rv64gc").orElseThrow();

  /**
   * Reads {@code rv64gc}, {@code rv64imafdc_zicsr_zifencei}, {@code RVA22U64} and the like, also
   * what only some compilers take; {@link IsaSpelling} is stricter.
   *
   * @return empty where {@code text} is no RISC-V ISA string
   */
  public static Optional<IsaString> parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, String> profile : PROFILES.entrySet()) {
      if (lower.startsWith(profile.getKey())) {
        String more = lower.substring(profile.getKey().length());
        return more.isEmpty() || more.startsWith("_")
            ? parse(profile.getValue() + more)
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
      if (LETTERS.indexOf(letter) < 0) {
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
    String name = IsaExtensions.withoutVersion(part);
    found.add(name);
    return NAME.matcher(name).matches();
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
        all.addAll(WHOLES.getOrDefault(extension, ImmutableSet.of()));
      }
      addCompressed(bits, all);
      WHOLES.forEach((whole, parts) -> addWhole(all, whole, parts));
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

  /**
   * What code for this asks of a board: no name of which no compiler makes instructions that a
   * board could refuse, and for names of several extensions only these. Code of which this is equal
   * runs on the same boards.
   */
  public IsaString instructions() {
    return new IsaString(
        bits,
        ImmutableSortedSet.copyOf(
            Sets.filter(
                extensions, extension -> isAsked(extension) && !WHOLES.containsKey(extension))));
  }

  /**
   * Whether code may have instructions that need this extension. What starts with s is for kernels,
   * or needs no instructions in user code (supm). Two properties count where there are instructions
   * that rely on them: code for long registers computes something else on short ones, and {@code
   * cbo.zero}, of which GCC makes a memset if it knows how much that clears, clears more or less.
   */
  private boolean isAsked(String extension) {
    if (isVectorLength(extension)) {
      return extensions.contains("zve32x") || extensions.contains("xtheadvector");
    }
    return extension.equals("zic64b")
        ? extensions.contains("zicboz")
        : !NO_INSTRUCTIONS.contains(extension) && !extension.startsWith("s");
  }

  /** Whether an extension says no more than how long vector registers are at least. */
  static boolean isVectorLength(String extension) {
    return VECTOR_LENGTH.matcher(extension).matches();
  }

  /** Whether code for this runs where {@code board} is offered. */
  public boolean runsOn(IsaString board) {
    return bits == board.bits && board.extensions.containsAll(instructions().extensions);
  }

  /**
   * The extensions for which this does not run where {@code board} is offered; of those that imply
   * one another only the first: of {@code rv64gcv} beyond {@code rv64gc} that is {@code v}. For b
   * stand its parts, which is how the profiles that have it call it.
   */
  public ImmutableSortedSet<String> beyond(IsaString board) {
    Set<String> missing =
        new TreeSet<>(Sets.difference(instructions().extensions, board.extensions));
    int before = -1;
    while (missing.size() > before) {
      before = missing.size();
      WHOLES.forEach(
          (whole, parts) -> {
            Set<String> needed = Sets.filter(parts, this::isAsked);
            if (!whole.equals("b") && extensions.contains(whole) && !needed.isEmpty()) {
              addWhole(missing, whole, needed);
            }
          });
    }
    return board.withoutImplied(missing);
  }

  /** Of names that imply one another, where all of this is there besides, only the first. */
  ImmutableSortedSet<String> withoutImplied(Set<String> names) {
    Set<String> left = new TreeSet<>(names);
    if (left.contains("c")) {
      left.removeAll(ImmutableSet.of("zca", "zcd", "zcf"));
    }
    Set<String> implied = new TreeSet<>();
    for (String extension : left) {
      if (!implied.contains(extension)) {
        Set<String> others = closure(bits, Sets.union(extensions, ImmutableSet.of(extension)));
        others.remove(extension);
        implied.addAll(others);
      }
    }
    left.removeAll(implied);
    return ImmutableSortedSet.copyOf(left);
  }

  /** What GCC takes where no ABI is said ("RISC-V Options" in its manual): {@code lp64d}. */
  public String usualAbi() {
    String floats =
        extensions.contains("e")
            ? "e"
            : extensions.contains("d") ? "d" : extensions.contains("f") ? "f" : "";
    return (bits == 64 ? "lp64" : "ilp32") + floats;
  }

  /** All extensions spelt out, in alphabetical order: equal for equal meanings. */
  @Override
  public String toString() {
    return "rv" + bits + String.join("_", extensions);
  }
}
