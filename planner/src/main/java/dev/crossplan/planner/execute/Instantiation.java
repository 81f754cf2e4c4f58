package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.plan.PlanNix;
import dev.crossplan.planner.plan.Step;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.Set;

/** Gets a plan into the store of Nix: what it is to build, and that nothing of it goes away. */
final class Instantiation {
  private final NixStore store;
  private final StateFolder state;
  private final RunFolder folder;

  Instantiation(NixStore store, StateFolder state, RunFolder folder) {
    this.store = store;
    this.state = state;
    this.folder = folder;
  }

  /**
   * Writes {@code plan.nix}, lets Nix evaluate it, and compares what Nix makes of it with what was
   * computed here. The path of a derivation depends on all that it needs, so those of the image
   * speak for all.
   *
   * @param steps to be kept for the next run, those of the plan among them
   * @throws InputException if a file that builds start from is not in the store
   * @throws BuildException if they differ
   */
  void of(Work work, ImmutableList<PlannedStep> steps) throws IOException, InterruptedException {
    Path file = folder.planNix();
    Path draft = file.resolveSibling("plan.nix.tmp");
    boolean hasEvaluated = hasEvaluated(work);
    if (!hasEvaluated) {
      checkSources(work);
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(draft))) {
      if (hasEvaluated) {
        PlanNix.write(out, work.derivations());
      } else {
        PlanNix.writeSelfContained(out, work.derivations());
      }
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    Set<StorePath> computed = new LinkedHashSet<>();
    work.derivations().roots().forEach(root -> computed.add(work.derivations().path(root)));
    Set<StorePath> found =
        ImmutableSet.copyOf(store.instantiate(file, "image", state.roots().resolve("plan")));
    if (!found.equals(computed)) {
      throw differs(work, file);
    }
    ImmutableList.Builder<StorePath> present = ImmutableList.builder();
    for (int step = 0; step < work.steps().size(); step++) {
      if (work.driver().state(step) == Driver.State.PRESENT) {
        present.addAll(work.presentOutputs(step).values());
      }
    }
    store.protect(present.build(), state.roots().resolve("present"));
    state.keepSteps(steps);
  }

  /**
   * Whether what the plan takes as it was evaluated is in the store: graphs may be from elsewhere.
   */
  private boolean hasEvaluated(Work work) throws InterruptedException {
    ImmutableList.Builder<StorePath> asEvaluated = ImmutableList.builder();
    for (Step step : work.steps()) {
      boolean isNamed =
          step.action() != Action.SUBSTITUTE
              || work.derivations().plan().image().containsValue(step.id());
      if (isNamed && !work.derivations().isRewritten(step.id())) {
        asEvaluated.add(work.derivations().path(step.id()));
      }
    }
    return store.missing(asEvaluated.build()).isEmpty();
  }

  /** A graph from elsewhere tells of files that were added to the store there. */
  private void checkSources(Work work) throws InterruptedException {
    ImmutableSet.Builder<StorePath> sources = ImmutableSet.builder();
    for (Step step : work.steps()) {
      if (step.action() != Action.SUBSTITUTE) {
        sources.addAll(work.derivations().derivation(step.id()).inputSources());
      }
    }
    ImmutableSet<StorePath> missing = store.missing(sources.build());
    if (!missing.isEmpty()) {
      throw new InputException(
          work.image().manifest().file()
              + ": files that its builds start from are not in the store, "
              + missing.size()
              + " in all, the first is "
              + missing.iterator().next(),
          "Maybe let it be evaluated here (nixpkgs = \"…\" in place of derivations = \"…\"), or copy"
              + " them from where that was done (nix-copy-closure).");
    }
  }

  /** Names the first derivation that differs. */
  private BuildException differs(Work work, Path file) throws IOException, InterruptedException {
    ImmutableList<StorePath> found =
        store.instantiate(file, "steps", state.roots().resolve("steps"));
    for (int step = 0; step < work.steps().size(); step++) {
      StorePath computed = work.derivations().path(step);
      for (StorePath other : found) {
        if (other.name().equals(computed.name()) && !found.contains(computed)) {
          return differs(file, computed, other);
        }
      }
    }
    return differs(file, work.derivations().path(work.derivations().roots().get(0)), found.get(0));
  }

  private static BuildException differs(Path file, StorePath computed, StorePath found) {
    return new BuildException(
        "crossplan is broken here: it computed "
            + computed
            + ", but Nix makes "
            + found
            + " of "
            + file,
        "Maybe report it with that file.");
  }
}
