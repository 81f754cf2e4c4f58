package dev.crossplan.planner.alternative;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.choice.ChoiceProblem;
import dev.crossplan.planner.choice.ProblemDraft;
import dev.crossplan.planner.choice.Selection;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.variant.Evidence;
import dev.crossplan.planner.variant.Package;
import dev.crossplan.planner.variant.Packages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All ways to come by the image, as a choice problem. Kinds of artifacts:
 *
 * <ul>
 *   <li>a derivation <em>made</em>: its recipes build it by a strategy, fetch it, or substitute it,
 *       and need what stands for each of its inputs;
 *   <li>what <em>stands for</em> a derivation where it is an input: one of the variants of its
 *       package, or of a package that it is a bootstrap stage of. These recipes cost nothing.
 *   <li>a <em>tool</em> of emulated builds: what stands for it, or for one that runs natively.
 * </ul>
 *
 * <p>A variant stands for another only if it has all outputs that are used of it. Where an output
 * is a derivation of its own in the other world, as libgcc is when gcc is cross-compiled, it has it
 * if it needs that derivation.
 *
 * <p>A substituted output is the one that was evaluated and brings the references that it was built
 * with, so for the target it needs its inputs substituted as well.
 */
public final class Alternatives {
  private static final int NONE = -1;

  private final Packages packages;
  private final DerivationGraph graph;
  private final Manifest manifest;
  private final Makings makings;
  private final ImmutableSet<Integer> alone;

  private final ProblemDraft draft = new ProblemDraft();
  private final int[] twin;
  private final int[] made;
  private final int[] substituted;
  private final int[] standing;
  private final int[] there;
  private final Map<Tool, Integer> tools = new HashMap<>();
  private final Map<List<Integer>, Integer> anyNative = new HashMap<>();
  private final Remains remains;
  private final List<ImmutableSet<String>> usedOutputs;
  private final List<List<Meaning>> meanings = new ArrayList<>();
  private final Map<List<Integer>, Integer> standingFor = new HashMap<>();
  private final Map<SplitOutput, Boolean> splitOutputs = new HashMap<>();
  private final Deque<Integer> open = new ArrayDeque<>();
  private final Map<Root, Integer> rootArtifacts = new LinkedHashMap<>();
  private final ChoiceProblem problem;
  private final ImmutableList<Root> roots;

  private record Tool(int derivation, int natively) {}

  /**
   * What a build may have in the place of its inputs.
   *
   * @param fixed by input, what it has
   * @param free by input, a tool that runs natively and that it may have
   */
  private record Exchanged(
      ImmutableMap<Integer, Integer> fixed, ImmutableMap<Integer, Integer> free) {
    static final Exchanged NOTHING = new Exchanged(ImmutableMap.of(), ImmutableMap.of());
  }

  private record SplitOutput(int variant, String output) {}

  /**
   * What a recipe means: a way to make a derivation, or that another artifact stands for this one.
   */
  private record Meaning(@Nullable Making making, int standsIn) {}

  /**
   * An attribute of the image.
   *
   * @param derivations what it is in each instance that is for the target, the first of the
   *     manifest first
   */
  public record Root(String attribute, ImmutableIntArray derivations) {}

  /**
   * Collects the alternatives for the image of the manifest.
   *
   * @throws InputException if an attribute of the image is in no instance for the target
   */
  public static Alternatives of(Packages packages, Manifest manifest, Makings makings) {
    return of(packages, manifest, makings, ImmutableSet.of());
  }

  /**
   * The same, but nothing else stands for some derivations.
   *
   * @throws InputException if an attribute of the image is in no instance for the target
   */
  public static Alternatives of(
      Packages packages, Manifest manifest, Makings makings, ImmutableSet<Integer> alone) {
    return new Alternatives(packages, manifest, makings, alone);
  }

