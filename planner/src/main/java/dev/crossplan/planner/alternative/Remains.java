package dev.crossplan.planner.alternative;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.alternative.EarlierStep.State;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What remains of an earlier plan: the steps that are done or running, and all that these were made
 * of. A step is what it was only if it is made as it was, of what it was made of, be that still
 * there or not: so whatever stood for a derivation does so again. Where that is not possible any
 * more, because a way has failed or something else is evaluated, nothing remains of the step, nor
 * of what was made of it.
 */
final class Remains {
  private final DerivationGraph graph;
  private final IntUnaryOperator twin;

  /** By the least derivation of the same outputs. */
  private final Map<Integer, Remnant> remnants = new HashMap<>();

  /** By the least derivation of the same outputs, which derivation stands for it. */
  private final Map<Integer, Integer> providers = new HashMap<>();

  private record Remnant(Making making, EarlierStep step, ImmutableMap<Integer, Integer> tools) {}

  /** What may stand for what. */
  @FunctionalInterface
  interface StandIns {
    /** Whether {@code variant} may stand for {@code derivation}. */
    boolean isOne(int variant, int derivation);
  }

  /**
   * Looks what remains of what {@code makings} have experienced.
   *
   * @param twin gives the least derivation of the same outputs
   * @throws NoPlanException if they are bound to steps of which one is not possible any more
   */
  Remains(DerivationGraph graph, Makings makings, IntUnaryOperator twin, StandIns standIns) {
    this.graph = graph;
    this.twin = twin;
    ImmutableList<Remnant> possible = possible(makings, standIns);
    if (makings.experience().isBound() && possible.size() < makings.experience().earlier().size()) {
      throw new NoPlanException(
          "not all that was planned can be made as it was planned",
          "Maybe bring the builders back that it was planned for.");
    }
    Set<Integer> wanted = new HashSet<>();
    for (Remnant remnant : Lists.reverse(possible)) { // each comes after its inputs
      int derivation = remnant.making().derivation();
      if (makings.experience().isBound()
          || remnant.step().state() != State.OPEN
          || wanted.contains(derivation)) {
        remnants.put(twin.applyAsInt(derivation), remnant);
        needs(remnant.making(), remnant.tools(), makings)
            .forEach(need -> wanted.add(providerOf(need)));
      }
    }
    providers.values().removeIf(provider -> !remnants.containsKey(twin.applyAsInt(provider)));
  }

  private int providerOf(int derivation) {
    return providers.getOrDefault(twin.applyAsInt(derivation), -1);
  }

  /** The steps that could be done again as they were; fills {@link #providers} with them. */
  private ImmutableList<Remnant> possible(Makings makings, StandIns standIns) {
    ImmutableList.Builder<Remnant> possible = ImmutableList.builder();
    Set<Integer> substituted = new HashSet<>();
    for (EarlierStep step : makings.experience().earlier()) {
      @Nullable Making making = makings.still(step).orElse(null);
      if (making == null) {
        continue;
      }
      @Nullable ImmutableMap<Integer, Integer> tools = tools(step).orElse(null);
      if (tools == null) {
        continue;
      }
      boolean isSubstituted = making.action() == Action.SUBSTITUTE;
      boolean isWhole =
          needs(making, tools, makings).stream()
              .map(this::providerOf)
              .allMatch(need -> isSubstituted ? substituted.contains(need) : need >= 0);
      if (isWhole) {
        int derivation = making.derivation();
        possible.add(new Remnant(making, step, tools));
        if (isSubstituted) {
          substituted.add(derivation);
        }
        for (int provided : provided(step)) {
          if (provided == derivation || standIns.isOne(derivation, provided)) {
            providers.put(twin.applyAsInt(provided), derivation);
          }
        }
      }
    }
    return possible.build();
  }

  private List<Integer> provided(EarlierStep step) {
    List<Integer> provided = new ArrayList<>();
    for (StorePath path : step.provides()) {
      graph.find(path).ifPresent(provided::add);
    }
    return provided;
  }

  /** The tools that a step had; empty where one of them is not evaluated any more. */
  private Optional<ImmutableMap<Integer, Integer>> tools(EarlierStep step) {
    ImmutableMap.Builder<Integer, Integer> tools = ImmutableMap.builder();
    for (Map.Entry<StorePath, StorePath> tool : step.tools().entrySet()) {
      OptionalInt input = graph.find(tool.getKey());
      OptionalInt natively = graph.find(tool.getValue());
      if (input.isEmpty() || natively.isEmpty()) {
        return Optional.empty();
      }
      tools.put(input.getAsInt(), natively.getAsInt());
    }
    return Optional.of(tools.buildOrThrow());
  }

  private List<Integer> needs(Making making, Map<Integer, Integer> tools, Makings makings) {
    return making.action() == Action.SUBSTITUTE
        ? makings.references(making.derivation()).asList()
        : Arrays.stream(graph.inputs(making.derivation()))
            .map(input -> tools.getOrDefault(input, input))
            .boxed()
            .toList();
  }

  /** The tools that were chosen for a build that remains; empty where it is not made as it was. */
  Optional<ImmutableMap<Integer, Integer>> tools(Making making) {
    return Optional.ofNullable(remnants.get(twin.applyAsInt(making.derivation())))
        .filter(remnant -> remnant.making().derivation() == making.derivation())
        .filter(remnant -> remnant.making().tools() == making.tools())
        .map(Remnant::tools);
  }

  /** The ways in which all of it was made. */
  ImmutableSet<Attempt> attempts(Makings makings) {
    return remnants.values().stream()
        .map(remnant -> makings.attempt(remnant.making()))
        .collect(ImmutableSet.toImmutableSet());
  }

  /** The derivation that stood for another one, and has to stand for it again. */
  OptionalInt provider(int derivation) {
    int provider = providerOf(derivation);
    return provider < 0 ? OptionalInt.empty() : OptionalInt.of(provider);
  }

  /** Whether all is there that a user takes of a derivation. */
  boolean has(int derivation, Collection<String> outputs) {
    Remnant remnant = remnants.get(twin.applyAsInt(derivation));
    if (remnant == null) {
      return false;
    }
    DerivationFacts facts = graph.facts(remnant.making().derivation());
    boolean hasAll = outputs.stream().allMatch(facts::hasOutput);
    // An output that is a derivation of its own there goes with the whole.
    return remnant.step().present().containsAll(hasAll ? outputs : facts.outputNames());
  }

  /** Whether all is there that an attribute of the image takes of a derivation. */
  boolean hasMeant(int derivation) {
    Remnant remnant = remnants.get(twin.applyAsInt(derivation));
    return remnant != null && remnant.step().present().contains(remnant.step().meant());
  }

  /** Whether all is there that what is substituted may refer to of a derivation. */
  boolean hasSubstituted(int derivation) {
    Remnant remnant = remnants.get(twin.applyAsInt(derivation));
    return remnant != null
        && remnant.making().action() == Action.SUBSTITUTE
        && has(derivation, graph.facts(derivation).outputNames());
  }

  /** How a derivation was made, if it need not be begun again: what runs takes its time. */
  Making making(int derivation) {
    Remnant remnant = remnants.get(twin.applyAsInt(derivation));
    if (remnant == null) {
      throw new IllegalArgumentException("nothing remains of " + graph.path(derivation));
    }
    Making making = remnant.making();
    return remnant.step().state() == State.RUNNING ? making : making.done();
  }
}
