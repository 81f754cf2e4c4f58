package dev.crossplan.planner.execute;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.FileSizes;
import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.source.SourceCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Notes what may explain how long a build takes, while it goes on. */
final class Observation {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Derivation derivation;
  private final OptionalInt cores;
  private final Optional<ProcessTime> time;
  private final OptionalLong sourceBytes;
  private final CompletableFuture<Optional<SourceCode>> code;
  private final Map<String, Double> phases = new LinkedHashMap<>();
  private final long begun = System.nanoTime();
  private @Nullable String phase;
  private long phaseBegun;
  private long looked = begun;
  private double neighbourNanos;

  /**
   * Begins with the build.
   *
   * @param process of Nix, which is the parent of what it builds with, unless a daemon does; empty
   *     if another machine builds
   * @param cores that the build may use, as far as they were said
   */
  Observation(Derivation derivation, Optional<Process> process, OptionalInt cores) {
    this.derivation = derivation;
    this.cores = cores;
    this.time = process.map(each -> new ProcessTime(each.toHandle()));
    List<String> sources = sources(derivation);
    this.sourceBytes = FileSizes.of(sources);
    this.code =
        CompletableFuture.supplyAsync(
                () ->
                    SourceCode.of(
                        sources,
                        Trait.of(derivation),
                        DerivationFacts.buildSystemFlags(derivation)))
            .exceptionally(problem -> Optional.empty()); // the build counts nevertheless
  }

  /** The build has reached a phase. */
  void phase(String name) {
    endPhase(System.nanoTime());
    phase = name;
  }

  private void endPhase(long now) {
    if (phase != null) {
      phases.merge(phase, (now - phaseBegun) / NANOS, Double::sum);
    }
    phaseBegun = now;
  }

  /**
   * To be called every now and then.
   *
   * @param neighbours other builds that go on, on the same machine
   */
  void look(int neighbours) {
    long now = System.nanoTime();
    neighbourNanos += (double) neighbours * (now - looked);
    looked = now;
    time.ifPresent(ProcessTime::look);
  }

  /** What was seen, when the build has ended. */
  Circumstances ended() {
    long now = System.nanoTime();
    endPhase(now);
    phase = null;
    OptionalDouble neighbours =
        looked == begun
            ? OptionalDouble.empty()
            : OptionalDouble.of(neighbourNanos / (looked - begun));
    return new Circumstances(
        cores,
        cpuSeconds(),
        waitedSeconds((now - begun) / NANOS, neighbours.orElse(0)),
        neighbours,
        Sets.immutableEnumSet(Trait.of(derivation)),
        sourceBytes,
        code.getNow(Optional.empty()), // short builds have few
        ImmutableMap.copyOf(phases));
  }

  private OptionalDouble cpuSeconds() {
    return time.map(ProcessTime::seconds).orElse(OptionalDouble.empty());
  }

  private OptionalDouble waitedSeconds(double seconds, double neighbours) {
    OptionalDouble all = time.map(ProcessTime::waitedSeconds).orElse(OptionalDouble.empty());
    if (all.isEmpty()) {
      return all;
    }
    double there = Runtime.getRuntime().availableProcessors();
    double allowed = cores.orElse(0) == 0 ? there : Math.min(there, cores.orElse(0));
    double forOthers =
        delay(seconds, cpuSeconds().orElse(0), all.getAsDouble(), allowed)
            - seconds * Math.max(0, 1 - there / (allowed * (1 + neighbours)));
    return OptionalDouble.of(Math.max(0, forOthers));
  }

  /**
   * By how much longer a build took since its threads waited for a CPU. Those that wait at the same
   * time delay it once. Builds that want more CPUs than there are wait for one another too, which
   * is taken off by whoever asks how long it waited for other programs. What was seen of its
   * processes says too much of short ones; but it cannot have waited while it had all it may have.
   *
   * @param seconds that it took
   * @param run CPU seconds
   * @param waited seconds, the sum over its threads
   * @param allowed how many CPUs it may have at a time
   */
  @VisibleForTesting
  static double delay(double seconds, double run, double waited, double allowed) {
    double ready = Math.max(1, (run + waited) / seconds); // threads at a time
    return Math.max(0, Math.min(waited / ready, seconds - run / allowed));
  }

  private static List<String> sources(Derivation derivation) {
    List<String> sources = new ArrayList<>(derivation.words("src"));
    sources.addAll(derivation.words("srcs"));
    return sources;
  }
}
