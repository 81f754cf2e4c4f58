package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.source.MesonValue.Array;
import dev.crossplan.planner.source.MesonValue.Dependency;
import dev.crossplan.planner.source.MesonValue.Disabler;
import dev.crossplan.planner.source.MesonValue.Feature;
import dev.crossplan.planner.source.MesonValue.Named;
import dev.crossplan.planner.source.MesonValue.Product;
import dev.crossplan.planner.source.MesonValue.Settings;
import dev.crossplan.planner.source.MesonValue.SourceFile;
import dev.crossplan.planner.source.MesonValue.Text;
import dev.crossplan.planner.source.MesonValue.Truth;
import dev.crossplan.planner.source.MesonValue.Whole;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * The functions of Meson that do not decide on what is done next, and the methods of what they
 * give. They answer for Linux on riscv64 with GCC. What is tried out succeeds, unless it is for
 * another processor; what is looked for is there if it must be.
 *
 * @see <a href="https://mesonbuild.com/Reference-manual.html">Reference manual of Meson</a>
 */
final class MesonFunctions {
  private static final ImmutableSet<String> TARGETS =
      ImmutableSet.of(
          "executable",
          "library",
          "shared_library",
          "static_library",
          "both_libraries",
          "shared_module",
          "build_target",
          "extension_module");

  /** Methods of a compiler that tell whether something is there. */
  private static final Pattern CHECK = Pattern.compile("has_\\w+|check_header|compiles|links|runs");

