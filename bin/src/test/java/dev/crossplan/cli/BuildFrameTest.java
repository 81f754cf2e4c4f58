package dev.crossplan.cli;

import static dev.crossplan.cli.BuildStory.after;
import static dev.crossplan.cli.BuildStory.built;
import static dev.crossplan.cli.BuildStory.failed;
import static dev.crossplan.cli.BuildStory.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.Step;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

/** Stories, and the frames that they look like. */
class BuildFrameTest {
  private final BuildStory story = new BuildStory().builder("desk", 2);
  private final BuildState state = new BuildState(BuildStory.BEGAN);

  @Test
  void beforeThereIsAPlanNothingIsShown() {
    assertEquals("", frame(5, 80, 24));
  }

  @Test
  void whatRunsAndWhatIsLeft() {
    // source -> openssl -> git; python beside them
    Step source = story.fetch("openssl-3.6.0.tar.gz", 2);
    Step openssl = story.build("openssl", "3.6.0", Strategy.CROSS, 180, source);
    Step python = story.build("python3", "3.12.8", Strategy.EMULATED, 1200);
    story.build("git", "2.51.0", Strategy.CROSS, 60, openssl);
    tell(story.planned(), started(source, 0), built(source, 2, 2));
    tell(started(openssl, 2), started(python, 2), new BuildEvent.Phase(openssl, "buildPhase"));
    assertEquals(
        """
         running         how       phase             time                   expected
         openssl 3.6.0   cross     build       2 min 10 s  [========>    ]  ~3 min
         python3 3.12.8  emulated              2 min 10 s  [>            ]  ~20 min
         1 of 4 done    2 min 12 s so far, at least 17 min 50 s left
        """,
        frame(132, 80, 24));
    tell(new BuildEvent.Phase(openssl, "installPhase"));
    assertEquals(
        """
         running         how       phase             time                   expected
         openssl 3.6.0   cross     install     4 min 10 s  1 min 10 s over  ~3 min
         python3 3.12.8  emulated              4 min 10 s  [=>           ]  ~20 min
         1 of 4 done    4 min 12 s so far, at least 15 min 50 s left
        """,
        frame(252, 80, 24));
  }

  @Test
  void whatIsLeftIsAsSureAsTheEstimates() {
    Step openssl = story.build("openssl", "3.6.0", Strategy.CROSS, 600);
    story.build("git", "2.51.0", Strategy.CROSS, 600, openssl);
    story.unsure(0.8, 1.5);
    tell(story.planned(), started(openssl, 0));
    assertTrue(
        frame(0, 100, 24)
            .endsWith(" 0 of 2 done    0 s so far, about 20 min left (16 min to 30 min)\n"));
  }

  @Test
  void theLastStepsMayBeOverdue() {
    Step git = story.build("git", "2.51.0", Strategy.CROSS, 60);
    tell(story.planned(), started(git, 0));
    assertTrue(frame(61, 80, 24).endsWith(" 0 of 1 done    1 min 01 s so far, overdue\n"));
    tell(built(git, 62, 62));
    assertEquals(" 1 of 1 done    1 min 02 s so far\n", frame(62, 80, 24));
  }

  @Test
  void severalBuildersAreNamed() {
    Step here = story.build("openssl", "3.6.0", Strategy.CROSS, 180);
    Step there = story.builder("board", 4).build("python3", "3.12.8", Strategy.NATIVE, 300);
    tell(story.planned(), started(here, 0), started(there, 30));
    assertEquals(
        """
         on     running         how     phase             time                   expected
         desk   openssl 3.6.0   cross               1 min 00 s  [===>         ]  ~3 min
         board  python3 3.12.8  native                    30 s  [>            ]  ~5 min
         0 of 2 done    1 min 00 s so far, at least 4 min 30 s left
        """,
        frame(60, 120, 40));
  }

