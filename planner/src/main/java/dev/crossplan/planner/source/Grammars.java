package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.MoreFiles;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What bison and flex make code of. */
final class Grammars {
  /** Of what is compiled, by the extension of the grammar. */
  private static final ImmutableMap<String, String> GENERATED =
      ImmutableMap.of("y", "c", "l", "c", "yy", "cc", "ll", "cc", "ypp", "cpp", "lpp", "cpp");

  /** What comes before the rules. */
  private static final Pattern RULES = Pattern.compile("^%%", Pattern.MULTILINE);

  /** That both write for any grammar, by far the most of them not in comments. */
  static final int STATEMENTS = 400;

  private Grammars() {}

  /** Whether it is one by its name, which others have as well. */
  static boolean mayBe(Path path) {
    return GENERATED.containsKey(MoreFiles.getFileExtension(path));
  }

  /** Whether it is one by what is in it. */
  static boolean is(String text) {
    return RULES.matcher(text).find();
  }

  /** What is compiled as automake names it: a grammar's code, which archives have as well. */
  static Path generated(Path path) {
    @Nullable String extension = GENERATED.get(MoreFiles.getFileExtension(path));
    return extension == null
        ? path
        : path.resolveSibling(MoreFiles.getNameWithoutExtension(path) + "." + extension);
  }
}
