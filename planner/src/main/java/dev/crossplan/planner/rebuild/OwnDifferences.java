package dev.crossplan.planner.rebuild;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.OutputReference;
import dev.crossplan.planner.derivation.Replacement;
import dev.crossplan.planner.derivation.Replacement.Exchange;
import dev.crossplan.planner.derivation.Rewriting;
import dev.crossplan.planner.derivation.StorePath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * In what a derivation differs from what it was, but for inputs that changed themselves: it is
 * given the inputs of before, and then compared.
 */
final class OwnDifferences {
  private final WholeDerivations derivations;

  /**
   * @param derivations all that are compared and their inputs that have counterparts were read
   */
  OwnDifferences(WholeDerivations derivations) {
    this.derivations = derivations;
  }

  /**
   * The names of attributes that differ, or which one of the two lacks; {@code builder}, {@code
   * args}, {@code outputs}, {@code inputs} and {@code sources} are called so, too.
   *
   * @param inputs of {@code now} that changed, and what each was
   */
  ImmutableSortedSet<String> between(
      StorePath now, StorePath was, Map<StorePath, StorePath> inputs) {
    Derivation before = derivations.get(was);
    Derivation after = withInputsOfBefore(now, was, before, inputs);
    ImmutableSortedSet<String> found = differences(before, after);
    if (found.isEmpty() || !isOfSameVersion(now, was)) {
      return found;
    }
    Optional<VersionTexts> versions = VersionTexts.of(inputs, derivations);
    boolean onlyFollows =
        versions.isPresent() && differences(before, versions.get().ofBefore(after)).isEmpty();
    return onlyFollows ? ImmutableSortedSet.of() : found;
  }

  /** One that is of another version itself changed, be it to that of an input. */
  private boolean isOfSameVersion(StorePath now, StorePath was) {
    return derivations.getSummary(now).version().equals(derivations.getSummary(was).version());
  }

  private static ImmutableSortedSet<String> differences(Derivation before, Derivation after) {
    ImmutableSortedSet.Builder<String> differing = ImmutableSortedSet.naturalOrder();
    Map<String, String> attributes = attributes(before);
    attributes(after)
        .forEach(
            (name, value) -> {
              if (!Objects.equals(attributes.remove(name), value)) {
                differing.add(name);
              }
            });
    differing.addAll(attributes.keySet());
    if (!after.name().equals(before.name())) {
      differing.add("name");
    }
    if (!after.system().equals(before.system())) {
      differing.add("system");
    }
    if (!after.builderExecutable().equals(before.builderExecutable())) {
      differing.add("builder");
    }
    if (!after.args().equals(before.args())) {
      differing.add("args");
    }
    if (!kinds(after).equals(kinds(before))) {
      differing.add("outputs");
    }
    ImmutableSortedSet<String> found = differing.build();
    // Mostly an attribute tells as much.
    if (found.isEmpty() && !after.inputSources().equals(before.inputSources())) {
      return ImmutableSortedSet.of("sources");
    }
    return found.isEmpty() && !after.inputDerivations().equals(before.inputDerivations())
        ? ImmutableSortedSet.of("inputs")
        : found;
  }

  private Derivation withInputsOfBefore(
      StorePath now, StorePath was, Derivation itBefore, Map<StorePath, StorePath> inputs) {
    Derivation after = derivations.get(now);
    Mentions here = Mentions.of(now, after, inputs.keySet(), derivations);
    Mentions there = Mentions.of(was, itBefore, ImmutableSet.copyOf(inputs.values()), derivations);
    Map<StorePath, Replacement> replacements = new HashMap<>();
    Set<String> texts = new HashSet<>();
    new TreeMap<>(inputs)
        .forEach(
            (input, before) -> {
              ImmutableMap<String, Exchange> exchanges =
                  exchanges(input, before, here.outputs(input, there, before));
              InputOutputs used = after.inputDerivations().get(input);
              // Without an output that is used, it is the user that differs. Of two downloads of
              // one output, a text names only one.
              if (used != null
                  && exchanges.keySet().containsAll(used.names())
                  && exchanges.values().stream()
                      .noneMatch(exchange -> texts.contains(exchange.from().text()))) {
                exchanges.values().forEach(exchange -> texts.add(exchange.from().text()));
                replacements.put(input, new Replacement(before, exchanges));
              }
            });
    replacements.put(now, new Replacement(was, exchanges(now, was, ImmutableMap.of())));
    return Rewriting.rewrite(after, replacements);
  }

  /**
   * By output, the one of the same name. Where one of both has an output that the other has not, as
   * when a package is split, it is the one that is named in the same places.
   */
  private ImmutableMap<String, Exchange> exchanges(
      StorePath from, StorePath to, ImmutableMap<String, String> samePlaces) {
    ImmutableMap.Builder<String, Exchange> exchanges = ImmutableMap.builder();
    Map<String, Output> here = derivations.getSummary(from).outputs();
    Map<String, Output> there = derivations.getSummary(to).outputs();
    here.forEach(
        (name, output) -> {
          String placed = samePlaces.getOrDefault(name, name);
          String taken = there.containsKey(name) && here.containsKey(placed) ? name : placed;
          Output other = there.get(taken);
          if (other != null) {
            exchanges.put(
                name,
                new Exchange(
                    new OutputReference(from, name, output.knownPath()),
                    new OutputReference(to, taken, other.knownPath())));
          }
        });
    return exchanges.buildOrThrow();
  }

  private static Map<String, String> attributes(Derivation derivation) {
    Map<String, String> attributes = new TreeMap<>();
    derivation.forEachAttribute(attributes::put);
    return attributes;
  }

  /** By name what an output is, without the path where that follows from the rest. */
  private static Map<String, Object> kinds(Derivation derivation) {
    Map<String, Object> kinds = new TreeMap<>();
    derivation
        .outputs()
        .forEach(
            (name, output) ->
                kinds.put(
                    name,
                    output instanceof Output.InputAddressed ? Optional.empty() : (Object) output));
    return kinds;
  }
}
