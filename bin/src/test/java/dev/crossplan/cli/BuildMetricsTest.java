package dev.crossplan.cli;

import static dev.crossplan.cli.BuildStory.after;
import static dev.crossplan.cli.BuildStory.built;
import static dev.crossplan.cli.BuildStory.failed;
import static dev.crossplan.cli.BuildStory.lost;
import static dev.crossplan.cli.BuildStory.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.Resources;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.Step;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stories, and what a Prometheus on this machine is answered. */
class BuildMetricsTest {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final BuildStory story = new BuildStory().builder("desk", 2);
  private Instant now = BuildStory.BEGAN;
  private final BuildMetrics metrics = BuildMetrics.serve(0, () -> now);

  @AfterEach
  void end() {
    metrics.close();
  }

  /**
   * source -> openssl -> curl on the board -> git, which needs python too; glibc and zlib beside
   * them. The board is lost with curl, and python fails for good.
   */
  @Test
  void aScrapeTellsWhatABuildIsAt() throws Exception {
    Step glibc = story.substitute("glibc", 1);
    Step source = story.fetch("openssl-3.6.0.tar.gz", 2);
    Step openssl = story.build("openssl", "3.6.0", Strategy.CROSS, 180, source);
    Step zlib = story.build("zlib", "1.3.1", Strategy.CROSS, 20);
    Step python = story.build("python3", "3.12.8", Strategy.EMULATED, 1200);
    story.builder("board", 4);
    Step curl = story.build("curl", "8.17.0", Strategy.NATIVE, 90, openssl);
    Step git = story.build("git", "2.51.0", Strategy.NATIVE, 60, python, curl);
    tell(story.planned(), started(glibc, 0), started(source, 0));
    tell(new BuildEvent.Finished(glibc, after(1), 1, false), built(source, 2, 2));
    tell(started(openssl, 2), started(python, 2), built(openssl, 192, 190), started(curl, 192));
    tell(lost("board", 200), new BuildEvent.Interrupted(curl, after(201), 9, "board hangs up"));
    tell(failed(python, 300, 298, "exit code 1"));
    tell(new BuildEvent.Replanned(python, Optional.empty()), new BuildEvent.GivenUp(git, python));
    tell(started(zlib, 300));
    now = after(310);
    assertEquals(
        Resources.toString(
            Resources.getResource(BuildMetricsTest.class, "metrics.txt"), StandardCharsets.UTF_8),
        scrape().replace("\"" + Version.ofProgram() + "\"", "\"VERSION\""));
  }

  @Test
  void beforeThereIsAPlanOnlyTheTimeIsKnown() throws Exception {
    now = after(7);
    assertEquals(Set.of("crossplan_elapsed_seconds"), names(scrape()));
    assertTrue(scrape().contains("\ncrossplan_elapsed_seconds 7.0\n"), scrape());
  }

  /** A plan after that is without the board: it is lost all the same, and was there. */
  @Test
  void aBuilderThatNoPlanHasAnyMoreIsStillTold() throws Exception {
    story.build("openssl", "3.6.0", Strategy.CROSS, 180);
    tell(story.planned());
    story.builder("board", 4).build("git", "2.51.0", Strategy.NATIVE, 60);
    tell(story.planned(), lost("board", 3), lost("farm", 3));
    tell(new BuildStory().builder("desk", 2).planned());
    String text = scrape();
    assertTrue(text.contains("\ncrossplan_builder_up{builder=\"board\"} 0.0\n"), text);
    assertTrue(text.contains("\ncrossplan_builder_up{builder=\"desk\"} 1.0\n"), text);
    assertTrue(text.contains("\ncrossplan_builder_up{builder=\"farm\"} 0.0\n"), text);
    assertTrue(text.contains("\ncrossplan_builder_slots{builder=\"board\"} 4.0\n"), text);
    tell(new BuildEvent.BuilderBack("board", after(20)));
    text = scrape();
    assertTrue(text.contains("\ncrossplan_builder_up{builder=\"board\"} 1.0\n"), text);
    assertTrue(text.contains("\ncrossplan_builder_losses_total{builder=\"board\"} 1.0\n"), text);
  }

