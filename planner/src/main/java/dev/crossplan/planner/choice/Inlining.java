package dev.crossplan.planner.choice;

import java.util.Arrays;

/**
 * Takes artifacts out of the problem whose choice can be made together with another one.
 *
 * <ul>
 *   <li>A root with one recipe is paid now, and what the recipe needs are roots.
 *   <li>An artifact with one recipe that costs nothing gives way to what the recipe needs.
 *   <li>An artifact that only recipes of one other artifact need is folded into these: at most one
 *       of them is chosen, so nothing is shared. With several recipes on both sides every pair
 *       becomes a recipe, where that makes no more recipes than there were.
 * </ul>
 *
 * A cycle through the artifact becomes one through its consumers and needs, so none gets lost.
 */
final class Inlining implements Reduction {
  /** How many needs more than before the problem may have after an artifact went. */
  private static final int GROWTH_LIMIT = 16;

  @Override
  public boolean apply(MutableProblem problem) {
    return new Run(problem).run();
  }

  private static final class Run {
    private final MutableProblem problem;
    private final IntList[] consumers;

    /** So many of the first consumers in each list differ from one another. */
    private final int[] distinct;

    private final IntList open = new IntList();
    private final boolean[] queued;
    private boolean changed;

    Run(MutableProblem problem) {
      this.problem = problem;
      int artifacts = problem.artifactCount();
      consumers = new IntList[artifacts];
      queued = new boolean[artifacts];
      for (int artifact = 0; artifact < artifacts; artifact++) {
        consumers[artifact] = new IntList();
      }
      problem.forEachLiveRecipe(this::listAsConsumer);
      distinct = new int[artifacts];
      Arrays.setAll(distinct, artifact -> consumers[artifact].size());
    }

    boolean run() {
      for (int artifact = problem.artifactCount() - 1; artifact >= 0; artifact--) {
        enqueue(artifact);
      }
      while (!open.isEmpty()) {
        int artifact = open.pop();
        queued[artifact] = false;
        if (problem.isAlive(artifact) && tryInline(artifact)) {
          changed = true;
        }
      }
      return changed;
    }

    private void enqueue(int artifact) {
      if (problem.isAlive(artifact) && !queued[artifact]) {
        queued[artifact] = true;
        open.add(artifact);
      }
    }

    private void listAsConsumer(int recipe) {
      for (int need : problem.needs(recipe)) {
        consumers[need].add(recipe);
      }
    }

    /** The live recipes that need {@code artifact}; forgets the others. */
    private int[] consumersOf(int artifact) {
      int[] listed = consumers[artifact].toArray();
      Arrays.sort(listed);
      consumers[artifact].clear();
      int previous = Selection.NONE;
      for (int recipe : listed) {
        if (recipe != previous && isConsumer(recipe, artifact)) {
          consumers[artifact].add(recipe);
        }
        previous = recipe;
      }
      distinct[artifact] = consumers[artifact].size();
      return consumers[artifact].toArray();
    }

    private boolean isConsumer(int recipe, int artifact) {
      return problem.isRecipeAlive(recipe)
          && Arrays.binarySearch(problem.needs(recipe), artifact) >= 0;
    }

    /**
     * Whether more than {@code limit} live recipes need {@code artifact}. Looks at few of the tens
     * of thousands that a compiler has; forgets those that it finds gone.
     */
    private boolean surelyHasMoreConsumersThan(long limit, int artifact) {
      int live = 0;
      while (live < distinct[artifact]) {
        if (!isConsumer(consumers[artifact].get(live), artifact)) {
          forget(artifact, live);
        } else if (++live > limit) {
          return true;
        }
      }
      return false;
    }

    /** Whether recipes of several artifacts need {@code artifact}; like the above. */
    private boolean surelyHasSeveralConsumers(int artifact) {
      int consumer = Selection.NONE;
      int live = 0;
      while (live < consumers[artifact].size()) {
        int recipe = consumers[artifact].get(live);
        if (!isConsumer(recipe, artifact)) {
          forget(artifact, live);
          continue;
        }
        if (consumer != Selection.NONE && consumer != problem.makes(recipe)) {
          return true;
        }
        consumer = problem.makes(recipe);
        live++;
      }
      return false;
    }

