package dev.crossplan.planner.source;

import com.google.common.io.MoreFiles;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What CMake is told. */
final class CmakeFiles implements Configuration {
  /** {@code check_include_file(…)}. */
  private static final Pattern CHECK = command("(?:check_\\w+|try_compile|try_run)[ \\t]*\\(");

  private static final Pattern LIBRARY =
      command("add_library\\s*\\(\\s*[^\\s()]{1,200}\\s+(STATIC|SHARED)\\b(?!\\s+IMPORTED)");

  /** Whether there is to be a library of a kind; others are of the libraries of a compiler. */
  private static final Pattern OPTION =
      command(
          "option\\s*\\(\\s*(?!\\w{0,100}(?:CRT|RUNTIME))\\w{0,100}?(SHARED|STATIC)\\w{0,100}"
              + "\\s+\"[^\"]{0,500}\"\\s+(ON|OFF)\\b");

  private long checks;
  private boolean hasStatic;
  private boolean hasShared;
  private boolean isOneOff;
  private boolean isStaticOn;

  private static Pattern command(String regex) {
    return Pattern.compile("^[ \\t]*" + regex, Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
  }

  @Override
  public boolean has(Path path) {
    return path.endsWith("CMakeLists.txt") || MoreFiles.getFileExtension(path).equals("cmake");
  }

  @Override
  public void add(Path path, String text) {
    checks += Configuration.count(CHECK, text);
    LIBRARY.matcher(text).results().forEach(this::addLibrary);
    OPTION.matcher(text).results().forEach(this::addOption);
  }

  private void addLibrary(MatchResult library) {
    boolean isStatic = word(library, 1).equals("STATIC");
    hasStatic |= isStatic;
    hasShared |= !isStatic;
  }

  private void addOption(MatchResult option) {
    boolean isOn = word(option, 2).equals("ON");
    isStaticOn |= isOn && word(option, 1).equals("STATIC");
    isOneOff |= !isOn;
  }

  private static String word(MatchResult match, int group) {
    return match.group(group).toUpperCase(Locale.ROOT);
  }

  @Override
  public long checks() {
    return checks;
  }

  @Override
  public boolean isTwice() {
    return !isOneOff && (isStaticOn || (hasStatic && hasShared));
  }
}
