package dev.crossplan.planner.instance;

import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.instance.Builder.Abilities;
import dev.crossplan.planner.instance.Builder.Capacity;
import dev.crossplan.planner.instance.Builder.Connection;
import dev.crossplan.planner.instance.Builder.Upkeep;
import dev.crossplan.planner.instance.Manifest.Constraint;
import dev.crossplan.planner.instance.Manifest.CostSettings;
import dev.crossplan.planner.instance.Manifest.EvaluationSettings;
import dev.crossplan.planner.instance.Manifest.NativeTools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Manifest.Substituter;
import dev.crossplan.planner.instance.Manifest.Target;
import dev.crossplan.planner.instance.Manifest.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** Reads {@code crossplan.toml}. Every path in it is relative to the folder that it lies in. */
public final class ManifestReader {
  private static final ImmutableSet<String> TOP =
      ImmutableSet.of(
          "name",
          "image",
          "target",
          "instance",
          "builder",
          "builders",
          "constraint",
          "costs",
          "native-tools",
          "evaluation",
          "substituter");
  private static final ImmutableSet<String> TARGET = ImmutableSet.of("system", "march");
  private static final ImmutableSet<String> INSTANCE =
      ImmutableSet.of(
          "name",
          "localSystem",
          "crossSystem",
          "derivations",
          "jobs",
          "nixpkgs",
          "rev",
          "overlays",
          "attrs");
  private static final ImmutableSet<String> PLATFORM = ImmutableSet.of("system", "config", "gcc");
  private static final ImmutableSet<String> GCC = ImmutableSet.of("arch", "abi", "tune");
  private static final ImmutableSet<String> BUILDER =
      ImmutableSet.of(
          "name",
          "uri",
          "sshKey",
          "publicHostKey",
          "link",
          "systems",
          "emulates",
          "features",
          "mandatoryFeatures",
          "slots",
          "speed",
          "cores",
          "memory",
          "hourly",
          "watts");
  private static final String AS_TOOL = "as-tool";

  private static final ImmutableSet<String> CONSTRAINT =
      ImmutableSet.of("package", "native", "emulated", "cross", AS_TOOL, "memory", "reason");
  private static final ImmutableSet<String> COSTS =
      ImmutableSet.of(
          "file", "sizes", "default", "trivial", "fetch", "substitute", "emulation", "cross");

  /** Those that say how long builds take natively. */
  private static final ImmutableSet<String> TIMES = ImmutableSet.of("file", "default", "trivial");

  private static final ImmutableMap<String, Strategy> FACTORS =
      ImmutableMap.of("emulation", Strategy.EMULATED, "cross", Strategy.CROSS);
  private static final ImmutableSet<String> EVALUATION = ImmutableSet.of("memory", "cache");
  private static final ImmutableSet<String> SUBSTITUTER =
      ImmutableSet.of("instance", "url", "file");

  private final Path file;
  private final Section top;

  private ManifestReader(Path file, Section top) {
    this.file = file;
    this.top = top;
  }

  /**
   * Reads a manifest and the cost table and machines file that it names.
   *
   * @throws InputException where it is no TOML, has an unknown key, or says what cannot be
   */
  public static Manifest read(Path file) {
    TomlTable toml = parse(file);
    Manifest manifest =
        new ManifestReader(file, new Section(file, "the manifest", toml, TOP)).manifest();
    checkLongest(manifest);
    return manifest;
  }

  /**
   * Checks that no step lasts longer than can be: costs, factors and speeds may each be within
   * bounds, and yet not together.
   */
  public static void checkLongest(Manifest manifest) {
    CostSettings costs = manifest.costs();
    double seconds = Math.max(costs.byDefault(), costs.trivial());
    for (double known : costs.seconds().values()) {
      seconds = Math.max(seconds, known);
    }
    double speed = 1;
    for (Builder builder : manifest.builders()) {
      speed = Math.min(speed, builder.speed());
    }
    double longest =
        Math.max(
            seconds * Math.max(1, Math.max(costs.emulation(), costs.cross())) / speed,
            costs.fetch() * Math.max(1, costs.emulation()));
    if (longest > Section.MOST_AMOUNT) {
      throw new InputException(
          manifest.file()
              + ": with these costs and speeds a step may last "
              + longest
              + " s, the most is "
              + Section.plain(Section.MOST_AMOUNT),
          "Maybe a cost is not in seconds, or a speed is too small.");
    }
  }

