package dev.crossplan.planner.derivation;

import dev.crossplan.planner.InputException;
import java.util.Locale;

/**
 * What of a store object is hashed to give its content address, see "Content-Addressing Store
 * Objects" in the Nix manual.
 */
public enum ContentAddressMethod {
  /** The bytes of a single file. */
  FLAT(""),
  /** The archive of a file tree ("recursive"). */
  NAR("r:"),
  /** The bytes of a single file that may refer to store paths, such as a .drv. */
  TEXT("text:"),
  /** The git object of a file tree. */
  GIT("git:");

  private final String prefix;
  private final String nixName = name().toLowerCase(Locale.ROOT);

  ContentAddressMethod(String prefix) {
    this.prefix = prefix;
  }

  /** As in JSON since Nix 2.23: {@code nar}. */
  public String nixName() {
    return nixName;
  }

  /** What stands before the hash algorithm in ATerm and in JSON before Nix 2.23: {@code r:}. */
  public String prefix() {
    return prefix;
  }

  /**
   * The method of that name.
   *
   * @throws InputException if Nix has no such method
   */
  public static ContentAddressMethod parse(String nixName) {
    for (ContentAddressMethod method : values()) {
      if (method.nixName.equals(nixName)) {
        return method;
      }
    }
    throw new InputException(
        Quoted.of(nixName)
            + " is no content-addressing method, one of flat, nar, text, git was expected");
  }

  /** The method of {@code r:sha256}: the one whose prefix it has. */
  static ContentAddressMethod ofPrefix(String methodAndAlgorithm) {
    for (ContentAddressMethod method : values()) {
      if (!method.prefix.isEmpty() && methodAndAlgorithm.startsWith(method.prefix)) {
        return method;
      }
    }
    return FLAT;
  }
}