  /** Methods of a compiler that tell which flags it knows. */
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
          "version", new Text("13.0.0"));

  private static final ImmutableMap<String, MesonValue> OF_MESON =
      ImmutableMap.<String, MesonValue>builder()
          .put("version", new Text("1.7.0"))
          .put("backend", new Text("ninja"))
          .put("is_cross_build", new Truth(true))
          .put("can_run_host_binaries", new Truth(false))
          .put("has_exe_wrapper", new Truth(false))
          .put("is_subproject", new Truth(false))
          .put("is_unity", new Truth(false))
          .put("get_compiler", new Named("a compiler"))
          .put("source_root", new Text("/"))
          .put("project_source_root", new Text("/"))
          .put("global_source_root", new Text("/"))
          .buildOrThrow();

  private static final ImmutableSet<String> MACHINES =
      ImmutableSet.of("host_machine", "target_machine", "build_machine");

  private static final Path TOP = Path.of("");

  /** Of what is found, as it is newer than any project asks for. */
  private static final Text VERSION_OF_OTHERS = new Text("9999");

  private static final int LONGEST_RANGE = 10_000;

  private final Set<Path> files;
  private final ImmutableSet<Path> sources;
  private final MesonOptions options;
  private final Budget budget;
  private final Targets targets = new Targets();
  private final Set<String> checked = new HashSet<>();
  private MesonValue projectName = MesonValue.unknown();
  private MesonValue projectVersion = MesonValue.unknown();

  /**
   * Nothing is called so far.
   *
   * @param files in the language of Meson, by their paths below the top of the sources
   * @param sources what may be compiled, below the top of the sources
   */
  MesonFunctions(Set<Path> files, ImmutableSet<Path> sources, MesonOptions options, Budget budget) {
    this.files = files;
    this.sources = sources;
    this.options = options;
    this.budget = budget;
  }

  Targets targets() {
    return targets;
  }

  /** What the compiler is asked, each thing once. */
  long checks() {
    return checked.size();
  }

  /** What the project says of itself. */
  void describe(String name, MesonValue version) {
    projectName = new Text(name);
    projectVersion = version;
  }

  /** Whether Meson has a variable of this name. */
  static boolean isVariable(String name) {
    return MACHINES.contains(name) || name.equals("meson");
  }

  /**
   * Calls a function.
   *
   * @param folder of the file that calls it, below the top of the sources
   */
  MesonValue call(String name, MesonArguments arguments, Path folder) {
    if (TARGETS.contains(name)) {
      return target(arguments, folder);
    }
    return switch (name) {
      case "files" ->
          MesonValue.array(
              paths(arguments.positional(), folder).stream().map(SourceFile::new).toList());
      case "get_option" -> options.get(arguments.word(0));
      case "dependency", "find_program" -> found(arguments);
      case "declare_dependency" ->
          new Dependency(
              true,
              paths(arguments.withKeywords("sources", "dependencies"), folder),
              linked(arguments));
      case "disabler" -> new Disabler();
      case "custom_target" -> grammars(arguments.onlyKeywords("input"), folder);
      case "generator", "import" -> new Named(name);
      case "configuration_data" ->
          new Settings(
              arguments.positional(0) instanceof MesonValue.Dictionary given
                  ? new HashMap<>(given.entries())
                  : new HashMap<>());
      case "add_languages" -> new Truth(true);
      case "join_paths" -> joined(arguments.positional());
      case "range" -> range(arguments.positional());
      default -> MesonValue.unknown();
    };
  }

  private MesonValue joined(List<MesonValue> parts) {
    MesonValue path = new Text("");
    for (MesonValue part : parts) {
      path =
          budget.take(path.size()) ? MesonOperators.apply("/", path, part) : MesonValue.unknown();
    }
    return path;
  }

  /** {@code range(end)}, {@code range(begin, end)} or {@code range(begin, end, step)}. */
  private static MesonValue range(List<MesonValue> words) {
    List<Long> numbers = new ArrayList<>();
    for (MesonValue word : words) {
      if (word instanceof Whole whole) {
        numbers.add(whole.number());
      }
    }
    if (numbers.size() == 1) {
      numbers.add(0, 0L);
    }
    if (numbers.size() == 2) {
      numbers.add(1L);
    }
    if (numbers.size() != 3 || numbers.get(2) <= 0) {
      return MesonValue.unknown();
    }
    return MesonValue.array(
        LongStream.iterate(numbers.get(0), at -> at < numbers.get(1), at -> at + numbers.get(2))
            .limit(LONGEST_RANGE)
            .mapToObj(Whole::new)
            .toList());
  }

  private MesonValue target(MesonArguments arguments, Path folder) {
    ImmutableList<MesonValue> given =
        arguments.withoutName().withKeywords("sources", "dependencies", "link_with", "objects");
    if (flat(given).stream().anyMatch(Disabler.class::isInstance)) {
      return new Disabler();
    }
    boolean isLeftOut =
        arguments.keyword("build_by_default").equals(new Truth(false))
            && !arguments.keyword("install").isTrue();
    int target = targets.add(isLeftOut, false);
    targets.addSources(target, paths(given, folder));
    targets.link(target, linked(arguments));
    return new Product(target);
  }

  private ImmutableSet<Integer> linked(MesonArguments arguments) {
    ImmutableSet.Builder<Integer> linked = ImmutableSet.builder();
    ImmutableList<MesonValue> with =
        arguments.onlyKeywords("dependencies", "link_with", "link_whole", "objects");
    for (MesonValue value : flat(with)) {
      if (value instanceof Product product) {
        linked.add(product.number());
      } else if (value instanceof Dependency dependency && budget.take(value.size())) {
        linked.addAll(dependency.products());
      }
    }
    return linked.build();
  }

  /** The files that these are, or are the names of, with those that dependencies bring. */
  private ImmutableSet<Path> paths(List<MesonValue> values, Path folder) {
    ImmutableSet.Builder<Path> paths = ImmutableSet.builder();
    for (MesonValue value : flat(values)) {
      if (value instanceof Text text) {
        path(text.text(), folder).filter(sources::contains).ifPresent(paths::add);
      } else if (value instanceof SourceFile file) {
        paths.add(file.path());
      } else if (value instanceof Dependency dependency && budget.take(value.size())) {
        paths.addAll(dependency.sources());
      }
    }
    return paths.build();
  }

  /** Of what something is made of, the grammars: each stands for its code. */
  private MesonValue grammars(List<MesonValue> values, Path folder) {
    return MesonValue.array(
        paths(values, folder).stream().filter(Grammars::mayBe).map(SourceFile::new).toList());
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

  /**
   * What a name stands for, below the top of the sources; empty if it is elsewhere.
   *
   * @param folder that it is relative to, if it does not begin at the top
   */
  Optional<Path> path(String name, Path folder) {
    budget.take(name.length());
    int begin = 0;
    while (begin < name.length() && name.charAt(begin) == '/') {
      begin++;
    }
    return SourcePaths.below(begin > 0 ? TOP : folder, name.substring(begin));
  }

  /**
   * Calls a method.
   *
   * @param folder of the file that calls it, below the top of the sources
   */
  MesonValue method(MesonValue of, String method, MesonArguments arguments, Path folder) {
    if (TARGETS.contains(method)) { // of a module
      return target(arguments, folder);
    } else if (of instanceof Dependency dependency) {
      return switch (method) {
        case "found" -> new Truth(dependency.isFound());
        case "version" -> VERSION_OF_OTHERS;
        case "as_system", "as_link_whole", "partial_dependency" -> dependency;
        default -> MesonValue.unknown();
      };
    } else if (of instanceof Product) {
      return of; // one of two libraries, or its objects
    } else if (of instanceof Named named) {
      return ofNamed(named.name(), method, arguments, folder);
    }
    return budget.take(MesonMethods.steps(of, arguments))
        ? MesonMethods.call(of, method, arguments)
        : MesonValue.unknown();
  }

  private MesonValue ofNamed(String name, String method, MesonArguments arguments, Path folder) {
    if (MACHINES.contains(name)) {
      return OF_MACHINES.getOrDefault(method, MesonValue.unknown());
    }
    return switch (name) {
      case "meson" -> ofMeson(method, folder);
      case "generator" -> grammars(arguments.positional(), folder);
      case "import" -> ofModule(method, arguments.word(0), folder);
      default -> ofCompiler(method, arguments);
    };
  }

  private MesonValue ofMeson(String method, Path folder) {
    return switch (method) {
      case "current_source_dir" -> new Text("/" + folder);
      case "project_name" -> projectName;
      case "project_version" -> projectVersion;
      default -> OF_MESON.getOrDefault(method, MesonValue.unknown());
    };
  }

  /** The one of files tells which there are, as far as they matter. */
  private MesonValue ofModule(String method, String name, Path folder) {
    Optional<Path> path = path(name, folder);
    boolean isFile =
        path.filter(each -> sources.contains(each) || files.contains(each)).isPresent();
    return switch (method) {
      case "found" -> new Truth(true);
      case "exists" -> new Truth(isFile || path.filter(this::isFolder).isPresent());
      case "is_file" -> new Truth(isFile);
      case "is_dir" -> new Truth(path.filter(this::isFolder).isPresent());
      default -> MesonValue.unknown();
    };
  }

  private boolean isFolder(Path folder) {
    budget.take(sources.size());
    return !sources.contains(folder) && sources.stream().anyMatch(each -> each.startsWith(folder));
  }

  private MesonValue ofCompiler(String method, MesonArguments arguments) {
    ImmutableList<MesonValue> words = flat(arguments.positional());
    if (CHECK_OF_FLAGS.matcher(method).matches()) {
      ImmutableList<MesonValue> known =
          words.stream().filter(this::isKnown).collect(ImmutableList.toImmutableList());
      return method.startsWith("has_")
          ? new Truth(known.size() == words.size())
          : MesonValue.array(known);
    } else if (CHECK.matcher(method).matches()) {
      String text = MesonMethods.joined(" ", words);
      // A program that is tried out goes by its name, if it has one.
      String name = arguments.keyword("name").words();
      checked.add(method + " " + name + text);
      return new Truth(!SourcePaths.hasAnotherSystem(name.isEmpty() ? text : name));
    }
    return switch (method) {
      case "find_library" -> found(arguments);
      case "sizeof", "alignment" -> {
        checked.add(method + arguments.word(0));
        yield new Whole(TypeSizes.of(arguments.word(0)));
      }
      default -> OF_COMPILERS.getOrDefault(method, MesonValue.unknown());
    };
  }

  /** Whether the compiler knows a flag, which it is asked: all but such as are for another one. */
  private boolean isKnown(MesonValue flag) {
    checked.add(flag.words());
    return !SourcePaths.hasAnotherSystem(flag.words());
  }

  /** Something that is looked for: it is there unless it may be missing. */
  private static MesonValue found(MesonArguments arguments) {
    MesonValue required = arguments.keyword("required");
    boolean isFound =
        required instanceof Feature feature
            ? feature.isEnabled()
            : !required.equals(new Truth(false));
    return isFound || !arguments.keyword("disabler").isTrue()
        ? new Dependency(isFound, ImmutableSet.of(), ImmutableSet.of())
        : new Disabler();
  }
}
