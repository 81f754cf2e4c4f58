package dev.crossplan.planner.draft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageReferenceTest {
  private static String flake(String text) {
    return ImageReference.parse(text, ImmutableList.of()).flake().orElseThrow();
  }

  /** HERE is the folder that a shell is in. */
  @ParameterizedTest
  @CsvSource({
    "path:./fl#a, path:HERE/fl",
    "path:fl?dir=b#a, path:HERE/fl?dir=b",
    ".?dir=b/c#a, HERE?dir=b/c",
    "?dir=b#a, HERE?dir=b",
    "./b/..?dir=b#a, HERE?dir=b",
    "/fl?dir=b#a, /fl?dir=b",
    "git+file:.#a, git+file:HERE",
    "git+file:///fl#a, git+file:///fl",
    "path:/fl#a, path:/fl",
    "github:NixOS/nixpkgs#a, github:NixOS/nixpkgs",
    "nixpkgs#a, nixpkgs"
  })
  void aFlakeIsTheSameFromEverywhere(String text, String expected) {
    assertEquals(expected.replace("HERE", Path.of("").toAbsolutePath().toString()), flake(text));
    assertEquals(Optional.empty(), ImageReference.parse(text, ImmutableList.of()).file());
  }
}
