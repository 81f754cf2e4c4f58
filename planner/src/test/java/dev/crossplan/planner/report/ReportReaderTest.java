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

  /** A clock that is a second later whenever it is asked. */
  private static Clock ticking() {
    return new Clock() {
      private Instant now = Instant.parse("2026-11-28T10:00:00Z");

      @Override
      public ZoneId getZone() {
        return ZoneOffset.ofHours(1);
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Instant instant() {
        now = now.plusSeconds(1);
        return now;
      }
    };
  }

  private static Told read(String text, boolean live) {
    Told told = new Told();
    ReportReader reader = new ReportReader(Optional.empty(), Optional.of(DESK), live, ticking());
    InputFile.read(
        "report",
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        in -> reader.read("report", in, told));
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
    assertEquals("zlib|1|-|-|desk|2026-11-28T10:00:02Z|6.0|built", told.lines());
    assertEquals(
        "{buildPhase=4.0, installPhase=1.0}",
        told.entries.get(0).timing().circumstances().phases().toString());
  }

  /** A pipe that another line comes through every ten seconds. */
  private static final class SlowPipe extends InputStream {
    private final Iterator<String> lines;
    private Instant now = Instant.EPOCH;
    private InputStream line = InputStream.nullInputStream();

    SlowPipe(String text) {
      this.lines = text.lines().iterator();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = line.read(bytes, from, length);
      if (read < 0 && lines.hasNext()) {
        now = now.plusSeconds(10);
        line = new ByteArrayInputStream((lines.next() + "\n").getBytes(StandardCharsets.UTF_8));
        return line.read(bytes, from, length);
      }
      return read;
    }

    @Override
    public int available() throws IOException {
      return line.available();
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

  /** Nothing between the pipe and its reader holds a line back until the next one is there. */
  @Test
  void aLineIsTakenWhenItArrives() {
    Told told = new Told();
    SlowPipe pipe = new SlowPipe(log(""));
    ReportReader reader = new ReportReader(Optional.empty(), Optional.of(DESK), true, pipe.clock());
    InputFile.read("pipe", pipe, in -> reader.read("pipe", in, told));
    assertEquals("zlib|1|-|-|desk|1970-01-01T00:00:30Z|60.0|built", told.lines());
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
    assertEquals("zlib|1|-|-|board|2026-11-28T10:00:04Z|6.0|built", told.lines());
  }

  @Test
  void aLogMayBeCutOffInItsLastLine() {
    String log = log("");
    assertEquals(1, read(log + "@nix {\"action\":\"st", true).entries.size());
    assertEquals(
        "{builds that the log does not tell the end of=1}",
        read(log.substring(0, log.indexOf("@nix {\"action\":\"stop\"")), true).skipped.toString());
  }

  /** Between the lines of a file that is piped through cat, no time passes. */
  @Test
  void aBuildWithoutTimeIsNotBelieved() {
    Told told = new Told();
    ReportReader reader =
        new ReportReader(
            Optional.empty(), Optional.of(DESK), true, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    InputFile.read(
        "log",
        new ByteArrayInputStream(log("").getBytes(StandardCharsets.UTF_8)),
        in -> reader.read("log", in, told));
    assertEquals(
        "{builds shorter than 0.1 s, too short to be measured=1}", told.skipped.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "hello,12\\n # report: what wrote it cannot be told from how it begins",
        "{\"a\": 1} # report: there is no build in it",
        "[] # report: there is no build in it",
        ",hello,12\\n,hello,x\\n" + " # report:2: the seconds are no whole number from 0: x",
        ",hello,12\\n,hello\\n" + " # report:2: not host,name,seconds, and there was no header",
        "hostname,derivation name,utc time,build seconds\\n,a,2026-02-30 00:00:00,1"
            + " # report:2: the time is not as 2026-11-28 09:56:43: 2026-02-30 00:00:00",
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
