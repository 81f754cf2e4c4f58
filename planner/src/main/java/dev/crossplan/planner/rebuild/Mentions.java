package dev.crossplan.planner.rebuild;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ListMultimap;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.KnownTexts;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.OutputReference;
import dev.crossplan.planner.derivation.StorePath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Where a derivation names some of its inputs: by attribute, the outputs in the order in which they
 * are named, and the text around them. {@code builder} and {@code args} count as attributes.
 */
final class Mentions {
  /** Of a derivation that names nothing. */
  static final Mentions NONE = new Mentions(ImmutableListMultimap.of(), Map.of());

  private static final String BUILDER = " builder";
  private static final String ARGS = " args";

  private final ImmutableListMultimap<String, OutputReference> byAttribute;

  /** By attribute and input, the outputs of it in the order in which they are named. */
  private final ListMultimap<Named, String> outputsOf = ArrayListMultimap.create();

  private record Named(String attribute, StorePath input) {}

  /** By attribute, the inputs that it names, each with its place among them. */
  private final Map<String, Map<StorePath, Integer>> places = new HashMap<>();

  /** By attribute that names any, its text without them, and without paths of its own. */
  private final Map<String, String> around;

  private Mentions(
      ImmutableListMultimap<String, OutputReference> byAttribute, Map<String, String> around) {
    this.byAttribute = byAttribute;
    this.around = around;
    byAttribute.forEach(
        (attribute, output) -> {
          Map<StorePath, Integer> named =
              places.computeIfAbsent(attribute, none -> new HashMap<>());
          named.putIfAbsent(output.derivation(), named.size());
          outputsOf.put(new Named(attribute, output.derivation()), output.output());
        });
  }

  /**
   * Finds them.
   *
   * @param user path of the derivation
   * @param inputs those that are looked for; one that was not read is not found
   */
  static Mentions of(
      StorePath user,
      Derivation derivation,
      Collection<StorePath> inputs,
      WholeDerivations derivations) {
    Reader reader = new Reader(user);
    for (StorePath input : inputs) {
      derivations.summary(input).ifPresent(found -> reader.lookFor(input, found.outputs()));
    }
    reader.lookFor(user, derivation.outputs());
    derivation.forEachAttribute(reader::read);
    reader.read(BUILDER, derivation.builderExecutable());
    derivation.args().forEach(arg -> reader.read(ARGS, arg));
    return new Mentions(reader.found.build(), reader.around);
  }

  private static final class Reader {
    private final StorePath user;
    private final KnownTexts<OutputReference> texts = new KnownTexts<>();
    private final Set<String> known = new HashSet<>();
    private final ImmutableListMultimap.Builder<String, OutputReference> found =
        ImmutableListMultimap.builder();
    private final Map<String, String> around = new HashMap<>();

    Reader(StorePath user) {
      this.user = user;
    }

    /** Of two downloads that have the same output, the first is found. */
    void lookFor(StorePath path, Map<String, Output> outputs) {
      outputs.forEach(
          (name, output) -> {
            OutputReference reference = new OutputReference(path, name, output.knownPath());
            if (known.add(reference.text())) {
              texts.put(reference.text(), reference);
            }
          });
    }

    void read(String attribute, String text) {
      StringBuilder between = new StringBuilder();
      List<OutputReference> named = new ArrayList<>();
      texts.split(
          text,
          between::append,
          each -> {
            if (each.derivation().equals(user)) {
              between.append('\0').append(each.output());
            } else {
              named.add(each);
            }
            between.append('\0');
          });
      if (!named.isEmpty() || attribute.equals(ARGS)) {
        found.putAll(attribute, named);
        around.merge(attribute, between.append('\0').toString(), String::concat);
      }
    }
  }

  /** An input, and the one in whose place it stands. */
  record Place(StorePath now, StorePath was) {}

  /**
   * By attribute that is the same but for such inputs, which stands here where which one stands
   * there.
   */
  ImmutableList<ImmutableSet<Place>> places(Mentions others) {
    ImmutableList.Builder<ImmutableSet<Place>> places = ImmutableList.builder();
    for (String attribute : byAttribute.keySet()) {
      List<OutputReference> here = byAttribute.get(attribute);
      List<OutputReference> there = others.byAttribute.get(attribute);
      if (here.size() == there.size()
          && Objects.equals(around.get(attribute), others.around.get(attribute))) {
        ImmutableSet.Builder<Place> inIt = ImmutableSet.builder();
        for (int i = 0; i < here.size(); i++) {
          inIt.add(new Place(here.get(i).derivation(), there.get(i).derivation()));
        }
        places.add(inIt.build());
      }
    }
    return places.build();
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
      List<String> here = outputsOf.get(new Named(attribute, input));
      List<String> there = others.outputsOf.get(new Named(attribute, other));
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
}
