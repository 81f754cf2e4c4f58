package dev.crossplan.planner.execute;

/** Told what happens while a plan is carried out; called by one thread at a time. */
@FunctionalInterface
public interface BuildListener {
  /** Tells nobody. */
  BuildListener NONE = event -> {};

  void on(BuildEvent event);
}
