package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.derivation.StorePath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks binary caches that Nix itself made, in a folder and behind a server that can be slow or
 * broken.
 *
 * <pre>
 *   program   needs library, tool, source; refers to library
 *   library   outputs out and dev
 *   tool      is built and used, and in nothing
 *   trivial   allowSubstitutes = false
 * </pre>
 */
class SubstitutesIT {
  private static final String EXPRESSION =
      """
      let
        made = name: script: more: derivation ({
          inherit name;
          system = builtins.currentSystem;
          builder = "/bin/sh";
          args = [ "-c" script ];
        } // more);
        library = made "library" "echo lib > $out; echo dev > $dev" { outputs = [ "out" "dev" ]; };
        tool = made "tool" "echo tool > $out" { };
        source = made "source" "echo content > $out" {
          outputHashMode = "flat";
          outputHashAlgo = "sha256";
          outputHash = builtins.hashString "sha256" "content\\n";
        };
      in {
        inherit library tool;
        program = made "program" "echo ${library} > $out; : ${tool} ${source}" { };
        trivial = made "trivial" "echo trivial > $out" { allowSubstitutes = false; };
      }
      """;

  private static final Instant NOON = Instant.parse("2025-01-01T12:00:00Z");
  private static final WebCache.Patience SHORT =
      new WebCache.Patience(Duration.ofSeconds(2), Duration.ofMillis(500));
  private static final WebCache.Patience LONG =
      new WebCache.Patience(Duration.ofSeconds(20), Duration.ofSeconds(20));

  private static Path shared;
  private static Path realCache;
  private static String jobs;
  private static PrivateNix nix;

  private final Path folder;
  private final Path cache;
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
  private final Map<String, String> busy = new ConcurrentHashMap<>();
  private final ExecutorService serving = Executors.newCachedThreadPool();
  private final HttpServer server;

  private volatile boolean slow;

  SubstitutesIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.cache = folder.resolve("cache");
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeAll
  static void makeCache() throws IOException, InterruptedException {
    shared = Files.createTempDirectory("substitutes");
    nix = PrivateNix.elsewhere(shared);
    Path expression = Files.writeString(shared.resolve("packages.nix"), EXPRESSION);
    realCache = shared.resolve("cache");
    List<String> copy =
        new ArrayList<>(
            List.of(
                "nix",
                "--extra-experimental-features",
                "nix-command",
                "copy",
                "--to",
                "file://" + realCache));
    StringBuilder lines = new StringBuilder();
    for (String attribute : List.of("library", "program", "tool", "trivial")) {
      String derivation = nix.run("nix-instantiate", expression.toString(), "-A", attribute);
      lines.append("{\"attr\":\"%s\",\"drvPath\":\"%s\"}\n".formatted(attribute, derivation));
      copy.addAll(nix.run("nix-store", "--realise", derivation).lines().toList());
    }
    nix.run(copy.toArray(String[]::new));
    jobs = lines.toString();
  }

