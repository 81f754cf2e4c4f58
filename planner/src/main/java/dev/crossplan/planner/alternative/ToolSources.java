package dev.crossplan.planner.alternative;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Sets;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Manifest.Constraint;
import dev.crossplan.planner.instance.Manifest.NativeTools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.variant.NativeCounterparts;
import dev.crossplan.planner.variant.NativeCounterparts.Counterpart;
import dev.crossplan.planner.variant.Packages;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where an emulated build may have its tools from: the machine that emulates runs those of its own
 * platform as well, and by themselves.
 *
 * <p>A tool is what the build names in a role for what runs on the build platform, and not also in
 * one for what runs on the host platform. In its place comes its {@link NativeCounterparts
 * counterpart}, everywhere in the derivation. Which may, the manifest says.
 */
public final class ToolSources {
  private final Packages packages;
  private final DerivationGraph graph;
  private final ImmutableList<Builder> builders;
  private final NativeTools extent;
  private final Constraints constraints;
  private final Map<String, Optional<NativeCounterparts>> counterparts = new HashMap<>();
  private final Map<Integer, ImmutableSortedMap<Integer, Integer>> tools = new HashMap<>();
  private final Map<Integer, ImmutableSortedMap<Integer, Integer>> withCompiler = new HashMap<>();

  ToolSources(
      Packages packages,
      NativeTools extent,
      ImmutableList<Builder> builders,
      Constraints constraints) {
    this.packages = packages;
    this.graph = packages.graph();
    this.builders = builders;
    this.extent = extent;
    this.constraints = constraints;
  }

  /**
   * What is known of a tool of an emulated build.
   *
   * @param counterpart that runs natively; empty where there is none, or it is not clear which
   * @param isAllowed whether that may take its place
   * @param why it may, or may not, as part of a sentence
   */
  public record Judgement(int tool, OptionalInt counterpart, boolean isAllowed, String why) {
    static Judgement said(int tool, OptionalInt counterpart, Constraint said) {
      boolean isNative = said.asTool().equals(Optional.of(Strategy.NATIVE));
      return new Judgement(tool, counterpart, isNative, "the manifest says so");
    }
  }

  /**
   * By input of {@code user} that may be replaced, what replaces it; nothing where these tools are
   * not to be had.
   */
  public ImmutableSortedMap<Integer, Integer> of(int user, Tools wanted) {
    return isNothingAllowed()
        ? ImmutableSortedMap.of()
        : switch (wanted) {
          case AS_EVALUATED -> ImmutableSortedMap.of();
          case NATIVE -> tools.computeIfAbsent(user, this::allowed);
          case NATIVE_COMPILER -> withCompiler.computeIfAbsent(user, this::findWithCompiler);
        };
  }

  private boolean isNothingAllowed() {
    return extent == NativeTools.NONE && !constraints.speakOfTools();
  }

  private ImmutableSortedMap<Integer, Integer> allowed(int user) {
    ImmutableSortedMap.Builder<Integer, Integer> allowed = ImmutableSortedMap.naturalOrder();
    for (Judgement each : judge(user)) {
      if (each.isAllowed()) {
        allowed.put(each.tool(), each.counterpart().orElseThrow());
      }
    }
    return allowed.buildOrThrow();
  }

  private ImmutableSortedMap<Integer, Integer> findWithCompiler(int user) {
    Optional<Judgement> compiler = judgeCompiler(user).filter(Judgement::isAllowed);
    return compiler.isEmpty()
        ? ImmutableSortedMap.of()
        : ImmutableSortedMap.<Integer, Integer>naturalOrder()
            .putAll(of(user, Tools.NATIVE))
            .put(compiler.get().tool(), compiler.get().counterpart().orElseThrow())
            .buildOrThrow();
  }

