package dev.crossplan.planner.report;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.variant.PackageName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a derivation builds, for whom and how, as far as that is known.
 *
 * @param host system that the outputs run on; empty for sources, and where nobody can tell
 * @param strategy empty likewise
 */
record BuildFacts(
    Action action,
    String packageName,
    String version,
    Optional<String> host,
    Optional<Strategy> strategy) {
  private static final Pattern TRIPLE =
      Pattern.compile("-(?<triple>[a-z0-9_]+-(?:unknown|none|pc)-linux-[a-z0-9_]+)(?=-|$)");

  /** How names of downloads end. */
  private static final Pattern DOWNLOAD =
      Pattern.compile(
          "(?:.*-)?source"
              + "|.*[.](?:tar|tar[.]\\w+|tgz|tbz2?|txz|zip|patch|diff|crate|gem|whl|jar|deb|git)");

  private static final Splitter DASH = Splitter.on('-');

  /**
   * What the name alone tells: {@code hello-riscv64-unknown-linux-gnu-2.12.1} is version 2.12.1 of
   * hello for riscv64-linux, by a cross build. Without a triple, a name is that of a native build
   * and of an emulated one, and on this machine or another. A triple in front belongs to the name:
   * {@code riscv64-unknown-linux-gnu-binutils} runs on what builds it.
   */
  static BuildFacts of(String derivationName) {
    Optional<String> triple = triple(derivationName);
    PackageName name =
        PackageName.of(derivationName, triple.map(ImmutableSet::of).orElse(ImmutableSet.of()));
    boolean isDownload = DOWNLOAD.matcher(derivationName).matches();
    Optional<String> host = isDownload ? Optional.empty() : triple.map(Platform::systemOfTriple);
    return new BuildFacts(
        isDownload ? Action.FETCH : Action.BUILD,
        name.base(),
        name.version(),
        host,
        host.map(system -> Strategy.CROSS));
  }

  /**
   * What name and build platform tell.
   *
   * @param isCross whether it is known to be built for another platform even where the name has no
   *     triple, as those of headers and hooks have not
   * @param machine system of the machine that built; empty if it is not known
   */
  static BuildFacts of(
      String derivationName, String system, boolean isCross, Optional<String> machine) {
    BuildFacts byName = of(derivationName);
    if (byName.action() == Action.FETCH) {
      return byName;
    }
    Optional<String> host =
        byName.host().isPresent() || isCross ? byName.host() : Optional.of(system);
    Optional<Strategy> strategy =
        isCross || !host.equals(Optional.of(system))
            ? Optional.of(Strategy.CROSS)
            : machine.map(its -> runs(its, system) ? Strategy.NATIVE : Strategy.EMULATED);
    return new BuildFacts(byName.action(), byName.packageName(), byName.version(), host, strategy);
  }

  /**
   * What the derivation itself tells.
   *
   * @param here whether this machine built it
   */
  static BuildFacts of(String derivationName, Derivation derivation, boolean here) {
    String system = derivation.system().toString();
    boolean isCross =
        isForOther(derivation.words("configureFlags"), "--host=", system)
            || isForOther(derivation.words("cmakeFlags"), "-DCMAKE_SYSTEM_PROCESSOR=", system);
    BuildFacts facts =
        of(derivationName, system, isCross, here ? Optional.of(Host.system()) : Optional.empty());
    return derivation.isFixedOutput()
        ? new BuildFacts(
            Action.FETCH, facts.packageName(), facts.version(), Optional.empty(), Optional.empty())
        : new BuildFacts(
            Action.BUILD,
            derivation.attribute("pname").orElse(facts.packageName()),
            derivation.attribute("version").orElse(facts.version()),
            facts.host(),
            facts.strategy());
  }

  /** Native builds may name their host as well. */
  private static boolean isForOther(List<String> flags, String key, String system) {
    return flags.stream()
        .filter(flag -> flag.startsWith(key))
        .anyMatch(flag -> !family(flag.substring(key.length())).equals(family(system)));
  }

  private static Optional<String> triple(String derivationName) {
    Matcher triple = TRIPLE.matcher(derivationName);
    return triple.find() ? Optional.of(triple.group("triple")) : Optional.empty();
  }

  /** Whether a machine runs programs of a system by itself. */
  private static boolean runs(String machine, String system) {
    return family(machine).equals(family(system));
  }

  /** By its CPU: x86_64 runs i686, and aarch64 mostly the older ones. */
  private static String family(String system) {
    String cpu = DASH.split(system).iterator().next();
    return cpu.equals("i686") ? "x86_64" : cpu.startsWith("arm") ? "aarch64" : cpu;
  }

  Timing timing(Machine machine, Instant started, double seconds, Circumstances circumstances) {
    return new Timing(
        packageName, version, host, strategy, machine.name(), started, seconds, circumstances);
  }
}
