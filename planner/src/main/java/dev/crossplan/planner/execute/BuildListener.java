package dev.crossplan.planner.execute;

/** Told what happens while a plan is carried out; called by one thread at a time. */
@FunctionalInterface
public interface BuildListener {

  /** What it throws ends the run. */
  void on(BuildEvent event);
}
