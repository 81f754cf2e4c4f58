package dev.crossplan.planner.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.hash.Hashing;
import dev.crossplan.fixtures.NewestNix;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.derivation.SurrogateEscape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nix reads the bytes that were written, whatever they are. */
class NixTextIT {
  /** What the lexer of Nix looks at, and what it should not: {@code null} is an expression. */
  private static final String[] PIECES = {
    "'",
    "''",
    "$",
    "${",
    "{",
    "}",
    "\\",
    "\"",
    "\n",
    "\n",
    "\n  ",
    " ",
    "  ",
    "\t",
    "\r",
    "a",
    "é",
    "\u001b",
    "\udce9",
    "\ud83d\ude00",
    "\u202e",
    "n",
    "/",
    "#",
    null,
    null
  };

  private static final String EXPRESSION = "\"<\"";
  private static final int COUNT = 6000;

  private record Sample(NixText nix, String text, int indent) {}

  private static List<Sample> samples() {
    Random random = new Random(1);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      NixText nix = NixText.empty();
      StringBuilder text = new StringBuilder();
      for (int pieces = random.nextInt(9); pieces > 0; pieces--) {
        String piece = PIECES[random.nextInt(PIECES.length)];
        if (piece == null) {
          nix.expression(EXPRESSION);
          text.append('<');
        } else {
          nix.literal(piece);
          text.append(piece);
        }
      }
      samples.add(new Sample(nix, text.toString(), 2 * random.nextInt(4)));
    }
    return samples;
  }

  private static byte[] expression(List<Sample> samples) {
    return SurrogateEscape.encode(
        samples.stream()
            .map(
                sample ->
                    " ".repeat(sample.indent()) + "(" + sample.nix().write(sample.indent()) + ")")
            .collect(Collectors.joining("\n", "map (builtins.hashString \"sha256\") [\n", "\n]")));
  }

  private static String hashes(List<Sample> samples) {
    return samples.stream()
        .map(
            sample ->
                '"'
                    + Hashing.sha256().hashBytes(SurrogateEscape.encode(sample.text())).toString()
                    + '"')
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void nixReadsWhatIsWritten(@TempDir Path folder) throws IOException, InterruptedException {
    List<Sample> samples = samples();
    assertTrue(
        samples.stream().filter(each -> each.nix().write(0).startsWith("''")).count() > COUNT / 4,
        "texts are written both ways");
    Path file = Files.write(folder.resolve("texts.nix"), expression(samples));
    assertEquals(
        hashes(samples),
        PrivateNix.rootedIn(folder.resolve("root"))
            .run("nix-instantiate", "--eval", "--strict", "--json", file.toString()));
  }

  @Test
  void soDoesTheNewestNix() throws IOException, InterruptedException {
    Optional<NewestNix> newest = NewestNix.find();
    assumeTrue(newest.isPresent(), NewestNix.MISSING);
    List<Sample> samples = samples();
    assertEquals(hashes(samples), newest.orElseThrow().evaluate(expression(samples)).strip());
  }
}
