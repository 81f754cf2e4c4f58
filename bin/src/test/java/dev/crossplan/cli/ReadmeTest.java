package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import dev.crossplan.cross.CrossPlatforms;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents: what they show works, and what they point to is there. */
class ReadmeTest {
  private static final Path ROOT = root();
  private static final Path PLANNER = Path.of("planner/src/main/java/dev/crossplan/planner");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(?<name>[a-z]+)` \\|.*\\| (?<imports>[a-z, -]+) \\|$");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?dev\\.crossplan\\.planner\\.(?<name>[a-z]+)\\.");
  private static final Splitter NAMES = Splitter.on(", ").omitEmptyStrings();
  private static final Pattern LINK = Pattern.compile("]\\((?<target>[^)#:]+)(?:#[^)]*)?\\)");

  /** The example of the README: between the two comments it is what the README shows. */
  private static Plan example(Path file, PrintStream out) {
    // The example starts here.
    Manifest manifest = ManifestReader.read(file);
    Planner planner = new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE);
    Plan plan = planner.plan(manifest, manifest.builders());
    for (Step step : plan.steps()) {
      if (step.action() == Action.BUILD && step.rewritten()) {
        out.println(step.word() + " " + step.label() + " takes another variant of an input");
      }
    }
    double bound = plan.bounds().builderSeconds();
    out.printf("%.0f s of building, never below %.0f s%n", plan.builderSeconds(), bound);
    // The example ends here.
    return plan;
  }

  /** Each imports what its row says, and all of that stands above it. */
  @Test
  void packagesImportWhatTheirTableSays() throws IOException {
    Map<String, Set<String>> rows = new LinkedHashMap<>();
    Matcher row = ROW.matcher(Files.readString(ROOT.resolve("docs/architecture.md")));
    while (row.find()) {
      Path folder = ROOT.resolve(PLANNER).resolve(row.group("name"));
      if (Files.isDirectory(folder)) {
        Set<String> said = new TreeSet<>(NAMES.splitToList(row.group("imports").replace("-", "")));
        assertTrue(rows.keySet().containsAll(said), row.group());
        assertEquals(said, imports(folder), row.group("name"));
        rows.put(row.group("name"), said);
      }
    }
    try (Stream<Path> folders = Files.list(ROOT.resolve(PLANNER))) {
      assertEquals(folders.filter(Files::isDirectory).count(), rows.size());
    }
  }

  /** Other packages of planner that the files of a folder import. */
  private static Set<String> imports(Path folder) throws IOException {
    Set<String> imports = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Matcher each = IMPORT.matcher(Files.readString(file));
        while (each.find()) {
          imports.add(each.group("name"));
        }
      }
    }
    imports.remove(String.valueOf(folder.getFileName()));
    return imports;
  }

  @Test
  void exampleRunsAndPlansTheImage() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    Plan plan =
        example(
            ROOT.resolve("fixtures/images/shell/crossplan.toml"),
            new PrintStream(out, true, StandardCharsets.UTF_8));

    assertInputsFirst(plan);
    assertTrue(plan.bounds().builderSeconds() <= plan.builderSeconds() * (1 + 1e-9));
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(
        1 + plan.steps().stream().filter(Step::rewritten).count(), lines.size(), "lines printed");
    assertTrue(lines.get(lines.size() - 1).contains("never below"), lines.toString());
  }

  @Test
  void readmeShowsTheExampleAsItIsCompiled() throws IOException {
    String source =
        Files.readString(ROOT.resolve("bin/src/test/java/dev/crossplan/cli/ReadmeTest.java"));
    String example =
        source
            .lines()
            .dropWhile(line -> !line.equals("    // The example starts here."))
            .skip(1)
            .takeWhile(line -> !line.equals("    // The example ends here."))
            .map(line -> line.substring(Math.min(4, line.length())))
            .collect(Collectors.joining("\n"));

    assertEquals(example, block(readme(), "java"));
  }

  /** Lines may be left out, where there is a dot-dot-dot; those that are there are printed so. */
  @Test
  void readmeShowsTheEstimateAsItIsPrinted() throws IOException {
    String command = "$ bin/crossplan estimate ";
    List<String> shown =
        readme()
            .lines()
            .dropWhile(line -> !line.startsWith(command))
            .takeWhile(line -> !line.equals("```"))
            .toList();
    assertFalse(shown.isEmpty(), "no estimate");
    String[] words = shown.get(0).substring(command.length()).split(" ", -1);
    CommandLineRun run = CommandLineRun.of("estimate", ROOT.resolve(words[0]).toString(), words[1]);
    assertEquals(ExitStatus.DONE, run.status(), run.err());
    List<String> printed = run.out().lines().toList();
    for (String line : shown.subList(1, shown.size())) {
      assertTrue(line.equals(" …") || printed.contains(line), line + " is not in " + run.out());
    }
  }

  @Test
  void manifestOfTheReadmePlans(@TempDir Path folder) throws IOException {
    Path manifest = Files.writeString(folder.resolve("crossplan.toml"), block(readme(), "toml"));
    for (String file :
        List.of(
            "emulated.json.gz",
            "emulated.jobs.jsonl",
            "cross.json.gz",
            "cross.jobs.jsonl",
            "costs.csv")) {
      Files.copy(ROOT.resolve("fixtures/images/board").resolve(file), folder.resolve(file));
    }

    Plan plan =
        example(
            manifest,
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));

    assertInputsFirst(plan);
    assertTrue(plan.steps().stream().anyMatch(step -> step.packageName().equals("git")));
  }

  @Test
  void linksLeadToFilesOfTheRepository() throws IOException {
    List<Path> documents;
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      documents = Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).toList();
    }
    assertTrue(documents.size() > 3, "documents: " + documents);
    for (Path document : documents) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        Path target = document.resolveSibling(link.group("target"));
        assertTrue(Files.exists(target), document + " points to " + target);
      }
    }
  }

  private static void assertInputsFirst(Plan plan) {
    assertFalse(plan.steps().isEmpty(), "no steps");
    for (Step step : plan.steps()) {
      step.inputs()
          .forEach(
              input -> {
                assertTrue(input < step.id(), step.label() + " comes before one of its inputs");
                assertTrue(
                    plan.steps().get(input).finish() <= step.start() + 1e-6,
                    step.label() + " starts before an input is there");
              });
    }
  }

  /** The first block of a document that is marked as being of {@code language}. */
  private static String block(String document, String language) {
    return document
        .lines()
        .dropWhile(line -> !line.equals("```" + language))
        .skip(1)
        .takeWhile(line -> !line.equals("```"))
        .collect(Collectors.joining("\n"));
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  /** The folder of the repository, wherever in it the tests are started. */
  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("fixtures/images"))) {
      Path above = folder.getParent();
      if (above == null) {
        throw new IllegalStateException("no fixtures/images above " + Path.of("").toAbsolutePath());
      }
      folder = above;
    }
    return folder;
  }
}
