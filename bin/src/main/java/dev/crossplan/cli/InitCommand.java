package dev.crossplan.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.cross.CrossPlatforms;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.draft.ImageReference;
import dev.crossplan.planner.draft.ManifestDraft;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.instance.TemporaryFolder;
import dev.crossplan.planner.plan.IgnoredPlatform;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code crossplan init}: an image in, a first manifest out. */
@Command(
    name = "init",
    description = {
      "Writes a first manifest for an image: finds out what platform it is for, makes the native, the"
          + " emulated and the cross instance, evaluates them, and says what does not evaluate.",
      ""
    })
final class InitCommand implements Callable<Integer> {
  private static final Path USUAL = Path.of("crossplan.toml");

  /** As evaluating says it. */
  private static final String MISSING = "there is no such attribute";

  /** Whether there is one is known soon, which one is the least is not. */
  private static final Duration FOR_A_PLAN = Duration.ofSeconds(1);

  @Mixin private CommonOptions options;

  @Parameters(
      paramLabel = "IMAGE",
      description =
          "FLAKE#ATTRIBUTE, such as .#nixosConfigurations.board, of which its sdImage, else isoImage,"
              + " image or toplevel is taken, or github:NixOS/nixpkgs#git; or a default.nix: a"
              + " function of pkgs, or of packages as callPackage takes them, a package set, or a set"
              + " of derivations.")
  private String image;

  @Option(
      names = {"-A", "--attr"},
      paramLabel = "ATTRIBUTE",
      description = "What of it makes up the image; may be given several times.")
  private List<String> attributes = new ArrayList<>();

  @Option(
      names = "--target",
      paramLabel = "SYSTEM",
      description = "What the image is for (default: what it is made for, else riscv64-linux).")
  private @Nullable String target;

  @Option(
      names = "--march",
      paramLabel = "ISA",
      description = "Instruction set of the board (default: what it is made for, else rv64gc).")
  private @Nullable String march;

  @Option(
      names = "--force",
      description = "Replace a manifest that is there already, and the package set of its own.")
  private boolean force;

