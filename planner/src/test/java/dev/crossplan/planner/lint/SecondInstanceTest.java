package dev.crossplan.planner.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.lint.SecondInstance.Loss;
import dev.crossplan.planner.lint.SecondInstance.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecondInstanceTest {
  private final Path folder;

  SecondInstanceTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void makeOverlays() throws IOException {
    Files.writeString(folder.resolve("a.nix"), "final: prev: { }");
    Files.writeString(folder.resolve("b.nix"), "final: prev: { }");
    Files.createDirectory(folder.resolve("nixpkgs"));
  }

  private String split(String text, Split... splits) throws IOException {
    Path file = Files.writeString(folder.resolve("crossplan.toml"), text);
    Manifest before = ManifestReader.read(file);
    String edited = SecondInstance.text(before, text, List.of(splits));
    Files.writeString(file, edited);
    Manifest after = ManifestReader.read(file);
    assertEquals(before.instances().size() + splits.length, after.instances().size());
    return edited;
  }

  @Test
  void theOneInstanceBecomesTwoAndAllElseStays() throws IOException {
    assertEquals(
        """
        # the board
        image = ["git", "zlib"]   # both
        target = { system = "riscv64-linux" }

        [[instance]]
        name = "native"  # of the desk
        localSystem = "x86_64-linux"
        nixpkgs = "./nixpkgs"

        [[instance]]
        name = "emulated"
        localSystem = "riscv64-linux"
        nixpkgs = "./nixpkgs"
        # why it is so
        attrs = ["git"]

        # For what wants these overlays: all else is as it is without them.
        [[instance]]
        name = "emulated-with-overlays"
        localSystem = "riscv64-linux"
        nixpkgs = "./nixpkgs"
        overlays = [
          "a.nix", # ] not the end
          "b.nix",
        ]
        # why it is so
        attrs = ["zlib"]

        # The machines
        [[builder]]
        name = "desk"
        systems = ["x86_64-linux"]
        """,
        split(
            """
            # the board
            image = ["git", "zlib"]   # both
            target = { system = "riscv64-linux" }

            [[instance]]
            name = "native"  # of the desk
            localSystem = "x86_64-linux"
            nixpkgs = "./nixpkgs"

            [[instance]]
            name = "emulated"
            localSystem = "riscv64-linux"
            nixpkgs = "./nixpkgs"
            overlays = [
              "a.nix", # ] not the end
              "b.nix",
            ]
            # why it is so
            attrs = ["zlib", "git"]

            # The machines
            [[builder]]
            name = "desk"
            systems = ["x86_64-linux"]
            """,
            new Split("emulated", ImmutableList.of("zlib"))));
  }

  @Test
  void whatIsLostIsSaid() throws IOException {
    String edited =
        split(
            """
            image = ["git", "curl", "zlib"]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "one"
            localSystem = "riscv64-linux"
            nixpkgs = "./nixpkgs"
            overlays = ["a.nix"]
            """,
            new Split(
                "one",
                ImmutableList.of("zlib"),
                ImmutableList.of(
                    new Loss(ImmutableList.of("git"), ImmutableList.of("expat-2.7.1")),
                    new Loss(
                        ImmutableList.of("curl", "git"), ImmutableList.of("a-1", "b\nc = 1")))));
    assertTrue(
        edited.contains(
            """
            # git is then without the change of expat-2.7.1.
            # curl, git are then without the changes of a-1, b\\nc = 1.
            [[instance]]
            name = "one-with-overlays"
            """),
        edited);
  }

  @Test
  void namesThatAreTakenAndAttributesWithQuotesAreWrittenRight() throws IOException {
    String edited =
        split(
            """
            image = ["git", "a.\\"b c\\""]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "one"
            localSystem = "riscv64-linux"
            nixpkgs = "./nixpkgs"
            overlays = ["a.nix"]
            [[instance]]
            name = "one-with-overlays"
            localSystem = "riscv64-linux"
            nixpkgs = "./nixpkgs"
            overlays = ["b.nix"]
            """,
            new Split("one", ImmutableList.of("a.\"b c\"")),
            new Split("one-with-overlays", ImmutableList.of("git")));
    Path file = Files.writeString(folder.resolve("edited.toml"), edited);
    assertEquals(
        List.of(
            "one", "one-with-overlays-2", "one-with-overlays", "one-with-overlays-with-overlays"),
        ManifestReader.read(file).instances().stream().map(instance -> instance.name()).toList());
  }

  @Test
  void whatIsSaidOfAttributesStaysWithThem() throws IOException {
    String edited =
        split(
            """
            image = ["git", "zlib"]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "one"
            localSystem = "riscv64-linux"
            nixpkgs = "./nixpkgs"
            overlays = ["a.nix"]
            attrs = [ # "zlib" and others
              "git", # of the tools
              # libraries
              'zlib', "curl", # both
              "popt"
            ]
            """,
            new Split("one", ImmutableList.of("git", "popt")));
    assertTrue(
        edited.contains(
            """
            attrs = [ # "zlib" and others
              # libraries
              'zlib', "curl", # both
            ]
            """),
        edited);
    assertTrue(
        edited.contains(
            """
            attrs = [ # "zlib" and others
              "git", # of the tools
              # libraries
              # both
              "popt"
            ]
            """),
        edited);
  }

  @Test
  void tablesOfAnInstanceGoWithBoth() throws IOException {
    String platforms =
        """
        # the desk
        [instance.localSystem]
        system = "x86_64-linux"

        [instance.crossSystem]
        config = "riscv64-unknown-linux-gnu"
        [instance.crossSystem.gcc]
        arch = "rv64gc"
        """;
    String edited =
        split(
            """
            image = ["git", "zlib"]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "one"
            nixpkgs = "./nixpkgs"
            overlays = ["a.nix"]
            """
                + platforms
                + """

                [[instance]]
                name = "two"
                localSystem = "riscv64-linux"
                nixpkgs = "./nixpkgs"
                """,
            new Split("one", ImmutableList.of("zlib")));
    assertEquals(3, edited.split(Pattern.quote(platforms), -1).length, edited);
    Manifest manifest = ManifestReader.read(Files.writeString(folder.resolve("e.toml"), edited));
    assertEquals(manifest.instances().get(0).cross(), manifest.instances().get(1).cross());
    assertTrue(manifest.instances().get(1).isCross());
  }

  @Test
  void endsOfLinesStayAsTheyWere() throws IOException {
    String edited =
        split(
            """
            image = ["git", "zlib"]
            target = { system = "riscv64-linux" }
            [[instance]]
            name = "one"
            localSystem = "riscv64-linux"
            nixpkgs = "./nixpkgs"
            overlays = ["a.nix"]
            """
                .replace("\n", "\r\n"),
            new Split("one", ImmutableList.of("zlib")));
    assertEquals(
        edited.lines().toList(),
        List.of(edited.split("\r\n", -1)).subList(0, (int) edited.lines().count()));
  }

  @Test
  void otherWaysToWriteInstancesAreNotEdited() {
    assertThrows(
        InputException.class,
        () ->
            split(
                """
                image = ["git", "zlib"]
                target = { system = "riscv64-linux" }
                instance = [{ name = "one", localSystem = "riscv64-linux", nixpkgs = "./nixpkgs" }]
                """,
                new Split("one", ImmutableList.of("zlib"))));
  }
}
