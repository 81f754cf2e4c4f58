package dev.crossplan.scale;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Iterables;
import com.google.common.hash.Hashing;
import dev.crossplan.planner.derivation.ContentHash;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.DerivationHasher;
import dev.crossplan.planner.derivation.HashAlgorithm;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.StorePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A real package set, evaluated for native, emulated and cross builds, and as many packages on top
 * of it as are wanted.
 *
 * <p>The real set stays as it is: the stages of the bootstrap, the compilers, the hooks. Every
 * package on top is one of the real ones by another name, with another source: in each evaluation
 * it has the flags, the environment and the inputs that the real one has there. To these come
 * libraries and tools among the packages before it, patches, and scripts for its phases, so that it
 * has the size that packages of nixpkgs have. Packages come in clusters, as those of one language
 * or desktop do: one uses others of its cluster, and what everybody uses. Where one does not
 * evaluate for cross, what is linked with it does not either. Every cluster ends in an environment
 * of what none of it uses.
 *
 * <p>All paths are those that Nix computes. The same size gives the same set.
 */
final class GeneratedSet {
  /** Packages that all clusters may use. */
  private static final int COMMON = 300;

  private static final int CLUSTER = 40;

  /** Packages that do not cross-compile themselves, among those that not everybody uses. */
  private static final double FAILING = 0.01;

  private static final double REAL_INPUT_REPLACED = 0.7;
  private static final String ENVIRONMENT = "rescueSystem";

  final World nativeWorld;
  final World emulated;
  final World cross;
  final List<Package> packages = new ArrayList<>();
  final List<Package> environments = new ArrayList<>();

  private final List<String> templates = new ArrayList<>();
  private final List<String> crossTemplates = new ArrayList<>();
  private final Map<StorePath, Derivation> all = new HashMap<>();
  private final DerivationHasher hasher =
      new DerivationHasher(StorePath.DEFAULT_DIRECTORY, all::get);

  /** What is the same in all evaluations of a package; and what it was evaluated to. */
  @SuppressWarnings("JavaLangClash") // the word of the field
  static final class Package {
    final int number;
    final String name;
    final String template;
    final String attribute;
    final Map<String, Package> replaced = new TreeMap<>();
    final Set<Package> libraries = new LinkedHashSet<>();
    final Set<Package> tools = new LinkedHashSet<>();
    int patches;
    String script = "";
    @Nullable String failure;
    boolean used;
    @Nullable StorePath inNative;
    @Nullable StorePath inEmulated;
    @Nullable StorePath inCross;

    Package(int number, String name, String template) {
      this.number = number;
      this.name = name;
      this.template = template;
      this.attribute = template.substring(0, template.lastIndexOf('.') + 1) + name;
    }
  }

  /**
   * @param real folder of the real set: {@code native}, {@code emulated} and {@code cross}
   * @param size derivations that each evaluation has at least
   * @param patched whether the package that is used most is another
   */
  GeneratedSet(Path real, int size, boolean patched) {
    nativeWorld = World.read(real, "native");
    emulated = World.read(real, "emulated");
    cross = World.read(real, "cross");
    for (World world : List.of(nativeWorld, emulated, cross)) {
      all.putAll(world.derivations);
    }
    findTemplates();
    List<Package> cluster = new ArrayList<>();
    while (nativeWorld.derivations.size() < size || emulated.derivations.size() < size) {
      Package next = draw(packages.size());
      if (patched && packages.isEmpty()) {
        next.script += "\necho patched\n";
      }
      packages.add(next);
      cluster.add(next);
      evaluate(next);
      if (cluster.size() == CLUSTER) {
        addEnvironment(cluster);
        cluster.clear();
      }
    }
    addEnvironment(cluster);
    // The cross evaluation has the native packages that it uses as tools.
    cross.derivations.putAll(nativeWorld.derivations);
    cross.derivations.keySet().retainAll(cross.closure(cross.attributes.values()));
  }

  /** Real packages with a downloaded source that are no part of the standard environment. */
  private void findTemplates() {
    Set<StorePath> standard = new HashSet<>();
    for (World world : List.of(nativeWorld, emulated)) {
      List<StorePath> environments =
          world.derivations.keySet().stream()
              .filter(path -> path.name().equals("stdenv-linux.drv"))
              .toList();
      standard.addAll(world.closure(environments));
    }
    for (String attribute : emulated.attributes.keySet()) {
      if (isTemplate(nativeWorld, attribute, standard)
          && isTemplate(emulated, attribute, standard)) {
        templates.add(attribute);
        if (isTemplate(cross, attribute, standard)) {
          crossTemplates.add(attribute);
        }
      }
    }
  }

