package dev.crossplan.scale;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.hash.Hashing;
import dev.crossplan.planner.derivation.ContentAddressMethod;
import dev.crossplan.planner.derivation.ContentHash;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.DerivationHasher;
import dev.crossplan.planner.derivation.HashAlgorithm;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.StorePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A package set that is as deep or as wide as it is large, to see what grows faster than it does.
 * Real ones are neither: see {@link GeneratedSet}. Each package has a download of its own and some
 * text; all paths are those that Nix computes. The same size gives the same set.
 */
final class ShapedSet {
  /** The attribute that needs all others. */
  static final String IMAGE = "image";

  private static final String SYSTEM = "riscv64-linux";
  private static final int WORDS = 250;

  /** How the packages need one another. */
  enum Shape {
    /** Each needs the one before it, the image every tenth. */
    CHAIN,
    /** All need the first one, the image all. */
    FAN
  }

  private final World world = new World("set");
  private final DerivationHasher hasher =
      new DerivationHasher(StorePath.DEFAULT_DIRECTORY, world.derivations::get);

  private ShapedSet() {}

  /**
   * Makes one.
   *
   * @param size derivations that it has at least
   * @param patched whether the package that the others need is another
   */
  static World of(Shape shape, int size, boolean patched) {
    ShapedSet set = new ShapedSet();
    List<StorePath> packages = new ArrayList<>();
    List<StorePath> ofImage = new ArrayList<>();
    for (int number = 0; number < size / 2; number++) {
      List<StorePath> inputs =
          packages.isEmpty()
              ? List.of()
              : List.of(packages.get(shape == Shape.CHAIN ? packages.size() - 1 : 0));
      packages.add(set.addPackage(number, inputs, patched && number == 0));
      if (shape == Shape.FAN || number % 10 == 0) {
        ofImage.add(packages.get(number));
      }
    }
    TreeMap<String, String> env = new TreeMap<>();
    env.put("paths", set.outputs(ofImage));
    set.world.name(IMAGE, set.add(IMAGE, SYSTEM, env, new Output.Deferred(), ofImage));
    return set.world;
  }

  private StorePath addPackage(int number, List<StorePath> inputs, boolean isPatched) {
    String name = "package" + number;
    StorePath source = addDownload(name + "-1.0.tar.gz");
    TreeMap<String, String> env = new TreeMap<>();
    env.put("pname", name);
    env.put("version", "1.0");
    env.put("src", outputs(List.of(source)));
    env.put("buildInputs", outputs(inputs));
    env.put("installPhase", script(number));
    if (isPatched) {
      env.put("patches", "fix.patch");
    }
    List<StorePath> needed = new ArrayList<>(inputs);
    needed.add(source);
    StorePath path = add(name + "-1.0", SYSTEM, env, new Output.Deferred(), needed);
    world.name(name, path);
    return path;
  }

  private static String script(int seed) {
    return new SplittableRandom(seed)
        .ints(WORDS, 0, 10_000)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" ", "echo ", "\n"));
  }

  private StorePath addDownload(String name) {
    ContentHash hash =
        new ContentHash(
            HashAlgorithm.SHA256,
            Hashing.sha256().hashString(name, StandardCharsets.UTF_8).toString());
    TreeMap<String, String> env = new TreeMap<>();
    env.put("url", "https://example.org/" + name);
    StorePath anyPath = StorePath.of(StorePath.DEFAULT_DIRECTORY, "0".repeat(32) + "-" + name);
    return add(
        name,
        "builtin",
        env,
        new Output.Fixed(anyPath, ContentAddressMethod.FLAT, hash),
        List.of());
  }

  /** With the paths that follow from the rest. */
  private StorePath add(
      String name, String system, Map<String, String> env, Output output, List<StorePath> inputs) {
    env.put("name", name);
    env.put("system", system);
    env.put("out", "");
    ImmutableSortedMap.Builder<StorePath, InputOutputs> used = ImmutableSortedMap.naturalOrder();
    inputs.forEach(input -> used.put(input, InputOutputs.of("out")));
    Derivation derivation =
        hasher.withOutputPaths(
            new Derivation(
                name,
                system,
                "/bin/sh",
                ImmutableList.of(),
                ImmutableSortedMap.copyOf(env),
                ImmutableSortedMap.of("out", output),
                used.buildOrThrow(),
                ImmutableSortedSet.of(),
                Optional.empty()));
    StorePath path = hasher.derivationPath(derivation);
    hasher.add(path, derivation);
    world.derivations.put(path, derivation);
    return path;
  }

  private String outputs(List<StorePath> derivations) {
    return derivations.stream()
        .map(path -> world.output(path, "out"))
        .collect(Collectors.joining(" "));
  }
}
