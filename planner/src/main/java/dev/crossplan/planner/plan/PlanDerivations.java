package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Sets;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.DerivationHasher;
import dev.crossplan.planner.derivation.KeptDerivations;
import dev.crossplan.planner.derivation.OmittedVariables;
import dev.crossplan.planner.derivation.OutputReference;
import dev.crossplan.planner.derivation.Replacement;
import dev.crossplan.planner.derivation.Rewriting;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Tools;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The derivations that carry a plan out: those of its steps, each with the chosen providers in
 * place of the evaluated inputs. Outputs are matched by name. Where a provider lacks one, it is a
 * derivation of its own in the provider's world, as libgcc is beside gcc, and is taken from the
 * nearest step of that name, version and host that the provider needs.
 *
 * <p>What is substituted is taken as it was evaluated, and so is all that it was made from. A
 * fetched output keeps its path, but its .drv names the tools of the plan: Nix would build the
 * evaluated ones to run it.
 *
 * <p>Paths are those that Nix computes. In a graph that was cut down after it was evaluated they
 * are other than it says, from what is edited upwards; variables that Nix always sets are restored.
 */
public final class PlanDerivations {
  private final Plan plan;
  private final Map<StorePath, Derivation> evaluated;
  private final String store;
  private final DerivationHasher hasher;

  /** Those that are other than evaluated, by their own paths. */
  private final KeptDerivations changed = new KeptDerivations();

  /** By evaluated path, the paths of substituted derivations and of all that they need. */
  private final Map<StorePath, StorePath> asEvaluated = new HashMap<>();

  private final Map<StorePath, ImmutableMap<String, OutputReference>> outputsOf = new HashMap<>();

  /** By path of the environment that they are made of. */
  private final Map<StorePath, StorePath> nativeEnvironments = new HashMap<>();

  private final Map<StorePath, Integer> providers = new HashMap<>();
  private final List<StorePath> paths = new ArrayList<>();

  private PlanDerivations(Plan plan, Map<StorePath, Derivation> evaluated) {
    this.plan = plan;
    this.evaluated = evaluated;
    this.store =
        plan.steps().stream()
            .findFirst()
            .map(step -> step.derivation().directory())
            .orElse(StorePath.DEFAULT_DIRECTORY);
    this.hasher = new DerivationHasher(store, none -> null);
    for (Step step : plan.steps()) {
      step.provides().forEach(derivation -> providers.put(derivation, step.id()));
    }
    for (Step step : plan.steps()) {
      paths.add(
          step.action() == Action.SUBSTITUTE
              ? asEvaluated(step.derivation())
              : make(step.derivation(), replacements(step)));
    }
  }

  /**
   * Rewrites the derivations of a plan.
   *
   * @param evaluated the derivations of all steps and all that these need, by path
   * @throws InputException if an input, or an output that is used, is in no step
   */
  public static PlanDerivations of(Plan plan, Map<StorePath, Derivation> evaluated) {
    return new PlanDerivations(plan, evaluated);
  }

  /** Makes a derivation of an evaluated one; gives its path. */
  private StorePath make(StorePath path, Map<StorePath, Replacement> replacements) {
    Derivation derivation = evaluated(path);
    boolean isWhole = hasher.derivationPath(derivation).equals(path);
    if (isWhole && replacements.isEmpty()) {
      hasher.add(path, derivation);
      return path;
    }
    Derivation made =
        hasher.withOutputPaths(
            Rewriting.rewrite(
                isWhole ? derivation : OmittedVariables.restore(derivation), replacements));
    StorePath madePath = hasher.derivationPath(made);
    hasher.add(madePath, made);
    if (!madePath.equals(path)) {
      changed.put(madePath, made);
    }
    return madePath;
  }

  /** A derivation as it was evaluated. */
  Derivation evaluated(StorePath path) {
    Derivation derivation = evaluated.get(path);
    if (derivation == null) {
      throw new IllegalArgumentException(path + " is not among the derivations of the plan");
    }
    return derivation;
  }

  // Substituted derivations, and what they were made from

  private record Open(StorePath path, Derivation derivation, Iterator<StorePath> inputs) {
    static Open of(StorePath path, Derivation derivation) {
      return new Open(path, derivation, derivation.inputDerivations().keySet().iterator());
    }
  }