  private static TomlTable parse(Path file) {
    Path usual = file.resolve("crossplan.toml");
    if (Files.isRegularFile(usual)) {
      throw new InputException(
          file + ": is a folder, a manifest was expected", "Maybe " + usual + " is meant.");
    }
    String text = InputFile.text(file, "a manifest");
    try {
      TomlParseResult toml = Toml.parse(text);
      if (toml.hasErrors()) {
        throw TomlFault.of(file, text, toml.errors().get(0));
      }
      return toml;
    } catch (StackOverflowError e) { // the parser goes as deep as the lists of the file do
      throw new InputException(
          file + ": nested too deeply", "Maybe brackets are opened that nothing closes.", e);
    }
  }

  private Manifest manifest() {
    ImmutableList<Instance> instances = instances();
    return new Manifest(
        file,
        top.string("name").orElseGet(this::nameOfFolder),
        image(),
        target(),
        instances,
        machines(),
        constraints(),
        costs(),
        substituters(instances),
        top.word("native-tools", NativeTools.class).orElse(NativeTools.SAFE),
        top.table("evaluation", EVALUATION)
            .map(ManifestReader::evaluation)
            .orElse(EvaluationSettings.DEFAULT));
  }

  private static EvaluationSettings evaluation(Section section) {
    return new EvaluationSettings(
        section.bytes("memory").stream().boxed().findFirst(),
        section.flag("cache").orElse(EvaluationSettings.DEFAULT.isCached()));
  }

  private String nameOfFolder() {
    Path folder = file.toAbsolutePath().normalize().getParent();
    return folder == null || folder.getFileName() == null
        ? "image"
        : folder.getFileName().toString();
  }

  private ImmutableList<String> image() {
    ImmutableList<String> image =
        top.strings("image")
            .orElseThrow(
                () ->
                    top.fault(
                        null,
                        "image is missing",
                        "Maybe image = [\"…\"] with the attributes that make up the image."));
    if (image.isEmpty()) {
      throw top.fault("image", "the image is empty", "Maybe name the attributes that make it up.");
    }
    return ImmutableSet.copyOf(image).asList();
  }

  private Target target() {
    Section target = top.requiredTable("target", TARGET);
    String system = target.requiredString("system");
    if (isTriple(system)) {
      throw target.fault(
          "system",
          "\"" + system + "\" is a triple, a system was expected",
          "Maybe " + Platform.systemOfTriple(system) + " is meant.");
    }
    return new Target(checkedSystem(target, "system", system), target.string("march"));
  }

  private static String checkedSystem(Section section, String key, String system) {
    if (!system.matches("[A-Za-z0-9_.]+-[A-Za-z0-9_.+]+")) {
      throw section.fault(
          key, "\"" + system + "\" is no system", "Maybe riscv64-linux or x86_64-linux.");
    }
    checkNames(section, key, system);
    return system;
  }

  private static boolean isTriple(String text) {
    return text.matches("[A-Za-z0-9_.]+(-[A-Za-z0-9_.]+){2,3}");
  }

  /** What is not known is refused only where it is clear what was meant. */
  private static void checkNames(Section section, String key, String platform) {
    PlatformNames.unknownIn(platform)
        .ifPresent(
            unknown ->
                unknown
                    .meant()
                    .ifPresent(
                        meant -> {
                          throw section.fault(
                              key,
                              "\""
                                  + platform
                                  + "\": there is no "
                                  + unknown.kind()
                                  + " \""
                                  + unknown.part()
                                  + "\"",
                              "Maybe " + meant + " is meant.");
                        }));
  }

  private ImmutableList<Instance> instances() {
    ImmutableList.Builder<Instance> instances = ImmutableList.builder();
    Set<String> names = new HashSet<>();
    for (Section section : top.tables("instance", INSTANCE)) {
      Instance instance = instance(section);
      if (!names.add(instance.name())) {
        throw section.fault(
            "name",
            "a second instance is called \"" + instance.name() + '"',
            "Maybe give each instance a name of its own.");
      }
      instances.add(instance);
    }
    if (names.isEmpty()) {
      throw top.fault(
          null,
          "there is no [[instance]]",
          "Maybe let crossplan init write a first manifest, which has them.");
    }
    return instances.build();
  }

  private Instance instance(Section section) {
    String name = section.requiredName("name");
    Platform local =
        platform(section, "localSystem")
            .orElseThrow(
                () ->
                    section.fault(
                        null,
                        "instance \"" + name + "\" has no localSystem",
                        "Maybe localSystem = \"riscv64-linux\", or \"x86_64-linux\" if it"
                            + " cross-compiles."));
    return new Instance(name, local, platform(section, "crossSystem"), source(section, name));
  }

