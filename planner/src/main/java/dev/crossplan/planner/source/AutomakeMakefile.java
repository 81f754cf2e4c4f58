package dev.crossplan.planner.source;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a {@code Makefile.am}. Which conditions are met, the configure script finds out;
 * here their names tell. Where these say nothing, of two ways the second is taken, and what is
 * there on a condition alone is there.
 */
final class AutomakeMakefile {
  private static final Pattern ASSIGNMENT =
      Pattern.compile(" *+([A-Za-z0-9_.@]++)[ \\t]*+([+:]?)=[ \\t]*+(.*)", Pattern.DOTALL);

  /** Automake's own, and those of GNU make, which end with the same word. */
  private static final Pattern CONDITION =
      Pattern.compile(
          "(if)[ \\t]++(!?)[ \\t]*+([A-Za-z0-9_]++)(?:[ \\t]++#.*|[ \\t]*+)"
              + "|(else|endif|ifn?def|ifn?eq)\\b.*");

  private static final Pattern INCLUDE = Pattern.compile("include[ \\t]++(\\S++)[ \\t]*+");

  private static final Pattern COMMENT = Pattern.compile("(?:^|(?<=[ \\t\\n]))#[^\\n]*");

  private static final Pattern REFERENCE = Pattern.compile("\\$[({]([A-Za-z0-9_.@]{1,200})[)}]");

  private static final Pattern FOLDER_OF_SOURCES = Pattern.compile("^\\$[({](?:top_)?srcdir[)}]/");

  /** Parts of the names of conditions that are not met, besides other systems. */
  private static final ImmutableSet<String> UNMET =
      ImmutableSet.of(
          "bench",
          "benchmark",
          "coverage",
          "debug",
          "doc",
          "docs",
          "example",
          "examples",
          "experimental",
          "fuzz",
          "fuzzing",
          "gtk",
          "java",
          "python",
          "sdl",
          "test",
          "testing",
          "tests",
          "win");

  /** Begins the names of those that ask for what Linux mostly has. */
  private static final String MET = "HAVE_";

  private static final Splitter WORDS =
      Splitter.on(CharMatcher.anyOf(" \t\n\r\\")).omitEmptyStrings();

  private static final Splitter PARTS = Splitter.on('_').omitEmptyStrings();

  /** What a character takes to read, in steps. */
  private static final int READING = 20;

  /** Of conditions, includes and references in one another. */
  private static final int DEEPEST = 20;

  private final Function<String, @Nullable String> files;
  private final Map<String, StringBuilder> variables = new LinkedHashMap<>();
  private final Budget budget;
  private int depth;

  /**
   * Reads one.
   *
   * @param files gives the text of an included file by the name that is written there; null if
   *     there is none
   */
  AutomakeMakefile(String text, Function<String, @Nullable String> files, Budget budget) {
    this.files = files;
    this.budget = budget;
    read(text);
  }

  private void read(String text) {
    if (depth >= DEEPEST || !budget.take(READING * (1L + text.length()))) {
      return;
    }
    depth++;
    List<String> lines = logicalLines(text.replace("\r", ""));
    BitSet withElse = withElse(lines);
    Deque<Boolean> conditions = new ArrayDeque<>();
    for (int i = 0; i < lines.size() && conditions.size() < DEEPEST; i++) {
      Matcher condition = CONDITION.matcher(lines.get(i));
      if (!condition.matches()) {
        if (!conditions.contains(false)) {
          readLine(lines.get(i), !conditions.isEmpty());
        }
      } else if (condition.group(1) != null) {
        boolean isNot = !condition.group(2).isEmpty();
        conditions.push(isMet(condition.group(3), isNot, withElse.get(i)));
      } else if (condition.group(4).startsWith("if")) {
        conditions.push(true);
      } else if (!conditions.isEmpty()) {
        boolean last = conditions.pop();
        if (condition.group(4).equals("else")) {
          conditions.push(!last);
        }
      }
    }
    depth--;
  }

  /** Lines that end with a backslash go on in the next one. */
  private static List<String> logicalLines(String text) {
    List<String> lines = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\n' && (i == 0 || text.charAt(i - 1) != '\\')) {
        lines.add(text.substring(begin, i));
        begin = i + 1;
      }
    }
    lines.add(text.substring(begin));
    return lines;
  }

  /** Those that begin a condition which has an alternative. */
  private static BitSet withElse(List<String> lines) {
    BitSet found = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher condition = CONDITION.matcher(lines.get(i));
      if (!condition.matches()) {
        continue;
      }
      if (lines.get(i).startsWith("if")) {
        open.push(i);
      } else if (!open.isEmpty()) {
        if (condition.group(4).equals("else")) {
          found.set(open.getFirst());
        } else {
          open.pop();
        }
      }
    }
    return found;
  }

  private static boolean isMet(String name, boolean isNot, boolean hasElse) {
    if (PARTS
        .splitToStream(name.toLowerCase(Locale.ROOT))
        .anyMatch(part -> UNMET.contains(part) || SourcePaths.isAnotherSystem(part))) {
      return isNot;
    }
    if (name.startsWith(MET)) {
      return !isNot;
    }
    return !hasElse || isNot;
  }

  /**
   * Reads what is no condition.
   *
   * @param isConditional whether there may be another value on another condition: both count
   */
  private void readLine(String line, boolean isConditional) {
    Matcher assignment = ASSIGNMENT.matcher(line);
    Matcher include = INCLUDE.matcher(line);
    if (assignment.matches()) {
      StringBuilder value =
          variables.computeIfAbsent(assignment.group(1), name -> new StringBuilder());
      if (!assignment.group(2).equals("+") && !isConditional) {
        value.setLength(0);
      }
      value.append(' ').append(COMMENT.matcher(assignment.group(3)).replaceAll(""));
    } else if (include.matches()) {
      String name = include.group(1);
      @Nullable String included = files.apply(name);
      if (included != null && !budget.isSpent()) {
        read(withFolder(included, name));
      }
    }
  }

  /** What an included file calls the folder that it is in, and the same as part of a name. */
  private static String withFolder(String included, String name) {
    String below = FOLDER_OF_SOURCES.matcher(name).replaceFirst("");
    String folder = below.substring(0, Math.max(0, below.lastIndexOf('/')));
    String here = folder.isEmpty() ? "." : folder;
    String inNames = AutomakeProject.inVariables(folder);
    return included
        .replace("%D%", here)
        .replace("%reldir%", here)
        .replace("%C%", inNames)
        .replace("%canon_reldir%", inNames);
  }

  /** The names of all variables, as they come. */
  ImmutableList<String> names() {
    return ImmutableList.copyOf(variables.keySet());
  }

  boolean has(String name) {
    return variables.containsKey(name);
  }

  /**
   * The words of a variable. References to the folders of the sources are left as they are, and so
   * is what the configure script puts in.
   */
  List<String> words(String name) {
    StringBuilder expanded = new StringBuilder();
    expand(name, 0, expanded);
    return WORDS.splitToList(expanded);
  }

  private void expand(String name, int references, StringBuilder expanded) {
    @Nullable StringBuilder value = variables.get(name);
    if (value == null || references > DEEPEST || !budget.take(READING * (1L + value.length()))) {
      return;
    }
    Matcher reference = REFERENCE.matcher(value);
    int at = 0;
    while (!budget.isSpent() && reference.find()) {
      expanded.append(value, at, reference.start());
      at = reference.end();
      if (reference.group().contains("srcdir")) {
        expanded.append(reference.group());
      } else {
        expand(reference.group(1), references + 1, expanded);
      }
    }
    expanded.append(value, at, value.length());
  }
}
