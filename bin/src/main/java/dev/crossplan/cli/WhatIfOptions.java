package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.estimate.WhatIf;
import dev.crossplan.planner.instance.BuilderDescription;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What would be if the manifest were edited. */
final class WhatIfOptions {
  /** What the manifest allows as a factor. */
  private static final double LEAST_FACTOR = 1e-6;

  private static final double MOST_FACTOR = 1e6;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--with-builder",
      paramLabel = "BUILDER",
      description =
          "As if there were this builder as well: 'board: riscv64-linux, 4 slots, speed 0.25, 0.02"
              + " per hour, 6 watts'; also 'emulates SYSTEM', 'features A B'. Where the manifest"
              + " names none, it is beside this machine: --without local takes that away.")
  private List<String> added = List.of();

  @Option(
      names = "--without",
      paramLabel = "NAME",
      description = "As if there were no builder of this name.")
  private List<String> removed = List.of();

  @Option(
      names = "--emulation",
      paramLabel = "FACTOR",
      description =
          "As if emulated builds took so many times the native seconds; all others stay as they are"
              + " known.")
  private @Nullable Double emulation;

  /** To be asked before the graphs are read, which takes longer. */
  WhatIf changes() {
    Double factor = emulation;
    if (factor != null && !(factor >= LEAST_FACTOR && factor <= MOST_FACTOR)) {
      throw new ParameterException(
          command.commandLine(),
          "--emulation is " + factor + ", not a factor from 0.000001 to 1000000");
    }
    return new WhatIf(
        ImmutableSet.copyOf(removed),
        added.stream().map(BuilderDescription::parse).collect(ImmutableList.toImmutableList()),
        factor == null ? OptionalDouble.empty() : OptionalDouble.of(factor));
  }
}
