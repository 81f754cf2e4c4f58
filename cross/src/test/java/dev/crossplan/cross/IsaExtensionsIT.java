package dev.crossplan.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.fixtures.RealPackages;
import dev.crossplan.planner.variant.MarchFault;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks real compilers what they take: each that is on the path, and the one for real builds. */
@Tag("real")
class IsaExtensionsIT {
  private static final String GCC = "riscv64-linux-gnu-gcc";

  /** Extensions that are for 32 bits only. */
  private static final Set<String> OF_32_BITS = Set.of("zcf", "zclsd", "zcmlsd", "zilsd");

  private static final Pattern ISA_STRING = Pattern.compile("rv64[a-z0-9_]+");

  /** Asked besides all profiles. */
  private static final List<String> STRINGS =
      List.of(
          "rv64gc",
          "rv64gcb",
          "rv64gcbvh",
          "rv64gvc",
          "rv64gc_v_zba",
          "rv64gc_zba_v",
          "rv64gc_svinval_zba_zbb",
          "rv64gc_zbs_zba_zicond_zfh",
          "rv64gc_xtheadba_zba",
          "rv64gc_zba__zbb_",
          "rv64imac_zcb",
          "rv64im_zca_zimop",
          "rv64imc_zabha_zacas_zawrs",
          "rv64gc_zimop_zcmop_zama16b_zicfilp_zicfiss",
          "rv64gcv_zvkng_zvfh_zvl256b",
          "rv64gc_zvkn_zk",
          "rv64gc_smaia_sstc_svnapot_svadu_supm",
          "rv64gc_ss1p13_sv39",
          "rva22u64_v_zfh",
          "rva23u64_zacas_zvkng");

  /** What might be done otherwise: memory is cleared, copied, misaligned and shared. */
  private static final String SOURCE =
      """
      struct block { _Alignas(64) char bytes[512]; };
      struct packed { char first; long second; } __attribute__((packed));
      void clear(struct block *block) { __builtin_memset(block, 0, sizeof *block); }
      void copy(struct block *to, struct block *from) { *to = *from; }
      long misaligned(struct packed *packed) { return packed->second++; }
      int add(int *counter) { return __atomic_fetch_add(counter, 1, __ATOMIC_SEQ_CST); }
      int swap(int *lock, int old) {
        return __atomic_compare_exchange_n(lock, &old, 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
      }
      short swap_half(short *lock) { return __atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE); }
      double sum(double *values, int count, int (*call)(void)) {
        double sum = call();
        for (int i = 0; i < count; i++) sum += values[i] * (count > 9 ? count : i);
        return sum;
      }
      """;

  private final Path folder;

  IsaExtensionsIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void compilersKnowWhatTheTableSays() {
    onThePath().forEach(IsaExtensionsIT::assertKnowsWhatTheTableSays);
  }

  @Test
  void compilersMakeNoCodeOfWhatAsksNothingOfABoard() throws IOException {
    for (Compiler compiler : onThePath()) {
      assertMakesNoCodeOfWhatAsksNothing(compiler);
    }
  }

  @Test
  void theCompilerForRealBuildsKnowsWhatTheTableSays() {
    assertKnowsWhatTheTableSays(forRealBuilds());
  }

  @Test
  void theCompilerForRealBuildsMakesNoCodeOfWhatAsksNothingOfABoard() throws IOException {
    assertMakesNoCodeOfWhatAsksNothing(forRealBuilds());
  }

