@NullMarked
package dev.crossplan.qemu;

import org.jspecify.annotations.NullMarked;
