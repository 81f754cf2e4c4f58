package dev.crossplan.planner.rebuild;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.instance.Instance;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which instances of a graph are what was, and which are what is.
 *
 * @param before numbers of instances
 * @param after numbers of instances
 * @param pairs by number of an instance of {@code after}, the one of {@code before} that it was:
 *     their attributes are compared
 */
public record Comparison(
    ImmutableIntArray before, ImmutableIntArray after, ImmutableMap<Integer, Integer> pairs) {

  /** Two instances. */
  public static Comparison of(int before, int after) {
    return new Comparison(
        ImmutableIntArray.of(before), ImmutableIntArray.of(after), ImmutableMap.of(after, before));
  }

  /**
   * The first so many instances with the others. Those of one name are a pair; of the rest, those
   * of equal platforms.
   */
  public static Comparison ofFirst(int count, ImmutableList<Instance> instances) {
    ImmutableIntArray.Builder before = ImmutableIntArray.builder();
    ImmutableIntArray.Builder after = ImmutableIntArray.builder();
    Map<Integer, Integer> pairs = new LinkedHashMap<>();
    Set<Integer> paired = new HashSet<>();
    for (int number = 0; number < instances.size(); number++) {
      (number < count ? before : after).add(number);
    }
    for (boolean byName : new boolean[] {true, false}) {
      for (int now = count; now < instances.size(); now++) {
        for (int was = 0; was < count && !pairs.containsKey(now); was++) {
          boolean isPair =
              byName
                  ? instances.get(was).name().equals(instances.get(now).name())
                  : instances.get(was).local().equals(instances.get(now).local())
                      && instances.get(was).cross().equals(instances.get(now).cross());
          if (isPair && paired.add(was)) {
            pairs.put(now, was);
          }
        }
      }
    }
    return new Comparison(before.build(), after.build(), ImmutableMap.copyOf(pairs));
  }
}