    /** Drops the consumer in a place of the list; the first ones stay distinct. */
    private void forget(int artifact, int place) {
      IntList list = consumers[artifact];
      int free = place;
      if (place < distinct[artifact]) {
        free = --distinct[artifact];
        list.set(place, list.get(free));
      }
      int last = list.pop();
      if (free < list.size()) {
        list.set(free, last);
      }
    }

    private boolean tryInline(int artifact) {
      int recipes = problem.recipeCount(artifact);
      if (recipes == 0) {
        return false;
      }
      boolean paid = false;
      if (recipes == 1) {
        int only = problem.recipe(artifact, 0);
        if (problem.isRoot(artifact)) {
          if (problem.cost(only) > 0) {
            problem.payNow(only);
            paid = true;
          }
          for (int need : problem.needs(only)) {
            if (!problem.isRoot(need)) {
              problem.makeRoot(need);
              enqueue(need);
              paid = true;
            }
          }
        }
        if (problem.cost(only) == 0) {
          return replaceByNeeds(artifact, only) || paid;
        }
      }
      return (!problem.isRoot(artifact) && fold(artifact)) || paid;
    }

    private boolean replaceByNeeds(int artifact, int only) {
      int[] needs = problem.needs(only);
      if (needs.length > 1
          && surelyHasMoreConsumersThan(GROWTH_LIMIT / (needs.length - 1) + 1, artifact)) {
        return false;
      }
      int[] users = consumersOf(artifact);
      if ((users.length - 1L) * (needs.length - 1L) > GROWTH_LIMIT) {
        return false;
      }
      for (int user : users) {
        problem.replaceNeeds(user, substitute(problem.needs(user), artifact, needs));
        if (problem.isRecipeAlive(user)) {
          listAsConsumer(user);
        }
        enqueue(problem.makes(user));
      }
      problem.decide(artifact, only);
      enqueueAll(needs);
      return true;
    }

    private boolean fold(int artifact) {
      if (surelyHasSeveralConsumers(artifact)) {
        return false;
      }
      int[] users = consumersOf(artifact);
      if (users.length == 0) {
        problem.removeArtifact(artifact);
        return true;
      }
      int consumer = problem.makes(users[0]);
      int needsOfUsers = 0;
      for (int user : users) {
        if (problem.makes(user) != consumer) {
          return false;
        }
        needsOfUsers += problem.needs(user).length;
      }
      int recipes = problem.recipeCount(artifact);
      if ((long) users.length * recipes > users.length + recipes
          || (recipes - 1L) * (needsOfUsers - users.length) > GROWTH_LIMIT) {
        return false;
      }
      for (int i = 0; i < recipes; i++) {
        int folded = problem.recipe(artifact, i);
        int[] needs = problem.needs(folded);
        enqueueAll(needs);
        for (int user : users) {
          int[] newNeeds = substitute(problem.needs(user), artifact, needs);
          int added = problem.addFolded(user, folded, newNeeds);
          if (added != Selection.NONE) {
            listAsConsumer(added);
          }
        }
      }
      for (int user : users) {
        problem.removeRecipe(user);
      }
      problem.removeArtifact(artifact);
      enqueue(consumer);
      return true;
    }

    private void enqueueAll(int[] artifacts) {
      for (int artifact : artifacts) {
        enqueue(artifact);
      }
    }

    /** {@code needs} with {@code replacement} in the place of {@code artifact}. */
    private static int[] substitute(int[] needs, int artifact, int[] replacement) {
      int[] merged = new int[needs.length + replacement.length];
      int size = 0;
      int left = 0;
      int right = 0;
      while (left < needs.length || right < replacement.length) {
        int next;
        if (right == replacement.length
            || (left < needs.length && needs[left] <= replacement[right])) {
          next = needs[left++];
        } else {
          next = replacement[right++];
        }
        if (next != artifact && (size == 0 || merged[size - 1] != next)) {
          merged[size++] = next;
        }
      }
      return Arrays.copyOf(merged, size);
    }
  }
}