  @AfterAll
  static void deleteCache() throws IOException {
    nix.allowDeletion();
    MoreFiles.deleteRecursively(shared, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  @BeforeEach
  void serve() throws IOException {
    Files.createDirectory(cache);
    try (Stream<Path> files = Files.list(realCache)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, cache.resolve(file.getFileName()));
      }
    }
    server.createContext("/cache/", this::answer);
    server.setExecutor(serving);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    serving.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring("/cache/".length());
    requests.add(name);
    try {
      if (slow && !name.equals("nix-cache-info")) {
        Thread.sleep(5_000);
      }
    } catch (InterruptedException e) {
      return;
    }
    Path file = cache.resolve(name);
    int status = statuses.getOrDefault(name, Files.exists(file) ? 200 : 404);
    String rest = busy.remove(name); // once
    if (rest != null) {
      exchange.getResponseHeaders().set("Retry-After", rest);
      status = 429;
    }
    if (status == 500) {
      statuses.remove(name); // once
    }
    byte[] body = status == 200 ? Files.readAllBytes(file) : new byte[] {};
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  // What is there

  @Test
  void whatACacheHasNeedNotBeBuilt() throws IOException {
    for (String url :
        List.of(url(), "file://" + cache, cache.toString(), "./cache", url() + "?trusted=1")) {
      DerivationGraph graph = graph(url);
      Substitutes substitutes = ask(graph, url, LONG);
      assertEquals(List.of("library", "program", "tool"), available(graph, substitutes), url);
      assertEquals(List.of(), substitutes.warnings(), url);
    }
  }

  /** Inputs would have been library, tool and source. */
  @Test
  void referencesAreThoseThatTheCacheTells() throws IOException {
    DerivationGraph graph = graph(url());
    Substitutes substitutes = ask(graph, url(), LONG);
    assertEquals(
        List.of(derivation(graph, "library")),
        substitutes.references(derivation(graph, "program")).orElseThrow().asList());
    assertEquals(
        List.of(), substitutes.references(derivation(graph, "library")).orElseThrow().asList());
    assertTrue(substitutes.references(derivation(graph, "trivial")).isEmpty());
  }

  @Test
  void oneRequestForEachOutputThatNixWouldSubstitute() throws IOException {
    DerivationGraph graph = graph(url());
    ask(graph, url(), LONG);
    List<String> expected = new ArrayList<>(List.of("nix-cache-info"));
    for (String attribute : List.of("library", "program", "tool")) {
      expected.addAll(narinfos(graph, attribute));
    }
    assertEquals(expected.stream().sorted().toList(), requests.stream().sorted().toList());
  }

  /** S3 says 403 for what is not there. */
  @Test
  void whatIsNotThereIsAbsent() throws IOException {
    DerivationGraph graph = graph(url());
    Files.delete(cache.resolve(narinfos(graph, "tool").get(0)));
    statuses.put(narinfos(graph, "program").get(0), 403);
    Files.delete(cache.resolve(narinfos(graph, "library").get(0))); // one output of two
    Substitutes substitutes = ask(graph, url(), LONG);
    assertEquals(List.of(), available(graph, substitutes));
    assertEquals(List.of(), substitutes.warnings());
  }

  // What goes wrong

  @Test
  void aCacheThatCannotBeReachedIsAWarning() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertUnusable("http://127.0.0.1:" + port, "it cannot be reached");
    assertUnusable("http://cache.invalid", "it cannot be reached");
    assertUnusable(folder.resolve("nowhere").toString(), "no nix-cache-info");
    Files.writeString(cache.resolve("nix-cache-info"), "StoreDir: /nix/store\n");
    assertUnusable(url(), "it is for paths in /nix/store, not in " + nix.store());
    requests.clear();
    Files.writeString(cache.resolve("nix-cache-info"), "<html><body>Welcome</body></html>");
    assertUnusable(url(), "so this is no binary cache");
    assertEquals(List.of("nix-cache-info"), requests);
    statuses.put("nix-cache-info", 401);
    assertUnusable(url(), "it answers 401, so the plan is made without it");
  }

  private void assertUnusable(String url, String expected) throws IOException {
    DerivationGraph graph = graph(url);
    Substitutes substitutes = ask(graph, url, LONG);
    assertEquals(List.of(), available(graph, substitutes));
    assertEquals(1, substitutes.warnings().size(), url);
    assertTrue(
        substitutes.warnings().get(0).startsWith("substituter " + url + ": ")
            && substitutes.warnings().get(0).contains(expected),
        substitutes.warnings().toString());
  }

  @Test
  void whatFailsOnceIsTriedAgain() throws IOException {
    DerivationGraph graph = graph(url());
    statuses.put(narinfos(graph, "tool").get(0), 500);
    Substitutes substitutes = ask(graph, url(), LONG);
    assertEquals(List.of("library", "program", "tool"), available(graph, substitutes));
    assertEquals(List.of(), substitutes.warnings());
  }

  /** The answer 429 says in how many seconds; a rest that is too long counts as a failure. */
  @Test
  void aCacheThatWantsRestGetsIt() throws IOException {
    DerivationGraph graph = graph(url());
    String tool = narinfos(graph, "tool").get(0);
    busy.put(tool, "1");
    long began = System.nanoTime();
    assertEquals(List.of("library", "program", "tool"), available(graph, ask(graph, url(), LONG)));
    assertTrue(System.nanoTime() - began >= 1_000_000_000L, "asked again at once");

    busy.put(tool, "3600");
    Substitutes substitutes = ask(graph, url(), LONG, NOON, "another-home");
    assertEquals(List.of("library", "program"), available(graph, substitutes));
    String warning = substitutes.warnings().get(0);
    assertTrue(warning.contains("429 and wants to be asked again in 3600 s"), warning);
  }

  @Test
  void anAnswerThatDoesNotComeCountsAsAbsentAndIsTold() throws IOException {
    slow = true;
    DerivationGraph graph = graph(url());
    Substitutes substitutes = ask(graph, url(), SHORT);
    assertEquals(List.of(), available(graph, substitutes));
    assertEquals(1, substitutes.warnings().size());
    String warning = substitutes.warnings().get(0);
    assertTrue(warning.contains("4 of 4 paths count as absent"), warning);
    assertTrue(warning.contains("no answer within 500 ms"), warning);
    slow = false; // nothing of it is remembered
    assertEquals(List.of("library", "program", "tool"), available(graph, ask(graph, url(), LONG)));
  }

