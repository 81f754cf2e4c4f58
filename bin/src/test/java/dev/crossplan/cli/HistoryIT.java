package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.history.Machine;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code crossplan history} as a program, with a state of its own; needs bash and Nix. */
class HistoryIT {
  private static final String REPORTS =
      """
      hostname,derivation name,utc time,build seconds
      board,hello,2026-07-01 09:56:43,12
      board,hello-riscv64-unknown-linux-gnu,2026-07-02 11:30:12,24
      board,git,2026-07-02 18:12:05,1810
      """;

  private final Path folder;
  private final Path state;
  private Path reports = Path.of("");

  HistoryIT(@TempDir Path folder) {
    this.folder = folder;
    this.state = folder.resolve("state");
  }

  /** What a process left behind. */
  private record Outcome(int status, String out, String err) {}

  @BeforeEach
  void writeReports() throws IOException {
    reports = Files.writeString(folder.resolve("build-reports.csv"), REPORTS);
  }

  private static List<String> command(String... arguments) {
    List<String> command = crossplan("history");
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> crossplan(String... arguments) {
    List<String> command = CommandLineRun.program();
    command.addAll(List.of(arguments));
    return command;
  }

  private Process start(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().put("XDG_STATE_HOME", state.toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Outcome outcome(Process process) throws IOException, InterruptedException {
    assertTrue(process.waitFor(300, TimeUnit.SECONDS), "it does not end");
    return new Outcome(
        process.exitValue(),
        Files.readString(folder.resolve("out")),
        Files.readString(folder.resolve("err")));
  }

  private Outcome run(String... arguments) throws IOException, InterruptedException {
    return outcome(start(command(arguments), Map.of()));
  }

  private Outcome done(String... arguments) throws IOException, InterruptedException {
    Outcome outcome = run(arguments);
    assertEquals(ExitStatus.DONE, outcome.status(), outcome::toString);
    return outcome;
  }

  private String query(String question) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + state.resolve("crossplan/history.db"));
        Statement statement = connection.createStatement()) {
      return statement.executeQuery(question).getString(1);
    }
  }

  @Test
  void whatIsImportedIsListedExportedAndForgotten() throws Exception {
    assertEquals(reports + " (nom): 3 new, 0 known\n", done("import", reports.toString()).out());
    assertEquals(reports + " (nom): 0 new, 3 known\n", done("import", reports.toString()).out());

    List<String> table = done("list", "hello").out().lines().toList();
    assertEquals(3, table.size(), table::toString);
    assertTrue(
        table.get(0).matches(" package +version +for +how +machine +when +took +from +outcome"),
        table::toString);
    assertTrue(
        table.get(1).matches(" hello +riscv64-linux +cross +board +2026-.* +24 s +nom +built"),
        table::toString);
    assertTrue(done("list", "--limit", "1").out().endsWith("2 more: --limit 0 shows all.\n"));
    assertEquals(
        "The history has nothing of this.\n", done("list", "--failed", "--machine", "x").out());
    assertTrue(done("list", "--format", "json").out().contains("\"more\" : 0"));

    Path csv = folder.resolve("export.csv");
    done("export", "--format", "csv", "--output", csv.toString());
    String lines = done("export").out();
    assertEquals(3, lines.lines().count());

    String everything = "3 of 3 entries would be forgotten, of which 0 had failed.\n";
    assertEquals(everything, done("prune", "--all", "--dry-run").out());
    assertEquals(
        "3 of 3 entries are forgotten, of which 0 had failed.\n",
        done("prune", "--older-than", "2026-11-28", "--origin", "nom").out());
    assertEquals(csv + " (crossplan): 3 new, 0 known\n", done("import", csv.toString()).out());
    assertEquals(lines, done("export").out());
  }

  /** What is emulated is ten times faster or not by its tools. */
  @Test
  void whichToolsABuildHadIsListed() throws Exception {
    String build =
        """
        {"package":"%s","strategy":"emulated","machine":"desk","started":"2026-07-0%dT09:56:43Z",\
        "seconds":%d,"outcome":"built","action":"build","origin":"build","traits":[%s]}
        """;
    Path builds =
        Files.writeString(
            folder.resolve("builds.jsonl"),
            String.format(build, "zlib", 1, 184, "\"tests\"")
                + String.format(build, "zlib", 2, 90, "\"tests\",\"native_tools\"")
                + String.format(build, "zlib", 3, 10, "\"native_tools\",\"native_compiler\"")
                + String.format(build, "expat", 4, 184, ""));
    done("import", builds.toString());

    List<String> zlib = done("list", "zlib").out().lines().toList();
    assertTrue(zlib.get(0).contains("  how       tools            machine  "), zlib::toString);
    assertTrue(zlib.get(1).contains("  emulated  native-compiler  desk "), zlib::toString);
    assertTrue(zlib.get(2).contains("  emulated  native           desk "), zlib::toString);
    assertTrue(zlib.get(3).contains("  emulated                   desk "), zlib::toString);
    String expat = done("list", "expat").out();
    assertTrue(expat.contains("  how       machine  "), expat);
  }

