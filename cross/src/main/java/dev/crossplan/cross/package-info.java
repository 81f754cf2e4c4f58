@NullMarked
package dev.crossplan.cross;

import org.jspecify.annotations.NullMarked;
