package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.PrivateNix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plans with a binary cache that Nix itself made.
 *
 * <pre>
 *   program   has library and template as inputs, and refers to library alone; all are in the cache
 * </pre>
 */
class CachedPlanIT {
  private static final Pattern NAME_AND_ACTION =
      Pattern.compile(
          "\"name\"\\s*:\\s*\"(\\w+)\".*?\"action\"\\s*:\\s*\"(\\w+)\"", Pattern.DOTALL);

  private final Path folder;
  private final PrivateNix nix;
  private final Path cache;

  CachedPlanIT(@TempDir Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    this.nix = PrivateNix.elsewhere(folder.resolve("nix"));
    this.cache = folder.resolve("cache");
    Path packages =
        Files.writeString(
            folder.resolve("packages.nix"),
            """
            let
              made = name: buildInputs: script: derivation {
                inherit name buildInputs;
                system = "riscv64-linux";
                builder = "/bin/sh";
                args = [ "-c" script ];
              };
              library = made "library" [ ] "echo library > $out";
              template = made "template" [ ] "echo template > $out";
            in
            made "program" [ library template ] "echo ${library} > $out"
            """);
    String derivation = nix.run("nix-instantiate", packages.toString());
    Files.writeString(
        folder.resolve("jobs.jsonl"),
        "{\"attr\":\"program\",\"drvPath\":\"" + derivation + "\"}\n");
    nix.run("nix-store", "--realise", derivation, "--option", "extra-platforms", "riscv64-linux");
    nix.run(
        "nix",
        "--extra-experimental-features",
        "nix-command",
        "copy",
        "--all",
        "--to",
        "file://" + cache);
  }

  @AfterEach
  void allowDeletion() throws IOException {
    nix.allowDeletion();
  }

  @Test
  void whatIsSubstitutedBringsWhatItRefersToAndNothingElse() throws IOException {
    String plan = plan("file://" + cache);
    TreeSet<String> steps = new TreeSet<>();
    Matcher step = NAME_AND_ACTION.matcher(plan.substring(plan.indexOf("\"steps\"")));
    while (step.find()) {
      steps.add(step.group(1) + " " + step.group(2));
    }
    assertEquals("[library substitute, program substitute]", steps.toString());
  }

  @Test
  void aCacheThatIsNoneIsWarnedOf() throws IOException {
    String plan = plan("file://" + folder.resolve("nowhere"));
    assertTrue(plan.contains("nowhere: there is no nix-cache-info"), plan);
    assertTrue(plan.contains("\"build\""), plan);
  }

  private String plan(String url) throws IOException {
    Path manifest =
        Files.writeString(
            folder.resolve("crossplan.toml"),
            """
            image = ["program"]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "emulated"
            localSystem = "riscv64-linux"
            derivations = "%s"
            jobs = "jobs.jsonl"
            [[builder]]
            name = "desk"
            systems = ["x86_64-linux"]
            emulates = ["riscv64-linux"]
            [[substituter]]
            url = "%s"
            """
                .formatted(nix.store(), url));
    CommandLineRun run = CommandLineRun.of("plan", manifest.toString(), "--format", "json");
    assertEquals(0, run.status(), run.err());
    return run.out();
  }
}