  /** There is nothing of the second file, nor of the first. */
  @Test
  void allFilesAreImportedOrNone() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.csv"), REPORTS + "board,x,soon,3\n");
    Outcome refused = run("import", reports.toString(), broken.toString());
    assertEquals(
        new Outcome(
            ExitStatus.BAD_INPUT,
            "",
            broken
                + ":5: the time is not as 2026-11-28 09:56:43: soon;"
                + " nothing of the other files is added either\n"
                + "Maybe it is no build-reports.csv of nix-output-monitor, or --from is"
                + " another.\n"),
        refused);
    assertEquals("0", query("SELECT count(*) FROM attempt"));
  }

  @Test
  void whatIsNoReportOrCannotHaveBeenIsTold() throws Exception {
    Path garbage = Files.writeString(folder.resolve("garbage.log"), "one\ntwo\n");
    assertEquals(
        new Outcome(
            ExitStatus.BAD_INPUT,
            "",
            garbage
                + ":1: no line here or below is one of Nix: @nix {…}\n"
                + "Maybe Nix wrote it without --log-format internal-json, or --from is another.\n"),
        run("import", "--from", "internal-json", garbage.toString()));
    Path ahead = Files.writeString(reports, REPORTS + "board,vim,2099-07-02 18:12:05,18\n");
    assertEquals(
        ahead
            + " (nom): 3 new, 0 known\n"
            + "  left out 1: builds that are still to begin, by the clock of this machine\n",
        done("import", ahead.toString()).out());
  }

  private Path manyReports(int number) throws IOException {
    Path file = folder.resolve("many.csv");
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      out.write("hostname,derivation name,utc time,build seconds\n");
      for (int i = 0; i < number; i++) {
        out.write(String.format("board,p%d,2026-07-%02d 11:30:12,%d%n", i, 1 + i % 28, i % 900));
      }
    }
    return file;
  }

  /** While rows are being written: the log of the database is larger than what opening takes. */
  @Test
  void killedInTheMiddleItLeavesTheHistoryAsItWas() throws Exception {
    done("import", reports.toString());
    Path many = manyReports(100_000);
    Process process = start(command("import", many.toString()), Map.of());
    Path log = state.resolve("crossplan/history.db-wal");
    for (int i = 0; i < 12_000 && process.isAlive(); i++) {
      if (Files.exists(log) && Files.size(log) > 1 << 20) {
        break;
      }
      Thread.sleep(5);
    }
    assertTrue(process.isAlive(), () -> "it was too fast to be killed");
    process.destroyForcibly().waitFor();

    assertEquals("ok", query("PRAGMA integrity_check"));
    assertEquals("3", query("SELECT count(*) FROM attempt"));
    assertEquals(many + " (nom): 100,000 new, 0 known\n", done("import", many.toString()).out());
  }

  /** A file system of two megabytes, in a namespace of its own. */
  @Test
  void onAFullDiskItLeavesTheHistoryAsItWas() throws Exception {
    Files.createDirectories(state);
    Path few =
        Files.writeString(
            folder.resolve("few.csv"),
            "hostname,derivation name,utc time,build seconds\n" + row("few", "2026-07-01", 7));
    String script =
        "mount -t tmpfs -o size=2m none \"$XDG_STATE_HOME\" && shift &&"
            + " \"$@\" import \"$REPORTS\" && ! \"$@\" import \"$FEW\" \"$MANY\" && exec \"$@\" list";
    List<String> inNamespace =
        List.of("unshare", "--user", "--map-root-user", "--mount", "bash", "-c", script, "bash");
    assumeTrue(
        outcome(start(List.of("unshare", "--user", "--map-root-user", "--mount", "true"), Map.of()))
                .status()
            == 0,
        "a user namespace is needed");
    List<String> command = new ArrayList<>(inNamespace);
    command.add("");
    command.addAll(command());
    Outcome outcome =
        outcome(
            start(
                command,
                Map.of(
                    "REPORTS",
                    reports.toString(),
                    "FEW",
                    few.toString(),
                    "MANY",
                    manyReports(50_000).toString())));
    assertEquals(ExitStatus.DONE, outcome.status(), outcome::toString);
    assertTrue(
        outcome.err().matches("(?s).*history\\.db: the disk is full( \\([^\n]*)?\nMaybe .*"),
        outcome::toString);
    assertTrue(
        outcome.out().matches("(?s).*3 new, 0 known\n package .*\n( .* board .*\n){3}"),
        outcome::toString);
    assertFalse(outcome.out().contains("\n few "), outcome::toString);
  }

  /** hello ─ zlib, and one that fails; begun when somebody reads. */
  @Test
  void aLogIsReadWhileNixWritesIt() throws Exception {
    PrivateNix nix = PrivateNix.elsewhere(Files.createDirectories(folder.resolve("nix")));
    String expression =
        Path.of("src/test/resources/build").toAbsolutePath()
            + " { localSystem = \"x86_64-linux\"; overlays = [ (final: prev: {"
            + " zlib = prev.package { pname = \"zlib\"; script = \"sleep 2\"; };"
            + " hello = prev.package { pname = \"hello\"; script = \"sleep 1\";"
            + " libraries = [ final.zlib ]; };"
            + " broken = prev.package { pname = \"broken\"; script = \"exit 3\"; }; }) ]; }";
    String script =
        "drvs=$(nix-instantiate -E \"import $EXPRESSION\" -A hello -A broken) &&"
            + " { until [[ -e $XDG_STATE_HOME/crossplan/history.db ]]; do sleep 0.1; done; sleep 3;"
            + " nix-store --realise $drvs --keep-going -j 1 --log-format internal-json"
            + " 2>&1 >/dev/null; } | \"$@\" import -";
    List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
    command.addAll(command());
    Map<String, String> environment = new TreeMap<>(nix.environment());
    environment.put("EXPRESSION", expression);

    Outcome outcome = outcome(start(command, environment));

    assertEquals(
        new Outcome(ExitStatus.DONE, "standard input (internal-json): 3 new, 0 known\n", ""),
        new Outcome(
            outcome.status(), outcome.out(), outcome.err().replaceAll("(?m)^warning: .*\n", "")));
    assertEquals(
        "broken failed,hello built,zlib built",
        query(
            "SELECT group_concat(package || ' ' || outcome)"
                + " FROM (SELECT * FROM attempt ORDER BY package)"));
    assertEquals(
        "1 1 1",
        query(
            "SELECT min(seconds > 0.2) || ' ' || max(seconds < 60) || ' ' || (SELECT"
                + " min(phase.seconds > 0.2) FROM phase JOIN attempt ON attempt.id = attempt WHERE"
                + " outcome = 'built') FROM attempt WHERE outcome = 'built'"));
    assertEquals(
        "native x86_64-linux",
        query("SELECT strategy || ' ' || host FROM attempt WHERE package = 'hello'"));
    assertFalse(done("list").out().isEmpty());
  }

  /** It takes Java longer to start than it takes Nix to begin. */
  @Test
  void whatBeganBeforeTheLogWasReadIsMeasuredTooRoughly() throws Exception {
    String all = "@nix {\"action\":\"start\",\"id\":1,\"type\":104}\n";
    String begun =
        "@nix {\"action\":\"start\",\"id\":2,\"type\":105,\"fields\":"
            + "[\"/nix/store/00000000000000000000000000000000-zlib-1.drv\",\"\",1,1]}\n";
    String ended =
        "@nix {\"action\":\"result\",\"id\":1,\"type\":105,\"fields\":[1,1,0,0]}\n"
            + "@nix {\"action\":\"stop\",\"id\":2}\n";
    List<String> command =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "{ printf %s \"$BEGUN\"; sleep 3; printf %s \"$ENDED\"; } | \"$@\" import -",
                "bash"));
    command.addAll(command());
    assertEquals(
        new Outcome(
            ExitStatus.DONE,
            "standard input (internal-json): 0 new, 0 known\n"
                + "  left out 1: builds begun before the log was read, whose time may be off by"
                + " over 10 %\n",
            ""),
        outcome(start(command, Map.of("BEGUN", all + begun, "ENDED", ended))));
  }

  /**
   * The manifest of a real image, without what it says of costs.
   *
   * @param costs what it says instead
   */
  private Path manifest(String name, String costs) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        RealManifests.ofBoard("crossplan.toml").replaceFirst("(?s)\\[costs\\].*?(?=\n\\[|$)", "")
            + costs);
  }

  /** Three cross builds of systemd in the history. */
  private void importSystemd() throws IOException, InterruptedException {
    String name = "systemd-riscv64-unknown-linux-gnu-257.13";
    Files.writeString(
        reports,
        "hostname,derivation name,utc time,build seconds\n"
            + String.join(
                "",
                row(name, "2026-07-01", 700),
                row(name, "2026-07-02", 720),
                row(name, "2026-07-03", 710)));
    done("import", reports.toString());
  }

  private String json(String... arguments) throws IOException, InterruptedException {
    List<String> command = crossplan(arguments);
    command.addAll(List.of("--format", "json"));
    Outcome outcome = outcome(start(command, Map.of()));
    assertEquals(ExitStatus.DONE, outcome.status(), outcome::toString);
    return outcome.out();
  }

  /** Emulation alone changes: what was learned of native and cross builds stays. */
  @Test
  void whatIfEmulationIsEditingTheManifestAndForgetsNothing() throws Exception {
    importSystemd();
    String silent = manifest("crossplan.toml", "").toString();
    String edited = manifest("edited.toml", "[costs]\nemulation = 8\n").toString();
    String asked = json("estimate", silent, "--emulation", "8", "--longest", "400");
    assertEquals(json("estimate", edited, "--longest", "400"), asked);

    String now = json("estimate", silent, "--longest", "400");
    assertEquals(seconds(now, "glibc", "cross"), seconds(asked, "glibc", "cross"));
    assertNotEquals(makespan(now, "name", "plan"), makespan(asked, "name", "plan"));
    assertTrue(asked.contains("\"origin\" : \"scaled\""), asked);
  }

  /** By itself plan goes by the manifest alone, and says so where that tells no times. */
  @Test
  void planWithHistoryIsThatOfTheEstimate() throws Exception {
    importSystemd();
    String silent = manifest("crossplan.toml", "").toString();
    String estimated = "\"makespanSeconds\":" + makespan(json("estimate", silent), "name", "plan");
    assertTrue(json("plan", silent, "--with-history").contains(estimated), estimated);
    assertFalse(json("plan", silent).contains(estimated), estimated);

    String note = "The manifest does not say how long builds take: here a default stands for each.";
    Outcome alone = outcome(start(crossplan("plan", silent), Map.of()));
    assertTrue(alone.out().contains(note), alone::toString);
    Outcome withHistory = outcome(start(crossplan("plan", silent, "--with-history"), Map.of()));
    assertFalse(withHistory.out().contains(note), withHistory::toString);
  }

  /** A history in which the cross build of OpenSSL failed that the plan of a manifest has. */
  private void addFailure(Path manifest) throws IOException, InterruptedException {
    Matcher cross =
        Pattern.compile("\"derivation\":\"([^\"]*-openssl-riscv64-[^\"]*-3\\.5[^\"]*)\"")
            .matcher(json("plan", manifest.toString()));
    assertTrue(cross.find());
    String row =
        """
        {"package":"openssl","version":"3","host":"riscv64-linux","strategy":"cross",
        "machine":"desk","started":"2026-11-01T10:00:00Z","seconds":60,"outcome":"failed",
        "reason":"exit code 2","action":"build","origin":"build","derivation":"DRV",
        "built":"DRV","lasting":true}
        """;
    Path rows = folder.resolve("failed.jsonl");
    Files.writeString(rows, row.replace("\n", "").replace("DRV", cross.group(1)) + "\n");
    done("import", rows.toString());
  }

  /** The plan is made as if nothing had failed; build goes by it. */
  @Test
  void whatFailedBeforeIsToldWhereItIsPlannedAgain() throws Exception {
    Path manifest = RealManifests.BOARD.resolve("crossplan.toml");
    Outcome before = outcome(start(crossplan("estimate", manifest.toString()), Map.of()));
    addFailure(manifest);
    String remark =
        "what failed before is planned again, which build does otherwise\n"
            + "  openssl 3\\S+: its cross build failed on 2026-11-01: exit code 2\n"
            + "Maybe --with-history: that plans without it, as build does.\n";
    for (String command : List.of("estimate", "plan")) {
      Outcome without = outcome(start(crossplan(command, manifest.toString()), Map.of()));
      assertEquals(ExitStatus.DONE, without.status(), without::toString);
      assertTrue(without.err().matches(remark), without::toString);
      Outcome with =
          outcome(start(crossplan(command, manifest.toString(), "--with-history"), Map.of()));
      assertEquals("", with.err());
    }
    assertEquals("", before.err());
    Files.writeString(state.resolve("crossplan/history.db"), "no database");
    Outcome damaged = outcome(start(crossplan("plan", manifest.toString()), Map.of()));
    assertEquals(new Outcome(ExitStatus.DONE, damaged.out(), ""), damaged);
  }

  /** How long the first build of a package by a strategy takes. */
  private static String seconds(String estimate, String packageName, String strategy) {
    Matcher found =
        Pattern.compile(
                "\"package\" : \"%s\",[^}]*?\"strategy\" : \"%s\",[^}]*?\"seconds\" : ([0-9.]+)"
                    .formatted(packageName, strategy))
            .matcher(estimate);
    assertTrue(found.find(), estimate);
    return found.group(1);
  }

  /** Where the manifest does not say how long builds take, what was built before does. */
  @Test
  void whatWasBuiltIsEstimatedFromIt() throws IOException, InterruptedException {
    importSystemd();
    Path silent = manifest("crossplan.toml", "");

    Outcome estimate =
        outcome(
            start(
                crossplan("estimate", silent.toString(), "--longest", "400", "--compare-builders"),
                Map.of()));
    assertEquals(ExitStatus.DONE, estimate.status(), estimate::toString);
    assertTrue(
        estimate.out().contains("Twice as fast is another machine in its place:"),
        estimate::toString);
    assertTrue(
        estimate.out().lines().anyMatch(line -> line.matches(" systemd 257.13 .*scaled.*")),
        estimate::toString);
    assertTrue(estimate.out().contains("book"), estimate::toString);

    Outcome compared =
        outcome(
            start(
                crossplan("estimate", silent.toString(), "--compare-builders", "--format", "json"),
                Map.of()));
    double now = makespan(compared.out(), "name", "plan");
    assertEquals(now / 2, makespan(compared.out(), "what", "desk twice as fast"), now / 20);
    Path faster = folder.resolve("faster.toml");
    Files.writeString(faster, Files.readString(silent).replaceFirst("speed +=.*", "speed = 2"));
    double systemd = Double.parseDouble(seconds(compared.out(), "systemd", "emulated"));
    String ofFaster = json("estimate", faster.toString());
    assertEquals(
        systemd, Double.parseDouble(seconds(ofFaster, "systemd", "emulated")), systemd / 10);

    Outcome backtest = outcome(start(crossplan("estimate", "--backtest"), Map.of()));
    assertEquals(ExitStatus.DONE, backtest.status(), backtest::toString);
    assertTrue(backtest.out().contains("what it waited for other programs"), backtest::toString);
    assertTrue(
        backtest
            .out()
            .lines()
            .anyMatch(line -> line.matches(" cross, history +2 +[0-3] % +100 %.*")),
        backtest::toString);
  }

  /** The manifest says what builds cost, so nothing depends on what was built before. */
  @Test
  void anEstimateDoesWithoutAHistoryThatIsDamaged() throws Exception {
    String manifest = RealManifests.BOARD.resolve("crossplan.toml").toString();
    Outcome before = outcome(start(crossplan("estimate", manifest), Map.of()));
    Path history = state.resolve("crossplan/history.db");
    Files.createDirectories(history.getParent());
    Files.writeString(history, "no database");
    Outcome damaged = outcome(start(crossplan("estimate", manifest), Map.of()));
    assertEquals(ExitStatus.DONE, damaged.status(), damaged::toString);
    assertEquals(before.out(), damaged.out());
    assertTrue(damaged.err().startsWith(history + ": the history is damaged: "), damaged::toString);
    assertTrue(
        damaged
            .err()
            .endsWith(
                "\n  so it is not told how likely tests fail\n"
                    + "Maybe move it away: then nothing is known of earlier builds.\n"),
        damaged::toString);
    assertEquals(3, damaged.err().lines().count(), damaged::toString);
  }

  @Test
  void anEstimateTellsThatThereIsNoPlaceForAHistory() throws Exception {
    String manifest = RealManifests.BOARD.resolve("crossplan.toml").toString();
    Files.createDirectories(state);
    Path file = Files.writeString(state.resolve("crossplan"), "no folder");
    Outcome told = outcome(start(crossplan("estimate", manifest), Map.of()));
    assertEquals(ExitStatus.DONE, told.status(), told::toString);
    assertTrue(
        told.err().startsWith(file + "/history.db: there is no place for the history"),
        told::toString);
  }

  private static double makespan(String estimate, String key, String value) {
    Matcher found =
        Pattern.compile(
                "\""
                    + key
                    + "\" : \""
                    + value
                    + "\",\\s*\"possible.*?makespanSeconds\" : ([0-9.]+)",
                Pattern.DOTALL)
            .matcher(estimate);
    assertTrue(found.find(), estimate);
    return Double.parseDouble(found.group(1));
  }

  private static String row(String name, String day, int seconds) {
    return String.format("%s,%s,%s 10:00:00,%d\n", Machine.here().name(), name, day, seconds);
  }
}
