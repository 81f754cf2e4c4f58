package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.text.ParseException;
import java.util.Set;

/** The words and signs of a {@code meson.build}, one after the other. */
final class MesonTokens {
  /** What a token is. */
  enum Kind {
    WORD,
    NUMBER,
    STRING,
    /** A string with names between two {@code @}. */
    FORMAT,
    SIGN,
    /** Outside of brackets. */
    LINE_END,
    END
  }

  private static final String LONG_QUOTE = "'''";

  private static final ImmutableList<String> SIGNS_OF_TWO =
      ImmutableList.of("==", "!=", "<=", ">=", "+=");

  private static final ImmutableMap<Character, String> ESCAPES =
      ImmutableMap.of('n', "\n", 't', "\t", '\\', "\\", '\'', "'");

  private final String file;
  private int at;
  private int brackets;
  private Kind kind = Kind.LINE_END;
  private String text = "";

  MesonTokens(String file) {
    this.file = file;
  }

  Kind kind() {
    return kind;
  }

  /** Of a string without its quotes. */
  String text() {
    return text;
  }

  /** Whether it is this sign. */
  boolean is(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  /** Goes on if it is this sign. */
  boolean take(String sign) throws ParseException {
    return goOnIf(is(sign));
  }

  boolean takeWord(String word) throws ParseException {
    return goOnIf(isWord(word));
  }

  boolean takeLineEnd() throws ParseException {
    return goOnIf(kind == Kind.LINE_END);
  }

  private boolean goOnIf(boolean isIt) throws ParseException {
    if (isIt) {
      next();
    }
    return isIt;
  }

  /** The sign or word that was taken; empty if it is none of these. */
  String takeOneOf(Set<String> operators) throws ParseException {
    String found = text;
    boolean isOperator = kind == Kind.SIGN || kind == Kind.WORD;
    return goOnIf(isOperator && operators.contains(found)) ? found : "";
  }

  void expect(String sign) throws ParseException {
    if (!take(sign)) {
      throw problem();
    }
  }

  void expectWord(String word) throws ParseException {
    if (!takeWord(word)) {
      throw problem();
    }
  }

  /** Takes a word, whichever it is. */
  String word() throws ParseException {
    String word = text;
    if (!goOnIf(kind == Kind.WORD)) {
      throw problem();
    }
    return word;
  }

  ParseException problem() {
    return new ParseException(text, at);
  }

  /** Goes on to the next one. */
  void next() throws ParseException {
    skipBlanks();
    int start = at;
    if (at == file.length()) {
      set(Kind.END, "");
      return;
    }
    char c = file.charAt(at);
    if (c == '\n') {
      at++;
      set(Kind.LINE_END, "");
    } else if (c == '\'') {
      set(Kind.STRING, string());
    } else if (c == 'f' && file.startsWith("'", at + 1)) {
      at++;
      set(Kind.FORMAT, string());
    } else if (isOfWord(c)) {
      while (at < file.length() && isOfWord(file.charAt(at))) {
        at++;
      }
      boolean isNumber = c >= '0' && c <= '9';
      set(isNumber ? Kind.NUMBER : Kind.WORD, file.substring(start, at));
    } else {
      at += SIGNS_OF_TWO.stream().anyMatch(sign -> file.startsWith(sign, at)) ? 2 : 1;
      set(Kind.SIGN, file.substring(start, at));
      brackets += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
    }
  }

  private void set(Kind newKind, String newText) {
    kind = newKind;
    text = newText;
  }

  /** Comments, too, and ends of lines that end no statement. */
  private void skipBlanks() {
    while (at < file.length()) {
      char c = file.charAt(at);
      if (c == '#') {
        int end = file.indexOf('\n', at);
        at = end < 0 ? file.length() : end;
      } else if (c == '\\' && file.startsWith("\n", at + 1)) {
        at += 2;
      } else if (c == '\\' && file.startsWith("\r\n", at + 1)) {
        at += 3;
      } else if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && brackets > 0)) {
        at++;
      } else {
        return;
      }
    }
  }

  private static boolean isOfWord(char c) {
    return c == '_' || (c < 128 && Character.isLetterOrDigit(c));
  }

  private String string() throws ParseException {
    if (file.startsWith(LONG_QUOTE, at)) {
      int start = at + LONG_QUOTE.length();
      int end = file.indexOf(LONG_QUOTE, start);
      if (end < 0) {
        throw problem();
      }
      at = end + LONG_QUOTE.length();
      return file.substring(start, end);
    }
    StringBuilder string = new StringBuilder();
    at++;
    while (at < file.length() && file.charAt(at) != '\'') {
      String escaped = at + 1 < file.length() ? ESCAPES.getOrDefault(file.charAt(at + 1), "") : "";
      if (file.charAt(at) == '\\' && !escaped.isEmpty()) {
        string.append(escaped);
        at += 2;
      } else {
        string.append(file.charAt(at++));
      }
    }
    if (at == file.length()) {
      throw problem();
    }
    at++;
    return string.toString();
  }
}
