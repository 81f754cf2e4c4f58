package dev.crossplan.planner.execute;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Attempt;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A step of a plan as it is kept for the next run: which way was chosen, and what the plan uses of
 * it.
 *
 * @param attempt the derivation as evaluated, and the way
 * @param outputs those that the plan uses, as the chosen inputs make them
 * @param inputs steps before it that it needs
 */
record PlannedStep(Attempt attempt, ImmutableList<StorePath> outputs, ImmutableIntArray inputs) {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Writes a line a step: {@code
   * {"derivation":"/nix/store/….drv","action":"build","strategy":"cross","outputs":["/nix/store/…"],"inputs":[0]}}.
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
        json.writeArrayFieldStart("outputs");
        for (StorePath output : step.outputs) {
          json.writeString(output.toString());
        }
        json.writeEndArray();
        json.writeFieldName("inputs");
        json.writeArray(step.inputs.toArray(), 0, step.inputs.length());
        json.writeEndObject();
        json.writeRaw('\n');
      }
    }
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
    ImmutableList.Builder<StorePath> outputs = ImmutableList.builder();
    ImmutableIntArray.Builder inputs = ImmutableIntArray.builder();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "derivation" -> derivation = json.getText();
        case "action" -> action = Action.valueOf(json.getText().toUpperCase(Locale.ROOT));
        case "strategy" ->
            strategy = Optional.of(Strategy.valueOf(json.getText().toUpperCase(Locale.ROOT)));
        case "outputs" -> {
          while (json.nextToken() == JsonToken.VALUE_STRING) {
            outputs.add(StorePath.parse(json.getText()));
          }
        }
        case "inputs" -> {
          while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            inputs.add(json.getIntValue());
          }
        }
        default -> json.skipChildren();
      }
    }
    return new PlannedStep(
        new Attempt(StorePath.parse(derivation), action, strategy),
        outputs.build(),
        inputs.build());
  }
}
