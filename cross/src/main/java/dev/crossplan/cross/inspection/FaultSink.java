package dev.crossplan.cross.inspection;

/** Takes what is wrong with the file that is being looked at. */
@FunctionalInterface
interface FaultSink {
  /**
   * Adds a fault.
   *
   * @param found half a sentence, of which the file is the subject
   * @param expected half a sentence, or empty
   */
  void add(Rule rule, String found, String expected);
}