  private static Instance.Source source(Section section, String name) {
    if (section.has("derivations") == section.has("nixpkgs")) {
      throw section.fault(
          section.has("nixpkgs") ? "nixpkgs" : null,
          "instance \"" + name + "\" needs either derivations or nixpkgs",
          section.has("nixpkgs")
              ? "Maybe take one of them out."
              : "Maybe derivations = \"graph.json\", or nixpkgs = \"./nixpkgs\".");
    }
    if (section.has("derivations")) {
      for (String key : ImmutableList.of("rev", "overlays", "attrs")) {
        if (section.has(key)) {
          throw section.fault(
              key,
              key + " goes with nixpkgs, not with derivations",
              "Maybe take it out, or name nixpkgs instead of derivations.");
        }
      }
      return new Instance.Exported(section.path("derivations").orElseThrow(), section.path("jobs"));
    }
    if (section.has("jobs")) {
      throw section.fault(
          "jobs",
          "jobs goes with derivations, not with nixpkgs",
          "Maybe attrs is meant, a list of the attributes to evaluate.");
    }
    String nixpkgs = section.requiredString("nixpkgs");
    if (nixpkgs.indexOf('\0') >= 0) {
      throw section.fault(
          "nixpkgs", "a NUL character is in nixpkgs", "Maybe take it out: no name has one.");
    }
    return new Instance.Nixpkgs(
        isPath(nixpkgs)
            ? section.resolve("nixpkgs", nixpkgs).toString()
            : FlakeReference.absolute(nixpkgs, text -> section.resolve("nixpkgs", text)),
        section.string("rev"),
        section.strings("overlays").orElse(ImmutableList.of()).stream()
            .map(overlay -> section.resolve("overlays", overlay))
            .collect(ImmutableList.toImmutableList()),
        section.strings("attrs").orElse(ImmutableList.of()));
  }

  /** Whether what may be a path or an address is a path. */
  private static boolean isPath(String text) {
    return text.startsWith("./")
        || text.startsWith("../")
        || text.startsWith("/")
        || text.equals(".")
        || text.equals("..");
  }

  private static Optional<Platform> platform(Section section, String key) {
    return section.stringOrTable(
        key,
        text -> platformOf(section, key, text),
        PLATFORM,
        table -> {
          Optional<String> config = table.string("config");
          config.ifPresent(triple -> checkTriple(table, triple));
          Platform named =
              table
                  .string("system")
                  .map(text -> platformOf(table, "system", text))
                  .or(() -> config.map(triple -> Platform.of(Platform.systemOfTriple(triple))))
                  .orElseThrow(
                      () ->
                          table.fault(
                              null,
                              "needs system or config",
                              "Maybe config = \"riscv64-unknown-linux-gnu\"."));
          Optional<Section> gcc = table.table("gcc", GCC);
          return new Platform(
              named.system(),
              config.or(named::config),
              gcc.flatMap(flags -> flags.string("arch")),
              gcc.flatMap(flags -> flags.string("abi")),
              gcc.flatMap(flags -> flags.string("tune")));
        });
  }

  /** A string means {@code { system = …; }}, in which nixpkgs takes a triple, too. */
  private static Platform platformOf(Section section, String key, String text) {
    if (isTriple(text)) {
      checkNames(section, key, text);
      return Platform.parse(text);
    }
    return Platform.of(checkedSystem(section, key, text));
  }

  private static void checkTriple(Section table, String triple) {
    if (!isTriple(triple)) {
      throw table.fault(
          "config", "\"" + triple + "\" is no triple", "Maybe riscv64-unknown-linux-gnu.");
    }
    checkNames(table, "config", triple);
  }

  private Machines machines() {
    Machines machines = top.string("builders").map(this::machines).orElse(Machines.UNSAID);
    Map<String, Builder> byName = new LinkedHashMap<>();
    machines.builders().forEach(builder -> byName.put(builder.name(), builder));
    Map<String, String> origins = new LinkedHashMap<>(machines.origins());
    Set<String> seen = new HashSet<>();
    for (Section section : top.tables("builder", BUILDER)) {
      String name = section.requiredName("name");
      if (!seen.add(name)) {
        throw section.fault(
            "name",
            "a second builder is called \"" + name + '"',
            "Maybe give each builder a name of its own.");
      }
      Optional<Builder> known = Optional.ofNullable(byName.get(name));
      byName.put(name, builder(section, name, known));
      origins.merge(name, section.place("name"), (before, here) -> before + ", " + here);
    }
    return new Machines(
        ImmutableList.copyOf(byName.values()),
        ImmutableMap.copyOf(origins),
        machines.warnings(),
        machines.notes(),
        machines.isSaid() || !seen.isEmpty());
  }

