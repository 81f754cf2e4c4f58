package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import com.google.common.hash.Hashing;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.StorePath;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What planning keeps of a derivation: some hundred bytes of the kilobytes that it has, so that
 * graphs of hundreds of thousands fit in memory.
 */
public final class DerivationFacts {
  private static final ImmutableList<String> HOST_INPUTS =
      ImmutableList.of(
          "buildInputs",
          "propagatedBuildInputs",
          "depsHostHost",
          "depsHostHostPropagated",
          "depsTargetTarget",
          "depsTargetTargetPropagated");
  private static final ImmutableList<String> TOOL_INPUTS =
      ImmutableList.of(
          "depsBuildBuild",
          "depsBuildBuildPropagated",
          "nativeBuildInputs",
          "propagatedNativeBuildInputs",
          "depsBuildTarget",
          "depsBuildTargetPropagated",
          "nativeCheckInputs",
          "nativeInstallCheckInputs",
          "checkInputs",
          "installCheckInputs");

  private static final ImmutableSet<String> INPUTS =
      ImmutableSet.<String>builder().addAll(HOST_INPUTS).addAll(TOOL_INPUTS).build();

  /** Of names and flags there are few, in many derivations. */
  private static final Interner<String> SHARED = Interners.newWeakInterner();

  private static final Interner<Set<Trait>> SHARED_TRAITS = Interners.newWeakInterner();

  private final String name;
  private final @Nullable String packageName;
  private final @Nullable String packageVersion;
  private final String system;
  private final boolean fixedOutput;
  private final String[] outputNames;
  private final @Nullable StorePath[] outputPaths;
  private final boolean allowsSubstitutes;
  private final boolean prefersLocalBuild;
  private final boolean hasSource;
  private final @Nullable String standardEnvironment;
  private final ImmutableList<String> sources;
  private final ImmutableList<String> buildSystemFlags;
  private final ImmutableList<String> hostInputs;
  private final ToolInputs toolInputs;
  private final ImmutableList<String> platformFlags;
  private final ImmutableSet<String> requiredFeatures;
  private final Set<Trait> traits;
  private final Fingerprint fingerprint;

  private DerivationFacts(Derivation derivation, PlatformFlags flags) {
    this.name = derivation.name();
    this.packageName = derivation.attribute("pname").orElse(null);
    this.packageVersion = derivation.attribute("version").orElse(null);
    this.system = SHARED.intern(derivation.system());
    this.fixedOutput = derivation.isFixedOutput();
    this.outputNames = derivation.outputs().keySet().toArray(String[]::new);
    this.outputPaths = new StorePath[outputNames.length];
    int next = 0;
    for (Output output : derivation.outputs().values()) {
      outputPaths[next++] = path(output);
    }
    this.sources =
        ImmutableList.<String>builder()
            .addAll(derivation.words("src"))
            .addAll(derivation.words("srcs"))
            .build();
    this.hasSource = !sources.isEmpty();
    this.allowsSubstitutes = !derivation.attribute("allowSubstitutes").equals(Optional.of(""));
    this.prefersLocalBuild = derivation.attribute("preferLocalBuild").equals(Optional.of("1"));
    this.standardEnvironment = derivation.attribute("stdenv").orElse(null);
    this.requiredFeatures = ImmutableSet.copyOf(derivation.words("requiredSystemFeatures"));
    this.hostInputs = fixedOutput ? ImmutableList.of() : hostInputs(derivation, flags);
    this.toolInputs = fixedOutput ? ToolInputs.NONE : ToolInputs.of(derivation);
    this.platformFlags = fixedOutput ? ImmutableList.of() : platformFlags(derivation);
    this.buildSystemFlags = fixedOutput ? ImmutableList.of() : buildSystemFlags(derivation);
    this.traits = SHARED_TRAITS.intern(Trait.of(derivation));
    this.fingerprint = fixedOutput ? EMPTY : fingerprint(derivation, flags);
  }

  private static final Fingerprint EMPTY = new Fingerprint(new String[0], new long[0]);

