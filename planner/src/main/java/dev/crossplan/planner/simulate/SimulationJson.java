package dev.crossplan.planner.simulate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.JsonFields;
import dev.crossplan.planner.instance.Builder;
import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalDouble;

/** Writes what policies made of a plan as one JSON object; docs/simulate.md says what is in it. */
public final class SimulationJson {
  private final JsonGenerator json;

  private SimulationJson(JsonGenerator json) {
    this.json = json;
  }

  /** Does not close {@code out}. */
  public static void write(OutputStream out, SimulationReport report) throws IOException {
    try (JsonGenerator json = IndentedJson.on(out)) {
      new SimulationJson(json).report(report);
      json.writeRaw('\n');
    }
  }

  private void report(SimulationReport report) throws IOException {
    Conditions conditions = report.conditions();
    json.writeStartObject();
    json.writeStringField("name", report.plan().name());
    json.writeStringField("objective", report.plan().objective().toString());
    json.writeNumberField("steps", report.plan().steps().size());
    json.writeNumberField("planSeconds", report.plan().makespanSeconds());
    json.writeNumberField("boundSeconds", report.of(Policy.SCHEDULE).boundSeconds());
    JsonFields.optional(json, "local", report.local().map(Builder::name));
    json.writeNumberField("runs", conditions.runs());
    json.writeBooleanField("noise", !conditions.deviations().isNone());
    json.writeArrayFieldStart("faults");
    for (Outage outage : conditions.outages()) {
      json.writeStartObject();
      json.writeStringField("builder", outage.builder());
      json.writeNumberField("from", outage.from());
      JsonFields.optional(
          json,
          "until",
          outage.until() < Double.POSITIVE_INFINITY
              ? OptionalDouble.of(outage.until())
              : OptionalDouble.empty());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("policies");
    for (PolicyResult result : report.results()) {
      policy(result, report);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void policy(PolicyResult result, SimulationReport report) throws IOException {
    PolicyResult schedule = report.of(Policy.SCHEDULE);
    json.writeStartObject();
    json.writeStringField("name", result.policy().toString());
    JsonFields.optional(json, "makespanSeconds", result.makespan());
    JsonFields.optional(json, "shortestSeconds", result.shortest());
    JsonFields.optional(json, "longestSeconds", result.longest());
    JsonFields.optional(json, "againstSchedule", result.against(schedule));
    JsonFields.optional(json, "againstBound", result.againstBound());
    json.writeNumberField("scheduleSooner", schedule.winsAgainst(result));
    json.writeNumberField("finishedRuns", result.finishedRuns());
    json.writeNumberField("done", result.done());
    JsonFields.optional(json, "firstFailure", result.firstFailure());
    json.writeNumberField("lostSeconds", result.lostSeconds());
    json.writeArrayFieldStart("builders");
    ImmutableList<Builder> builders = report.plan().builders();
    for (int i = 0; i < builders.size(); i++) {
      json.writeStartObject();
      json.writeStringField("name", builders.get(i).name());
      json.writeNumberField("busySeconds", result.busySeconds(i));
      json.writeNumberField("share", result.share(i, builders.get(i).slots()));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
