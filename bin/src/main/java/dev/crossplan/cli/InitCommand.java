package dev.crossplan.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.draft.ImageReference;
import dev.crossplan.planner.draft.ManifestDraft;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.InstanceReader;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.instance.Platform;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  @Mixin private CommonOptions options;

  @Parameters(
      paramLabel = "IMAGE",
      description =
          "FLAKE#ATTRIBUTE, such as .#nixosConfigurations.board or github:NixOS/nixpkgs#git; or a"
              + " default.nix, a function of pkgs, a package set, or a set of derivations.")
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
    if (file.toString().equals("-")) {
      throw new InputException("--output -: init writes a file, as others need its name");
    }
    Path folder = file.toAbsolutePath().normalize().resolveSibling(".").normalize();
    OutputTarget output = OutputTarget.of(options.terminal(), file);
    checkIsNew(file);
    ManifestDraft draft;
    List<Evaluated> instances;
    try (ProgressLine progress = options.progress()) {
      progress.start("looking at " + image);
      ImageReference reference = ImageReference.parse(image, ImmutableList.copyOf(attributes));
      draft =
          ManifestDraft.of(
              reference,
              folder,
              Optional.of(file).filter(Files::exists),
              Optional.ofNullable(target).map(Platform::parse),
              Optional.ofNullable(march),
              new NixProgram(ImmutableMap.copyOf(System.getenv())));
      if (draft.packageSet().isPresent()) {
        OutputTarget.of(options.terminal(), folder.resolve(draft.packageSetName()))
            .write(draft.packageSet().get());
      }
      output.write(draft.manifest());
      instances = evaluated(file, progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted", null, e);
    }
    List<String> written = new ArrayList<>(List.of(file.toString()));
    if (draft.packageSet().isPresent()) {
      written.add(file.resolveSibling(draft.packageSetName()).toString());
    }
    OutputTarget report = OutputTarget.of(options.terminal(), null);
    switch (format) {
      case JSON -> report.write(out -> write(out, written, instances));
      default -> report.write(text(draft, written, instances));
    }
    return isPossible(instances) ? ExitStatus.DONE : ExitStatus.NOT_POSSIBLE;
  }

  private static List<Evaluated> evaluated(Path file, ProgressLine progress) {
    Manifest manifest = ManifestReader.read(file);
    try {
      return evaluated(InstanceReader.read(manifest, progress), manifest.image());
    } catch (InputException e) {
      throw new InputException(
          file + " is written, but: " + e.getMessage(), e.remedy().orElse(null), e);
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

  private String text(ManifestDraft draft, List<String> written, List<Evaluated> instances) {
    StringBuilder text = new StringBuilder();
    text.append("wrote ")
        .append(Visible.line(String.join(" and ", written)))
        .append(", for ")
        .append(draft.target().platform().system())
        .append(draft.target().march().map(isa -> " (" + isa + ")").orElse(""))
        .append("\n\n")
        .append(
            Table.of(
                options.terminal(),
                instances,
                List.of(
                    Table.text("instance", Evaluated::instance),
                    Table.text("of the image", InitCommand::ofImage))));
    for (Evaluated instance : instances) {
      instance
          .failures()
          .forEach(
              (attribute, why) ->
                  text.append(
                      Prose.sentence(
                          options.terminal(),
                          Visible.line(instance.instance() + ": " + attribute + ": " + why))));
    }
    draft
        .note()
        .ifPresent(
            note -> text.append(Prose.sentence(options.terminal(), Visible.line("note: " + note))));
    boolean isPossible = isPossible(instances);
    return text.append(
            isPossible
                ? "\nMaybe look into it, then: crossplan plan "
                    + Visible.line(written.get(0))
                    + "\n"
                : "\nnothing of the image evaluates\n")
        .toString();
  }

  private static boolean isPossible(List<Evaluated> instances) {
    return instances.stream().anyMatch(instance -> !instance.ofImage().isEmpty());
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

  private static void write(OutputStream out, List<String> written, List<Evaluated> instances)
      throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeFieldName("written");
      json.writeArray(written.toArray(String[]::new), 0, written.size());
      json.writeArrayFieldStart("instances");
      for (Evaluated instance : instances) {
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
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }
}
