/**
 * When and where: tasks that need one another, machines that run some of them, and a schedule of
 * least makespan with a proven lower bound; memory of the machines and transfers between them,
 * where they are known. Knows nothing of packages; {@code crossplan schedule} is this package on
 * its own.
 *
 * <p>Reading order: {@link dev.crossplan.planner.schedule.Precedence}, {@link
 * dev.crossplan.planner.schedule.ScheduleProblem}, {@link dev.crossplan.planner.schedule.Schedule},
 * {@link dev.crossplan.planner.schedule.ListScheduler}, {@link
 * dev.crossplan.planner.schedule.ScheduleBounds}, {@link
 * dev.crossplan.planner.schedule.MachinePools}, {@link
 * dev.crossplan.planner.schedule.ConstraintProgram}, {@link
 * dev.crossplan.planner.schedule.ScheduleSearch}, {@link
 * dev.crossplan.planner.schedule.ScheduleJson}.
 */
@NullMarked
package dev.crossplan.planner.schedule;

import org.jspecify.annotations.NullMarked;
