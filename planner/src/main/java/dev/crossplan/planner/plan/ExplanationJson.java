package dev.crossplan.planner.plan;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.JsonFields;
import dev.crossplan.planner.derivation.StorePath;
import java.io.IOException;
import java.io.OutputStream;

/** Writes an explanation as one JSON object, with the fields of {@link Explanation}. */
public final class ExplanationJson {
  private ExplanationJson() {}

  /** Does not close {@code out}. */
  public static void write(OutputStream out, Explanation explanation) throws IOException {
    try (JsonGenerator json = IndentedJson.on(out)) {
      json.writeStartObject();
      json.writeStringField("package", explanation.packageName());
      json.writeStringField("version", explanation.version());
      JsonFields.optional(json, "host", explanation.host());
      json.writeBooleanField("used", explanation.used());
      json.writeNumberField("planSeconds", explanation.planSeconds());
      json.writeArrayFieldStart("alternatives");
      for (Explanation.Alternative each : explanation.alternatives()) {
        writeAlternative(json, each);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("variants");
      for (Explanation.Variant variant : explanation.variants()) {
        json.writeStartObject();
        json.writeStringField("derivation", variant.derivation().toString());
        json.writeStringField("instance", variant.instance());
        json.writeStringField("system", variant.system());
        json.writeStringField("hostKnownBy", variant.basis());
        json.writeEndObject();
      }
      json.writeEndArray();
      JsonFields.strings(json, "evidence", explanation.evidence());
      JsonFields.strings(json, "stages", paths(explanation.stages()));
      JsonFields.strings(json, "neededBy", explanation.neededBy());
      JsonFields.strings(json, "chain", explanation.chain());
      json.writeArrayFieldStart("unpaired");
      for (Plan.KeptApart apart : explanation.keptApart()) {
        json.writeStartObject();
        JsonFields.strings(json, "derivations", paths(apart.derivations()));
        json.writeStringField("reason", apart.reason());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("tools");
      for (Explanation.Tool tool : explanation.tools()) {
        json.writeStartObject();
        json.writeStringField("package", tool.label());
        json.writeBooleanField("natively", tool.natively());
        if (tool.taken().isPresent()) {
          json.writeBooleanField("taken", tool.taken().get());
        } else {
          json.writeNullField("taken");
        }
        json.writeStringField("why", tool.why());
        json.writeEndObject();
      }
      json.writeEndArray();
      PlanJson.writeLost(json, explanation.lost());
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void writeAlternative(JsonGenerator json, Explanation.Alternative each)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("derivation", each.derivation().toString());
    json.writeStringField("instance", each.instance());
    json.writeStringField("action", each.action().toString());
    JsonFields.optional(json, "strategy", each.strategy());
    json.writeStringField("tools", each.tools().toString());
    json.writeBooleanField("chosen", each.chosen());
    json.writeNumberField("seconds", each.seconds());
    if (each.planSeconds().isPresent()) {
      json.writeNumberField("planSeconds", each.planSeconds().getAsDouble());
    } else {
      json.writeNullField("planSeconds");
    }
    json.writeBooleanField("proven", each.proven());
    JsonFields.optional(json, "why", each.why());
    json.writeEndObject();
  }

  private static ImmutableList<String> paths(ImmutableList<StorePath> paths) {
    return paths.stream().map(StorePath::toString).collect(ImmutableList.toImmutableList());
  }
}
