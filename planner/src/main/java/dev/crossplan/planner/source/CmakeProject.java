package dev.crossplan.planner.source;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.source.CmakeCommand.Argument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Does what CMake is told, as far as that says what is compiled: which files, and for how many
 * libraries and programs. It is told of Linux on riscv64, GCC, no tests, and that options are as
 * they are by default or as flags say. What is tried out succeeds, unless it is for another
 * processor; what is looked for is not there, unless it must be.
 *
 * @see <a href="https://cmake.org/cmake/help/latest/manual/cmake-commands.7.html">cmake-commands(7)
 *     </a>
 */
final class CmakeProject {
  static final String FILE = "CMakeLists.txt";

  /** The variable with the folder of which the file is run. */
  static final String FOLDER = "CMAKE_CURRENT_SOURCE_DIR";

  private static final String FOLDER_OF_FILE = "CMAKE_CURRENT_LIST_DIR";
  private static final String TOP_FOLDER = "CMAKE_SOURCE_DIR";

  private static final ImmutableMap<String, String> VARIABLES =
      ImmutableMap.<String, String>builder()
          .put("UNIX", "1")
          .put("LINUX", "1")
          .put("CMAKE_SYSTEM_NAME", "Linux")
          .put("CMAKE_HOST_SYSTEM_NAME", "Linux")
          .put("CMAKE_SYSTEM_PROCESSOR", "riscv64")
          .put("CMAKE_SIZEOF_VOID_P", "8")
          .put("CMAKE_VERSION", "3.30.0")
          .put("CMAKE_BUILD_TYPE", "Release")
          .put("CMAKE_GENERATOR", "Unix Makefiles")
          .put("CMAKE_C_COMPILER_ID", "GNU")
          .put("CMAKE_CXX_COMPILER_ID", "GNU")
          .put("CMAKE_C_COMPILER_VERSION", "13.0.0")
          .put("CMAKE_CXX_COMPILER_VERSION", "13.0.0")
          .put("CMAKE_COMPILER_IS_GNUCC", "1")
          .put("CMAKE_COMPILER_IS_GNUCXX", "1")
          .put("CMAKE_USE_PTHREADS_INIT", "1")
          .put("Threads_FOUND", "1")
          .put("CMAKE_INSTALL_LIBDIR", "lib")
          .put("CMAKE_BINARY_DIR", "/build")
          .buildOrThrow();

  /** Nixpkgs turns them off for builds that run none, whatever the sources say. */
  private static final String TESTS = "BUILD_TESTING";

  private static final ImmutableSet<String> OPTIONS_OF_CHECKS =
      ImmutableSet.of("LANGUAGE", "FAIL_REGEX", "SRC_EXT", "OUTPUT_VARIABLE");

  /** {@code -DNAME:TYPE=VALUE}, where the type may be left out. */
  private static final Pattern DEFINITION = Pattern.compile("-D([^:=]+)(?::[^=]*)?=(.*)");

  /** Of which the name is followed by the sources of a target. */
  private static final Pattern MAKER =
      Pattern.compile("\\w*add_(?:library|executable|plugin|module)");

  /** About a second. */
  private static final long MOST_STEPS = 100_000_000;

  /** To look a command up and to call what does it, in steps. */
  private static final int STEPS_A_COMMAND = 200;

  /** Of blocks, calls and files in one another. */
  private static final int DEEPEST = 300;

  private final Budget budget;
  private final CmakeTree tree;
  private final Map<String, CmakeCommand> functions = new HashMap<>();
  private final CmakeTargets targets;

  /** Variables that keep the value they have, whoever offers another. */
  private final Set<String> cached = new HashSet<>(ImmutableSet.of(TESTS));

  private long checks;
  private int depth;
  private int foldersLeftOut;
  private Jump jump = Jump.NONE;

  private CmakeProject(Map<Path, String> files, ImmutableSet<Path> sources) {
    this.budget = new Budget(MOST_STEPS);
    this.tree = new CmakeTree(files, sources, budget);
    this.targets = new CmakeTargets(tree);
  }

  /**
   * Does what is said.
   *
   * @param files in the language of CMake, by their paths below the top of the sources
   * @param sources what may be compiled, below the top of the sources
   * @param flags of CMake's command line; those that set a variable count
   */
  static Configuration.Outcome run(
      Map<Path, String> files, ImmutableSet<Path> sources, List<String> flags) {
    CmakeProject project = new CmakeProject(files, sources);
    SourcePaths.topmost(FILE, files.keySet()).ifPresent(top -> project.runTop(top, flags));
    return Configuration.Outcome.of(project.targets.all(), project.checks);
  }

