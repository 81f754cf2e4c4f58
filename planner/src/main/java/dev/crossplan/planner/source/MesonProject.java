package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.source.MesonSyntax.Assignment;
import dev.crossplan.planner.source.MesonSyntax.Branch;
import dev.crossplan.planner.source.MesonSyntax.Call;
import dev.crossplan.planner.source.MesonSyntax.Choice;
import dev.crossplan.planner.source.MesonSyntax.Constant;
import dev.crossplan.planner.source.MesonSyntax.Elements;
import dev.crossplan.planner.source.MesonSyntax.Entries;
import dev.crossplan.planner.source.MesonSyntax.Evaluation;
import dev.crossplan.planner.source.MesonSyntax.Expression;
import dev.crossplan.planner.source.MesonSyntax.Format;
import dev.crossplan.planner.source.MesonSyntax.Jump;
import dev.crossplan.planner.source.MesonSyntax.Loop;
import dev.crossplan.planner.source.MesonSyntax.MethodCall;
import dev.crossplan.planner.source.MesonSyntax.Name;
import dev.crossplan.planner.source.MesonSyntax.Operation;
import dev.crossplan.planner.source.MesonSyntax.Statement;
import dev.crossplan.planner.source.MesonValue.Array;
import dev.crossplan.planner.source.MesonValue.Dependency;
import dev.crossplan.planner.source.MesonValue.Dictionary;
import dev.crossplan.planner.source.MesonValue.Feature;
import dev.crossplan.planner.source.MesonValue.Named;
import dev.crossplan.planner.source.MesonValue.Product;
import dev.crossplan.planner.source.MesonValue.SourceFile;
import dev.crossplan.planner.source.MesonValue.Text;
import dev.crossplan.planner.source.MesonValue.Truth;
import dev.crossplan.planner.source.MesonValue.Whole;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Does what Meson is told, as far as that says what is compiled: which files, and for how many
 * libraries and programs. It is told of Linux on riscv64, GCC, and that options are as they are by
 * default or as flags say. What is tried out succeeds, unless it is for another processor; what is
 * looked for is there if it must be.
 *
 * @see <a href="https://mesonbuild.com/Reference-manual.html">Reference manual of Meson</a>
 */
final class MesonProject {
  static final String FILE = "meson.build";

  /** In the order in which Meson looks for them. */
  static final ImmutableList<String> FILES_OF_OPTIONS =
      ImmutableList.of("meson.options", "meson_options.txt");

  private static final ImmutableSet<String> TARGETS =
      ImmutableSet.of(
          "executable",
          "library",
          "shared_library",
          "static_library",
          "both_libraries",
          "shared_module",
          "build_target");

  /** Methods of a compiler that tell whether something is there. */
  private static final Pattern CHECK = Pattern.compile("has_\\w+|check_header|compiles|links|runs");

  /** Methods of a compiler that tell which flags it knows: it knows all. */
  private static final Pattern CHECK_OF_FLAGS =
      Pattern.compile(
          "(?:get_supported|has|has_multi)_(?:\\w*_)?(?:arguments?|attributes?)(?:_\\w+)?");

  private static final ImmutableMap<String, MesonValue> OF_MACHINES =
      ImmutableMap.of(
          "system", new Text("linux"),
          "kernel", new Text("linux"),
          "cpu_family", new Text("riscv64"),
          "cpu", new Text("riscv64"),
          "endian", new Text("little"));

  private static final ImmutableMap<String, MesonValue> OF_COMPILERS =
      ImmutableMap.of(
          "get_id", new Text("gcc"),
          "get_linker_id", new Text("ld.bfd"),
          "get_argument_syntax", new Text("gcc"),
          "version", new Text("13.0.0"),
          "sizeof", new Whole(8),
          "alignment", new Whole(8));

  private static final ImmutableMap<String, MesonValue> OF_MESON =
      ImmutableMap.of(
          "version", new Text("1.7.0"),
          "backend", new Text("ninja"),
          "is_cross_build", new Truth(true),
          "can_run_host_binaries", new Truth(false),
          "has_exe_wrapper", new Truth(false),
          "is_subproject", new Truth(false),
          "is_unity", new Truth(false));

  private static final ImmutableSet<String> MACHINES =
      ImmutableSet.of("host_machine", "target_machine", "build_machine");

  private static final Path TOP = Path.of("");

  private static final Named COMPILER = new Named("compiler");

  private static final Pattern REFERENCE = Pattern.compile("@([A-Za-z_][A-Za-z0-9_]{0,200})@");

  /** Some tenths of a second. */
  private static final long MOST_STEPS = 5_000_000;

