package dev.crossplan.cross;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Names of extensions and profiles that somebody defined, and which GCC is the first to know them.
 * Vendors call theirs as they like, so of what starts with x only those of GCC are listed.
 *
 * <p>GCC refuses names that it does not know from version 14 on. Older ones make nothing of such an
 * extension and leave it to the assembler, which mostly does not know it either.
 */
final class IsaExtensions {
  /** The oldest GCC of which it is known what it knows. */
  private static final int OLDEST_GCC = 12;

  /** The newest GCC of which all is known; of the next one, that it knows more. */
  static final int NEWEST_GCC = 15;

  /** From this version on GCC refuses names that it does not know. */
  static final int STRICT_SINCE = 14;

  /**
   * By the first GCC that knows them, names as {@code -march} has them, those of {@link
   * #OLDEST_GCC} and of older ones together. Of 12 to 14 compilers were asked, as {@code
   * IsaExtensionsIT} does; of 15 and 16 it is what {@code riscv-common.cc} and {@code
   * riscv-ext.def} have.
   */
  private static final ImmutableMap<Integer, String> BY_FIRST_GCC =
      ImmutableMap.of(
          12,
          "m a f d c v zicsr zifencei zba zbb zbc zbkb zbkc zbkx zbs zk zkn zknd zkne zknh zkr"
              + " zks zksed zksh zkt zve32f zve32x zve64d zve64f zve64x zvl32b zvl64b zvl128b"
              + " zvl256b zvl512b zvl1024b zvl2048b zvl4096b",
          13,
          "h zicbom zicbop zicboz zmmul zawrs zfh zfhmin zfinx zdinx zhinx zhinxmin svinval"
              + " svnapot xtheadba xtheadbb xtheadbs xtheadcmo xtheadcondmov xtheadfmemidx xtheadfmv"
              + " xtheadint xtheadmac xtheadmemidx xtheadmempair xtheadsync",
          14,
          "zic64b ziccamoa ziccif zicclsm ziccrse zicntr zicond zihintntl zihintpause zihpm"
              + " za128rs za64rs zfa zca zcb zcd zce zcf zcmp zcmt ztso zvbb zvbc zvfbfmin zvfh"
              + " zvfhmin zvkb zvkg zvkn zvknc zvkned zvkng zvknha zvknhb zvks zvksc zvksed zvksg"
              + " zvksh zvkt smaia smepmp smstateen ssaia sscofpmf ssstateen sstc svpbmt xcvalu"
              + " xcvbi xcvelw xcvmac xcvsimd xtheadvector xventanacondops",
          15,
          "b zicfilp zicfiss zimop zaamo zabha zacas zalrsc zfbfmin zcmop zvfbfwma svvptc"
              + " xsfcease xsfvcp xsfvfnrclipxfqf xsfvqmaccdod xsfvqmaccqoq",
          16,
          "zilsd zama16b zclsd sdtrig sha shcounterenw shgatpa shtvala shvsatpa shvstvala"
              + " shvstvecd smdbltrp smmpm smnpm ssdbltrp ssnpm sspm ssstrict supm svade svadu"
              + " rvi20u32 rvi20u64 rva20u64 rva22u64 rva23u64 rvb23u64");

  /** Longer registers than {@link #STRICT_SINCE} and newer ones support; older ones do not ask. */
  private static final ImmutableSet<String> TOO_LONG =
      ImmutableSet.of("zvl8192b", "zvl16384b", "zvl32768b", "zvl65536b");

