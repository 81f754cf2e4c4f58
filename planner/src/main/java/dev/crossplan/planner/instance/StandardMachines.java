package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.instance.Builder.Abilities;
import java.util.Optional;

/**
 * The machines file that Nix itself reads. It cannot say that a machine emulates a system, so all
 * systems are alike in it, and those machines that are riscv64 themselves have a feature: what must
 * not be built under emulation requires it, {@code requiredSystemFeatures = [ "native-riscv" ]}.
 */
public final class StandardMachines {
  /** What people call it who keep packages off emulators. */
  public static final String NATIVE_RISCV = "native-riscv";

  private static final String RISCV = "riscv64-linux";

  private StandardMachines() {}

  /**
   * The file. A machine without URI is where Nix reads it, and needs no entry; one that is written
   * down as {@code local} or {@code daemon} has one.
   *
   * @throws InputException if a builder has what the file cannot say
   */
  public static String text(Iterable<Builder> builders) {
    StringBuilder text = new StringBuilder();
    text.append("# crossplan builders --format machines\n");
    text.append("# Only what is riscv64 itself has ").append(NATIVE_RISCV);
    text.append(", and its own nix.conf needs extra-system-features = ").append(NATIVE_RISCV);
    text.append(" as well.\n");
    for (Builder builder : builders) {
      String name = comment(builder.name());
      if (builder.uri().isEmpty()) {
        text.append("# ").append(name).append(": where Nix reads this, so nix.conf speaks for it");
        settings(text, builder).append('\n');
        continue;
      }
      if (!builder.emulates().isEmpty()) {
        text.append("# ").append(name).append(" emulates ");
        text.append(comment(String.join(", ", builder.emulates()))).append('\n');
      }
      text.append(MachinesFile.entry(known(builder))).append('\n');
    }
    return text.toString();
  }

  private static StringBuilder settings(StringBuilder text, Builder builder) {
    if (!builder.emulates().isEmpty()) {
      text.append(", extra-platforms = ");
      text.append(comment(String.join(" ", builder.emulates())));
    }
    if (isRiscvItself(builder)) {
      text.append(", extra-system-features = ").append(NATIVE_RISCV);
    }
    return text;
  }

  /** For an older Nix, 2.8 among them, a comment ends at a semicolon and an entry begins. */
  private static String comment(String text) {
    return Visible.line(text).replace(';', ',');
  }

  /** The builder as Nix can know it. */
  static Builder known(Builder builder) {
    ImmutableSet<String> mark = ImmutableSet.of(NATIVE_RISCV);
    Abilities abilities = builder.abilities();
    boolean emulates = builder.emulates().contains(RISCV);
    return builder.with(
        new Abilities(
            Sets.union(builder.systems(), builder.emulates()).immutableCopy(),
            ImmutableSet.of(),
            (emulates
                    ? Sets.difference(abilities.features(), mark)
                    : isRiscvItself(builder)
                        ? Sets.union(abilities.features(), mark)
                        : abilities.features())
                .stream().collect(ImmutableSet.toImmutableSet()),
            emulates
                ? Sets.difference(abilities.mandatoryFeatures(), mark).immutableCopy()
                : abilities.mandatoryFeatures()));
  }

  /** What is written of a builder and cannot be so, as a sentence; empty where all can. */
  public static Optional<String> doubt(Builder builder) {
    return !builder.systems().contains(RISCV) || isRiscvItself(builder)
        ? Optional.empty()
        : Optional.of(
            "builder "
                + builder.name()
                + " is said to run "
                + String.join(" and ", builder.systems())
                + " by itself, which no machine does. Maybe write emulates = [\""
                + RISCV
                + "\"] in a [[builder]] of that name");
  }

  /** No CPU runs programs of two families, so who is said to run others as well emulates. */
  public static boolean isRiscvItself(Builder builder) {
    return builder.runs(RISCV)
        && !builder.emulates().contains(RISCV)
        && builder.systems().stream().allMatch(system -> system.startsWith("riscv"));
  }
}
