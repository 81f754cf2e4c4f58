/**
 * Files about builds to entries of the history, and back: what other tools wrote of theirs, and
 * what crossplan wrote of its own.
 */
@NullMarked
package dev.crossplan.planner.report;

import org.jspecify.annotations.NullMarked;
