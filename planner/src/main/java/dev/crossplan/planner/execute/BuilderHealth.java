package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.TemporaryFolder;
import dev.crossplan.planner.remote.Heartbeat;
import dev.crossplan.planner.remote.ProbeFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which builders can be used. One that does not answer, or at which something failed that was not
 * the fault of what it was to build, is quarantined: nothing is given to it until it has been asked
 * again, after a time that doubles as long as it is of no use. This machine is always there.
 */
final class BuilderHealth implements AutoCloseable {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  /** A machine that answers each time, but at which everything fails, is not asked again. */
  private static final int MOST_FAILURES = 5;

  private final ImmutableMap<String, Watched> watched;
  private final ImmutableList<Builder> all;
  private final Settings settings;
  private final Inbox inbox;
  private Optional<Listener> listener = Optional.empty();

  /**
   * How builders are asked.
   *
   * @param connectSeconds to wait for one to let us in
   * @param silence after which one counts as lost
   * @param patience for one to come back before it is planned how to do without it
   * @param environment of ssh
   * @param folder for what ssh says
   */
  record Settings(
      int connectSeconds,
      Duration silence,
      Duration patience,
      ImmutableMap<String, String> environment,
      TemporaryFolder folder) {}

  /**
   * A builder is of no use now.
   *
   * @param pause until it is asked again; empty if it will not be
   */
  record Loss(Builder builder, ProbeFailure reason, Optional<Duration> pause) {}

  /** Told of builders, in the thread of the run. */
  interface Listener {
    void lost(Loss loss) throws IOException;

    /** It can be used again. */
    void back(Builder builder) throws IOException;
  }

  private enum State {
    ASKED,
    THERE,
    QUARANTINED,
    GIVEN_UP
  }

  private static final class Watched {
    private final Builder builder;
    private State state = State.ASKED;
    private @Nullable Heartbeat heartbeat;
    private @Nullable Loss loss;
    private int waits;
    private int failures;
    private long askAgainNanos;

    Watched(Builder builder) {
      this.builder = builder;
    }
  }

  /**
   * Asks nobody yet.
   *
   * @param builders all of a manifest
   */
  BuilderHealth(ImmutableList<Builder> builders, Settings settings, Inbox inbox) {
    this.all = builders;
    this.settings = settings;
    this.inbox = inbox;
    Map<String, Watched> others = new LinkedHashMap<>();
    builders.stream()
        .filter(builder -> !builder.isHere())
        .forEach(builder -> others.put(builder.name(), new Watched(builder)));
    this.watched = ImmutableMap.copyOf(others);
  }

  /** Asks all, and returns when it is known of each whether it answers. */
  void begin() throws IOException, InterruptedException {
    watched.values().forEach(this::ask);
    while (watched.values().stream().anyMatch(each -> each.state == State.ASKED)
        && !inbox.isInterrupted()) {
      inbox.next(Math.toIntExact(FIRST_WAIT.toMillis()));
    }
  }

  /** Those that are of no use now. */
  ImmutableList<Loss> losses() {
    return watched.values().stream()
        .flatMap(each -> Optional.ofNullable(each.loss).stream())
        .collect(ImmutableList.toImmutableList());
  }

  /** Tells of what becomes of them from now on. */
  void tell(Listener told) {
    listener = Optional.of(told);
  }

  private void ask(Watched each) {
    each.heartbeat =
        new Heartbeat(
                each.builder,
                settings.connectSeconds(),
                settings.silence(),
                settings.environment(),
                settings.folder(),
                new Heartbeat.Listener() {
                  @Override
                  public void answers(Heartbeat heartbeat) {
                    inbox.add(() -> answered(each, heartbeat));
                  }

                  @Override
                  public void ended(Heartbeat heartbeat, ProbeFailure failure) {
                    inbox.add(() -> lapsed(each, heartbeat, failure));
                  }
                })
            .start();
  }

