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
import dev.crossplan.planner.source.MesonSyntax.Leave;
import dev.crossplan.planner.source.MesonSyntax.Loop;
import dev.crossplan.planner.source.MesonSyntax.MethodCall;
import dev.crossplan.planner.source.MesonSyntax.Name;
import dev.crossplan.planner.source.MesonSyntax.Operation;
import dev.crossplan.planner.source.MesonSyntax.Statement;
import dev.crossplan.planner.source.MesonValue.Array;
import dev.crossplan.planner.source.MesonValue.Dependency;
import dev.crossplan.planner.source.MesonValue.Dictionary;
import dev.crossplan.planner.source.MesonValue.Named;
import dev.crossplan.planner.source.MesonValue.Text;
import dev.crossplan.planner.source.MesonValue.Truth;
import dev.crossplan.planner.source.MesonValue.Whole;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Does what Meson is told, as far as that says what is compiled: which files, and for how many
 * libraries and programs. Functions answer as {@link MesonFunctions} has it, and options are as
 * they are by default or as flags say. What others have bundled ({@code subproject}) is left alone.
 *
 * @see <a href="https://mesonbuild.com/Syntax.html">Syntax of Meson</a>
 */
final class MesonProject {
  static final String FILE = "meson.build";

  /** In the order in which Meson looks for them. */
  static final ImmutableList<String> FILES_OF_OPTIONS =
      ImmutableList.of("meson.options", "meson_options.txt");

  private static final Path TOP = Path.of("");

  private static final Pattern REFERENCE = Pattern.compile("@([A-Za-z_][A-Za-z0-9_]{0,200})@");

  /** Some tenths of a second. */
  private static final long MOST_STEPS = 5_000_000;

  private static final int STEPS_A_STATEMENT = 20;

  /** Of expressions, blocks and folders in one another. */
  private static final int DEEPEST = 500;

  private final Map<Path, String> files;
  private final MesonOptions options;
  private final MesonFunctions functions;
  private final Map<String, MesonValue> variables = new HashMap<>();
  private final Set<Path> entered = new HashSet<>();
  private final Budget budget = new Budget(MOST_STEPS);
  private Path folder = TOP;
  private int depth;
  private Jump jump = Jump.NONE;

  private MesonProject(Map<Path, String> files, ImmutableSet<Path> sources, MesonOptions options) {
    this.files = files;
    this.options = options;
    this.functions = new MesonFunctions(files.keySet(), sources, options, budget);
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
    Path top = SourcePaths.topmost(FILE, files.keySet()).orElse(TOP);
    String options =
        FILES_OF_OPTIONS.stream()
            .map(name -> files.getOrDefault(top.resolve(name), ""))
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse("");
    MesonProject project = new MesonProject(files, sources, new MesonOptions(options, flags));
    project.runFolder(top);
    return Configuration.Outcome.of(project.functions.targets(), project.functions.checks());
  }

  /** Once each, as Meson has it. */
  private void runFolder(Path next) {
    String text = files.getOrDefault(next.resolve(FILE), "");
    if (budget.take(text.length()) && entered.add(next)) {
      Path before = folder;
      folder = next;
      run(MesonParser.parse(text));
      jump = jump == Jump.RETURN ? Jump.NONE : jump;
      folder = before;
    }
  }

  private void run(ImmutableList<Statement> statements) {
    if (depth >= DEEPEST) {
      return;
    }
    depth++;
    for (Statement statement : statements) {
      if (jump != Jump.NONE || !budget.take(STEPS_A_STATEMENT)) {
        break;
      }
      if (statement instanceof Assignment assignment) {
        assign(assignment);
      } else if (statement instanceof Evaluation evaluation) {
        value(evaluation.expression());
      } else if (statement instanceof Choice choice) {
        choose(choice);
      } else if (statement instanceof Loop loop) {
        run(loop);
      } else if (statement instanceof Leave leave) {
        jump = leave.to();
      }
    }
    depth--;
  }

  private void assign(Assignment assignment) {
    MesonValue value = value(assignment.value());
    if (assignment.isMore()) {
      MesonValue before = variables.getOrDefault(assignment.name(), MesonValue.unknown());
      value =
          budget.take(before.size() + value.size())
              ? MesonOperators.sum(before, value)
              : MesonValue.unknown();
    }
    variables.put(assignment.name(), value);
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
    jump = jump == Jump.BREAK ? Jump.NONE : jump;
  }