  private void runTop(Path top, List<String> flags) {
    CmakeVariables variables = new CmakeVariables(budget);
    VARIABLES.forEach(variables::set);
    variables.set(TOP_FOLDER, CmakeTree.name(top));
    for (String flag : flags) {
      Matcher definition = DEFINITION.matcher(flag);
      if (definition.matches()) {
        cached.add(definition.group(1));
        variables.set(definition.group(1), definition.group(2));
      }
    }
    runFolder(top, variables);
  }

  private void runFolder(Path folder, CmakeVariables variables) {
    variables.set(FOLDER, CmakeTree.name(folder));
    variables.set("CMAKE_CURRENT_BINARY_DIR", "/build/" + folder);
    runFile(folder.resolve(FILE), variables);
  }

  private void runFile(Path file, CmakeVariables variables) {
    String before = variables.get(FOLDER_OF_FILE);
    variables.set(FOLDER_OF_FILE, CmakeTree.name(file.resolveSibling("")));
    runBlock(tree.commands(file), variables);
    jump = Jump.NONE;
    variables.set(FOLDER_OF_FILE, before);
  }

  private void runBlock(List<CmakeCommand> commands, CmakeVariables variables) {
    if (depth >= DEEPEST) {
      return;
    }
    depth++;
    for (CmakeCommand command : commands) {
      if (jump != Jump.NONE || !budget.take(STEPS_A_COMMAND)) {
        break;
      }
      runCommand(command, variables);
    }
    depth--;
  }

  private void runCommand(CmakeCommand command, CmakeVariables variables) {
    switch (command.name()) {
      case "if" -> runIf(command, variables);
      case "foreach" -> runForEach(command, variables);
      case "while" -> {} // what it waits for is not known
      case "block" -> runBlock(command.body(), variables);
      case "function", "macro" -> define(command, variables);
      case "return" -> jump = Jump.RETURN;
      case "break" -> jump = Jump.BREAK;
      case "continue" -> jump = Jump.CONTINUE;
      default -> {
        List<String> words = variables.words(command.arguments());
        @Nullable CmakeCommand function = functions.get(command.name());
        if (function != null) {
          call(function, words, variables);
        } else if (!words.isEmpty()) {
          runBuiltIn(command.name(), words, variables);
        }
      }
    }
  }

  private void runIf(CmakeCommand command, CmakeVariables variables) {
    List<CmakeCommand> body = command.body();
    int from = 0;
    boolean isMet = holds(command.arguments(), variables);
    for (int i = 0; i < body.size() && !isMet && budget.take(1); i++) {
      String name = body.get(i).name();
      isMet =
          name.equals("else")
              || (name.equals("elseif") && holds(body.get(i).arguments(), variables));
      from = i + 1;
    }
    int to = from;
    while (to < body.size() && !body.get(to).name().startsWith("else")) {
      to++;
    }
    if (isMet && budget.take(to - from)) {
      runBlock(body.subList(from, to), variables);
    }
  }

  private boolean holds(ImmutableList<Argument> condition, CmakeVariables variables) {
    return CmakeCondition.holds(
        condition,
        variables,
        (kind, name) ->
            switch (kind) {
              case "TARGET" -> targets.has(name);
              case "COMMAND" -> functions.containsKey(Ascii.toLowerCase(name));
              case "IS_DIRECTORY" -> path(name, variables).filter(tree::isFolder).isPresent();
              case "EXISTS" -> path(name, variables).filter(tree::isThere).isPresent();
              default -> false;
            });
  }

  private static Optional<Path> path(String name, CmakeVariables variables) {
    return CmakeTree.path(name, variables.get(FOLDER));
  }

  private void runForEach(CmakeCommand command, CmakeVariables variables) {
    List<String> words = variables.words(command.arguments());
    if (words.isEmpty()) {
      return;
    }
    ImmutableList<String> variable = ImmutableList.of(words.get(0));
    Map<String, Optional<String>> before = variables.here(variable);
    for (String element : elements(words.subList(1, words.size()), variables)) {
      variables.set(words.get(0), element);
      runBlock(command.body(), variables);
      jump = jump == Jump.CONTINUE ? Jump.NONE : jump;
      if (jump != Jump.NONE || !budget.take(1)) {
        break;
      }
    }
    jump = jump == Jump.BREAK ? Jump.NONE : jump;
    variables.putBack(variable, before);
  }

  /** {@code LISTS} and {@code ITEMS} after {@code IN}, or the words themselves; no ranges. */
  private static List<String> elements(List<String> words, CmakeVariables variables) {
    String kind = words.isEmpty() ? "" : words.get(0);
    if (!kind.equals("IN")) {
      return kind.equals("RANGE") ? ImmutableList.of() : words;
    }
    List<String> elements = new ArrayList<>();
    boolean isList = false;
    for (String word : words.subList(1, words.size())) {
      if (word.equals("LISTS") || word.equals("ITEMS")) {
        isList = word.equals("LISTS");
      } else if (isList) {
        elements.addAll(variables.list(word));
      } else {
        elements.add(word);
      }
    }
    return elements;
  }

