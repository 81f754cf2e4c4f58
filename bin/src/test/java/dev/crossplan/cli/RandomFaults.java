package dev.crossplan.cli;

import dev.crossplan.fixtures.remote.RemoteBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What happens to machines, at random moments: each kind of fault once, then nothing more. */
final class RandomFaults {
  private static final int LEAST_WAIT_SECONDS = 10;
  private static final int MOST_WAIT_SECONDS = 30;
  private static final int FAULT_SECONDS = 20;
  private static final int MOST_SECONDS = 1500;

  private static final Pattern BEGUN =
      Pattern.compile("(?m)^(?:[0-9:]+ )?started (.*?), (?:native|cross|emulated) on ");
  private static final Pattern INTERRUPTED =
      Pattern.compile("(?m)^(?:[0-9:]+ )?interrupted (.*?), ");
  private static final Pattern ENDED =
      Pattern.compile("(?m)^(?:[0-9:]+ )?(?:built|found|failed|interrupted) (.*?)(?:, |$)");

  private enum Fault {
    POWER,
    STALL,
    NETWORK,
    DISK,
    COORDINATOR
  }

  private final Random random;
  private final List<RemoteBuilder> machines;
  private final List<String> happened = new ArrayList<>();
  private int lostInFlight;

  /**
   * @param seed that decides what happens when
   */
  RandomFaults(long seed, List<RemoteBuilder> machines) {
    this.random = new Random(seed);
    this.machines = machines;
    happened.add("seed " + seed);
  }

  /**
   * Starts runs, and lets things happen to them until one of them has ended by itself.
   *
   * @return the last run
   */
  BuildFolder.Run plague(Callable<BuildFolder.Run> start) throws Exception {
    List<Fault> left = new ArrayList<>(List.of(Fault.values()));
    Collections.shuffle(left, random);
    BuildFolder.Run run = start.call();
    while (!left.isEmpty() && !run.process().waitFor(pauseSeconds(), TimeUnit.SECONDS)) {
      Fault fault = left.remove(0);
      if (fault == Fault.COORDINATOR) {
        happened.add("kill -9");
        run.process().destroyForcibly().waitFor();
        lostInFlight += interrupted(run) + underWay(run);
        run = start.call();
      } else {
        int victim = random.nextInt(machines.size());
        happened.add(fault + " of machine " + victim);
        harm(machines.get(victim), fault);
        TimeUnit.SECONDS.sleep(FAULT_SECONDS);
        mend(machines.get(victim), fault);
      }
    }
    run.await(MOST_SECONDS);
    lostInFlight += interrupted(run);
    return run;
  }

  private int pauseSeconds() {
    return LEAST_WAIT_SECONDS + random.nextInt(MOST_WAIT_SECONDS - LEAST_WAIT_SECONDS);
  }

  private static int interrupted(BuildFolder.Run run) throws IOException {
    return (int) INTERRUPTED.matcher(run.said()).results().count();
  }

  private static int underWay(BuildFolder.Run run) throws IOException {
    List<String> labels = new ArrayList<>();
    BEGUN.matcher(run.said()).results().map(RandomFaults::label).forEach(labels::add);
    ENDED.matcher(run.said()).results().map(RandomFaults::label).forEach(labels::remove);
    return labels.size();
  }

  private static String label(MatchResult found) {
    return found.group(1);
  }

  private static void harm(RemoteBuilder victim, Fault fault)
      throws IOException, InterruptedException {
    switch (fault) {
      case POWER -> victim.powerOff();
      case STALL -> victim.freeze();
      case NETWORK -> victim.cutOff();
      case DISK -> victim.fillDisk();
      case COORDINATOR -> throw new IllegalArgumentException("is no fault of a builder");
    }
  }

  private static void mend(RemoteBuilder victim, Fault fault)
      throws IOException, InterruptedException {
    switch (fault) {
      case POWER -> victim.powerOn();
      case STALL -> victim.thaw();
      case NETWORK -> victim.reconnect();
      case DISK -> victim.freeDisk();
      case COORDINATOR -> throw new IllegalArgumentException("is no fault of a builder");
    }
  }

  /** How many builds were lost under way, at most. */
  int lostInFlight() {
    return lostInFlight;
  }

  /** In order, the seed first. */
  List<String> happened() {
    return Collections.unmodifiableList(happened);
  }
}
