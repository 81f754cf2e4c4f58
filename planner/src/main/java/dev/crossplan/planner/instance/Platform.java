package dev.crossplan.planner.instance;

import com.google.common.base.Preconditions;
import dev.crossplan.planner.InputException;
import java.util.Optional;

/**
 * A platform as nixpkgs' {@code localSystem} and {@code crossSystem} take it: a Nix system such as
 * {@code riscv64-linux}, and what may be said about code generation.
 *
 * @param system Nix system, {@code cpu-os}
 * @param config GNU triple, such as {@code riscv64-unknown-linux-gnu}
 * @param arch {@code gcc.arch}, an ISA string such as {@code rv64gc}
 * @param abi {@code gcc.abi}, such as {@code lp64d}
 * @param tune {@code gcc.tune}
 */
public record Platform(
    String system,
    Optional<String> config,
    Optional<String> arch,
    Optional<String> abi,
    Optional<String> tune) {

  public Platform {
    Preconditions.checkArgument(system.contains("-"), "a system is cpu-os, not %s", system);
  }

  /** A platform of which only the Nix system is known. */
  public static Platform of(String system) {
    return new Platform(
        system, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * What a text says where a platform is expected: a Nix system, or a GNU triple, of which nixpkgs
   * takes the system.
   */
  public static Platform parse(String text) {
    String[] parts = text.split("-", -1);
    if (parts.length < 3) {
      return of(text);
    }
    String triple =
        PlatformNames.hasVendor(parts)
            ? text
            : parts[0] + "-unknown-" + parts[1] + "-" + parts[2]; // as nixpkgs completes it
    return new Platform(
        systemOfTriple(text),
        Optional.of(triple),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * The same of what somebody wrote.
   *
   * @param origin where, as {@code --target}
   * @throws InputException if a part of it is not known and it is clear what was meant
   */
  public static Platform parse(String text, String origin) {
    Optional<PlatformNames.Unknown> unknown =
        PlatformNames.unknownIn(text).filter(part -> part.meant().isPresent());
    if (unknown.isPresent()) {
      throw new InputException(
          origin
              + " "
              + text
              + ": there is no "
              + unknown.get().kind()
              + " \""
              + unknown.get().part()
              + "\"",
          "Maybe " + unknown.get().meant().get() + " is meant.");
    }
    return parse(text);
  }

  /** The Nix system of a GNU triple: {@code riscv64-unknown-linux-gnu} is {@code riscv64-linux}. */
  public static String systemOfTriple(String triple) {
    String[] parts = triple.split("-", -1);
    Preconditions.checkArgument(parts.length >= 3, "a triple has three or four parts: %s", triple);
    String cpu =
        parts[0].matches("i[3-6]86") ? "i686" : parts[0].equals("arm64") ? "aarch64" : parts[0];
    String kernel = PlatformNames.hasVendor(parts) ? parts[2] : parts[1];
    return cpu + "-" + (kernel.equals("mingw32") ? "windows" : kernel);
  }

  /**
   * The GNU triple of this platform: as given, or the usual one of its system ({@code
   * riscv64-linux} is {@code riscv64-unknown-linux-gnu}, see nixpkgs' {@code
   * lib/systems/parse.nix}).
   */
  public String triple() {
    return config.orElseGet(
        () -> {
          int dash = system.indexOf('-');
          String os = system.substring(dash + 1);
          return system.substring(0, dash) + "-unknown-" + (os.equals("linux") ? "linux-gnu" : os);
        });
  }
}