  /** A file, or the text that Nix takes for its setting of that name. */
  private Machines machines(String said) {
    if (said.strip().startsWith("@") || said.isBlank() || said.contains("://")) {
      return MachinesFile.parse(
          said, top.place("builders") + ": builders", top.resolve("builders", "."));
    }
    Path machines = top.resolve("builders", said);
    return !Files.exists(machines) && CharMatcher.anyOf(" ;\n\t").matchesAnyOf(said)
        ? MachinesFile.parse(
            said, top.place("builders") + ": builders", top.resolve("builders", "."))
        : MachinesFile.read(machines);
  }

  /** A builder as written, or what is written about one of the machines file. */
  private static Builder builder(Section section, String name, Optional<Builder> known) {
    Builder silent = Builder.of(name, Abilities.running(ImmutableSet.of()));
    Builder before = known.orElse(silent);
    Capacity capacity = before.capacity();
    OptionalInt cores = section.integer("cores", 1).map(OptionalInt::of).orElse(capacity.cores());
    return new Builder(
        name,
        connection(section, before.connection()),
        abilities(section, name, before),
        new Capacity(
            section.integer("slots", 1).orElse(capacity.slots()),
            section.factor("speed").orElse(capacity.speed()),
            cores,
            section.has("memory") ? section.bytes("memory") : capacity.memory()),
        new Upkeep(
            known(section.amount("hourly"), before.upkeep().hourly()),
            known(section.amount("watts"), before.upkeep().watts())));
  }

  private static OptionalDouble known(Optional<Double> said, OptionalDouble before) {
    return said.map(OptionalDouble::of).orElse(before);
  }

  private static Connection connection(Section section, Connection before) {
    Optional<String> hostKey = section.string("publicHostKey");
    if (hostKey.isPresent() && !MachinesFile.isBase64(hostKey.get())) {
      throw section.fault("publicHostKey", "publicHostKey is no base64", MachinesFile.REMEDY_KEY);
    }
    return new Connection(
        section.string("uri").or(before::uri),
        section.path("sshKey").map(Path::toString).or(before::key),
        hostKey.or(before::hostKey),
        section.has("link") ? section.bitRate("link") : before.link());
  }

  /** What is emulated is not what runs by itself, though a machines file names both alike. */
  private static Abilities abilities(Section section, String name, Builder before) {
    Abilities abilities =
        new Abilities(
            systems(section, "systems", before.systems()),
            systems(section, "emulates", before.emulates()),
            orKnown(section, "features", before.features()),
            orKnown(section, "mandatoryFeatures", before.mandatoryFeatures()));
    if (abilities.systems().isEmpty() && !section.has("emulates")) {
      throw section.fault(
          null,
          "builder \"" + name + "\" has neither systems nor emulates",
          "Maybe systems = [\"riscv64-linux\"].");
    }
    if (section.has("systems") && section.has("emulates")) {
      for (String both : Sets.intersection(abilities.systems(), abilities.emulates())) {
        throw section.fault(
            "emulates",
            "builder \"" + name + "\" both runs " + both + " by itself and emulates it",
            "Maybe take it out of systems, if QEMU runs it.");
      }
    }
    return abilities.emulating(abilities.emulates());
  }

  private static ImmutableSet<String> systems(
      Section section, String key, ImmutableSet<String> known) {
    section.stringSet(key).forEach(system -> checkNames(section, key, system));
    return orKnown(section, key, known);
  }

  private static ImmutableSet<String> orKnown(
      Section section, String key, ImmutableSet<String> known) {
    return section.has(key) ? section.stringSet(key) : known;
  }

