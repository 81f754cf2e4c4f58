package dev.crossplan.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.fixtures.remote.BuilderRoot;
import dev.crossplan.fixtures.remote.ContainerBuilder;
import dev.crossplan.fixtures.remote.ContainerNetwork;
import dev.crossplan.fixtures.remote.NamespaceBuilder;
import dev.crossplan.fixtures.remote.RemoteBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The machines of one test: containers, or namespaces where there is no Docker. */
final class RemoteBuilders implements AutoCloseable {
  private final Path folder;
  private final Path nix;
  private final Place place;
  private final List<RemoteBuilder> all = new ArrayList<>();
  private @Nullable ContainerNetwork network;

  /** What a machine is made of. */
  enum Place {
    CONTAINER,
    NAMESPACE
  }

  private RemoteBuilders(Path folder, Path nix, Place place) {
    this.folder = folder;
    this.nix = nix;
    this.place = place;
  }

  /** Containers if there is an engine. */
  static RemoteBuilders in(Path folder, Path nix) {
    require();
    return new RemoteBuilders(
        folder, nix, ContainerBuilder.isPossible() ? Place.CONTAINER : Place.NAMESPACE);
  }

  /**
   * Without what machines are made of a test is not run, but where all has to be there.
   *
   * @param folder for what is theirs
   * @param nix folder of the store that builds are sent from
   */
  static RemoteBuilders in(Path folder, Path nix, Place place) {
    require();
    if (place == Place.CONTAINER && !isRequired()) {
      assumeTrue(
          ContainerBuilder.isPossible(),
          "no Docker engine answers: as root, dockerd --iptables=false --ip6tables=false &");
    }
    return new RemoteBuilders(folder, nix, place);
  }

  private static void require() {
    if (!isRequired()) {
      assumeTrue(BuilderRoot.arePrepared(), BuilderRoot.MISSING);
    } else if (!BuilderRoot.arePrepared()) {
      throw new IllegalStateException(BuilderRoot.MISSING);
    }
  }

  /** Where there is an engine, tests that need it fail without what else they need. */
  private static boolean isRequired() {
    return "true".equals(System.getenv("CROSSPLAN_DOCKER"));
  }

  /** Makes one that has the disk of this machine, and starts it. */
  RemoteBuilder start(BuilderRoot root) throws IOException, InterruptedException {
    return start(root, 0);
  }

  /** Makes one that has a disk of this size, in MiB, and starts it. */
  RemoteBuilder start(BuilderRoot root, int disk) throws IOException, InterruptedException {
    RemoteBuilder builder = make(root, folder.resolve("machine-" + all.size()), disk);
    all.add(builder);
    builder.powerOn();
    return builder;
  }

  private RemoteBuilder make(BuilderRoot root, Path own, int disk)
      throws IOException, InterruptedException {
    if (place == Place.NAMESPACE) {
      return new NamespaceBuilder(root, own, nix, disk);
    }
    if (network == null) {
      network = new ContainerNetwork();
    }
    return new ContainerBuilder(network, root, own, nix, disk);
  }

  @Override
  public void close() throws IOException {
    for (RemoteBuilder each : all) {
      each.close();
    }
    if (network != null) {
      network.close();
    }
  }
}
