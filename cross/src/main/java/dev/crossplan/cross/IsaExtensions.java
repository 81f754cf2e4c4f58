package dev.crossplan.cross;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import java.util.regex.Pattern;

/**
 * Names of standard extensions that somebody defined: those of GCC 16 ({@code riscv-ext.def}), of
 * the manuals and profiles, and drafts that GCC, binutils or LLVM take or have taken. Vendors call
 * theirs as they like, so of what starts with x none is listed.
 */
final class IsaExtensions {
  private static final ImmutableSet<String> NAMES =
      ImmutableSet.copyOf(
          Splitter.on(' ')
              .split(
                  "zic64b zicbom zicbop zicboz ziccamoa ziccamoc ziccid ziccif zicclsm ziccrse"
                      + " zicfilp zicfiss zicntr zicond zicsr zifencei zihintntl zihintpause zihpm"
                      + " zimop zilsd zibi zmmul zmop"
                      + " za128rs za64rs zaamo zabha zacas zalasr zalrsc zam zama16b zawrs"
                      + " zfa zfbfmin zfh zfhmin zfinx zdinx zhinx zhinxmin"
                      + " zca zcb zcd zce zcf zclsd zcmlsd zcmop zcmp zcmt"
                      + " zba zbb zbc zbkb zbkc zbkx zbs zbe zbf zbm zbp zbr zbt"
                      + " zk zkn zknd zkne zknh zkr zks zksed zksh zkt"
                      + " zpn zprvsfextra zpsfoperand ztso zjpm"
                      + " zvbb zvbc zvbc32e zve32f zve32x zve64d zve64f zve64x zvfbfa zvfbfmin"
                      + " zvfbfwma zvfh zvfhmin zvfofp4min zvfofp8min zvabd zvdot4a8i zvqdotq zvzip"
                      + " zvamo zvlsseg zvkb zvkg zvkgs zvkn zvknc zvkned zvkng zvknha zvknhb zvks"
                      + " zvksc zvksed zvksg zvksh zvkt zvl32b zvl64b zvl128b zvl256b zvl512b"
                      + " zvl1024b zvl2048b zvl4096b zvl8192b zvl16384b zvl32768b zvl65536b"
                      + " sdext sdtrig sha shcounterenw shgatpa shlcofideleg shtvala shvsatpa"
                      + " shvstvala shvstvecd smaia smcdeleg smcntrpmf smcsrind smctr smdbltrp"
                      + " smepmp smmpm smnpm smpmpmt smrnmi smstateen ssaia ssccfg ssccptr"
                      + " sscofpmf sscounterenw sscsrind ssctr ssdbltrp ssnpm sspm ssqosid"
                      + " ssstateen ssstrict sstc sstvala sstvecd ssu64xl ssube supm"
                      + " sv32 sv39 sv48 sv57 svade svadu svbare svinval svnapot svpbmt svrsw60t59b"
                      + " svukte svvptc"));

  /** Digits, p, digits. */
  private static final Pattern VERSION = Pattern.compile("\\d+p\\d+$");

  private static final Pattern DIGITS = Pattern.compile("\\d+$");

  /** The privileged architecture, whose version is its name. */
  private static final Pattern PRIVILEGED = Pattern.compile("s[sm]\\d+p\\d+");

  private IsaExtensions() {}

  static ImmutableSet<String> names() {
    return NAMES;
  }

  /** Whether {@code name}, without a version, is a standard extension of several letters. */
  static boolean isKnown(String name) {
    return NAMES.contains(name) || PRIVILEGED.matcher(name).matches();
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
    return NAMES.contains(stem) ? stem : name;
  }
}
