package dev.crossplan.cross.inspection;

import com.google.common.collect.ImmutableList;

/**
 * What was looked at, and what is wrong with it.
 *
 * @param system that it is to run on
 * @param march that the board offers; empty where there is no such question
 * @param paths in which files were looked at
 * @param faults in the order of the paths that were given, then of file names
 */
public record InspectionReport(
    String system, String march, int paths, FileCounts counts, ImmutableList<Fault> faults) {}
