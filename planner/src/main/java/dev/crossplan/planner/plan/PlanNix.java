package dev.crossplan.planner.plan;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.OutputReference;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.derivation.SurrogateEscape;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.AttributePath;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.NixDerivation.Bound;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a plan as a file of the Nix language, from which any Nix since 2.4 makes the derivations
 * of the plan, .drv for .drv: {@code nix-build plan.nix -A image}. It is an attribute set of
 *
 * <ul>
 *   <li>{@code image}: the derivations of the image's attributes, a list if they are several
 *   <li>one attribute for each attribute of the image, unless it is called like the other two
 *   <li>{@code steps}: by {@code s} and its id, each step that builds or fetches
 * </ul>
 */
public final class PlanNix {
  /** Names that the file uses for something else. */
  private static final ImmutableSet<String> TAKEN =
      ImmutableSet.of(
          "alsoUsing",
          "builtins",
          "derivation",
          "evaluated",
          "false",
          "inStore",
          "null",
          "source",
          "throw",
          "true");

  private final OutputStream out;
  private final PlanDerivations derivations;
  private final Plan plan;
  private final boolean isSelfContained;
  private final Map<StorePath, Step> steps = new HashMap<>();
  private final Map<StorePath, Bound> bound = new HashMap<>();

  private PlanNix(OutputStream out, PlanDerivations derivations, boolean isSelfContained) {
    this.out = out;
    this.derivations = derivations;
    this.plan = derivations.plan();
    this.isSelfContained = isSelfContained;
    plan.steps().forEach(step -> steps.putIfAbsent(derivations.path(step.id()), step));
  }

  /**
   * Writes a plan. What it takes as it was evaluated it names by its .drv, which has to be in the
   * store where the file is evaluated.
   *
   * @throws dev.crossplan.planner.InputException if a derivation cannot be written in the Nix
   *     language
   */
  public static void write(OutputStream out, PlanDerivations derivations) throws IOException {
    new PlanNix(out, derivations, false).write();
  }

  /**
   * Writes a plan with all derivations that it needs, so that no .drv has to be in the store, only
   * the sources.
   *
   * @throws dev.crossplan.planner.InputException if a derivation cannot be written in the Nix
   *     language
   */
  public static void writeSelfContained(OutputStream out, PlanDerivations derivations)
      throws IOException {
    new PlanNix(out, derivations, true).write();
  }

  private void write() throws IOException {
    List<StorePath> order = inputsFirst();
    List<List<String>> candidates = new ArrayList<>();
    order.forEach(path -> candidates.add(candidates(path)));
    List<String> names = NixNames.assign(candidates, TAKEN);
    put(header());
    for (int i = 0; i < order.size(); i++) {
      StorePath path = order.get(i);
      Derivation derivation = derivations.derivation(path);
      Bound binding =
          new Bound(names.get(i), NixDerivation.outputs(derivation), derivations.references(path));
      put(comment(path) + "  " + binding.name() + " = ");
      put(
          isWritten(path)
              ? NixDerivation.write(path, derivation, this::bound)
              : evaluated(path, binding));
      put(";\n\n");
      bound.put(path, binding);
    }
    put(
        """
        in
        if builtins.storeDir != %1$s then
          throw "the derivations of this plan are of the store ${%1$s}, but the store of Nix is ${builtins.storeDir} here. Maybe let NIX_STORE_DIR name that store, or plan again with instances that are evaluated here."
        else {
        """
            .formatted(NixText.of(derivations.store()).write(0)));
    writeImage();
    writeSteps();
    put("}\n");
  }

  private void put(String text) throws IOException {
    out.write(SurrogateEscape.encode(text));
  }

  /** Whether a derivation is written out, all that it says. */
  private boolean isWritten(StorePath path) {
    return isSelfContained || !derivations.isAsEvaluated(path);
  }

  /** What is bound, each after what it uses. A loop: graphs are too deep to recurse. */
  private List<StorePath> inputsFirst() {
    Map<StorePath, Boolean> done = new LinkedHashMap<>();
    Deque<Iterator<StorePath>> open = new ArrayDeque<>();
    Deque<StorePath> path = new ArrayDeque<>();
    ImmutableList<StorePath> roots =
        plan.steps().stream()
            .filter(
                step -> step.action() != Action.SUBSTITUTE || plan.image().containsValue(step.id()))
            .map(step -> derivations.path(step.id()))
            .collect(ImmutableList.toImmutableList());
    List<StorePath> order = new ArrayList<>();
    open.push(roots.iterator());
    while (!open.isEmpty()) {
      if (!open.peek().hasNext()) {
        open.pop();
        if (!path.isEmpty()) {
          order.add(path.pop());
        }
        continue;
      }
      StorePath next = open.peek().next();
      if (done.put(next, true) == null) {
        path.push(next);
        open.push(
            isWritten(next)
                ? derivations.derivation(next).inputDerivations().keySet().iterator()
                : ImmutableList.<StorePath>of().iterator());
      }
    }
    return order;
  }