  private static boolean isTemplate(World world, String attribute, Set<StorePath> standard) {
    Derivation derivation = world.derivation(attribute);
    if (derivation == null || standard.contains(world.attributes.get(attribute))) {
      return false;
    }
    String name = derivation.env().get("pname");
    return name != null
        && derivation.structuredAttributes().isEmpty()
        && derivation.name().contains(name)
        && source(world, derivation) != null;
  }

  private static @Nullable StorePath source(World world, Derivation derivation) {
    for (StorePath input : derivation.inputDerivations().keySet()) {
      Derivation maker = world.derivations.get(input);
      if (maker != null
          && maker.isFixedOutput()
          && output(maker, "out").equals(derivation.env().get("src"))) {
        return input;
      }
    }
    return null;
  }

  // What a package is

  private Package draw(int number) {
    SplittableRandom random = new SplittableRandom(number);
    boolean common = number < COMMON;
    List<String> from = common || random.nextDouble() > FAILING ? crossTemplates : templates;
    Package drawn = new Package(number, name(number), from.get(random.nextInt(from.size())));
    int clusterStart = number - number % CLUSTER;
    for (int i = geometric(random, 4, 7, 25); i > 0 && number > 0; i--) {
      use(drawn.libraries, other(random, number, clusterStart));
    }
    for (int i = geometric(random, 2, 3, 10); i > 0 && number > 0; i--) {
      use(
          drawn.tools,
          packages.get((int) (Math.min(number, COMMON) * Math.pow(random.nextDouble(), 3))));
    }
    for (String attribute : libraries(drawn.template)) {
      if (number > 0 && random.nextDouble() < REAL_INPUT_REPLACED) {
        Package other = other(random, number, clusterStart);
        other.used = true;
        drawn.replaced.put(attribute, other);
        drawn.libraries.remove(other);
      }
    }
    drawn.patches = geometric(random, 0, 1.2, 12);
    drawn.script = script(random, (int) Math.min(8_000, 800 * Math.exp(gaussian(random) * 0.9)));
    drawn.failure = failure(drawn, random, common);
    return drawn;
  }

  private static void use(Set<Package> into, Package used) {
    used.used = true;
    into.add(used);
  }

  /** A library: one of the cluster, or one that everybody uses; some are used by very many. */
  private Package other(SplittableRandom random, int number, int clusterStart) {
    if (number > clusterStart && random.nextBoolean()) {
      return packages.get(clusterStart + random.nextInt(number - clusterStart));
    }
    return packages.get((int) (Math.min(number, COMMON) * Math.pow(random.nextDouble(), 2)));
  }

  /** Attributes among the inputs of a real package that run where it does, in any evaluation. */
  private Set<String> libraries(String template) {
    Set<String> found = new TreeSet<>();
    for (World world : List.of(nativeWorld, emulated, cross)) {
      Derivation derivation = world.derivation(template);
      if (derivation == null) {
        continue;
      }
      List<String> paths = new ArrayList<>(derivation.words("buildInputs"));
      paths.addAll(derivation.words("propagatedBuildInputs"));
      for (StorePath input : derivation.inputDerivations().keySet()) {
        String attribute = world.attributeOf(input);
        Derivation maker = world.derivations.get(input);
        if (attribute != null
            && maker != null
            && maker.outputs().keySet().stream()
                .anyMatch(name -> paths.contains(output(maker, name)))) {
          found.add(attribute);
        }
      }
    }
    return found;
  }

  private @Nullable String failure(Package drawn, SplittableRandom random, boolean common) {
    if (!common && (random.nextDouble() < FAILING || !crossTemplates.contains(drawn.template))) {
      return "error: "
          + drawn.name
          + " does not build for riscv64-unknown-linux-gnu on x86_64-unknown-linux-gnu";
    }
    for (Package library : Iterables.concat(drawn.libraries, drawn.replaced.values())) {
      if (library.failure != null) {
        return library.failure;
      }
    }
    return null;
  }

  private void addEnvironment(List<Package> cluster) {
    Package environment =
        new Package(
            -1 - environments.size(), name(packages.size() - 1) + "-environment", ENVIRONMENT);
    for (Package each : cluster) {
      if (!each.used) {
        environment.libraries.add(each);
      }
    }
    environment.script =
        "for package in $path; do\n  cp -rs --no-preserve=mode $package/. $out/\ndone\n";
    environment.failure = failure(environment, new SplittableRandom(0), true);
    environments.add(environment);
    evaluate(environment);
  }

