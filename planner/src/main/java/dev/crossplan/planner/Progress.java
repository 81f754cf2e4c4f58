package dev.crossplan.planner;

/**
 * Told by a stage how far it is, so that someone who waits can be told. Cheap enough to be called
 * for every element of a loop; called by one thread at a time.
 */
public interface Progress {
  /** Tells nobody. */
  Progress NONE =
      new Progress() {
        @Override
        public void start(String what) {}

        @Override
        public void step(long done, long of) {}
      };

  /**
   * An activity starts, and with it the one before has ended.
   *
   * @param what in lower case and without a full stop: "reading emulated.json.gz"
   */
  void start(String what);

  /**
   * How much of the activity is done.
   *
   * @param done so many, in whatever unit the activity counts
   * @param of of so many; 0 when that is not known
   */
  void step(long done, long of);
}
