package dev.crossplan.planner.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableMultiset;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.instance.Host;
import dev.crossplan.planner.machine.Distribution.Family;
import dev.crossplan.planner.machine.Prerequisite.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Examines the Nix that is installed, with settings and in places where it does less or more. */
class NixCheckIT {
  private static final String SYSTEM = Host.system();
  private static final Distribution DEBIAN = new Distribution(Family.DEBIAN, "test");
  private static final Distribution NIXOS = new Distribution(Family.NIXOS, "test");

  /** Nobody emulates it, and no Nix here builds for it. */
  private static final String FOREIGN =
      SYSTEM.equals("aarch64-linux") ? "x86_64-linux" : "aarch64-linux";

  private final PrivateNix nix;

  NixCheckIT(@TempDir Path folder) {
    this.nix = PrivateNix.elsewhere(folder);
  }

  @AfterEach
  void allowDeletion() throws IOException {
    nix.allowDeletion();
  }

  @Test
  void buildsForItsOwnSystem() throws Exception {
    NixCheck check = check(environment(""), DEBIAN, Set.of(), Set.of());
    assertEquals(List.of("Nix", "user", "sandbox", "jobs", "disk"), names(check.general()));
    assertEquals(
        List.of(
            Prerequisite.ok("platform", "Nix builds for " + SYSTEM),
            Prerequisite.ok("a build for " + SYSTEM, "done")),
        check.builds(SYSTEM, ImmutableMultiset.of()));
  }

  @Test
  void withoutNix() throws Exception {
    NixCheck check = check(Map.of("PATH", "/no-such-folder"), DEBIAN, Set.of(), Set.of());
    Prerequisite found = check.general().get(0);
    assertEquals(State.MISSING, found.state());
    assertEquals(List.of(Prerequisite.Remedy.asRoot("apt-get install nix-bin")), found.remedies());
    assertEquals(List.of(), check.builds(SYSTEM, ImmutableMultiset.of()));
  }

  @Test
  void whatNixDoesNotBuildForAndNobodyAskedFor() throws Exception {
    NixCheck check = check(environment(""), NIXOS, Set.of(), Set.of());
    List<Prerequisite> found = check.builds(FOREIGN, ImmutableMultiset.of());
    assertEquals(
        Prerequisite.missing(
            "platform",
            "Nix does not build for " + FOREIGN + " here",
            Prerequisite.Remedy.asRoot(
                "in configuration.nix: nix.settings.extra-platforms = [ \"" + FOREIGN + "\" ];",
                "nixos-rebuild switch")),
        found.get(0));
    assertEquals(State.MISSING, found.get(1).state());
    assertTrue(found.get(1).seen().startsWith("failed: a '" + FOREIGN), found.get(1).seen());
  }

  @Test
  void featuresThatAreThereOrGivenOrNeither() throws Exception {
    NixCheck check =
        check(environment("system-features = kvm"), DEBIAN, Set.of(), Set.of("gccarch-rv64gc"));
    List<Prerequisite> found =
        check.builds(SYSTEM, ImmutableMultiset.of("kvm", "kvm", "gccarch-rv64gc", "big-parallel"));
    assertEquals(
        List.of("feature big-parallel", "feature gccarch-rv64gc", "feature kvm"),
        names(found.subList(1, 4)));
    assertEquals(State.DOUBTFUL, found.get(1).state());
    assertEquals("1 build requires it, so they are not done here", found.get(1).seen());
    assertEquals("1 build requires it, crossplan gives it to Nix", found.get(2).seen());
    assertEquals("2 builds require it, Nix has it", found.get(3).seen());
  }

  @Test
  void featuresThatAShellWouldReadOtherwiseGetNoCommand() throws Exception {
    NixCheck check = check(environment(""), DEBIAN, Set.of(), Set.of("a b"));
    Prerequisite found = check.builds(SYSTEM, ImmutableMultiset.of("'; reboot '")).get(1);
    assertEquals(State.DOUBTFUL, found.state());
    assertEquals(List.of(), found.remedies());
    assertEquals(List.of(), check.options());
  }

  @Test
  void aSandboxThatDoesNotWorkIsDoubtful() throws Exception {
    NixCheck check =
        check(
            environment("sandbox = true\nsandbox-paths = /no-such-file"),
            DEBIAN,
            Set.of(),
            Set.of());
    assertEquals(State.DOUBTFUL, check.general().get(2).state());
    assertEquals(
        Prerequisite.ok("a build for " + SYSTEM, "done"),
        check.builds(SYSTEM, ImmutableMultiset.of()).get(1));
  }

  @Test
  void aDaemonThatDoesNotTrustThisUser() throws Exception {
    Map<String, String> environment = environment("trusted-users =");
    ProcessBuilder builder = new ProcessBuilder("nix-daemon").redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process daemon = builder.start();
    try {
      environment.put("NIX_REMOTE", "daemon");
      awaitDaemon(environment, daemon);
      NixCheck check = check(environment, DEBIAN, Set.of(FOREIGN), Set.of());
      assertTrue(check.general().get(0).seen().endsWith("built for by its daemon"));
      assertEquals(
          State.OK, check.builds(SYSTEM, ImmutableMultiset.of()).get(1).state(), "own system");
      Prerequisite foreign = check.builds(FOREIGN, ImmutableMultiset.of()).get(1);
      assertEquals(State.MISSING, foreign.state());
      assertEquals(
          List.of(
              "echo 'extra-extra-platforms = " + FOREIGN + "' >> /etc/nix/nix.conf",
              "systemctl restart nix-daemon"),
          foreign.remedies().get(0).lines());
    } finally {
      daemon.destroy();
      daemon.waitFor();
    }
  }

  /** Whoever connects before it listens is refused. */
  private static void awaitDaemon(Map<String, String> environment, Process daemon)
      throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 200 && daemon.isAlive(); attempt++) {
      ProcessBuilder ping =
          new ProcessBuilder("nix", "--extra-experimental-features", "nix-command", "store", "ping")
              .redirectErrorStream(true);
      ping.environment().clear();
      ping.environment().putAll(environment);
      Process process = ping.start();
      process.getInputStream().readAllBytes();
      if (process.waitFor() == 0) {
        return;
      }
    }
    daemon.destroy();
    try (BufferedReader said = daemon.inputReader()) {
      throw new IllegalStateException("nix-daemon does not answer: " + said.lines().toList());
    }
  }

  private Map<String, String> environment(String settings) {
    Map<String, String> environment = new TreeMap<>(nix.environment());
    environment.merge("NIX_CONFIG", settings + "\n", String::concat);
    return environment;
  }

  private static NixCheck check(
      Map<String, String> environment,
      Distribution distribution,
      Set<String> emulated,
      Set<String> features)
      throws InterruptedException {
    return NixCheck.of(ImmutableMap.copyOf(environment), distribution, emulated, features);
  }

  private static List<String> names(Collection<Prerequisite> found) {
    return found.stream().map(Prerequisite::name).toList();
  }
}
