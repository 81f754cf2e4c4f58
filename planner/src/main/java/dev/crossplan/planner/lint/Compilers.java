package dev.crossplan.planner.lint;

import dev.crossplan.planner.instance.DerivationGraph;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which derivations may compile something. */
final class Compilers {
  /** As nixpkgs calls compilers that find libraries. */
  private static final Pattern COMPILER = Pattern.compile("(gcc|clang|cc)-wrapper");

  private final DerivationGraph graph;

  /** Those that have a compiler anywhere among what they need. */
  private final BitSet above = new BitSet();

  Compilers(DerivationGraph graph) {
    this.graph = graph;
    for (int derivation : graph.inputsFirst()) {
      above.set(
          derivation,
          Arrays.stream(graph.inputs(derivation))
              .anyMatch(input -> above.get(input) || isCompiler(input)));
    }
  }

  /**
   * Whether a derivation may compile something: all but what is built in a standard environment
   * without a compiler, such as the headers of Linux, or in none, and there is no compiler below
   * it, such as the tools that a bootstrap unpacks and the environment that it starts with. Where
   * no compiler is known by its name, that says nothing.
   */
  boolean mayCompile(int derivation) {
    Optional<String> environment = graph.facts(derivation).standardEnvironment();
    return environment.isPresent()
        ? !isWithoutCompiler(derivation, environment.get())
        : above.isEmpty() || above.get(derivation);
  }

  private boolean isWithoutCompiler(int derivation, String environment) {
    return Arrays.stream(graph.inputs(derivation))
        .filter(input -> isOutput(environment, input))
        .anyMatch(input -> Arrays.stream(graph.inputs(input)).noneMatch(this::isCompiler));
  }

  private boolean isCompiler(int derivation) {
    return COMPILER.matcher(graph.facts(derivation).name()).find();
  }

  private boolean isOutput(String path, int derivation) {
    return graph.facts(derivation).knownOutputPaths().stream()
        .anyMatch(output -> path.endsWith(output.baseName()));
  }
}
