package dev.crossplan.planner.execute;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * CPU time of a process and all that it has started, ended ones included, as far as somebody has
 * waited for them: then it is their parent's (proc(5), {@code /proc/PID/stat}). And how long they
 * waited for a CPU while others had it, of those that are seen (the kernel's documentation of
 * scheduler statistics, {@code /proc/PID/task/TID/schedstat}).
 */
final class ProcessTime {
  /** USER_HZ, what the kernel counts in for programs on all machines that Linux has now. */
  private static final double TICKS_A_SECOND = 100;

  /** utime, stime, cutime and cstime, after the name of the program, which may have any letters. */
  private static final int FIRST_TIME = 11;

  private static final int TIMES = 4;
  private static final Splitter SPACE = Splitter.on(' ');

  private final ProcessHandle process;
  private boolean hadChildren;
  private long ticks;

  /** Of threads that have been seen and have ended. */
  private Scheduled ended = Scheduled.NEVER;

  /** By their folders. */
  private Map<Path, Scheduled> running = new HashMap<>();

  /** Nanoseconds on a CPU, and ready but without one. */
  private record Scheduled(long run, long waited) {
    static final Scheduled NEVER = new Scheduled(0, 0);

    Scheduled plus(Scheduled other) {
      return new Scheduled(run + other.run, waited + other.waited);
    }
  }

  ProcessTime(ProcessHandle process) {
    this.process = process;
  }

  /** To be called every now and then: what happens after the last time is not counted. */
  void look() {
    List<ProcessHandle> children = process.descendants().toList();
    hadChildren |= !children.isEmpty();
    long now = 0;
    Map<Path, Scheduled> seen = new HashMap<>();
    for (ProcessHandle each : Stream.concat(Stream.of(process), children.stream()).toList()) {
      now += numbers(Path.of("/proc", Long.toString(each.pid()), "stat"), FIRST_TIME, TIMES).sum();
      addThreads(each, seen);
    }
    running.keySet().removeAll(seen.keySet());
    ended = running.values().stream().reduce(ended, Scheduled::plus);
    running = seen;
    ticks = Math.max(ticks, now); // one may have ended between two looks at the same moment
  }

  private static void addThreads(ProcessHandle of, Map<Path, Scheduled> seen) {
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(of.pid()), "task"))) {
      for (Path thread : threads) {
        long[] times = numbers(thread.resolve("schedstat"), 0, 2).toArray();
        if (times.length == 2) {
          seen.put(thread, new Scheduled(times[0], times[1]));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // it has ended
    }
  }

  /** Some numbers of what the kernel tells; empty if what it tells of has ended. */
  private static LongStream numbers(Path file, int first, int count) {
    try {
      String told = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
      List<String> fields = SPACE.splitToList(told.substring(told.lastIndexOf(')') + 1).strip());
      return fields.subList(first, first + count).stream().mapToLong(Long::parseLong);
    } catch (IOException e) {
      return LongStream.empty(); // or a kernel that does not tell
    }
  }

  /** User and system time; empty where it started nothing, as others do its work. */
  OptionalDouble seconds() {
    return hadChildren ? OptionalDouble.of(ticks / TICKS_A_SECOND) : OptionalDouble.empty();
  }

  /**
   * How long all of them waited for a CPU while they were ready to run: as long for each second on
   * it as those that were seen. What lives but for a moment is seen when it has just begun, so this
   * may be too much.
   */
  OptionalDouble waitedSeconds() {
    Scheduled all = running.values().stream().reduce(ended, Scheduled::plus);
    return hadChildren && all.run() > 0
        ? OptionalDouble.of(ticks / TICKS_A_SECOND * all.waited() / all.run())
        : OptionalDouble.empty();
  }
}
