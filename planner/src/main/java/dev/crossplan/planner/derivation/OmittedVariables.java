package dev.crossplan.planner.derivation;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Variables that Nix's language sets in every derivation it makes, and that graphs may lack which
 * were cut down after they were evaluated: {@code name}, {@code system}, {@code builder}, and one
 * for each output; see {@code derivationStrict} in {@code src/libexpr/primops.cc}.
 */
public final class OmittedVariables {
  private OmittedVariables() {}

  /** The derivation with the variables that it lacks; output paths are as good as unknown. */
  public static Derivation restore(Derivation derivation) {
    ImmutableMap<String, String> always =
        ImmutableMap.of(
            "name", derivation.name(),
            "system", derivation.system(),
            "builder", derivation.builderExecutable());
    Map<String, String> env = new TreeMap<>(derivation.env());
    if (derivation.structuredAttributes().isEmpty()) {
      always.forEach(env::putIfAbsent);
    }
    derivation.outputs().keySet().forEach(output -> env.putIfAbsent(output, ""));
    return new Derivation(
        derivation.name(),
        derivation.system(),
        derivation.builderExecutable(),
        derivation.args(),
        ImmutableSortedMap.copyOf(env, SurrogateEscape.BYTE_ORDER),
        derivation.outputs(),
        derivation.inputDerivations(),
        derivation.inputSources(),
        derivation.structuredAttributes().map(attributes -> attributes.withMissing(always)));
  }
}
