package dev.crossplan.cross;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.variant.HostPlatforms;
import dev.crossplan.planner.variant.HostPlatforms.Basis;
import dev.crossplan.planner.variant.MarchFault;
import dev.crossplan.planner.variant.PlatformKnowledge;
import java.util.Optional;
import java.util.OptionalInt;

/** Platforms as nixpkgs marks them when it cross-compiles. */
public final class CrossPlatforms implements PlatformKnowledge {
  private static final ImmutableSet<String> LIBCS =
      ImmutableSet.of("glibc", "musl", "uclibc-ng", "bionic-prebuilt", "relibc");

  private static final String X86 = "x86_64-";

  /**
   * Micro-architecture levels of the System V ABI for x86-64, each with all that those before it
   * have; the first is also called the baseline.
   */
  private static final ImmutableList<String> X86_LEVELS =
      ImmutableList.of("x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4");

  @Override
  public HostPlatforms hostPlatforms(DerivationGraph graph) {
    return new HostPlatformReader(graph).read();
  }

  @Override
  public String canonicalMarch(Optional<String> march, String system) {
    return isa(march, system).map(IsaString::toString).orElseGet(() -> asText(march, system));
  }

  @Override
  public String instructions(Optional<String> march, String system) {
    return isa(march, system)
        .map(IsaString::instructions)
        .map(IsaString::toString)
        .orElseGet(() -> asText(march, system));
  }

  /** Of what is no ISA string: compilers for x86-64 make code for the first level by themselves. */
  private static String asText(Optional<String> march, String system) {
    return march.orElse(system.startsWith(X86) ? X86_LEVELS.get(0) : "");
  }

  /** What is said, or what compilers do by themselves. */
  private static Optional<IsaString> isa(Optional<String> march, String system) {
    return !system.startsWith("riscv")
        ? Optional.empty()
        : march.isEmpty() && system.startsWith("riscv64")
            ? Optional.of(IsaString.RV64GC)
            : march.flatMap(IsaString::parse);
  }

  /** The last part of the triple, {@code gnu} or {@code musl}, and {@code lp64d} or the like. */
  @Override
  public String canonicalAbi(Platform platform, String march) {
    String triple = platform.triple();
    String libc = triple.substring(triple.lastIndexOf('-') + 1);
    return platform
        .abi()
        .or(() -> IsaString.parse(march).map(IsaString::usualAbi))
        .map(abi -> libc + " " + abi)
        .orElse(libc);
  }

  @Override
  public boolean isLibc(String packageName) {
    return LIBCS.contains(packageName);
  }

  @Override
  public boolean isMarch(String march, String system) {
    return system.startsWith("riscv")
        ? IsaString.parse(march).isPresent()
        : !isUnknownLevel(march, system);
  }

  private static boolean isUnknownLevel(String march, String system) {
    return system.startsWith(X86)
        && march.startsWith(X86_LEVELS.get(0))
        && !X86_LEVELS.contains(march);
  }

  @Override
  public Optional<MarchFault> marchFault(String march, String system, OptionalInt gcc) {
    return system.startsWith("riscv32") || system.startsWith("riscv64")
        ? IsaSpelling.fault(march, bits(system), gcc)
        : isUnknownLevel(march, system) ? Optional.of(unknownLevel(march)) : Optional.empty();
  }

  private static int bits(String system) {
    return system.startsWith("riscv32") ? 32 : 64;
  }

  private static MarchFault unknownLevel(String march) {
    return new MarchFault(
        false,
        "no level " + march + " of x86-64 is known here",
        "Maybe one of these is meant: " + String.join(", ", X86_LEVELS) + ".",
        Optional.empty());
  }

  @Override
  public Optional<MarchFault> abiFault(String abi, Optional<String> march, String system) {
    return system.startsWith("riscv32") || system.startsWith("riscv64")
        ? AbiName.fault(abi, isa(march, system), bits(system))
        : Optional.empty();
  }

  @Override
  public boolean runsOn(String march, String board) {
    return runs(march, board).orElse(true);
  }

  @Override
  public boolean isKnownToRunOn(String march, String board) {
    return runs(march, board).orElse(march.equals(board));
  }

  /** Empty where that is not known. */
  private static Optional<Boolean> runs(String march, String board) {
    Optional<IsaString> code = IsaString.parse(march);
    Optional<IsaString> offered = IsaString.parse(board);
    if (code.isPresent() && offered.isPresent()) {
      return Optional.of(code.get().runsOn(offered.get()));
    }
    int level = X86_LEVELS.indexOf(march);
    int offeredLevel = X86_LEVELS.indexOf(board);
    return level < 0 || offeredLevel < 0 ? Optional.empty() : Optional.of(level <= offeredLevel);
  }

  @Override
  public ImmutableSortedSet<String> beyond(String march, String board) {
    Optional<IsaString> code = IsaString.parse(march);
    Optional<IsaString> offered = IsaString.parse(board);
    if (code.isPresent() && offered.isPresent()) {
      return code.get().bits() == offered.get().bits()
          ? code.get().beyond(offered.get())
          : ImmutableSortedSet.of();
    }
    return runsOn(march, board) ? ImmutableSortedSet.of() : ImmutableSortedSet.of(march);
  }

  /** What one derivation says by itself in an instance that cross-compiles. */
  record Claim(String system, Basis basis) {}

  /** What the flags of a derivation say; empty where they say nothing. */
  static Optional<Claim> byFlags(Iterable<String> flags, Instance instance) {
    Platform target = instance.host();
    Platform local = instance.local();
    for (String flag : flags) {
      Optional<String> host =
          value(flag, "--host=")
              .flatMap(
                  triple ->
                      triple.equals(target.triple())
                          ? Optional.of(target.system())
                          : sameCpu(triple, local) ? Optional.of(local.system()) : Optional.empty())
              .or(
                  () ->
                      value(flag, "-DCMAKE_SYSTEM_PROCESSOR=")
                          .flatMap(
                              cpu ->
                                  sameCpu(cpu, target)
                                      ? Optional.of(target.system())
                                      : sameCpu(cpu, local)
                                          ? Optional.of(local.system())
                                          : Optional.empty()));
      if (host.isPresent()) {
        return Optional.of(new Claim(host.get(), Basis.FLAGS));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> value(String flag, String prefix) {
    return flag.startsWith(prefix)
        ? Optional.of(flag.substring(prefix.length()))
        : Optional.empty();
  }

  private static boolean sameCpu(String cpuOrTriple, Platform platform) {
    String cpu = platform.system().substring(0, platform.system().indexOf('-'));
    return cpuOrTriple.equals(cpu) || cpuOrTriple.startsWith(cpu + "-");
  }
}
