package dev.crossplan.planner.instance;

import com.google.common.base.Preconditions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets evaluations run at the same time as long as they fit into the memory. What one takes nobody
 * knows before; each is expected to take as much as the largest until now, and until one has ended,
 * as much as one of nixpkgs does. Where that was too little and those that run come near the limit,
 * the one that began last is to be ended and to begin anew: after another has ended, and when what
 * it had by then fits. So the one that began first comes to its end, whatever the others take. One
 * alone may always run: it cannot be made smaller, unless it is several processes.
 */
final class EvaluationSlots {
  private static final long BYTES_IN_KIB = 1 << 10;
  private static final long BYTES_IN_MIB = 1 << 20;
  private static final long BYTES_IN_GIB = 1 << 30;

  /** A system image of nixpkgs takes one or two. */
  private static final long FIRST = BYTES_IN_GIB;

  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable: +(\\d+) kB");

  /** So long it takes until one has seen that it is to end and has given its memory back. */
  private static final long REACTION_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** How fast one grows is told by what it took within this time: single looks would mislead. */
  private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** This part of the limit is for growth that nothing announces. */
  private static final long SPARE = 32;

  private final long limit;
  private final int processors;
  private final int mostAtOnce;
  private final int evaluations;
  private final TreeSet<Slot> waiting =
      new TreeSet<>(Comparator.comparingLong(slot -> slot.number));

  /** Those that run, by when they began. */
  private final List<Slot> running = new ArrayList<>();

  private long slots;
  private long ends;

  /** The most that one took that came to its end; 0 where that is not known. */
  private long largest;

  /** Why one is to end before its end. */
  private enum Reason {
    /** What began before it needs the memory. */
    FOR_OTHERS,
    /** Alone it takes too much, but as fewer processes it takes less. */
    TOO_LARGE
  }

  /** An evaluation, as often as it begins. */
  static final class Slot {
    private final long number;
    private final Deque<Look> looks = new ArrayDeque<>();
    private int workers;
    private @Nullable Reason toEnd;
    private long peak;

    /** So much it had when it was ended before its end. */
    private long known;

    /** How many others had come to their end by then. */
    private long endsBefore = -1;

    private Slot(long number, int workers) {
      this.number = number;
      this.workers = workers;
    }

    /** How many processes it may have. */
    int workers() {
      return workers;
    }

    private void begin() {
      looks.clear();
      toEnd = null;
      peak = 0;
    }

    private void look(ProcessMemory memory, long nanos) {
      looks.addLast(new Look(memory.residentBytes(), nanos));
      while (looks.size() > 2 && nanos - looks.getFirst().nanos > WINDOW_NANOS) {
        looks.removeFirst();
      }
      peak = Math.max(peak, memory.peakBytes());
    }

    /** What it may have before anybody could end it. */
    private long soon() {
      if (looks.isEmpty()) {
        return 0;
      }
      Look first = looks.getFirst();
      Look last = looks.getLast();
      long nanos = Math.max(WINDOW_NANOS, last.nanos - first.nanos);
      double growth = (double) (last.bytes - first.bytes) / nanos;
      return last.bytes + Math.max(0, (long) (growth * REACTION_NANOS));
    }
  }

  private record Look(long bytes, long nanos) {}

  /**
   * @param limit bytes that all together may take
   * @param evaluations how many there will be, where each may be done by several processes
   */
  EvaluationSlots(long limit, int processors, int evaluations) {
    Preconditions.checkArgument(limit > 0 && processors > 0, "nothing could run");
    this.evaluations = Math.max(1, evaluations);
    this.limit = limit;
    this.processors = processors;
    this.mostAtOnce = Math.min(processors, NixProgram.MOST_AT_ONCE);
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
    long fitting = Math.min(processors / together(), limit / together() / FIRST);
    return (int) Math.max(1, Math.min(fitting, attributes));
  }

  /** How much each of them may take before it is to begin anew. */
  long mebibytes(int workers) {
    return Math.max(1, limit / together() / workers / BYTES_IN_MIB);
  }

  private int together() {
    return Math.min(evaluations, mostAtOnce);
  }

  /**
   * For an evaluation that is to run.
   *
   * @param workers how many processes it may have
   */
  synchronized Slot slot(int workers) {
    return new Slot(slots++, workers);
  }

  /** Waits until it fits, and all that came before it have begun. */
  synchronized void acquire(Slot slot) throws InterruptedException {
    try {
      while (!tryAcquire(slot)) {
        wait();
      }
    } catch (InterruptedException e) {
      waiting.remove(slot);
      notifyAll();
      throw e;
    }
  }

  /** Begins, if it fits and all that came before have begun; else it waits. */
  synchronized boolean tryAcquire(Slot slot) {
    waiting.add(slot);
    if (!waiting.first().equals(slot) || !fits(slot)) {
      return false;
    }
    waiting.remove(slot);
    slot.begin();
    running.add(slot);
    notifyAll();
    return true;
  }

  private boolean fits(Slot slot) {
    if (running.isEmpty()) {
      return true;
    }
    if (running.size() == mostAtOnce || slot.endsBefore == ends) {
      return false;
    }
    long usual = largest == 0 ? FIRST : largest;
    for (Slot each : running) {
      usual = Math.max(usual, each.peak);
    }
    long all = Math.max(usual, slot.known);
    for (Slot each : running) {
      all += Math.max(usual, each.known);
    }
    return all <= limit;
  }

  /**
   * One that runs takes so much.
   *
   * @param nanos when that was seen, as {@link System#nanoTime()} has it
   * @return whether it may go on; else it is to be ended, and {@link #stopped} is to be called
   */
  synchronized boolean mayGoOn(Slot slot, ProcessMemory memory, long nanos) {
    slot.look(memory, nanos);
    List<Slot> staying = new ArrayList<>(running);
    staying.removeIf(each -> each.toEnd != null);
    while (staying.size() > 1 && isTooMuch(staying)) {
      staying.remove(staying.size() - 1).toEnd = Reason.FOR_OTHERS;
    }
    if (slot.toEnd == null && running.size() == 1 && slot.workers > 1 && isTooMuch(running)) {
      slot.toEnd = Reason.TOO_LARGE;
    }
    return slot.toEnd == null;
  }

  private boolean isTooMuch(List<Slot> some) {
    long soon = limit / SPARE;
    for (Slot each : some) {
      soon += each.soon();
    }
    return soon > limit;
  }

  /** One was ended because it did not fit, and has given its memory back. */
  synchronized void stopped(Slot slot) {
    leave(slot);
    if (slot.toEnd == Reason.TOO_LARGE) {
      slot.workers /= 2;
    } else {
      slot.known = Math.max(slot.known, slot.peak);
      slot.endsBefore = ends;
    }
  }

  /** One has come to its end. */
  synchronized void ended(Slot slot) {
    leave(slot);
    ends++;
    largest = Math.max(largest, slot.peak);
  }

  /** One has failed, maybe at once: that it took little tells nothing of the others. */
  synchronized void failed(Slot slot) {
    leave(slot);
    ends++;
    if (slot.peak > FIRST) {
      largest = Math.max(largest, slot.peak);
    }
  }

  private void leave(Slot slot) {
    running.remove(slot);
    notifyAll();
  }
}
