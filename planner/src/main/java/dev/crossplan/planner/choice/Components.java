package dev.crossplan.planner.choice;

import java.util.Arrays;

/**
 * Strongly connected components of a {@link Graph}: Tarjan's algorithm (SIAM Journal on Computing
 * 1972) with a stack of its own. Components are numbered successors first: an edge leads to the
 * same or to a lower component.
 */
final class Components {
  private final int[] componentOf;
  private final int[] sizes;
  private final int[] order;

  Components(Graph graph) {
    int size = graph.size();
    componentOf = new int[size];
    order = new int[size];
    int[] low = new int[size];
    int[] index = new int[size];
    Arrays.fill(index, -1);
    boolean[] onStack = new boolean[size];
    int[][] successors = new int[size][];
    int[] nextSuccessor = new int[size];
    IntList stack = new IntList();
    IntList path = new IntList();
    IntList componentSizes = new IntList();
    int visited = 0;
    int ordered = 0;
    int[] none = new int[0];
    for (int start = 0; start < size; start++) {
      if (index[start] >= 0) {
        continue;
      }
      path.add(start);
      while (!path.isEmpty()) {
        int node = path.get(path.size() - 1);
        if (index[node] < 0) {
          index[node] = visited;
          low[node] = visited++;
          successors[node] = graph.successors(node);
          stack.add(node);
          onStack[node] = true;
        }
        if (nextSuccessor[node] < successors[node].length) {
          int next = successors[node][nextSuccessor[node]++];
          if (index[next] < 0) {
            path.add(next);
          } else if (onStack[next]) {
            low[node] = Math.min(low[node], index[next]);
          }
          continue;
        }
        path.pop();
        successors[node] = none;
        if (!path.isEmpty()) {
          int parent = path.get(path.size() - 1);
          low[parent] = Math.min(low[parent], low[node]);
        }
        if (low[node] == index[node]) {
          int members = 0;
          int member;
          do {
            member = stack.pop();
            onStack[member] = false;
            componentOf[member] = componentSizes.size();
            order[ordered++] = member;
            members++;
          } while (member != node);
          componentSizes.add(members);
        }
      }
    }
    sizes = componentSizes.toArray();
  }

  int count() {
    return sizes.length;
  }

  int componentOf(int node) {
    return componentOf[node];
  }

  /** How many nodes are in the component of {@code node}. */
  int sizeAround(int node) {
    return sizes[componentOf[node]];
  }

  int size(int component) {
    return sizes[component];
  }

  /** All nodes, ascending by component. Not to be changed by the caller. */
  int[] order() {
    return order;
  }
}
