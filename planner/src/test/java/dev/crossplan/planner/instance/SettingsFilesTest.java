package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFilesTest {
  private final Path folder;

  SettingsFilesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
  }

  /** One that does not exist may come to be, so it counts as well. */
  @Test
  void ofTheSystemOfTheUserAndWhatTheyInclude() throws IOException {
    write("etc/nix.conf", "cores = 1\n!include more.conf\ninclude ../other.conf # twice\n");
    write("etc/more.conf", "include nix.conf\nmax-jobs = 2\n");
    write("home/.config/nix/nix.conf", "cores = 3\n");
    ImmutableMap<String, String> environment =
        ImmutableMap.of(
            "NIX_CONF_DIR",
            path("etc"),
            "HOME",
            path("home"),
            "XDG_CONFIG_DIRS",
            path("a") + ":" + path("b"));
    assertEquals(
        ImmutableMap.of(
            folder.resolve("etc/nix.conf"),
            "cores = 1\n!include more.conf\ninclude ../other.conf # twice\n",
            folder.resolve("etc/more.conf"),
            "include nix.conf\nmax-jobs = 2\n",
            folder.resolve("other.conf"),
            "",
            folder.resolve("home/.config/nix/nix.conf"),
            "cores = 3\n",
            folder.resolve("a/nix/nix.conf"),
            "",
            folder.resolve("b/nix/nix.conf"),
            ""),
        SettingsFiles.read(environment));
  }

  @Test
  void filesThatAreNamedReplaceThoseOfTheUser() throws IOException {
    write("own.conf", "cores = 4\n");
    assertEquals(
        ImmutableMap.of(
            folder.resolve("etc/nix.conf"), "", folder.resolve("own.conf"), "cores = 4\n"),
        SettingsFiles.read(
            ImmutableMap.of("NIX_CONF_DIR", path("etc"), "NIX_USER_CONF_FILES", path("own.conf"))));
  }
}