  /** One of each version. */
  private static List<Compiler> onThePath() {
    Map<Integer, Compiler> byVersion = new TreeMap<>();
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Stream.concat(
              Stream.of(GCC),
              IntStream.rangeClosed(12, IsaExtensions.NEWEST_GCC + 1)
                  .mapToObj(version -> GCC + "-" + version))
          .map(name -> Path.of(folder, name))
          .filter(Files::isExecutable)
          .map(program -> Compiler.at(program, Map.of()))
          .forEach(compiler -> byVersion.putIfAbsent(compiler.version(), compiler));
    }
    assertFalse(
        byVersion.isEmpty(),
        "this test needs " + GCC + ": apt-get install gcc-riscv64-linux-gnu (Debian 12)");
    return List.copyOf(byVersion.values());
  }

  /** A newer one, which runs under QEMU. */
  private static Compiler forRealBuilds() {
    assumeTrue(RealPackages.arePrepared(), RealPackages.MISSING);
    Path root = RealPackages.debianRiscv64();
    return Compiler.at(
        root.resolve("usr/bin").resolve(GCC), Map.of("QEMU_LD_PREFIX", root.toString()));
  }

  private static void assertKnowsWhatTheTableSays(Compiler compiler) {
    List<String> otherwise = new ArrayList<>();
    for (String name : IsaExtensions.all()) {
      if (compiler.knows(name) != IsaExtensions.isKnownTo(compiler.version(), name)) {
        otherwise.add(name);
      }
    }
    for (String march : STRINGS) {
      check(compiler, march, otherwise);
    }
    IsaString.PROFILES.keySet().stream()
        .filter(profile -> profile.endsWith("64"))
        .forEach(profile -> check(compiler, profile, otherwise));
    assertEquals(List.of(), otherwise, "of GCC " + compiler.version());
  }

  /**
   * There is a fault where the compiler finds one, and where it leaves names to the assembler there
   * may be one; what is to be written instead it takes.
   */
  private static void check(Compiler compiler, String march, List<String> otherwise) {
    Optional<MarchFault> fault = IsaSpelling.fault(march, 64, OptionalInt.of(compiler.version()));
    if (fault.isEmpty()
        ? !compiler.takes(march)
        : compiler.takes(march) && compiler.version() >= IsaExtensions.STRICT_SINCE) {
      otherwise.add(march);
    }
    fault.ifPresent(
        found -> {
          Matcher instead = ISA_STRING.matcher(found.remedy());
          if (!instead.find() || !compiler.takes(instead.group())) {
            otherwise.add(found.remedy());
          }
        });
  }

  private void assertMakesNoCodeOfWhatAsksNothing(Compiler compiler) throws IOException {
    Path source = folder.resolve("source.c");
    Files.writeString(source, SOURCE);
    String plain = compiler.assembly("rv64gc", source);
    List<String> otherwise = new ArrayList<>();
    for (String name : IsaExtensions.all()) {
      String march = "rv64gc_" + name;
      if (IsaExtensions.isKnownTo(compiler.version(), name)
          && !IsaString.RV64GC.extensions().contains(name)
          && IsaString.parse(march)
              .filter(isa -> isa.instructions().equals(IsaString.RV64GC.instructions()))
              .isPresent()
          && !compiler.assembly(march, source).equals(plain)) {
        otherwise.add(name);
      }
    }
    assertEquals(List.of(), otherwise, "of GCC " + compiler.version());
  }

  /** A compiler, and what it needs to be started. */
  private record Compiler(Path program, Map<String, String> environment, int version) {

    static Compiler at(Path program, Map<String, String> environment) {
      String version = said(program, environment, "-dumpversion").orElseThrow();
      return new Compiler(
          program, environment, Integer.parseInt(version.strip().replaceFirst("\\..*", "")));
    }

    boolean takes(String march) {
      return macros(march).isPresent();
    }

    /** Whether it takes a name and has a version of it: the value of a macro, 0 for others. */
    boolean knows(String name) {
      String base = OF_32_BITS.contains(name) ? "rv32i" : "rv64i";
      return name.startsWith("rv")
          ? takes(name)
          : macros(base + (name.length() == 1 ? "" : "_") + name)
              .filter(said -> said.matches("(?s).*#define __riscv_" + name + " [1-9].*"))
              .isPresent();
    }

    private Optional<String> macros(String march) {
      String abi = march.startsWith("rv32") || march.endsWith("u32") ? "ilp32" : "lp64";
      return said("-march=" + march, "-mabi=" + abi, "-E", "-dM", "-x", "c", "/dev/null");
    }

    /** Without what it says of the extensions. */
    String assembly(String march, Path source) {
      return said("-march=" + march, "-mabi=lp64d", "-O2", "-S", "-o", "-", source.toString())
          .orElseThrow(() -> new AssertionError("GCC " + version + " does not take " + march))
          .lines()
          .filter(line -> !line.contains(".attribute"))
          .collect(Collectors.joining("\n"));
    }

    private Optional<String> said(String... arguments) {
      return said(program, environment, arguments);
    }

    /** What a program prints; empty if it fails. */
    private static Optional<String> said(
        Path program, Map<String, String> environment, String... arguments) {
      List<String> command = new ArrayList<>(List.of(program.toString()));
      Collections.addAll(command, arguments);
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().putAll(environment);
      try {
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? Optional.of(said) : Optional.empty();
      } catch (IOException e) {
        throw new IllegalStateException(program + " does not start", e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(program + " was interrupted", e);
      }
    }
  }
}
