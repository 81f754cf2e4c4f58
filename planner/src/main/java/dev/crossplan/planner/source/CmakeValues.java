package dev.crossplan.planner.source;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands of CMake that make values of others. */
final class CmakeValues {
  private static final String OTHERS = "UNPARSED_ARGUMENTS";

  /** Characters that a replacement may add; more are of files that mean harm. */
  private static final long MOST_ADDED = 1 << 20;

  private static final int LONGEST_REPLACEMENT = 1_000;

  /** To a group, as it is written where Java's own are quoted. */
  private static final Pattern REFERENCE = Pattern.compile("\\\\\\\\([0-9])");

  private CmakeValues() {}

  /** {@code list(ACTION name …)}, as far as it changes one or counts. */
  static void list(String action, List<String> rest, CmakeVariables variables) {
    if (rest.isEmpty()) {
      return;
    }
    String name = rest.get(0);
    List<String> words = rest.subList(1, rest.size());
    List<String> elements = new ArrayList<>(variables.list(name));
    switch (action) {
      case "APPEND" -> elements.addAll(words);
      case "PREPEND" -> elements.addAll(0, words);
      case "REMOVE_ITEM" -> elements.removeAll(ImmutableSet.copyOf(words));
      case "REMOVE_DUPLICATES" -> elements = new ArrayList<>(new LinkedHashSet<>(elements));
      case "INSERT" -> elements.addAll(words.subList(Math.min(1, words.size()), words.size()));
      case "FILTER" -> filter(elements, words, variables.budget());
      case "TRANSFORM" -> transform(elements, words);
      default -> {
        ask(action, elements, words, variables);
        return;
      }
    }
    variables.set(name, elements);
  }

  /** What leaves the list as it is. */
  private static void ask(
      String action, List<String> elements, List<String> words, CmakeVariables variables) {
    if (action.equals("LENGTH") && !words.isEmpty()) {
      variables.set(words.get(0), String.valueOf(elements.size()));
    } else if (action.equals("FIND") && words.size() > 1) {
      variables.set(words.get(1), String.valueOf(elements.indexOf(words.get(0))));
    } else if (action.equals("GET") && words.size() > 1) {
      int index = Objects.requireNonNullElse(Ints.tryParse(words.get(0)), -1);
      boolean isThere = index >= 0 && index < elements.size();
      variables.set(words.get(words.size() - 1), isThere ? elements.get(index) : "");
    }
  }

  private static void filter(List<String> elements, List<String> words, Budget budget) {
    if (words.size() == 3) {
      boolean keeps = words.get(0).equals("INCLUDE");
      elements.removeIf(each -> CmakeCondition.matches(each, words.get(2), budget) != keeps);
    }
  }

  private static void transform(List<String> elements, List<String> words) {
    if (words.size() >= 2 && (long) elements.size() * words.get(1).length() <= MOST_ADDED) {
      String text = words.get(1);
      switch (words.get(0)) {
        case "PREPEND" -> elements.replaceAll(each -> text + each);
        case "APPEND" -> elements.replaceAll(each -> each + text);
        default -> {}
      }
    }
  }

  /** {@code string(ACTION …)}, as far as names of files and variables are made by it. */
  static void string(String action, List<String> words, CmakeVariables variables) {
    if (words.size() < 2) {
      return;
    }
    String first = words.get(0);
    String all = String.join("", words.subList(1, words.size()));
    switch (action) {
      case "TOUPPER" -> variables.set(words.get(1), Ascii.toUpperCase(first));
      case "TOLOWER" -> variables.set(words.get(1), Ascii.toLowerCase(first));
      case "APPEND" -> variables.set(first, variables.get(first) + all);
      case "CONCAT" -> variables.set(first, all);
      case "STRIP" -> variables.set(words.get(1), first.strip());
      case "REPLACE" -> replace(words, variables);
      case "REGEX" -> replaceMatches(words, variables);
      default -> {}
    }
  }

