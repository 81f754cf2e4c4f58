package dev.crossplan.planner.choice;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import dev.crossplan.planner.choice.ChoiceResult.Solved;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The neutral JSON format of choice problems and answers.
 *
 * <pre>
 * {"artifacts":{"a":[{"recipe":"r1","cost":4.0,"needs":["b"]}]},"roots":["a"]}
 * {"cost":4.0,"bound":4.0,"optimal":true,"seconds":0.1,"chosen":{"a":"r1"}}
 * </pre>
 *
 * <p>Read as a stream, in any order of the keys; other keys are skipped. {@code needs} may be left
 * out. A need that is no artifact of the file cannot be made.
 */
public final class ChoiceJson {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          // Names differ from one another, so a table of them would only cost memory.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNameLength(1 << 20).build())
          .build();

  private static final String EXAMPLE =
      "{\"artifacts\":{\"a\":[{\"recipe\":\"r\",\"cost\":1,\"needs\":[]}]},\"roots\":[\"a\"]}";

  private ChoiceJson() {}

  /**
   * Reads a problem, plain or gzip.
   *
   * @throws InputException if the file cannot be read, is no JSON, or is no choice problem
   */
  public static ChoiceProblem read(Path file) {
    return InputFile.read(file, in -> new Reader(InputFile.name(file), in).read());
  }

