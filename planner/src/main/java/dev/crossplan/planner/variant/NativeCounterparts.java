package dev.crossplan.planner.variant;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.HashMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.SetMultimap;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The same packages for another platform, built on that platform: what an emulating builder can run
 * in the place of tools that it would have to emulate.
 *
 * <p>A counterpart is called the same, version included, is no stage of a bootstrap, has the same
 * sources and patches and all outputs; without sources, as a wrapper or an environment is, it says
 * all the same of itself. Of several, the one that is the same attribute, then the one that says
 * the same of itself; where that does not leave one package, there is no counterpart.
 */
public final class NativeCounterparts {
  private static final Pattern COMPILER =
      Pattern.compile("(?:gcc|clang)-wrapper.*$", Pattern.DOTALL);

  private final Packages packages;
  private final DerivationGraph graph;
  private final String system;
  private final ListMultimap<String, Integer> byName = ArrayListMultimap.create();
  private final SetMultimap<String, String> versions = HashMultimap.create();
  private final ListMultimap<Integer, String> attributes = ArrayListMultimap.create();

  /** By environment of what is built where it runs; found when first asked for. */
  private @Nullable SetMultimap<Integer, Integer> crossEnvironments;

  /**
   * @param system that the counterparts run on and are built on
   */
  public NativeCounterparts(Packages packages, String system) {
    this.packages = packages;
    this.graph = packages.graph();
    this.system = system;
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      DerivationFacts facts = graph.facts(derivation);
      if (!facts.isFixedOutput()
          && facts.system().equals(system)
          && packages.hosts().isFor(derivation, system)
          && !packages.name(derivation).stage()
          && packages.servedBy(derivation).isEmpty()) {
        byName.put(facts.name(), derivation);
        versions.put(packages.name(derivation).base(), packages.name(derivation).version());
      }
    }
    for (int instance = 0; instance < graph.instances().size(); instance++) {
      for (Map.Entry<String, Integer> attribute : graph.attributes(instance).entrySet()) {
        attributes.put(attribute.getValue(), attribute.getKey());
      }
    }
  }

  /**
   * What takes a derivation's place.
   *
   * @param derivation empty where there is none, or it is not clear which
   * @param lack why there is none, or why it makes something else, as part of a sentence; empty
   *     where nothing is wrong with it
   */
  public record Counterpart(OptionalInt derivation, String lack) {
    public static Counterpart none(String why) {
      return new Counterpart(OptionalInt.empty(), why);
    }
  }

  /** The counterpart of a derivation. */
  public Counterpart of(int derivation) {
    DerivationFacts facts = graph.facts(derivation);
    List<Integer> namesakes =
        byName.get(facts.name()).stream().filter(other -> other != derivation).toList();
    List<Integer> candidates =
        namesakes.stream().filter(other -> lack(derivation, other).isEmpty()).toList();
    if (candidates.isEmpty()) {
      return Counterpart.none(
          namesakes.isEmpty()
              ? lack(packages.name(derivation))
              : "the one that runs natively " + lack(derivation, namesakes.get(0)));
    }
    Set<String> called = new HashSet<>(attributes.get(derivation));
    candidates =
        preferred(candidates, other -> attributes.get(other).stream().anyMatch(called::contains));
    candidates =
        preferred(
            candidates, other -> graph.facts(other).fingerprint().equals(facts.fingerprint()));
    return candidates.stream().map(other -> packages.of(other).number()).distinct().count() == 1
        ? new Counterpart(OptionalInt.of(candidates.get(0)), "")
        : Counterpart.none("several that run natively could be it");
  }

  /** Why none is called the same. */
  private String lack(PackageName name) {
    return name.stage()
        ? "it is a stage of a bootstrap"
        : versions.containsKey(name.base()) && !versions.containsEntry(name.base(), name.version())
            ? "the one that runs natively is of another version"
            : "no instance has one that runs natively";
  }

  /**
   * Why {@code other} is not the same, to be said of it; empty where it is. What it says of how it
   * is built may tell of the platform, but not where that is all it is.
   */
  private String lack(int derivation, int other) {
    DerivationFacts facts = graph.facts(derivation);
    if (!graph.facts(other).outputNames().containsAll(facts.outputNames())) {
      return "lacks outputs of it";
    } else if (!sameSources(derivation, other)) {
      return "is of other sources";
    }
    ImmutableSet<String> differing =
        facts.fingerprint().differences(graph.facts(other).fingerprint());
    if (differing.contains("patches")) {
      return "has other patches";
    }
    return facts.isTrivial() && !differing.isEmpty()
        ? "says otherwise in " + String.join(", ", differing)
        : "";
  }

  /** What is downloaded has the same path in both worlds, what is built has not. */
  private boolean sameSources(int one, int other) {
    Set<String> sources = new TreeSet<>(graph.facts(one).sources());
    Set<String> others = new TreeSet<>(graph.facts(other).sources());
    sources.removeAll(built(one));
    others.removeAll(built(other));
    return sources.equals(others);
  }

  private Set<String> built(int derivation) {
    Set<String> built = new HashSet<>();
    for (int input : graph.inputs(derivation)) {
      if (!graph.facts(input).isFixedOutput()) {
        graph.facts(input).knownOutputPaths().forEach(path -> built.add(path.toString()));
      }
    }
    return built;
  }

  /**
   * The environment whose compiler makes the same of sources as that of {@code environment}, which
   * makes programs for its own platform: the one that variants of the same packages are
   * cross-compiled in. One whose compiler is not called the same, version included, lacks that.
   */
  public Counterpart crossEnvironment(int environment) {
    if (crossEnvironments == null) {
      crossEnvironments = crossEnvironments();
    }
    Set<Integer> found = crossEnvironments.get(environment);
    if (found.isEmpty()) {
      return Counterpart.none("no instance cross-compiles the same packages");
    } else if (found.size() > 1) {
      return Counterpart.none("the same packages are cross-compiled in several environments");
    }
    int cross = found.iterator().next();
    if (!graph.facts(cross).name().equals(graph.facts(environment).name())) {
      return Counterpart.none("the same packages are cross-compiled in a stage of a bootstrap");
    }
    Set<String> compilers = compilers(cross);
    if (compilers.isEmpty()) {
      return Counterpart.none("it has no compiler that is known");
    }
    return new Counterpart(
        OptionalInt.of(cross),
        compilers.equals(compilers(environment)) ? "" : "its compiler is of another version");
  }

  private SetMultimap<Integer, Integer> crossEnvironments() {
    SetMultimap<Integer, Integer> found = LinkedHashMultimap.create();
    for (Package each : packages.all()) {
      for (int variant : each.variants().asList()) {
        OptionalInt environment = packages.standardEnvironment(variant);
        if (environment.isPresent() && isBuiltWhereItRuns(variant)) {
          each.variants().stream()
              .filter(other -> graph.facts(other).system().equals(system))
              .filter(other -> !isBuiltWhereItRuns(other))
              .forEach(
                  other ->
                      packages
                          .standardEnvironment(other)
                          .ifPresent(cross -> found.put(environment.getAsInt(), cross)));
        }
      }
    }
    return found;
  }

  private boolean isBuiltWhereItRuns(int derivation) {
    return packages.hosts().isFor(derivation, graph.facts(derivation).system());
  }

  /** Whether a derivation of this name is a compiler, as a standard environment has it. */
  public static boolean isCompiler(String name) {
    return COMPILER.matcher(name).find();
  }

  /** Names and versions of the compiler wrappers that an environment has, without triples. */
  private Set<String> compilers(int environment) {
    Set<String> compilers = new TreeSet<>();
    for (int input : graph.inputs(environment)) {
      String name = graph.facts(input).name();
      Matcher matcher = COMPILER.matcher(name);
      if (matcher.find()) {
        compilers.add(matcher.group());
      }
    }
    return compilers;
  }

  /** Those of which something holds, if it holds of any. */
  private static List<Integer> preferred(List<Integer> candidates, Predicate<Integer> condition) {
    List<Integer> preferred = candidates.stream().filter(condition).toList();
    return preferred.isEmpty() ? candidates : preferred;
  }
}
