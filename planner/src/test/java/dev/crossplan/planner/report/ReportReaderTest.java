package dev.crossplan.planner.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Entry;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.Timing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reports of other tools that stand beside this test, and what people do to them. */
class ReportReaderTest {
  private static final Machine DESK = new Machine("desk");
  private static final String ZLIB = "/nix/store/00000000000000000000000000000000-zlib-1.drv";

  /** What a report told. */
  private static final class Told implements BuildSink {
    private final List<Entry> entries = new ArrayList<>();
    private final TreeMap<String, Integer> skipped = new TreeMap<>();

    @Override
    public void add(Entry entry) {
      entries.add(entry);
    }

    @Override
    public void skip(String why) {
      skipped.merge(why, 1, Integer::sum);
    }

    /** Package, version, host, strategy, machine, start, seconds and outcome of each. */
    String lines() {
      return entries.stream().map(Told::line).collect(Collectors.joining("\n"));
    }

    private static String line(Entry entry) {
      Timing timing = entry.timing();
      return String.format(
          Locale.ROOT,
          "%s|%s|%s|%s|%s|%s|%.1f|%s",
          timing.packageName(),
          timing.version(),
          timing.host().orElse("-"),
          entry.action() == Action.BUILD
              ? timing.strategy().map(Object::toString).orElse("-")
              : entry.action(),
          timing.machine(),
          timing.started(),
          timing.seconds(),
          entry.reason().orElse("built"));
    }
  }

  /** A pipe that something comes through at one time after the other. */
  private static final class SlowPipe extends InputStream {
    private final Iterator<String> parts;
    private final Duration step;
    private Instant now;
    private boolean isFirstThere;
    private InputStream part = InputStream.nullInputStream();

    /**
     * @param isFirstThere whether the first part is in it before anybody looks
     */
    SlowPipe(List<String> parts, Instant first, Duration step, boolean isFirstThere) {
      this.parts = parts.iterator();
      this.step = step;
      this.now = first.minus(step);
      this.isFirstThere = isFirstThere;
    }

    /** Line by line. */
    SlowPipe(String text, Instant first, Duration step) {
      this(List.of(text.split("(?<=\n)", -1)), first, step, false);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = part.read(bytes, from, length);
      if (read < 0 && parts.hasNext()) {
        now = now.plus(step);
        isFirstThere = false;
        part = new ByteArrayInputStream(parts.next().getBytes(StandardCharsets.UTF_8));
        return part.read(bytes, from, length);
      }
      return read;
    }

    @Override
    public int available() throws IOException {
      return isFirstThere ? 1 : part.available();
    }

