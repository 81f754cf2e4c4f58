package dev.crossplan.planner.source;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What automake's files say is compiled by {@code make all}: which files, and for how many
 * libraries and programs.
 *
 * @see <a href="https://www.gnu.org/software/automake/manual/html_node/Uniform.html">Automake's
 *     uniform naming scheme</a>
 */
final class AutomakeProject {
  private static final String FILE = "Makefile.am";

  /** Variables with targets: installed ones, and such as are built nevertheless. */
  private static final Pattern KIND =
      Pattern.compile("(?!check_|EXTRA_)\\w+_(?:PROGRAMS|LTLIBRARIES|LIBRARIES)");

  private static final Pattern NOT_IN_VARIABLES = Pattern.compile("[^A-Za-z0-9_@]");

  private static final Pattern OF_FOLDER = Pattern.compile("\\$[({](top_)?srcdir[)}]/(.*)");

  /** What renames the objects of a target, so that they are made for it alone. */
  private static final ImmutableList<String> OWN_FLAGS =
      ImmutableList.of("_CFLAGS", "_CPPFLAGS", "_CXXFLAGS");

  /** Of the one source of a target that names none. */
  private static final ImmutableList<String> DEFAULT_EXTENSIONS =
      ImmutableList.of(".c", ".cc", ".cpp");

  /** More are in archives that mean harm. */
  private static final int MOST_FOLDERS = 1_000;

  private static final int MOST_OBJECTS = 200_000;

  /** Characters that are read, or put in place of variables. */
  private static final long MOST_STEPS = 100_000_000;

  private final Map<Path, String> files;
  private final ImmutableSet<Path> sources;
  private final boolean isTwice;
  private final Budget budget = new Budget(MOST_STEPS);
  private final Multiset<Path> compiled = HashMultiset.create();
  private long links;
  private final Set<Path> entered = new HashSet<>();
  private final Set<CompiledObject> objects = new HashSet<>();

  /**
   * What it comes to.
   *
   * @param compiled sources as often as they are; empty if nothing is said of it
   * @param links how many libraries and programs are made of them
   */
  record Built(Multiset<Path> compiled, long links) {}

  /** Made once, however many targets it is in. */
  private record CompiledObject(Path source, Path folder, String target, boolean isByLibtool) {}

  private AutomakeProject(Map<Path, String> files, ImmutableSet<Path> sources, boolean isTwice) {
    this.files = files;
    this.sources = sources;
    this.isTwice = isTwice;
  }

  /**
   * What is built.
   *
   * @param files of automake, by their paths below the top of the sources
   * @param sources what may be compiled, below the top of the sources
   * @param isTwice whether libtool makes a shared library and a static one
   */
  static Built built(Map<Path, String> files, ImmutableSet<Path> sources, boolean isTwice) {
    AutomakeProject project = new AutomakeProject(files, sources, isTwice);
    project.enter(Path.of(""));
    return new Built(project.compiled, project.links);
  }

  private void enter(Path folder) {
    @Nullable String text = files.get(folder.resolve(FILE));
    if (text == null || entered.size() >= MOST_FOLDERS || !entered.add(folder)) {
      return;
    }
    AutomakeMakefile makefile =
        new AutomakeMakefile(text, name -> path(name, folder).map(files::get).orElse(null), budget);
    for (String name : makefile.names()) {
      if (KIND.matcher(name).matches()) {
        boolean isByLibtool = name.endsWith("LTLIBRARIES");
        makefile.words(name).forEach(target -> addTarget(target, makefile, folder, isByLibtool));
      }
    }
    for (String below : makefile.words("SUBDIRS")) {
      path(below, folder).ifPresent(this::enter);
    }
  }

  /** Below the top of the sources, or of what is not theirs; empty if it is no path. */
  private static Optional<Path> path(String name, Path folder) {
    Matcher ofFolder = OF_FOLDER.matcher(name);
    if (!ofFolder.matches()) {
      return SourcePaths.below(folder, name);
    }
    Path from = ofFolder.group(1) == null ? folder : Path.of("");
    return SourcePaths.below(from, ofFolder.group(2));
  }

  private void addTarget(
      String target, AutomakeMakefile makefile, Path folder, boolean isByLibtool) {
    String name = inVariables(target);
    boolean isOwn = OWN_FLAGS.stream().anyMatch(flags -> makefile.has(name + flags));
    int times = isByLibtool && isTwice ? 2 : 1;
    boolean hasAny = false;
    for (String source : sources(target, name, makefile)) {
      Optional<CompiledObject> object =
          path(source, folder)
              .map(
                  path ->
                      sources.contains(Grammars.generated(path)) ? Grammars.generated(path) : path)
              .filter(sources::contains)
              .map(path -> new CompiledObject(path, folder, isOwn ? target : "", isByLibtool));
      hasAny |= object.isPresent();
      object
          .filter(each -> objects.size() < MOST_OBJECTS && objects.add(each))
          .ifPresent(each -> compiled.add(each.source(), times));
    }
    links += hasAny ? times : 0;
  }

  /** As it is called in names of variables. */
  static String inVariables(String name) {
    return NOT_IN_VARIABLES.matcher(name).replaceAll("_");
  }

  private static ImmutableList<String> sources(
      String target, String name, AutomakeMakefile makefile) {
    ImmutableList.Builder<String> sources = ImmutableList.builder();
    boolean hasAny = false;
    for (String variable : List.of(name + "_SOURCES", "nodist_" + name + "_SOURCES")) {
      hasAny |= makefile.has(variable);
      sources.addAll(makefile.words(variable));
    }
    if (!hasAny) {
      String base = target.replaceFirst("\\.[^.]*$", "");
      DEFAULT_EXTENSIONS.forEach(extension -> sources.add(base + extension));
    }
    return sources.build();
  }
}
