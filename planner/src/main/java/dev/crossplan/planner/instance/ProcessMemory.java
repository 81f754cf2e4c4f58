package dev.crossplan.planner.instance;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much memory a process really takes, with those that it started and that still run: that which
 * is only reserved does not count, and what they share counts for each of them.
 *
 * @param residentBytes now
 * @param peakBytes the sum of what each of them had at most
 */
record ProcessMemory(long residentBytes, long peakBytes) {
  private static final Path PROCESSES = Path.of("/proc");
  private static final long BYTES_IN_KIB = 1 << 10;

  /** What is resident, and the most that ever was, see proc_pid_status(5). */
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s*(\\d+) kB$");

  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s*(\\d+) kB$");

  /** Empty where Linux does not tell, and of a process that has ended. */
  static Optional<ProcessMemory> of(long process) {
    Path folder = PROCESSES.resolve(Long.toString(process));
    try {
      String status = Files.readString(folder.resolve("status"));
      Matcher resident = RESIDENT.matcher(status);
      Matcher peak = PEAK.matcher(status);
      if (!resident.find() || !peak.find()) {
        return Optional.empty();
      }
      ProcessMemory memory =
          new ProcessMemory(
              Long.parseLong(resident.group(1)) * BYTES_IN_KIB,
              Long.parseLong(peak.group(1)) * BYTES_IN_KIB);
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(folder.resolve("task"))) {
        for (Path thread : threads) {
          for (String child : Files.readString(thread.resolve("children")).split(" ", -1)) {
            memory = child.isBlank() ? memory : memory.plus(of(Long.parseLong(child.strip())));
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        // it has ended meanwhile, or this kernel names no children
        return Optional.of(memory);
      }
      return Optional.of(memory);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private ProcessMemory plus(Optional<ProcessMemory> other) {
    return other
        .map(
            more ->
                new ProcessMemory(residentBytes + more.residentBytes, peakBytes + more.peakBytes))
        .orElse(this);
  }
}
