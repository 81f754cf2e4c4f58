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
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is written to a terminal, drawn by hand at times of the test's choice. */
class LiveViewTest {
  private static final WindowSize SIZE = new WindowSize(70, 24);

  private final BuildStory story = new BuildStory().builder("desk", 2);
  private final Step zlib = story.build("zlib\u001b[2J", "1.3", Strategy.CROSS, 10);
  private final Step hook = story.build("hook", "", Strategy.CROSS, 1);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Writes writes = new Writes(out);

  @Test
  void itIsDrawnWhenSomethingHappenedOrASecondPassed() {
    LiveView view = view(false);
    view.on(story.planned());
    view.on(started(zlib, 0));
    view.draw(after(0.2));
    assertEquals(1, writes.count());
    view.draw(after(0.4));
    assertEquals(1, writes.count());
    view.on(new BuildEvent.Phase(zlib, "buildPhase"));
    view.draw(after(0.6));
    assertEquals(2, writes.count());
    view.draw(after(1.0));
    assertEquals(3, writes.count());
    view.close();
    view.draw(after(9));
    assertEquals(4, writes.count());
  }

  @Test
  void whatIsWorthALineScrollsBy() {
    LiveView view = view(false);
    view.on(story.planned());
    view.on(started(zlib, 0));
    view.on(started(hook, 0));
    view.on(built(hook, 0.5, 0.5));
    view.draw(after(1));
    assertFalse(text().contains("built hook"), text());
    view.on(
        failed(
            zlib,
            9,
            9,
            "the builder ended with exit code 2",
            "x".repeat(100),
            "\u001b[31mbad\u0007"));
    view.on(new BuildEvent.Replanned(zlib, Optional.empty()));
    view.close();
    assertTrue(
        text()
            .endsWith(
                "failed zlib\\x1b[2J 1.3, cross on desk after 9 s: the builder ended\n  with exit code 2\n  | "
                    + "x".repeat(100)
                    + "\n  | bad\\x07\n  log "
                    + BuildStory.log(zlib)
                    + "\nlost zlib\\x1b[2J 1.3, no way is left to make it\n"),
        text());
  }

  @Test
  void coloursAreForThoseWhoWantThem() {
    for (boolean colours : new boolean[] {true, false}) {
      out.reset();
      try (LiveView view = view(colours)) {
        view.on(story.planned());
        view.on(started(zlib, 0));
        view.draw(after(100));
      }
      assertEquals(colours, out.toString(StandardCharsets.UTF_8).contains("\u001b[33m"));
    }
  }

  private LiveView view(boolean colours) {
    return new LiveView(new LiveBlock(writes, colours, SIZE), SIZE, BuildStory.BEGAN);
  }

  /** All that was written, without what moves the cursor. */
  private String text() {
    return out.toString(StandardCharsets.UTF_8)
        .replaceAll("\u001b\\[[?0-9;]*[A-Za-z]", "")
        .replace("\r", "");
  }
}
