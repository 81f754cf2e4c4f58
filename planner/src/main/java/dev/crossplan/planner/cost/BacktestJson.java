package dev.crossplan.planner.cost;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.JsonFields;
import dev.crossplan.planner.cost.Backtest.Trial;
import java.io.IOException;
import java.io.OutputStream;

/** Writes how good estimates are as one JSON object; docs/estimate.md says what is in it. */
public final class BacktestJson {
  private BacktestJson() {}

  /** Does not close {@code out}. */
  public static void write(OutputStream out, Backtest backtest) throws IOException {
    try (JsonGenerator json = IndentedJson.on(out)) {
      json.writeStartObject();
      json.writeNumberField("builds", backtest.trials().size());
      JsonFields.optional(json, "medianError", backtest.medianError());
      JsonFields.optional(json, "coverage", backtest.coverage());
      json.writeNumberField("seconds", backtest.seconds());
      json.writeNumberField("estimatedSeconds", backtest.estimatedSeconds());
      json.writeArrayFieldStart("trials");
      for (Trial trial : backtest.trials()) {
        write(json, trial);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void write(JsonGenerator json, Trial trial) throws IOException {
    json.writeStartObject();
    json.writeStringField("package", trial.timing().packageName());
    json.writeStringField("version", trial.timing().version());
    json.writeStringField("strategy", trial.timing().strategy().orElseThrow().toString());
    json.writeStringField("machine", trial.timing().machine());
    json.writeStringField("started", trial.timing().started().toString());
    json.writeNumberField("seconds", trial.timing().seconds());
    json.writeNumberField("estimate", trial.estimate().seconds());
    json.writeNumberField("low", trial.estimate().low());
    json.writeNumberField("high", trial.estimate().high());
    json.writeStringField("origin", trial.estimate().origin().toString());
    json.writeEndObject();
  }
}
