package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.cross.CrossPlatforms;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildOptions;
import dev.crossplan.planner.execute.BuildReport;
import dev.crossplan.planner.execute.OutputInspection;
import dev.crossplan.planner.execute.PlanBuild;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.machine.NixInstallation;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is built is looked at: here whoever looks finds fault with openssl for cross. */
class InspectedBuildIT {
  private static final OutputInspection FINDS_FAULT =
      (output, target) ->
          output.toString().contains("-openssl-riscv64")
              ? ImmutableList.of("libssl.so is for x86_64", "libcrypto.so is for x86_64")
              : ImmutableList.of();

  private final BuildFolder folder;
  private final List<BuildEvent> events = new ArrayList<>();

  InspectedBuildIT(@TempDir Path folder) throws IOException {
    this.folder = new BuildFolder(folder);
  }

  @AfterEach
  void allowDeletion() throws IOException {
    folder.nix().allowDeletion();
  }

  /** Evaluated before: in this process crossplan would evaluate with the Nix of the machine. */
  private BuildReport build(Path file, OutputInspection inspection) throws InterruptedException {
    Manifest manifest = ManifestReader.read(file);
    ImmutableMap<String, String> environment = ImmutableMap.copyOf(folder.environment());
    Planner planner = new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE);
    events.clear();
    return new PlanBuild(
            planner,
            planner.prepare(manifest, manifest.builders()),
            NixInstallation.find(environment),
            new BuildOptions(
                environment,
                Optional.of(folder.result()),
                OptionalInt.empty(),
                false,
                BuildOptions.USUAL_SILENCE,
                BuildOptions.USUAL_PATIENCE),
            events::add,
            inspection)
        .run();
  }

  private List<BuildEvent.Failed> failures() {
    return events.stream()
        .filter(BuildEvent.Failed.class::isInstance)
        .map(BuildEvent.Failed.class::cast)
        .toList();
  }

  @Test
  void anOutputWithAFaultIsAFailedBuild() throws Exception {
    Path manifest = folder.exported("exported", "git");
    BuildReport report = build(manifest, FINDS_FAULT);
    assertTrue(report.succeeded());
    assertEquals(
        List.of("built, but libssl.so is for x86_64 (and 1 more)"),
        failures().stream().map(BuildEvent.Failed::why).toList());
    assertTrue(Files.readString(folder.result()).contains("openssl-1\n"));
    build(manifest, FINDS_FAULT);
    assertEquals(List.of(), failures());
  }

  /** As if the run had been killed between the build and its inspection. */
  @Test
  void whatNobodyHasLookedAtIsInspectedThoughItIsThere() throws Exception {
    Path manifest = folder.exported("exported", "git");
    assertTrue(build(manifest, OutputInspection.NONE).succeeded());
    try (var files = Files.list(folder.state().resolve("crossplan"))) {
      for (Path file : files.filter(each -> each.toString().contains("history.db")).toList()) {
        Files.delete(file);
      }
    }
    OutputInspection findsFaultWithGit =
        (output, target) ->
            output.toString().contains("-git-riscv64")
                ? ImmutableList.of("git is for x86_64")
                : ImmutableList.of();
    assertTrue(build(manifest, findsFaultWithGit).succeeded());
    assertEquals(1, failures().size());
    assertTrue(Files.readString(folder.result()).startsWith("git-1\n"));
  }
}