  /** The board waits for what the desk builds, indirectly, and the farm is lost. */
  @Test
  void aBuilderThatDoesNothingSaysWhy() {
    Step openssl = story.build("openssl", "3.6.0", Strategy.CROSS, 180);
    Step zlib = story.build("zlib", "1.3.1", Strategy.CROSS, 20);
    story.builder("board", 4);
    Step curl = story.build("curl", "8.17.0", Strategy.NATIVE, 90, openssl, zlib);
    story.build("git", "2.51.0", Strategy.NATIVE, 90, curl);
    story.builder("farm", 1).build("perl", "5.42.0", Strategy.NATIVE, 300);
    tell(
        story.planned(),
        started(zlib, 0),
        started(openssl, 1),
        new BuildEvent.Phase(zlib, "copyInputs"),
        new BuildEvent.BuilderLost(
            "farm",
            after(3),
            "has not answered for 60 s",
            "Maybe it stands still.",
            OptionalDouble.of(10)));
    assertEquals(
        """
         on     running        how    phase              time                   expected
         desk   zlib 1.3.1     cross  copyInputs          4 s  [=>           ]  ~20 s
                openssl 3.6.0  cross                      3 s  [             ]  ~3 min
         board  curl 8.17.0 waits for openssl 3.6.0 on desk
         farm   lost: it has not answered for 60 s
         0 of 5 done    4 s so far, at least 5 min 57 s left
        """,
        frame(4, 120, 40));
    tell(
        new BuildEvent.BuilderBack("farm", after(14)), built(zlib, 14, 14), built(openssl, 14, 13));
    assertEquals(
        """
         desk   nothing is left for it
         board  curl 8.17.0 is next
         farm   perl 5.42.0 is next
         2 of 5 done    14 s so far, at least 5 min 00 s left
        """,
        frame(14, 120, 40));
    tell( // of no plan any more
        new BuildEvent.BuilderLost(
            "tower", after(15), "has hung up", "Maybe …", OptionalDouble.empty()));
    assertEquals(
        """
         desk   nothing is left for it
         board  curl 8.17.0 is next
         farm   perl 5.42.0 is next
         tower  lost: it has hung up
         2 of 5 done    15 s so far, at least 5 min 00 s left
        """,
        frame(15, 120, 40));
  }

  @Test
  void whatCanBeMissedGivesWayToNames() {
    Step gcc = story.build("riscv64-unknown-linux-gnu-gcc", "14.2.0", Strategy.NATIVE, 820);
    tell(story.planned(), started(gcc, 0), new BuildEvent.Phase(gcc, "buildPhase"));
    assertEquals(
        """
         running              how     phase             time                   expected
         riscv64-unknown-li…  native  build      12 min 00 s  [==========>  ]  ~14 min
         0 of 1 done    12 min 00 s so far, at least 1 min 40 s left
        """,
        frame(720, 80, 24));
    assertEquals(
        """
         running                 how     phase             time  expected
         riscv64-unknown-linux…  native  build      12 min 00 s  ~14 min
         0 of 1 done    12 min 00 s so far, at least 1 min 40 s left
        """,
        frame(720, 66, 24));
    assertEquals(
        """
         running
         riscv64-unknown-linux-gnu-g…
         0 of 1 done
         12 min 00 s so far, at leas…
        """,
        frame(720, 30, 24));
    assertEquals(" 0 of 1 d…\n 12 min 0…\n", frame(720, 11, 3));
    assertEquals(
        " 0 of 1 done    12 min 00 s so far, at least 1 min 40 s left\n", frame(720, 80, 1));
  }

