package dev.crossplan.planner.instance;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a derivation says of how it is built, as far as that tells how long it may take: by the
 * names of its tools and by attributes of nixpkgs' stdenv (nixpkgs manual, "The Standard
 * Environment").
 */
public enum Trait {
  /** Its configure script is made first. */
  AUTORECONF,
  CMAKE,
  MESON,
  RUST,
  GO,
  PYTHON,
  PERL,
  JAVA,
  NODE,
  HASKELL,
  QT,
  KERNEL,
  /** One command instead of phases. */
  COMMAND,
  /** No configure phase. */
  UNCONFIGURED,
  /** {@code make check} or the like is run. */
  TESTS,
  /** Several jobs at a time. */
  PARALLEL,
  /** Link-time optimisation. */
  LTO,
  /** Neither {@code src} nor {@code srcs}: a hook, a wrapper, an environment, a file. */
  SOURCELESS,
  /** Emulated, with tools that run natively: as it was planned, no derivation says so. */
  NATIVE_TOOLS,
  /** Likewise with a compiler that does. */
  NATIVE_COMPILER;

  private static final Splitter COMMA = Splitter.on(',').omitEmptyStrings();

  private static final ImmutableMap<String, Trait> BY_WORD =
      Maps.uniqueIndex(Arrays.asList(values()), Trait::toString);

  private static final ImmutableSet<String> TOOLS =
      ImmutableSet.of("nativeBuildInputs", "propagatedNativeBuildInputs", "nativeCheckInputs");

  /** By how the name of a tool begins. */
  private static final ImmutableMap<String, Trait> BY_TOOL =
      ImmutableMap.<String, Trait>builder()
          .put("auto", AUTORECONF) // autoreconf-hook, autoconf, automake
          .put("cmake", CMAKE)
          .put("meson", MESON)
          .put("cargo", RUST)
          .put("rustc", RUST)
          .put("go-1", GO)
          .put("python", PYTHON)
          .put("perl", PERL)
          .put("openjdk", JAVA)
          .put("maven", JAVA)
          .put("gradle", JAVA)
          .put("nodejs", NODE)
          .put("npm-", NODE)
          .put("ghc", HASKELL)
          .put("wrap-qt", QT)
          .put("qtbase", QT)
          .buildOrThrow();

  private static final ImmutableMap<String, Trait> BY_ATTRIBUTE =
      ImmutableMap.<String, Trait>builder()
          .put("buildCommand", COMMAND)
          .put("buildCommandPath", COMMAND)
          .put("dontConfigure", UNCONFIGURED)
          .put("doCheck", TESTS)
          .put("doInstallCheck", TESTS)
          .put("enableParallelBuilding", PARALLEL)
          .put("cargoDeps", RUST)
          .put("goModules", GO)
          .put("npmDeps", NODE)
          .put("kernelPatches", KERNEL)
          .buildOrThrow();

  /** All that a derivation has. */
  public static Set<Trait> of(Derivation derivation) {
    EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
    for (Map.Entry<String, Trait> attribute : BY_ATTRIBUTE.entrySet()) {
      Optional<String> value = derivation.attribute(attribute.getKey());
      if (value.isPresent() && !value.get().isEmpty() && !value.get().equals("false")) {
        traits.add(attribute.getValue());
      }
    }
    if (derivation.words("src").isEmpty() && derivation.words("srcs").isEmpty()) {
      traits.add(SOURCELESS);
    }
    for (String attribute : TOOLS) {
      for (String tool : derivation.words(attribute)) {
        addByTool(tool.substring(tool.lastIndexOf('/') + 1), traits);
      }
    }
    for (String word : derivation.words("cmakeFlags")) {
      if (word.contains("INTERPROCEDURAL_OPTIMIZATION") && word.endsWith("=ON")) {
        traits.add(LTO);
      }
    }
    if (derivation.words("mesonFlags").contains("-Db_lto=true")) {
      traits.add(LTO);
    }
    return Sets.immutableEnumSet(traits);
  }

  /**
   * @param base name of a store path
   */
  private static void addByTool(String base, Set<Trait> traits) {
    int name = StorePath.HASH_CHARS + 1;
    for (Map.Entry<String, Trait> tool : BY_TOOL.entrySet()) {
      if (base.startsWith(tool.getKey(), name)) {
        traits.add(tool.getValue());
      }
    }
  }

  /**
   * Those that these words are for, with commas between. What a later version of crossplan may have
   * added is not among them.
   */
  public static ImmutableSet<Trait> ofWords(String words) {
    return COMMA
        .splitToStream(words)
        .map(BY_WORD::get)
        .filter(Objects::nonNull)
        .collect(Sets.toImmutableEnumSet());
  }

  /** {@code cmake}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
