package dev.crossplan.planner.remote;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Builder.Abilities;
import dev.crossplan.planner.instance.Builder.Connection;
import dev.crossplan.planner.instance.MachinesFile;
import dev.crossplan.planner.instance.TemporaryFolder;
import dev.crossplan.planner.machine.NixInstallation;
import java.util.List;
import java.util.Optional;

/**
 * What Nix has to be told so that its build hook builds on one builder and nowhere else ("Remote
 * Builds" in the Nix manual).
 *
 * @param builder where it builds
 * @param entry of a machines file
 * @param variables of the environment of Nix
 */
public record BuildHook(Builder builder, String entry, ImmutableMap<String, String> variables) {
  private static final String SSH_OPTIONS = "NIX_SSHOPTS";

  /** A machine that is gone ends what waits for it after a minute. */
  private static final ImmutableList<String> ALIVE =
      ImmutableList.of("-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4");

  /**
   * For a builder that is another machine. A daemon reaches it by itself, with its own environment;
   * where there is none, ssh is told all that {@code crossplan builders --probe} tells it: ports,
   * keys and host keys, which not every Nix takes from the entry.
   *
   * @param seconds to wait for it to let us in
   * @param folder for a file of host keys
   * @return empty if it cannot be reached as it is written down; {@link Heartbeat} tells why
   */
  public static Optional<BuildHook> of(
      Builder builder,
      NixInstallation nix,
      int seconds,
      TemporaryFolder folder,
      ImmutableMap<String, String> environment) {
    // The step is planned to be here, so nothing else is to keep it away, nor a speed with a
    // fraction,
    // at which Nix before 2.20 ends.
    Builder forHook =
        builder
            .withSpeed(1)
            .with(
                new Abilities(
                    Sets.union(builder.systems(), builder.emulates()).immutableCopy(),
                    ImmutableSet.of(),
                    builder.features(),
                    ImmutableSet.of()));
    if (nix.usesDaemon()) {
      return Optional.of(new BuildHook(builder, MachinesFile.entry(forHook), ImmutableMap.of()));
    }
    MachineAddress address;
    try {
      address = BuilderCommand.address(builder, seconds, folder, environment);
    } catch (BuilderCommand.FailureException e) {
      return Optional.empty();
    }
    ImmutableList<String> options =
        ImmutableList.<String>builder().addAll(ALIVE).addAll(address.options()).build();
    return Optional.of(
        new BuildHook(
            builder,
            MachinesFile.entry(
                forHook.with(
                    Connection.to(MachineAddress.withoutPort(builder.uri().orElseThrow())))),
            ImmutableMap.of(SSH_OPTIONS, Joiner.on(' ').join(options))));
  }

  /** What makes {@code nix-store --realise} build there. */
  public List<String> arguments() {
    return List.of(
        "--builders", entry, "--max-jobs", "0", "--option", "builders-use-substitutes", "true");
  }
}
