package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NixProgramTest {
  private final Path folder;

  NixProgramTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private boolean mayKnow(String settings) {
    return new NixProgram(
            ImmutableMap.of(
                "HOME",
                folder.toString(),
                "NIX_CONF_DIR",
                folder.resolve("etc").toString(),
                "NIX_CONFIG",
                settings))
        .mayKnowFlake("mine");
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void whatIsNoLongerWaitedForIsEnded() {
    NixProgram programs = new NixProgram(ImmutableMap.of("PATH", "/usr/bin:/bin"));
    assertThrows(
        IllegalStateException.class,
        () ->
            programs.run(
                folder,
                "sleep",
                List.of("54321"),
                Path.of("/dev/null"),
                Map.of(),
                memory -> {
                  throw new IllegalStateException("cannot look");
                }));
    assertTrue(
        ProcessHandle.current()
            .children()
            .noneMatch(
                child -> List.of(child.info().arguments().orElse(new String[0])).contains("54321")),
        "it still runs");
  }

  @Test
  void aNameIsKnownToARegistryOfTheUserOrTheMachine() throws IOException {
    String registry =
        "{ \"flakes\": [ { \"from\": { \"type\": \"indirect\", \"id\": \"mine\" } } ] }";
    assertFalse(mayKnow(""));
    Path ofUser = write(".config/nix/registry.json", registry);
    assertTrue(mayKnow(""));
    Files.delete(ofUser);
    write("etc/registry.json", registry.replace("mine", "another"));
    assertFalse(mayKnow(""));
    write("etc/registry.json", registry);
    assertTrue(mayKnow(""));
  }

  @Test
  void anotherRegistryThanTheUsualMayKnowAnyName() throws IOException {
    assertTrue(mayKnow("flake-registry = /registry.json\n"));
    write("etc/nix.conf", "flake-registry = /registry.json\n");
    assertTrue(mayKnow(""));
  }
}
