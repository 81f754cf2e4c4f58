package dev.crossplan.planner.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.source.SourceCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();
  private static final StorePath CURL =
      StorePath.parse("/nix/store/00000000000000000000000000000000-curl-8.drv");
  private static final StorePath CURL_9 =
      StorePath.parse("/nix/store/00000000000000000000000000000000-curl-9.drv");
  private static final Attempt CROSS = Attempt.build(CURL, Strategy.CROSS);
  private static final Attempt EMULATED = Attempt.build(CURL, Strategy.EMULATED);

  private final Path file;

  HistoryTest(@TempDir Path folder) {
    this.file = folder.resolve("state").resolve("crossplan").resolve("history.db");
  }

  /** On a file system that is mounted so; root may write into any folder else. */
  @Test
  void whatCannotBeWrittenCanBeRead() throws IOException {
    try (History history = History.open(file)) {
      history.add(built(CROSS));
    }
    try (History history = History.openReadOnly(file)) {
      assertEquals(1, history.count(EntryFilter.ALL));
      assertEquals(1, history.timings().size());
      InputException refused =
          assertThrows(InputException.class, () -> history.add(built(EMULATED)));
      assertEquals(file + ": the history cannot be written, only read", refused.getMessage());
      try (Stream<Path> files = Files.list(file.resolveSibling("."))) {
        assertEquals(1, files.count());
      }
    }
  }

  private RecordedAttempt failed(Attempt attempt, String why, boolean lasting) {
    return row(attempt, Optional.of(why), lasting);
  }

  private RecordedAttempt built(Attempt attempt) {
    return row(attempt, Optional.empty(), true);
  }

  private RecordedAttempt row(Attempt attempt, Optional<String> why, boolean lasting) {
    return row(attempt, why, lasting, Circumstances.UNKNOWN);
  }

  private RecordedAttempt row(
      Attempt attempt, Optional<String> why, boolean lasting, Circumstances circumstances) {
    return new RecordedAttempt(
        attempt,
        attempt.derivation(),
        new Timing(
            "curl",
            "8",
            Optional.of("riscv64-linux"),
            attempt.strategy(),
            "lathe",
            Instant.parse("2026-11-27T23:59:00Z"),
            12.5,
            circumstances.withTraits(attempt.tools().and(circumstances.traits()))),
        Optional.of("desk"),
        why,
        lasting,
        "run",
        Optional.of(file.resolveSibling("curl.log")),
        "crossplan.toml");
  }

  /** A build has the history open for hours. */
  @Test
  void whoHasItOpenKeepsNobodyOut() {
    try (History one = History.open(file);
        History other = History.open(file)) {
      assertEquals(0, one.failures(ZoneOffset.UTC).ways().size());
      assertFalse(one.hasBuilt(CURL));
      other.add(failed(CROSS, "exit code 2", true));
      one.add(built(EMULATED));
      assertEquals(1, other.failures(ZoneOffset.UTC).ways().size());
      assertEquals(1, one.failures(ZoneOffset.UTC).ways().size());
    }
  }

  private ImmutableMap<Attempt, String> failures() {
    try (History history = History.open(file)) {
      return history.failures(ZoneOffset.UTC).ways();
    }
  }

  private void add(RecordedAttempt... rows) {
    try (History history = History.open(file)) {
      for (RecordedAttempt row : rows) {
        history.add(row);
      }
    }
  }

  @Test
  void aFailureIsOfThatDerivationAndStrategy() {
    add(failed(CROSS, "exit code 2", true), built(EMULATED));
    assertEquals(
        ImmutableMap.of(CROSS, "its cross build failed on 2026-11-27: exit code 2"), failures());
    assertFalse(failures().containsKey(Attempt.build(CURL_9, Strategy.CROSS)));
  }

  @ParameterizedTest
  @EnumSource
  void aBuildThatFailedWithSomeToolsHasNotFailedWithOthers(Tools tools) {
    add(failed(EMULATED.with(tools), "exit code 2", true));
    for (Tools other : Tools.values()) {
      if (other != tools) {
        add(built(EMULATED.with(other)));
      }
    }
    String build = tools.qualify("emulated build");
    assertEquals(
        ImmutableMap.of(
            EMULATED.with(tools), "its " + build + " failed on 2026-11-27: exit code 2"),
        failures());
    add(built(EMULATED.with(tools)));
    assertEquals(ImmutableMap.of(), failures());
  }

  @Test
  void toolsAreNamedWhereTheyAreNotAsEvaluated() {
    assertEquals("cross", Tools.AS_EVALUATED.qualify("cross"));
    assertEquals("emulated with native tools", Tools.NATIVE.qualify("emulated"));
    assertEquals("emulated with a native compiler", Tools.NATIVE_COMPILER.qualify("emulated"));
  }

  /** The way would be kept as one with other tools than it had. */
  @Test
  void whatTheTraitsDoNotTellIsRefused() {
    RecordedAttempt row = failed(EMULATED, "exit code 2", true);
    Attempt withTools = EMULATED.with(Tools.NATIVE);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new RecordedAttempt(
                    withTools,
                    row.built(),
                    row.timing(),
                    row.builder(),
                    row.reason(),
                    true,
                    row.run(),
                    row.log(),
                    row.manifest()));
    assertEquals("tools: native, but as-evaluated by the traits", refused.getMessage());
  }

  @Test
  void whatSucceedsLaterHasNotFailed() {
    add(failed(CROSS, "exit code 2", true));
    add(built(CROSS));
    assertEquals(ImmutableMap.of(), failures());
    add(failed(CROSS, "exit code 3", true));
    assertEquals(
        List.of("its cross build failed on 2026-11-27: exit code 3"), failures().values().asList());
  }

  @Test
  void whatMaySucceedNextTimeIsNotRefused() {
    add(failed(CROSS, "signal 9 (Killed)", false));
    assertEquals(ImmutableMap.of(), failures());
  }

  @Test
  void whatWasBuiltIsKnownByTheDerivationThatNixBuilt() {
    add(built(CROSS));
    try (History history = History.open(file)) {
      assertTrue(history.hasBuilt(CURL));
      assertFalse(history.hasBuilt(CURL_9));
    }
    add(failed(CROSS, "built, but with a fault", true));
    try (History history = History.open(file)) {
      assertFalse(history.hasBuilt(CURL));
    }
  }

  private RecordedAttempt failedOn(String machine, Attempt attempt, StorePath built) {
    RecordedAttempt row = failed(attempt, "exit code 2", true);
    Timing timing = row.timing();
    return new RecordedAttempt(
        attempt,
        built,
        new Timing(
            timing.packageName(),
            timing.version(),
            timing.host(),
            attempt.strategy(),
            machine,
            timing.started(),
            timing.seconds(),
            timing.circumstances()),
        row.builder(),
        row.reason(),
        true,
        row.run(),
        Optional.empty(),
        row.manifest());
  }

  /** What a board builds natively, a desk emulates: the same derivation in another way. */
  @Test
  void whatNixFailedToBuildHereIsKnownByItsDerivation() {
    add(failedOn(Machine.here().name(), EMULATED, CURL_9), failedOn("elsewhere", CROSS, CURL));
    try (History history = History.open(file)) {
      assertEquals(
          ImmutableMap.of(CURL_9, "its emulated build failed on 2026-11-27: exit code 2"),
          history.failures(ZoneOffset.UTC).derivations());
      assertEquals(Set.of(EMULATED, CROSS), history.failures(ZoneOffset.UTC).ways().keySet());
    }
  }

  @Test
  void timingsAreReadAsTheyWereWritten() {
    Circumstances known =
        new Circumstances(
            OptionalInt.of(2),
            OptionalDouble.of(20.25),
            OptionalDouble.of(1.5),
            OptionalDouble.of(0.5),
            ImmutableSet.of(Trait.CMAKE, Trait.TESTS),
            OptionalLong.of(1_234_567),
            Optional.of(new SourceCode(3, 200, 20_000, 5, true, false)),
            ImmutableMap.of("configurePhase", 2.5, "buildPhase", 9.75));
    RecordedAttempt first = row(CROSS, Optional.empty(), true, known);
    add(first, failed(EMULATED, "exit code 2", true), built(EMULATED));
    try (History history = History.open(file)) {
      assertEquals(List.of(first.timing(), built(EMULATED).timing()), history.timings());
    }
  }

  private static Circumstances phases(String... names) {
    Map<String, Double> phases = new LinkedHashMap<>();
    for (String name : names) {
      phases.put(name, 1.0);
    }
    return Circumstances.UNKNOWN.withPhases(phases);
  }

  /** Nix was asked for what failed before, and a substituter lacked it. */
  @Test
  void aDownloadThatFailedLaterIsNoAnswer() {
    RecordedAttempt build = failedOn(Machine.here().name(), CROSS, CURL);
    add(
        build,
        new RecordedAttempt(
            new Attempt(CURL, Action.SUBSTITUTE, Optional.empty()),
            build.built(),
            build.timing(),
            Optional.empty(),
            Optional.of("no such path"),
            false,
            build.run(),
            Optional.empty(),
            build.manifest()));
    try (History history = History.open(file)) {
      assertEquals(Set.of(CURL), history.failures(ZoneOffset.UTC).derivations().keySet());
    }
  }

  @Test
  void aBuildFailedInItsTestsIfTheyCameLast() {
    Optional<String> why = Optional.of("exit code 2");
    add(
        row(EMULATED, Optional.empty(), true, phases("buildPhase", "checkPhase", "installPhase")),
        row(EMULATED, why, true, phases("buildPhase", "checkPhase")),
        row(EMULATED, why, true, phases("buildPhase", "installPhase", "installCheckPhase")),
        row(EMULATED, why, true, phases("buildPhase", "checkPhase", "installPhase")),
        row(EMULATED, why, true, phases("buildPhase")),
        row(CROSS, why, true, phases("buildPhase", "checkPhase")));
    try (History history = History.open(file)) {
      assertEquals(new TestsBefore(4, 2), history.testsBefore());
      Timing elsewhere = row(EMULATED, why, false, phases("buildPhase", "checkPhase")).timing();
      history.addAll(List.of(Entry.imported("internal-json", Action.BUILD, elsewhere, why)));
      assertEquals(new TestsBefore(5, 3), history.testsBefore());
    }
  }

  /** The tables of version 1, with a row that such a crossplan wrote. */
  @Test
  void whatAnOlderCrossplanWroteIsMovedOver() throws Exception {
    Files.createDirectories(file.resolveSibling("."));
    try (InputStream old = HistoryTest.class.getResourceAsStream("history-1.sql");
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(new String(old.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertEquals(
        ImmutableMap.of(CROSS, "its cross build failed on 2026-11-27: exit code 2"), failures());
    try (History history = History.open(file)) {
      assertTrue(history.hasBuilt(CURL_9));
      assertEquals(1, history.timings().size());
      assertEquals(Machine.here().name(), history.timings().get(0).machine());
      assertEquals(10.5, history.timings().get(0).seconds());
    }
    assertEquals(6, number("PRAGMA user_version"));
  }

  @ParameterizedTest
  @CsvSource({
    "2, waited code_files, ''",
    "3, code_files, ''",
    "3, '', code_bytes",
    "4, '', code_bytes configure_bytes",
    "5, '', code_bytes configure_bytes cxx_files"
  })
  void whatCountedOtherThingsIsKept(int version, String missing, String counted) throws Exception {
    add(built(CROSS));
    String notYet = " code_statements header_lines by_libtool compiled_twice configure_checks";
    for (String column : WORDS.split(missing + notYet)) {
      execute("ALTER TABLE attempt DROP COLUMN " + column);
    }
    for (String column : WORDS.split(counted)) {
      execute(String.format("ALTER TABLE attempt ADD COLUMN %s INTEGER DEFAULT 7", column));
    }
    if (missing.isEmpty()) {
      execute("UPDATE attempt SET code_files = 3");
    }
    execute("PRAGMA user_version = " + version);
    try (History history = History.open(file)) {
      assertEquals(List.of(built(CROSS).timing()), history.timings());
    }
    SourceCode code = new SourceCode(3, 200, 20_000, 5, true, false);
    RecordedAttempt next =
        row(CROSS, Optional.empty(), true, Circumstances.UNKNOWN.withCode(Optional.of(code)));
    add(next);
    try (History history = History.open(file)) {
      assertTrue(history.timings().contains(next.timing()));
    }
    assertEquals(6, number("PRAGMA user_version"));
  }

  @Test
  void howLargeOutputsWereWhenTheyWereBuiltLast() {
    try (History history = History.open(file)) {
      assertEquals(Map.of(), history.outputBytes());
      history.noteOutputBytes("zlib", 700);
      history.noteOutputBytes("curl", 800);
      history.noteOutputBytes("zlib", 900);
    }
    try (History history = History.open(file)) {
      assertEquals(Map.of("zlib", 900L, "curl", 800L), history.outputBytes());
    }
  }

  @Test
  void aFailureNamesItsLogAsLongAsThereIsOne() throws IOException {
    add(failed(CROSS, "exit code 2", true));
    Path log = Files.writeString(file.resolveSibling("curl.log"), "no such file");
    assertEquals(
        ImmutableMap.of(CROSS, "its cross build failed on 2026-11-27: exit code 2, log " + log),
        failures());
  }

  /** Hostile names are data. */
  @Test
  void textsAreKeptAsTheyAre() {
    String why = "'); DROP TABLE attempt; --\n\u001b[31m";
    add(failed(CROSS, why, true));
    assertEquals("its cross build failed on 2026-11-27: " + why, failures().get(CROSS));
  }

  /** The first of all find no file, and each of them makes it. */
  @Test
  void runsThatMakeTheFileAtTheSameTimeWaitForOneAnother() throws Exception {
    int runs = 4;
    ExecutorService threads = Executors.newFixedThreadPool(runs);
    try {
      for (int i = 0; i < 200; i++) { // one in forty would fail
        Path file = this.file.resolveSibling("new-" + i + ".db");
        CyclicBarrier start = new CyclicBarrier(runs);
        List<Future<?>> all = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
          all.add(
              threads.submit(
                  () -> {
                    start.await();
                    History.open(file).close();
                    return null;
                  }));
        }
        for (Future<?> each : all) {
          each.get();
        }
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void runsAtTheSameTimeWaitForOneAnother() throws Exception {
    int rows = 25;
    ExecutorService runs = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int run = 0; run < 4; run++) {
        all.add(
            runs.submit(
                () -> {
                  for (int i = 0; i < rows; i++) {
                    add(built(CROSS));
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      runs.shutdown();
    }
    assertEquals(4 * rows, number("SELECT count(*) FROM attempt"));
  }

  @Test
  void theFileSaysWhoseItIs() throws Exception {
    add();
    assertEquals(6, number("PRAGMA user_version"));
    assertEquals(0x63727370, number("PRAGMA application_id"));
  }

  private int number(String query) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      return statement.executeQuery(query).getInt(1);
    }
  }

  private void execute(String command) throws Exception {
    Files.createDirectories(file.resolveSibling("."));
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  private void assertRefused(String message) {
    InputException refused = assertThrows(InputException.class, () -> History.open(file).close());
    assertEquals(file + ": " + message, refused.getMessage());
    assertTrue(refused.remedy().isPresent());
  }

  @Test
  void aFileThatIsNoDatabaseIsReportedAndLeft() throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    byte[] damaged = "these are no tables ".repeat(500).getBytes(StandardCharsets.UTF_8);
    Files.write(file, damaged);
    InputException refused = assertThrows(InputException.class, () -> History.open(file).close());
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith(file + ": the history is damaged: "),
        refused::toString);
    assertEquals(
        Optional.of("Maybe move it away: then nothing is known of earlier builds."),
        refused.remedy());
    assertArrayEquals(damaged, Files.readAllBytes(file));
  }

  @Test
  void aDatabaseOfSomebodyElseIsLeft() throws Exception {
    execute("CREATE TABLE other (a INTEGER)");
    assertRefused("is a database, but none of crossplan");
    assertEquals(1, number("SELECT count(*) FROM sqlite_master"));
  }

  @Test
  void aNewerDatabaseIsLeft() throws Exception {
    add();
    execute("PRAGMA user_version = 7");
    assertRefused("was written by a newer crossplan (7, this one knows 6)");
  }

  /** As on a full disk: the database may not grow. */
  @Test
  void whatCannotBeWrittenIsReportedAndLeavesTheRestWhole() throws Exception {
    add(failed(CROSS, "exit code 2", true));
    try (History history = History.open(file)) {
      history.limitTo(number("PRAGMA page_count"));
      BuildException full =
          assertThrows(
              BuildException.class,
              () -> history.add(failed(EMULATED, "a long reason ".repeat(1000), true)));
      assertEquals(file + ": the disk is full", full.getMessage());
      assertEquals(
          Optional.of(
              "Maybe make room there, then run the same again: what was in the history before is"
                  + " kept."),
          full.remedy());
    }
    assertEquals(1, failures().size());
    add(failed(EMULATED, "exit code 3", true));
    assertEquals(2, failures().size());
  }

  /** The half of a database, as a full disk or a copy may leave it. */
  @Test
  void aDatabaseThatIsCutOffIsReported() throws Exception {
    for (int i = 0; i < 300; i++) {
      add(failed(CROSS, "a reason that fills pages ".repeat(20), true));
    }
    execute("PRAGMA wal_checkpoint(TRUNCATE)");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2 / 4096 * 4096));
    InputException refused = assertThrows(InputException.class, this::failures);
    assertTrue(
        String.valueOf(refused.getMessage()).contains("the history is damaged"), refused::toString);
  }

  /** The database is in order, but not what stands in a row of it. */
  @ParameterizedTest
  @ValueSource(strings = {"derivation = 'curl'", "strategy = 'by hand'", "seconds = -1"})
  void aRowThatIsDamagedIsReportedWithItsFile(String damage) throws Exception {
    add(failed(CROSS, "exit code 2", true), built(EMULATED));
    execute("UPDATE attempt SET " + damage);
    try (History history = History.open(file)) {
      InputException refused =
          assertThrows(InputException.class, () -> history.last(10, EntryFilter.ALL));
      assertTrue(
          String.valueOf(refused.getMessage()).startsWith(file + ": the history is damaged: "),
          refused::toString);
      assertEquals(
          Optional.of("Maybe move it away: then nothing is known of earlier builds."),
          refused.remedy());
    }
  }

  private static Entry imported(String packageName, int second) {
    return Entry.imported(
        "nom",
        Action.BUILD,
        new Timing(
            packageName,
            "",
            Optional.empty(),
            Optional.empty(),
            "board",
            Instant.ofEpochSecond(second),
            7,
            Circumstances.UNKNOWN),
        Optional.empty());
  }

  private static List<Entry> imported(int number) {
    return IntStream.range(0, number).mapToObj(i -> imported("package-" + i, i)).toList();
  }

  @Test
  void whatIsImportedTwiceIsThereOnce() {
    try (History history = History.open(file)) {
      assertEquals(2, history.addAll(imported(2)));
      assertEquals(1, history.addAll(imported(3)));
      assertEquals(3, history.count(EntryFilter.ALL));
      assertEquals(
          List.of("package-2", "package-1"),
          history.last(2, EntryFilter.ALL).stream()
              .map(entry -> entry.timing().packageName())
              .toList());
    }
  }

  /** It says nothing of what may be tried here. */
  @Test
  void whatIsImportedRefusesNothing() {
    try (History history = History.open(file)) {
      Timing timing = row(CROSS, Optional.empty(), true).timing();
      history.addAll(
          List.of(Entry.imported("hydra", Action.BUILD, timing, Optional.of("failed on Hydra"))));
    }
    assertEquals(ImmutableMap.of(), failures());
  }

  /** What failed a second before on another machine, as that exports it. */
  private Entry failedElsewhere() {
    Entry now = Entry.of(failed(CROSS, "exit code 2", true));
    Timing timing = now.timing();
    Timing before =
        new Timing(
            timing.packageName(),
            timing.version(),
            timing.host(),
            timing.strategy(),
            "other",
            timing.started().minusSeconds(1),
            timing.seconds(),
            timing.circumstances());
    return new Entry(
        now.action(),
        before,
        now.reason(),
        now.derivation(),
        now.built(),
        now.builder(),
        now.lasting(),
        now.run(),
        now.log(),
        now.manifest(),
        now.origin());
  }

  /** That machine may build the same derivation in another way. */
  @Test
  void whatCrossplanExportedRefusesTheWayButNotTheDerivation() {
    try (History history = History.open(file)) {
      history.addAll(List.of(failedElsewhere()));
      Failures failures = history.failures(ZoneOffset.UTC);
      assertEquals(Set.of(CROSS), failures.ways().keySet());
      assertEquals(ImmutableMap.of(), failures.derivations());
    }
  }

  /** A history that was brought from elsewhere has older rows than those that are there. */
  @Test
  void theLastAttemptIsTheOneThatBeganLast() {
    add(built(CROSS));
    try (History history = History.open(file)) {
      history.addAll(List.of(failedElsewhere()));
      assertTrue(history.hasBuilt(CURL));
    }
    assertEquals(ImmutableMap.of(), failures());
  }

  @Test
  void whatIsRemovedTakesItsPhasesAndItsRoomWithIt() throws Exception {
    Circumstances known = Circumstances.UNKNOWN.withPhases(ImmutableMap.of("buildPhase", 9.75));
    add(row(CROSS, Optional.empty(), true, known), failed(EMULATED, "exit code 2", true));
    try (History history = History.open(file)) {
      history.addAll(imported(5000));
      EntryFilter ofBoard =
          new EntryFilter(
              Optional.empty(),
              Optional.of("board"),
              Optional.empty(),
              Optional.of("nom"),
              Optional.empty(),
              Optional.of(Instant.ofEpochSecond(4900)),
              false);
      long before = Files.size(file) + Files.size(file.resolveSibling("history.db-wal"));
      assertEquals(4900, history.remove(ofBoard));
      history.compact();
      long after = Files.size(file) + Files.size(file.resolveSibling("history.db-wal"));
      assertTrue(after < before / 2, before + " -> " + after);
      assertEquals(102, history.count(EntryFilter.ALL));
      assertEquals(1, history.remove(EntryFilter.ALL.ofFailures()));
      assertEquals(101, history.remove(EntryFilter.ALL));
    }
    assertEquals(0, number("SELECT count(*) FROM phase"));
  }

  /** As on a full disk, in the middle of an import: nothing of it is there, all else is. */
  @Test
  void anImportThatHasNoRoomLeavesNothing() throws Exception {
    add(failed(CROSS, "exit code 2", true));
    try (History history = History.open(file)) {
      history.limitTo(number("PRAGMA page_count") + 20);
      assertThrows(BuildException.class, () -> history.addAll(imported(20_000)));
      assertEquals(1, history.count(EntryFilter.ALL));
    }
    assertEquals(1, failures().size());
    try (History history = History.open(file)) {
      assertEquals(20_000, history.addAll(imported(20_000)));
    }
  }

  /** There is room for the first source, but not for the second. */
  @Test
  void norDoSeveralSourcesOfWhichOneHasNoRoom() throws Exception {
    add(failed(CROSS, "exit code 2", true));
    try (History history = History.open(file)) {
      history.limitTo(number("PRAGMA page_count") + 20);
      assertThrows(
          BuildException.class, () -> history.addAll(List.of(imported(10), imported(20_000))));
      assertEquals(1, history.count(EntryFilter.ALL));
    }
    try (History history = History.open(file)) {
      assertEquals(List.of(10, 5), history.addAll(List.of(imported(10), imported(15))));
    }
  }

  /** Two that import the same at a time, while builds are noted. */
  @Test
  void importsAtTheSameTimeAddEachRowOnce() throws Exception {
    add();
    ExecutorService runs = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int run = 0; run < 2; run++) {
        all.add(
            runs.submit(
                () -> {
                  try (History history = History.open(file)) {
                    history.addAll(imported(2000));
                  }
                }));
      }
      for (int i = 0; i < 20; i++) {
        all.add(runs.submit(() -> add(built(CROSS))));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      runs.shutdown();
    }
    assertEquals(2020, number("SELECT count(*) FROM attempt"));
  }
}
