package dev.crossplan.planner.source;

/** Where to go on after a command or a statement of a file that is run. */
enum Jump {
  NONE,
  /** To the next turn of the loop. */
  CONTINUE,
  /** To the end of the loop. */
  BREAK,
  /** To the end of the file or of the function. */
  RETURN
}