  private Alternatives(
      Packages packages, Manifest manifest, Makings makings, ImmutableSet<Integer> alone) {
    this.packages = packages;
    this.graph = packages.graph();
    this.manifest = manifest;
    this.alone = alone;
    this.twin = twins();
    this.made = filled(graph.size());
    this.substituted = filled(graph.size());
    this.standing = filled(graph.size());
    this.there = filled(graph.size());
    this.usedOutputs = usedOutputs();
    this.remains = new Remains(graph, makings, each -> twin[each], this::standsIn);
    this.makings = makings.keeping(remains);
    this.roots = ImageRoots.of(packages, manifest);
    for (Root root : roots) {
      rootArtifacts.put(root, rootArtifact(root));
    }
    rootArtifacts.values().forEach(draft::root);
    while (!open.isEmpty()) {
      addMakings(open.pop());
    }
    this.problem = draft.finish();
  }

  private static int[] filled(int size) {
    int[] array = new int[size];
    java.util.Arrays.fill(array, NONE);
    return array;
  }

  /**
   * By derivation, the least of those with the same output paths: to make one is to make them all.
   * The arrays of artifacts are filled for these only.
   */
  private int[] twins() {
    int[] twins = new int[graph.size()];
    Map<List<StorePath>, Integer> first = new HashMap<>();
    for (int derivation = 0; derivation < twins.length; derivation++) {
      List<StorePath> outputs = new ArrayList<>();
      DerivationFacts facts = graph.facts(derivation);
      for (int output = 0; output < facts.outputCount(); output++) {
        StorePath path = facts.outputPath(output);
        if (path != null) {
          outputs.add(path);
        }
      }
      boolean known = outputs.size() == facts.outputCount();
      Integer other = known ? first.putIfAbsent(outputs, derivation) : null;
      twins[derivation] = other == null ? derivation : other;
    }
    return twins;
  }