  /** All tools of {@code user} but what it is built in, in the order of its inputs. */
  public ImmutableList<Judgement> judge(int user) {
    DerivationFacts facts = graph.facts(user);
    OptionalInt environment = packages.standardEnvironment(user);
    ImmutableList.Builder<Judgement> judgements = ImmutableList.builder();
    for (int input : graph.inputs(user)) {
      if (!environment.equals(OptionalInt.of(input))
          && !graph.facts(input).isFixedOutput()
          && packages.hosts().isFor(input, facts.system())
          && facts.toolInputs().contains(graph.facts(input).knownOutputPaths())) {
        judgements.add(judge(user, input));
      }
    }
    return judgements.build();
  }

  private Judgement judge(int user, int tool) {
    Counterpart counterpart = counterpart(graph.facts(user).system(), each -> each.of(tool));
    OptionalInt found = counterpart.derivation();
    if (packages.isHostInput(user, tool)) {
      return new Judgement(tool, found, false, "its outputs use it, too");
    } else if (graph.facts(user).toolInputs().passesOn(graph.facts(tool).knownOutputPaths())) {
      return new Judgement(tool, found, false, "it is passed on to what uses the outputs");
    } else if (found.isEmpty()) {
      return new Judgement(tool, found, false, counterpart.lack());
    }
    Optional<Constraint> said = constraints.ofTool(tool).stream().findFirst();
    if (said.isPresent()) {
      return Judgement.said(tool, found, said.get());
    }
    return switch (extent) {
      case NONE -> new Judgement(tool, found, false, "nobody asked for native tools");
      case SAFE -> judgeSafety(user, tool, found);
      case ALL -> new Judgement(tool, found, true, "all tools may");
    };
  }

  private Counterpart counterpart(String system, Function<NativeCounterparts, Counterpart> search) {
    Optional<NativeCounterparts> there =
        counterparts.computeIfAbsent(system, this::findCounterparts);
    return there.isPresent()
        ? search.apply(there.get())
        : Counterpart.none("the builders that emulate have no platform in common");
  }

  private Judgement judgeSafety(int user, int tool, OptionalInt counterpart) {
    String name = packages.name(tool).base();
    Optional<String> kind = ToolKinds.of(name);
    String why =
        kind.map(each -> "it is " + ("aeiou".indexOf(each.charAt(0)) < 0 ? "a " : "an ") + each)
            .orElse("it is not known to be safe");
    boolean isSafe = kind.isPresent();
    if (isSafe
        && graph.facts(user).toolInputs().isNamedElsewhere(graph.facts(tool).knownOutputPaths())) {
      isSafe = false;
      why = "the build names it elsewhere than among its tools";
    } else if (isSafe && ToolKinds.isInterpreter(name) && isModuleOf(user, name)) {
      isSafe = false;
      why = "the build makes a module for it";
    }
    return new Judgement(tool, counterpart, isSafe, why);
  }

  /**
   * Whether it is called as nixpkgs calls modules: {@code python3.13-jinja2}, {@code guile-git}.
   */
  private boolean isModuleOf(int user, String interpreter) {
    String language = interpreter.replaceFirst("[0-9-].*$", "");
    return graph.facts(user).name().matches("(?s)" + Pattern.quote(language) + "[0-9.]*-[^0-9].*");
  }

  /** The standard environment of {@code user}; empty where it has none that is a derivation. */
  public Optional<Judgement> judgeCompiler(int user) {
    OptionalInt environment = packages.standardEnvironment(user);
    return environment.isEmpty()
        ? Optional.empty()
        : Optional.of(judgeEnvironment(graph.facts(user).system(), environment.getAsInt()));
  }

  private Judgement judgeEnvironment(String system, int evaluated) {
    Counterpart cross = counterpart(system, each -> each.crossEnvironment(evaluated));
    OptionalInt found = cross.derivation();
    if (found.isEmpty()) {
      return new Judgement(evaluated, found, false, cross.lack());
    }
    Optional<Constraint> said = constraints.ofEnvironment(evaluated).stream().findFirst();
    if (said.isPresent()) {
      return Judgement.said(evaluated, found, said.get());
    } else if (!cross.lack().isEmpty()) {
      return new Judgement(evaluated, found, false, cross.lack());
    }
    return switch (extent) {
      case NONE -> new Judgement(evaluated, found, false, "nobody asked for native tools");
      case SAFE -> new Judgement(evaluated, found, false, "it is not known to be safe");
      case ALL -> new Judgement(evaluated, found, true, "all tools may");
    };
  }

