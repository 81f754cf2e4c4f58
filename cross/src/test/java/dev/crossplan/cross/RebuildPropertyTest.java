package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.DESK;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.download;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.rebuild.Change;
import dev.crossplan.planner.rebuild.Change.Kind;
import dev.crossplan.planner.rebuild.Comparison;
import dev.crossplan.planner.rebuild.Rebuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Whatever an overlay makes of packages: what it does not touch changes because of its inputs. */
class RebuildPropertyTest {
  /** What becomes of a package. */
  enum Fate {
    STAYS,
    IS_PATCHED,
    IS_RENAMED,
    /** By the source of another version, of another name, from elsewhere. */
    HAS_ANOTHER_SOURCE,
    /** By one that has nothing in common with it but its inputs. */
    IS_REPLACED,
    /** The same, without a source. */
    IS_REPLACED_BY_A_SCRIPT
  }

  private record Version(HandMade before, HandMade after) {}

  @Property(tries = 150, seed = "1")
  void onlyWhatIsTouchedChangedByItself(
      @ForAll @Size(min = 2, max = 12) List<Fate> fates, @ForAll int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Kind> expected = new TreeMap<>();
    List<Version> versions = new ArrayList<>();
    for (int number = 0; number < fates.size(); number++) {
      versions.add(version(fates.get(number), (char) ('a' + number), expected));
      for (int input = 0; input < number; input++) {
        if (random.nextInt(3) == 0) {
          boolean isTool = random.nextBoolean();
          Version needed = versions.get(input);
          versions.set(number, using(versions.get(number), needed, isTool));
        }
      }
    }
    HandMade image = built("image", "1", DESK);
    Rebuild rebuild =
        rebuild(
            image.linking(versions.stream().map(Version::before).toArray(HandMade[]::new)),
            image.linking(versions.stream().map(Version::after).toArray(HandMade[]::new)));
    Map<String, Kind> found = new TreeMap<>();
    DerivationGraph graph = rebuild.packages().graph();
    for (Change change : rebuild.changes()) {
      if (change.kind() != Kind.INPUTS) {
        found.put(graph.facts(change.derivation()).name(), change.kind());
      }
    }
    assertEquals(expected, found);
    assertEquals(0, rebuild.gone());
    assertFigures(rebuild);
  }

  /** What would still be built anew is counted for each change. */
  private static void assertFigures(Rebuild rebuild) {
    int all = rebuild.changes().size();
    for (Change change : rebuild.changes()) {
      String name = rebuild.packages().graph().facts(change.derivation()).name();
      int spared = all - left(rebuild, change, true).size();
      assertEquals(spared, change.branch(), name);
      assertEquals(
          change.kind() == Kind.ITSELF ? all - left(rebuild, change, false).size() : spared,
          change.alone(),
          name);
    }
  }

  /**
   * What is built anew if one change is taken back.
   *
   * @param asBefore whether it is as before then, whatever its inputs are
   */
  private static Set<Integer> left(Rebuild rebuild, Change back, boolean asBefore) {
    Set<Integer> left = new HashSet<>();
    for (Change change : rebuild.changes()) {
      boolean isBack = change.equals(back);
      boolean byItself = change.kind() != Kind.INPUTS && !isBack;
      boolean follows =
          Arrays.stream(rebuild.packages().graph().inputs(change.derivation()))
              .anyMatch(left::contains);
      if ((byItself || follows) && !(isBack && asBefore)) {
        left.add(change.derivation());
      }
    }
    return left;
  }

  private static Version using(Version user, Version input, boolean isTool) {
    return isTool
        ? new Version(user.before.using(input.before), user.after.using(input.after))
        : new Version(user.before.linking(input.before), user.after.linking(input.after));
  }

  private static Version version(Fate fate, char letter, Map<String, Kind> expected) {
    String name = "package" + letter;
    HandMade source = download(name + "-1.tar.gz", name);
    HandMade otherSource = download("mirrored" + letter + ".zip", name + " 2");
    HandMade before = built(name, "1", DESK).from(source);
    HandMade renamed = built("other" + letter, "1", DESK);
    return switch (fate) {
      case STAYS -> new Version(before, before);
      case IS_PATCHED -> {
        expected.put(name + "-1", Kind.ITSELF);
        yield new Version(before, before.with("patches", "fix.patch"));
      }
      case IS_RENAMED -> {
        expected.put("other" + letter + "-1", Kind.ITSELF);
        yield new Version(before, renamed.from(source));
      }
      case HAS_ANOTHER_SOURCE -> {
        expected.put("mirrored" + letter + ".zip", Kind.ITSELF);
        yield new Version(before, built(name, "1", DESK).from(otherSource));
      }
      case IS_REPLACED -> {
        expected.put("other" + letter + "-1", Kind.ITSELF);
        expected.put("mirrored" + letter + ".zip", Kind.ITSELF);
        yield new Version(before, renamed.from(otherSource).with("text", "another one"));
      }
      case IS_REPLACED_BY_A_SCRIPT -> {
        expected.put("other" + letter + "-1", Kind.ITSELF);
        yield new Version(built(name, "1", DESK), renamed.with("text", "another one"));
      }
    };
  }

  private static Rebuild rebuild(HandMade before, HandMade after) throws IOException {
    Path folder = Files.createTempDirectory("rebuild");
    try {
      Manifest manifest =
          ManifestReader.read(
              new ImageFolder(folder)
                  .instance("before", "localSystem = \"x86_64-linux\"", Map.of("image", before))
                  .instance("after", "localSystem = \"x86_64-linux\"", Map.of("image", after))
                  .manifest("image"));
      Planner planner = new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE);
      return planner.rebuild(planner.prepare(manifest, manifest.builders()), Comparison.of(0, 1));
    } finally {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
