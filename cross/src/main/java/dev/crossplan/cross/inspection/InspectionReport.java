package dev.crossplan.cross.inspection;

import com.google.common.collect.ImmutableList;

/**
 * What was looked at, and what is wrong with it.
 *
 * @param faults in the order of the paths that were given, then of file names
 */
public record InspectionReport(FileCounts counts, ImmutableList<Fault> faults) {}