  static DerivationFacts of(Derivation derivation, PlatformFlags flags) {
    return new DerivationFacts(derivation, flags);
  }

  private static @Nullable StorePath path(Output output) {
    if (output instanceof Output.InputAddressed addressed) {
      return addressed.path();
    }
    return output instanceof Output.Fixed fixed ? fixed.path() : null;
  }

  private static ImmutableList<String> hostInputs(Derivation derivation, PlatformFlags flags) {
    String store = storePrefix(derivation);
    List<String> names = new ArrayList<>();
    StringBuilder reduced = new StringBuilder();
    for (String attribute : HOST_INPUTS) {
      for (String path : derivation.words(attribute)) {
        flags.reduce(path, store, ImmutableSet.of(), reduced);
        names.add(reduced.toString());
      }
    }
    return names.stream().sorted().distinct().collect(ImmutableList.toImmutableList());
  }

  /** The store directory and a slash. A derivation without inputs mentions no path that matters. */
  static String storePrefix(Derivation derivation) {
    return derivation.inputDerivations().isEmpty()
        ? StorePath.DEFAULT_DIRECTORY + "/"
        : derivation.inputDerivations().firstKey().directory() + "/";
  }

  private static ImmutableList<String> platformFlags(Derivation derivation) {
    ImmutableList.Builder<String> found = ImmutableList.builder();
    for (String attribute : ImmutableList.of("configureFlags", "cmakeFlags", "mesonFlags")) {
      for (String word : derivation.words(attribute)) {
        if (PlatformFlags.isPlatformFlag(word)) {
          found.add(SHARED.intern(word));
        }
      }
    }
    return found.build();
  }

  /** Those of the command line of CMake or Meson that tell no platform. */
  public static ImmutableList<String> buildSystemFlags(Derivation derivation) {
    return Stream.of("cmakeFlags", "mesonFlags")
        .flatMap(attribute -> derivation.words(attribute).stream())
        .filter(word -> !PlatformFlags.isPlatformFlag(word))
        .map(SHARED::intern)
        .collect(ImmutableList.toImmutableList());
  }

  private static Fingerprint fingerprint(Derivation derivation, PlatformFlags flags) {
    String store = storePrefix(derivation);
    ImmutableSet<String> keep =
        derivation.inputSources().stream()
            .map(StorePath::baseName)
            .collect(ImmutableSet.toImmutableSet());
    StringBuilder reduced = new StringBuilder();
    List<String> attributes = new ArrayList<>();
    LongArrayList hashes = new LongArrayList();
    derivation.forEachAttribute(
        (attribute, text) -> {
          if (!Fingerprint.isIdentity(attribute)
              || INPUTS.contains(attribute)
              || derivation.outputs().containsKey(attribute)) {
            return;
          }
          String value =
              PlatformFlags.mayHold(attribute) ? withoutPlatformFlags(derivation, attribute) : text;
          flags.reduce(value, store, keep, reduced);
          if (reduced.length() > 0) { // an empty attribute is as good as none
            attributes.add(SHARED.intern(attribute));
            hashes.add(
                Hashing.farmHashFingerprint64()
                    .hashString(reduced, StandardCharsets.UTF_8)
                    .asLong());
          }
        });
    return new Fingerprint(attributes.toArray(String[]::new), hashes.toLongArray());
  }

  private static String withoutPlatformFlags(Derivation derivation, String attribute) {
    StringBuilder kept = new StringBuilder();
    for (String word : derivation.words(attribute)) {
      if (!PlatformFlags.isPlatformFlag(word)) {
        kept.append(word).append(' ');
      }
    }
    return kept.toString();
  }

