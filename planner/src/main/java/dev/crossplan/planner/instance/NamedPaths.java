package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The paths that a file in Nix names, and whether it may look at others: Nix does not tell at which
 * files and folders it looks with {@code builtins.readDir} and the like. Only as much of the
 * language is known as that takes ("Data Types" and "String literals" in the Nix manual).
 *
 * @param literals as they are written: {@code ../x}, {@code ~/x}, {@code /x}
 * @param texts absolute paths in strings
 * @param read those of the texts that something reads
 * @param variables of the environment that it asks for by their names
 * @param readsOthers whether something reads what is not named just there, by a variable say
 * @param buildsPaths whether paths are put together that lead to where no literal does: with {@code
 *     /..}, {@code dirOf}, of any variable of the environment, of {@code "/"} and a value, or of a
 *     literal and what may go on with its last name
 */
record NamedPaths(
    ImmutableSet<String> literals,
    ImmutableSet<String> texts,
    ImmutableSet<String> read,
    ImmutableSet<String> variables,
    boolean readsOthers,
    boolean buildsPaths) {

  /** Of Nix, and of the library of nixpkgs, which reads what it is given by these. */
  private static final Pattern READER =
      Pattern.compile(
          "_*(readFile|readDir|readFileType|pathExists|hashFile|findFile|fileContents|importJSON"
              + "|importTOML|pathIsDirectory|pathIsRegularFile|pathType|pathHasContext"
              + "|readPathsFromFile|listFilesRecursive|locateDominatingFile|haskellPathsInDir"
              + "|packagesFromDirectoryRecursive|commitIdFromGitRepo)");

  private static final Pattern GET_ENV = Pattern.compile("_*getEnv");
  private static final Pattern DIR_OF = Pattern.compile("_*dirOf");

  // In the order of Nix's own lexer, in which the longest wins.
  private static final Pattern SPACE = Pattern.compile("\\s+|#[^\\n]*|(?s)/\\*.*?\\*/");
  private static final Pattern LOOKED_UP =
      Pattern.compile("<[a-zA-Z0-9._+-]+(/[a-zA-Z0-9._+-]+)*>");
  private static final Pattern PATH =
      Pattern.compile(
          "(?:~|[a-zA-Z0-9._+-]*)(?:/[a-zA-Z0-9._+-]+)+/?|(?:~|[a-zA-Z0-9._+-]*)/(?=\\$\\{)");

  private static final Pattern REST_OF_PATH = Pattern.compile("[a-zA-Z0-9._+/-]*");
  private static final Pattern WORD = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_'-]*");
  private static final Pattern URI =
      Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:[a-zA-Z0-9%/?:@&=+$,_.!~*'-]+");

  /** What a value may come after; all other words are functions there. */
  private static final ImmutableSet<String> KEYWORDS =
      ImmutableSet.of("assert", "else", "if", "in", "or", "then", "with");

  /** Names that are only taken from a set: {@code inherit (builtins) readFile;}. */
  private static final String INHERIT = "inherit";

  private enum Kind {
    WORD,
    LITERAL,
    LOOKED_UP,
    TEXT,
    OTHER
  }

  /**
   * A token.
   *
   * @param text of a string only what is before the first value in it
   * @param isWhole whether no value is in it
   */
  private record Token(Kind kind, String text, boolean isWhole) {}

  static NamedPaths of(String source) {
    return new Reading(source).paths();
  }

  /** Goes through a file once. */
  private static final class Reading {
    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private boolean goesUp;
    private int at;

    Reading(String source) {
      this.source = source;
      read();
    }

    /** What is open: the braces of code, or the end of a string. */
    private enum Open {
      BRACE,
      VALUE_IN_STRING,
      VALUE_IN_LINES,
      VALUE_IN_PATH
    }

    private void read() {
      Deque<Open> open = new ArrayDeque<>();
      while (at < source.length()) {
        if (take(SPACE) != null) {
          continue;
        }
        String uri = take(URI);
        if (uri != null) {
          continue;
        }
        String found = take(LOOKED_UP);
        if (found != null) {
          tokens.add(new Token(Kind.LOOKED_UP, found, true));
          continue;
        }
        found = take(PATH);
        if (found != null) {
          path(found, open);
          continue;
        }
        found = take(WORD);
        if (found != null) {
          tokens.add(new Token(Kind.WORD, found, true));
          continue;
        }
        char next = source.charAt(at);
        if (next == '"') {
          at++;
          text(false, true, open);
        } else if (source.startsWith("''", at)) {
          at += 2;
          text(true, true, open);
        } else {
          at++;
          if (next == '{') {
            open.push(Open.BRACE);
          }
          Open closed = next == '}' && !open.isEmpty() ? open.pop() : Open.BRACE;
          tokens.add(new Token(Kind.OTHER, String.valueOf(next), true));
          switch (closed) {
            case BRACE -> {}
            case VALUE_IN_STRING -> text(false, false, open);
            case VALUE_IN_LINES -> text(true, false, open);
            case VALUE_IN_PATH -> restOfPath(open);
          }
        }
      }
    }

    @CanIgnoreReturnValue
    private @Nullable String take(Pattern pattern) {
      Matcher matcher = pattern.matcher(source).region(at, source.length());
      if (!matcher.lookingAt()) {
        return null;
      }
      at = matcher.end();
      return matcher.group();
    }

    private void path(String literal, Deque<Open> open) {
      boolean isWhole = !source.startsWith("${", at);
      String known = isWhole ? literal : literal.substring(0, literal.lastIndexOf('/') + 1);
      tokens.add(new Token(Kind.LITERAL, known, isWhole));
      restOfPath(open);
    }

    /** After a value in a path there may be more of it: {@code ./a/${b}/../c}. */
    private void restOfPath(Deque<Open> open) {
      int start = at;
      take(REST_OF_PATH);
      goesUp |= source.substring(start, at).contains("..");
      if (source.startsWith("${", at)) {
        at += 2;
        open.push(Open.VALUE_IN_PATH);
      }
    }

    /**
     * A string, up to its end or the next value in it.
     *
     * @param isLines whether it is one in two single quotes
     * @param isStart whether it begins here; else a value in it has ended
     */
    private void text(boolean isLines, boolean isStart, Deque<Open> open) {
      StringBuilder text = new StringBuilder();
      boolean isValue = false;
      while (at < source.length()) {
        char next = source.charAt(at);
        if (source.startsWith("${", at)) {
          at += 2;
          open.push(isLines ? Open.VALUE_IN_LINES : Open.VALUE_IN_STRING);
          isValue = true;
          break;
        }
        if (source.startsWith("$$", at)) {
          text.append("$$");
          at += 2;
        } else if (isLines && source.startsWith("''", at)) {
          at += 2;
          char escaped = at < source.length() ? source.charAt(at) : ' ';
          if (escaped == '$' || escaped == '\'') {
            text.append(escaped);
            at++;
          } else if (escaped == '\\') {
            at = Math.min(source.length(), at + 2);
          } else {
            break;
          }
        } else if (!isLines && next == '\\') {
          text.append(at + 1 < source.length() ? source.charAt(at + 1) : ' ');
          at = Math.min(source.length(), at + 2);
        } else {
          at++;
          if (!isLines && next == '"') {
            break;
          }
          text.append(next);
        }
      }
      String whole = text.toString();
      goesUp |= whole.startsWith("..") || (whole.startsWith("/") && whole.contains("/.."));
      tokens.add(new Token(isStart ? Kind.TEXT : Kind.OTHER, whole, !isValue));
    }

    NamedPaths paths() {
      ImmutableSet.Builder<String> literals = ImmutableSet.builder();
      ImmutableSet.Builder<String> texts = ImmutableSet.builder();
      ImmutableSet.Builder<String> read = ImmutableSet.builder();
      ImmutableSet.Builder<String> variables = ImmutableSet.builder();
      boolean readsOthers = false;
      boolean buildsPaths = goesUp;
      boolean isInherited = false;
      for (int i = 0; i < tokens.size(); i++) {
        Token token = tokens.get(i);
        isInherited = isInherited ? !token.text().equals(";") : token.text().equals(INHERIT);
        if (token.kind() == Kind.LITERAL) {
          if (!isSum(i)) { // of /. and a text, which counts itself
            literals.add(token.text());
            buildsPaths |= isBegun(i);
          }
        } else if (token.kind() == Kind.LOOKED_UP) {
          buildsPaths |= isBegun(i);
        } else if (token.kind() == Kind.TEXT
            && token.text().startsWith("/")
            && (i < 2 || !tokens.get(i - 1).text().equals("+") || isSum(i - 2))) { // else below it
          if (token.isWhole()) {
            texts.add(token.text());
          } else {
            buildsPaths = true;
          }
        } else if (token.kind() == Kind.WORD && !isInherited) {
          buildsPaths |= DIR_OF.matcher(token.text()).matches();
          if (GET_ENV.matcher(token.text()).matches()) {
            Token variable = token(argument(i));
            if (variable.kind() == Kind.TEXT && variable.isWhole()) {
              variables.add(variable.text());
            } else {
              buildsPaths = true;
            }
          }
          if (READER.matcher(token.text()).matches() && !isName(i)) {
            Token argument = token(argument(i));
            if (!argument.isWhole() || !isWholeArgument(i)) {
              readsOthers = true;
            } else if (argument.kind() == Kind.TEXT && argument.text().startsWith("/")) {
              read.add(argument.text());
            } else if (argument.kind() != Kind.LITERAL && argument.kind() != Kind.LOOKED_UP) {
              readsOthers = true;
            }
          }
        }
      }
      return new NamedPaths(
          literals.build(),
          texts.build(),
          read.build(),
          variables.build(),
          readsOthers,
          buildsPaths);
    }

    private boolean isSum(int literal) {
      return tokens.get(literal).text().equals("/.") && token(literal + 1).text().equals("+");
    }

    /** Whether something is added to a path that need not be below it: {@code ./a + "b"}. */
    private boolean isBegun(int path) {
      int before = path - 1;
      int next = path + 1;
      while (token(before).text().equals("(") && token(next).text().equals(")")) {
        before--;
        next++;
      }
      Token added = token(next + 1);
      return token(next).text().equals("+")
          && !mayBeFunction(token(before)) // which binds stronger
          && !(added.kind() == Kind.TEXT && added.text().startsWith("/"));
    }

    private static boolean mayBeFunction(Token token) {
      return token.text().equals(")")
          || (token.kind() == Kind.WORD && !KEYWORDS.contains(token.text()));
    }

    /** Whether a word is no function but a name: {@code directory = …}, {@code { directory }:}. */
    private boolean isName(int word) {
      return token(word + 1).text().equals("=") && !token(word + 2).text().equals("=");
    }

    /** The first token of what a function is given that is no parenthesis. */
    private int argument(int word) {
      int next = word + 1;
      while (token(next).text().equals("(")) {
        next++;
      }
      return next;
    }

    /** Whether that token is all that the function is given. */
    private boolean isWholeArgument(int word) {
      int argument = argument(word);
      for (int i = 1; i < argument - word; i++) {
        if (!token(argument + i).text().equals(")")) {
          return false;
        }
      }
      return true;
    }

    /** An empty one before the first and after the last. */
    private Token token(int index) {
      return index >= 0 && index < tokens.size()
          ? tokens.get(index)
          : new Token(Kind.OTHER, "", true);
    }
  }
}
