/**
 * The command line: one class for each command, and the only place that knows of terminals, exit
 * statuses and output files. {@link dev.crossplan.cli.Crossplan} is where to start reading.
 */
@NullMarked
package dev.crossplan.cli;

import org.jspecify.annotations.NullMarked;