  private void answered(Watched each, Heartbeat heartbeat) throws IOException {
    if (heartbeat.equals(each.heartbeat)) {
      boolean wasAway = each.state == State.QUARANTINED;
      each.state = State.THERE;
      each.loss = null;
      if (wasAway && listener.isPresent()) {
        listener.get().back(each.builder);
      }
    }
  }

  private void lapsed(Watched each, Heartbeat heartbeat, ProbeFailure failure) throws IOException {
    if (!heartbeat.equals(each.heartbeat)) {
      return;
    }
    if (failure.kind() == ProbeFailure.Kind.NO_SHELL) { // its key may be for Nix alone
      answered(each, heartbeat);
      return;
    }
    each.heartbeat = null;
    if (each.state == State.QUARANTINED) {
      Duration unused = quarantine(each);
    } else if (each.state == State.ASKED && !failure.kind().mayPass()) {
      each.state = State.GIVEN_UP;
      lose(each, failure, Optional.empty());
    } else {
      lose(each, failure, Optional.of(quarantine(each)));
    }
  }

  private void lose(Watched each, ProbeFailure reason, Optional<Duration> pause)
      throws IOException {
    each.loss = new Loss(each.builder, reason, pause);
    if (listener.isPresent()) {
      listener.get().lost(each.loss);
    }
  }

  /** Tells for how long. */
  private static Duration quarantine(Watched each) {
    Duration doubled = FIRST_WAIT.multipliedBy(1L << Math.min(each.waits, 10));
    Duration wait = doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
    each.state = State.QUARANTINED;
    each.askAgainNanos = System.nanoTime() + wait.toNanos();
    each.waits++;
    return wait;
  }

  /** A step that it had failed, which was not the step's fault. */
  void failed(String builder, ProbeFailure reason) throws IOException {
    @Nullable Watched each = watched.get(builder);
    if (each == null || each.state != State.THERE) {
      return; // it was told already
    }
    close(each);
    each.failures++;
    if (each.failures >= MOST_FAILURES) {
      each.state = State.GIVEN_UP;
      lose(each, reason, Optional.empty());
    } else {
      lose(each, reason, Optional.of(quarantine(each)));
    }
  }

  /** It has built something: what was before is forgotten. */
  void worked(String builder) {
    @Nullable Watched each = watched.get(builder);
    if (each != null) {
      each.failures = 0;
      each.waits = 0;
    }
  }

  /** To be called every now and then: asks those again that have waited long enough. */
  void look() {
    long now = System.nanoTime();
    for (Watched each : watched.values()) {
      if (each.state == State.QUARANTINED
          && each.heartbeat == null
          && now - each.askAgainNanos >= 0) {
        ask(each);
      }
    }
  }

  /** How long to wait for one to come back before it is planned how to do without it. */
  Duration patience() {
    return settings.patience();
  }

  /** Whether a builder can be used now. */
  boolean isThere(String builder) {
    @Nullable Watched each = watched.get(builder);
    return each == null || each.state == State.THERE;
  }

  /** Whether it can be used now or may come back. */
  boolean isHoped(String builder) {
    @Nullable Watched each = watched.get(builder);
    return each == null || each.state != State.GIVEN_UP;
  }

  /** Which builders plans may use. */
  Availability availability() {
    return new Availability(
        only(each -> each.state == State.THERE), only(each -> each.state != State.GIVEN_UP));
  }

  private ImmutableList<Builder> only(Predicate<Watched> wanted) {
    return all.stream()
        .filter(
            builder -> {
              @Nullable Watched each = watched.get(builder.name());
              return each == null || wanted.test(each);
            })
        .collect(ImmutableList.toImmutableList());
  }

  /** Those that may answer again. */
  ImmutableList<Builder> away() {
    return watched.values().stream()
        .filter(each -> each.state == State.QUARANTINED)
        .map(each -> each.builder)
        .collect(ImmutableList.toImmutableList());
  }

  private static void close(Watched each) {
    if (each.heartbeat != null) {
      each.heartbeat.close();
      each.heartbeat = null;
    }
  }

  /** Asks nobody any more. */
  @Override
  public void close() {
    watched.values().forEach(BuilderHealth::close);
  }
}
