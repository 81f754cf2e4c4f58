package dev.crossplan.planner.source;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.source.CmakeCommand.Argument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What CMake's variables are, in a function or a folder; what they are not, they inherit. */
final class CmakeVariables {
  private static final Splitter ELEMENTS = Splitter.on(';').omitEmptyStrings();

  /** Longer values come from files that mean harm. */
  private static final int LONGEST = 1 << 20;

  /** Of a variable, with the references in it: they are not nested deeper than that lets them. */
  private static final int LONGEST_NAME = 500;

  private final Budget budget;
  private final @Nullable CmakeVariables parent;

  /** Empty for those that are unset here, whatever they are outside. */
  private final Map<String, Optional<String>> values = new HashMap<>();

  /** What is for all. */
  CmakeVariables(Budget budget) {
    this.budget = budget;
    this.parent = null;
  }

  /** Nothing but what another one has. */
  CmakeVariables(CmakeVariables parent) {
    this.budget = parent.budget;
    this.parent = parent;
  }

  Budget budget() {
    return budget;
  }

  private Optional<String> find(String name) {
    for (CmakeVariables each = this; each != null; each = each.parent) {
      if (each.values.containsKey(name)) {
        return each.values.getOrDefault(name, Optional.empty());
      }
    }
    return Optional.empty();
  }

  /** The value; empty if there is none. */
  String get(String name) {
    return find(name).orElse("");
  }

  /** Whether there is a value, which may be empty. */
  boolean has(String name) {
    return find(name).isPresent();
  }

  void set(String name, String value) {
    values.put(name, Optional.of(value.length() > LONGEST ? "" : value));
  }

  void set(String name, List<String> elements) {
    set(name, String.join(";", elements));
  }

  void unset(String name) {
    values.put(name, Optional.empty());
  }

  /** Sets it for whoever called. */
  void setOutside(String name, String value) {
    (parent == null ? this : parent).set(name, value);
  }

  /** Sets it wherever it is not set otherwise: in the cache. */
  void setForAll(String name, String value) {
    CmakeVariables each = this;
    while (each.parent != null) {
      each.values.remove(name);
      each = each.parent;
    }
    each.set(name, value);
  }

  /** What is set here of some names, to be put back. */
  Map<String, Optional<String>> here(List<String> names) {
    Map<String, Optional<String>> here = new HashMap<>();
    for (String name : names) {
      if (values.containsKey(name)) {
        here.put(name, values.getOrDefault(name, Optional.empty()));
      }
    }
    return here;
  }

  /** Sets names to what was there, and no others of them. */
  void putBack(List<String> names, Map<String, Optional<String>> before) {
    names.forEach(values::remove);
    values.putAll(before);
  }

  ImmutableList<String> list(String name) {
    String value = get(name);
    return budget.take(value.length()) ? elements(value) : ImmutableList.of();
  }

  static ImmutableList<String> elements(String value) {
    return ImmutableList.copyOf(ELEMENTS.split(value));
  }

  /** The words that arguments are: those without quotes may be several, or none. */
  List<String> words(List<Argument> arguments) {
    List<String> words = new ArrayList<>();
    for (Argument argument : arguments) {
      String text = argument.isLiteral() ? argument.text() : expand(argument.text());
      if (!budget.take(argument.text().length() + text.length() + 1)) {
        return List.of();
      } else if (argument.isQuoted()) {
        words.add(text);
      } else {
        words.addAll(elements(text));
      }
    }
    return words;
  }

  /** With variables and escapes replaced. */
  private String expand(String text) {
    if (text.indexOf('$') < 0 && text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder expanded = new StringBuilder();
    int at = 0;
    while (at < text.length() && expanded.length() <= LONGEST && !budget.isSpent()) {
      char c = text.charAt(at);
      int end = text.startsWith("${", at) ? closing(text, at + 2) : -1;
      if (end >= 0) {
        String value = get(expand(text.substring(at + 2, end)));
        expanded.append(budget.take(value.length()) ? value : "");
        at = end + 1;
      } else if (c == '\\' && at + 1 < text.length()) {
        expanded.append(text.charAt(at + 1));
        at += 2;
      } else {
        expanded.append(c);
        at++;
      }
    }
    return expanded.toString();
  }

  /** Where the brace that is open closes; -1 if it does not. */
  private static int closing(String text, int from) {
    int depth = 0;
    for (int i = from; i < Math.min(text.length(), from + LONGEST_NAME); i++) {
      char c = text.charAt(i);
      if (c == '{') {
        depth++;
      } else if (c == '}' && depth-- == 0) {
        return i;
      }
    }
    return -1;
  }
}