  private static void replace(List<String> words, CmakeVariables variables) {
    if (words.size() > 3 && !words.get(0).isEmpty()) {
      String input = String.join("", words.subList(3, words.size()));
      if ((long) input.length() * words.get(1).length() <= MOST_ADDED) {
        variables.set(words.get(2), input.replace(words.get(0), words.get(1)));
      }
    }
  }

  /** {@code REGEX REPLACE expression by name inputs…}; what takes too long is left as it is. */
  private static void replaceMatches(List<String> words, CmakeVariables variables) {
    if (words.size() > 4
        && words.get(0).equals("REPLACE")
        && words.get(2).length() <= LONGEST_REPLACEMENT) {
      String input = String.join("", words.subList(4, words.size()));
      String by = REFERENCE.matcher(Matcher.quoteReplacement(words.get(2))).replaceAll("\\$$1");
      Optional<Matcher> matcher = CmakeCondition.matcher(input, words.get(1), variables.budget());
      variables.set(words.get(3), matcher.map(each -> replaced(each, by)).orElse(input));
    }
  }

  private static String replaced(Matcher matcher, String by) {
    try {
      return matcher.replaceAll(by);
    } catch (IndexOutOfBoundsException e) {
      return ""; // it has no such group
    }
  }

  /**
   * {@code get_filename_component(name path component)}.
   *
   * @param words after the name
   */
  static void component(String name, List<String> words, CmakeVariables variables) {
    if (words.size() < 2) {
      return;
    }
    String path = words.get(0);
    int slash = path.lastIndexOf('/');
    String last = path.substring(slash + 1);
    variables.set(
        name,
        switch (words.get(1)) {
          case "NAME" -> last;
          case "NAME_WE" ->
              last.substring(0, last.indexOf('.') < 0 ? last.length() : last.indexOf('.'));
          case "EXT" -> last.indexOf('.') < 0 ? "" : last.substring(last.indexOf('.'));
          case "DIRECTORY", "PATH" -> slash < 0 ? "" : path.substring(0, slash);
          case "ABSOLUTE", "REALPATH" ->
              CmakeTree.path(path, variables.get(CmakeProject.FOLDER))
                  .map(CmakeTree::name)
                  .orElse(path);
          default -> "";
        });
  }

  /** {@code cmake_parse_arguments(prefix options one-value multi-value …)}. */
  static void parseArguments(List<String> words, CmakeVariables variables) {
    boolean isOfFunction = words.get(0).equals("PARSE_ARGV");
    List<String> said = words.subList(isOfFunction ? Math.min(2, words.size()) : 0, words.size());
    if (said.size() < 4) {
      return;
    }
    Set<String> options = ImmutableSet.copyOf(CmakeVariables.elements(said.get(1)));
    Set<String> ones = ImmutableSet.copyOf(CmakeVariables.elements(said.get(2)));
    Set<String> many = ImmutableSet.copyOf(CmakeVariables.elements(said.get(3)));
    List<String> given = isOfFunction ? variables.list("ARGV") : said.subList(4, said.size());
    Map<String, List<String>> values = new HashMap<>();
    String keyword = OTHERS;
    for (String word : given) {
      if (options.contains(word)) {
        values.put(word, ImmutableList.of("TRUE"));
        keyword = OTHERS;
      } else if (ones.contains(word) || many.contains(word)) {
        keyword = word;
      } else {
        values.computeIfAbsent(keyword, each -> new ArrayList<>()).add(word);
        keyword = ones.contains(keyword) ? OTHERS : keyword;
      }
    }
    for (Set<String> kind : ImmutableList.of(options, ones, many, ImmutableSet.of(OTHERS))) {
      for (String each : kind) {
        variables.set(said.get(0) + "_" + each, values.getOrDefault(each, ImmutableList.of()));
      }
    }
  }
}
