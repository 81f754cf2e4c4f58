package dev.crossplan.planner.variant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.variant.Evidence.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ClassesTest {
  private static final int DERIVATIONS = 8;

  @Test
  void whatIsApartIsNotUnitedThroughAThird() {
    Classes classes = new Classes(3);
    classes.keepApart(0, 1, "they differ");
    classes.unite(0, 2, Kind.SAME_ATTRIBUTE, "p");
    classes.unite(2, 1, Kind.SAME_ATTRIBUTE, "p");
    assertTrue(classes.areOne(0, 2));
    assertFalse(classes.areOne(1, 2));
    assertEquals(1, classes.evidence().size());
    assertEquals(
        List.of(
            "they differ",
            "p: the one is known to be the same as something that differs from the other"),
        classes.unpaired().stream().map(Unpaired::reason).toList());
  }

  @Test
  void classesAreNamedByTheirFirst() {
    Classes classes = new Classes(4);
    classes.unite(3, 1, Kind.SAME_NAME, "");
    classes.unite(3, 2, Kind.SAME_NAME, "");
    assertEquals(1, classes.find(3));
    assertEquals(List.of(3, 0), classes.representatives(List.of(3, 0, 1, 2)));
  }

  /** Against the same told by lists: a class for each derivation, and pairs that are apart. */
  @Property(tries = 200, seed = "1")
  void nothingApartIsEverOne(@ForAll int seed, @ForAll @IntRange(max = 40) int steps) {
    SplittableRandom random = new SplittableRandom(seed);
    Classes classes = new Classes(DERIVATIONS);
    int[] classOf = new int[DERIVATIONS];
    for (int i = 0; i < DERIVATIONS; i++) {
      classOf[i] = i;
    }
    List<int[]> apart = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      int first = random.nextInt(DERIVATIONS);
      int second = random.nextInt(DERIVATIONS);
      if (random.nextInt(3) == 0) {
        if (classOf[first] != classOf[second]) {
          classes.keepApart(first, second, "");
          apart.add(new int[] {first, second});
        }
      } else {
        classes.unite(first, second, Kind.SAME_NAME, "");
        if (!areApart(apart, classOf, first, second)) {
          int gone = classOf[second];
          for (int i = 0; i < DERIVATIONS; i++) {
            classOf[i] = classOf[i] == gone ? classOf[first] : classOf[i];
          }
        }
      }
      for (int i = 0; i < DERIVATIONS; i++) {
        for (int j = 0; j < DERIVATIONS; j++) {
          assertEquals(classOf[i] == classOf[j], classes.areOne(i, j));
          assertEquals(areApart(apart, classOf, i, j), classes.areApart(i, j));
        }
      }
    }
  }

  private static boolean areApart(List<int[]> apart, int[] classOf, int first, int second) {
    return apart.stream()
        .anyMatch(
            pair ->
                (classOf[pair[0]] == classOf[first] && classOf[pair[1]] == classOf[second])
                    || (classOf[pair[0]] == classOf[second] && classOf[pair[1]] == classOf[first]));
  }
}
