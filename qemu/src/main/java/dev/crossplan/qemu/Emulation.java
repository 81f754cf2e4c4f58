package dev.crossplan.qemu;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.machine.Prerequisite;
import dev.crossplan.planner.machine.Prerequisite.State;
import dev.crossplan.planner.machine.TrialProgram;
import java.util.Optional;
import java.util.Set;

/**
 * What this machine can emulate of a system.
 *
 * @param prerequisites what was looked at, from the kernel to the program that was run
 * @param version of the QEMU that the kernel starts, or else of the one on the path
 * @param models CPUs that this QEMU offers, as its {@code -cpu} calls them
 * @param report what the program said that was run through the kernel; empty if it did not run
 */
public record Emulation(
    String system,
    ImmutableList<Prerequisite> prerequisites,
    Optional<QemuVersion> version,
    ImmutableList<String> models,
    Optional<TrialProgram.Report> report) {

  /** Whether programs of the system run here. */
  public boolean works() {
    return prerequisites.stream().noneMatch(each -> each.state() == State.MISSING);
  }

  /** Extensions that a program is told that it has, in the order of an ISA string. */
  public ImmutableSet<String> extensions() {
    return report.map(RiscvExtensions::of).orElse(ImmutableSet.of());
  }

  /** Extensions that a program finds missing; those of longer names it may have all the same. */
  public ImmutableSet<String> lacking(Set<String> extensions) {
    return report.isEmpty()
        ? ImmutableSet.of()
        : extensions.stream()
            .filter(RiscvExtensions::isAlwaysTold)
            .filter(each -> !extensions().contains(each))
            .collect(ImmutableSet.toImmutableSet());
  }
}
