package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an instance means, however it is written: two with equal meanings evaluate to the same, so
 * one evaluation does for both. Which attributes are wanted is no part of it.
 *
 * @param source where derivations come from, by real paths
 * @param platforms that it is evaluated for; empty for graphs evaluated before, which are what they
 *     are
 */
record DistinctInstance(Instance.Source source, ImmutableList<Platform> platforms) {

  static DistinctInstance of(Instance instance) {
    if (instance.source() instanceof Instance.Nixpkgs nixpkgs) {
      Platform local = meant(instance.local());
      Optional<Platform> cross =
          instance.cross().map(DistinctInstance::meant).filter(to -> !to.equals(local));
      return new DistinctInstance(
          new Instance.Nixpkgs(
              nixpkgs.nixpkgs().startsWith("/")
                  ? realPath(Path.of(nixpkgs.nixpkgs())).toString()
                  : nixpkgs.nixpkgs(),
              nixpkgs.revision(),
              nixpkgs.overlays().stream()
                  .map(DistinctInstance::realPath)
                  .collect(ImmutableList.toImmutableList()),
              ImmutableList.of()),
          cross.map(to -> ImmutableList.of(local, to)).orElseGet(() -> ImmutableList.of(local)));
    }
    Instance.Exported exported = (Instance.Exported) instance.source();
    return new DistinctInstance(
        new Instance.Exported(
            realPath(exported.derivations()), exported.jobs().map(DistinctInstance::realPath)),
        ImmutableList.of());
  }

  /** Where there is none, whoever reads it says so. */
  private static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }

  /**
   * A platform with its triple written out. An arch stays as it is spelt: nixpkgs hands the text to
   * compilers and asks builders for the feature {@code gccarch-…}, so every hash is another.
   */
  private static Platform meant(Platform platform) {
    return new Platform(
        platform.system(),
        Optional.of(platform.triple()),
        platform.arch(),
        platform.abi(),
        platform.tune());
  }
}
