package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.io.Resources;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.OutputReference;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.derivation.SurrogateEscape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A standard environment whose programs run natively though the build is emulated: made of one that
 * cross-compiles, with its compiler under the names that a native build expects, and a {@code
 * uname} that tells the machine that is emulated.
 */
final class NativeEnvironment {
  private static final String SCRIPT = script();

  private NativeEnvironment() {}

  private static String script() {
    try {
      return Resources.toString(
          Resources.getResource(NativeEnvironment.class, "native-environment.sh"),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The derivation that makes it. Its output has no path yet. It needs the environment and the
   * shell that builds that, and nothing else: Nix would build again what of the other inputs is not
   * in the store any more, though the environment is.
   *
   * @param path of the environment that cross-compiles, as Nix is to build it
   * @param out what that gives
   * @param outputs of a derivation, by the path that Nix gives it
   */
  static Derivation of(
      StorePath path,
      Derivation environment,
      StorePath out,
      Function<StorePath, ImmutableMap<String, OutputReference>> outputs) {
    String shell = environment.builderExecutable();
    Map<String, String> env = new TreeMap<>(SurrogateEscape.BYTE_ORDER);
    env.put("builder", shell);
    env.put("environment", out.toString());
    env.put("name", environment.name());
    env.put("out", "");
    env.put("system", environment.system());
    Map<StorePath, InputOutputs> inputs = new TreeMap<>();
    environment
        .inputDerivations()
        .keySet()
        .forEach(
            input ->
                outputs.apply(input).values().stream()
                    .filter(output -> isIn(output.text(), shell))
                    .forEach(output -> inputs.put(input, InputOutputs.of(output.output()))));
    inputs.put(path, InputOutputs.of("out"));
    return new Derivation(
        environment.name(),
        environment.system(),
        shell,
        ImmutableList.of("-c", SCRIPT),
        ImmutableSortedMap.copyOf(env, SurrogateEscape.BYTE_ORDER),
        ImmutableSortedMap.of("out", new Output.Deferred()),
        ImmutableSortedMap.copyOf(inputs),
        environment.inputSources().stream()
            .filter(source -> isIn(source.toString(), shell))
            .collect(ImmutableSortedSet.toImmutableSortedSet(Comparator.naturalOrder())),
        Optional.empty());
  }

  private static boolean isIn(String path, String file) {
    return file.equals(path) || file.startsWith(path + "/");
  }
}
