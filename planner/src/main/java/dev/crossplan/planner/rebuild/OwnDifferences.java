package dev.crossplan.planner.rebuild;

import com.google.common.collect.ImmutableMap;
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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * In what a derivation differs from what it was, but for inputs that changed themselves: it is
 * given the inputs of before, and then compared.
 */
final class OwnDifferences {
  private final Map<StorePath, Derivation> derivations;

  /**
   * @param derivations by path, all that are compared and their inputs that have counterparts
   */
  OwnDifferences(Map<StorePath, Derivation> derivations) {
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
    Derivation before = derivation(was);
    Derivation after = withInputsOfBefore(now, was, inputs);
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

  private Derivation derivation(StorePath path) {
    Derivation derivation = derivations.get(path);
    if (derivation == null) {
      throw new IllegalArgumentException(path + " was not read");
    }
    return derivation;
  }

  private Derivation withInputsOfBefore(
      StorePath now, StorePath was, Map<StorePath, StorePath> inputs) {
    Derivation after = derivation(now);
    Map<StorePath, Replacement> replacements = new HashMap<>();
    inputs.forEach(
        (input, before) -> {
          ImmutableMap<String, Exchange> exchanges = exchanges(input, before);
          InputOutputs used = after.inputDerivations().get(input);
          // Without an output that is used, it is the user that differs.
          if (used != null && exchanges.keySet().containsAll(used.names())) {
            replacements.put(input, new Replacement(before, exchanges));
          }
        });
    replacements.put(now, new Replacement(was, exchanges(now, was)));
    return Rewriting.rewrite(after, replacements);
  }

  private ImmutableMap<String, Exchange> exchanges(StorePath from, StorePath to) {
    ImmutableMap.Builder<String, Exchange> exchanges = ImmutableMap.builder();
    Map<String, Output> there = derivation(to).outputs();
    derivation(from)
        .outputs()
        .forEach(
            (name, output) -> {
              Output other = there.get(name);
              if (other != null) {
                exchanges.put(
                    name,
                    new Exchange(
                        new OutputReference(from, name, output.knownPath()),
                        new OutputReference(to, name, other.knownPath())));
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
