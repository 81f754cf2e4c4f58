package dev.crossplan.planner.remote;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.Bytes;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Builder.Abilities;
import dev.crossplan.planner.remote.ProbeAnswer.Riscv;
import java.util.Optional;

/**
 * What came of asking a builder.
 *
 * @param answer what it says of itself, also if it has no Nix; empty if it could not be asked
 * @param failure why it cannot be used
 * @param store where that of this machine is
 */
public record Probe(
    Builder builder, Optional<ProbeAnswer> answer, Optional<ProbeFailure> failure, String store) {

  private static final String RISCV = "riscv64-linux";

  /** More than a file system or two clocks that are set now and then are apart. */
  private static final long MOST_SECONDS_APART = 5;

  /** Of memory a kernel keeps some for itself. */
  private static final double LEAST_PART_OF_MEMORY = 0.85;

  /**
   * Where a machine is not as it is written down.
   *
   * @param message a sentence of which the builder is the subject
   * @param remedy a sentence that starts with "Maybe"
   */
  public record Difference(String message, String remedy) {}

  /** What is not as it is written down, or not as Nix needs it; nothing if it was not asked. */
  public ImmutableList<Difference> differences() {
    ImmutableList.Builder<Difference> differences = ImmutableList.builder();
    answer.ifPresent(
        found -> {
          addRiscv(found, differences);
          addHardware(found, differences);
          found
              .nix()
              .ifPresent(
                  nix -> {
                    addStore(found.store(), differences);
                    addNix(nix, differences);
                  });
        });
    return differences.build();
  }

  private void addRiscv(ProbeAnswer found, ImmutableList.Builder<Difference> differences) {
    if (builder.runs(RISCV) && found.riscv() == Riscv.EMULATED) {
      differences.add(
          new Difference(
              "is said to run riscv64-linux by itself, but QEMU does",
              "Maybe write emulates = [\"riscv64-linux\"] in the [[builder]] of that name."));
    }
    if (builder.runs(RISCV) && found.riscv() == Riscv.VIRTUAL) {
      differences.add(
          new Difference(
              "is a riscv64 machine that is all QEMU",
              "Maybe name it in emulates, or give it the speed that crossplan calibrate --builder"
                  + " measures."));
    }
    if (builder.runs(RISCV) && found.riscv() == Riscv.NONE) {
      differences.add(
          new Difference(
              "is said to run riscv64-linux, but is " + found.cpu(),
              "Maybe take it out of systems."));
    }
    if (builder.emulates().contains(RISCV) && found.riscv() == Riscv.REAL) {
      differences.add(
          new Difference(
              "is said to emulate riscv64-linux, but is riscv64 itself",
              "Maybe name it in systems, not in emulates."));
    }
  }

  private void addHardware(ProbeAnswer found, ImmutableList.Builder<Difference> differences) {
    int cores = found.cores().orElse(0);
    if (cores > 0 && builder.slots() > cores) {
      differences.add(
          new Difference(
              "is said to have " + builder.slots() + " slots, but has " + cores(cores),
              "Maybe slots = " + cores + "."));
    }
    if (cores > 0 && builder.capacity().cores().orElse(cores) != cores) {
      differences.add(
          new Difference(
              "is said to have "
                  + cores(builder.capacity().cores().getAsInt())
                  + ", but has "
                  + cores,
              "Maybe cores = " + cores + "."));
    }
    long said = builder.capacity().memory().orElse(0);
    if (found.memory().isPresent() && found.memory().getAsLong() < LEAST_PART_OF_MEMORY * said) {
      String memory = Bytes.format(found.memory().getAsLong());
      differences.add(
          new Difference(
              "is said to have " + Bytes.format(said) + " of memory, but has " + memory,
              "Maybe memory = \"" + Bytes.mebibytes(found.memory().getAsLong()) + "\"."));
    }
    long apart = found.clockAhead().orElse(0);
    if (Math.abs(apart) > MOST_SECONDS_APART) {
      differences.add(
          new Difference(
              "has a clock that is "
                  + Math.abs(apart)
                  + " s "
                  + (apart > 0 ? "ahead of" : "behind")
                  + " this machine's",
              "Maybe let it take its time from the network (timedatectl set-ntp true)."));
    }
    if (found.free().orElse(Long.MAX_VALUE) < Bytes.GIB) {
      differences.add(
          new Difference(
              "has " + Bytes.format(found.free().getAsLong()) + " left for " + found.store(),
              "Maybe make room there: nix-collect-garbage."));
    }
  }

  /** A path means something only in the store that is in it. */
  private void addStore(String found, ImmutableList.Builder<Difference> differences) {
    if (!found.equals(store)) {
      differences.add(
          new Difference(
              "has its store in "
                  + found
                  + ", and this machine in "
                  + store
                  + ": nothing can be sent from one to the other",
              "Maybe let NIX_STORE_DIR name the same in both (there: SetEnv in sshd_config)."));
    }
  }

  private static String cores(int number) {
    return number == 1 ? "1 core" : number + " cores";
  }

  /** What this machine's own Nix has to be told, crossplan tells it. */
  private void addNix(ProbeAnswer.Nix nix, ImmutableList.Builder<Difference> differences) {
    if (builder.isHere()) {
      return;
    }
    ImmutableSet<String> systems =
        Sets.union(builder.systems(), builder.emulates()).immutableCopy();
    Sets.SetView<String> refused = Sets.difference(systems, nix.systems());
    if (!nix.systems().isEmpty() && !refused.isEmpty()) {
      differences.add(
          new Difference(
              "has a Nix that does not build for "
                  + String.join(", ", refused)
                  + ", but for "
                  + String.join(", ", nix.systems()),
              "Maybe set extra-platforms = "
                  + String.join(" ", refused)
                  + " in its nix.conf, or take them out here."));
    }
    Sets.SetView<String> missing = Sets.difference(builder.features(), nix.features());
    if (!nix.systems().isEmpty() && !missing.isEmpty()) {
      differences.add(
          new Difference(
              "has a Nix without the "
                  + (missing.size() == 1 ? "feature " : "features ")
                  + String.join(", ", missing)
                  + ", so it refuses builds that require them",
              "Maybe set extra-system-features = "
                  + String.join(" ", missing)
                  + " in its nix.conf."));
    }
    if (nix.isTrusted().isPresent() && !nix.isTrusted().get()) {
      differences.add(
          new Difference(
              "does not trust who we log in as, and takes no inputs that nobody signed",
              "Maybe name that user in trusted-users of its nix.conf."));
    }
  }

  /** The builder as it is found to be, as to who runs riscv64: its CPU or QEMU. */
  public Builder corrected() {
    Riscv found = answer.map(ProbeAnswer::riscv).orElse(Riscv.NONE);
    ImmutableSet<String> riscv = ImmutableSet.of(RISCV);
    Abilities said = builder.abilities();
    if ((found == Riscv.EMULATED || found == Riscv.VIRTUAL) && builder.runs(RISCV)) {
      return builder.with(said.emulating(Sets.union(said.emulates(), riscv).immutableCopy()));
    }
    if (found == Riscv.REAL && builder.emulates().contains(RISCV)) {
      return builder.with(
          new Abilities(
              Sets.union(said.systems(), riscv).immutableCopy(),
              Sets.difference(said.emulates(), riscv).immutableCopy(),
              said.features(),
              said.mandatoryFeatures()));
    }
    return builder;
  }
}
