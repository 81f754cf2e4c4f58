/**
 * Files in, faults out: whether what was built is for the target and finds there what it needs.
 * {@link dev.crossplan.cross.inspection.Inspection} is where to start.
 *
 * <p>Of every regular file, symbolic links not followed:
 *
 * <table>
 *   <caption>What is looked at</caption>
 *   <tr><th>file</th><th>rules</th></tr>
 *   <tr><td>ELF, of any kind</td><td>machine, 64 bits, little-endian, float ABI, instruction set</td></tr>
 *   <tr><td>ELF that is loaded</td><td>interpreter and run path inside of the closure, libraries found</td></tr>
 *   <tr><td>member of an archive</td><td>as an ELF file that is not loaded</td></tr>
 *   <tr><td>executable script</td><td>interpreter inside of the closure, and for the target</td></tr>
 * </table>
 *
 * What is no fault though it looks like one is in {@link dev.crossplan.cross.inspection.FileRole}.
 */
@NullMarked
package dev.crossplan.cross.inspection;

import org.jspecify.annotations.NullMarked;
