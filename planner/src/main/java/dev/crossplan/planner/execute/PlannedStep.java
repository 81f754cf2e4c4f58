package dev.crossplan.planner.execute;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A step of a plan as it is kept for the next one: which way was chosen, and what that gives.
 *
 * @param attempt the derivation as evaluated, and the way
 * @param provides every evaluated derivation that it stands for
 * @param tools by evaluated input in whose place it has a tool that runs natively, that tool as
 *     evaluated
 * @param outputs paths by name, as the chosen inputs make them; the one that is meant first
 * @param used those paths that the plan uses
 */
record PlannedStep(
    Attempt attempt,
    ImmutableList<StorePath> provides,
    ImmutableMap<StorePath, StorePath> tools,
    ImmutableMap<String, StorePath> outputs,
    ImmutableSet<StorePath> used) {
  private static final JsonFactory JSON = new JsonFactory();

  /** The output that an attribute of the image stands for. */
  String meant() {
    return outputs.keySet().iterator().next();
  }

  /**
   * Writes a line a step: {@code
   * {"derivation":"/nix/store/….drv","action":"build","strategy":"cross","provides":["/nix/store/….drv"],"outputs":{"out":"/nix/store/…"},"used":["/nix/store/…"]}}.
   */
  static void write(Path file, ImmutableList<PlannedStep> steps) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JsonGenerator json = JSON.createGenerator(out)) {
      json.setRootValueSeparator(null);
      for (PlannedStep step : steps) {
        json.writeStartObject();
        json.writeStringField("derivation", step.attempt.derivation().toString());
        json.writeStringField("action", step.attempt.action().toString());
        if (step.attempt.strategy().isPresent()) {
          json.writeStringField("strategy", step.attempt.strategy().get().toString());
        }
        writePaths(json, "provides", step.provides);
        if (!step.tools.isEmpty()) {
          json.writeStringField("toolSet", step.attempt.tools().toString());
          json.writeObjectFieldStart("tools");
          for (var tool : step.tools.entrySet()) {
            json.writeStringField(tool.getKey().toString(), tool.getValue().toString());
          }
          json.writeEndObject();
        }
        json.writeObjectFieldStart("outputs");
        for (var output : step.outputs.entrySet()) {
          json.writeStringField(output.getKey(), output.getValue().toString());
        }
        json.writeEndObject();
        writePaths(json, "used", step.used);
        json.writeEndObject();
        json.writeRaw('\n');
      }
    }
  }

  private static void writePaths(JsonGenerator json, String field, Iterable<StorePath> paths)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (StorePath path : paths) {
      json.writeString(path.toString());
    }
    json.writeEndArray();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws InputException if it is something else
   */
  static ImmutableList<PlannedStep> read(Path file) throws IOException {
    ImmutableList.Builder<PlannedStep> steps = ImmutableList.builder();
    try (JsonParser json = JSON.createParser(Files.newInputStream(file))) {
      while (json.nextToken() == JsonToken.START_OBJECT) {
        steps.add(readStep(json));
      }
      return steps.build();
    } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
      throw new InputException(
          file + ": is damaged",
          "Maybe delete it; what was built is in the store and is found there.",
          e);
    }
  }

  private static PlannedStep readStep(JsonParser json) throws IOException {
    String derivation = "";
    Action action = Action.BUILD;
    Optional<Strategy> strategy = Optional.empty();
    ImmutableList<StorePath> provides = ImmutableList.of();
    Tools toolSet = Tools.AS_EVALUATED;
    ImmutableMap.Builder<StorePath, StorePath> tools = ImmutableMap.builder();
    ImmutableMap.Builder<String, StorePath> outputs = ImmutableMap.builder();
    ImmutableList<StorePath> used = ImmutableList.of();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "derivation" -> derivation = json.getText();
        case "action" -> action = Action.valueOf(json.getText().toUpperCase(Locale.ROOT));
        case "strategy" -> strategy = Optional.of(Strategy.of(json.getText()));
        case "provides" -> provides = readPaths(json);
        case "toolSet" -> toolSet = toolSet(json.getText());
        case "tools" -> {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            StorePath input = StorePath.parse(json.currentName());
            tools.put(input, StorePath.parse(json.nextTextValue()));
          }
        }
        case "outputs" -> {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            outputs.put(json.currentName(), StorePath.parse(json.nextTextValue()));
          }
        }
        case "used" -> used = readPaths(json);
        default -> json.skipChildren();
      }
    }
    return new PlannedStep(
        new Attempt(StorePath.parse(derivation), action, strategy, toolSet),
        provides,
        tools.buildOrThrow(),
        outputs.buildOrThrow(),
        ImmutableSet.copyOf(used));
  }

  /** An older crossplan wrote {@code NATIVE_COMPILER}. */
  private static Tools toolSet(String word) {
    return Tools.of(word.toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  private static ImmutableList<StorePath> readPaths(JsonParser json) throws IOException {
    ImmutableList.Builder<StorePath> paths = ImmutableList.builder();
    while (json.nextToken() == JsonToken.VALUE_STRING) {
      paths.add(StorePath.parse(json.getText()));
    }
    return paths.build();
  }
}
