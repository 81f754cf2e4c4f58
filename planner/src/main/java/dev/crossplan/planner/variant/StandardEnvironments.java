package dev.crossplan.planner.variant;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.DerivationGraph;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultDirectedGraph;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.traverse.BreadthFirstIterator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the final standard environment of each stage's. They carry no version and hardly an
 * attribute, and an instance has two of each (with and without compiler), so they are told by what
 * is built in them: where a package's early stage was built in one environment and its late stage
 * in another, the second follows the first.
 */
final class StandardEnvironments {
  private StandardEnvironments() {}

  /** {@code successor} serves where {@code stage} is asked for. */
  record Succession(int stage, int successor) {}

  /**
   * @param makerOfOutput the derivation that makes an output path
   * @param stages for each early stage of a package its later ones
   */
  static ImmutableList<Succession> successions(
      DerivationGraph graph,
      ImmutableList<PackageName> names,
      Function<String, @Nullable Integer> makerOfOutput,
      Map<Integer, List<Integer>> stages) {
    Graph<Integer, DefaultEdge> followedBy = new DefaultDirectedGraph<>(DefaultEdge.class);
    stages.forEach(
        (stage, laterStages) -> {
          for (int later : laterStages) {
            Integer early = environment(graph, makerOfOutput, stage);
            Integer late = environment(graph, makerOfOutput, later);
            if (early != null
                && late != null
                && !early.equals(late)
                && names.get(early).base().equals(names.get(late).base())) {
              followedBy.addVertex(early);
              followedBy.addVertex(late);
              followedBy.addEdge(early, late);
            }
          }
        });
    ImmutableList.Builder<Succession> found = ImmutableList.builder();
    for (int stage : new TreeSet<>(followedBy.vertexSet())) {
      Set<Integer> last = new HashSet<>();
      new BreadthFirstIterator<>(followedBy, stage)
          .forEachRemaining(
              each -> {
                if (followedBy.outDegreeOf(each) == 0) {
                  last.add(each);
                }
              });
      if (names.get(stage).stage() && last.size() == 1) {
        int successor = last.iterator().next();
        if (!names.get(successor).stage()
            && graph.facts(successor).outputNames().containsAll(graph.facts(stage).outputNames())) {
          found.add(new Succession(stage, successor));
        }
      }
    }
    return found.build();
  }

  private static @Nullable Integer environment(
      DerivationGraph graph, Function<String, @Nullable Integer> makerOfOutput, int derivation) {
    return graph.facts(derivation).standardEnvironment().map(makerOfOutput).orElse(null);
  }
}
