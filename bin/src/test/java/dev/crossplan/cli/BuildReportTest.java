package dev.crossplan.cli;

import static dev.crossplan.cli.BuildStory.became;
import static dev.crossplan.cli.BuildStory.built;
import static dev.crossplan.cli.BuildStory.failed;
import static dev.crossplan.cli.BuildStory.made;
import static dev.crossplan.cli.BuildStory.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.io.Resources;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildEventJson;
import dev.crossplan.planner.execute.BuildListener;
import dev.crossplan.planner.execute.BuildReport;
import dev.crossplan.planner.execute.BuildReport.Outcome;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * One story in all the ways in which it is told: zlib cannot be cross-compiled and is emulated;
 * krb5 cannot be built at all, so git is built and openssh is given up.
 */
class BuildReportTest {
  // source -> zlib -> git, krb5 -> openssh
  private final BuildStory story = new BuildStory().builder("desk", 2);
  private final Step source = story.fetch("zlib-1.3.tar.gz", 2);
  private final Step zlib = story.build("zlib", "1.3", Strategy.CROSS, 10, source);
  private final Step krb5 = story.build("krb5", "1.21", Strategy.NATIVE, 90);
  private final Step git = story.build("git", "2.51.0", Strategy.CROSS, 60, zlib);
  private final Step openssh = story.build("openssh", "10.0p1", Strategy.EMULATED, 500, krb5);

  private final BuildStory again = new BuildStory().builder("desk", 2);
  private final Step hadSource = again.fetch("zlib-1.3.tar.gz", 2);
  private final Step emulated = again.build("zlib", "1.3", Strategy.EMULATED, 150, hadSource);

  private final List<BuildEvent> events = new ArrayList<>();
  private final BuildState state = new BuildState(BuildStory.BEGAN);

  private void tellAll() {
    again.build("krb5", "1.21", Strategy.NATIVE, 90);
    again.build("git", "2.51.0", Strategy.CROSS, 60, emulated);
    again.build("openssh", "10.0p1", Strategy.EMULATED, 500);
    events.add(story.planned());
    events.add(started(source, 0));
    events.add(started(krb5, 0));
    events.add(built(source, 2, 2));
    events.add(started(zlib, 2));
    events.add(new BuildEvent.Phase(zlib, "configurePhase"));
    events.add(
        failed(zlib, 8, 6, "exit code 2", "\u001b[31mchecking\tcc\u001b[0m", "Error \u0007"));
    events.add(new BuildEvent.Replanned(zlib, Optional.of("emulated")));
    events.add(
        new BuildEvent.Planned(
            again.plan(),
            ImmutableList.of(hadSource),
            again.plan().steps().subList(1, 5),
            Optional.empty()));
    events.add(started(emulated, 8));
    events.add(failed(krb5, 60, 60, "exit code 1"));
    events.add(new BuildEvent.Replanned(krb5, Optional.empty()));
    events.add(new BuildEvent.GivenUp(openssh, krb5));
    events.add(built(emulated, 208, 200));
    events.add(started(git, 208));
    events.add(built(git, 3808, 3600));
    events.add(new BuildEvent.Ended(report()));
  }

  private BuildReport report() {
    return new BuildReport(
        ImmutableList.of(
            made(source, 2),
            made(emulated, 200),
            made(git, 3600),
            became(zlib, Outcome.FAILED, 6),
            became(krb5, Outcome.FAILED, 60),
            became(openssh, Outcome.GIVEN_UP, 0)),
        ImmutableList.of(
            new BuildReport.Cause(
                Optional.of(krb5),
                ImmutableList.of(
                    "krb5 1.21 must be built, but its native build failed",
                    "libedit 3.1 must be built, but cannot be"),
                ImmutableList.of("openssh"),
                true)),
        ImmutableList.of(),
        ImmutableMap.of(
            "git",
            ImmutableSortedMap.of(
                "out", StorePath.parse("/nix/store/00000000000000000000000000000000-git-2.51.0"))),
        ImmutableList.of(),
        ImmutableList.of(Path.of("/work/result")),
        false,
        Optional.empty(),
        3808,
        Path.of("/logs"));
  }