  private List<String> candidates(StorePath path) {
    Step step = steps.get(path);
    String whole = path.derivationName().replace('.', '_');
    if (step == null) {
      return ImmutableList.of(whole);
    }
    String name = step.packageName();
    return ImmutableList.of(
        name,
        name + "-" + step.word(),
        name + "-" + step.word() + "-" + step.host().orElse(""),
        name + "-" + step.version().replace('.', '_') + "-" + step.word(),
        whole);
  }

  // Bindings

  private String header() {
    String needs =
        isSelfContained
            ? "# All derivations are in this file; their sources have to be in the store."
            : "# What the plan takes as it was evaluated is named by its .drv, which has to be in the store.";
    return """
        # %s, planned by crossplan: %s
        #
        #     nix-build plan.nix -A image%s
        #
        %s%s
        let
          # Whether the files of the store can be looked at: a new one is seen. Not so in a pure or read-only evaluation,
          # with a store on another machine, or one below another root; then Nix itself finds out what is missing.
          isHere = builtins ? currentTime
            && builtins.pathExists (builtins.unsafeDiscardStringContext
              (builtins.toFile "crossplan-${toString builtins.currentTime}" "%s"));

          inStore = path: hint:
            if isHere && !builtins.pathExists path then throw "${path} is not in the store. ${hint}" else path;

          # A source.
          source = path: builtins.appendContext
            (inStore path "Maybe evaluate the instance here, or get it from the machine that did: nix copy --from ssh://HOST ${path}")
            { ${path}.path = true; };

          # A derivation as an instance evaluated to it: its .drv, its outputs in order, and their paths.
          evaluated = drv: outputs: paths:
            let
              name = builtins.substring 33 (builtins.stringLength drv - builtins.stringLength builtins.storeDir - 38) (baseNameOf drv);
              drvPath = builtins.appendContext
                (inStore drv "Maybe evaluate the instance here, or get it from the machine that did: nix copy --derivation --from ssh://HOST ${drv}")
                { ${drv}.allOutputs = true; };
              output = outputName: all // {
                inherit outputName;
                outPath = builtins.appendContext
                  (builtins.seq drvPath paths.${outputName})
                  { ${drv}.outputs = [ outputName ]; };
              };
              all = { type = "derivation"; inherit name outputs drvPath; } // builtins.mapAttrs (outputName: _: output outputName) paths;
            in
            output (builtins.head outputs);

          # A text that also depends on what it does not name.
          alsoUsing = inputs: text: builtins.appendContext "${text}" (builtins.getContext (toString inputs));

        """
        .formatted(
            Visible.line(plan.name()),
            counts(),
            extraPlatforms(),
            NixComment.of(plan.lost()),
            needs,
            salt());
  }

  /** Nix builds for other systems under emulation only if it is told that it may. */
  private String extraPlatforms() {
    String systems =
        plan.steps().stream()
            .filter(step -> step.strategy().equals(Optional.of(Strategy.EMULATED)))
            .map(step -> derivations.derivation(step.id()).system())
            .filter(system -> system.matches("[A-Za-z0-9_-]+")) // it may be put into a shell
            .distinct()
            .sorted()
            .collect(Collectors.joining(" "));
    return systems.isEmpty()
        ? ""
        : " --option extra-platforms " + (systems.contains(" ") ? "'" + systems + "'" : systems);
  }

  /** Lets two plans that are evaluated in one second look at files of different names. */
  private String salt() {
    return plan.image().isEmpty() ? "" : derivations.path(derivations.roots().get(0)).hashPart();
  }

  private String counts() {
    List<String> counts = new ArrayList<>();
    for (Action action : Action.values()) {
      if (plan.count(action) > 0) {
        counts.add(plan.count(action) + " to " + action);
      }
    }
    return Joiner.on(", ").join(counts);
  }

  private static String evaluated(StorePath path, Bound binding) {
    StringBuilder text = new StringBuilder("evaluated \"").append(path).append("\" [ ");
    binding.outputs().forEach(output -> text.append(NixText.of(output).write(0)).append(' '));
    text.append("] {");
    boolean isShort = binding.outputs().size() == 1;
    for (String output : binding.outputs()) {
      OutputReference reference = Objects.requireNonNull(binding.references().get(output));
      text.append(isShort ? " " : "\n    ")
          .append(NixText.attribute(output))
          .append(" = \"")
          .append(reference.text())
          .append("\";");
    }
    return text.append(isShort ? " }" : "\n  }").toString();
  }