  /**
   * Writes an answer.
   *
   * @param seconds how long it took
   */
  public static void write(Solved solved, Duration seconds, OutputStream out) throws IOException {
    Selection selection = solved.selection();
    ChoiceProblem problem = selection.problem();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeNumberField("cost", selection.cost());
      json.writeNumberField("bound", solved.bound());
      json.writeBooleanField("optimal", solved.optimal());
      json.writeNumberField("seconds", seconds.toMillis() / 1000.0);
      json.writeObjectFieldStart("chosen");
      for (int artifact = 0; artifact < problem.artifactCount(); artifact++) {
        if (selection.contains(artifact)) {
          json.writeStringField(
              problem.artifactName(artifact), problem.recipeName(selection.recipeOf(artifact)));
        }
      }
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  /** Writes a problem in the format that {@link #read} reads; an infinite cost as 1e999. */
  public static void write(ChoiceProblem problem, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeObjectFieldStart("artifacts");
      for (int artifact = 0; artifact < problem.artifactCount(); artifact++) {
        json.writeArrayFieldStart(problem.artifactName(artifact));
        for (int r = problem.firstRecipe(artifact); r < problem.endRecipe(artifact); r++) {
          json.writeStartObject();
          json.writeStringField("recipe", problem.recipeName(r));
          json.writeFieldName("cost");
          if (problem.cost(r) == Double.POSITIVE_INFINITY) {
            json.writeRawValue("1e999");
          } else {
            json.writeNumber(problem.cost(r));
          }
          json.writeArrayFieldStart("needs");
          for (int i = problem.firstNeed(r); i < problem.endNeed(r); i++) {
            json.writeString(problem.artifactName(problem.need(i)));
          }
          json.writeEndArray();
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      json.writeEndObject();
      json.writeArrayFieldStart("roots");
      for (int root : problem.roots()) {
        json.writeString(problem.artifactName(root));
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  /** Reads one file. */
  private static final class Reader {
    private final String file;
    private final InputStream in;
    private final ProblemDraft draft = new ProblemDraft();
    private final Map<String, Integer> artifacts = new HashMap<>();
    private final IntList defined = new IntList();

    Reader(String file, InputStream in) {
      this.file = file;
      this.in = in;
    }

    ChoiceProblem read() throws IOException {
      boolean artifactsSeen = false;
      List<String> roots = null;
      try (JsonParser json = JSON.createParser(in)) {
        expect(json, json.nextToken(), JsonToken.START_OBJECT, "a choice problem");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String key = json.currentName();
          JsonToken value = json.nextToken();
          if (key.equals("artifacts")) {
            expect(json, value, JsonToken.START_OBJECT, "\"artifacts\"");
            if (artifactsSeen) {
              throw bad(json, "\"artifacts\" given twice");
            }
            artifactsSeen = true;
            readArtifacts(json);
          } else if (key.equals("roots")) {
            if (roots != null) {
              throw bad(json, "\"roots\" given twice");
            }
            roots = readNames(json, value, "\"roots\"");
          } else {
            json.skipChildren();
          }
        }
        if (json.nextToken() != null) {
          throw bad(json, "something follows the end of the problem");
        }
      }
      if (!artifactsSeen || roots == null) {
        throw new InputException(
            file + ": no \"" + (artifactsSeen ? "roots" : "artifacts") + "\"",
            "Maybe this is no choice problem: " + EXAMPLE + " is one.");
      }
      for (String root : roots) {
        Integer artifact = artifacts.get(root);
        if (artifact == null || defined.get(artifact) == 0) {
          throw new InputException(
              file + ": root \"" + root + "\" is no artifact",
              "Maybe it is spelt otherwise under \"artifacts\".");
        }
        draft.root(artifact);
      }
      return draft.finish();
    }

    private void readArtifacts(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        int artifact = artifact(name);
        if (defined.get(artifact) != 0) {
          throw bad(json, "artifact \"" + name + "\" given twice");
        }
        defined.set(artifact, 1);
        expect(json, json.nextToken(), JsonToken.START_ARRAY, "artifact \"" + name + "\"");
        Set<String> recipes = new HashSet<>(4);
        while (json.nextToken() != JsonToken.END_ARRAY) {
          readRecipe(json, artifact, name, recipes);
        }
      }
    }

    private void readRecipe(JsonParser json, int artifact, String name, Set<String> names)
        throws IOException {
      String in = "artifact \"" + name + "\"";
      expect(json, json.currentToken(), JsonToken.START_OBJECT, "a recipe of " + in);
      String recipe = null;
      double cost = Double.NaN;
      List<String> needs = List.of();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        switch (key) {
          case "recipe" -> {
            expect(json, value, JsonToken.VALUE_STRING, "\"recipe\" in " + in);
            recipe = json.getText();
          }
          case "cost" -> {
            if (!value.isNumeric()) {
              throw bad(json, "\"cost\" in " + in + ": " + describe(json) + ", expected a number");
            }
            cost = json.getDoubleValue();
            if (!(cost >= 0)) {
              throw bad(json, "cost " + json.getText() + " in " + in + ", expected 0 or more");
            }
          }
          case "needs" -> needs = readNames(json, value, "\"needs\" in " + in);
          default -> json.skipChildren();
        }
      }
      if (recipe == null || Double.isNaN(cost)) {
        String missing = recipe == null ? "\"recipe\"" : "\"cost\"";
        throw bad(json, "a recipe of " + in + " has no " + missing);
      }
      if (!names.add(recipe)) {
        throw bad(json, "recipe \"" + recipe + "\" given twice in " + in);
      }
      int[] needed = new int[needs.size()];
      for (int i = 0; i < needed.length; i++) {
        needed[i] = artifact(needs.get(i));
      }
      draft.recipe(artifact, recipe, cost, needed);
    }

    private List<String> readNames(JsonParser json, JsonToken start, String where)
        throws IOException {
      expect(json, start, JsonToken.START_ARRAY, where);
      List<String> names = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json, json.currentToken(), JsonToken.VALUE_STRING, "an entry of " + where);
        names.add(json.getText());
      }
      return names;
    }

    private int artifact(String name) {
      Integer known = artifacts.get(name);
      if (known != null) {
        return known;
      }
      int artifact = draft.artifact(name);
      artifacts.put(name, artifact);
      defined.add(0);
      return artifact;
    }

    private void expect(JsonParser json, @Nullable JsonToken found, JsonToken wanted, String what)
        throws IOException {
      if (found != wanted) {
        String expected =
            switch (wanted) {
              case START_OBJECT -> "an object {…}";
              case START_ARRAY -> "an array […]";
              default -> "a string";
            };
        throw bad(json, what + ": " + describe(json) + ", expected " + expected);
      }
    }

    private static String describe(JsonParser json) throws IOException {
      JsonToken token = json.currentToken();
      return token == null ? "nothing" : json.getText();
    }

    private InputException bad(JsonParser json, String message) {
      var at = json.currentTokenLocation();
      return new InputException(
          file + ":" + at.getLineNr() + ":" + at.getColumnNr() + ": " + message,
          "Maybe compare it with one: " + EXAMPLE);
    }
  }
}
