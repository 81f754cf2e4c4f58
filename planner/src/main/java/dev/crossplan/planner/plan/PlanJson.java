package dev.crossplan.planner.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.JsonFields;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** Writes a plan as JSON: format {@code crossplan.plan/1}. */
public final class PlanJson {
  /** The format that is written. */
  public static final String FORMAT = "crossplan.plan/1";

  private static final JsonFactory FACTORY = new JsonFactory();

  private PlanJson() {}

  /** Writes {@code plan}, a step a line. Does not close {@code out}. */
  public static void write(OutputStream out, Plan plan) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("format", FORMAT);
      json.writeStringField("name", plan.name());
      json.writeObjectFieldStart("target");
      json.writeStringField("system", plan.target().system());
      if (plan.target().march().isPresent()) {
        json.writeStringField("march", plan.target().march().get());
      }
      json.writeEndObject();
      json.writeStringField("objective", plan.objective().toString());
      writeBuilders(json, plan);
      newLine(json);
      json.writeArrayFieldStart("steps");
      for (Step step : plan.steps()) {
        newLine(json);
        writeStep(json, step);
      }
      json.writeEndArray();
      newLine(json);
      json.writeObjectFieldStart("image");
      for (Map.Entry<String, Integer> attribute : plan.image().entrySet()) {
        json.writeNumberField(attribute.getKey(), attribute.getValue());
      }
      json.writeEndObject();
      newLine(json);
      writeTotals(json, plan);
      writeBaselines(json, plan);
      writeUnpaired(json, plan);
      JsonFields.strings(json, "warnings", plan.warnings());
      writeFailures(json, plan);
      writeLost(json, plan.lost());
      json.writeEndObject();
      newLine(json);
    }
  }

  /** White space is all that may stand between two values besides what the generator writes. */
  private static void newLine(JsonGenerator json) throws IOException {
    json.writeRaw('\n');
  }

  private static void writeBuilders(JsonGenerator json, Plan plan) throws IOException {
    json.writeArrayFieldStart("builders");
    for (Builder builder : plan.builders()) {
      json.writeStartObject();
      json.writeStringField("name", builder.name());
      if (builder.uri().isPresent()) {
        json.writeStringField("uri", builder.uri().get());
      }
      JsonFields.strings(json, "systems", builder.systems());
      JsonFields.strings(json, "emulates", builder.emulates());
      JsonFields.strings(json, "features", builder.features());
      json.writeNumberField("slots", builder.slots());
      json.writeNumberField("speed", builder.speed());
      json.writeNumberField("hourly", builder.hourly());
      json.writeNumberField("watts", builder.watts());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeStep(JsonGenerator json, Step step) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", step.id());
    json.writeObjectFieldStart("package");
    json.writeStringField("name", step.packageName());
    json.writeStringField("version", step.version());
    JsonFields.optional(json, "host", step.host());
    json.writeEndObject();
    json.writeStringField("action", step.action().toString());
    JsonFields.optional(json, "strategy", step.strategy());
    json.writeStringField("instance", step.instance());
    json.writeStringField("derivation", step.derivation().toString());
    json.writeBooleanField("rewritten", step.rewritten());
    json.writeArrayFieldStart("provides");
    for (StorePath path : step.provides()) {
      json.writeString(path.toString());
    }
    json.writeEndArray();
    json.writeFieldName("inputs");
    json.writeArray(step.inputs().toArray(), 0, step.inputs().length());
    if (step.toolSet() != Tools.AS_EVALUATED) {
      json.writeStringField("toolSet", step.toolSet().toString());
    }
    if (!step.tools().isEmpty()) {
      json.writeObjectFieldStart("tools");
      for (Map.Entry<StorePath, Integer> tool : step.tools().entrySet()) {
        json.writeNumberField(tool.getKey().toString(), tool.getValue());
      }
      json.writeEndObject();
    }
    JsonFields.optional(json, "builder", step.builder());
    json.writeNumberField("seconds", step.seconds());
    json.writeNumberField("start", step.start());
    json.writeNumberField("finish", step.finish());
    if (step.memory() > 0) {
      json.writeNumberField("memory", step.memory());
    }
    json.writeEndObject();
  }

  private static void writeTotals(JsonGenerator json, Plan plan) throws IOException {
    json.writeObjectFieldStart("totals");
    json.writeNumberField("builds", plan.count(Action.BUILD));
    for (Strategy strategy : Strategy.values()) {
      json.writeNumberField(strategy.toString(), plan.count(strategy));
    }
    json.writeNumberField("withNativeTools", plan.countWithNativeTools());
    json.writeNumberField("fetches", plan.count(Action.FETCH));
    json.writeNumberField("substitutes", plan.count(Action.SUBSTITUTE));
    json.writeNumberField("builderSeconds", plan.builderSeconds());
    json.writeNumberField("makespanSeconds", plan.makespanSeconds());
    json.writeEndObject();
    json.writeObjectFieldStart("bounds");
    json.writeNumberField("builderSeconds", plan.bounds().builderSeconds());
    json.writeNumberField("makespanSeconds", plan.bounds().makespanSeconds());
    json.writeEndObject();
    if (plan.bounds().anyPlanMakespanSeconds() > 0) {
      json.writeNumberField("anyPlanMakespanSeconds", plan.bounds().anyPlanMakespanSeconds());
    }
    json.writeBooleanField("optimal", plan.isLeast());
  }

  private static void writeBaselines(JsonGenerator json, Plan plan) throws IOException {
    json.writeArrayFieldStart("baselines");
    for (Baseline baseline : plan.baselines()) {
      json.writeStartObject();
      json.writeStringField("name", baseline.name());
      json.writeBooleanField("possible", baseline.possible());
      json.writeNumberField("builds", baseline.builds());
      json.writeNumberField("duplicates", baseline.duplicates());
      json.writeNumberField("builderSeconds", baseline.builderSeconds());
      JsonFields.optional(json, "why", baseline.why());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeUnpaired(JsonGenerator json, Plan plan) throws IOException {
    json.writeArrayFieldStart("unpaired");
    for (Plan.KeptApart apart : plan.unpaired()) {
      json.writeStartObject();
      JsonFields.strings(
          json,
          "derivations",
          apart.derivations().stream()
              .map(StorePath::toString)
              .collect(ImmutableSet.toImmutableSet()));
      json.writeStringField("reason", apart.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeFailures(JsonGenerator json, Plan plan) throws IOException {
    json.writeArrayFieldStart("failures");
    for (Plan.Failure failure : plan.failures()) {
      json.writeStartObject();
      json.writeStringField("derivation", failure.way().derivation().toString());
      json.writeStringField("action", failure.way().action().toString());
      JsonFields.optional(json, "strategy", failure.way().strategy());
      json.writeStringField("why", failure.why());
      if (failure.step().isPresent()) {
        json.writeNumberField("step", failure.step().getAsInt());
      } else {
        json.writeNullField("step");
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  static void writeLost(JsonGenerator json, Plan.Lost lost) throws IOException {
    json.writeObjectFieldStart("lost");
    JsonFields.strings(json, "attributes", lost.attributes());
    JsonFields.strings(json, "why", lost.why());
    json.writeEndObject();
  }
}
