package dev.crossplan.planner.variant;

import com.google.common.collect.ImmutableSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a derivation taken apart: {@code bootstrap-stage2-gcc-wrapper-14.3.0} is a stage of
 * {@code gcc-wrapper}, version {@code 14.3.0}.
 *
 * @param base without triple, stage and version
 * @param version as Nix parses it (Nix manual, {@code builtins.parseDrvName}); may be empty
 * @param stage whether the name itself says that it is a stage of the bootstrap
 */
public record PackageName(String base, String version, boolean stage) {
  private static final Pattern STAGE =
      Pattern.compile("bootstrap-stage(?:\\d+|-xgcc)-(?<rest>.+)", Pattern.DOTALL);

  /**
   * Takes a name apart.
   *
   * @param name of a derivation
   * @param triples that may stand in names of what is built for another platform
   */
  public static PackageName of(String name, ImmutableSet<String> triples) {
    String plain = name;
    for (String triple : triples) {
      plain = plain.replace("-" + triple, "");
    }
    boolean stage = false;
    Matcher staged = STAGE.matcher(plain);
    if (staged.matches()) {
      stage = true;
      plain = staged.group("rest");
    }
    if (plain.startsWith("xgcc-")) {
      stage = true;
      plain = plain.substring(1);
    }
    if (plain.endsWith("-")) { // a wrapper around a compiler that tells no version
      plain = plain.substring(0, plain.length() - 1);
    }
    int dash = versionDash(plain);
    return dash < 0
        ? new PackageName(plain, "", stage)
        : new PackageName(plain.substring(0, dash), plain.substring(dash + 1), stage);
  }

  /** The first dash that is followed by something else than a letter. */
  private static int versionDash(String name) {
    for (int i = name.indexOf('-'); i >= 0; i = name.indexOf('-', i + 1)) {
      if (i > 0 && i + 1 < name.length() && !Character.isLetter(name.charAt(i + 1))) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String toString() {
    return version.isEmpty() ? base : base + "-" + version;
  }
}
