package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;

/**
 * A plan beside what would be done without one.
 *
 * @param all the plan first, then what {@link Plan#baselines} counts, in that order
 */
public record Courses(Plan plan, ImmutableList<Course> all) {}