  /** A loop: graphs are too deep to recurse. */
  private StorePath asEvaluated(StorePath root) {
    Deque<Open> open = new ArrayDeque<>();
    if (!asEvaluated.containsKey(root)) {
      open.push(Open.of(root, evaluated(root)));
    }
    while (!open.isEmpty()) {
      Open top = open.peek();
      if (top.inputs().hasNext()) {
        StorePath input = top.inputs().next();
        if (!asEvaluated.containsKey(input)) {
          open.push(Open.of(input, evaluated(input)));
        }
      } else {
        open.pop();
        asEvaluated.put(top.path(), make(top.path(), replacements(top.derivation())));
      }
    }
    return Objects.requireNonNull(asEvaluated.get(root));
  }

  private Map<StorePath, Replacement> replacements(Derivation derivation) {
    Map<StorePath, Replacement> replacements = new TreeMap<>();
    for (StorePath input : derivation.inputDerivations().keySet()) {
      StorePath path = asEvaluated.get(input);
      if (path != null && !path.equals(input)) {
        replacements.put(input, new Replacement(path, exchanges(input, path)));
      }
    }
    return replacements;
  }

  /** The outputs of {@code from} for which {@code to} has some of the same names. */
  private ImmutableMap<String, Replacement.Exchange> exchanges(StorePath from, StorePath to) {
    ImmutableMap<String, OutputReference> taken = references(to);
    ImmutableMap.Builder<String, Replacement.Exchange> exchanges = ImmutableMap.builder();
    references(from)
        .forEach(
            (name, output) -> {
              OutputReference other = taken.get(name);
              if (other != null) {
                exchanges.put(name, new Replacement.Exchange(output, other));
              }
            });
    return exchanges.buildOrThrow();
  }

  /** The outputs of a derivation, by the path that Nix gives it. */
  ImmutableMap<String, OutputReference> references(StorePath path) {
    ImmutableMap<String, OutputReference> known = outputsOf.get(path);
    if (known == null) {
      ImmutableMap.Builder<String, OutputReference> references = ImmutableMap.builder();
      derivation(path)
          .outputs()
          .forEach(
              (name, output) ->
                  references.put(name, new OutputReference(path, name, output.knownPath())));
      known = references.buildOrThrow();
      outputsOf.put(path, known);
    }
    return known;
  }

  // Steps

  private Map<StorePath, Replacement> replacements(Step step) {
    Map<StorePath, Replacement> replacements = new TreeMap<>();
    evaluated(step.derivation())
        .inputDerivations()
        .forEach(
            (input, used) -> {
              int provider = provider(step, input);
              StorePath path = replacing(step, input, provider);
              if (path.equals(input)) {
                return;
              }
              Map<String, Replacement.Exchange> exchanges = new TreeMap<>(exchanges(input, path));
              for (String output : used.names()) {
                if (!exchanges.containsKey(output)) {
                  exchanges.put(
                      output,
                      new Replacement.Exchange(
                          reference(input, output), splitOutput(step, provider, output)));
                }
              }
              replacements.put(input, new Replacement(path, ImmutableMap.copyOf(exchanges)));
            });
    return replacements;
  }

  /** What takes the place of an input, by the path that Nix gives it. */
  private StorePath replacing(Step step, StorePath input, int provider) {
    StorePath path = paths.get(provider);
    return step.toolSet() == Tools.NATIVE_COMPILER
            && step.tools().containsKey(input)
            && isEnvironment(step, input)
        ? nativeEnvironments.computeIfAbsent(path, this::nativeEnvironment)
        : path;
  }

  private boolean isEnvironment(Step step, StorePath input) {
    Optional<String> environment = evaluated(step.derivation()).attribute("stdenv");
    return references(input).values().stream()
        .anyMatch(output -> environment.equals(Optional.of(output.text())));
  }

  private StorePath nativeEnvironment(StorePath path) {
    StorePath out =
        reference(path, "out")
            .path()
            .orElseThrow(
                () ->
                    new InputException(
                        "where the outputs of " + path + " are is not known before it is built",
                        "Maybe give a [[constraint]] on gcc: as-tool = \"emulated\"."));
    Derivation made =
        hasher.withOutputPaths(NativeEnvironment.of(path, derivation(path), out, this::references));
    StorePath madePath = hasher.derivationPath(made);
    hasher.add(madePath, made);
    changed.put(madePath, made);
    return madePath;
  }

  private int provider(Step step, StorePath input) {
    Integer tool = step.tools().get(input);
    Integer provider = tool == null ? providers.get(input) : tool;
    if (provider == null || provider >= paths.size()) {
      throw new IllegalArgumentException(
          "no step before " + step.derivation() + " provides its input " + input);
    }
    return provider;
  }