  /** By derivation, the outputs that any derivation uses of it. */
  private List<ImmutableSet<String>> usedOutputs() {
    List<ImmutableSet<String>> used = new ArrayList<>();
    ImmutableSet<String> out = ImmutableSet.of("out");
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      used.add(graph.facts(derivation).hasOutput("out") ? out : ImmutableSet.of());
    }
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      int[] inputs = graph.inputs(derivation);
      ImmutableList<ImmutableList<String>> outputs = graph.inputOutputs(derivation);
      for (int i = 0; i < inputs.length; i++) {
        ImmutableSet<String> known = used.get(inputs[i]);
        if (!known.containsAll(outputs.get(i))) {
          used.set(
              inputs[i],
              ImmutableSet.<String>builder().addAll(known).addAll(outputs.get(i)).build());
        }
      }
    }
    return used;
  }

  // Artifacts

  private int artifact(String name) {
    meanings.add(new ArrayList<>());
    return draft.artifact(name);
  }

  private void recipe(int artifact, String name, double cost, Meaning meaning, int... needs) {
    draft.recipe(artifact, name, cost, needs);
    meanings.get(artifact).add(meaning);
  }

  private int rootArtifact(Root root) {
    TreeSet<Integer> standingIn = new TreeSet<>();
    root.derivations().forEach(derivation -> standingIn.add(standingInImage(derivation)));
    if (standingIn.size() == 1) {
      return standingIn.first();
    }
    int artifact = artifact("attribute " + root.attribute());
    for (int other : standingIn) {
      recipe(artifact, "by " + other, 0, new Meaning(null, other), other);
    }
    return artifact;
  }

  private int standingInImage(int derivation) {
    OptionalInt provider = remains.provider(derivation);
    return provider.isPresent() && remains.hasMeant(provider.getAsInt())
        ? there(provider.getAsInt())
        : standing(derivation);
  }

  /** The artifact for {@code derivation} as it is in the store already. */
  private int there(int derivation) {
    int any = twin[derivation];
    if (there[any] == NONE) {
      there[any] = artifact(graph.path(any).baseName() + ", there");
      recipe(there[any], "there", 0, new Meaning(remains.making(any), NONE));
    }
    return there[any];
  }

  /** The artifact for {@code derivation} being made, or another one of the same output paths. */
  private int made(int derivation) {
    int any = twin[derivation];
    if (made[any] == NONE) {
      made[any] = artifact(graph.path(any).baseName());
      open.push(any);
    }
    return made[any];
  }

  /** The artifact for whatever stands for {@code derivation} as an input. */
  private int standing(int derivation) {
    if (standing[derivation] == NONE) {
      List<Integer> variants = standIns(derivation);
      standing[derivation] =
          variants.size() == 1
              ? madeOrThere(variants.get(0), derivation)
              : standingArtifact(variants, derivation);
    }
    return standing[derivation];
  }

  /** One for all derivations that the same may stand for. */
  private int standingArtifact(List<Integer> variants, int derivation) {
    List<Integer> others =
        variants.stream().map(variant -> madeOrThere(variant, derivation)).toList();
    @Nullable Integer known = standingFor.get(others);
    if (known != null) {
      return known;
    }
    int artifact = artifact(packages.of(variants.get(0)).toString());
    for (int i = 0; i < others.size(); i++) {
      int other = others.get(i);
      String name = graph.path(variants.get(i)).baseName();
      recipe(artifact, name, 0, new Meaning(null, other), other);
    }
    standingFor.put(others, artifact);
    return artifact;
  }

  private int madeOrThere(int variant, int derivation) {
    return remains.has(variant, usedOutputs.get(derivation)) ? there(variant) : made(variant);
  }

  /** The derivations that may stand for {@code derivation}; only one if it has stood for it. */
  private List<Integer> standIns(int derivation) {
    OptionalInt provider = remains.provider(derivation);
    return provider.isPresent() ? List.of(twin[provider.getAsInt()]) : allStandIns(derivation);
  }

  private boolean standsIn(int variant, int derivation) {
    return allStandIns(derivation).contains(twin[variant]);
  }

  /** The derivations that may stand for {@code derivation}, itself among them. */
  private List<Integer> allStandIns(int derivation) {
    if (alone.contains(derivation)) {
      return List.of(twin[derivation]);
    }
    TreeSet<Integer> found = new TreeSet<>();
    addStandIns(packages.of(derivation), derivation, found);
    for (Evidence stage : packages.servedBy(derivation)) {
      addStandIns(packages.of(stage.second()), derivation, found);
    }
    return List.copyOf(found);
  }

  private void addStandIns(Package from, int derivation, Set<Integer> found) {
    for (int variant : from.variants().asList()) {
      if (variant == derivation || hasUsedOutputs(variant, derivation)) {
        found.add(twin[variant]);
      }
    }
  }

  private boolean hasUsedOutputs(int variant, int derivation) {
    DerivationFacts facts = graph.facts(variant);
    boolean sameBuild = facts.system().equals(graph.facts(derivation).system());
    Iterable<String> needed =
        sameBuild ? graph.facts(derivation).outputNames() : usedOutputs.get(derivation);
    for (String output : needed) {
      if (!facts.hasOutput(output) && (sameBuild || !hasSplitOutput(variant, output))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether {@code variant} needs a derivation named like the output, of the same version and host
   * platform.
   */
  private boolean hasSplitOutput(int variant, String output) {
    return splitOutputs.computeIfAbsent(
        new SplitOutput(variant, output), none -> findSplitOutput(variant, output).isPresent());
  }

  private OptionalInt findSplitOutput(int variant, String output) {
    String version = packages.name(variant).version();
    Optional<String> host = packages.hosts().system(variant);
    BitSet seen = new BitSet();
    Deque<Integer> toVisit = new ArrayDeque<>(List.of(variant));
    while (!toVisit.isEmpty()) {
      int derivation = toVisit.pop();
      for (int input : graph.inputs(derivation)) {
        if (seen.get(input) || graph.facts(input).isFixedOutput()) {
          continue;
        }
        seen.set(input);
        if (packages.name(input).base().equals(output)
            && packages.name(input).version().equals(version)
            && packages.hosts().system(input).equals(host)) {
          return OptionalInt.of(input);
        }
        toVisit.push(input);
      }
    }
    return OptionalInt.empty();
  }

  // Recipes

  private void addMakings(int any) {
    int artifact = made[any];
    List<Making> substitutions = new ArrayList<>();
    for (int derivation : twins(any)) {
      for (Making making : makings.of(derivation).possible()) {
        if (making.action() == Action.SUBSTITUTE) {
          substitutions.add(making);
        } else {
          recipe(
              artifact,
              making.word(),
              makings.cost(making),
              new Meaning(making, NONE),
              inputArtifacts(making));
        }
      }
    }
    if (!substitutions.isEmpty()) {
      addSubstitute(substitutions.get(0), artifact);
    }
  }

  private void addSubstitute(Making making, int artifact) {
    if (!makings.isForTarget(making.derivation())) {
      recipe(artifact, making.word(), makings.cost(making), new Meaning(making, NONE));
      return;
    }
    int other = substituted(making.derivation());
    recipe(artifact, making.word(), 0, new Meaning(null, other), other);
  }

  /** The derivations with the same output paths as {@code any}, the least of them. */
  private List<Integer> twins(int any) {
    List<Integer> twins = new ArrayList<>(List.of(any));
    for (int variant : packages.of(any).variants().asList()) {
      if (variant != any && twin[variant] == any) {
        twins.add(variant);
      }
    }
    return twins;
  }

  /**
   * The artifact for {@code derivation} being substituted, with what it refers to substituted too.
   */
  private int substituted(int derivation) {
    Deque<Integer> toAdd = new ArrayDeque<>();
    int artifact = substitutedArtifact(derivation, toAdd);
    while (!toAdd.isEmpty()) {
      int any = toAdd.pop();
      for (int next : twins(any)) {
        makings.substitution(next).ifPresent(making -> addSubstitution(any, making, toAdd));
      }
    }
    return artifact;
  }

  private void addSubstitution(int any, Making making, Deque<Integer> toAdd) {
    List<Integer> needs = new ArrayList<>();
    for (int reference : makings.references(making.derivation()).asList()) {
      if (!remains.hasSubstituted(reference)) {
        needs.add(substitutedArtifact(reference, toAdd));
      }
    }
    recipe(
        substituted[any],
        making.word(),
        makings.cost(making),
        new Meaning(making, NONE),
        needs.stream().mapToInt(Integer::intValue).toArray());
  }

  private int substitutedArtifact(int derivation, Deque<Integer> toAdd) {
    int any = twin[derivation];
    if (substituted[any] == NONE) {
      substituted[any] = artifact(graph.path(any).baseName() + ", substituted");
      toAdd.push(any);
    }
    return substituted[any];
  }

  /** What stands for the inputs, without what is there of them. */
  private int[] inputArtifacts(Making making) {
    Exchanged exchanged = exchanged(making);
    int[] inputs = graph.inputs(making.derivation());
    ImmutableList<ImmutableList<String>> outputs = graph.inputOutputs(making.derivation());
    List<Integer> needs = new ArrayList<>();
    List<Integer> natively = new ArrayList<>();
    boolean hasNative = !exchanged.fixed().isEmpty() || exchanged.free().isEmpty();
    for (int i = 0; i < inputs.length; i++) {
      int input = exchanged.fixed().getOrDefault(inputs[i], inputs[i]);
      @Nullable Integer tool = exchanged.free().get(inputs[i]);
      boolean isToolThere = tool != null && isThere(tool, outputs.get(i));
      hasNative |= isToolThere;
      if (tool != null && !isToolThere) {
        natively.add(standing(tool));
      }
      if (!isToolThere && !isThere(input, outputs.get(i))) {
        needs.add(tool == null ? standing(input) : tool(input, tool));
      }
    }
    if (!hasNative) {
      needs.add(anyNative(natively));
    }
    return needs.stream().mapToInt(Integer::intValue).toArray();
  }

  private Exchanged exchanged(Making making) {
    Optional<ImmutableMap<Integer, Integer>> again = remains.tools(making);
    if (again.isPresent()) {
      return new Exchanged(again.get(), ImmutableMap.of());
    } else if (making.tools() == Tools.AS_EVALUATED) {
      return Exchanged.NOTHING;
    }
    ImmutableMap.Builder<Integer, Integer> fixed = ImmutableMap.builder();
    ImmutableMap.Builder<Integer, Integer> free = ImmutableMap.builder();
    OptionalInt environment = packages.standardEnvironment(making.derivation());
    makings
        .tools()
        .of(making.derivation(), making.tools())
        .forEach(
            (input, natively) ->
                (environment.equals(OptionalInt.of(input))
                            || makings.tools().isDemanded(making.derivation(), input)
                        ? fixed
                        : free)
                    .put(input, natively));
    return new Exchanged(fixed.buildOrThrow(), free.buildOrThrow());
  }

  /** The artifact for a tool of emulated builds, which may be another that runs natively. */
  private int tool(int derivation, int natively) {
    return tools.computeIfAbsent(new Tool(derivation, natively), this::toolArtifact);
  }

  private int toolArtifact(Tool tool) {
    int evaluated = standing(tool.derivation());
    int natively = standing(tool.natively());
    int artifact = artifact(graph.path(tool.derivation()).baseName() + ", as a tool");
    recipe(artifact, "as evaluated", 0, new Meaning(null, evaluated), evaluated);
    recipe(artifact, "natively", 0, new Meaning(null, natively), natively);
    return artifact;
  }

  /** The artifact for one of some: who has none of them has no native tools. */
  private int anyNative(List<Integer> standing) {
    List<Integer> sorted = standing.stream().sorted().distinct().toList();
    return sorted.size() == 1
        ? sorted.get(0)
        : anyNative.computeIfAbsent(sorted, this::anyNativeArtifact);
  }

  private int anyNativeArtifact(List<Integer> standing) {
    int artifact = artifact("native tools " + standing);
    for (int each : standing) {
      recipe(artifact, "with " + each, 0, new Meaning(null, each), each);
    }
    return artifact;
  }

  private boolean isThere(int derivation, List<String> outputs) {
    OptionalInt provider = remains.provider(derivation);
    return provider.isPresent() && remains.has(provider.getAsInt(), outputs);
  }

  // Results

  public ChoiceProblem problem() {
    return problem;
  }

  public Packages packages() {
    return packages;
  }

  public Manifest manifest() {
    return manifest;
  }

  public ImmutableList<Root> roots() {
    return roots;
  }

  /** What {@code recipe} of the problem makes; empty where it only says what stands for what. */
  public Optional<Making> making(int recipe) {
    return Optional.ofNullable(meaning(recipe).making());
  }

  /** As cheap a selection, in which emulated builds have more native tools where there is one. */
  public Selection withNativeTools(Selection selection) {
    return new TieBreak(problem, this::making).of(selection);
  }

  private Meaning meaning(int recipe) {
    int artifact = problem.artifactOf(recipe);
    return meanings.get(artifact).get(recipe - problem.firstRecipe(artifact));
  }

  /**
   * The selection in which each of some derivations stands for itself.
   *
   * @param ways for each derivation how it is made
   * @return empty if that is no answer, as where two of them are one package
   */
  public Optional<Selection> exactly(Map<Integer, Making> ways) {
    int[] chosen = filled(problem.artifactCount());
    for (int derivation : graph.inputsFirst()) {
      Making making = ways.get(derivation);
      int itself = made[twin[derivation]];
      if (making == null || itself == NONE) {
        continue;
      }
      if (chosen[itself] == NONE) { // of twins the first one that can be made
        chosen[itself] = recipe(itself, meaning -> making.equals(meaning.making()));
        int brought = substituted[twin[derivation]];
        if (chosen[itself] == NONE && brought != NONE && making.action() == Action.SUBSTITUTE) {
          chosen[itself] = recipe(itself, meaning -> meaning.standsIn() == brought);
          chosen[brought] = recipe(brought, meaning -> making.equals(meaning.making()));
        }
      }
      if (standing[derivation] != NONE && standing[derivation] != itself) {
        chosen[standing[derivation]] =
            recipe(standing[derivation], meaning -> meaning.standsIn() == itself);
      }
    }
    for (int root : problem.roots()) {
      for (int recipe = problem.firstRecipe(root);
          chosen[root] == NONE && recipe < problem.endRecipe(root);
          recipe++) {
        int standsIn = meaning(recipe).standsIn();
        chosen[root] = standsIn != NONE && chosen[standsIn] != NONE ? recipe : NONE;
      }
    }
    return Selection.ofValid(problem, chosen);
  }

  private int recipe(int artifact, Predicate<Meaning> wanted) {
    for (int recipe = problem.firstRecipe(artifact);
        recipe < problem.endRecipe(artifact);
        recipe++) {
      if (wanted.test(meaning(recipe))) {
        return recipe;
      }
    }
    return NONE;
  }

  /**
   * How {@code selection} comes by {@code derivation} as an input; if it does not, how what is
   * there has come by it; empty where neither does.
   */
  public Optional<Making> chosenFor(int derivation, Selection selection) {
    Optional<Making> chosen =
        standing[derivation] == NONE ? Optional.empty() : chosen(standing[derivation], selection);
    OptionalInt provider = remains.provider(derivation);
    return chosen.isEmpty() && provider.isPresent()
        ? Optional.of(remains.making(provider.getAsInt()))
        : chosen;
  }

  /** How {@code selection} comes by an attribute of the image. */
  public Making chosenFor(Root root, Selection selection) {
    return Optional.ofNullable(rootArtifacts.get(root))
        .flatMap(artifact -> chosen(artifact, selection))
        .orElseThrow(
            () ->
                new IllegalArgumentException("the selection lacks attribute " + root.attribute()));
  }

  /**
   * What {@code selection} takes in the place of an input of a build; empty where it is what stands
   * for that input everywhere. A tool that is had natively is taken, be it needed for that or not.
   */
  public Optional<Making> toolFor(Making user, int input, Selection selection) {
    Exchanged exchanged = exchanged(user);
    @Nullable Integer fixed = exchanged.fixed().get(input);
    @Nullable Integer free = exchanged.free().get(input);
    if (fixed != null) {
      return chosenFor(fixed, selection);
    }
    return free != null
            && (isChosen(free, selection) || isThere(free, outputs(user.derivation(), input)))
        ? chosenFor(free, selection)
        : Optional.empty();
  }

  private boolean isChosen(int derivation, Selection selection) {
    return standing[derivation] != NONE && selection.contains(standing[derivation]);
  }

  /** What {@code user} has of an input. */
  private ImmutableList<String> outputs(int user, int input) {
    int at = Ints.indexOf(graph.inputs(user), input);
    return graph.inputOutputs(user).get(at);
  }

  private Optional<Making> chosen(int artifact, Selection selection) {
    int at = artifact;
    while (true) {
      int recipe = selection.recipeOf(at);
      if (recipe == Selection.NONE) {
        return Optional.empty();
      }
      Meaning meaning = meaning(recipe);
      if (meaning.making() != null) {
        return Optional.of(meaning.making());
      }
      at = meaning.standsIn();
    }
  }

  /** Whether {@code selection} substitutes {@code derivation} for the image. */
  public boolean isSubstituted(int derivation, Selection selection) {
    int artifact = substituted[twin[derivation]];
    return artifact != NONE && selection.contains(artifact);
  }

  /** Whether {@code selection} makes {@code derivation} itself. */
  public boolean isMade(int derivation, Selection selection) {
    int artifact = made[twin[derivation]];
    return artifact != NONE && selection.contains(artifact);
  }

  /**
   * How {@code selection} makes {@code derivation}, or another one of the same output paths; if it
   * does not, how it was made that is there.
   */
  public Making makingOf(int derivation, Selection selection) {
    if (isSubstituted(derivation, selection)) {
      return chosen(substituted[twin[derivation]], selection).orElseThrow();
    }
    return isMade(derivation, selection)
        ? chosen(made[twin[derivation]], selection).orElseThrow()
        : remains.making(derivation);
  }

  /** All ways to come by single derivations. */
  public Makings makings() {
    return makings;
  }

  /**
   * The derivation that an artifact of the problem stands for or makes; empty for an attribute of
   * several, and for tools.
   */
  public OptionalInt derivationOf(int artifact) {
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      if (made[derivation] == artifact
          || standing[derivation] == artifact
          || substituted[derivation] == artifact) {
        return OptionalInt.of(derivation);
      }
    }
    return OptionalInt.empty();
  }
}
