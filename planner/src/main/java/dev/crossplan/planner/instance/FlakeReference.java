package dev.crossplan.planner.instance;

import com.google.common.base.Strings;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Flake references that start at some folder, which {@code builtins.getFlake} does not know. */
public final class FlakeReference {
  private static final Pattern RELATIVE =
      Pattern.compile("(path:|git\\+file:)(?!/)([^?]*)(\\?.*)?");

  private FlakeReference() {}

  /**
   * The reference with an absolute path, where it is {@code path:./…} or {@code git+file:./…}.
   *
   * @param resolve makes a path absolute
   */
  public static String absolute(String reference, Function<String, Path> resolve) {
    Matcher relative = RELATIVE.matcher(reference);
    return relative.matches()
        ? relative.group(1)
            + resolve.apply(relative.group(2))
            + Strings.nullToEmpty(relative.group(3))
        : reference;
  }
}
