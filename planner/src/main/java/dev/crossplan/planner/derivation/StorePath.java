package dev.crossplan.planner.derivation;

import dev.crossplan.planner.InputException;

/**
 * The path of an object in a Nix store: {@code <store directory>/<32 characters of base
 * 32>-<name>}, see "Store Path" in the Nix manual. An instance is always well-formed: it has no
 * {@code ..}, no newline and nothing below the object. Whether the object exists is another
 * question.
 *
 * <p>The order is that of the paths as text, which is Nix's.
 */
public final class StorePath implements Comparable<StorePath> {
  /** The store directory of nearly everybody. */
  public static final String DEFAULT_DIRECTORY = "/nix/store";

  private static final String DRV = ".drv";

  /** Characters of the hash that a name in the store begins with. */
  public static final int HASH_CHARS = 32;

  private static final int PREFIX_CHARS = 12;
  private static final int MAX_NAME_CHARS = 211;

  private final String directory;
  private final String baseName;
  private final int hash;

  private StorePath(String directory, String baseName) {
    this.directory = directory;
    this.baseName = baseName;
    this.hash = baseName.hashCode();
  }

  /**
   * Reads a full path: {@code /nix/store/…-hello-2.12}.
   *
   * @throws InputException if it is no store path
   */
  public static StorePath parse(String path) {
    int slash = path.lastIndexOf('/');
    if (slash < 0) {
      throw bad(path, "a store path starts with the store directory, such as /nix/store");
    }
    // The usual directory is shared and needs no check: reading parses millions of paths.
    String directory =
        slash == DEFAULT_DIRECTORY.length() && path.startsWith(DEFAULT_DIRECTORY)
            ? DEFAULT_DIRECTORY
            : checkDirectory(path.substring(0, slash), path);
    return new StorePath(directory, checkBaseName(path.substring(slash + 1), path));
  }

  /**
   * Puts a path together.
   *
   * @param directory absolute, no {@code /} at its end
   * @param baseName {@code …-hello-2.12}
   * @throws InputException if it would be no store path
   */
  public static StorePath of(String directory, String baseName) {
    String path = directory + "/" + baseName;
    return new StorePath(checkDirectory(directory, path), checkBaseName(baseName, path));
  }

  /**
   * Where a source with a {@code narHash} is, as flakes lock it.
   *
   * @param directory of the store
   */
  public static StorePath ofLocked(String directory, ContentHash narHash) {
    return StorePathHashing.fixed(directory, "source", ContentAddressMethod.NAR, narHash);
  }

  /** Whether a text that should be a store path is a base name, as in JSON since Nix 2.32. */
  static boolean isBaseName(String text) {
    return text.indexOf('/') < 0;
  }

  private static String checkDirectory(String directory, String path) {
    if (directory.equals(DEFAULT_DIRECTORY)) {
      return DEFAULT_DIRECTORY;
    }
    if (!directory.startsWith("/") || directory.length() == 1) {
      throw bad(path, "the store directory is no absolute path");
    }
    for (int i = 0; i < directory.length(); i++) {
      char c = directory.charAt(i);
      // Nix writes paths into .drv files as they are, without escapes.
      if (Character.isISOControl(c) || Character.isSurrogate(c) || c == '"' || c == '\\') {
        throw bad(path, "the store directory has the character " + Quoted.of(String.valueOf(c)));
      }
      if (c == '/') {
        int end = directory.indexOf('/', i + 1);
        String part = directory.substring(i + 1, end < 0 ? directory.length() : end);
        if (part.isEmpty() || part.equals(".") || part.equals("..")) {
          throw bad(path, "the store directory has the part " + Quoted.of(part));
        }
      }
    }
    return directory;
  }

