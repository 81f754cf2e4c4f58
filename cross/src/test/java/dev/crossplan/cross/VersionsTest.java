package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.DESK;
import static dev.crossplan.fixtures.HandMade.built;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Multiset;
import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image of two commits of a package set: rsync of one, squashfs-tools of the other. */
class VersionsTest {
  private static final String VERSIONS =
      "lz4: 1.10.0 and 1.9.4, since the instances are of package sets that have it in different versions";

  private final Manifest manifest =
      ManifestReader.read(Fixtures.image("versions").resolve("crossplan.toml"));

  private Plan plan(String... image) {
    return new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE)
        .plan(manifest.withImage(ImmutableList.copyOf(image)), manifest.builders());
  }

  private static Multiset<String> builds(Plan plan) {
    Multiset<String> builds = HashMultiset.create();
    for (Step step : plan.steps()) {
      if (step.action() == Action.BUILD) {
        builds.add(step.label() + " for " + step.host().orElse("any"));
      }
    }
    return builds;
  }

  private static List<String> reasons(Plan plan) {
    return plan.unpaired().stream()
        .map(Plan.KeptApart::reason)
        .filter(reason -> reason.startsWith("lz4"))
        .toList();
  }

  /**
   *
   *
   * <pre>
   * old: rsync ─ openssl 3.0, and a tool ─ openssl 3.5.7      new: git ─ openssl 3.5.8
   * </pre>
   */
  @Test
  void aPackageSetThatHasItInSeveralVersionsIsNoReason(@TempDir Path folder) {
    HandMade tool = built("tool", "1", DESK).linking(built("openssl", "3.5.7", DESK));
    HandMade rsync = built("rsync", "3", BOARD).linking(built("openssl", "3.0.20", BOARD));
    HandMade git = built("git", "2", BOARD).linking(built("openssl", "3.5.8", BOARD));
    String board = "localSystem = \"riscv64-linux\"";
    Manifest made =
        ManifestReader.read(
            new ImageFolder(folder)
                .instance("old", board, Map.of("rsync", rsync.using(tool)))
                .instance("new", board, Map.of("git", git))
                .manifest("rsync", "git"));
    assertEquals(
        List.of(
            "openssl: 3.0.20 and 3.5.8; of the package sets, as far as they are evaluated, that of"
                + " old has 3.0.20 and 3.5.7, that of new has 3.5.8"),
        new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE)
            .plan(made, made.builders()).unpaired().stream().map(Plan.KeptApart::reason).toList());
  }

  @Test
  void whatIsTheSameInBothIsBuiltOnceAndAnotherVersionIsAnotherPackage() {
    Multiset<String> rsync = builds(plan("rsync"));
    Multiset<String> squashfs = builds(plan("squashfs-tools"));
    Plan plan = plan("rsync", "squashfs-tools");
    Multiset<String> both = builds(plan);
    Multiset<String> expected = HashMultiset.create(rsync);
    for (String build : squashfs.elementSet()) {
      expected.setCount(build, Math.max(rsync.count(build), squashfs.count(build)));
    }
    assertEquals(expected, both);
    assertEquals(
        List.of("lz4 1.10.0 for riscv64-linux", "lz4 1.9.4 for riscv64-linux"),
        both.elementSet().stream().filter(build -> build.startsWith("lz4 ")).sorted().toList());
    assertEquals(0, rsync.count("lz4 1.9.4 for riscv64-linux"));
    assertEquals(List.of(VERSIONS), reasons(plan));
    assertEquals(List.of(), reasons(plan("rsync")));
    assertEquals(0, squashfs.count("lz4 1.10.0 for riscv64-linux"));
  }
}