  @Test
  void asPlainLines() {
    StringWriter lines = new StringWriter();
    AtomicReference<Instant> now = new AtomicReference<>(BuildStory.BEGAN);
    PlainLines plain = new PlainLines(new PrintWriter(lines), now::get);
    tell(
        event -> {
          if (event instanceof BuildEvent.Started started) {
            now.set(started.at());
          } else if (event instanceof BuildEvent.Finished finished) {
            now.set(finished.at());
          } else if (event instanceof BuildEvent.Failed failed) {
            now.set(failed.at());
          }
          plain.on(event);
        });
    assertEquals(
        """
        00:00:00 planned 5 steps, 0 of them done, to do: 2 cross, 1 emulated, 1 native, 1 fetch
        00:00:00 started zlib-1.3.tar.gz, fetch on desk, expected 2 s, log /logs/xzlib-1.3.tar.gz-fetch.drv.log
        00:00:00 started krb5 1.21, native on desk, expected 1 min 30 s, log /logs/xkrb5-1.21-native.drv.log
        00:00:02 fetched zlib-1.3.tar.gz in 2 s
        00:00:02 started zlib 1.3, cross on desk, expected 10 s, log /logs/xzlib-1.3-cross.drv.log
        00:00:08 failed zlib 1.3, cross on desk after 6 s: exit code 2
        00:00:08   | checking    cc
        00:00:08   | Error \\x07
        00:00:08   log /logs/xzlib-1.3-cross.drv.log
        00:00:08 replanned zlib 1.3, emulated instead of cross
        00:00:08 planned 5 steps, 1 of them done, to do: 1 cross, 2 emulated, 1 native
        00:00:08 started zlib 1.3, emulated on desk, expected 2 min 30 s, log /logs/xzlib-1.3-emulated.drv.log
        00:01:00 failed krb5 1.21, native on desk after 1 min 00 s: exit code 1
        00:01:00   log /logs/xkrb5-1.21-native.drv.log
        00:01:00 lost krb5 1.21, no way is left to make it
        00:01:00 gave up openssh 10.0p1, it needs krb5 1.21
        00:03:28 built zlib 1.3, emulated on desk in 3 min 20 s, expected 2 min 30 s
        00:03:28 started git 2.51.0, cross on desk, expected 1 min, log /logs/xgit-2.51.0-cross.drv.log
        01:03:28 built git 2.51.0, cross on desk in 1 h 00 min, expected 1 min
        """,
        lines.toString());
  }

  @Test
  void asReportAtTheEnd() {
    tell(state);
    assertEquals(
        """
        story: the image is not complete, after 1 h 03 min
        1 h 04 min of building, 1 min 06 s of it in vain: 3 steps done, 0 needed no doing

         git  /nix/store/00000000000000000000000000000000-git-2.51.0

        /work/result is of an earlier build

         done      steps        took    expected
         cross         1  1 h 00 min  1 min 00 s
         emulated      1  3 min 20 s  2 min 30 s
         fetch         1         2 s         2 s

         longest builds  how       on          took    expected
         git 2.51.0      cross     desk  1 h 00 min  1 min 00 s
         zlib 1.3        emulated  desk  3 min 20 s  2 min 30 s

        Went otherwise than planned:
          replanned zlib 1.3, emulated instead of cross: exit code 2, log xzlib-1.3-cross.drv.log

        Logs are in /logs
        """,
        new BuildReportText(state, report(), new TerminalForTests().get()).toString());
  }

  /** It is no fault of the package. */
  @Test
  void aBuilderThatWasKilledIsARootCauseOfTheMachine() {
    state.on(story.planned());
    state.on(failed(krb5, 60, 60, "signal 9 (Killed): cc -c krb5.c"));
    state.on(new BuildEvent.Replanned(krb5, Optional.empty()));
    String causes = new RootCauses(state, report(), new TerminalForTests().get()).toString();
    assertTrue(causes.contains("Maybe memory was short when a builder was killed"), causes);
    assertFalse(causes.contains("mend the package"), causes);
  }