    Clock clock() {
      return new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
          return now;
        }
      };
    }
  }

  private static final Instant TEN = Instant.parse("2026-11-28T10:00:00Z");

  /**
   * Reads a report.
   *
   * @param live whether it comes through a pipe, a line a second
   */
  private static Told read(String text, boolean live) {
    return read(text, live, Optional.empty());
  }

  private static Told read(String text, boolean live, Optional<ReportFormat> from) {
    if (live) {
      SlowPipe pipe = new SlowPipe(text, TEN, Duration.ofSeconds(1));
      Arrivals arrivals = new Arrivals(pipe.clock(), TEN);
      return read(arrivals.watch(pipe), Optional.of(arrivals), from);
    }
    return read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), Optional.empty(), from);
  }

  private static Told read(SlowPipe pipe, Instant begun) {
    Arrivals arrivals = new Arrivals(pipe.clock(), begun);
    return read(arrivals.watch(pipe), Optional.of(arrivals), Optional.empty());
  }

  private static Told read(
      InputStream in, Optional<Arrivals> arrivals, Optional<ReportFormat> from) {
    Told told = new Told();
    ReportReader reader =
        new ReportReader(
            from, Optional.of(DESK), arrivals, Clock.fixed(TEN, ZoneOffset.ofHours(1)));
    InputFile.read("report", in, bytes -> reader.read("report", bytes, told));
    return told;
  }

  private static Told read(String text) {
    return read(text, false);
  }

  private static String fixture(String name) throws IOException {
    try (InputStream in = ReportReaderTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void buildReportsOfNixOutputMonitorTellWhenABuildEnded() throws IOException {
    assertEquals(
        """
        hello||-|-|desk|2026-07-01T09:56:31Z|12.0|built
        hello||-|-|desk|2026-07-02T09:59:50Z|10.0|built
        hello|2.12.1.tar.gz|-|fetch|desk|2026-07-02T09:59:37Z|3.0|built
        git||-|-|board|2026-07-02T17:41:55Z|1810.0|built
        hello||riscv64-linux|cross|board|2026-07-02T11:29:48Z|24.0|built
        zlib||-|-|desk, the old one|2026-07-02T23:59:58Z|7.0|built\
        """
            .strip(),
        read(fixture("build-reports.csv")).lines());
  }

  @Test
  void olderBuildReportsTellNoTime() throws IOException {
    assertEquals(
        """
        hello||-|-|desk|1970-01-01T00:00:00Z|12.0|built
        nixos-system-board||-|-|desk|1970-01-01T00:00:00Z|41.0|built
        git||-|-|board|1970-01-01T00:00:00Z|1810.0|built\
        """
            .strip(),
        read(fixture("build-reports-2.1.6.csv")).lines());
  }

  @Test
  void aBuildOfHydra() throws IOException {
    assertEquals(
        "hello|2.10|x86_64-linux|native|desk|2020-05-01T20:41:40Z|11.0|built",
        read(fixture("hydra-build.json")).lines());
  }

  @Test
  void buildsOfAnEvaluationOfHydra() throws IOException {
    Told told = read(fixture("hydra-eval-builds.json"));
    assertEquals(
        """
        hello|2.12.1|x86_64-linux|native|desk|2025-07-01T08:53:20Z|31.0|built
        hello|2.12.1|riscv64-linux|cross|desk|2025-07-01T08:54:00Z|22.0|built
        linux-headers|6.12|-|cross|desk|2025-07-01T08:54:00Z|9.0|built
        git|2.49.0|riscv64-linux|native|desk|2025-07-01T08:55:00Z|600.0|failed on Hydra
        python3|3.12.10|riscv64-linux|native|desk|2025-07-01T08:55:00Z|36000.0|timed out on Hydra\
        """
            .strip(),
        told.lines());
    assertEquals(
        "{builds that Hydra found done=1, builds that are not finished=1,"
            + " builds that were not carried out=2}",
        told.skipped.toString());
  }

  @Test
  void whatEndedOnHydraBeforeItBeganCannotBe() throws IOException {
    Told told =
        read(fixture("hydra-build.json").replaceFirst("\"stoptime\" *: *\\d+", "\"stoptime\":9"));
    assertEquals("", told.lines());
    assertEquals(
        "{builds that ended before they began, which cannot be=1}", told.skipped.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "hydra-latestbuilds.json, 8, builds without times",
    "hydra-evals.json, 1, evaluations"
  })
  void listsOfHydraThatTellNoTimes(String file, int number, String why) throws IOException {
    Told told = read(fixture(file));
    assertEquals("", told.lines());
    assertEquals(List.of(number), List.copyOf(told.skipped.values()));
    assertTrue(told.skipped.firstKey().startsWith(why), told.skipped::toString);
  }

  /** Several answers after one another are one file too. */
  @Test
  void answersOfHydraMayFollowOneAnother() throws IOException {
    assertEquals(2, read(fixture("hydra-build.json").repeat(2)).entries.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nix-2.8.log", "nix-2.34.log"})
  void aLogOfNixWithTimes(String file) throws IOException {
    Told told = read(fixture(file));
    assertEquals(
        List.of(
            "broken|1|-|-",
            "curl|1|riscv64-linux|cross",
            "generator|1|-|-",
            "git|1|riscv64-linux|cross",
            "hello|1|-|-",
            "openssl|1|riscv64-linux|cross",
            "zlib|1|-|-",
            "zlib|1|riscv64-linux|cross"),
        told.lines().lines().map(line -> line.replaceAll("[|]desk.*", "")).sorted().toList());
    assertEquals("{}", told.skipped.toString());
    for (Entry entry : told.entries) {
      boolean isBroken = entry.timing().packageName().equals("broken");
      assertEquals(isBroken, entry.reason().isPresent(), entry::toString);
      double seconds = entry.timing().seconds();
      assertTrue(seconds > (isBroken ? 1 : 0.3) && seconds < 3, entry::toString);
      double phase =
          entry.timing().circumstances().phases().values().stream().mapToDouble(x -> x).sum();
      assertTrue(phase > 0.2 && phase <= seconds, entry::toString);
    }
  }

  @Test
  void whatNixStoppedIsLeftOut() throws IOException {
    Told told = read(fixture("nix-2.8-stopped.log"));
    assertEquals(1, told.entries.size());
    assertEquals(Optional.of("failed with exit code 3"), told.entries.get(0).reason());
    assertEquals("{builds that were stopped=1}", told.skipped.toString());
  }

  /** A log of one build, each line a second after the other where it is read live. */
  private static String log(String machine) {
    return String.join(
            "\n",
            "warning: something that Nix did not write",
            "@nix {'action':'start','id':1,'level':0,'text':'','type':104}",
            "@nix {'action':'start','id':2,'type':105,'fields':['"
                + ZLIB
                + "','"
                + machine
                + "',1,1]}",
            "@nix {'action':'result','id':2,'type':104,'fields':['buildPhase']}",
            "@nix {'action':'result','id':2,'type':101,'fields':['a line']}",
            "@nix {'action':'result','id':2,'type':104,'fields':['installPhase']}",
            "@nix {'action':'result','id':2,'type':104,'fields':['buildPhase']}",
            "@nix {'action':'result','id':1,'type':105,'fields':[1,1,0,0]}",
            "@nix {'action':'stop','id':2}",
            "")
        .replace('\'', '"');
  }

  @Test
  void aLogThatIsReadLiveHasTheTimesOfArrival() {
    Told told = read(log(""), true);
    assertEquals("zlib|1|-|-|desk|2026-11-28T10:00:02Z|5.0|built", told.lines());
    assertEquals(
        "{buildPhase=3.0, installPhase=1.0}",
        told.entries.get(0).timing().circumstances().phases().toString());
  }

  /** Nothing between the pipe and its reader holds a line back until the next one is there. */
  @Test
  void aLineIsTakenWhenItArrives() {
    Told told = read(new SlowPipe(log(""), TEN, Duration.ofSeconds(10)), Instant.EPOCH);
    assertEquals("zlib|1|-|-|desk|2026-11-28T10:00:20Z|50.0|built", told.lines());
  }

  private static String line(String json) {
    return "@nix " + json.replace('\'', '"') + "\n";
  }

  private static String start(int id, String name) {
    return line(
        "{'action':'start','id':%d,'type':105,'fields':['%s','',1,1]}"
            .formatted(id, ZLIB.replace("zlib", name)));
  }

  private static String stop(int id, int done) {
    return line("{'action':'result','id':1,'type':105,'fields':[%d,1,0,0]}".formatted(done))
        + line("{'action':'stop','id':%d}".formatted(id));
  }

  /** Three builds begin up to four seconds before somebody reads; then it goes on in tens. */
  @Test
  void whatBeganBeforeSomebodyReadCountsIfItLasts() {
    String error =
        line("{'action':'msg','level':0,'msg':'error: builder for $%s$ failed with exit code 2'}"
                .formatted(ZLIB.replace("zlib", "broken")))
            .replace('$', '\'');
    List<String> parts =
        List.of(
            line("{'action':'start','id':1,'level':0,'text':'','type':104}")
                + start(2, "zlib")
                + start(3, "curl")
                + start(4, "broken"),
            stop(2, 1),
            line("{'action':'stop','id':4}") + error,
            start(5, "late"),
            line("{'action':'result','id':3,'type':101,'fields':['a line']}"),
            stop(3, 2),
            stop(5, 3));
    Duration step = Duration.ofSeconds(10);
    Told told = read(new SlowPipe(parts, TEN, step, true), TEN.minusSeconds(4));
    assertEquals(
        """
        curl|1|-|-|desk|2026-11-28T10:00:00Z|50.0|built
        late|1|-|-|desk|2026-11-28T10:00:30Z|30.0|built
        broken|1|-|-|desk|2026-11-28T10:00:00Z|20.0|failed with exit code 2\
        """
            .strip(),
        told.lines());
    assertEquals(
        "{builds begun before the log was read, whose time may be off by over 10 %=1}",
        told.skipped.toString());
    assertEquals(
        4, read(new SlowPipe(parts, TEN, step, false), TEN.minusSeconds(4)).entries.size());
  }

  @Test
  void aLogWithoutTimesIsRefused() {
    InputException refused = assertThrows(InputException.class, () -> read(log("")));
    assertEquals(
        "report:2: the line has no time, and Nix writes none into its logs", refused.getMessage());
    assertTrue(refused.remedy().orElse("").startsWith("Maybe read it live: nix build"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1795860614.688315 ",
        "1795860614,688 ",
        "[2026-11-28T10:10:14.688Z] ",
        "2026-11-28 11:10:14.688: ",
        "2026-11-28T11:10:14.688+01:00 "
      })
  void timesInFrontOfLines(String time) {
    String timed = log("").replace("@nix", time + "@nix");
    assertEquals(
        Instant.parse("2026-11-28T10:10:14.688Z").toEpochMilli(),
        read(timed).entries.get(0).timing().started().toEpochMilli());
  }

  @Test
  void aTimeThatNamesNoYearIsRefused() {
    InputException refused =
        assertThrows(
            InputException.class, () -> read(log("").replace("@nix", "Nov 28 10:10:14 @nix")));
    assertEquals(
        "report:2: what stands before @nix is no time: Nov 28 10:10:14", refused.getMessage());
  }

  @Test
  void aMachineIsCalledByItsHost() {
    assertEquals(
        "board", read(log("ssh-ng://root@board?max=1"), true).entries.get(0).timing().machine());
  }

  /** The machine tells of its build as well: one build, and without the time for copying. */
  @Test
  void aBuildThatIsToldTwiceIsOne() {
    String outer =
        String.join(
                "\n",
                "@nix {'action':'start','id':8,'type':104}",
                "@nix {'action':'start','id':9,'type':105,'fields':['"
                    + ZLIB
                    + "','ssh-ng://board',1,1]}",
                "")
            .replace('\'', '"');
    String end =
        String.join(
                "\n",
                "@nix {'action':'result','id':8,'type':105,'fields':[1,1,0,0]}",
                "@nix {'action':'stop','id':9}",
                "")
            .replace('\'', '"');
    Told told = read(outer + log("") + end, true);
    assertEquals("zlib|1|-|-|board|2026-11-28T10:00:04Z|5.0|built", told.lines());
  }

  private static String done(int done) {
    return line("{'action':'result','id':1,'type':105,'fields':[%d,9,1,0]}".formatted(done));
  }

  private static String stop(int id) {
    return line("{'action':'stop','id':%d}".formatted(id));
  }

  /**
   * Nix 2.8 stops targets together when the last one is there: git, zlib and hello; curl is what
   * hello is built from. Each line comes a second after the other.
   *
   * <pre>
   * git   ----------|
   * zlib       ------------
   * curl         ----|
   * hello               --------|
   * </pre>
   */
  @Test
  void aTargetEndsWhenItIsDoneAndNotWhenAllAre() {
    String log =
        line("{'action':'start','id':1,'level':0,'text':'','type':104}")
            + start(2, "git")
            + done(1)
            + start(3, "zlib")
            + start(4, "curl")
            + done(2)
            + stop(4)
            + start(5, "hello")
            + line("{'action':'result','id':3,'type':101,'fields':['a line']}")
            + line("{'action':'result','id':5,'type':104,'fields':['buildPhase']}")
            + done(3)
            + line("{'action':'result','id':5,'type':101,'fields':['a line']}")
            + line("{'action':'result','id':5,'type':101,'fields':['a line']}")
            + done(4)
            + stop(5)
            + stop(3)
            + stop(2)
            + stop(1);
    Told told = read(log, true);
    assertEquals(
        """
        curl|1|-|-|desk|2026-11-28T10:00:04Z|1.0|built
        git|1|-|-|desk|2026-11-28T10:00:01Z|1.0|built
        zlib|1|-|-|desk|2026-11-28T10:00:03Z|7.0|built
        hello|1|-|-|desk|2026-11-28T10:00:07Z|6.0|built\
        """
            .strip(),
        told.lines());
    assertEquals(
        "{buildPhase=4.0}", told.entries.get(3).timing().circumstances().phases().toString());
  }

  @Test
  void targetsOfWhichNobodyKnowsWhichEndedFirstAreLeftOut() {
    String log =
        line("{'action':'start','id':1,'level':0,'text':'','type':104}")
            + start(2, "git")
            + start(3, "zlib")
            + done(1)
            + done(2)
            + stop(2)
            + stop(3)
            + stop(1);
    Told told = read(log, true);
    assertEquals("", told.lines());
    assertEquals(
        "{builds of which the log does not tell when they ended,"
            + " as it is with several targets at once=2}",
        told.skipped.toString());
  }

  @Test
  void aLogMayBeCutOffInItsLastLine() {
    String log = log("");
    assertEquals(1, read(log + "@nix {\"action\":\"st", true).entries.size());
    assertEquals(
        "{builds that the log does not tell the end of=1}",
        read(log.substring(0, log.indexOf("@nix {\"action\":\"stop\"")), true).skipped.toString());
  }

  @Test
  void norIsAFailureWithoutTime() {
    String log =
        line("{'action':'start','id':1,'level':0,'text':'','type':104}")
            + start(2, "broken")
            + line("{'action':'stop','id':2}")
            + line("{'action':'msg','level':0,'msg':'error: builder for $%s$ failed'}"
                    .formatted(ZLIB.replace("zlib", "broken")))
                .replace('$', '\'');
    Told told = read(new SlowPipe(log, TEN, Duration.ZERO), TEN);
    assertEquals(
        "{builds shorter than 0.1 s, too short to be measured=1}", told.skipped.toString());
    assertEquals("", told.lines());
  }

  @Test
  void keysOfAnExportComeInAnyOrder() {
    String entry =
        "{'machine':'desk','seconds':12.5,'outcome':'built','origin':'build','action':'build',"
            + "'started':'2026-11-28T10:00:00Z','version':'1','lasting':false,"
            + "'strategy':'cross','host':'riscv64-linux','package':'zlib'}\n";
    assertEquals(
        "zlib|1|riscv64-linux|cross|desk|2026-11-28T10:00:00Z|12.5|built",
        read(entry.replace('\'', '"')).lines());
  }

  /** Between the lines of a file that is piped through cat, no time passes. */
  @Test
  void aBuildWithoutTimeIsNotBelieved() {
    Told told = read(new SlowPipe(log(""), TEN, Duration.ZERO), TEN);
    assertEquals(
        "{builds shorter than 0.1 s, too short to be measured=1}", told.skipped.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "'' # report: is empty",
        "hello,12\\n # report: what wrote it cannot be told from how it begins",
        "{\"a\": 1} # report: there is no build in it",
        "[] # report: there is no build in it",
        ",hello,12\\n,hello,x\\n" + " # report:2: the seconds are no whole number from 0: x",
        ",hello,12\\n,hello\\n" + " # report:2: not host,name,seconds, and there was no header",
        "hostname,derivation name,utc time,build seconds\\n,a,2026-02-30 00:00:00,1"
            + " # report:2: the time is not as 2026-11-28 09:56:43: 2026-02-30 00:00:00",
        ",we ird,12\\n,hello,1\\n # report:1: no derivation has that name: we ird",
        "hostname,derivation name,utc time,build seconds\\n,a,2026-01-30 00:00:00"
            + " # report:2: not hostname,derivation name,utc time,build seconds",
        "{\"nixname\":\"a-1\",\"finished\":1,\"starttime\":\"soon\",\"stoptime\":5,\"buildstatus\":0}"
            + " # report:1: starttime is no whole number from 0 to 253402300799: soon",
        "{\"package\":\"a\"} # report:1: the field outcome is missing",
        "{\"package\":\"a\",\"outcome\":\"odd\"} # report:1: outcome: not understood: odd",
        "package,outcome\\na,built,x # report:2: 3 fields, the header has 2",
        "package,outcome\\na,built # report:2: the field machine is missing",
      })
  void whatIsWrongIsToldWithItsLine(String text, String message) {
    InputException refused =
        assertThrows(InputException.class, () -> read(text.replace("\\n", "\n")));
    assertEquals(message, refused.getMessage());
    assertTrue(refused.remedy().orElse("").startsWith("Maybe "), refused::toString);
  }

  /** What a file is said to be it is not, if nothing in it is of that. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "NOM # '' # report:1: neither hostname,derivation name,utc time,build seconds nor a build is"
            + " there",
        "NOM # \\n\\n # report:1: neither hostname,derivation name,utc time,build seconds nor a build"
            + " is there",
        "NOM # garbage # report:1: not host,name,seconds, and there was no header",
        "INTERNAL_JSON # '' # report:1: no line here or below is one of Nix: @nix {…}",
        "INTERNAL_JSON # garbage\\nof two lines # report:1: no line here or below is one of Nix: @nix"
            + " {…}",
        "HYDRA # '' # report: there is no build in it",
        "CROSSPLAN # garbage # report:1: not the header of an export: package,version,host",
      })
  void whatIsNothingOfItsFormatIsRefused(ReportFormat from, String text, String message) {
    InputException refused =
        assertThrows(
            InputException.class, () -> read(text.replace("\\n", "\n"), false, Optional.of(from)));
    assertTrue(String.valueOf(refused.getMessage()).startsWith(message), refused::toString);
    assertTrue(refused.remedy().orElse("").startsWith("Maybe "), refused::toString);
  }

  /** Nothing was built by then, or Nix had nothing to do. */
  @Test
  void aReportOfNoBuildsIsOne() {
    assertEquals("", read(NomReports.HEADER + "\n").lines());
    assertEquals("", read("package,version\n").lines());
    assertEquals("", read("", false, Optional.of(ReportFormat.CROSSPLAN)).lines());
    assertEquals("", read("", true, Optional.of(ReportFormat.INTERNAL_JSON)).lines());
    assertEquals("", read("@nix {\"action\":\"stop\",\"id\":1}\n", true).lines());
  }

  /** A clock was wrong, or somebody mistyped. */
  @Test
  void whatCannotHaveBeenIsLeftOutAndCounted() {
    Told told =
        read(
            NomReports.HEADER
                + """

                ,hello,2099-11-20 10:00:05,7
                ,hello,2026-11-29 09:00:00,8
                ,zlib,1970-01-01 00:00:05,7
                ,curl,2026-11-20 10:00:05,8640001
                ,git,2026-11-20 10:00:05,8640000
                """);
    assertEquals(
        """
        hello||-|-|desk|2026-11-29T08:59:52Z|8.0|built
        git||-|-|desk|2026-08-12T10:00:05Z|8640000.0|built\
        """,
        told.lines());
    assertEquals(
        "{builds before 1970=1, builds of more than 100 days=1,"
            + " builds that are still to begin, by the clock of this machine=1}",
        told.skipped.toString());
  }

  @Test
  void aDamagedLineOfALogIsTold() {
    InputException refused =
        assertThrows(
            InputException.class,
            () -> read(log("").replace("\"action\":\"result\"", "\"act"), true));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("report:4: not well-formed JSON"),
        refused::toString);
  }

  @Test
  void whatIsNoCsvIsTold() {
    InputException refused =
        assertThrows(
            InputException.class, () -> read(NomReports.HEADER + "\n,\"a\"b,2026-01-30,1\n"));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("report:2: not well-formed CSV"),
        refused::toString);
  }

  /** Of whatever length: a reader neither fails otherwise than with a message, nor never ends. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "nix-2.8.log",
        "build-reports.csv",
        "hydra-build.json",
        "hydra-eval-builds.json",
        "hydra-evals.json"
      })
  void aReportThatIsCutOffAnywhereIsReadOrRefused(String file) throws IOException {
    String whole = fixture(file);
    IntStream.range(1, Math.min(1500, whole.length()))
        .forEach(
            length -> {
              try {
                read(whole.substring(0, length));
              } catch (InputException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith("report:"), e::toString);
              }
            });
  }
}