  /** What differs in another derivation; empty if nothing that is kept does. */
  Optional<String> difference(DerivationFacts other) {
    if (this == other) {
      return Optional.empty();
    }
    if (!name.equals(other.name) || !system.equals(other.system)) {
      return Optional.of("system");
    }
    if (fixedOutput != other.fixedOutput
        || !Arrays.equals(outputNames, other.outputNames)
        || !Arrays.equals(outputPaths, other.outputPaths)) {
      return Optional.of("outputs");
    }
    boolean same =
        Objects.equals(packageName, other.packageName)
            && Objects.equals(packageVersion, other.packageVersion)
            && allowsSubstitutes == other.allowsSubstitutes
            && prefersLocalBuild == other.prefersLocalBuild
            && Objects.equals(standardEnvironment, other.standardEnvironment)
            && sources.equals(other.sources)
            && hostInputs.equals(other.hostInputs)
            && platformFlags.equals(other.platformFlags)
            && requiredFeatures.equals(other.requiredFeatures)
            && fingerprint.equals(other.fingerprint);
    return same ? Optional.empty() : Optional.of("attributes");
  }

  /** As in its path, without {@code .drv}. */
  public String name() {
    return name;
  }

  /** The attribute {@code pname}. */
  public Optional<String> packageName() {
    return Optional.ofNullable(packageName);
  }

  /** The attribute {@code version}. */
  public Optional<String> packageVersion() {
    return Optional.ofNullable(packageVersion);
  }

  /** The platform that it is built on. */
  public String system() {
    return system;
  }

  /** Whether what it gives is known in advance: a download. */
  public boolean isFixedOutput() {
    return fixedOutput;
  }

  /**
   * A derivation with neither {@code src} nor {@code srcs}: a hook, a wrapper, an environment, a
   * file.
   */
  public boolean isTrivial() {
    return !hasSource && !fixedOutput;
  }

  /**
   * Whether Nix substitutes it; nixpkgs forbids that for what is built more quickly than asked for.
   */
  public boolean allowsSubstitutes() {
    return allowsSubstitutes;
  }

  /** Whether Nix builds it where it runs rather than send it to another machine. */
  public boolean prefersLocalBuild() {
    return prefersLocalBuild;
  }

  public int outputCount() {
    return outputNames.length;
  }

  /** Outputs are in the order of their names. */
  public String outputName(int output) {
    return outputNames[output];
  }

  /** Null where it is not known before it is built. */
  public @Nullable StorePath outputPath(int output) {
    return outputPaths[output];
  }

  /** The paths of the outputs, without those that are not known before it is built. */
  public ImmutableList<StorePath> knownOutputPaths() {
    ImmutableList.Builder<StorePath> known = ImmutableList.builder();
    for (StorePath path : outputPaths) {
      if (path != null) {
        known.add(path);
      }
    }
    return known.build();
  }

  public boolean hasOutput(String output) {
    for (String has : outputNames) {
      if (has.equals(output)) {
        return true;
      }
    }
    return false;
  }

  /** The names of the outputs, in order. */
  public ImmutableList<String> outputNames() {
    return ImmutableList.copyOf(outputNames);
  }

  /** Those of the command line of CMake or Meson that tell no platform. */
  public ImmutableList<String> buildSystemFlags() {
    return buildSystemFlags;
  }

  /** What {@code src} and {@code srcs} name: mostly output paths of fixed-output derivations. */
  public ImmutableList<String> sources() {
    return sources;
  }

  /** Names, without hash and triple, of the inputs that run where the outputs will; sorted. */
  public ImmutableList<String> hostInputs() {
    return hostInputs;
  }

  /** The inputs that it names as tools. */
  public ToolInputs toolInputs() {
    return toolInputs;
  }

  /** Words of configure, CMake and Meson flags that tell a platform. */
  public ImmutableList<String> platformFlags() {
    return platformFlags;
  }

  /** Output path of the standard environment that it is built in. */
  public Optional<String> standardEnvironment() {
    return Optional.ofNullable(standardEnvironment);
  }

  /** What a builder has to offer: {@code requiredSystemFeatures}. */
  public ImmutableSet<String> requiredFeatures() {
    return requiredFeatures;
  }

  /** How it is built. */
  public Set<Trait> traits() {
    return traits;
  }

  public Fingerprint fingerprint() {
    return fingerprint;
  }

  @Override
  public String toString() {
    return name;
  }
}