  /**
   * Attributes of which the image is made: each takes a share of the environments, those that
   * cross-compile together.
   */
  ImmutableList<Package> imageParts(int count) {
    List<Package> sorted = new ArrayList<>(environments);
    sorted.removeIf(each -> each.failure != null);
    sorted.addAll(environments.stream().filter(each -> each.failure != null).toList());
    ImmutableList.Builder<Package> parts = ImmutableList.builder();
    int number = 0;
    for (List<Package> share : Iterables.partition(sorted, (sorted.size() + count - 1) / count)) {
      Package part = new Package(Integer.MIN_VALUE + number, "system-part" + ++number, ENVIRONMENT);
      part.libraries.addAll(share);
      part.failure = failure(part, new SplittableRandom(0), true);
      evaluate(part);
      parts.add(part);
    }
    return parts.build();
  }

  // Its derivations

  private void evaluate(Package each) {
    each.inNative = evaluate(each, nativeWorld);
    each.inEmulated = evaluate(each, emulated);
    if (each.failure == null) {
      each.inCross = evaluate(each, cross);
    } else {
      cross.failures.put(each.attribute, each.failure);
    }
  }

  private StorePath evaluate(Package each, World world) {
    Derivation real = world.derivation(each.template);
    if (real == null) {
      throw new IllegalStateException(world.name + " has no " + each.template);
    }
    Map<StorePath, Set<String>> inputs = new TreeMap<>();
    Map<String, String> newPaths = new HashMap<>();
    TreeMap<String, String> env = new TreeMap<>(real.env());
    StorePath source = source(world, real);
    real.inputDerivations()
        .forEach(
            (input, used) -> {
              StorePath replacement =
                  source != null && input.equals(source)
                      ? download(world, input, each, "")
                      : replacement(world, input, each);
              if (replacement == null) {
                use(inputs, input, used.names());
                return;
              }
              Derivation old = derivation(input);
              Derivation by = derivation(replacement);
              for (String name : used.names()) {
                String has = by.outputs().containsKey(name) ? name : "out";
                use(inputs, replacement, List.of(has));
                newPaths.put(output(old, name), output(by, has));
              }
            });
    boolean environment = each.number < 0;
    for (Package library : each.libraries) {
      append(
          env,
          environment ? "path" : "buildInputs",
          inputs,
          in(world, library),
          environment ? "out" : "dev");
    }
    for (Package tool : each.tools) {
      append(
          env, "nativeBuildInputs", inputs, in(world == cross ? nativeWorld : world, tool), "out");
    }
    for (int patch = 0; patch < each.patches && source != null; patch++) {
      append(
          env, "patches", inputs, download(world, source, each, "-fix-" + patch + ".patch"), "out");
    }
    env.merge(
        environment ? "buildCommand" : "postInstall",
        each.script,
        (old, script) -> old + "\n" + script);
    String oldName = real.env().getOrDefault("pname", real.name());
    String name = real.name().replace(oldName, each.name);
    env.replaceAll((variable, value) -> replacePaths(value, newPaths));
    env.replace("pname", each.name);
    env.replace("name", name);
    return add(world, each.attribute, with(real, name, env, real.outputs(), inputs));
  }

  private StorePath add(World world, @Nullable String attribute, Derivation draft) {
    Derivation derivation = hasher.withOutputPaths(draft);
    StorePath path = hasher.derivationPath(derivation);
    all.put(path, derivation);
    world.derivations.put(path, derivation);
    if (attribute != null) {
      world.name(attribute, path);
    }
    return path;
  }

  private static Derivation with(
      Derivation real,
      String name,
      Map<String, String> env,
      Map<String, Output> outputs,
      Map<StorePath, Set<String>> inputs) {
    ImmutableSortedMap.Builder<StorePath, InputOutputs> used = ImmutableSortedMap.naturalOrder();
    inputs.forEach(
        (input, names) -> used.put(input, InputOutputs.of(names.toArray(String[]::new))));
    return new Derivation(
        name,
        real.system(),
        env.getOrDefault("builder", real.builderExecutable()),
        real.args(),
        ImmutableSortedMap.copyOf(env),
        ImmutableSortedMap.copyOf(outputs),
        used.buildOrThrow(),
        real.inputSources(),
        real.structuredAttributes());
  }

  private @Nullable StorePath replacement(World world, StorePath input, Package each) {
    for (World where : List.of(world, nativeWorld)) {
      String attribute = where.attributeOf(input);
      Package by = attribute == null ? null : each.replaced.get(attribute);
      if (by != null) {
        return in(where, by);
      }
    }
    return null;
  }