  /** What somebody else has built takes no time here, and says nothing of what was expected. */
  @Test
  void onlyWhatThisRunBuiltCountsForDurations() throws Exception {
    Step openssl = story.build("openssl", "3.6.0", Strategy.CROSS, 180);
    tell(story.planned(), started(openssl, 0));
    tell(new BuildEvent.Finished(openssl, after(1), 1, false));
    String text = scrape();
    String labels = "{builder=\"desk\",strategy=\"cross\"} ";
    assertTrue(text.contains("crossplan_build_duration_seconds_count" + labels + "0\n"), text);
    assertTrue(text.contains("crossplan_build_expected_seconds_total" + labels + "0.0\n"), text);
    assertTrue(
        text.contains(
            "crossplan_steps_finished_total"
                + "{action=\"build\",builder=\"desk\",strategy=\"cross\"} 1.0\n"),
        text);
  }

  /** A name stays one label of one line, whatever is in it. */
  @Test
  void namesFromOutsideAreEscaped() throws Exception {
    String name = "a\"} 1\nb\\{c=\"ü\u2028";
    Step hostile = story.builder(name, 1).build("x\"}\n", "1", Strategy.CROSS, 9);
    tell(story.planned(), started(hostile, 0), built(hostile, 2, 2), lost(name, 3));
    String escaped = "builder=\"a\\\"} 1\\nb\\\\{c=\\\"ü\u2028\"";
    String text = scrape();
    assertTrue(text.contains("\ncrossplan_builder_up{" + escaped + "} 0.0\n"), text);
    assertTrue(
        text.contains(
            "\ncrossplan_build_duration_seconds_count{" + escaped + ",strategy=\"cross\"} 1\n"),
        text);
    Pattern line =
        Pattern.compile(
            "# .*|[a-z_]+(?:\\{(?:[a-z]+=\"(?:[^\"\\\\]|\\\\[\"\\\\n])*\",?)*})? [0-9.E]+");
    text.lines().forEach(each -> assertTrue(line.matcher(each).matches(), each));
    assertFalse(text.contains("x\\\"}"), "a package is no label: " + text);
  }

