package dev.crossplan.planner.lint;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.Iterables;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.JsonFields;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Writes what lint tells as one JSON object: {@code {"findings":[{"rule":…, …}],
 * "evaluations":[{"instance":…, …}]}}.
 */
public final class FindingJson {
  /** Names are bytes that need not be text. */
  private FindingJson() {}

  /** Does not close {@code out}. */
  public static void write(OutputStream out, Lint.Report report) throws IOException {
    try (JsonGenerator json = IndentedJson.on(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("findings");
      for (Finding finding : report.findings()) {
        json.writeStartObject();
        json.writeStringField("rule", finding.rule());
        json.writeStringField("severity", finding.severity().toString());
        json.writeStringField("message", finding.message());
        JsonFields.strings(
            json, "details", Iterables.concat(finding.details(), finding.packages()));
        json.writeNumberField("derivations", finding.derivations());
        json.writeStringField("remedy", finding.remedy());
        if (finding.split().isPresent()) {
          json.writeObjectFieldStart("fix");
          json.writeStringField("instance", finding.split().get().instance());
          JsonFields.strings(json, "attributes", finding.split().get().attributes());
          json.writeArrayFieldStart("losses");
          for (SecondInstance.Loss loss : finding.split().get().losses()) {
            json.writeStartObject();
            JsonFields.strings(json, "attributes", loss.attributes());
            JsonFields.strings(json, "changes", loss.changes());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      writeCosts(json, report.costs());
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void writeCosts(JsonGenerator json, List<InstanceCost> costs) throws IOException {
    json.writeArrayFieldStart("evaluations");
    for (InstanceCost each : costs) {
      json.writeStartObject();
      json.writeStringField("instance", each.instance());
      json.writeNumberField("seconds", each.cost().seconds());
      if (each.cost().peakBytes().isPresent()) {
        json.writeNumberField("peakBytes", each.cost().peakBytes().getAsLong());
      }
      if (each.with().isPresent()) {
        json.writeStringField("evaluatedWith", each.with().get());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
