package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.fixtures.RealPackages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real image by real compilers, from the sources of upstream: twelve packages for riscv64. All are
 * cross-compiled but expect, of which the configure script runs what it has just compiled: that one
 * QEMU builds, with the tcl that was cross-compiled.
 */
@Tag("real")
final class RealBuildIT {
  private static final int MOST_SECONDS = 1500;

  private static final ImmutableSet<String> PACKAGES =
      ImmutableSet.of(
          "cjson",
          "inih",
          "libaio",
          "libcap",
          "libstemmer",
          "libtommath",
          "tcl",
          "tinyxml2",
          "tour",
          "yajl",
          "zlib");

  @TempDir private Path folder;

  @Test
  void eachPackageIsCompiledOnceThoughARunIsKilled() throws IOException, InterruptedException {
    assumeTrue(RealPackages.arePrepared(), RealPackages.MISSING);
    PrivateNix nix = RealPackages.nixIn(folder.resolve("nix"));
    try {
      BuildFolder builds = new BuildFolder(folder, nix);
      Path manifest = RealPackages.manifest("small.toml");
      kill(builds.start(manifest), "built zlib");
      kill(builds.start(manifest), "replanned expect 5.45.4, emulated instead of cross");
      BuildFolder.Run last = builds.start(manifest);
      assertEquals(ExitStatus.DONE, last.await(MOST_SECONDS), last.said());

      assertEquals(ImmutableSet.copyOf(builds.begun()).size(), builds.begun().size());
      Map<String, String> once = new TreeMap<>();
      PACKAGES.forEach(name -> once.put(name, "cross"));
      assertEquals(ImmutableSortedMap.copyOf(once), compiled(builds));
      assertEquals(
          2, builds.built().stream().filter(name -> name.startsWith("expect-")).count());

      String image = builds.result().toRealPath().toString();
      RealPackages.check(nix, image);
      int before = builds.begun().size();
      assertEquals(ExitStatus.DONE, builds.run(manifest).await());
      assertEquals(image, builds.result().toRealPath().toString());
      assertEquals(before, builds.begun().size());
    } finally {
      nix.allowDeletion();
    }
  }

  /** Ends crossplan, and not what it has started, when it has said something. */
  private static void kill(BuildFolder.Run run, String when)
      throws IOException, InterruptedException {
    run.awaitSaid(when, MOST_SECONDS);
    run.process().destroyForcibly().waitFor();
  }

  /** How the packages of the image were compiled; twice if they were. */
  private static ImmutableSortedMap<String, String> compiled(BuildFolder builds)
      throws IOException {
    Map<String, String> compiled = new TreeMap<>();
    for (String derivation : builds.built()) {
      String name = derivation.replaceFirst("-.*", "");
      if (PACKAGES.contains(name)) {
        boolean isCross = derivation.contains("-riscv64-unknown-linux-gnu");
        compiled.merge(name, isCross ? "cross" : "emulated", (one, other) -> one + ", " + other);
      }
    }
    assertTrue(compiled.size() >= 10, compiled.toString());
    return ImmutableSortedMap.copyOf(compiled);
  }
}