  private static String checkBaseName(String baseName, String path) {
    for (int i = 0; i < HASH_CHARS; i++) {
      if (i >= baseName.length() || !Nix32.isDigit(baseName.charAt(i))) {
        throw bad(path, "a name in the store starts with 32 characters of Nix's base 32");
      }
    }
    if (baseName.length() == HASH_CHARS || baseName.charAt(HASH_CHARS) != '-') {
      throw bad(path, "a - was expected after the 32 characters of the hash");
    }
    int nameChars = baseName.length() - HASH_CHARS - 1;
    if (nameChars == 0) {
      throw bad(path, "the name is empty");
    }
    if (nameChars > MAX_NAME_CHARS) {
      throw bad(path, "the name is longer than " + MAX_NAME_CHARS + " characters");
    }
    for (int i = HASH_CHARS + 1; i < baseName.length(); i++) {
      if (!isNameCharacter(baseName.charAt(i))) {
        throw bad(
            path,
            "the name has the character "
                + Quoted.of(String.valueOf(baseName.charAt(i)))
                + ", Nix allows letters, digits and +-._?=");
      }
    }
    if (baseName.charAt(HASH_CHARS + 1) == '.' && isDots(baseName.substring(HASH_CHARS + 1))) {
      throw bad(path, "the name starts with . or .. alone");
    }
    return baseName;
  }

  /**
   * {@code .}, {@code ..}, or one of them and a dash: refused by Nix since 2.21, as is every
   * leading . in 2.19 and 2.20.
   */
  private static boolean isDots(String name) {
    int dash = name.indexOf('-');
    String first = dash < 0 ? name : name.substring(0, dash);
    return first.equals(".") || first.equals("..");
  }

  /** Whether {@code name} can be that of an object in the store, or of an output. */
  public static boolean isName(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME_CHARS || isDots(name)) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (!isNameCharacter(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '+'
        || c == '?'
        || c == '=';
  }

  private static InputException bad(String path, String why) {
    return new InputException(Quoted.of(path) + " is no store path: " + why);
  }

  /** The directory of the store, {@code /nix/store}. */
  public String directory() {
    return directory;
  }

  /** What is below the directory: hash part, dash and name. */
  public String baseName() {
    return baseName;
  }

  /** The 32 characters before the name: what a binary cache is asked for. */
  public String hashPart() {
    return baseName.substring(0, HASH_CHARS);
  }

  /**
   * The first 60 bits of the hash: of paths in one store directory, those with a smaller one come
   * first in the order of paths.
   */
  public long hashPrefix() {
    long prefix = 0;
    for (int i = 0; i < PREFIX_CHARS; i++) {
      prefix = (prefix << Nix32.BITS) | Nix32.digit(baseName.charAt(i));
    }
    return prefix;
  }

  /** {@code hello-2.12}, or {@code hello-2.12.drv}. */
  public String name() {
    return baseName.substring(HASH_CHARS + 1);
  }

  /** Whether it is the path of a .drv file. */
  public boolean isDerivation() {
    return baseName.length() > HASH_CHARS + 1 + DRV.length() && baseName.endsWith(DRV);
  }

  /**
   * The name of the derivation in this .drv file: {@code hello-2.12}.
   *
   * @throws InputException if this is not the path of a .drv file
   */
  public String derivationName() {
    if (!isDerivation()) {
      throw new InputException(this + " is not the path of a derivation: it does not end in .drv");
    }
    return baseName.substring(HASH_CHARS + 1, baseName.length() - DRV.length());
  }

  @Override
  public int compareTo(StorePath other) {
    int byDirectory = directory.equals(other.directory) ? 0 : directory.compareTo(other.directory);
    return byDirectory != 0 ? byDirectory : baseName.compareTo(other.baseName);
  }

  @Override
  public boolean equals(Object other) {
    return this == other // readers share equal paths
        || (other instanceof StorePath that
            && hash == that.hash
            && baseName.equals(that.baseName)
            && directory.equals(that.directory));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The full path. */
  @Override
  public String toString() {
    return directory + "/" + baseName;
  }
}
