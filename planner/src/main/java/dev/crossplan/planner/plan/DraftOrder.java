package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntHeapPriorityQueue;
import java.util.List;
import java.util.Objects;

/** In which order drafts become steps. */
final class DraftOrder {
  private DraftOrder() {}

  /**
   * The drafts, each after its inputs; of those that could be next, the one of the least
   * derivation. Without those in cycles and what needs them.
   *
   * @param drafts with the drafts of all their inputs
   */
  static ImmutableList<StepDraft> inputsFirst(List<StepDraft> drafts) {
    Int2ObjectOpenHashMap<StepDraft> byDerivation = new Int2ObjectOpenHashMap<>(drafts.size());
    Int2IntOpenHashMap waiting = new Int2IntOpenHashMap(drafts.size());
    Int2ObjectOpenHashMap<IntArrayList> users = new Int2ObjectOpenHashMap<>(drafts.size());
    IntHeapPriorityQueue ready = new IntHeapPriorityQueue();
    for (StepDraft draft : drafts) {
      byDerivation.put(draft.derivation(), draft);
      waiting.put(draft.derivation(), draft.inputs.size());
      draft.inputs.forEach(
          (int input) ->
              users.computeIfAbsent(input, none -> new IntArrayList()).add(draft.derivation()));
      if (draft.inputs.isEmpty()) {
        ready.enqueue(draft.derivation());
      }
    }
    ImmutableList.Builder<StepDraft> order = ImmutableList.builderWithExpectedSize(drafts.size());
    while (!ready.isEmpty()) {
      int derivation = ready.dequeueInt();
      order.add(Objects.requireNonNull(byDerivation.get(derivation)));
      IntArrayList usersOfIt = users.get(derivation);
      if (usersOfIt != null) {
        usersOfIt.forEach(
            (int user) -> {
              if (waiting.addTo(user, -1) == 1) {
                ready.enqueue(user);
              }
            });
      }
    }
    return order.build();
  }
}
