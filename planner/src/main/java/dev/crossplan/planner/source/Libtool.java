package dev.crossplan.planner.source;

/** Whether libtool is set up, and for how many libraries of the same files. */
final class Libtool {
  private boolean isThere;
  private boolean isForOne;

  /**
   * Notes that it is set up.
   *
   * @param forOne whether it makes only a shared library, or a static one
   */
  void add(boolean forOne) {
    isThere = true;
    isForOne |= forOne;
  }

  boolean isThere() {
    return isThere;
  }

  boolean isTwice() {
    return isThere && !isForOne;
  }
}
