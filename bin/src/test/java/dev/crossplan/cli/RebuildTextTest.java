package dev.crossplan.cli;

import static dev.crossplan.fixtures.HandMade.DESK;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.download;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What diff says to people.
 *
 * <pre>
 * git ─ curl ─ zlib      each from a source
 * </pre>
 */
class RebuildTextTest {
  private static final HandMade ZLIB = made("zlib");
  private static final HandMade CURL = made("curl");
  private static final HandMade GIT = made("git");

  private final Path folder;
  private String more = "";

  RebuildTextTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static HandMade made(String name) {
    return built(name, "1", DESK).from(download(name + "-1.tar.gz", name));
  }

  private static HandMade patched(HandMade derivation) {
    return derivation.with("patches", "fix.patch");
  }

  private String diff(HandMade before, HandMade after, String... options) throws IOException {
    String[] words = new String[options.length + 3];
    words[0] = "diff";
    words[1] = manifest("before", before);
    words[2] = manifest("after", after);
    System.arraycopy(options, 0, words, 3, options.length);
    CommandLineRun run = CommandLineRun.of(words);
    assertEquals(0, run.status(), run.err());
    return run.out();
  }

  private String manifest(String name, HandMade git) throws IOException {
    return new ImageFolder(Files.createDirectories(folder.resolve(name)))
        .desk(Map.of("git", git))
        .target("{ system = \"" + DESK + "\" }")
        .with(more)
        .manifest("git")
        .toString();
  }

  private static void assertLine(String pattern, String text) {
    assertTrue(Pattern.compile("(?m)^" + pattern + "$").matcher(text).find(), text);
  }

  /** Those of the lines that stand at the left. */
  private static int sumOfTheTop(String text) {
    return Pattern.compile("(?m)^ [^ ].*-\\S+ +(\\d+) ")
        .matcher(text)
        .results()
        .mapToInt(line -> Integer.parseInt(line.group(1)))
        .sum();
  }

  @Test
  void whatAChangedInputHasBuiltAnewAnywayIsTold() throws IOException {
    String text =
        diff(GIT.linking(CURL.linking(ZLIB)), GIT.linking(patched(CURL).linking(patched(ZLIB))));
    assertTrue(text.startsWith("3 of 6 derivations have to be built anew: 2 changed by"), text);
    assertLine(" zlib-1 +1 .* patches changed", text);
    assertLine(" curl-1 +2 .* patches changed, and an input of it too", text);
    assertLine("   git-1 +1 .* s", text);
    assertEquals(3, sumOfTheTop(text), text);
    assertTrue(
        text.endsWith(
            "\nfor it: so many would not be built anew if it were as before, itself among"
                + " them; where an input changed too, both changes have to go\n"),
        text);
  }

  @Test
  void whatFollowsFromOneChangeIsNotBuiltAnewAnyway() throws IOException {
    String text = diff(GIT.linking(CURL.linking(ZLIB)), GIT.linking(CURL.linking(patched(ZLIB))));
    assertLine(" zlib-1 +3 .* patches changed", text);
    assertTrue(text.endsWith(" if it were as before, itself among them\n"), text);
  }

  @Test
  void whatCanStillBeSubstitutedIsNotBuiltAnew() throws IOException {
    HandMade before = GIT.linking(CURL.linking(ZLIB));
    HandMade after = GIT.linking(CURL.linking(patched(ZLIB)));
    more = "[[substituter]]\ninstance = \"native\"\n";
    String text = diff(before, after);
    assertTrue(
        text.startsWith(
            "3 of 6 derivations are other ones, of which 3 can be substituted and 0 have to be"
                + " built anew: 1 changed by itself"),
        text);
    assertLine(" zlib-1 +3 +substituted +patches changed", text);
    assertTrue(diff(before, after, "--format", "json").contains("\"substituted\" : 3"));
  }

  @Test
  void aCacheThatCannotBeReachedIsTold() throws IOException {
    more = "[[substituter]]\nurl = \"http://127.0.0.1:9\"\n";
    String before = manifest("before", GIT.linking(ZLIB));
    for (CommandLineRun run :
        List.of(
            CommandLineRun.of("diff", before, manifest("after", GIT.linking(patched(ZLIB)))),
            CommandLineRun.of("lint", before))) {
      assertEquals(0, run.status(), run.err());
      assertTrue(run.err().startsWith("warning: substituter http://127.0.0.1:9: "), run.err());
    }
  }

  /** It would not be built if nobody had added it, though its input would. */
  @Test
  void whatIsNewCountsItself() throws IOException {
    String text =
        diff(
            GIT.linking(CURL.linking(ZLIB)),
            GIT.linking(CURL.linking(patched(ZLIB)), made("tool").linking(patched(ZLIB))));
    assertLine(" tool-1 +1 .* it is new", text);
    assertLine(" git-1 +1 .* buildInputs changed, and an input of it too", text);
  }

  @Test
  void aDeepTreeGoesOnlySoFarToTheRight() throws IOException {
    int depth = 1500;
    HandMade before = ZLIB;
    HandMade after = patched(ZLIB);
    for (int number = 1; number <= depth; number++) {
      HandMade next = built("package" + number, "1", DESK);
      before = next.linking(before);
      after = next.linking(after);
    }
    String text = diff(GIT.linking(before), GIT.linking(after), "--all");
    assertLine(" zlib-1 +1502 .* patches changed", text);
    assertLine(" {41}package20-1 +1482 .* s", text);
    assertLine(" {41}\\(1500\\) package1500-1 +2 .* s", text);
    assertTrue(text.lines().allMatch(line -> line.length() < 200), "there is room for each");
  }
}
