package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.Suggestion;
import java.util.Arrays;
import java.util.Optional;

/**
 * The names of which systems and triples are made, as {@code lib/systems/parse.nix} of nixpkgs has
 * them, with what GNU's {@code config.sub} takes besides.
 *
 * <p>A name that is one slip of the keyboard away from one of these is taken for it: a graph read
 * for another platform than was meant leads to a plan without cross builds, and nothing tells why.
 * What is further away is taken as it is, since nixpkgs learns of new platforms every year, and is
 * only told as a warning.
 */
final class PlatformNames {
  private static final ImmutableSet<String> CPUS =
      ImmutableSet.of(
          "aarch64",
          "aarch64_be",
          "alpha",
          "amd64",
          "arc",
          "arm",
          "arm64",
          "arm64e",
          "arm64ec",
          "armeb",
          "armv5tel",
          "armv6l",
          "armv6m",
          "armv7a",
          "armv7l",
          "armv7m",
          "armv7r",
          "armv8a",
          "armv8m",
          "armv8r",
          "avr",
          "bpf",
          "i386",
          "i486",
          "i586",
          "i686",
          "javascript",
          "loongarch32",
          "loongarch64",
          "m68k",
          "microblaze",
          "microblazeel",
          "mips",
          "mips64",
          "mips64el",
          "mipsel",
          "mipsisa32r6",
          "mipsisa32r6el",
          "mipsisa64r6",
          "mipsisa64r6el",
          "mmix",
          "msp430",
          "nios2",
          "or1k",
          "powerpc",
          "powerpc64",
          "powerpc64le",
          "powerpcle",
          "riscv32",
          "riscv32be",
          "riscv64",
          "riscv64be",
          "rx",
          "s390",
          "s390x",
          "sh4",
          "sparc",
          "sparc64",
          "vc4",
          "wasm32",
          "wasm64",
          "x86_64",
          "xtensa");

  private static final ImmutableSet<String> VENDORS =
      ImmutableSet.of("apple", "ibm", "knuth", "none", "pc", "sun", "unknown", "w64");

  private static final ImmutableSet<String> KERNELS =
      ImmutableSet.of(
          "cygwin",
          "darwin",
          "freebsd",
          "fuchsia",
          "genode",
          "ghcjs",
          "haiku",
          "hurd",
          "illumos",
          "ios",
          "linux",
          "macos",
          "mingw32",
          "mmixware",
          "netbsd",
          "none",
          "openbsd",
          "redox",
          "solaris",
          "tvos",
          "uefi",
          "unknown",
          "visionos",
          "wasi",
          "watchos",
          "win32",
          "windows");

  private static final ImmutableSet<String> ABIS =
      ImmutableSet.of(
          "android",
          "androideabi",
          "coff",
          "cygnus",
          "eabi",
          "eabihf",
          "elf",
          "gnu",
          "gnu_ilp32",
          "gnuabi64",
          "gnuabielfv1",
          "gnuabielfv2",
          "gnuabin32",
          "gnueabi",
          "gnueabihf",
          "gnuf32",
          "gnuf64",
          "gnullvm",
          "gnusf",
          "gnuspe",
          "gnux32",
          "llvm",
          "macho",
          "msvc",
          "musl",
          "muslabi64",
          "muslabin32",
          "musleabi",
          "musleabihf",
          "muslf32",
          "muslsf",
          "muslspe",
          "muslx32",
          "ohos",
          "uclibc",
          "uclibceabi",
          "uclibceabihf",
          "unknown");

  /** What a part of a system or triple names. */
  private enum Kind {
    CPU("CPU", CPUS),
    VENDOR("vendor", VENDORS),
    KERNEL("kernel", KERNELS),
    ABI("ABI", ABIS);

    private final String word;
    private final ImmutableSet<String> names;

    Kind(String word, ImmutableSet<String> names) {
      this.word = word;
      this.names = names;
    }
  }

  private PlatformNames() {}

