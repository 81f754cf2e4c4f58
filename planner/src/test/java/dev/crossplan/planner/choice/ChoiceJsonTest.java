package dev.crossplan.planner.choice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.InputException;
import dev.crossplan.planner.choice.ChoiceResult.Solved;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoiceJsonTest {
  private final Path folder;

  ChoiceJsonTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void keysComeInAnyOrderAndUnknownOnesAreSkipped() throws IOException {
    ChoiceProblem problem =
        read(
            "{\"roots\":[\"a\",\"a\"],\"name\":{\"x\":[1]},\"artifacts\":{"
                + "\"a\":[{\"needs\":[\"c\",\"b\",\"c\"],\"cost\":4.5,\"why\":[{}],\"recipe\":\"r1\"}],"
                + "\"b\":[{\"recipe\":\"r1\",\"cost\":0},{\"recipe\":\"r2\",\"cost\":1e999,\"needs\":[]}],"
                + "\"c\":[]}}");
    assertEquals("3 artifacts, 3 recipes, 2 needs, 1 roots", problem.toString());
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ChoiceJson.write(problem, written);
    assertEquals(
        "{\"artifacts\":{\"a\":[{\"recipe\":\"r1\",\"cost\":4.5,\"needs\":[\"c\",\"b\"]}],\"c\":[],"
            + "\"b\":[{\"recipe\":\"r1\",\"cost\":0.0,\"needs\":[]},"
            + "{\"recipe\":\"r2\",\"cost\":1e999,\"needs\":[]}]},\"roots\":[\"a\"]}",
        written.toString(UTF_8));
  }

  @Test
  void aWrittenProblemIsReadAgain() throws IOException {
    ChoiceProblem problem = GeneratedProblems.random(7, 50, 4, 4, 10);
    Path file = folder.resolve("problem.json.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      ChoiceJson.write(problem, out);
    }
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    ByteArrayOutputStream second = new ByteArrayOutputStream();
    ChoiceJson.write(problem, first);
    ChoiceJson.write(ChoiceJson.read(file), second);
    assertEquals(first.size(), second.size());
  }

  @Test
  void anAnswerNamesWhatIsChosen() throws IOException {
    ChoiceProblem problem =
        read(
            "{\"artifacts\":{\"a\":[{\"recipe\":\"r1\",\"cost\":4,\"needs\":[\"b\"]}],"
                + "\"b\":[{\"recipe\":\"x\",\"cost\":2},{\"recipe\":\"y\",\"cost\":1}],"
                + "\"c\":[{\"recipe\":\"z\",\"cost\":1}]},\"roots\":[\"a\"]}");
    Solved solved = (Solved) Choice.solve(problem, ChoiceOptions.within(Duration.ofSeconds(60)));
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ChoiceJson.write(solved, Duration.ofMillis(1250), written);
    assertEquals(
        "{\"cost\":5.0,\"bound\":5.0,\"optimal\":true,\"seconds\":1.25,"
            + "\"chosen\":{\"a\":\"r1\",\"b\":\"y\"}}",
        written.toString(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[]|:1:1: a choice problem: [, expected an object {…}",
        "{\"roots\":[]}|: no \"artifacts\"",
        "{\"artifacts\":{}}|: no \"roots\"",
        "{\"artifacts\":{},\"roots\":[\"a\"]}|: root \"a\" is no artifact",
        "{\"artifacts\":{\"a\":[{\"recipe\":\"r\"}]}}|:1:33: a recipe of artifact \"a\" has no \"cost\"",
        "{\"artifacts\":{\"a\":[{\"cost\":1}]}}|:1:29: a recipe of artifact \"a\" has no \"recipe\"",
        "{\"artifacts\":{\"a\":[{\"cost\":-1}]}}|:1:28: cost -1 in artifact \"a\", expected 0 or more",
        "{\"artifacts\":{\"a\":[{\"cost\":\"x\"}]}}|:1:28: \"cost\" in artifact \"a\": x, expected a number",
        "{\"artifacts\":{\"a\":[{\"needs\":[1]}]}}|:1:30: an entry of \"needs\" in artifact \"a\": 1, expected a string",
        "{\"artifacts\":{\"a\":[],\"a\":[]}}|:1:22: artifact \"a\" given twice",
        "{\"artifacts\":{\"a\":[{\"cost\":1,\"recipe\":\"r\"},{\"cost\":1,\"recipe\":\"r\"}]}}"
            + "|:1:66: recipe \"r\" given twice in artifact \"a\"",
        "{\"artifacts\":{}|:1:16: not well-formed JSON",
      })
  void aMistakeIsToldWithItsPlace(String json, String message) {
    InputException exception = assertThrows(InputException.class, () -> read(json));
    String told = String.valueOf(exception.getMessage()).substring(folder.toString().length());
    assertTrue(told.startsWith("/problem.json" + message), told);
  }

  private ChoiceProblem read(String json) throws IOException {
    Path file = folder.resolve("problem.json");
    Files.writeString(file, json);
    return ChoiceJson.read(file);
  }
}