  private Bound bound(StorePath path) {
    return Objects.requireNonNull(bound.get(path), "what is used is bound before");
  }

  private String name(StorePath path) {
    return bound(path).name();
  }

  private String comment(StorePath path) {
    Step step = steps.get(path);
    if (step == null) {
      return "";
    }
    String what =
        "Step "
            + step.id()
            + ": "
            + step.label()
            + ", "
            + step.how()
            + step.host().map(host -> " for " + host).orElse("")
            + ", of the instance "
            + step.instance()
            + ".";
    return NixComment.of("  ", what + failures(step) + why(step));
  }

  /** Why it is not made in a cheaper way. */
  private String failures(Step step) {
    List<String> failures =
        plan.failures().stream()
            .filter(failure -> failure.step().equals(OptionalInt.of(step.id())))
            .map(Plan.Failure::why)
            .toList();
    return failures.isEmpty()
        ? ""
        : " Not otherwise, as " + Joiner.on(" and ").join(failures) + ".";
  }

  /** Why it is rewritten. */
  private String why(Step step) {
    if (!derivations.isRewritten(step.id()) || step.action() == Action.SUBSTITUTE) {
      return "";
    }
    Map<String, List<String>> taken = new LinkedHashMap<>();
    List<String> below = new ArrayList<>();
    for (StorePath input : derivations.evaluated(step.derivation()).inputDerivations().keySet()) {
      @Nullable Integer tool = step.tools().get(input);
      Step provider = tool == null ? derivations.provider(input) : plan.steps().get(tool);
      if (!provider.derivation().equals(input) && !derivations.haveSameOutputs(provider, input)) {
        taken
            .computeIfAbsent(from(provider), none -> new ArrayList<>())
            .add(instead(provider, input));
      } else if (derivations.isRewritten(provider.id())) {
        below.add(provider.label());
      }
    }
    StringBuilder why = new StringBuilder();
    taken.forEach(
        (from, labels) ->
            why.append(" Takes ")
                .append(from)
                .append(Joiner.on(", ").join(labels))
                .append("; instead of what ")
                .append(step.instance())
                .append(" has."));
    if (!step.rewritten()) {
      why.append(" Its outputs are those that were evaluated.");
    }
    if (!below.isEmpty()) {
      why.append(" Rewritten below: ").append(Joiner.on(", ").join(below)).append('.');
    }
    return why.toString();
  }

  /** What is taken; and what for, where that is not clear. */
  private static String instead(Step provider, StorePath input) {
    String name = input.derivationName();
    return provider.label().replace(' ', '-').equals(name)
        ? provider.label()
        : provider.label() + " (for " + name + ")";
  }

  private static String from(Step provider) {
    String how =
        switch (provider.action()) {
          case BUILD -> "built " + provider.word();
          case FETCH -> "fetched";
          case SUBSTITUTE -> "substituted";
        };
    return "from " + provider.instance() + ", " + how + ": ";
  }

  // What the file is

  private void writeImage() throws IOException {
    List<String> image = new ArrayList<>();
    plan.image().values().forEach(step -> image.add(name(derivations.path(step))));
    put(
        "  image = "
            + (image.size() == 1 ? image.get(0) : "[ " + Joiner.on(' ').join(image) + " ]")
            + ";\n");
    for (Map.Entry<String, Integer> attribute : plan.image().entrySet()) {
      String written = attributePath(attribute.getKey());
      if (!written.equals("image") && !written.equals("steps")) {
        put("  " + written + " = " + name(derivations.path(attribute.getValue())) + ";\n");
      }
    }
  }

  /** A set in a set, unless that set is an attribute of the image itself. */
  private String attributePath(String attribute) {
    Optional<ImmutableList<String>> path = AttributePath.parse(attribute);
    boolean isNested =
        path.isPresent()
            && plan.image().keySet().stream().noneMatch(other -> attribute.startsWith(other + "."))
            && !ImmutableSet.of("image", "steps").contains(path.get().get(0));
    return isNested || path.map(List::size).equals(Optional.of(1))
        ? Joiner.on('.').join(path.get().stream().map(NixText::attribute).iterator())
        : NixText.attribute(attribute);
  }

  private void writeSteps() throws IOException {
    put("  steps = {\n");
    for (Step step : plan.steps()) {
      if (step.action() != Action.SUBSTITUTE) {
        put("    s" + step.id() + " = " + name(derivations.path(step.id())) + ";\n");
      }
    }
    put("  };\n");
  }
}
