package dev.crossplan.cross.inspection;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is wrong with a file.
 *
 * @param path of those that were looked at, the one that the file is in or is
 * @param file relative to that; empty if it is the file
 * @param member of the file, if that is an archive
 * @param found half a sentence
 * @param expected half a sentence; empty where that goes without saying
 */
public record Fault(
    Path path, Path file, Optional<String> member, Rule rule, String found, String expected) {

  /** {@code lib/libz.a(adler32.o)}. */
  public String place() {
    String name = file.toString().isEmpty() ? String.valueOf(path.getFileName()) : file.toString();
    return member.map(inside -> name + "(" + inside + ")").orElse(name);
  }

  /** {@code is for x86_64, expected riscv64-linux}: equal for faults that are alike. */
  public String message() {
    return expected.isEmpty() ? found : found + ", expected " + expected;
  }
}