  private static final int STEPS_A_STATEMENT = 20;

  /** Of folders in one another. */
  private static final int DEEPEST = 50;

  /** Where to go on after a statement. */
  private enum JumpTo {
    NEXT_STATEMENT,
    NEXT_TURN,
    END_OF_LOOP,
    END_OF_FILE
  }

  private final Map<Path, String> files;
  private final ImmutableSet<Path> sources;
  private final MesonOptions options;
  private final MesonTargets targets = new MesonTargets();
  private final Map<String, MesonValue> variables = new HashMap<>();
  private final Set<String> checked = new HashSet<>();
  private final Budget budget = new Budget(MOST_STEPS);
  private Path folder = TOP;
  private String version = "";
  private int depth;
  private JumpTo jump = JumpTo.NEXT_STATEMENT;

  private MesonProject(Map<Path, String> files, ImmutableSet<Path> sources, MesonOptions options) {
    this.files = files;
    this.sources = sources;
    this.options = options;
  }

  /**
   * Does what is said.
   *
   * @param files in the language of Meson, by their paths below the top of the sources
   * @param sources what may be compiled, below the top of the sources
   * @param flags of Meson's command line; those that set an option count
   */
  static Configuration.Outcome run(
      Map<Path, String> files, ImmutableSet<Path> sources, List<String> flags) {
    String options =
        FILES_OF_OPTIONS.stream()
            .map(name -> files.getOrDefault(Path.of(name), ""))
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse("");
    MesonProject project = new MesonProject(files, sources, new MesonOptions(options, flags));
    project.runFolder(TOP);
    return new Configuration.Outcome(
        Optional.of(project.targets.compiled()).filter(compiled -> !compiled.isEmpty()),
        project.targets.links(),
        project.checked.size(),
        false,
        false);
  }

  private void runFolder(Path next) {
    String text = files.getOrDefault(next.resolve(FILE), "");
    if (depth < DEEPEST && budget.take(text.length())) {
      Path before = folder;
      folder = next;
      depth++;
      run(MesonParser.parse(text));
      jump = JumpTo.NEXT_STATEMENT;
      depth--;
      folder = before;
    }
  }

  private void run(ImmutableList<Statement> statements) {
    for (Statement statement : statements) {
      if (jump != JumpTo.NEXT_STATEMENT || !budget.take(STEPS_A_STATEMENT)) {
        return;
      }
      if (statement instanceof Assignment assignment) {
        assign(assignment);
      } else if (statement instanceof Evaluation evaluation) {
        value(evaluation.expression());
      } else if (statement instanceof Choice choice) {
        choose(choice);
      } else if (statement instanceof Loop loop) {
        run(loop);
      } else if (statement instanceof Jump to) {
        jump = to.isBreak() ? JumpTo.END_OF_LOOP : JumpTo.NEXT_TURN;
      }
    }
  }

  private void assign(Assignment assignment) {
    MesonValue value = value(assignment.value());
    MesonValue before = variables.getOrDefault(assignment.name(), MesonValue.unknown());
    variables.put(
        assignment.name(), assignment.isMore() ? MesonOperators.sum(before, value) : value);
  }

  private void choose(Choice choice) {
    for (Branch branch : choice.branches()) {
      if (value(branch.condition()).isTrue()) {
        run(branch.body());
        return;
      }
    }
  }

  private void run(Loop loop) {
    MesonValue of = value(loop.of());
    ImmutableList<String> names = loop.names();
    if (of instanceof Array array && names.size() == 1) {
      for (MesonValue element : array.elements()) {
        variables.put(names.get(0), element);
        if (!isRunOn(loop)) {
          break;
        }
      }
    } else if (of instanceof Dictionary dictionary && names.size() == 2) {
      for (Map.Entry<String, MesonValue> entry : dictionary.entries().entrySet()) {
        variables.put(names.get(0), new Text(entry.getKey()));
        variables.put(names.get(1), entry.getValue());
        if (!isRunOn(loop)) {
          break;
        }
      }
    }
    jump = jump == JumpTo.END_OF_LOOP ? JumpTo.NEXT_STATEMENT : jump;
  }

  /** Runs one turn; false if it is the last. */
  private boolean isRunOn(Loop loop) {
    run(loop.body());
    jump = jump == JumpTo.NEXT_TURN ? JumpTo.NEXT_STATEMENT : jump;
    return jump == JumpTo.NEXT_STATEMENT && budget.take(1);
  }