  private StorePath in(World world, Package each) {
    StorePath path =
        world == nativeWorld ? each.inNative : world == emulated ? each.inEmulated : each.inCross;
    if (path == null) {
      throw new IllegalStateException(each.name + " was not evaluated in " + world.name);
    }
    return path;
  }

  /** Another download than {@code real}, but by the same means. */
  private StorePath download(World world, StorePath real, Package each, String suffix) {
    Derivation old = derivation(real);
    if (!(old.outputs().get("out") instanceof Output.Fixed fixed)) {
      throw new IllegalStateException(real + " is no download");
    }
    String text = each.number + suffix + fixed.hash().hex();
    ContentHash hash =
        new ContentHash(
            HashAlgorithm.SHA256,
            Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString());
    String name = suffix.isEmpty() ? each.name + "-" + old.name() : each.name + suffix;
    TreeMap<String, String> env = new TreeMap<>(old.env());
    env.replace("name", name);
    env.replace("outputHash", hash.sri());
    env.computeIfPresent("outputHashAlgo", (variable, value) -> "sha256");
    env.computeIfPresent("urls", (variable, value) -> value.replace(old.name(), name));
    Map<StorePath, Set<String>> inputs = new TreeMap<>();
    old.inputDerivations().forEach((input, used) -> use(inputs, input, used.names()));
    Map<String, Output> outputs =
        Map.of("out", new Output.Fixed(fixed.path(), fixed.method(), hash));
    return add(world, null, with(old, name, env, outputs, inputs));
  }

  private void append(
      Map<String, String> env,
      String variable,
      Map<StorePath, Set<String>> inputs,
      StorePath input,
      String wanted) {
    Derivation maker = derivation(input);
    String output = maker.outputs().containsKey(wanted) ? wanted : "out";
    use(inputs, input, List.of(output));
    env.merge(
        variable, output(maker, output), (old, path) -> old.isEmpty() ? path : old + " " + path);
  }

  private static void use(
      Map<StorePath, Set<String>> inputs, StorePath input, Iterable<String> outputs) {
    Iterables.addAll(inputs.computeIfAbsent(input, none -> new TreeSet<>()), outputs);
  }

  private Derivation derivation(StorePath path) {
    Derivation derivation = all.get(path);
    if (derivation == null) {
      throw new IllegalStateException("no " + path);
    }
    return derivation;
  }

  private static String output(Derivation derivation, String name) {
    Output output = derivation.outputs().get(name);
    if (output instanceof Output.InputAddressed addressed) {
      return addressed.path().toString();
    }
    return output instanceof Output.Fixed fixed ? fixed.path().toString() : "";
  }

  private static String replacePaths(String value, Map<String, String> newPaths) {
    String replaced = value;
    for (Map.Entry<String, String> entry : newPaths.entrySet()) {
      replaced = replaced.replace(entry.getKey(), entry.getValue());
    }
    return replaced;
  }

  // Texts and chance

  /** Speakable, and another for every number below 512,000. */
  private static String name(int number) {
    StringBuilder name = new StringBuilder();
    long rest = number * 323_327L % 512_000;
    for (int syllable = 0; syllable < 3; syllable++) {
      int drawn = (int) (rest % 80);
      rest /= 80;
      name.append("bcdfghklmnprstvz".charAt(drawn / 5)).append("aeiou".charAt(drawn % 5));
    }
    return name.append("x").toString();
  }

  private static String script(SplittableRandom random, int length) {
    List<String> words =
        List.of(
            "substituteInPlace",
            "Makefile",
            "--replace-fail",
            "\"/usr/bin/env\"",
            "install -Dm644",
            "$out/share",
            "rm -rf",
            "for file in",
            "; do",
            "done",
            "sed -i",
            "-e",
            "'s,/bin/sh,${shell},'",
            "\\\n ",
            "cp -r",
            "ln -s",
            "wrapProgram",
            "--prefix PATH :",
            "moveToOutput",
            "$dev");
    Map<Integer, String> own = new LinkedHashMap<>();
    StringBuilder script = new StringBuilder();
    while (script.length() < length) {
      int drawn = random.nextInt(60);
      script.append(
          drawn < words.size()
              ? words.get(drawn)
              : own.computeIfAbsent(drawn, none -> "$out/" + name(random.nextInt(512_000))));
      script.append(random.nextInt(7) == 0 ? '\n' : ' ');
    }
    return script.toString();
  }

  private static int geometric(SplittableRandom random, int least, double mean, int most) {
    return least + (int) Math.min(most, -Math.log(1 - random.nextDouble()) * mean);
  }

  private static double gaussian(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
