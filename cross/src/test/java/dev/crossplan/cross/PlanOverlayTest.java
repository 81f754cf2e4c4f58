package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.download;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Failures;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.PlanOverlay;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What overlays say of what they cannot.
 *
 * <pre>
 * tools ─ git ─ curl      each from a source, each in both worlds
 * </pre>
 */
class PlanOverlayTest {
  private static final String WHY = "its cross build failed on 2026-11-27: exit code 2";

  private final HandMade curl = onBoard("curl");
  private final HandMade git = onBoard("git").linking(curl);
  private final HandMade crossCurl = crossed("curl");
  private final HandMade crossGit = crossed("git").linking(crossCurl);
  private final HandMade crossTools = crossed("tools").linking(crossGit);

  private final Path folder;

  PlanOverlayTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static HandMade onBoard(String name) {
    return built(name, "1", BOARD).from(download(name + "-1.tar.gz", name));
  }

  private static HandMade crossed(String name) {
    return HandMade.crossed(name, "1").from(download(name + "-1.tar.gz", name));
  }

  /** Of a plan of git. */
  private PlanOverlay overlay(
      Map<String, HandMade> emulated, Map<String, HandMade> cross, Experience experience) {
    Manifest manifest =
        ManifestReader.read(
            new ImageFolder(folder).emulated(emulated).cross(cross).manifest("git"));
    Planner planner = new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE);
    Prepared prepared = planner.prepare(manifest, manifest.builders());
    return PlanOverlay.of(prepared, planner.plan(prepared, experience));
  }

  private static String text(PlanOverlay overlay) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    overlay.write(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private Experience curlDoesNotCrossCompile() {
    Attempt attempt = Attempt.build(StorePath.parse(crossCurl.path()), Strategy.CROSS);
    return new Experience(Failures.ofWays(ImmutableMap.of(attempt, WHY)), ImmutableList.of());
  }

  @Test
  void whatIsNoAttributeIsNamedWithTheRemedyAndSoIsWhatFailsAgain() throws Exception {
    PlanOverlay overlay =
        overlay(Map.of("git", git), Map.of("git", crossGit), curlDoesNotCrossCompile());
    assertEquals(
        List.of(
            "Maybe evaluate more attributes for the jobs of emulated: curl",
            "Maybe evaluate more attributes for the jobs of cross: curl"),
        overlay.remedies());
    assertEquals(List.of(crossCurl.name() + ": " + WHY), overlay.failuresAgain());
    String text = text(overlay);
    overlay.remedies().forEach(remedy -> assertTrue(text.contains("# " + remedy + "\n"), text));
    assertTrue(text.contains("# What failed before is built nevertheless:\n"), text);
  }

  @Test
  void nothingFailsAgainThatIsReplaced() throws Exception {
    PlanOverlay overlay =
        overlay(
            Map.of("git", git, "curl", curl),
            Map.of("git", crossGit, "curl", crossCurl),
            curlDoesNotCrossCompile());
    assertEquals(List.of(), overlay.remedies());
    assertEquals(List.of(), overlay.failuresAgain());
    String text = text(overlay);
    assertTrue(text.contains("There is no step that overlays cannot express."), text);
    assertFalse(text.contains("failed"), text);
  }

  /** The cross-compiled git is evaluated as what tools need, not by its name. */
  @Test
  void anImageThatIsNoAttributeOfItsWorldIsThatOfAnother() throws Exception {
    PlanOverlay overlay = overlay(Map.of("git", git), Map.of("tools", crossTools), Experience.NONE);
    assertEquals(
        List.of("Maybe evaluate more attributes for the jobs of cross: git"), overlay.remedies());
    String text = text(overlay);
    assertTrue(
        text.contains("#   the image has the git of an instance, not git 1 (cross)\n"), text);
    assertTrue(text.contains("  image = emulated.git;\n"), text);
  }
}
