package dev.crossplan.planner.instance;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory a process really takes: that which it only reserves does not count. */
final class ProcessMemory {
  private static final Path PROCESSES = Path.of("/proc");
  private static final long BYTES_IN_KIB = 1 << 10;

  /** The most that was ever resident, see proc_pid_status(5). */
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s*(\\d+) kB$");

  private ProcessMemory() {}

  /**
   * The peak of a process and of those that it started and that still run, as the sum of the peaks
   * of each: what they share counts for each of them. Empty where Linux does not tell, and of a
   * process that has ended.
   */
  static OptionalLong peakBytes(long process) {
    Path folder = PROCESSES.resolve(Long.toString(process));
    try {
      Matcher peak = PEAK.matcher(Files.readString(folder.resolve("status")));
      if (!peak.find()) {
        return OptionalLong.empty();
      }
      long bytes = Long.parseLong(peak.group(1)) * BYTES_IN_KIB;
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(folder.resolve("task"))) {
        for (Path thread : threads) {
          for (String child : Files.readString(thread.resolve("children")).split(" ", -1)) {
            bytes += child.isBlank() ? 0 : peakBytes(Long.parseLong(child.strip())).orElse(0);
          }
        }
      } catch (IOException e) { // it has ended meanwhile, or this kernel names no children
        return OptionalLong.of(bytes);
      }
      return OptionalLong.of(bytes);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