  @Test
  void aDamagedFileCountsAsAbsentAndIsTold() throws IOException {
    DerivationGraph graph = graph(url());
    Path narinfo = cache.resolve(narinfos(graph, "tool").get(0));
    String whole = Files.readString(narinfo);
    Map<String, String> damages =
        Map.of(
            "",
            "there is no ",
            "StorePath",
            "line 1 is not Key: value",
            whole.replaceFirst("NarSize: \\d+", "NarSize: 0"),
            "NarSize is 0",
            whole.replaceFirst("URL:.*\n", ""),
            "there is no URL",
            whole.replaceFirst("-tool", "-fool"),
            "it is about ",
            whole.replaceFirst("References:.*", "References: ../../x"),
            "store path",
            "StorePath: " + "x".repeat(BinaryCache.MOST_BYTES),
            "has more than");
    for (Map.Entry<String, String> damage : damages.entrySet()) {
      Files.writeString(narinfo, damage.getKey());
      Substitutes substitutes =
          ask(graph, url(), LONG, NOON, "other-" + damage.getValue().length());
      assertEquals(List.of("library", "program"), available(graph, substitutes));
      assertTrue(
          substitutes.warnings().toString().contains(damage.getValue()),
          substitutes.warnings() + " should tell: " + damage.getValue());
    }
  }

  @Test
  void whatCannotBeAskedIsRefused() {
    for (String url : List.of("s3://bucket", "ssh://host", "daemon", "http://a b", "file://%zz")) {
      InputException e = assertThrows(InputException.class, () -> BinaryCache.at(url, LONG), url);
      assertTrue(String.valueOf(e.getMessage()).startsWith("substituter " + url), e.getMessage());
    }
  }

  // Weather

  @Test
  void theWeatherTellsWhatIsThereAndHowLargeItIs() throws IOException {
    DerivationGraph graph = graph(url());
    Substitutes substitutes = ask(graph, url(), LONG);
    StorePath tool = graph.facts(derivation(graph, "tool")).knownOutputPaths().get(0);
    StorePath nowhere = StorePath.parse("/nix/store/" + "0".repeat(32) + "-nowhere");
    Weather weather = weather(graph, url(), substitutes, tool, nowhere);

    assertEquals(ImmutableSet.of(tool), weather.has());
    assertEquals(fileSize(narinfos(graph, "tool").get(0)), weather.bytes(tool).orElseThrow());
    assertTrue(weather.answerSeconds().orElseThrow() > 0);
    assertEquals(List.of(), weather.complaints());

    requests.clear(); // sizes are remembered
    Substitutes soon = ask(graph, url(), LONG);
    assertEquals(
        weather.bytes(), weather(graph, url(), soon, tool, nowhere).bytes(), "another time");
    assertEquals(List.of("nix-cache-info"), requests);
  }

  @Test
  void aCacheThatCannotBeReachedHasNothingAndSaysWhy() throws IOException {
    server.stop(0);
    DerivationGraph graph = graph(url());
    StorePath tool = graph.facts(derivation(graph, "tool")).knownOutputPaths().get(0);
    Weather weather = weather(graph, url(), ask(graph, url(), SHORT), tool);
    assertEquals(ImmutableSet.of(), weather.has());
    assertEquals(ImmutableSet.of(tool), weather.unknown());
    assertTrue(weather.answerSeconds().isEmpty());
    assertEquals(1, weather.complaints().size(), weather.complaints().toString());
    assertTrue(weather.complaints().get(0).startsWith("it cannot be reached"));
  }

  private Weather weather(
      DerivationGraph graph, String url, Substitutes substitutes, StorePath... paths)
      throws IOException {
    return Weather.of(manifest(url), graph, substitutes, ImmutableSet.copyOf(paths), Progress.NONE)
        .get(0);
  }

  private long fileSize(String narinfo) throws IOException {
    return Files.readString(cache.resolve(narinfo))
        .lines()
        .filter(line -> line.startsWith("FileSize: "))
        .mapToLong(line -> Long.parseLong(line.substring("FileSize: ".length())))
        .findFirst()
        .orElseThrow();
  }

  // What is remembered

  @Test
  void whatACacheSaidCountsWhileItCannotBeReached() throws IOException {
    DerivationGraph graph = graph(url());
    ask(graph, url(), LONG, NOON, "cache-home");
    server.stop(0);
    Substitutes soon = ask(graph, url(), SHORT, NOON.plusSeconds(60), "cache-home");
    assertEquals(List.of("library", "program", "tool"), available(graph, soon));
    assertTrue(
        soon.warnings().get(0).contains("it cannot be reached, so the plan is made with what it"),
        soon.warnings().toString());
    StorePath tool = graph.facts(derivation(graph, "tool")).knownOutputPaths().get(0);
    StorePath trivial = graph.facts(derivation(graph, "trivial")).knownOutputPaths().get(0);
    Weather weather = weather(graph, url(), soon, tool, trivial);
    assertEquals(ImmutableSet.of(tool), weather.has());
    assertEquals(ImmutableSet.of(trivial), weather.unknown());
  }

