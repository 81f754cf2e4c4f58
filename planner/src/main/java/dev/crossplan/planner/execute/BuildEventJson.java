package dev.crossplan.planner.execute;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.crossplan.planner.JsonFields;
import dev.crossplan.planner.execute.BuildReport.Cause;
import dev.crossplan.planner.execute.BuildReport.Outcome;
import dev.crossplan.planner.execute.BuildReport.StepReport;
import dev.crossplan.planner.plan.Step;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Writes what happens as JSON Lines, format {@code crossplan.build/1}: an object a line for every
 * event, then one for every step, then the outcome. Each line is flushed. See docs/build-events.md.
 */
public final class BuildEventJson implements BuildListener {
  /** The format that is written. */
  public static final String FORMAT = "crossplan.build/1";

  /** Names and logs are bytes that need not be text; an escape is right for all of them. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final OutputStream out;

  /** Writes to {@code out}, which is left open. */
  public BuildEventJson(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes a line, or at the end several.
   *
   * @throws UncheckedIOException if that fails
   */
  @Override
  public void on(BuildEvent event) {
    try {
      if (event instanceof BuildEvent.Planned planned) {
        line("planned", json -> write(json, planned));
      } else if (event instanceof BuildEvent.Started started) {
        line("started", started.step(), json -> write(json, started));
      } else if (event instanceof BuildEvent.Phase phase) {
        line("phase", phase.step(), json -> json.writeStringField("phase", phase.phase()));
      } else if (event instanceof BuildEvent.Finished finished) {
        line("finished", finished.step(), json -> write(json, finished));
      } else if (event instanceof BuildEvent.Failed failed) {
        line("failed", failed.step(), json -> write(json, failed));
      } else if (event instanceof BuildEvent.Interrupted interrupted) {
        line("interrupted", interrupted.step(), json -> write(json, interrupted));
      } else if (event instanceof BuildEvent.BuilderLost lost) {
        line("builderLost", json -> write(json, lost));
      } else if (event instanceof BuildEvent.BuilderBack back) {
        line(
            "builderBack",
            json -> {
              json.writeStringField("builder", back.builder());
              json.writeStringField("at", back.at().toString());
            });
      } else if (event instanceof BuildEvent.Replanned again) {
        line(
            "replanned",
            again.failed(),
            json -> JsonFields.optional(json, "instead", again.instead()));
      } else if (event instanceof BuildEvent.GivenUp lost) {
        line(
            "givenUp",
            lost.step(),
            json -> json.writeStringField("because", lost.because().derivation().toString()));
      } else if (event instanceof BuildEvent.Stopping stopping) {
        line("stopping", json -> json.writeStringField("why", stopping.why()));
      } else if (event instanceof BuildEvent.Ended ended) {
        for (StepReport step : ended.report().steps()) {
          line("step", step.step(), json -> write(json, step));
        }
        line("ended", json -> write(json, ended.report()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @FunctionalInterface
  private interface Fields {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private void line(String event, Step step, Fields fields) throws IOException {
    line(
        event,
        json -> {
          write(json, step);
          fields.writeTo(json);
        });
  }

  private void line(String event, Fields fields) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("event", event);
      fields.writeTo(json);
      json.writeEndObject();
      json.writeRaw('\n');
    }
    out.flush();
  }

  private static void write(JsonGenerator json, BuildEvent.Planned planned) throws IOException {
    json.writeStringField("format", FORMAT);
    json.writeStringField("name", planned.plan().name());
    json.writeArrayFieldStart("done");
    for (Step step : planned.done()) {
      json.writeString(step.derivation().toString());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("todo");
    for (Step step : planned.todo()) {
      json.writeStartObject();
      write(json, step);
      json.writeEndObject();
    }
    json.writeEndArray();
    Outlook outlook = Outlook.of(planned.plan(), planned.todo());
    json.writeObjectFieldStart("expected");
    json.writeNumberField("builderSeconds", outlook.builderSeconds());
    json.writeNumberField("seconds", outlook.expectedSeconds());
    json.writeNumberField("atLeastSeconds", outlook.atLeastSeconds());
    if (planned.end().isPresent()) {
      json.writeObjectFieldStart("interval");
      json.writeNumberField("low", planned.end().get().low() * outlook.expectedSeconds());
      json.writeNumberField("median", planned.end().get().median() * outlook.expectedSeconds());
      json.writeNumberField("high", planned.end().get().high() * outlook.expectedSeconds());
      json.writeEndObject();
    } else {
      json.writeNullField("interval");
    }
    json.writeArrayFieldStart("longestChain");
    for (Step step : outlook.longestChain()) {
      json.writeString(step.derivation().toString());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** What is told of a step wherever it occurs. */
  private static void write(JsonGenerator json, Step step) throws IOException {
    json.writeStringField("derivation", step.derivation().toString());
    json.writeObjectFieldStart("package");
    json.writeStringField("name", step.packageName());
    json.writeStringField("version", step.version());
    JsonFields.optional(json, "host", step.host());
    json.writeEndObject();
    json.writeStringField("action", step.action().toString());
    JsonFields.optional(json, "strategy", step.strategy());
    JsonFields.optional(json, "builder", step.builder());
    json.writeNumberField("expectedSeconds", step.seconds());
  }

  private static void write(JsonGenerator json, BuildEvent.Started started) throws IOException {
    json.writeStringField("at", started.at().toString());
    json.writeStringField("log", started.log().toString());
  }

  private static void write(JsonGenerator json, BuildEvent.Finished finished) throws IOException {
    json.writeStringField("at", finished.at().toString());
    json.writeNumberField("seconds", finished.seconds());
    json.writeBooleanField("built", finished.built());
  }

  private static void write(JsonGenerator json, BuildEvent.Failed failed) throws IOException {
    json.writeStringField("at", failed.at().toString());
    json.writeNumberField("seconds", failed.seconds());
    json.writeStringField("why", failed.why());
    JsonFields.strings(json, "lastLines", failed.lastLines());
    JsonFields.optional(json, "log", failed.log());
  }

  private static void write(JsonGenerator json, BuildEvent.Interrupted interrupted)
      throws IOException {
    json.writeStringField("at", interrupted.at().toString());
    json.writeNumberField("seconds", interrupted.seconds());
    json.writeStringField("why", interrupted.why());
  }

  private static void write(JsonGenerator json, BuildEvent.BuilderLost lost) throws IOException {
    json.writeStringField("builder", lost.builder());
    json.writeStringField("at", lost.at().toString());
    json.writeStringField("why", lost.why());
    json.writeStringField("remedy", lost.remedy());
    if (lost.waitSeconds().isPresent()) {
      json.writeNumberField("waitSeconds", lost.waitSeconds().getAsDouble());
    } else {
      json.writeNullField("waitSeconds");
    }
  }

  private static void write(JsonGenerator json, StepReport step) throws IOException {
    json.writeStringField("outcome", step.outcome().toString());
    json.writeStringField("builtDerivation", step.derivation().toString());
    JsonFields.optional(json, "started", step.started());
    json.writeNumberField("seconds", step.seconds());
    JsonFields.optional(json, "why", step.why());
    JsonFields.optional(json, "log", step.log());
  }

  private static void write(JsonGenerator json, BuildReport report) throws IOException {
    json.writeBooleanField("succeeded", report.succeeded());
    json.writeBooleanField("interrupted", report.interrupted());
    JsonFields.optional(json, "failure", report.failure().map(Throwable::getMessage));
    json.writeObjectFieldStart("image");
    for (var attribute : report.image().entrySet()) {
      json.writeObjectFieldStart(attribute.getKey());
      for (var output : attribute.getValue().entrySet()) {
        json.writeStringField(output.getKey(), output.getValue().toString());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    JsonFields.strings(json, "links", report.links().stream().map(Object::toString).toList());
    JsonFields.strings(
        json, "earlierLinks", report.earlierLinks().stream().map(Object::toString).toList());
    json.writeArrayFieldStart("causes");
    for (Cause cause : report.causes()) {
      json.writeStartObject();
      JsonFields.optional(
          json, "derivation", cause.step().map(step -> step.derivation().toString()));
      JsonFields.strings(json, "why", cause.why());
      JsonFields.strings(json, "lost", cause.lost());
      json.writeBooleanField("learned", cause.learned());
      json.writeEndObject();
    }
    json.writeEndArray();
    JsonFields.strings(json, "faults", report.faults());
    json.writeObjectFieldStart("totals");
    for (Outcome outcome : Outcome.values()) {
      json.writeNumberField(outcome.toString(), report.count(outcome));
    }
    json.writeNumberField("builderSeconds", report.builderSeconds());
    json.writeNumberField("seconds", report.seconds());
    json.writeEndObject();
    json.writeStringField("logs", report.folder().toString());
  }
}
