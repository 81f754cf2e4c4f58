package dev.crossplan.planner.report;

import dev.crossplan.planner.history.Entry;

/** Takes what a report tells, in its order. */
public interface BuildSink {
  void add(Entry entry);

  /**
   * Something tells of no build, or too little.
   *
   * @param why what it is, in the plural: "builds that are not finished"
   */
  void skip(String why);
}
