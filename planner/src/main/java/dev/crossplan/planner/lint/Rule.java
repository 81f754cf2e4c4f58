package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;

/** Looks for one kind of fault. */
interface Rule {
  ImmutableList<Finding> check(Subject subject);
}
