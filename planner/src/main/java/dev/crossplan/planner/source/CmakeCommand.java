package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * A command of CMake's language (cmake-language(7)).
 *
 * @param name in small letters
 * @param arguments as they are written; parentheses among them are arguments
 * @param body commands up to the one that ends it, for such as have an end; {@code elseif} and
 *     {@code else} are among those of {@code if}
 */
record CmakeCommand(
    String name, ImmutableList<Argument> arguments, ImmutableList<CmakeCommand> body) {
  /**
   * An argument.
   *
   * @param isQuoted whether it is one word whatever it holds
   * @param isLiteral whether variables in it are left alone
   */
  record Argument(String text, boolean isQuoted, boolean isLiteral) {}

  private static final ImmutableMap<String, String> ENDS =
      ImmutableMap.of(
          "if", "endif",
          "foreach", "endforeach",
          "while", "endwhile",
          "function", "endfunction",
          "macro", "endmacro",
          "block", "endblock");

  private static final ImmutableSet<String> ALL_ENDS = ImmutableSet.copyOf(ENDS.values());

  /** Nobody nests deeper. */
  private static final int DEEPEST = 100;

  /** What is open, and what is in it so far. */
  private record Open(String name, List<Argument> arguments, List<CmakeCommand> body) {}

  /** The commands of a file, as far as they can be understood. */
  static ImmutableList<CmakeCommand> parse(String text) {
    Deque<Open> open = new ArrayDeque<>();
    open.push(new Open("", List.of(), new ArrayList<>()));
    Reader reader = new Reader(text);
    while (reader.next()) {
      String name = reader.name;
      if (ENDS.containsKey(name) && open.size() < DEEPEST) {
        open.push(new Open(name, reader.arguments, new ArrayList<>()));
      } else if (ALL_ENDS.contains(name)) {
        if (name.equals(ENDS.get(open.getFirst().name()))) {
          close(open);
        }
      } else {
        ImmutableList<Argument> arguments = ImmutableList.copyOf(reader.arguments);
        open.getFirst().body().add(new CmakeCommand(name, arguments, ImmutableList.of()));
      }
    }
    while (open.size() > 1) {
      close(open);
    }
    return ImmutableList.copyOf(open.getFirst().body());
  }

  private static void close(Deque<Open> open) {
    Open closed = open.pop();
    open.getFirst()
        .body()
        .add(
            new CmakeCommand(
                closed.name(),
                ImmutableList.copyOf(closed.arguments()),
                ImmutableList.copyOf(closed.body())));
  }

  /** Reads commands without regard to what is in which. */
  private static final class Reader {
    private final String text;
    private int at;
    private String name = "";
    private List<Argument> arguments = new ArrayList<>();

    Reader(String text) {
      this.text = text;
    }

    /** Reads the next command; false if there is none. */
    boolean next() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '#') {
          skipComment();
        } else if (isOfName(c)) {
          name = word().toLowerCase(Locale.ROOT);
          skipBlanks();
          if (at < text.length() && text.charAt(at) == '(') {
            at++;
            readArguments();
            return true;
          }
        } else {
          at++;
        }
      }
      return false;
    }

    private static boolean isOfName(char c) {
      return c == '_' || (c < 128 && Character.isLetterOrDigit(c));
    }

    private String word() {
      int start = at;
      while (at < text.length() && isOfName(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }

    private void skipBlanks() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private void skipComment() {
      at++;
      int bracket = bracketLevel();
      if (bracket >= 0) {
        readBracket(bracket);
      } else {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      }
    }

    private void readArguments() {
      arguments = new ArrayList<>();
      int depth = 0;
      while (at < text.length()) {
        char c = text.charAt(at);
        int bracket = c == '[' ? bracketLevel() : -1;
        if (" \t\r\n".indexOf(c) >= 0) {
          at++;
        } else if (c == '#') {
          skipComment();
        } else if (c == '(' || c == ')') {
          at++;
          depth += c == '(' ? 1 : -1;
          if (depth < 0) {
            return;
          }
          arguments.add(new Argument(String.valueOf(c), false, true));
        } else if (c == '"') {
          arguments.add(new Argument(quoted(), true, false));
        } else if (bracket >= 0) {
          arguments.add(new Argument(readBracket(bracket), true, true));
        } else {
          arguments.add(new Argument(unquoted(), false, false));
        }
      }
    }

    /** How many equals signs are between the brackets that open here; -1 if none do. */
    private int bracketLevel() {
      int end = at + 1;
      while (end < text.length() && text.charAt(end) == '=') {
        end++;
      }
      boolean isOne = text.startsWith("[", at) && text.startsWith("[", end);
      return isOne ? end - at - 1 : -1;
    }

    private String readBracket(int level) {
      int start = at + level + 2;
      String close = "]" + "=".repeat(level) + "]";
      int end = text.indexOf(close, start);
      at = end < 0 ? text.length() : end + close.length();
      return text.substring(Math.min(start, text.length()), end < 0 ? text.length() : end);
    }

    private String quoted() {
      int start = ++at;
      while (at < text.length() && text.charAt(at) != '"') {
        at += text.charAt(at) == '\\' ? 2 : 1;
      }
      int end = Math.min(at, text.length());
      at = end + 1;
      return text.substring(start, end);
    }

    /** Quotes may be within it. */
    private String unquoted() {
      int start = at;
      while (at < text.length() && " \t\r\n()#".indexOf(text.charAt(at)) < 0) {
        char c = text.charAt(at);
        if (c == '"') {
          quoted();
        } else {
          at += c == '\\' ? 2 : 1;
        }
      }
      at = Math.min(at, text.length());
      return text.substring(start, at);
    }
  }
}
