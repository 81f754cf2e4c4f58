package dev.crossplan.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Multiset;
import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

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