  /** In the order of preference of Prometheus with native histograms, without them, and of none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;"
            + "q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4"
            + "|application/vnd.google.protobuf",
        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4"
            + "|application/openmetrics-text",
        "*/*|text/plain"
      })
  void everyFormatThatPrometheusAsksForIsThere(String accepted, String given) throws Exception {
    story.build("openssl", "3.6.0", Strategy.CROSS, 180);
    tell(story.planned());
    var answer =
        HttpClient.newHttpClient()
            .send(
                request().header("Accept", accepted).build(),
                BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith(given), given);
    assertTrue(answer.body().contains("crossplan_builder_up"), answer.body());
  }

  /** On Linux all of 127.0.0.0/8 is this machine: a server for every address would answer. */
  @Test
  void onlyThisMachineIsAnswered() throws Exception {
    int port = URI.create(metrics.address()).getPort();
    List<InetAddress> others = new ArrayList<>();
    others.add(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}));
    NetworkInterface.networkInterfaces().forEach(each -> each.inetAddresses().forEach(others::add));
    others.remove(InetAddress.getByAddress(LOOPBACK));
    for (InetAddress other : others) {
      try (Socket socket = new Socket()) {
        assertThrows(
            IOException.class,
            () -> socket.connect(new InetSocketAddress(other, port), 2000),
            other::toString);
      }
    }
    scrape();
  }

  @Test
  void itEndsWithTheBuildThoughSomebodyIsStillAsking() throws Exception {
    int port = URI.create(metrics.address()).getPort();
    scrape();
    try (Socket slow = new Socket(InetAddress.getByAddress(LOOPBACK), port)) {
      slow.getOutputStream().write("GET /metrics HT".getBytes(StandardCharsets.US_ASCII));
      List<Thread> keeping =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> !thread.isDaemon())
              .filter(thread -> thread.getName().matches("(?i).*(http|prometheus).*"))
              .toList();
      assertEquals(List.of(), keeping);
      metrics.close();
      assertThrows(ConnectException.class, this::scrape);
    }
  }

  /** The library would write the stack trace across a live view. */
  @Test
  void whoHangsUpIsNotToldOnStandardError() throws Exception {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(URI.create(metrics.address()).getPort()));
      socket.setSoLinger(true, 0);
      OutputStream out = socket.getOutputStream();
      out.write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    scrape();
    Logger library =
        Logger.getLogger("io.prometheus.metrics.exporter.httpserver.HttpExchangeAdapter");
    assertFalse(library.isLoggable(Level.SEVERE));
  }

  @Test
  void aPortThatIsTakenIsToldBeforeAnythingIsRead() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
      String port = Integer.toString(other.getLocalPort());
      CommandLineRun.of("build", "no such.toml", "--metrics-port", port)
          .assertFailed(
              ExitStatus.BAD_INPUT,
              "--metrics-port " + port + ": cannot listen there: Address already in use",
              "Maybe take another port, or 0 for any that is free.");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "65536|--metrics-port is 65536, not a port from 0 to 65535",
        "-1|--metrics-port is -1, not a port from 0 to 65535",
        "http|Invalid value for option '--metrics-port': http is not a whole number"
      })
  void whatIsNoPortIsTold(String port, String message) {
    CommandLineRun.of("build", "no such.toml", "--metrics-port=" + port)
        .assertFailed(
            ExitStatus.BAD_INPUT,
            message,
            "Maybe look at crossplan build --help, which shows what it takes.");
  }

  @Test
  void whereItIsServedIsToldAndItEndsWithTheCommand() {
    CommandLineRun run = CommandLineRun.of("build", "no such.toml", "--metrics-port", "0");
    assertEquals(ExitStatus.BAD_INPUT, run.status());
    assertTrue(
        run.err()
            .matches(
                "metrics: http://127\\.0\\.0\\.1:[1-9][0-9]*/metrics\n"
                    + "no such\\.toml: no such file\nMaybe .*\n"),
        run.err());
    URI served = URI.create(run.err().lines().findFirst().orElseThrow().substring(9));
    assertThrows(
        ConnectException.class,
        () ->
            HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(served).build(), BodyHandlers.discarding()));
  }

  @Test
  void whoDoesNotAskForItDoesNotWaitForItsLibrary() throws Exception {
    for (boolean asked : new boolean[] {false, true}) {
      List<String> command = CommandLineRun.program();
      command.add(1, "-Xlog:class+load:stdout");
      command.addAll(List.of("build", "no such.toml"));
      if (asked) {
        command.addAll(List.of("--metrics-port", "0"));
      }
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(ExitStatus.BAD_INPUT, process.waitFor(), said);
      assertTrue(said.contains(" dev.crossplan.cli.BuildCommand "), said);
      assertEquals(asked, said.contains(" io.prometheus."), "asked " + asked);
      assertEquals(asked, said.contains(" com.sun.net.httpserver."), "asked " + asked);
    }
  }

  @Test
  void everyMetricIsDocumented() throws Exception {
    story.build("openssl", "3.6.0", Strategy.CROSS, 180);
    tell(story.planned());
    Set<String> documented =
        Pattern.compile("(?m)^\\| `(crossplan_[a-z_]+)")
            .matcher(Files.readString(Path.of("../docs/metrics.md")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(documented, names(scrape()));
  }

  private void tell(BuildEvent... events) {
    List.of(events).forEach(metrics::on);
  }

  private static Set<String> names(String text) {
    return Pattern.compile("(?m)^# TYPE (\\S+)")
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(URI.create(metrics.address())).timeout(Duration.ofSeconds(20));
  }

  private String scrape() throws IOException, InterruptedException {
    var answer = HttpClient.newHttpClient().send(request().build(), BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }
}