  @Override
  public Integer call() {
    CommonOptions.Format format =
        options.format(CommonOptions.Format.TEXT, CommonOptions.Format.JSON);
    Path file = options.outputFile().orElse(USUAL);
    if (InputFile.isStandardInput(file)) {
      throw new InputException(
          "--output -: init writes a file, as others need its name",
          "Maybe --output crossplan.toml.");
    }
    Path folder = file.toAbsolutePath().normalize().resolveSibling(".").normalize();
    OutputTarget output = OutputTarget.of(options.terminal(), file);
    checkIsNew(file);
    ManifestDraft draft;
    Trial trial;
    try (ProgressLine progress = options.progress();
        TemporaryFolder temporary = new TemporaryFolder()) {
      progress.start("looking at " + image);
      ImageReference reference = ImageReference.parse(image, ImmutableList.copyOf(attributes));
      draft =
          ManifestDraft.of(
              reference,
              folder,
              temporary.path(),
              Optional.of(file).filter(Files::exists),
              Optional.ofNullable(target).map(text -> Platform.parse(text, "--target")),
              Optional.ofNullable(march),
              new NixProgram(ImmutableMap.copyOf(System.getenv())));
      checkMarch(draft.target().platform().system());
      trial = tried(draft, temporary.path(), file, progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted", null, e);
    }
    draft.choice().forEach(line -> options.terminal().err().println(Visible.line(line)));
    List<String> written = new ArrayList<>();
    if (trial.isPossible()) {
      written.add(file.toString());
      if (draft.packageSet().isPresent()) {
        written.add(file.resolveSibling(draft.packageSetName()).toString());
      }
      write(draft, folder.resolve(draft.packageSetName()), output);
    }
    OutputTarget report = OutputTarget.of(options.terminal(), null);
    switch (format) {
      case JSON -> report.write(out -> write(out, written, trial));
      default -> report.write(text(draft, written, trial));
    }
    return trial.isPossible() ? ExitStatus.DONE : ExitStatus.NOT_POSSIBLE;
  }

  /** The manifest comes last: where it is, all is. */
  private void write(ManifestDraft draft, Path packageSet, OutputTarget manifest) {
    if (draft.packageSet().isEmpty()) {
      manifest.write(draft.manifest());
      return;
    }
    try {
      Optional<String> before =
          Files.exists(packageSet) ? Optional.of(Files.readString(packageSet)) : Optional.empty();
      OutputTarget.of(options.terminal(), packageSet).write(draft.packageSet().get());
      try {
        manifest.write(draft.manifest());
      } catch (OutputException e) {
        if (before.isPresent()) {
          OutputTarget.of(options.terminal(), packageSet).write(before.get());
        } else {
          Files.deleteIfExists(packageSet);
        }
        throw e;
      }
    } catch (IOException e) {
      throw new OutputException(packageSet.toString(), e);
    }
  }

  /**
   * What came of a manifest where nobody sees it.
   *
   * @param missing attributes of the image that evaluate in no instance for the target
   * @param noPlan why there is no plan on this machine, though all of the image evaluates
   * @param warnings what evaluates and is for another platform
   */
  private record Trial(
      List<Evaluated> instances,
      ImmutableList<String> missing,
      Optional<NoPlanException> noPlan,
      ImmutableList<String> warnings) {
    boolean isPossible() {
      return missing.isEmpty();
    }
  }

  private Trial tried(ManifestDraft draft, Path folder, Path file, ProgressLine progress) {
    Path manifest = folder.resolve(USUAL);
    try {
      Files.writeString(manifest, draft.manifest());
      if (draft.triedPackageSet().isPresent()) {
        Files.writeString(folder.resolve(draft.packageSetName()), draft.triedPackageSet().get());
      }
    } catch (IOException e) {
      throw new InputException(
          folder + ": cannot be written to: " + e.getMessage(),
          "Maybe let TMPDIR name a folder with room that can be written to.",
          e);
    }
    try {
      return tried(ManifestReader.read(manifest), draft.target().platform().system(), progress);
    } catch (InputException e) {
      throw new InputException(
          String.valueOf(e.getMessage())
              .replace(manifest + ": ", image + ": ") // the file is not there yet
              .replace(manifest.toString(), file.toString())
              .replace(folder + "/", ""),
          e.remedy().orElse(null),
          e);
    }
  }

  private Trial tried(Manifest manifest, String system, ProgressLine progress) {
    Planner planner =
        new Planner(new CrossPlatforms(), PlanOptions.DEFAULT.within(FOR_A_PLAN), progress);
    Prepared prepared = planner.prepare(manifest, LocalBuilder.unlessNamed(manifest));
    DerivationGraph graph = prepared.packages().graph();
    Set<String> missing = new LinkedHashSet<>(manifest.image());
    for (int i = 0; i < graph.instances().size(); i++) {
      if (graph.instances().get(i).host().system().equals(system)) {
        missing.removeAll(graph.attributes(i).keySet());
      }
    }
    Optional<NoPlanException> noPlan = Optional.empty();
    if (missing.isEmpty()) {
      try {
        Plan unused = planner.plan(prepared);
      } catch (NoPlanException e) {
        noPlan = Optional.of(e);
      }
    }
    return new Trial(
        evaluated(graph, manifest.image()),
        ImmutableList.copyOf(missing),
        noPlan,
        IgnoredPlatform.of(prepared.packages(), manifest));
  }

  /** Before it is written anywhere: the file that would be at fault is not there yet. */
  private void checkMarch(String system) {
    if (march != null && !new CrossPlatforms().isMarch(march, system)) {
      throw new InputException(
          "--march " + march + ": is no instruction set of " + system,
          system.startsWith("riscv")
              ? "Maybe rv64gc is meant."
              : "Maybe leave --march out, or name another --target.");
    }
  }

  private void checkIsNew(Path file) {
    if (!force && Files.exists(file)) {
      throw new InputException(
          file + ": is there already", "Maybe name another: --output NAME; --force replaces it.");
    }
  }

  /**
   * An instance.
   *
   * @param ofImage attributes of the image that evaluate
   * @param others packages of the image that were found by their names, where it does not
   * @param failures of the image, by attribute
   */
  private record Evaluated(
      String instance, ImmutableList<String> ofImage, int others, Map<String, String> failures) {}

  private static List<Evaluated> evaluated(DerivationGraph graph, List<String> image) {
    List<Evaluated> instances = new ArrayList<>();
    for (int i = 0; i < graph.instances().size(); i++) {
      Map<String, Integer> attributes = graph.attributes(i);
      ImmutableList<String> ofImage =
          image.stream().filter(attributes::containsKey).collect(ImmutableList.toImmutableList());
      ImmutableMap.Builder<String, String> failures = ImmutableMap.builder();
      for (String attribute : image) {
        String why = graph.failures(i).get(attribute);
        if (why != null) {
          failures.put(attribute, why);
        }
      }
      instances.add(
          new Evaluated(
              graph.instances().get(i).name(),
              ofImage,
              attributes.size() - ofImage.size(),
              failures.buildOrThrow()));
    }
    return instances;
  }

  private String text(ManifestDraft draft, List<String> written, Trial trial) {
    StringBuilder text = new StringBuilder();
    String system = draft.target().platform().system();
    if (trial.isPossible()) {
      text.append("wrote ")
          .append(Visible.line(String.join(" and ", written)))
          .append(", for ")
          .append(system)
          .append(draft.target().march().map(isa -> Visible.line(" (" + isa + ")")).orElse(""))
          .append("\n\n");
    }
    text.append(
        Table.of(
            options.terminal(),
            trial.instances(),
            List.of(
                Table.text("instance", Evaluated::instance),
                Table.text("of the image", InitCommand::ofImage))));
    for (Evaluated instance : trial.instances()) {
      instance
          .failures()
          .forEach(
              (attribute, why) ->
                  text.append(sentence(instance.instance() + ": " + attribute + ": " + why)));
    }
    trial.warnings().forEach(warning -> text.append(sentence("warning: " + warning)));
    draft.note().ifPresent(note -> text.append(sentence("note: " + note)));
    if (!trial.isPossible()) {
      return text.append('\n')
          .append(
              sentence(
                  String.join(", ", trial.missing())
                      + (trial.missing().size() == 1 ? " evaluates" : " evaluate")
                      + " in no instance for "
                      + system
                      + ", so nothing is written"))
          .append(sentence(remedy(draft, trial)))
          .toString();
    }
    trial
        .noPlan()
        .ifPresent(
            e -> {
              text.append("\nnot on this machine:\n");
              String.valueOf(e.getMessage()).lines().forEach(line -> text.append(sentence(line)));
              text.append(sentence(e.remedy()));
            });
    return text.append("\nMaybe look into it, then: crossplan plan ")
        .append(Visible.line(written.get(0)))
        .append('\n')
        .toString();
  }

  private String remedy(ManifestDraft draft, Trial trial) {
    if (!draft.others().isEmpty()) {
      return Suggestion.oneOf(trial.missing().get(0), draft.others());
    }
    boolean isThere =
        trial.instances().stream()
            .flatMap(instance -> instance.failures().values().stream())
            .anyMatch(why -> !why.contains(MISSING));
    if (isThere) {
      return "Maybe mend what does not evaluate, or name another attribute: --attr NAME.";
    }
    return attributes.isEmpty() && !image.contains("#")
        ? "Maybe it gives a set: name what of it is the image, --attr NAME."
        : "Maybe another attribute is meant, or it is there for another platform: --target SYSTEM.";
  }

  private String sentence(String text) {
    return Prose.sentence(options.terminal(), Visible.line(text));
  }

  private static String ofImage(Evaluated instance) {
    String evaluates =
        instance.failures().isEmpty()
            ? "evaluates"
            : instance.ofImage().isEmpty()
                ? "does not evaluate"
                : instance.ofImage().size()
                    + " of "
                    + (instance.ofImage().size() + instance.failures().size())
                    + " evaluate";
    return evaluates
        + (instance.others() == 0 ? "" : ", " + instance.others() + " packages of it do");
  }

  private static void write(OutputStream out, List<String> written, Trial trial)
      throws IOException {
    try (JsonGenerator json = IndentedJson.on(out)) {
      json.writeStartObject();
      json.writeFieldName("written");
      json.writeArray(written.toArray(String[]::new), 0, written.size());
      json.writeArrayFieldStart("instances");
      for (Evaluated instance : trial.instances()) {
        json.writeStartObject();
        json.writeStringField("name", instance.instance());
        json.writeFieldName("evaluates");
        json.writeArray(instance.ofImage().toArray(String[]::new), 0, instance.ofImage().size());
        json.writeNumberField("packagesFound", instance.others());
        json.writeObjectFieldStart("failures");
        for (Map.Entry<String, String> failure : instance.failures().entrySet()) {
          json.writeStringField(failure.getKey(), failure.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeFieldName("warnings");
      json.writeArray(trial.warnings().toArray(String[]::new), 0, trial.warnings().size());
      if (trial.noPlan().isPresent()) {
        json.writeStringField("noPlan", trial.noPlan().get().getMessage());
      }
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }
}