  /** Whether the manifest says that a tool, or the environment of the compiler, runs natively. */
  boolean isDemanded(int user, int tool) {
    if (!constraints.speakOfTools()) {
      return false; // asked of every tool of every build
    }
    return asTool(user, tool).equals(Optional.of(Strategy.NATIVE));
  }

  /** Whether it says that this runs emulated. */
  boolean isForbidden(int user, int tool) {
    return asTool(user, tool).equals(Optional.of(Strategy.EMULATED));
  }

  /** The fewest tools that {@code user} may run natively if it is to be as the manifest demands. */
  Tools demanded(int user) {
    for (Tools each : ImmutableList.of(Tools.NATIVE, Tools.NATIVE_COMPILER)) {
      if (of(user, each).keySet().stream().anyMatch(tool -> isDemanded(user, tool))) {
        return each;
      }
    }
    return Tools.AS_EVALUATED;
  }

  /**
   * What the manifest says is to run natively and does in none of some emulated builds.
   *
   * @return by constraint, why not, as part of a sentence
   */
  public ImmutableMap<Constraint, String> idleConstraints(IntStream emulated) {
    Map<Constraint, String> idle = new LinkedHashMap<>();
    constraints
        .ofNativeTools()
        .forEach(each -> idle.put(each, "no build that is emulated has it as a tool"));
    Set<Constraint> heeded = new HashSet<>();
    emulated.forEach(user -> addIdle(user, idle, heeded));
    heeded.forEach(idle::remove);
    return ImmutableMap.copyOf(idle);
  }

  private void addIdle(int user, Map<Constraint, String> idle, Set<Constraint> heeded) {
    if (Arrays.stream(graph.inputs(user)).allMatch(input -> said(user, input).isEmpty())) {
      return; // to judge takes longer
    }
    Stream.concat(judgeCompiler(user).stream(), judge(user).stream())
        .forEach(
            judgement -> {
              ImmutableList<Constraint> said = said(user, judgement.tool());
              for (Constraint each : said) {
                if (!each.equals(said.get(0))) {
                  idle.replace(
                      each, "what is said of " + said.get(0).packageName() + " comes first");
                } else if (judgement.isAllowed()) {
                  heeded.add(each);
                } else {
                  idle.replace(each, judgement.why());
                }
              }
            });
  }

  /** All that the manifest says of an input of {@code user} as its tool; the first holds. */
  private ImmutableList<Constraint> said(int user, int tool) {
    return packages.standardEnvironment(user).equals(OptionalInt.of(tool))
        ? constraints.ofEnvironment(tool)
        : constraints.ofTool(tool);
  }

  private Optional<Strategy> asTool(int user, int tool) {
    return said(user, tool).stream().findFirst().flatMap(Constraint::asTool);
  }

  /** Whether machines emulate {@code system} that run different platforms, with none in common. */
  public boolean lacksPlatform(String system) {
    return builders.stream().anyMatch(builder -> builder.emulates().contains(system))
        && commonPlatform(system).isEmpty();
  }

  private Optional<NativeCounterparts> findCounterparts(String system) {
    return commonPlatform(system).map(platform -> new NativeCounterparts(packages, platform));
  }

  /** One that all machines run which emulate {@code system}. */
  private Optional<String> commonPlatform(String system) {
    @Nullable Set<String> common = null;
    for (Builder builder : builders) {
      if (builder.emulates().contains(system)) {
        common =
            common == null
                ? new LinkedHashSet<>(builder.systems())
                : Sets.intersection(common, Set.copyOf(builder.systems()));
      }
    }
    return common == null ? Optional.empty() : common.stream().findFirst();
  }
}
