package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an output is measured by.
 *
 * @param system where it is to run, such as {@code riscv64-linux}
 * @param march ISA string of the board; empty: the usual one of the system
 * @param closure all paths that will be there when it runs, itself among them
 */
public record InspectionTarget(String system, Optional<String> march, ImmutableSet<Path> closure) {}
