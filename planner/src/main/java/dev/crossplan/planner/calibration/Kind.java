package dev.crossplan.planner.calibration;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A kind of work in builds. Emulation and cross-compiling slow each down by another factor. */
public enum Kind {
  /** Many short processes: shell, sed, grep, small compilations. */
  CONFIGURE("running configure scripts"),
  COMPILE_C("compiling C"),
  COMPILE_CXX("compiling C++"),
  LINK("linking"),
  /** Running what was compiled. A cross build does not. */
  TESTS("running tests"),
  /** Perl, else the shell itself. */
  INTERPRETER("interpreting"),
  /** Compiling C on each core at once; only native. */
  PARALLEL("compiling C on all cores");

  private final String phrase;

  Kind(String phrase) {
    this.phrase = phrase;
  }

  /** For people: {@code compiling C}. */
  public String phrase() {
    return phrase;
  }

  /** For files: {@code compile-c}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The kind that a file calls by {@code word}. */
  public static Optional<Kind> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.toString().equals(word)).findFirst();
  }
}
