package dev.crossplan.planner.rebuild;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.instance.DerivationGraph;
import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalInt;

/** Writes what has to be built anew as one JSON object. */
public final class RebuildJson {
  /** Names are bytes that need not be text. */
  private RebuildJson() {}

  /** Does not close {@code out}. */
  public static void write(OutputStream out, Rebuild rebuild) throws IOException {
    DerivationGraph graph = rebuild.packages().graph();
    try (JsonGenerator json = IndentedJson.on(out)) {
      json.writeStartObject();
      json.writeNumberField("derivations", rebuild.examined());
      json.writeNumberField("rebuilt", rebuild.changes().size());
      for (Change.Kind kind : Change.Kind.values()) {
        json.writeNumberField(kind.toString(), rebuild.count(kind));
      }
      json.writeNumberField("gone", rebuild.gone());
      json.writeNumberField("substituted", rebuild.substituted());
      json.writeNumberField("lostSubstitutes", rebuild.lostSubstitutes());
      json.writeNumberField("builderSeconds", rebuild.builderSeconds());
      json.writeNumberField("chainSeconds", rebuild.chainSeconds());
      json.writeArrayFieldStart("longestChain");
      for (int derivation : rebuild.longestChain()) {
        json.writeString(graph.path(derivation).toString());
      }
      json.writeEndArray();
      json.writeArrayFieldStart("changes");
      for (Change change : rebuild.changes()) {
        write(json, graph, change);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void write(JsonGenerator json, DerivationGraph graph, Change change)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("derivation", graph.path(change.derivation()).toString());
    path(json, "before", graph, change.before());
    json.writeStringField("kind", change.kind().toString());
    json.writeArrayFieldStart("differences");
    for (String difference : change.differences()) {
      json.writeString(difference);
    }
    json.writeEndArray();
    path(json, "because", graph, change.because());
    json.writeNumberField("branch", change.branch());
    json.writeNumberField("alone", change.alone());
    json.writeNumberField("seconds", change.seconds());
    json.writeBooleanField("substituted", change.isSubstituted());
    json.writeBooleanField("lostSubstitute", change.lostSubstitute());
    json.writeEndObject();
  }

  private static void path(
      JsonGenerator json, String field, DerivationGraph graph, OptionalInt derivation)
      throws IOException {
    if (derivation.isPresent()) {
      json.writeStringField(field, graph.path(derivation.getAsInt()).toString());
    } else {
      json.writeNullField(field);
    }
  }
}
