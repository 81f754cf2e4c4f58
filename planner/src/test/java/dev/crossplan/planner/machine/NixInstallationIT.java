package dev.crossplan.planner.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.instance.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asks the Nix that is installed, and builds with it. */
class NixInstallationIT {
  private static final String SYSTEM = Host.system();
  private static final Set<String> NONE = Set.of();

  private final PrivateNix nix;

  NixInstallationIT(@TempDir Path folder) {
    this.nix = PrivateNix.elsewhere(folder);
  }

  @AfterEach
  void allowDeletion() throws IOException {
    nix.allowDeletion();
  }

  @Test
  void saysWhatNixSays() throws Exception {
    NixInstallation found = find("");
    assertEquals("nix (Nix) " + found.version(), nix.run("nix", "--version"));
    assertEquals("local", found.store());
    assertFalse(found.usesDaemon());
    assertEquals(Optional.of(true), found.isTrusted());
    assertEquals("false", found.settings().word("sandbox"));
    assertEquals("", found.settings().word("build-users-group"));
    assertEquals(SYSTEM, found.settings().word("system"));
    assertTrue(found.settings().systems().contains(SYSTEM));
  }

  @Test
  void builds() throws Exception {
    NixInstallation found = find("");
    assertEquals(Optional.empty(), TrialBuild.run(found, SYSTEM, List.of()));
    assertEquals(List.of(), trials());
  }

  /** What it builds, it has written itself. */
  @ParameterizedTest
  @ValueSource(strings = {"restrict-eval", "pure-eval"})
  void buildsWhereNixMayReadLittle(String setting) throws Exception {
    assertEquals(Optional.empty(), TrialBuild.run(find(setting + " = true"), SYSTEM, List.of()));
  }

  private List<String> trials() throws IOException {
    try (Stream<Path> files = Files.list(nix.store())) {
      return files.map(Path::toString).filter(name -> !name.endsWith(".links")).toList();
    }
  }

  @Test
  void whatNeedsNoOptionGetsNone() throws Exception {
    assertEquals(List.of(), find("").buildOptions(NONE, NONE));
    assertEquals(
        List.of(),
        find("extra-platforms = riscv64-linux\nsystem-features = kvm")
            .buildOptions(Set.of("riscv64-linux"), Set.of("kvm")));
  }

  @Test
  void aGroupThatDoesNotExistIsNotAskedForUsers() throws Exception {
    NixInstallation found = find("build-users-group = no-such-group");
    List<String> expected =
        found.isRoot() ? List.of("--option", "build-users-group", "") : List.of();
    assertEquals(expected, found.buildOptions(NONE, NONE));
    assertEquals(Optional.empty(), TrialBuild.run(found, SYSTEM, expected));
  }

  @Test
  void withoutTheOptionRootCannotBuild() throws Exception {
    NixInstallation found = find("build-users-group = no-such-group");
    if (found.isRoot()) {
      assertTrue(TrialBuild.run(found, SYSTEM, List.of()).orElseThrow().contains("no-such-group"));
    }
  }

  @Test
  void platformsAndFeaturesAreAddedToThoseThatThereAre() throws Exception {
    NixInstallation found = find("extra-platforms = i686-linux\nsystem-features = kvm benchmark");
    assertEquals(
        List.of(
            "--option",
            "extra-platforms",
            "i686-linux riscv64-linux",
            "--option",
            "system-features",
            "benchmark kvm gccarch-rv64gc"),
        found.buildOptions(Set.of("riscv64-linux"), Set.of("gccarch-rv64gc", "kvm")));
  }

  @Test
  void aSandboxThatNothingCanBeBuiltInIsTurnedOff() throws Exception {
    NixInstallation found = find("sandbox = true\nsandbox-paths = /no-such-file");
    List<String> expected = List.of("--option", "sandbox", "false");
    assertEquals(expected, found.buildOptions(NONE, NONE));
    assertTrue(TrialBuild.run(found, SYSTEM, List.of()).isPresent());
    assertEquals(Optional.empty(), TrialBuild.run(found, SYSTEM, expected));
  }

  private NixInstallation find(String settings) throws InterruptedException {
    Map<String, String> environment = new TreeMap<>(nix.environment());
    environment.merge("NIX_CONFIG", settings + "\n", String::concat);
    return NixInstallation.find(ImmutableMap.copyOf(environment));
  }
}