  @Test
  void asRootCauses() {
    tell(state);
    assertEquals(
        """
        krb5 1.21 cannot be built, so the image is without openssh
          native failed after 1 min 00 s: exit code 1
            log /logs/xkrb5-1.21-native.drv.log
          libedit 3.1 must be built, but cannot be
          given up: openssh 10.0p1
        Maybe look into the last log and mend the package; what is built stays for the next run.
        """,
        new RootCauses(state, report(), new TerminalForTests().get()).toString());
  }

  @Test
  void whatFailedInAnEarlierRunCanBeTriedAgain() {
    BuildReport earlier =
        new BuildReport(
            ImmutableList.of(),
            ImmutableList.of(
                new BuildReport.Cause(
                    Optional.empty(),
                    ImmutableList.of("krb5 failed"),
                    ImmutableList.of("openssh"),
                    true)),
            ImmutableList.of(),
            ImmutableMap.of(),
            ImmutableList.of(),
            ImmutableList.of(),
            false,
            Optional.empty(),
            0,
            Path.of("/logs"));
    assertEquals(
        """
        there is no way left, so the image is without openssh
          krb5 failed
        Maybe mend the package; --retry tries again what failed in earlier runs.
        """,
        new RootCauses(state, earlier, new TerminalForTests().get()).toString());
  }

  @Test
  void whatTheImageRefersToIsToldThoughAllIsBuilt() {
    BuildReport wrong =
        new BuildReport(
            ImmutableList.of(),
            ImmutableList.of(),
            ImmutableList.of("/nix/store/x-cc: bin/cc: is for x86-64, not for RISC-V\nMaybe no"),
            ImmutableMap.of(),
            ImmutableList.of(),
            ImmutableList.of(),
            false,
            Optional.empty(),
            0,
            Path.of("/logs"));
    assertFalse(wrong.succeeded());
    assertEquals(
        """
        all is built, but the image refers to what is not for its target
          /nix/store/x-cc: bin/cc: is for x86-64, not for RISC-V
        Maybe find who refers to it (nix-store --query --referrers PATH), and mend that package.
        """,
        new RootCauses(state, wrong, new TerminalForTests().get()).toString());
  }

  @Test
  void asJsonLines() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    tell(new BuildEventJson(out));
    assertEquals(
        Resources.toString(
            Resources.getResource(BuildReportTest.class, "build-events.jsonl"),
            StandardCharsets.UTF_8),
        out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void machinesThatGoAndComeAreTold() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<BuildEvent> events =
        List.of(
            new BuildEvent.BuilderLost(
                "board",
                BuildStory.BEGAN,
                "has not answered for 60 s",
                "Maybe it stands still.",
                OptionalDouble.of(10)),
            new BuildEvent.Interrupted(
                story.build("git", "2.51.0", Strategy.NATIVE, 60),
                BuildStory.BEGAN,
                12.5,
                "board has not answered for 60 s"),
            new BuildEvent.BuilderBack("board", BuildStory.BEGAN),
            new BuildEvent.BuilderLost(
                "board",
                BuildStory.BEGAN,
                "does not let us in",
                "Maybe it should.",
                OptionalDouble.empty()));
    events.forEach(new BuildEventJson(out)::on);
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(
        "{\"event\":\"builderLost\",\"builder\":\"board\",\"at\":\"2026-11-27T20:00:00Z\","
            + "\"why\":\"has not answered for 60 s\",\"remedy\":\"Maybe it stands still.\","
            + "\"waitSeconds\":10.0}",
        lines.get(0));
    assertTrue(lines.get(1).startsWith("{\"event\":\"interrupted\",\"derivation\":"), lines.get(1));
    assertTrue(lines.get(1).contains("\"seconds\":12.5,\"why\":\"board has"), lines.get(1));
    assertEquals(
        "{\"event\":\"builderBack\",\"builder\":\"board\",\"at\":\"2026-11-27T20:00:00Z\"}",
        lines.get(2));
    assertTrue(lines.get(3).endsWith("\"waitSeconds\":null}"), lines.get(3));
    assertEquals(
        List.of(
            "lost builder board, it has not answered for 60 s; it is asked again in 10 s",
            "  Maybe it stands still."),
        EventLines.of(events.get(0)));
    assertEquals(
        List.of(
            "interrupted git 2.51.0, native on desk after 13 s: board has not answered for 60 s"),
        EventLines.of(events.get(1)));
    assertEquals(List.of("back board, it is used again"), EventLines.of(events.get(2)));
    assertTrue(EventLines.of(events.get(3)).get(0).endsWith("; it is not used any more"));
  }

