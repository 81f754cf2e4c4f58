package dev.crossplan.planner.estimate;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.JsonFields;
import dev.crossplan.planner.history.Tools;
import dev.crossplan.planner.plan.Step;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Writes an estimate as one JSON object; docs/estimate.md says what is in it. */
public final class EstimateJson {
  private final JsonGenerator json;

  private EstimateJson(JsonGenerator json) {
    this.json = json;
  }

  /**
   * Does not close {@code out}.
   *
   * @param longest how many of the longest builds
   */
  public static void write(OutputStream out, EstimateReport report, int longest)
      throws IOException {
    try (JsonGenerator json = IndentedJson.on(out)) {
      new EstimateJson(json).report(report, longest);
      json.writeRaw('\n');
    }
  }

  private void report(EstimateReport report, int longest) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", report.plan().name());
    json.writeStringField("objective", report.plan().objective().toString());
    json.writeArrayFieldStart("options");
    for (OptionEstimate option : report.options()) {
      option(option);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("longest");
    for (EstimatedStep build :
        report.longest().subList(0, Math.min(longest, report.longest().size()))) {
      build(build);
    }
    json.writeEndArray();
    chain("criticalPath", report.criticalPath());
    chain("dependencyPath", report.dependencyPath());
    untested(report.untested());
    json.writeArrayFieldStart("substituters");
    for (CacheWeather substituter : report.substituters()) {
      substituter(substituter);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("changes");
    for (BuilderChange change : report.changes()) {
      change(change);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void option(OptionEstimate option) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", option.name());
    json.writeBooleanField("possible", option.amounts().isPresent());
    OptionEstimate.@Nullable Amounts amounts = option.amounts().orElse(null);
    if (amounts == null) {
      for (String field :
          new String[] {
            "builds",
            "duplicates",
            "builderSeconds",
            "makespanSeconds",
            "money",
            "kilowattHours",
            "atLeast"
          }) {
        json.writeNullField(field);
      }
    } else {
      json.writeNumberField("builds", amounts.builds());
      json.writeNumberField("duplicates", amounts.duplicates());
      totals(amounts.totals());
      atLeast(amounts.totals());
    }
    JsonFields.optional(json, "why", option.why());
    if (amounts != null) {
      intervals(amounts.intervals());
      json.writeNumberField("unknown", amounts.unknown());
      json.writeArrayFieldStart("builders");
      for (BuilderUse use : amounts.builders()) {
        use(use);
      }
      json.writeEndArray();
      download(amounts.download());
    }
    json.writeEndObject();
  }

  private void totals(Totals totals) throws IOException {
    json.writeNumberField("builderSeconds", totals.builderSeconds());
    json.writeNumberField("makespanSeconds", totals.makespanSeconds());
    json.writeNumberField("money", totals.money());
    json.writeNumberField("kilowattHours", totals.kilowattHours());
  }

  private void atLeast(Totals totals) throws IOException {
    json.writeArrayFieldStart("atLeast");
    for (Totals.Charge charge : totals.atLeast()) {
      json.writeString(charge.toString());
    }
    json.writeEndArray();
  }

  private void intervals(Optional<Totals.Intervals> found) throws IOException {
    if (found.isEmpty()) {
      json.writeNullField("medians");
      json.writeNullField("intervals");
      return;
    }
    Totals.Intervals intervals = found.get();
    json.writeObjectFieldStart("medians");
    totals(intervals.end(Interval::median));
    json.writeEndObject();
    json.writeObjectFieldStart("intervals");
    interval("builderSeconds", intervals.builderSeconds());
    interval("makespanSeconds", intervals.makespanSeconds());
    charge(Totals.Charge.MONEY, intervals.money(), intervals);
    charge(Totals.Charge.KILOWATT_HOURS, intervals.kilowattHours(), intervals);
    json.writeEndObject();
  }

  private void charge(Totals.Charge charge, Interval interval, Totals.Intervals all)
      throws IOException {
    if (all.atLeast().contains(charge)) {
      json.writeNullField(charge.toString());
    } else {
      interval(charge.toString(), interval);
    }
  }

  private void interval(String field, Interval interval) throws IOException {
    json.writeFieldName(field);
    json.writeArray(new double[] {interval.low(), interval.high()}, 0, 2);
  }

  private void use(BuilderUse use) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", use.builder().name());
    json.writeNumberField("steps", use.steps());
    json.writeNumberField("busySeconds", use.busySeconds());
    json.writeNumberField("activeSeconds", use.activeSeconds());
    json.writeNumberField("untilSeconds", use.untilSeconds());
    JsonFields.optional(json, "money", use.knownMoney());
    JsonFields.optional(json, "kilowattHours", use.knownKilowattHours());
    json.writeEndObject();
  }

  private void download(Download download) throws IOException {
    json.writeObjectFieldStart("download");
    json.writeNumberField("fetches", download.fetches());
    json.writeNumberField("substitutes", download.substitutes());
    json.writeNumberField("sized", download.sized());
    json.writeNumberField("bytes", download.bytes());
    json.writeEndObject();
  }

  private void build(EstimatedStep build) throws IOException {
    json.writeStartObject();
    step(build.step());
    json.writeNumberField("low", build.estimate().low());
    json.writeNumberField("high", build.estimate().high());
    json.writeStringField("origin", build.estimate().origin().toString());
    json.writeEndObject();
  }

  private void step(Step step) throws IOException {
    json.writeNumberField("id", step.id());
    json.writeStringField("package", step.packageName());
    json.writeStringField("version", step.version());
    JsonFields.optional(json, "host", step.host());
    json.writeStringField("action", step.action().toString());
    JsonFields.optional(json, "strategy", step.strategy());
    if (step.toolSet() != Tools.AS_EVALUATED) {
      json.writeStringField("toolSet", step.toolSet().toString());
    }
    JsonFields.optional(json, "builder", step.builder());
    json.writeNumberField("seconds", step.seconds());
    json.writeNumberField("start", step.start());
  }

  private void chain(String field, Chain chain) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("seconds", chain.seconds());
    json.writeArrayFieldStart("steps");
    for (Chain.Link link : chain.links()) {
      json.writeStartObject();
      step(link.step());
      json.writeStringField("waitsFor", link.waitsFor().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void untested(Untested untested) throws IOException {
    json.writeObjectFieldStart("untested");
    JsonFields.optional(json, "seconds", untested.seconds());
    json.writeNumberField("unknown", untested.unknown());
    JsonFields.optional(json, "failuresExpected", untested.failuresExpected());
    json.writeObjectFieldStart("before");
    json.writeNumberField("runs", untested.before().runs());
    json.writeNumberField("failures", untested.before().failures());
    json.writeEndObject();
    json.writeArrayFieldStart("builds");
    for (Untested.Build build : untested.builds()) {
      json.writeStartObject();
      json.writeNumberField("id", build.step().id());
      json.writeStringField("package", build.step().packageName());
      json.writeStringField("version", build.step().version());
      JsonFields.optional(
          json,
          "seconds",
          build
              .tests()
              .map(tests -> OptionalDouble.of(tests.seconds()))
              .orElse(OptionalDouble.empty()));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void substituter(CacheWeather substituter) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", substituter.name());
    share("plan", substituter.ofPlan());
    share("image", substituter.ofImage());
    json.writeNumberField("taken", substituter.taken());
    if (substituter.isSized()) {
      json.writeNumberField("bytes", substituter.bytes());
    } else {
      json.writeNullField("bytes");
    }
    JsonFields.optional(json, "answerSeconds", substituter.answerSeconds());
    json.writeArrayFieldStart("complaints");
    for (String complaint : substituter.complaints()) {
      json.writeString(complaint);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void share(String field, CacheWeather.Share share) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("has", share.has());
    json.writeNumberField("of", share.of());
    json.writeNumberField("unknown", share.unknown());
    json.writeEndObject();
  }

  private void change(BuilderChange change) throws IOException {
    json.writeStartObject();
    json.writeStringField("what", change.what());
    json.writeBooleanField("possible", change.totals().isPresent());
    if (change.totals().isPresent()) {
      totals(change.totals().get());
      atLeast(change.totals().get());
      json.writeObjectFieldStart("saved");
      saved(change.saved().orElseThrow());
      json.writeEndObject();
    }
    JsonFields.optional(json, "why", change.why());
    json.writeEndObject();
  }

  private void saved(Totals.Saved saved) throws IOException {
    json.writeNumberField("builderSeconds", saved.builderSeconds());
    json.writeNumberField("makespanSeconds", saved.makespanSeconds());
    JsonFields.optional(json, "money", saved.money());
    JsonFields.optional(json, "kilowattHours", saved.kilowattHours());
  }
}
