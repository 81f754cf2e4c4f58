package dev.crossplan.planner.estimate;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Prepared;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What other builders would save: for each change that somebody might think of, the plan is made
 * again. The graphs are read and paired once.
 */
public final class BuilderComparison {
  /** A board as one can buy it, for who has none. */
  private static final double BOARD_SPEED = 0.25;

  private static final int BOARD_SLOTS = 4;

  private final Function<Prepared, Plan> planning;
  private final Progress progress;

  /**
   * @param planning makes a plan, or throws {@link NoPlanException}
   */
  public BuilderComparison(Function<Prepared, Plan> planning, Progress progress) {
    this.planning = planning;
    this.progress = progress;
  }

  /**
   * All changes: those that end soonest first, of these those of least builder-seconds, of these
   * the cheapest; last what leaves no plan.
   *
   * @param now the plan of {@code prepared}
   */
  public ImmutableList<BuilderChange> changes(Prepared prepared, Plan now) {
    Totals before = totals(now);
    List<BuilderChange> changes = new ArrayList<>();
    scenarios(prepared)
        .forEach(
            (what, changed) -> {
              progress.start("planning with " + what);
              changes.add(change(what, changed, before));
            });
    changes.sort(
        Comparator.comparingDouble(BuilderComparison::makespan)
            .thenComparingDouble(change -> amount(change, Totals::builderSeconds))
            .thenComparingDouble(BuilderComparison::money));
    return ImmutableList.copyOf(changes);
  }

  private BuilderChange change(String what, Prepared changed, Totals before) {
    try {
      Totals after = totals(planning.apply(changed));
      return new BuilderChange(
          what, Optional.of(after), Optional.of(before.less(after)), Optional.empty());
    } catch (NoPlanException e) {
      String why = String.valueOf(e.getMessage()).lines().map(String::strip).collect(joining(" "));
      return new BuilderChange(what, Optional.empty(), Optional.empty(), Optional.of(why));
    }
  }

  private static double makespan(BuilderChange change) {
    return amount(change, Totals::makespanSeconds);
  }

  /** What may cost more than is known comes after what does not. */
  private static double money(BuilderChange change) {
    return amount(change, totals -> totals.knownMoney().orElse(Double.POSITIVE_INFINITY));
  }

  private static double amount(BuilderChange change, Function<Totals, Double> total) {
    return change.totals().map(total).orElse(Double.POSITIVE_INFINITY);
  }

  private static Totals totals(Plan plan) {
    return new Placing(plan.steps(), plan.builders()).totals();
  }

  private static Map<String, Prepared> scenarios(Prepared prepared) {
    Map<String, Prepared> scenarios = new LinkedHashMap<>();
    ImmutableList<Builder> builders = prepared.builders();
    for (Builder builder : builders) {
      String name = builder.name();
      scenarios.put("another " + name, with(prepared, builder.called(freeName(name, builders))));
      scenarios.put(
          name + " with " + (builder.slots() + 1) + " slots",
          instead(prepared, builder.withSlots(builder.slots() + 1)));
      scenarios.put(
          name + " twice as fast", instead(prepared, builder.withSpeed(2 * builder.speed())));
      if (builders.size() > 1) {
        scenarios.put("without " + name, without(prepared, builder));
      }
    }
    String target = prepared.manifest().target().system();
    if (builders.stream().noneMatch(builder -> builder.runs(target))) {
      scenarios.put(
          "a board (" + BOARD_SLOTS + " slots, speed " + BOARD_SPEED + ")",
          with(prepared, board(freeName("board", builders), target)));
    }
    if (builders.stream().anyMatch(builder -> !builder.emulates().isEmpty())) {
      scenarios.put("without emulation", withoutEmulation(prepared));
    }
    scenarios.put("a warm cache", warm(prepared));
    return scenarios;
  }

  private static Builder board(String name, String system) {
    return Builder.of(
            name,
            Builder.Abilities.running(ImmutableSet.of(system))
                .offering(ImmutableSet.of("big-parallel")))
        .withSlots(BOARD_SLOTS)
        .withSpeed(BOARD_SPEED);
  }

  private static String freeName(String name, ImmutableList<Builder> builders) {
    String free = name;
    for (int number = 2; isTaken(free, builders); number++) {
      free = name + "-" + number;
    }
    return free;
  }

  private static boolean isTaken(String name, ImmutableList<Builder> builders) {
    return builders.stream().anyMatch(builder -> builder.name().equals(name));
  }

  private static Prepared with(Prepared prepared, Builder added) {
    return prepared.with(
        ImmutableList.<Builder>builder().addAll(prepared.builders()).add(added).build());
  }

  private static Prepared instead(Prepared prepared, Builder changed) {
    return prepared.with(
        prepared.builders().stream()
            .map(builder -> builder.name().equals(changed.name()) ? changed : builder)
            .collect(ImmutableList.toImmutableList()));
  }

  private static Prepared without(Prepared prepared, Builder removed) {
    return prepared.with(
        prepared.builders().stream()
            .filter(builder -> !builder.name().equals(removed.name()))
            .collect(ImmutableList.toImmutableList()));
  }

  private static Prepared withoutEmulation(Prepared prepared) {
    return prepared.with(
        prepared.builders().stream()
            .map(Builder::withoutEmulation)
            .collect(ImmutableList.toImmutableList()));
  }

  /** Sources, and what does not run on the target, are to be had. */
  private static Prepared warm(Prepared prepared) {
    DerivationGraph graph = prepared.packages().graph();
    String target = prepared.manifest().target().system();
    BitSet had = new BitSet(graph.size());
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      DerivationFacts facts = graph.facts(derivation);
      had.set(
          derivation,
          facts.isFixedOutput() || !prepared.packages().hosts().isFor(derivation, target));
    }
    Substitutes warm = prepared.substitutes().with(had);
    return prepared.with(warm);
  }
}