  private void define(CmakeCommand command, CmakeVariables variables) {
    variables.words(command.arguments()).stream()
        .findFirst()
        .ifPresent(name -> functions.put(Ascii.toLowerCase(name), command));
  }

  /** A macro has its parameters put in place; what else it sets, it sets for its caller. */
  private void call(CmakeCommand function, List<String> words, CmakeVariables caller) {
    boolean isMacro = function.name().equals("macro");
    CmakeVariables variables = isMacro ? caller : new CmakeVariables(caller);
    List<String> parameters = caller.words(function.arguments());
    int named = Math.max(0, parameters.size() - 1);
    Map<String, String> given = new HashMap<>();
    given.put("ARGC", String.valueOf(words.size()));
    given.put("ARGV", String.join(";", words));
    given.put("ARGN", String.join(";", words.subList(Math.min(named, words.size()), words.size())));
    for (int i = 0; i < words.size(); i++) {
      given.put("ARGV" + i, words.get(i));
    }
    for (int i = 0; i < named; i++) {
      given.put(parameters.get(i + 1), i < words.size() ? words.get(i) : "");
    }
    ImmutableList<String> names = ImmutableList.copyOf(given.keySet());
    Map<String, Optional<String>> before = variables.here(names);
    given.forEach(variables::set);
    runBlock(function.body(), variables);
    variables.putBack(names, before);
    jump = isMacro ? jump : Jump.NONE;
  }

  /** Runs a command that is CMake's own. */
  private void runBuiltIn(String name, List<String> words, CmakeVariables variables) {
    String first = words.get(0);
    List<String> rest = words.subList(1, words.size());
    switch (name) {
      case "set" -> set(first, rest, variables);
      case "unset" -> variables.unset(first);
      case "option" -> cache(first, rest.size() < 2 ? "OFF" : rest.get(1), variables);
      case "cmake_dependent_option" -> dependentOption(first, rest, variables);
      case "list" -> CmakeValues.list(first, rest, variables);
      case "string" -> CmakeValues.string(first, rest, variables);
      case "get_filename_component" -> CmakeValues.component(first, rest, variables);
      case "cmake_parse_arguments" -> CmakeValues.parseArguments(words, variables);
      case "file" -> file(first, rest, variables);
      case "aux_source_directory" ->
          rest.stream()
              .findFirst()
              .ifPresent(each -> glob(each, List.of(first + "/*"), "", false, variables));
      case "project" -> project(first, variables);
      case "include" -> include(first, variables);
      case "add_subdirectory" -> addFolder(first, rest, variables);
      case "subdirs" -> words.forEach(each -> addFolder(each, List.of(), variables));
      case "target_sources" -> targets.addSources(first, rest, variables.get(FOLDER));
      case "target_link_libraries" -> targets.link(first, rest);
      case "find_package", "pkg_check_modules", "pkg_search_module" -> find(first, rest, variables);
      case "try_compile", "try_run" -> check(first, "1", words, variables);
      case "check_type_size" -> checkSize(words, variables);
      case "check_language" -> {}
      case "bison_target", "flex_target" -> generate(name, words, variables);
      default -> {
        if (MAKER.matcher(name).matches()) {
          targets.add(first, rest, variables.get(FOLDER), foldersLeftOut > 0);
        } else if (name.startsWith("check_")) {
          check(answered(words), "1", words, variables);
        }
      }
    }
  }

  /** {@code bison_target(name input output …)}: the grammar stands for what is made of it. */
  private static void generate(String command, List<String> words, CmakeVariables variables) {
    if (words.size() > 1) {
      String prefix = Ascii.toUpperCase(command).replace("TARGET", "") + words.get(0);
      variables.set(prefix + "_OUTPUTS", words.get(1));
      variables.set(prefix + "_OUTPUT_SOURCE", words.get(1));
    }
  }

  private void set(String name, List<String> values, CmakeVariables variables) {
    int cache = values.indexOf("CACHE");
    int last = values.size() - 1;
    if (values.isEmpty()) {
      variables.unset(name);
    } else if (cache >= 0) {
      String value = String.join(";", values.subList(0, cache));
      if (values.contains("FORCE") || values.contains("INTERNAL")) {
        variables.setForAll(name, value);
      } else {
        cache(name, value, variables);
      }
    } else if (values.get(last).equals("PARENT_SCOPE")) {
      variables.setOutside(name, String.join(";", values.subList(0, last)));
    } else {
      variables.set(name, values);
    }
  }

