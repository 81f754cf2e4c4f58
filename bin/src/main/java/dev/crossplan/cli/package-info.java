@NullMarked
package dev.crossplan.cli;

import org.jspecify.annotations.NullMarked;
