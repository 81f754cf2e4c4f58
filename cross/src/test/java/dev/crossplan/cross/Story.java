package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.common.collect.ImmutableList;
import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.Alternatives;
import dev.crossplan.planner.alternative.Makings;
import dev.crossplan.planner.cost.ManifestCosts;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.InstanceReader;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.plan.Explanation;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.variant.Evidence;
import dev.crossplan.planner.variant.Packages;
import dev.crossplan.planner.variant.Pairing;
import dev.crossplan.planner.variant.Unpaired;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the planner makes of an image folder: its packages and its plan. */
final class Story {
  private static final Planner PLANNER =
      new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE);

  private final Manifest manifest;
  private final Packages packages;

  Story(ImageFolder folder, String... image) {
    this(folder.manifest(image));
  }

  Story(Path file) {
    this.manifest = ManifestReader.read(file);
    DerivationGraph graph = InstanceReader.read(manifest, Progress.NONE);
    this.packages = Pairing.pair(graph, new CrossPlatforms());
  }

  static Plan plan(ImageFolder folder, String... image) {
    Manifest manifest = ManifestReader.read(folder.manifest(image));
    return PLANNER.plan(manifest, manifest.builders());
  }

  static Explanation explain(ImageFolder folder, String packageName, String... image) {
    Manifest manifest = ManifestReader.read(folder.manifest(image));
    return PLANNER.explain(manifest, manifest.builders(), packageName);
  }

  Manifest manifest() {
    return manifest;
  }

  /** What there is to choose from. */
  Alternatives alternatives() {
    Substitutes substitutes = Substitutes.of(manifest, packages.graph(), Progress.NONE);
    return Alternatives.of(
        packages,
        manifest,
        new Makings(
            packages,
            manifest,
            manifest.builders(),
            new ManifestCosts(manifest.costs()),
            substitutes));
  }

  /** Where the outputs of {@code derivation} run; empty where it is not known. */
  Optional<String> host(HandMade derivation) {
    return packages.hosts().system(number(derivation));
  }

  boolean isForBoard(HandMade derivation) {
    return host(derivation).equals(Optional.of(BOARD));
  }

  boolean arePaired(HandMade one, HandMade other) {
    return packages.of(number(one)).number() == packages.of(number(other)).number();
  }

  /** Why the package of {@code derivation} is one. */
  List<Evidence.Kind> evidence(HandMade derivation) {
    return packages.of(number(derivation)).evidence().stream().map(Evidence::kind).toList();
  }

  /** The derivations that serve where the stage {@code derivation} is asked for. */
  List<String> servedBy(HandMade derivation) {
    return packages.servedBy(number(derivation)).stream()
        .map(each -> packages.graph().path(each.second()).toString())
        .toList();
  }

  /** Why the two were not paired; empty where nothing is said about them. */
  Optional<String> unpaired(HandMade one, HandMade other) {
    for (Unpaired each : packages.unpaired()) {
      if (each.derivations().contains(number(one)) && each.derivations().contains(number(other))) {
        return Optional.of(each.reason());
      }
    }
    return Optional.empty();
  }

  int number(HandMade derivation) {
    return packages
        .graph()
        .find(StorePath.parse(derivation.path()))
        .orElseGet(() -> fail(derivation + " is in no instance"));
  }

  /** The step that makes {@code derivation}; empty where none does. */
  static Optional<Step> made(Plan plan, HandMade derivation) {
    return plan.steps().stream()
        .filter(step -> step.derivation().toString().equals(derivation.path()))
        .findFirst();
  }

  /** The step that stands for {@code derivation}; empty where none does. */
  static Optional<Step> provided(Plan plan, HandMade derivation) {
    return plan.steps().stream()
        .filter(
            step ->
                step.provides().stream()
                    .anyMatch(path -> path.toString().equals(derivation.path())))
        .findFirst();
  }

  /** What is done, a word each: {@code cross hello}, in the order of the plan. */
  static ImmutableList<String> steps(Plan plan) {
    return plan.steps().stream()
        .map(step -> step.word() + " " + step.packageName())
        .collect(ImmutableList.toImmutableList());
  }
}
