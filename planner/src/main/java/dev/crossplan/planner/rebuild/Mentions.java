package dev.crossplan.planner.rebuild;

import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.KnownTexts;
import dev.crossplan.planner.derivation.OutputReference;
import dev.crossplan.planner.derivation.StorePath;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a derivation names some of its inputs: by attribute, the outputs in the order in which they
 * are named. {@code builder} and {@code args} count as attributes.
 */
final class Mentions {
  /** Of a derivation that names nothing. */
  static final Mentions NONE = new Mentions(ImmutableListMultimap.of());

  private final ImmutableListMultimap<String, OutputReference> byAttribute;

  /** By attribute, the inputs that it names, each with its place among them. */
  private final Map<String, Map<StorePath, Integer>> places = new HashMap<>();

  private Mentions(ImmutableListMultimap<String, OutputReference> byAttribute) {
    this.byAttribute = byAttribute;
    byAttribute.forEach(
        (attribute, output) -> {
          Map<StorePath, Integer> named =
              places.computeIfAbsent(attribute, none -> new HashMap<>());
          named.putIfAbsent(output.derivation(), named.size());
        });
  }

  /**
   * Finds them.
   *
   * @param inputs those that are looked for; one that was not read is not found
   */
  static Mentions of(Derivation user, Collection<StorePath> inputs, WholeDerivations derivations) {
    KnownTexts<OutputReference> texts = new KnownTexts<>();
    Set<String> known = new HashSet<>();
    for (StorePath input : inputs) {
      derivations
          .find(input)
          .ifPresent(
              derivation ->
                  derivation
                      .outputs()
                      .forEach(
                          (name, output) -> {
                            OutputReference reference =
                                new OutputReference(input, name, output.knownPath());
                            // Two downloads may have the same output.
                            if (known.add(reference.text())) {
                              texts.put(reference.text(), reference);
                            }
                          }));
    }
    ImmutableListMultimap.Builder<String, OutputReference> found = ImmutableListMultimap.builder();
    user.forEachAttribute(
        (name, text) -> texts.split(text, other -> {}, each -> found.put(name, each)));
    texts.split(user.builderExecutable(), other -> {}, each -> found.put(" builder", each));
    user.args().forEach(arg -> texts.split(arg, other -> {}, each -> found.put(" args", each)));
    return new Mentions(found.build());
  }

  /**
   * In how many attributes an input is named where another user names another one; twice each where
   * that is at the same place among the inputs.
   */
  int agreement(StorePath input, Mentions others, StorePath other) {
    int agreement = 0;
    for (Map.Entry<String, Map<StorePath, Integer>> entry : places.entrySet()) {
      Map<StorePath, Integer> here = entry.getValue();
      Map<StorePath, Integer> there = others.places.getOrDefault(entry.getKey(), Map.of());
      Integer at = here.get(input);
      Integer otherAt = there.get(other);
      if (at != null && otherAt != null) {
        boolean isSamePlace = at.equals(otherAt) || here.size() - at == there.size() - otherAt;
        agreement += isSamePlace ? 2 : 1;
      }
    }
    return agreement;
  }

  /**
   * By output of an input, the one output of another input that another user names wherever this
   * one is named here. What stands for several is left out.
   */
  ImmutableMap<String, String> outputs(StorePath input, Mentions others, StorePath other) {
    Map<String, Set<String>> standing = new HashMap<>();
    for (String attribute : byAttribute.keySet()) {
      List<String> here = outputs(attribute, input);
      List<String> there = others.outputs(attribute, other);
      for (int i = 0; here.size() == there.size() && i < here.size(); i++) {
        standing.computeIfAbsent(here.get(i), none -> new HashSet<>()).add(there.get(i));
      }
    }
    ImmutableMap.Builder<String, String> outputs = ImmutableMap.builder();
    standing.forEach(
        (output, stands) -> {
          if (stands.size() == 1) {
            outputs.put(output, ImmutableSet.copyOf(stands).asList().get(0));
          }
        });
    return outputs.buildOrThrow();
  }

  private List<String> outputs(String attribute, StorePath input) {
    return byAttribute.get(attribute).stream()
        .filter(mention -> mention.derivation().equals(input))
        .map(OutputReference::output)
        .toList();
  }
}