  /** Runs one turn; false if it is the last. */
  private boolean isRunOn(Loop loop) {
    run(loop.body());
    jump = jump == Jump.CONTINUE ? Jump.NONE : jump;
    return jump == Jump.NONE && budget.take(1);
  }

  /** What an expression comes to, and does. */
  private MesonValue value(Expression expression) {
    if (depth >= DEEPEST || !budget.take(1)) {
      return MesonValue.unknown();
    }
    depth++;
    MesonValue value = evaluated(expression);
    depth--;
    return budget.take(value.size()) ? value : MesonValue.unknown();
  }

  private MesonValue evaluated(Expression expression) {
    if (expression instanceof Constant constant) {
      return constant.value();
    } else if (expression instanceof Format format) {
      return MesonValue.text(filledIn(format.text()));
    } else if (expression instanceof Name name) {
      return variable(name.name());
    } else if (expression instanceof Elements list) {
      return MesonValue.array(values(list.elements()));
    } else if (expression instanceof Entries entries) {
      return dictionary(values(entries.entries()));
    } else if (expression instanceof Operation operation) {
      return operation(operation.operator(), operation.operands());
    } else if (expression instanceof MethodCall call) {
      MesonValue of = value(call.of());
      return functions.method(of, call.call().function(), arguments(call.call()), folder);
    }
    return expression instanceof Call call
        ? function(call.function(), arguments(call))
        : MesonValue.unknown();
  }

  private ImmutableList<MesonValue> values(ImmutableList<Expression> expressions) {
    ImmutableList.Builder<MesonValue> values = ImmutableList.builder();
    expressions.forEach(expression -> values.add(value(expression)));
    return values.build();
  }

  private MesonArguments arguments(Call call) {
    ImmutableMap.Builder<String, MesonValue> keywords = ImmutableMap.builder();
    call.keywords().forEach((name, expression) -> keywords.put(name, value(expression)));
    MesonArguments arguments =
        new MesonArguments(values(call.arguments()), keywords.buildOrThrow());
    return arguments.keyword("kwargs") instanceof Dictionary more
        ? arguments.with(more)
        : arguments;
  }

  private String filledIn(String text) {
    Matcher reference = REFERENCE.matcher(text);
    StringBuilder filled = new StringBuilder();
    int at = 0;
    while (reference.find()) {
      String words = variable(reference.group(1)).words();
      if (filled.length() > MesonValue.LONGEST || !budget.take(words.length())) {
        break;
      }
      filled.append(text, at, reference.start()).append(words);
      at = reference.end();
    }
    return filled.append(text, at, text.length()).toString();
  }

  private MesonValue variable(String name) {
    return MesonFunctions.isVariable(name)
        ? new Named(name)
        : variables.getOrDefault(name, MesonValue.unknown());
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
      default -> {
        MesonValue right = value(operands.get(1));
        boolean isAffordable = budget.take(MesonMethods.steps(left, MesonArguments.of(right)));
        yield isAffordable ? MesonOperators.apply(operator, left, right) : MesonValue.unknown();
      }
    };
  }

  /** Calls a function, of which some decide on what is done next. */
  private MesonValue function(String name, MesonArguments arguments) {
    String first = arguments.word(0);
    switch (name) {
      case "project" -> project(first, arguments);
      case "subdir" -> {
        if (!first.isEmpty() && isFound(arguments.keyword("if_found"))) {
          functions.path(first, folder).ifPresent(this::runFolder);
        }
      }
      case "subdir_done" -> jump = Jump.RETURN;
      case "set_variable" -> variables.put(first, arguments.positional(1));
      case "get_variable" -> {
        return variables.getOrDefault(first, arguments.positional(1));
      }
      case "is_variable" -> {
        return new Truth(variables.containsKey(first));
      }
      default -> {
        return functions.call(name, arguments, folder);
      }
    }
    return MesonValue.unknown();
  }

  private void project(String name, MesonArguments arguments) {
    functions.describe(name, arguments.keyword("version"));
    if (arguments.keyword("default_options") instanceof Array defaults) {
      defaults.elements().forEach(each -> options.setDefault(each.words()));
    }
  }

  /** Whether all that a folder is for is there. */
  private static boolean isFound(MesonValue needed) {
    ImmutableList<MesonValue> all =
        needed instanceof Array array ? array.elements() : ImmutableList.of(needed);
    return all.stream()
        .noneMatch(each -> each instanceof Dependency dependency && !dependency.isFound());
  }
}
