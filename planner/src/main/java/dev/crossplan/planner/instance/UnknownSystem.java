package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Sets;
import java.util.Optional;

/**
 * A system that a builder is said to run and that crossplan does not know. Nix takes whatever
 * stands there, and nixpkgs learns of new platforms every year; but what is mistyped is never built
 * for, and nobody tells.
 *
 * @param fault what is not known of it, after a comma
 * @param meant the known system that is closest
 */
public record UnknownSystem(String builder, String system, String fault, Optional<String> meant) {
  /** No machine has it: every one does what is built in. */
  private static final String BUILTIN = "builtin";

  /** Those that a builder is said to run by itself or to emulate. */
  public static ImmutableList<UnknownSystem> of(Builder builder) {
    ImmutableList.Builder<UnknownSystem> unknown = ImmutableList.builder();
    for (String system : Sets.union(builder.systems(), builder.emulates())) {
      if (system.equals(BUILTIN)) {
        continue;
      }
      if (!system.contains("-")) {
        String linux = system + "-linux";
        unknown.add(
            new UnknownSystem(
                builder.name(),
                system,
                "which is no system",
                PlatformNames.unknownIn(linux).isEmpty() ? Optional.of(linux) : Optional.empty()));
        continue;
      }
      PlatformNames.unknownIn(system)
          .map(
              name ->
                  new UnknownSystem(
                      builder.name(),
                      system,
                      "a " + name.kind() + " that crossplan does not know",
                      name.closest()))
          .ifPresent(unknown::add);
    }
    return unknown.build();
  }

  /** {@code builder board is said to run riscv65-linux, a CPU that crossplan does not know}. */
  public String sentence() {
    return "builder " + builder + " is said to run " + system + ", " + fault;
  }

  /** A sentence that starts with "Maybe". */
  public String remedy() {
    return meant
        .map(known -> "Maybe " + known + " is meant.")
        .orElse("Maybe it is right, and new: then nothing else is to be done.");
  }

  /** Both, as a note. */
  @Override
  public String toString() {
    return sentence() + ". " + remedy().replaceFirst("[.]$", "");
  }
}