  private OutputReference reference(StorePath derivation, String output) {
    OutputReference reference = references(derivation).get(output);
    if (reference == null) {
      throw new InputException(
          derivation + " has no output " + output + ", and another derivation uses it",
          "Maybe a file was edited; Nix makes no such derivations.");
    }
    return reference;
  }

  /** The output that {@code provider} lacks, from the nearest step that is named like it. */
  private OutputReference splitOutput(Step user, int provider, String output) {
    Step whole = plan.steps().get(provider);
    BitSet seen = new BitSet();
    Deque<Integer> toVisit = new ArrayDeque<>();
    toVisit.add(provider);
    while (!toVisit.isEmpty()) {
      Step step = plan.steps().get(toVisit.remove());
      if (step.packageName().equals(output)
          && step.version().equals(whole.version())
          && step.host().equals(whole.host())) {
        ImmutableMap<String, OutputReference> outputs = references(paths.get(step.id()));
        return outputs.containsKey(output)
            ? reference(paths.get(step.id()), output)
            : reference(
                paths.get(step.id()),
                outputs.containsKey("out") ? "out" : outputs.keySet().iterator().next());
      }
      for (int input : step.inputs().asList()) {
        if (!seen.get(input)) {
          seen.set(input);
          toVisit.add(input);
        }
      }
    }
    throw new InputException(
        "no step gives the output "
            + output
            + ", which "
            + user.label()
            + " uses of "
            + whole.label()
            + ": "
            + whole.derivation()
            + " has no such output, and it needs no step called "
            + output,
        "Maybe give a [[constraint]] that "
            + whole.packageName()
            + " is not made by "
            + whole.word()
            + ".");
  }

  // Results

  public Plan plan() {
    return plan;
  }

  /** The store that its paths are of. */
  String store() {
    return store;
  }

  /** The derivation of a step, as Nix is to build it. */
  public Derivation derivation(int step) {
    return derivation(path(step));
  }

  /** What is built with a step and is no step of its own: an environment that was made for it. */
  public ImmutableSet<StorePath> builtWith(int step) {
    return ImmutableSet.copyOf(
        Sets.intersection(
            derivation(step).inputDerivations().keySet(),
            ImmutableSet.copyOf(nativeEnvironments.values())));
  }

  /** The path of the .drv of a step. */
  public StorePath path(int step) {
    return paths.get(step);
  }

  /** The paths of the outputs of a step, without those that are not known before it is built. */
  public ImmutableSortedMap<String, StorePath> outputs(int step) {
    ImmutableSortedMap.Builder<String, StorePath> outputs = ImmutableSortedMap.naturalOrder();
    references(path(step))
        .forEach((name, output) -> output.path().ifPresent(path -> outputs.put(name, path)));
    return outputs.buildOrThrow();
  }

  /**
   * Whether the .drv of a step differs from the evaluated one in any way. Its outputs may be the
   * same: another .drv of the same sources will do.
   */
  public boolean isRewritten(int step) {
    return !path(step).equals(plan.steps().get(step).derivation());
  }

  /** The steps that provide the attributes of the image, in the order of the manifest. */
  public ImmutableIntArray roots() {
    return ImmutableIntArray.copyOf(plan.image().values());
  }

  /** Any derivation that is needed, by the path that Nix gives it. */
  Derivation derivation(StorePath path) {
    Derivation found = changed.get(path);
    return found == null ? evaluated(path) : found;
  }

  /** Whether the instances evaluated to the derivation with that path. */
  boolean isAsEvaluated(StorePath path) {
    return !changed.containsKey(path);
  }

  /** The step that provides an evaluated derivation. */
  Step provider(StorePath evaluatedInput) {
    Integer provider = providers.get(evaluatedInput);
    if (provider == null) {
      throw new IllegalArgumentException("no step provides " + evaluatedInput);
    }
    return plan.steps().get(provider);
  }

  /** Whether a step gives the output paths of an evaluated derivation. */
  boolean haveSameOutputs(Step step, StorePath evaluatedInput) {
    ImmutableMap<String, OutputReference> made = references(path(step.id()));
    return references(evaluatedInput).values().stream()
        .allMatch(
            output ->
                output.path().isPresent()
                    && made.values().stream()
                        .anyMatch(other -> other.path().equals(output.path())));
  }
}
