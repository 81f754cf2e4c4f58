/**
 * How fast machines do the work of builds, this one or another over ssh ({@link
 * dev.crossplan.planner.measurement.Measurement}).
 */
@NullMarked
package dev.crossplan.planner.measurement;

import org.jspecify.annotations.NullMarked;