  private ImmutableList<Constraint> constraints() {
    ImmutableList.Builder<Constraint> constraints = ImmutableList.builder();
    Map<String, Strategy> required = new HashMap<>();
    Map<String, Section> asTools = new HashMap<>();
    for (Section section : top.tables("constraint", CONSTRAINT)) {
      ImmutableMap.Builder<Strategy, Verdict> verdicts = ImmutableMap.builder();
      for (Strategy strategy : Strategy.values()) {
        section
            .word(strategy.toString(), Verdict.class)
            .ifPresent(verdict -> verdicts.put(strategy, verdict));
      }
      Optional<Strategy> asTool =
          section.word(AS_TOOL, EnumSet.of(Strategy.NATIVE, Strategy.EMULATED));
      Constraint constraint =
          new Constraint(
              section.requiredName("package"),
              verdicts.buildOrThrow(),
              asTool,
              section.bytes("memory"),
              section.string("reason"));
      if (constraint.verdicts().isEmpty() && asTool.isEmpty() && constraint.memory().isEmpty()) {
        throw section.fault(
            null,
            "nothing is said of " + constraint.packageName(),
            "Maybe cross = \"broken\" is meant.");
      }
      checkOneRequired(section, constraint, required);
      checkOneAsTool(section, constraint.packageName(), asTools);
      constraints.add(constraint);
    }
    return constraints.build();
  }

  /** A tool runs in one way, so what is said of it twice has to be the same. */
  private static void checkOneAsTool(
      Section section, String packageName, Map<String, Section> asTools) {
    Optional<String> here = section.string(AS_TOOL);
    if (here.isPresent()) {
      Section other = asTools.putIfAbsent(packageName, section);
      if (other != null && !other.string(AS_TOOL).equals(here)) {
        throw section.fault(
            AS_TOOL,
            packageName + " has another as-tool at " + other.place(AS_TOOL),
            "Maybe one of them is for one version, as in package = \"" + packageName + "-1.2\".");
      }
    }
  }

  /** A package is built in one way, so only one can be required. */
  private static void checkOneRequired(
      Section section, Constraint constraint, Map<String, Strategy> required) {
    constraint
        .verdicts()
        .forEach(
            (strategy, verdict) -> {
              if (verdict == Verdict.REQUIRED) {
                Strategy other = required.putIfAbsent(constraint.packageName(), strategy);
                if (other != null && other != strategy) {
                  throw section.fault(
                      strategy.toString(),
                      "both "
                          + other
                          + " and "
                          + strategy
                          + " are required of "
                          + constraint.packageName(),
                      "Maybe one of them is \"broken\", which leaves the others.");
                }
              }
            });
  }

  private CostSettings costs() {
    CostSettings unsaid = CostSettings.DEFAULT;
    return top.table("costs", COSTS)
        .map(
            section ->
                new CostSettings(
                    section.path("file").map(CostTable::seconds).orElse(ImmutableMap.of()),
                    section.path("sizes").map(CostTable::bytes).orElse(ImmutableMap.of()),
                    section.amount("default").orElse(unsaid.byDefault()),
                    section.amount("trivial").orElse(unsaid.trivial()),
                    section.amount("fetch").orElse(unsaid.fetch()),
                    section.amount("substitute").orElse(unsaid.substitute()),
                    section.factor("emulation").orElse(unsaid.emulation()),
                    section.factor("cross").orElse(unsaid.cross()),
                    TIMES.stream().anyMatch(section::has),
                    ImmutableSet.copyOf(Maps.filterKeys(FACTORS, section::has).values())))
        .orElse(unsaid);
  }

  private ImmutableList<Substituter> substituters(ImmutableList<Instance> instances) {
    ImmutableList.Builder<Substituter> substituters = ImmutableList.builder();
    ImmutableList<String> names =
        instances.stream().map(Instance::name).collect(ImmutableList.toImmutableList());
    for (Section section : top.tables("substituter", SUBSTITUTER)) {
      if (section.keys().size() != 1) {
        throw section.fault(
            null,
            "needs exactly one of instance, url and file",
            section.keys().isEmpty()
                ? "Maybe url = \"https://cache.nixos.org\"."
                : "Maybe write a [[substituter]] for each.");
      }
      section
          .string("instance")
          .ifPresent(
              name -> {
                if (!names.contains(name)) {
                  throw section.fault(
                      "instance",
                      "there is no instance \"" + name + '"',
                      Suggestion.oneOf(name, names));
                }
                substituters.add(new Manifest.InstanceSubstituter(name));
              });
      section
          .string("url")
          .map(url -> isPath(url) ? section.resolve("url", url).toString() : url)
          .ifPresent(url -> substituters.add(new Manifest.CacheSubstituter(url)));
      section
          .path("file")
          .ifPresent(
              list -> {
                if (!Files.isRegularFile(list)) {
                  throw section.fault(
                      "file",
                      "there is no file " + list,
                      "Maybe it is in another folder: paths begin at that of the manifest.");
                }
                substituters.add(new Manifest.ListSubstituter(list));
              });
    }
    return substituters.build();
  }
}
