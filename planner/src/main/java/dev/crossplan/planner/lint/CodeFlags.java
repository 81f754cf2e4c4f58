package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The flags in an attribute of a derivation that say for which instructions code is made: {@code
 * -march} and {@code -mcpu} of GCC and Clang, {@code --with-arch} of a compiler that is built,
 * {@code -C target-cpu} and {@code target-feature} of rustc, and {@code GORISCV64}.
 */
final class CodeFlags {
  /**
   * Attributes that are flags; not those for the machine that builds. A phase is none: what it says
   * may be a text that it looks for in a file.
   */
  private static final Pattern FLAGS =
      Pattern.compile(
          "(?!.*_FOR_BUILD).*(?:(?:FLAGS|Flags)(?:_.*|Array)?|[Rr]ustcOpts.*)|CC|CXX|FC");

  /**
   * Nothing but flags, whatever the attribute is called: a variable in {@code env}. Nothing that
   * was matched is given back, as a text may be of any length.
   */
  private static final Pattern ONLY_FLAGS = Pattern.compile("\\s*+-\\S++(?:\\s++-\\S++)*+\\s*+");

  /** What the assembler alone takes is in code that asks the processor before it runs. */
  private static final Pattern MARCH =
      Pattern.compile("(?<![\\w-])(?<!-Wa,)-march=([^\\s\"',;\\\\]+)");

  private static final Pattern MCPU = Pattern.compile("(?<![\\w-])-mcpu=([\\w.-]+)");
  private static final Pattern WITH_ARCH = Pattern.compile("--with-arch=([^\\s\"',;\\\\]+)");
  private static final Pattern TARGET_CPU = Pattern.compile("(?:\\b|-C)target-cpu=([\\w.-]+)");
  private static final Pattern TARGET_FEATURE =
      Pattern.compile("(?:\\b|-C)target-feature=([^\\s\"';\\\\\\x1f]+)");
  private static final Pattern FEATURE = Pattern.compile("([+-])(v|h|z[a-z0-9]+)(?=,|$)");

  /**
   * Processors that have more than RV64GC, by what matters most of it: what GCC's {@code
   * riscv-cores.def} and LLVM's {@code RISCVProcessors.td} say.
   */
  private static final ImmutableMap<String, String> CORES =
      ImmutableMap.<String, String>builder()
          .put("sifive-p450", "rv64gc_zba_zbb_zbs")
          .put("sifive-p470", "rv64gcv_zba_zbb_zbs")
          .put("sifive-p550", "rv64gc_zba_zbb")
          .put("sifive-p670", "rv64gcv_zba_zbb_zbs")
          .put("sifive-p870", "rv64gcv_zba_zbb_zbs")
          .put("sifive-x280", "rv64gcv_zfh_zvfh_zba_zbb")
          .put("sifive-x390", "rv64gcv_zfh_zvfh_zba_zbb_zbs")
          .put("spacemit-x60", "rv64gcv_zba_zbb_zbc_zbs")
          .put("tt-ascalon-d8", "rv64gcv_zba_zbb_zbs")
          .put("veyron-v1", "rv64gc_zba_zbb_zbc_zbs")
          .put("xiangshan-kunminghu", "rv64gcv_zba_zbb_zbc_zbs")
          .put("xiangshan-nanhu", "rv64gc_zba_zbb_zbc_zbs")
          .buildOrThrow();

  /** What Go's compiler makes of the profiles; of the rest that they have it makes nothing. */
  private static final ImmutableMap<String, String> GO =
      ImmutableMap.of("rva22u64", "rv64gc_zba_zbb_zbs", "rva23u64", "rv64gcv_zba_zbb_zbs");

  private CodeFlags() {}

  /**
   * By flag as it is written, the ISA string that it asks for; of flags that override each other
   * the one that counts. What is not known to be more than RV64GC is left out.
   */
  static Map<String, String> of(String attribute, String text) {
    Map<String, String> asked = new LinkedHashMap<>();
    if (attribute.equals("GORISCV64")) {
      putCore(asked, "GORISCV64=", text.strip(), GO);
    } else if (FLAGS.matcher(attribute).matches() || ONLY_FLAGS.matcher(text).matches()) {
      String march = last(MARCH, text);
      if (march.isEmpty()) {
        putCore(asked, "-mcpu=", last(MCPU, text), CORES);
      } else { // it counts whatever -mcpu says, before it or after
        asked.put("-march=" + march, march);
      }
      String withArch = last(WITH_ARCH, text);
      if (!withArch.isEmpty()) {
        asked.put("--with-arch=" + withArch, withArch);
      }
      putCore(asked, "-C target-cpu=", last(TARGET_CPU, text), CORES);
      putFeatures(asked, text);
    }
    return asked;
  }

  private static void putCore(
      Map<String, String> asked, String flag, String core, ImmutableMap<String, String> known) {
    String march = known.get(core);
    if (march != null) {
      asked.put(flag + core, march);
    }
  }

  /**
   * Each adds to what was there before, or takes it out. What is left is one ISA string: what
   * {@code zvl256b} asks for depends on whether there is {@code v}.
   */
  private static void putFeatures(Map<String, String> asked, String text) {
    Set<String> features = new LinkedHashSet<>();
    Matcher flag = TARGET_FEATURE.matcher(text);
    while (flag.find()) {
      Matcher feature = FEATURE.matcher(flag.group(1));
      while (feature.find()) {
        if (feature.group(1).equals("+")) {
          features.add(feature.group(2));
        } else {
          features.remove(feature.group(2));
        }
      }
    }
    if (!features.isEmpty()) {
      asked.put(
          "-C target-feature=+" + String.join(",+", features),
          "rv64gc_" + String.join("_", features));
    }
  }

  /** What the last one of its kind says; empty if there is none. */
  private static String last(Pattern flag, String text) {
    String last = "";
    Matcher found = flag.matcher(text);
    while (found.find()) {
      last = found.group(1);
    }
    return last;
  }
}
