package dev.crossplan.cross.inspection;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.Multimaps;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Faults of one path that are alike, of which there can be thousands. */
public record FaultGroup(Path path, Rule rule, String message, ImmutableList<Fault> faults) {
  private static final int MOST_PLACES = 3;

  private record Alike(Path path, Rule rule, String message) {}

  /** Groups faults: by path, in the order of these; then by rule; then in the order of faults. */
  public static ImmutableList<FaultGroup> of(Collection<Fault> faults) {
    ImmutableListMultimap<Alike, Fault> alike =
        Multimaps.index(faults, each -> new Alike(each.path(), each.rule(), each.message()));
    Map<Path, Integer> ranks = new HashMap<>();
    faults.forEach(fault -> ranks.putIfAbsent(fault.path(), ranks.size()));
    return alike.asMap().entrySet().stream()
        .map(
            entry ->
                new FaultGroup(
                    entry.getKey().path,
                    entry.getKey().rule,
                    entry.getKey().message,
                    ImmutableList.copyOf(entry.getValue())))
        .sorted(
            Comparator.<FaultGroup>comparingInt(group -> ranks.getOrDefault(group.path, 0))
                .thenComparing(FaultGroup::rule))
        .collect(ImmutableList.toImmutableList());
  }

  /** The first files that have it, and how many more there are. */
  public String places() {
    List<Fault> shown = faults.size() <= MOST_PLACES + 1 ? faults : faults.subList(0, MOST_PLACES);
    String places = shown.stream().map(Fault::place).collect(Collectors.joining(", "));
    int more = faults.size() - shown.size();
    return more == 0 ? places : places + " and " + more + " more";
  }
}
