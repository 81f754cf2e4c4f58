package dev.crossplan.planner.execute;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * CPU time of a process and all that it has started, ended ones included, as far as somebody has
 * waited for them: then it is their parent's (proc(5), {@code /proc/PID/stat}).
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

  ProcessTime(ProcessHandle process) {
    this.process = process;
  }

  /** To be called every now and then: what happens after the last time is not counted. */
  void look() {
    List<ProcessHandle> children = process.descendants().toList();
    hadChildren |= !children.isEmpty();
    long now =
        Stream.concat(Stream.of(process), children.stream())
            .flatMapToLong(ProcessTime::ticks)
            .sum();
    ticks = Math.max(ticks, now); // one may have ended between two looks at the same moment
  }

  private static LongStream ticks(ProcessHandle of) {
    try {
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(of.pid()), "stat"), StandardCharsets.ISO_8859_1);
      List<String> fields = SPACE.splitToList(stat.substring(stat.lastIndexOf(')') + 2));
      return fields.subList(FIRST_TIME, FIRST_TIME + TIMES).stream().mapToLong(Long::parseLong);
    } catch (IOException e) {
      return LongStream.empty(); // it has ended
    }
  }

  /** User and system time; empty where it started nothing, as others do its work. */
  OptionalDouble seconds() {
    return hadChildren ? OptionalDouble.of(ticks / TICKS_A_SECOND) : OptionalDouble.empty();
  }
}
