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
  /** What is passed on to whoever uses the outputs is no mere tool of this build. */
  static final ImmutableSet<String> ROLES =
      ImmutableSet.of(
          "depsBuildBuild",
          "nativeBuildInputs",
          "depsBuildTarget",
          "nativeCheckInputs",
          "nativeInstallCheckInputs");

  /** These name what a build uses by itself, whatever the role. */
  private static final ImmutableSet<String> SEARCHED =
      ImmutableSet.<String>builder()
          .addAll(ROLES)
          .add("stdenv", "disallowedReferences", "disallowedRequisites")
          .build();

  static final ToolInputs NONE = new ToolInputs(new long[0], new long[0]);

  private final long[] tools;
  private final long[] elsewhere;

  private ToolInputs(long[] tools, long[] elsewhere) {
    this.tools = tools;
    this.elsewhere = elsewhere;
  }

  static ToolInputs of(Derivation derivation) {
    LongOpenHashSet tools = new LongOpenHashSet();
    for (String role : ROLES) {
      for (String path : derivation.words(role)) {
        int slash = path.lastIndexOf('/');
        if (slash >= 0 && path.length() > slash + StorePath.HASH_CHARS) {
          tools.add(key(path, slash + 1));
        }
      }
    }
    if (tools.isEmpty()) {
      return NONE;
    }
    LongOpenHashSet elsewhere = new LongOpenHashSet();
    String store =
        derivation.inputDerivations().isEmpty()
            ? StorePath.DEFAULT_DIRECTORY
            : derivation.inputDerivations().firstKey().directory();
    String prefix = store + "/";
    derivation.forEachAttribute(
        (attribute, text) -> {
          if (!SEARCHED.contains(attribute)) {
            addMentioned(text, prefix, tools, elsewhere);
          }
        });
    derivation.args().forEach(text -> addMentioned(text, prefix, tools, elsewhere));
    addMentioned(derivation.builderExecutable(), prefix, tools, elsewhere);
    return new ToolInputs(sorted(tools), sorted(elsewhere));
  }

  private static void addMentioned(
      String text, String prefix, LongOpenHashSet tools, LongOpenHashSet elsewhere) {
    for (int at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + 1)) {
      int start = at + prefix.length();
      if (text.length() >= start + StorePath.HASH_CHARS) {
        long key = key(text, start);
        if (tools.contains(key)) {
          elsewhere.add(key);
        }
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
    long[] sorted = set.toLongArray();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Whether one of these output paths is named as a tool. */
  public boolean contains(ImmutableList<StorePath> outputs) {
    return outputs.stream().anyMatch(output -> Arrays.binarySearch(tools, key(output)) >= 0);
  }

  /** Whether one of them, named as a tool, is named elsewhere too: in a script, say, or a flag. */
  public boolean isNamedElsewhere(ImmutableList<StorePath> outputs) {
    return outputs.stream().anyMatch(output -> Arrays.binarySearch(elsewhere, key(output)) >= 0);
  }

  private static long key(StorePath path) {
    return key(path.baseName(), 0);
  }
}
