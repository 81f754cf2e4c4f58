package dev.crossplan.planner.instance;

import com.google.common.base.Preconditions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets evaluations run at the same time as long as they fit into the memory. What one takes nobody
 * knows before; each is expected to take as much as the largest until now, and the first as much as
 * one of nixpkgs does. One alone may always run: it cannot be made smaller.
 */
final class EvaluationSlots {
  private static final long BYTES_IN_KIB = 1 << 10;
  private static final long BYTES_IN_MIB = 1 << 20;
  private static final long BYTES_IN_GIB = 1 << 30;

  /** A system image of nixpkgs takes one or two. */
  private static final long FIRST = BYTES_IN_GIB;

  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable: +(\\d+) kB");

  private final long limit;
  private final int mostAtOnce;
  private final int evaluations;
  private long largest;
  private int running;

  /**
   * @param limit bytes that all together may take
   * @param evaluations how many there will be, where each may be done by several processes
   */
  EvaluationSlots(long limit, int mostAtOnce, int evaluations) {
    Preconditions.checkArgument(limit > 0 && mostAtOnce > 0, "nothing could run");
    this.evaluations = Math.max(1, evaluations);
    this.limit = limit;
    this.mostAtOnce = mostAtOnce;
  }

  /** Three quarters of what is free on this machine now; 4 GiB where it does not tell. */
  static long usualLimit() {
    try {
      Matcher available = AVAILABLE.matcher(Files.readString(MEMORY));
      if (available.find()) {
        return Math.max(1, Long.parseLong(available.group(1)) * BYTES_IN_KIB / 4 * 3);
      }
    } catch (IOException e) {
      // no Linux
    }
    return 4 * BYTES_IN_GIB;
  }

  /**
   * How many processes an evaluation may have that can use several, each large enough for nixpkgs.
   *
   * @param attributes to evaluate
   */
  int workers(int attributes) {
    long fitting = Math.min(mostAtOnce / together(), limit / together() / FIRST);
    return (int) Math.max(1, Math.min(fitting, attributes));
  }

  /** How much each of them may take before it is to begin anew. */
  long mebibytes(int workers) {
    return Math.max(1, limit / together() / workers / BYTES_IN_MIB);
  }

  private int together() {
    return Math.min(evaluations, mostAtOnce);
  }

  /** Waits until one more fits. */
  synchronized void acquire() throws InterruptedException {
    while (running > 0 && (running == mostAtOnce || (running + 1) * expected() > limit)) {
      wait();
    }
    running++;
  }

  private long expected() {
    return largest == 0 ? FIRST : largest;
  }

  /** One has ended. */
  synchronized void release() {
    running--;
    notifyAll();
  }

  /** One that runs has taken so many bytes. */
  synchronized void expect(long bytes) {
    largest = Math.max(largest, bytes);
  }
}
