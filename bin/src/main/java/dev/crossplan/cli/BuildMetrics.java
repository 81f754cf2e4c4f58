package dev.crossplan.cli;

import com.google.common.collect.ImmutableMultiset;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildListener;
import dev.crossplan.planner.execute.Outlook;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Step;
import io.prometheus.metrics.config.PrometheusProperties;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A build in numbers, for Prometheus: served over HTTP to programs of this machine until it is
 * closed. Builders are labels, packages are not, as there may be thousands. See docs/metrics.md.
 */
final class BuildMetrics implements BuildListener, AutoCloseable {
  /** Those of the library: what is in the environment for other programs does not count. */
  private static final PrometheusProperties SETTINGS = PrometheusProperties.builder().build();

  /** It tells standard error, where a live view may be, of every client that hangs up too soon. */
  private static final Logger LIBRARY = Logger.getLogger(HTTPServer.class.getPackageName());

  /** Seconds: builds of a hook, of a library and of a compiler are to be told apart. */
  private static final double[] DURATIONS = {1, 5, 15, 60, 300, 900, 3600, 10800, 43200};

  private static final String BUILDER = "builder";
  private static final String STRATEGY = "strategy";
  private static final String ACTION = "action";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final InstantSource clock;
  private final BuildState state;

  /** Of plans and losses: a builder that is lost is in the next plan no more. */
  private final Set<String> builders = new LinkedHashSet<>();

  private final Map<String, Integer> slots = new LinkedHashMap<>();

  private final Info info =
      Info.builder(SETTINGS)
          .name("crossplan_info")
          .help("What builds, and what it builds.")
          .labelNames("version", "name")
          .register(registry);
  private final Counter finished =
      counter(
          "crossplan_steps_finished_total",
          "Steps that have ended with their outputs there, whoever made them.",
          BUILDER,
          STRATEGY,
          ACTION);
  private final Counter failed =
      counter(
          "crossplan_steps_failed_total",
          "Steps that have failed, whether there was another way to make the package or not.",
          BUILDER,
          STRATEGY,
          ACTION);
  private final Counter interrupted =
      counter(
          "crossplan_steps_interrupted_total",
          "Steps that have ended as their builder was lost, and are done again.",
          BUILDER);
  private final Counter losses =
      counter("crossplan_builder_losses_total", "How often a builder was lost.", BUILDER);
  private final Counter expected =
      counter(
          "crossplan_build_expected_seconds_total",
          "Seconds that the builds in crossplan_build_duration_seconds were expected to take.",
          BUILDER,
          STRATEGY);
  private final Histogram durations =
      Histogram.builder(SETTINGS)
          .name("crossplan_build_duration_seconds")
          .help("Seconds that builds took which succeeded, with the copying to and fro.")
          .labelNames(BUILDER, STRATEGY)
          .classicOnly()
          .classicUpperBounds(DURATIONS)
          .withoutExemplars()
          .register(registry);
  private final HTTPServer server;

