package dev.crossplan.planner.machine;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.instance.NixMessage;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.instance.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A real build of a derivation that nobody has built before, on this machine alone: its builder is
 * {@link TrialProgram}, so it needs nothing else, be it in a sandbox or not.
 */
public final class TrialBuild {
  private static final int LONGEST_SECONDS = 60;

  private static final String EXPRESSION =
      """
      { system, program }:
      derivation { name = "crossplan-trial"; inherit system; builder = builtins.storePath program; }
      """;

  private final NixInstallation nix;
  private final Path folder;

  private TrialBuild(NixInstallation nix, Path folder) {
    this.nix = nix;
    this.folder = folder;
  }

  /**
   * Builds, and takes what was built out of the store again.
   *
   * @param system one of {@link TrialProgram#SYSTEMS}
   * @param options of {@link NixInstallation#buildOptions}
   * @return why it could not be built; empty if it was
   */
  public static Optional<String> run(NixInstallation nix, String system, List<String> options)
      throws InterruptedException {
    try (TemporaryFolder folder = new TemporaryFolder()) {
      return new TrialBuild(nix, folder.path()).build(system, options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> build(String system, List<String> options)
      throws IOException, InterruptedException {
    // The name is of this run only, so the derivation is as well.
    Path program =
        TrialProgram.write(system, folder.resolve("crossplan-trial-" + UUID.randomUUID()));
    NixProgram.Outcome added = run("nix-store", options, "--add", program.toString());
    if (!added.succeeded()) {
      return Optional.of(NixMessage.shorten(added.said()));
    }
    String inStore = written(added);
    NixProgram.Outcome instantiated =
        run(
            "nix-instantiate",
            ImmutableList.<String>builder().addAll(NixProgram.UNRESTRICTED).addAll(options).build(),
            "--expr",
            EXPRESSION,
            "--argstr",
            "system",
            system,
            "--argstr",
            "program",
            inStore);
    if (!instantiated.succeeded()) {
      run("nix-store", options, "--delete", inStore);
      return Optional.of(NixMessage.shorten(instantiated.said()));
    }
    String derivation = written(instantiated);
    NixProgram.Outcome built =
        run(
            "nix-store",
            options,
            "--realise",
            derivation,
            "--builders",
            "",
            "--max-jobs",
            "1",
            "--option",
            "substitute",
            "false",
            "--timeout",
            Integer.toString(LONGEST_SECONDS));
    ImmutableList.Builder<String> delete = ImmutableList.builder();
    delete.add("--delete");
    if (built.succeeded()) {
      delete.add(written(built));
    }
    // Whoever may not delete leaves two kilobytes to the next garbage collection.
    run("nix-store", options, delete.add(derivation, inStore).build().toArray(String[]::new));
    return built.succeeded() ? Optional.empty() : Optional.of(NixMessage.shorten(built.said()));
  }

  private NixProgram.Outcome run(String program, List<String> options, String... arguments)
      throws InterruptedException {
    return nix.program()
        .run(
            folder,
            program,
            ImmutableList.<String>builder().add(arguments).addAll(options).build());
  }

  private static String written(NixProgram.Outcome outcome) throws IOException {
    return Files.readString(outcome.written()).strip();
  }
}
