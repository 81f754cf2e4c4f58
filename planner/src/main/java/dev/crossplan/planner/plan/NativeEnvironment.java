package dev.crossplan.planner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.io.Resources;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.derivation.SurrogateEscape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
   * The derivation that makes it. Its output has no path yet.
   *
   * @param path of the environment that cross-compiles, as Nix is to build it
   * @param out what that gives
   */
  static Derivation of(StorePath path, Derivation environment, StorePath out) {
    Map<String, String> env = new TreeMap<>(SurrogateEscape.BYTE_ORDER);
    env.put("builder", environment.builderExecutable());
    env.put("environment", out.toString());
    env.put("name", environment.name());
    env.put("out", "");
    env.put("system", environment.system());
    Map<StorePath, InputOutputs> inputs = new TreeMap<>(environment.inputDerivations());
    inputs.put(path, InputOutputs.of("out"));
    return new Derivation(
        environment.name(),
        environment.system(),
        environment.builderExecutable(),
        ImmutableList.of("-c", SCRIPT),
        ImmutableSortedMap.copyOf(env, SurrogateEscape.BYTE_ORDER),
        ImmutableSortedMap.of("out", new Output.Deferred()),
        ImmutableSortedMap.copyOf(inputs),
        environment.inputSources(),
        Optional.empty());
  }
}