  /** A name and a line of a log that are not UTF-8. */
  @Test
  void bytesThatAreNoTextAreJsonAllTheSame() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new BuildEventJson(out)
        .on(failed(story.build("\udcff\u202e", "", Strategy.CROSS, 1), 1, 1, "why", "\udc80"));
    String json = out.toString(StandardCharsets.UTF_8);
    assertTrue(json.contains("\"name\":\"\\uDCFF\\u202E\""), json);
    assertTrue(json.contains("\"lastLines\":[\"\\uDC80\"]"), json);
  }

  @Test
  void everyFieldIsDocumented() throws IOException {
    String documentation = Files.readString(Path.of("../docs/build-events.md"));
    String lines =
        Resources.toString(
            Resources.getResource(BuildReportTest.class, "build-events.jsonl"),
            StandardCharsets.UTF_8);
    Matcher field = Pattern.compile("\"(\\w+)\":").matcher(lines);
    Set<String> undocumented = new TreeSet<>();
    while (field.find()) {
      if (!documentation.contains("`" + field.group(1) + "`")) {
        undocumented.add(field.group(1));
      }
    }
    // An attribute of the image and its output, and outcomes.
    assertEquals(Set.of("git", "out"), undocumented);
  }

  @Test
  void asDryRun() {
    assertEquals(
        """
        story: 4 of 5 steps to do, 1 done already

         to do     steps        time
         cross         2  1 min 10 s
         emulated      1  8 min 20 s
         native        1  1 min 30 s

        11 min 00 s of building, expected to be done after 9 min 50 s, at least 9 min 50 s

         longest chain   how       on          time
         krb5 1.21       native    desk  1 min 30 s
         openssh 10.0p1  emulated  desk  8 min 20 s

         first to start  how       on          time
         zlib 1.3        cross     desk        10 s
         krb5 1.21       native    desk  1 min 30 s
         git 2.51.0      cross     desk  1 min 00 s
         openssh 10.0p1  emulated  desk  8 min 20 s
        """,
        dryRun(story.planned(source), ImmutableList.of(), ImmutableList.of()));
    BuildEvent done = story.planned(story.plan().steps().toArray(new Step[0]));
    assertEquals(
        "story: nothing to do, all 5 steps done already\n",
        dryRun(done, ImmutableList.of(), ImmutableList.of()));
    assertEquals(
        "story: nothing that can be done, 5 steps done already\n",
        dryRun(done, report().causes(), ImmutableList.of()));
    assertEquals(
        "story: nothing to do, all 5 steps done already, but what is built has faults\n",
        dryRun(done, ImmutableList.of(), ImmutableList.of("git: is for x86_64\nMaybe mend it.")));
  }

  private static String dryRun(
      BuildEvent planned, ImmutableList<BuildReport.Cause> causes, ImmutableList<String> faults) {
    BuildReport report =
        new BuildReport(
            ImmutableList.of(),
            causes,
            faults,
            ImmutableMap.of(),
            ImmutableList.of(),
            ImmutableList.of(),
            false,
            Optional.empty(),
            0,
            Path.of("/logs"));
    return new DryRunText(
            (BuildEvent.Planned) planned,
            new BuildState(BuildStory.BEGAN),
            report,
            new TerminalForTests().get())
        .toString();
  }

  private void tell(BuildListener listener) {
    tellAll();
    events.forEach(listener::on);
  }
}