  /**
   * A part of a system or triple that is not known.
   *
   * @param kind what it should be: {@code CPU}, {@code kernel}
   * @param meant the whole system or triple as it was probably meant
   * @param closest the whole with the known name that is closest, be it that another is meant
   */
  record Unknown(String kind, String part, Optional<String> meant, Optional<String> closest) {}

  /**
   * The first part that is not known.
   *
   * @param name a system or a triple
   */
  static Optional<Unknown> unknownIn(String name) {
    if (name.startsWith("x86-64-")) { // as gcc.arch and kernel.org spell it
      Optional<String> meant = Optional.of("x86_64" + name.substring("x86-64".length()));
      return Optional.of(new Unknown("CPU", "x86-64", meant, meant));
    }
    String[] parts = name.split("-", -1);
    for (int i = 0; i < parts.length; i++) {
      Kind kind = kind(parts, i);
      String part = kind == Kind.KERNEL ? withoutRelease(parts[i]) : parts[i];
      if (!kind.names.contains(part)) {
        String before = String.join("-", Arrays.copyOf(parts, i)) + (i == 0 ? "" : "-");
        String after = name.substring(before.length() + parts[i].length());
        return Optional.of(
            new Unknown(
                kind.word,
                parts[i],
                kind.names.stream()
                    .filter(known -> isOneSlipAway(part, known))
                    .findFirst()
                    .map(meant -> before + meant + after),
                Suggestion.closest(part, kind.names).map(known -> before + known + after)));
      }
    }
    return Optional.empty();
  }

  private static Kind kind(String[] parts, int part) {
    if (part == 0) {
      return Kind.CPU;
    }
    int kernel = parts.length == 2 || (parts.length == 3 && !isSecondVendor(parts)) ? 1 : 2;
    return part < kernel ? Kind.VENDOR : part == kernel ? Kind.KERNEL : Kind.ABI;
  }

  /** Whether cpu-vendor-kernel is meant by three parts, not cpu-kernel-abi. */
  private static boolean isSecondVendor(String[] parts) {
    return hasVendor(parts) || (!KERNELS.contains(parts[1]) && !ABIS.contains(parts[2]));
  }

  /** Whether the second of three or four parts is a vendor: a kernel may follow the CPU at once. */
  static boolean hasVendor(String[] parts) {
    return parts.length >= 4
        || (VENDORS.contains(parts[1]) && !parts[1].equals("none"))
        || (!KERNELS.contains(parts[1]) && KERNELS.contains(withoutRelease(parts[2])));
  }

  /** Of {@code freebsd14} and {@code darwin20.6.0}, the name. */
  private static String withoutRelease(String kernel) {
    return KERNELS.contains(kernel) ? kernel : kernel.replaceFirst("[0-9][0-9.]*$", "");
  }

  /**
   * Whether one letter too many, too few, wrong or changed with its neighbour tells the two apart.
   * Another digit is another thing: armv9a is not armv8a mistyped.
   */
  private static boolean isOneSlipAway(String typed, String known) {
    int same = 0;
    while (same < Math.min(typed.length(), known.length())
        && typed.charAt(same) == known.charAt(same)) {
      same++;
    }
    String typedRest = typed.substring(same);
    String knownRest = known.substring(same);
    if (typedRest.length() >= 2
        && knownRest.length() >= 2
        && typedRest.charAt(0) == knownRest.charAt(1)
        && typedRest.charAt(1) == knownRest.charAt(0)
        && typedRest.substring(2).equals(knownRest.substring(2))) {
      return true;
    }
    if (typed.length() < 4 || typedRest.isEmpty() || knownRest.isEmpty()) {
      return typed.length() >= 4 && typedRest.length() + knownRest.length() == 1;
    }
    boolean bothDigits =
        Character.isDigit(typedRest.charAt(0)) && Character.isDigit(knownRest.charAt(0));
    return typedRest.substring(1).equals(knownRest)
        || typedRest.equals(knownRest.substring(1))
        || (!bothDigits && typedRest.substring(1).equals(knownRest.substring(1)));
  }
}