  @Test
  void whatDoesNotFitIsCounted() {
    for (int i = 1; i <= 8; i++) {
      story.build("package", "" + i, Strategy.CROSS, 60);
    }
    tell(story.planned());
    story.plan().steps().forEach(step -> tell(started(step, step.id())));
    assertEquals(
        """
         running    how    phase             time                   expected
         package 1  cross                    10 s  [=>           ]  ~1 min
         package 2  cross                     9 s  [>            ]  ~1 min
         package 3  cross                     8 s  [>            ]  ~1 min
         and 5 more running
         0 of 8 done    10 s so far, at least 3 min 34 s left
        """,
        frame(10, 80, 7));
    assertEquals(
        """
         package 1  cross                    10 s  [=>           ]  ~1 min
         and 7 more running
         0 of 8 done    10 s so far, at least 3 min 34 s left
        """,
        frame(10, 80, 4));
  }

  @Test
  void whatFailedIsCounted() {
    // zlib -> git
    Step zlib = story.build("zlib", "1.3", Strategy.CROSS, 10);
    Step git = story.build("git", "2.51.0", Strategy.CROSS, 60, zlib);
    tell(story.planned(), started(zlib, 0), failed(zlib, 9, 9, "exit code 2"));
    tell(new BuildEvent.Replanned(zlib, Optional.of("emulated")));
    // The same package by its other derivation.
    BuildStory again = new BuildStory().builder("desk", 2);
    again.build("unused", "", Strategy.CROSS, 10);
    Step before = again.build("openssl", "3.6.0", Strategy.CROSS, 40);
    Step emulated = again.build("zlib", "1.3", Strategy.EMULATED, 150);
    again.build("git", "2.51.0", Strategy.CROSS, 60, emulated, before);
    tell(again.planned(before), started(emulated, 9));
    assertEquals(
        " 1 of 4 done, 1 planned again    9 s so far, at least 3 min 30 s left",
        lastLine(frame(9, 80, 24)));
    tell(
        failed(emulated, 99, 90, "exit code 2"),
        new BuildEvent.Replanned(emulated, Optional.empty()));
    tell(new BuildEvent.GivenUp(again.plan().steps().get(3), emulated));
    assertEquals(
        " 1 of 4 done, 1 planned again, 1 failed, 1 given up    1 min 39 s so far, at least 10 s left",
        lastLine(frame(99, 100, 24)));
    assertFalse(git.equals(again.plan().steps().get(3)));
  }

  @Property(seed = "1")
  void noLineIsWiderThanTheTerminalNorAreThereMoreThanItHas(
      @ForAll @Size(max = 12) List<@StringLength(max = 60) String> names,
      @ForAll @IntRange(min = 1, max = 150) int width,
      @ForAll @IntRange(min = 1, max = 30) int height,
      @ForAll @DoubleRange(max = 1e7) double seconds,
      @ForAll @DoubleRange(max = 1e7) double at) {
    BuildStory random = new BuildStory().builder("desk", 2).builder("other", 1);
    for (String name : names) {
      random.build(name, name, Strategy.EMULATED, seconds);
    }
    BuildState running = new BuildState(BuildStory.BEGAN);
    running.on(random.planned());
    for (Step step : random.plan().steps()) {
      running.on(started(step, at / (2 + step.id())));
      running.on(new BuildEvent.Phase(step, step.packageName()));
    }
    List<AttributedString> frame = BuildFrame.of(running, after(at), width, height);
    assertTrue(!frame.isEmpty() && frame.size() <= height, frame.toString());
    for (AttributedString line : frame) {
      assertTrue(line.columnLength() <= Math.max(1, width - 1), width + ": " + line);
      assertTrue(line.chars().noneMatch(Character::isISOControl), line.toString());
    }
  }

  private void tell(BuildEvent... events) {
    for (BuildEvent event : events) {
      state.on(event);
    }
  }

  private String frame(double at, int width, int height) {
    return BuildFrame.of(state, after(at), width, height).stream()
        .map(line -> line.toString().stripTrailing() + "\n")
        .collect(Collectors.joining());
  }

  private static String lastLine(String frame) {
    return frame.lines().reduce((first, second) -> second).orElseThrow();
  }
}