  /** What an expression comes to, and does. */
  private MesonValue value(Expression expression) {
    if (!budget.take(1)) {
      return MesonValue.unknown();
    }
    MesonValue value;
    if (expression instanceof Constant constant) {
      value = constant.value();
    } else if (expression instanceof Format format) {
      value = new Text(filledIn(format.text()));
    } else if (expression instanceof Name name) {
      value = variable(name.name());
    } else if (expression instanceof Elements list) {
      value = MesonValue.array(values(list.elements()));
    } else if (expression instanceof Entries entries) {
      value = dictionary(values(entries.entries()));
    } else if (expression instanceof Operation operation) {
      value = operation(operation.operator(), operation.operands());
    } else if (expression instanceof MethodCall call) {
      value = method(value(call.of()), call.call().function(), arguments(call.call()));
    } else {
      value =
          expression instanceof Call call
              ? function(call.function(), arguments(call))
              : MesonValue.unknown();
    }
    return budget.take(value.size()) ? value : MesonValue.unknown();
  }

  private ImmutableList<MesonValue> values(ImmutableList<Expression> expressions) {
    ImmutableList.Builder<MesonValue> values = ImmutableList.builder();
    expressions.forEach(expression -> values.add(value(expression)));
    return values.build();
  }

  private MesonArguments arguments(Call call) {
    ImmutableMap.Builder<String, MesonValue> keywords = ImmutableMap.builder();
    call.keywords().forEach((name, expression) -> keywords.put(name, value(expression)));
    return new MesonArguments(values(call.arguments()), keywords.buildOrThrow());
  }

  private String filledIn(String text) {
    Matcher reference = REFERENCE.matcher(text);
    StringBuilder filled = new StringBuilder();
    int at = 0;
    while (reference.find()) {
      String words = variable(reference.group(1)).words();
      if (!budget.take(words.length())) {
        break;
      }
      filled.append(text, at, reference.start()).append(words);
      at = reference.end();
    }
    return filled.append(text, at, text.length()).toString();
  }

  private MesonValue variable(String name) {
    boolean isBuiltIn = MACHINES.contains(name) || name.equals("meson");
    return isBuiltIn ? new Named(name) : variables.getOrDefault(name, MesonValue.unknown());
  }

  private static MesonValue dictionary(List<MesonValue> entries) {
    Map<String, MesonValue> dictionary = new LinkedHashMap<>();
    for (int i = 0; i + 1 < entries.size(); i += 2) {
      dictionary.put(entries.get(i).words(), entries.get(i + 1));
    }
    return MesonValue.dictionary(dictionary);
  }

  private MesonValue operation(String operator, ImmutableList<Expression> operands) {
    MesonValue left = value(operands.get(0));
    return switch (operator) {
      case "?" -> value(operands.get(left.isTrue() ? 1 : 2));
      case "not" -> new Truth(!left.isTrue());
      case "and" -> new Truth(left.isTrue() && value(operands.get(1)).isTrue());
      case "or" -> new Truth(left.isTrue() || value(operands.get(1)).isTrue());
      case "negative" -> left instanceof Whole whole ? new Whole(-whole.number()) : left;
      default -> MesonOperators.apply(operator, left, value(operands.get(1)));
    };
  }

  private MesonValue function(String name, MesonArguments arguments) {
    if (TARGETS.contains(name)) {
      return target(arguments);
    }
    String first = arguments.word(0);
    return switch (name) {
      case "project" -> {
        version = arguments.keyword("version").words();
        yield MesonValue.unknown();
      }
      case "subdir" -> {
        path(first).ifPresent(this::runFolder);
        yield MesonValue.unknown();
      }
      case "subdir_done" -> {
        jump = JumpTo.END_OF_FILE;
        yield MesonValue.unknown();
      }
      case "files" ->
          MesonValue.array(paths(arguments.positional()).stream().map(SourceFile::new).toList());
      case "get_option" -> options.get(first);
      case "dependency", "find_program" -> found(arguments);
      case "declare_dependency" -> {
        ImmutableList<MesonValue> compiled = arguments.withKeywords("sources", "dependencies");
        yield new Dependency(true, paths(compiled), linked(arguments));
      }
      case "set_variable" -> {
        variables.put(first, arguments.positional(1));
        yield MesonValue.unknown();
      }
      case "get_variable" -> variables.getOrDefault(first, arguments.positional(1));
      case "is_variable" -> new Truth(variables.containsKey(first));
      case "add_languages" -> new Truth(true);
      case "join_paths" ->
          new Text(
              arguments.positional().stream()
                  .map(MesonValue::words)
                  .reduce("", SourcePaths::joined));
      default -> new Named(name);
    };
  }