  @Test
  void whatIsThereIsRememberedForADayAndWhatIsNotForAnHour() throws IOException {
    DerivationGraph graph = graph(url());
    String tool = narinfos(graph, "tool").get(0);
    Path moved = Files.move(cache.resolve(tool), cache.resolve("moved"));
    ask(graph, url(), LONG, NOON, "cache-home");
    Files.move(moved, cache.resolve(tool));

    requests.clear();
    Substitutes soon = ask(graph, url(), LONG, NOON.plusSeconds(3_000), "cache-home");
    assertEquals(List.of("library", "program"), available(graph, soon));
    assertEquals(List.of("nix-cache-info"), requests);
    assertEquals(
        List.of(derivation(graph, "library")),
        soon.references(derivation(graph, "program")).orElseThrow().asList());

    requests.clear();
    Substitutes later = ask(graph, url(), LONG, NOON.plusSeconds(4_000), "cache-home");
    assertEquals(List.of("library", "program", "tool"), available(graph, later));
    assertEquals(List.of("nix-cache-info", tool), requests);

    requests.clear();
    ask(graph, url(), LONG, NOON.plus(Duration.ofHours(24)), "cache-home");
    assertEquals(
        4, requests.size(), requests.toString()); // all but tool, which was asked for later
  }

  @Test
  void aMemoryThatIsDamagedOrCannotBeWrittenIsNoTrouble() throws IOException {
    DerivationGraph graph = graph(url());
    ask(graph, url(), LONG, NOON, "cache-home");
    Path file;
    try (Stream<Path> files = Files.list(folder.resolve("cache-home"))) {
      file = files.findFirst().orElseThrow();
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(0, lines.get(0).substring(0, 50));
    lines.add("x y z");
    Files.write(file, lines);
    requests.clear();
    assertEquals(3, available(graph, ask(graph, url(), LONG, NOON, "cache-home")).size());
    assertEquals(2, requests.size());

    Files.writeString(folder.resolve("no-folder"), "");
    assertEquals(3, available(graph, ask(graph, url(), LONG, NOON, "no-folder")).size());
  }

  // Helpers

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/cache";
  }

  private DerivationGraph graph(String url) throws IOException {
    return InstanceReader.read(manifest(url), Progress.NONE);
  }

  private Manifest manifest(String url) throws IOException {
    Files.writeString(folder.resolve("jobs.jsonl"), jobs);
    return ManifestReader.read(
        Files.writeString(
            folder.resolve("crossplan.toml"),
            """
            image = ["program"]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "one"
            localSystem = "x86_64-linux"
            derivations = "%s"
            jobs = "jobs.jsonl"
            [[substituter]]
            url = "%s"
            """
                .formatted(nix.store(), url)));
  }

  private Substitutes ask(DerivationGraph graph, String url, WebCache.Patience patience)
      throws IOException {
    return ask(graph, url, patience, NOON, "cache-home");
  }

  private Substitutes ask(
      DerivationGraph graph, String url, WebCache.Patience patience, Instant now, String home)
      throws IOException {
    return Substitutes.of(
        manifest(url),
        graph,
        Progress.NONE,
        folder.resolve(home),
        Clock.fixed(now, ZoneOffset.UTC),
        patience);
  }

  private static int derivation(DerivationGraph graph, String attribute) {
    Integer derivation = graph.attributes(0).get(attribute);
    if (derivation == null) {
      throw new AssertionError("there is no " + attribute);
    }
    return derivation;
  }

  private static List<String> available(DerivationGraph graph, Substitutes substitutes) {
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      assertFalse(substitutes.has(derivation) && !graph.attributes(0).containsValue(derivation));
    }
    return graph.attributes(0).keySet().stream()
        .filter(attribute -> substitutes.has(derivation(graph, attribute)))
        .toList();
  }

  private static List<String> narinfos(DerivationGraph graph, String attribute) {
    DerivationFacts facts = graph.facts(derivation(graph, attribute));
    List<String> names = new ArrayList<>();
    for (int output = 0; output < facts.outputCount(); output++) {
      StorePath path = facts.outputPath(output);
      if (path != null) {
        names.add(path.hashPart() + ".narinfo");
      }
    }
    return names;
  }
}