  /**
   * Extensions that no GCC knows up to {@link #NEWEST_GCC}: of the manuals and the profiles, and
   * drafts that binutils or LLVM take or have taken.
   */
  private static final ImmutableSet<String> OF_NO_GCC =
      split(
          "ziccamoc ziccid zibi zmop zalasr zam zcmlsd zbe zbf zbm zbp zbr zbt zpn zprvsfextra"
              + " zpsfoperand zjpm zvbc32e zvfbfa zvfofp4min zvfofp8min zvabd zvdot4a8i zvqdotq"
              + " zvzip zvamo zvlsseg zvkgs sdext shlcofideleg smcdeleg smcntrpmf smcsrind smctr"
              + " smpmpmt smrnmi ssccfg ssccptr sscounterenw sscsrind ssctr ssqosid sstvala sstvecd"
              + " ssu64xl ssube sv32 sv39 sv48 sv57 svbare svrsw60t59b svukte ssptead");

  private static final ImmutableMap<String, Integer> FIRST_GCC = firstGcc();

  /** Those above, profiles among them. */
  private static final ImmutableSet<String> ALL =
      Sets.union(FIRST_GCC.keySet(), Sets.union(OF_NO_GCC, TOO_LONG)).immutableCopy();

  private static final ImmutableSet<String> NAMES =
      ImmutableSet.copyOf(Sets.filter(ALL, IsaExtensions::isLongAndStandard));

  /** Digits, p, digits. */
  private static final Pattern VERSION = Pattern.compile("\\d+p\\d+$");

  private static final Pattern DIGITS = Pattern.compile("\\d+$");

  /** The privileged architecture, whose version is its name. */
  private static final Pattern PRIVILEGED = Pattern.compile("s[sm]\\d+p\\d+");

  private IsaExtensions() {}

  private static ImmutableSet<String> split(String names) {
    return ImmutableSet.copyOf(Splitter.on(' ').split(names));
  }

  private static ImmutableMap<String, Integer> firstGcc() {
    ImmutableMap.Builder<String, Integer> first = ImmutableMap.builder();
    BY_FIRST_GCC.forEach(
        (version, names) -> split(names).forEach(name -> first.put(name, version)));
    return first.buildOrThrow();
  }

  private static boolean isLongAndStandard(String name) {
    return name.length() > 1 && (name.charAt(0) == 'z' || name.charAt(0) == 's');
  }

  /** Standard extensions of several letters. */
  static ImmutableSet<String> names() {
    return NAMES;
  }

  /** Whether {@code name}, without a version, is a standard extension of several letters. */
  static boolean isKnown(String name) {
    return NAMES.contains(name) || PRIVILEGED.matcher(name).matches();
  }

  /** All that is listed: extensions of one letter and of several, those of vendors, profiles. */
  static ImmutableSet<String> all() {
    return ALL;
  }

  /**
   * The first GCC that knows the name of an extension or a profile, without a version, {@link
   * #OLDEST_GCC} for that one and older ones; empty if none does up to {@link #NEWEST_GCC}.
   */
  static OptionalInt firstGcc(String name) {
    Integer first = FIRST_GCC.get(name);
    return first == null ? OptionalInt.empty() : OptionalInt.of(first);
  }

  /**
   * Whether a GCC knows the name of an extension or a profile, without a version, as far as is
   * known here: a vendor's extension that is not listed may be one of a GCC of that vendor.
   *
   * @param gcc the first part of its version
   */
  static boolean isKnownTo(int gcc, String name) {
    OptionalInt first = firstGcc(name);
    if (first.isPresent()) {
      return first.getAsInt() <= Math.max(gcc, OLDEST_GCC);
    }
    return gcc > NEWEST_GCC
        || (TOO_LONG.contains(name) && gcc < STRICT_SINCE)
        || name.charAt(0) == 'x';
  }

  /**
   * A name of several letters without its version. Digits alone may be one as well ({@code zba1}),
   * but not where they belong to the name (zvl128b, sv39, za64rs).
   */
  static String withoutVersion(String extension) {
    if (PRIVILEGED.matcher(extension).matches()) {
      return extension;
    }
    String name = VERSION.matcher(extension).replaceFirst("");
    String stem = DIGITS.matcher(name).replaceFirst("");
    return ALL.contains(stem) ? stem : name;
  }
}
