package dev.crossplan.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import dev.crossplan.cli.MachineDemands.Way;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.JsonFields;
import dev.crossplan.planner.machine.Prerequisite;
import dev.crossplan.planner.machine.Prerequisite.Remedy;
import dev.crossplan.qemu.Emulation;
import dev.crossplan.qemu.KnownBreakage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * Writes a diagnosis as one JSON object:
 *
 * <pre>
 * {"works": false, "system": "x86_64-linux", "distribution": "Debian GNU/Linux 12 (bookworm)",
 *  "nix": "2.8.0", "nixOptions": ["--option", …],
 *  "emulations": [{"system": "riscv64-linux", "qemu": "7.2.22", "models": […], "extensions": […]}],
 *  "prerequisites": [PREREQUISITE],
 *  "ways": [{"strategy": "emulated", "system": "riscv64-linux", "works": false, "prerequisites": [PREREQUISITE]}],
 *  "knownBreakages": [{"package": "strace", "what": "…", "source": "https://…"}],
 *  "notLookedAt": ["board"]}
 * </pre>
 *
 * where the first prerequisites are of every way, and PREREQUISITE is {@code {"name": "…", "state":
 * "ok", "found": "…", "remedies": [{"root": true, "lines": ["…"]}]}}, state one of ok, doubtful and
 * missing.
 */
final class DiagnosisJson {
  private DiagnosisJson() {}

  /** Does not close {@code out}. */
  static void write(OutputStream out, Diagnosis diagnosis) throws IOException {
    try (JsonGenerator json = IndentedJson.on(out)) {
      json.writeStartObject();
      json.writeBooleanField("works", diagnosis.works());
      json.writeStringField("system", diagnosis.system());
      json.writeStringField("distribution", diagnosis.distribution().name());
      JsonFields.optional(json, "nix", diagnosis.nix());
      JsonFields.strings(json, "nixOptions", diagnosis.nixOptions());
      json.writeArrayFieldStart("emulations");
      for (Emulation emulation : diagnosis.emulations()) {
        json.writeStartObject();
        json.writeStringField("system", emulation.system());
        JsonFields.optional(json, "qemu", emulation.version());
        JsonFields.strings(json, "models", emulation.models());
        JsonFields.strings(json, "extensions", emulation.extensions());
        json.writeEndObject();
      }
      json.writeEndArray();
      prerequisites(json, diagnosis.general());
      json.writeArrayFieldStart("ways");
      for (Map.Entry<Way, ImmutableList<Prerequisite>> entry : diagnosis.ways().entrySet()) {
        Way way = entry.getKey();
        json.writeStartObject();
        json.writeStringField("strategy", way.strategy().toString());
        json.writeStringField("system", way.system());
        json.writeBooleanField("works", diagnosis.works(way));
        prerequisites(json, entry.getValue());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("knownBreakages");
      for (Map.Entry<String, KnownBreakage> entry : diagnosis.breakages().entrySet()) {
        json.writeStartObject();
        json.writeStringField("package", entry.getKey());
        json.writeStringField("what", entry.getValue().what());
        json.writeStringField("source", entry.getValue().source());
        json.writeEndObject();
      }
      json.writeEndArray();
      JsonFields.strings(json, "notLookedAt", diagnosis.elsewhere());
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void prerequisites(JsonGenerator json, Iterable<Prerequisite> prerequisites)
      throws IOException {
    json.writeArrayFieldStart("prerequisites");
    for (Prerequisite each : prerequisites) {
      json.writeStartObject();
      json.writeStringField("name", each.name());
      json.writeStringField("state", each.state().toString());
      json.writeStringField("found", each.seen());
      json.writeArrayFieldStart("remedies");
      for (Remedy remedy : each.remedies()) {
        json.writeStartObject();
        json.writeBooleanField("root", remedy.needsRoot());
        JsonFields.strings(json, "lines", remedy.lines());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