  private BuildMetrics(int port, InstantSource clock) throws IOException {
    this.clock = clock;
    this.state = new BuildState(clock.instant());
    gauge("crossplan_elapsed_seconds", "Seconds since crossplan was started.", this::elapsed);
    gauge(
        "crossplan_remaining_seconds",
        "Seconds until all is done, if each step takes as long as expected.",
        this::remaining,
        "estimate");
    gauge("crossplan_steps", "Steps of the plan that are at this state.", this::steps, "state");
    gauge(
        "crossplan_builder_up",
        "1 if the builder can be used, 0 if it is lost.",
        this::up,
        BUILDER);
    gauge(
        "crossplan_builder_slots", "Builds that the builder does at a time.", this::slots, BUILDER);
    gauge("crossplan_builder_running", "Steps that the builder is at.", this::running, BUILDER);
    LIBRARY.setLevel(Level.OFF);
    this.server =
        HTTPServer.builder(SETTINGS)
            // By number: what localhost is, others may have changed.
            .inetAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))
            .port(port)
            .registry(registry)
            .buildAndStart();
  }

  /**
   * Begins to serve, and tells where.
   *
   * @param port 0 for any that is free
   * @throws InputException if it cannot be had
   */
  static BuildMetrics serve(int port, Terminal terminal) {
    BuildMetrics metrics = serve(port, InstantSource.system());
    terminal.err().println("metrics: " + metrics.address());
    terminal.err().flush();
    return metrics;
  }

  /**
   * Begins to serve.
   *
   * @param clock for what is elapsed and left
   */
  static BuildMetrics serve(int port, InstantSource clock) {
    try {
      return new BuildMetrics(port, clock);
    } catch (IOException e) {
      throw new InputException(
          "--metrics-port " + port + ": cannot listen there: " + e.getMessage(),
          "Maybe take another port, or 0 for any that is free.",
          e);
    }
  }

  /** Where the metrics are. */
  String address() {
    return "http://127.0.0.1:" + server.getPort() + "/metrics";
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder(SETTINGS)
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  private void gauge(
      String name, String help, Consumer<GaugeWithCallback.Callback> values, String... labels) {
    GaugeWithCallback.builder(SETTINGS)
        .name(name)
        .help(help)
        .labelNames(labels)
        .callback(values)
        .register(registry);
  }

  @Override
  public synchronized void on(BuildEvent event) {
    state.on(event);
    if (event instanceof BuildEvent.Planned planned) {
      plan(planned.plan());
    } else if (event instanceof BuildEvent.Finished end) {
      finish(end);
    } else if (event instanceof BuildEvent.Failed failure) {
      failed.labelValues(labels(failure.step())).inc();
    } else if (event instanceof BuildEvent.Interrupted end) {
      interrupted.labelValues(builder(end.step())).inc();
    } else if (event instanceof BuildEvent.BuilderLost lost) {
      builders.add(lost.builder());
      losses.labelValues(lost.builder()).inc();
    }
  }

  /** What may be counted is 0 before: else the first of it would be no increase to Prometheus. */
  private void plan(Plan plan) {
    info.setLabelValues(Version.ofProgram(), plan.name());
    plan.builders()
        .forEach(
            builder -> {
              builders.add(builder.name());
              slots.put(builder.name(), builder.slots());
              interrupted.initLabelValues(builder.name());
              losses.initLabelValues(builder.name());
            });
    for (Step step : plan.steps()) {
      finished.initLabelValues(labels(step));
      failed.initLabelValues(labels(step));
      if (step.action() == Action.BUILD) {
        durations.initLabelValues(builder(step), strategy(step));
        expected.initLabelValues(builder(step), strategy(step));
      }
    }
  }

  private void finish(BuildEvent.Finished end) {
    Step step = end.step();
    finished.labelValues(labels(step)).inc();
    if (step.action() == Action.BUILD && end.built()) {
      durations.labelValues(builder(step), strategy(step)).observe(end.seconds());
      expected.labelValues(builder(step), strategy(step)).inc(step.seconds());
    }
  }

  private static String[] labels(Step step) {
    return new String[] {builder(step), strategy(step), step.action().toString()};
  }

  /** An empty label is to Prometheus none at all. */
  private static String builder(Step step) {
    return step.builder().orElse("");
  }

  private static String strategy(Step step) {
    return step.strategy().map(Strategy::toString).orElse("");
  }

  // What is asked for by threads of the server

  private void elapsed(GaugeWithCallback.Callback values) {
    values.call(state.elapsedSeconds(clock.instant()));
  }

  private void remaining(GaugeWithCallback.Callback values) {
    outlook()
        .ifPresent(
            outlook -> {
              values.call(outlook.atLeastSeconds(), "at_least");
              values.call(outlook.expectedSeconds(), "expected");
            });
  }

  /** To place what is left takes a while, for which the build does not wait. */
  private synchronized Optional<Outlook> outlook() {
    return state.outlook(clock.instant());
  }

  private synchronized void steps(GaugeWithCallback.Callback values) {
    if (state.plan().isPresent()) {
      values.call(state.done(), "done");
      values.call(state.running().size(), "running");
      values.call(state.waiting(), "waiting");
      values.call(state.finalFailures().size(), "failed");
      values.call(state.abandoned(), "given_up");
    }
  }

  private synchronized void up(GaugeWithCallback.Callback values) {
    builders.forEach(name -> values.call(state.lost(name).isPresent() ? 0 : 1, name));
  }

  private synchronized void slots(GaugeWithCallback.Callback values) {
    slots.forEach((name, count) -> values.call(count, name));
  }

  private synchronized void running(GaugeWithCallback.Callback values) {
    ImmutableMultiset<String> busy =
        state.running().stream()
            .flatMap(run -> run.step().builder().stream())
            .collect(ImmutableMultiset.toImmutableMultiset());
    builders.forEach(name -> values.call(busy.count(name), name));
  }

  /** Nobody is answered any more. */
  @Override
  public void close() {
    server.close();
  }
}