  private MesonValue target(MesonArguments arguments) {
    boolean isLeftOut =
        arguments.keyword("build_by_default").equals(new Truth(false))
            && !arguments.keyword("install").isTrue();
    // The first is its name.
    ImmutableSet<Path> compiled =
        paths(arguments.withoutFirst().withKeywords("sources", "dependencies"));
    return new Product(targets.add(compiled, linked(arguments), isLeftOut));
  }

  private ImmutableSet<Integer> linked(MesonArguments arguments) {
    ImmutableSet.Builder<Integer> linked = ImmutableSet.builder();
    ImmutableList<MesonValue> with =
        arguments.onlyKeywords("dependencies", "link_with", "link_whole");
    for (MesonValue value : flat(with)) {
      if (value instanceof Product product) {
        linked.add(product.number());
      } else if (value instanceof Dependency dependency) {
        linked.addAll(dependency.products());
      }
    }
    return linked.build();
  }

  private MesonValue method(MesonValue of, String method, MesonArguments arguments) {
    if (of.equals(COMPILER)) {
      return ofCompiler(method, arguments);
    } else if (of instanceof Dependency dependency) {
      return method.equals("found") ? new Truth(dependency.isFound()) : MesonValue.unknown();
    } else if (of instanceof Named named) {
      return MACHINES.contains(named.name())
          ? OF_MACHINES.getOrDefault(method, MesonValue.unknown())
          : ofNamed(named.name(), method);
    }
    return MesonMethods.call(of, method, arguments.positional());
  }

  private MesonValue ofNamed(String name, String method) {
    if (!name.equals("meson")) {
      return MesonValue.unknown();
    }
    return switch (method) {
      case "get_compiler" -> COMPILER;
      case "project_version" -> new Text(version);
      case "current_source_dir" -> new Text("/" + folder);
      case "source_root", "project_source_root", "global_source_root" -> new Text("/");
      default -> OF_MESON.getOrDefault(method, MesonValue.unknown());
    };
  }

  private MesonValue ofCompiler(String method, MesonArguments arguments) {
    String words =
        arguments.positional().stream()
            .flatMap(value -> flat(ImmutableList.of(value)).stream())
            .map(MesonValue::words)
            .collect(Collectors.joining(" "));
    if (method.equals("find_library")) {
      return found(arguments);
    } else if (CHECK_OF_FLAGS.matcher(method).matches()) {
      checked.add(method + " " + words);
      return method.startsWith("has_")
          ? new Truth(true)
          : MesonValue.array(flat(arguments.positional()));
    } else if (CHECK.matcher(method).matches()) {
      // A program that is tried out goes by its name, if it has one.
      String name = arguments.keyword("name").words();
      checked.add(method + " " + name + words);
      return new Truth(!SourcePaths.hasAnotherSystem(name.isEmpty() ? words : name));
    }
    return OF_COMPILERS.getOrDefault(method, MesonValue.unknown());
  }

  /** Something that is looked for: it is there unless it may be missing. */
  private static MesonValue found(MesonArguments arguments) {
    MesonValue required = arguments.keyword("required");
    boolean isFound =
        required instanceof Feature feature
            ? feature.isEnabled()
            : !required.equals(new Truth(false));
    return new Dependency(isFound, ImmutableSet.of(), ImmutableSet.of());
  }

  /** The files that these are, or are the names of, with those that dependencies bring. */
  private ImmutableSet<Path> paths(List<MesonValue> values) {
    ImmutableSet.Builder<Path> paths = ImmutableSet.builder();
    for (MesonValue value : flat(values)) {
      if (value instanceof Text text) {
        path(text.text()).filter(sources::contains).ifPresent(paths::add);
      } else if (value instanceof SourceFile file) {
        paths.add(file.path());
      } else if (value instanceof Dependency dependency) {
        paths.addAll(dependency.sources());
      }
    }
    return paths.build();
  }

  private Optional<Path> path(String name) {
    return SourcePaths.below(name.startsWith("/") ? TOP : folder, name.replaceFirst("^/+", ""));
  }

  /** What lists hold in place of them, however many are in one another. */
  private ImmutableList<MesonValue> flat(List<MesonValue> values) {
    ImmutableList.Builder<MesonValue> flat = ImmutableList.builder();
    Deque<MesonValue> left = new ArrayDeque<>(values);
    while (!left.isEmpty() && budget.take(1)) {
      MesonValue next = left.removeFirst();
      if (next instanceof Array array) {
        array.elements().reverse().forEach(left::addFirst);
      } else {
        flat.add(next);
      }
    }
    return flat.build();
  }
}
