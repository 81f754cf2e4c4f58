package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.fixtures.RealPackages;
import dev.crossplan.fixtures.remote.BuilderRoot;
import dev.crossplan.fixtures.remote.RemoteBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real image by real compilers, from the sources of upstream: twelve packages for riscv64. All
 * are cross-compiled but expect, of which the configure script runs what it has just compiled: that
 * one QEMU builds, with the tcl that was cross-compiled. The image is the same wherever it is
 * built.
 */
@Tag("real")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealBuildIT {
  private static final int MOST_SECONDS = 1500;

  /** For the files of the riscv64 Debian, and what is built with them. */
  private static final int DISK_MEBIBYTES = 2000;

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

  /** What the image is made of, as each test has built it. */
  private final Map<String, ImmutableList<String>> contents = new TreeMap<>();

  private final Path folder;
  private PrivateNix nix;

  RealBuildIT(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Stores have the same name in all tests, so that what is built has, too. */
  @BeforeEach
  void prepare() throws IOException, InterruptedException {
    assumeTrue(RealPackages.arePrepared(), RealPackages.MISSING);
    nix = RealPackages.nixIn(folder.resolve("nix"));
  }

  @AfterEach
  void clear() throws IOException {
    if (nix != null) {
      nix.allowDeletion();
      Path aside = Files.createTempDirectory(folder, "aside");
      for (String each : List.of("nix", "state", "cache")) {
        if (Files.exists(folder.resolve(each))) {
          Files.move(folder.resolve(each), aside.resolve(each));
        }
      }
      Files.deleteIfExists(folder.resolve("result"));
    }
  }

  @AfterAll
  void assertTheImageIsTheSame() {
    assertTrue(Set.copyOf(contents.values()).size() <= 1, contents::toString);
  }

  @Test
  void eachPackageIsCompiledOnceThoughARunIsKilled() throws IOException, InterruptedException {
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
    assertEquals(2, builds.built().stream().filter(name -> name.startsWith("expect-")).count());

    String image = check(builds, "on this machine");
    int before = builds.begun().size();
    assertEquals(ExitStatus.DONE, builds.run(manifest).await());
    assertEquals(image, builds.result().toRealPath().toString());
    assertEquals(before, builds.begun().size());
  }

  @Test
  void theImageIsTheSameThoughMachinesAreLostAtRandomMoments() throws Exception {
    try (RemoteBuilders machines = RemoteBuilders.in(folder, folder.resolve("nix"))) {
      RemoteBuilder desk = machines.start(BuilderRoot.X86_64, DISK_MEBIBYTES);
      RemoteBuilder board = machines.start(BuilderRoot.RISCV64, DISK_MEBIBYTES);
      BuildFolder builds = new BuildFolder(folder, nix);
      Path manifest =
          withBuilders(
              desk.table("desk") + "slots = 2\n" + board.table("board") + "speed = 0.06\n");
      long seed = Long.getLong("crossplan.seed", System.nanoTime());
      RandomFaults faults = new RandomFaults(seed, List.of(desk, board));
      BuildFolder.Run last =
          faults.plague(() -> builds.start(manifest, "--builder-timeout", "15s"));
      String story = faults.happened() + "\n" + last.said();
      assertEquals(ExitStatus.DONE, last.await(), story);
      int again = builds.begun().size() - ImmutableSet.copyOf(builds.begun()).size();
      assertTrue(again <= faults.lostInFlight(), () -> again + " built again: " + story);
      check(builds, story);
    }
  }

  /** {@code small.toml} with other builders. */
  private Path withBuilders(String tables) throws IOException {
    Path original = RealPackages.manifest("small.toml");
    String text =
        Files.readString(original)
            .replace("nixpkgs     = \".\"", "nixpkgs = \"" + original.resolveSibling("") + "\"")
            .replace("\"costs.csv\"", "\"" + original.resolveSibling("costs.csv") + "\"")
            .replaceFirst("(?s)\\[\\[builder\\]\\].*?(?=\\[costs\\])", tables);
    return Files.writeString(folder.resolve("crossplan.toml"), text);
  }

  /** Runs the image, and notes what it is made of. */
  private String check(BuildFolder builds, String how) throws IOException, InterruptedException {
    String image = builds.result().toRealPath().toString();
    RealPackages.check(nix, image);
    ImmutableList.Builder<String> paths = ImmutableList.builder();
    for (String path :
        nix.run("nix-store", "--query", "--requisites", image).lines().sorted().toList()) {
      // tclConfig.sh of tcl names the folder that it was built in, which ends in -1 if -0 is taken.
      boolean isReproducible = !path.contains("-tcl-");
      paths.add(
          path + (isReproducible ? " " + nix.run("nix-store", "--query", "--hash", path) : ""));
    }
    contents.put(how, paths.build());
    return image;
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