  /** Sets it unless somebody else has before. */
  private void cache(String name, String value, CmakeVariables variables) {
    if (cached.add(name) && !variables.has(name)) {
      variables.setForAll(name, value);
    }
  }

  /** {@code name text value conditions value-otherwise}. */
  private void dependentOption(String name, List<String> rest, CmakeVariables variables) {
    if (rest.size() < 4) {
      return;
    }
    boolean isOpen =
        CmakeVariables.elements(rest.get(2)).stream()
            .flatMap(condition -> CmakeCommand.parse("if(" + condition + ")").stream())
            .allMatch(parsed -> holds(parsed.arguments(), variables));
    if (isOpen) {
      cache(name, rest.get(1), variables);
    } else {
      variables.setForAll(name, rest.get(3));
    }
  }

  private void file(String action, List<String> rest, CmakeVariables variables) {
    if (!rest.isEmpty() && action.startsWith("GLOB")) {
      int relative = rest.indexOf("RELATIVE");
      boolean isRelative = relative > 0 && relative + 1 < rest.size();
      List<String> patterns = new ArrayList<>(rest.subList(1, rest.size()));
      if (isRelative) {
        patterns.subList(relative - 1, relative + 1).clear();
      }
      String to = isRelative ? rest.get(relative + 1) : "";
      glob(rest.get(0), patterns, to, action.equals("GLOB_RECURSE"), variables);
    }
  }

  /**
   * Sets a variable to what is found.
   *
   * @param to the folder from which names lead there; empty for names from the root
   */
  private void glob(
      String name, List<String> patterns, String to, boolean isDeep, CmakeVariables variables) {
    Optional<Path> base = to.isEmpty() ? Optional.empty() : path(to, variables);
    variables.set(
        name,
        tree.matching(patterns, variables.get(FOLDER), isDeep).stream()
            .map(
                path ->
                    base.map(from -> from.relativize(path).toString()).orElse(CmakeTree.name(path)))
            .toList());
  }

  private static void project(String name, CmakeVariables variables) {
    String folder = variables.get(FOLDER);
    String isTop = folder.equals(variables.get(TOP_FOLDER)) ? "ON" : "OFF";
    variables.set("PROJECT_NAME", name);
    variables.set("PROJECT_SOURCE_DIR", folder);
    variables.set("PROJECT_IS_TOP_LEVEL", isTop);
    variables.setForAll(name + "_SOURCE_DIR", folder);
    variables.setForAll(name + "_IS_TOP_LEVEL", isTop);
    if (!variables.has("CMAKE_PROJECT_NAME")) {
      variables.set("CMAKE_PROJECT_NAME", name);
    }
  }

  /** Of a file, or of a module that is among the sources. */
  private void include(String name, CmakeVariables variables) {
    List<String> places = new ArrayList<>();
    places.add(name);
    for (String folder : variables.list("CMAKE_MODULE_PATH")) {
      places.add(folder + "/" + name + ".cmake");
    }
    places.stream()
        .flatMap(place -> path(place, variables).stream())
        .filter(tree::isThere)
        .findFirst()
        .ifPresent(file -> runFile(file, variables));
  }

  private void addFolder(String name, List<String> rest, CmakeVariables variables) {
    int without = rest.contains("EXCLUDE_FROM_ALL") ? 1 : 0;
    foldersLeftOut += without;
    path(name, variables).ifPresent(folder -> runFolder(folder, new CmakeVariables(variables)));
    foldersLeftOut -= without;
  }

  private static void find(String name, List<String> rest, CmakeVariables variables) {
    if (rest.contains("REQUIRED")) {
      variables.set(name + "_FOUND", "1");
      variables.set(Ascii.toUpperCase(name) + "_FOUND", "1");
    }
  }

  /** {@code check_type_size(type name …)}. */
  private void checkSize(List<String> words, CmakeVariables variables) {
    if (words.size() > 1) {
      String name = words.get(1);
      check(name, String.valueOf(TypeSizes.of(words.get(0))), words, variables);
      variables.setForAll("HAVE_" + name, "1");
    }
  }

  /** The variable with the answer: the last word, but for options. */
  private static String answered(List<String> words) {
    int end = words.size();
    for (String option : OPTIONS_OF_CHECKS) {
      int at = words.indexOf(option);
      end = at > 0 && at < end ? at : end;
    }
    return words.get(end - 1);
  }

  private void check(String variable, String answer, List<String> words, CmakeVariables variables) {
    if (!variables.has(variable) && cached.add(variable)) {
      checks++;
      boolean isForAnother = words.stream().anyMatch(SourcePaths::hasAnotherSystem);
      variables.setForAll(variable, isForAnother ? "" : answer);
    }
  }
}
