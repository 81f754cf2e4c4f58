/**
 * Reads what linkers and archivers write: ELF files ("System V Application Binary Interface", gABI,
 * chapters 4 and 5; "RISC-V ELF psABI Specification", chapter "ELF Object Files") and {@code ar}
 * archives of objects. Files are hostile here: every position and size in them is checked before it
 * is used, no file is read as a whole, and whatever is in one, reading it takes a few megabytes at
 * most and ends in a value or in a {@link dev.crossplan.cross.elf.MalformedFileException}.
 */
@NullMarked
package dev.crossplan.cross.elf;

import org.jspecify.annotations.NullMarked;
