package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Which inputs a derivation names as tools: in roles for what runs on the build platform while it
 * is built (nixpkgs manual, "Specifying dependencies"). Where build and host platform are one, as
 * in an emulated build, this is all that tells tools from libraries.
 *
 * <p>Paths are kept as 64 bits each: of the inputs of one derivation no two will collide.
 */
public final class ToolInputs {
  private static final ImmutableSet<String> ROLES =
      ImmutableSet.of(
          "depsBuildBuild",
          "nativeBuildInputs",
          "depsBuildTarget",
          "nativeCheckInputs",
          "nativeInstallCheckInputs");

  /** What is passed on to whoever uses the outputs is no mere tool of this build. */
  private static final ImmutableSet<String> PASSED_ON =
      ImmutableSet.of(
          "depsBuildBuildPropagated", "propagatedNativeBuildInputs", "depsBuildTargetPropagated");

  /** These name what a build uses by itself, whatever the role. */
  private static final ImmutableSet<String> SEARCHED =
      ImmutableSet.<String>builder()
          .addAll(ROLES)
          .add("stdenv", "disallowedReferences", "disallowedRequisites")
          .build();

  private static final long[] NO_PATHS = {};

  static final ToolInputs NONE = new ToolInputs(NO_PATHS, NO_PATHS, NO_PATHS);

  private final long[] tools;
  private final long[] passedOn;
  private final long[] elsewhere;

  private ToolInputs(long[] tools, long[] passedOn, long[] elsewhere) {
    this.tools = tools;
    this.passedOn = passedOn;
    this.elsewhere = elsewhere;
  }

  static ToolInputs of(Derivation derivation) {
    long[] tools = named(derivation, ROLES);
    if (tools.length == 0) {
      return NONE;
    }
    LongOpenHashSet elsewhere = new LongOpenHashSet();
    String prefix = DerivationFacts.storePrefix(derivation);
    derivation.forEachText(
        (attribute, text) -> {
          if (!SEARCHED.contains(attribute)) {
            addMentioned(text, prefix, elsewhere);
          }
        });
    derivation.args().forEach(text -> addMentioned(text, prefix, elsewhere));
    addMentioned(derivation.builderExecutable(), prefix, elsewhere);
    return new ToolInputs(tools, named(derivation, PASSED_ON), sorted(elsewhere));
  }

  private static long[] named(Derivation derivation, ImmutableSet<String> attributes) {
    LongOpenHashSet named = new LongOpenHashSet();
    for (String attribute : attributes) {
      for (String path : derivation.words(attribute)) {
        int slash = path.lastIndexOf('/');
        if (slash >= 0 && path.length() > slash + StorePath.HASH_CHARS) {
          named.add(key(path, slash + 1));
        }
      }
    }
    return sorted(named);
  }

  private static void addMentioned(String text, String prefix, LongOpenHashSet mentioned) {
    for (int at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + 1)) {
      int start = at + prefix.length();
      if (text.length() >= start + StorePath.HASH_CHARS) {
        mentioned.add(key(text, start));
      }
    }
  }

  /** By its hash part, which no two paths share. */
  private static long key(String text, int start) {
    return Hashing.farmHashFingerprint64()
        .hashString(
            text.subSequence(start, start + StorePath.HASH_CHARS), StandardCharsets.US_ASCII)
        .asLong();
  }

  private static long[] sorted(LongOpenHashSet set) {
    if (set.isEmpty()) {
      return NO_PATHS;
    }
    long[] sorted = set.toLongArray();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Whether one of these output paths is named as a tool. */
  public boolean contains(ImmutableList<StorePath> outputs) {
    return isAmong(tools, outputs);
  }

  /** Whether one of them is passed on to whoever uses the outputs, as their tool. */
  public boolean passesOn(ImmutableList<StorePath> outputs) {
    return isAmong(passedOn, outputs);
  }

  /** Whether one of them is named elsewhere than among tools: in a script, say, or a flag. */
  public boolean isNamedElsewhere(ImmutableList<StorePath> outputs) {
    return isAmong(elsewhere, outputs);
  }

  private static boolean isAmong(long[] keys, ImmutableList<StorePath> outputs) {
    return outputs.stream().anyMatch(output -> Arrays.binarySearch(keys, key(output)) >= 0);
  }

  private static long key(StorePath path) {
    return key(path.baseName(), 0);
  }
}
