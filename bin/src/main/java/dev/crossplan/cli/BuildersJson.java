package dev.crossplan.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.JsonFields;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Machines;
import dev.crossplan.planner.remote.Probe;
import dev.crossplan.planner.remote.Probe.Difference;
import dev.crossplan.planner.remote.ProbeAnswer;
import dev.crossplan.planner.remote.ProbeFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Writes builders as one JSON object:
 *
 * <pre>
 * {"builders": [
 *   {"name": "board", "uri": "ssh-ng://root@board", "sshKey": null, "publicHostKey": null, "link": 100000000,
 *    "systems": ["riscv64-linux"], "emulates": [], "features": [], "mandatoryFeatures": [],
 *    "slots": 4, "speed": 0.25, "cores": 4, "memory": 8589934592, "hourly": 0.02, "watts": 6,
 *    "writtenIn": "crossplan.toml:12",
 *    "probe": {
 *      "failure": {"kind": "no-nix", "message": "…", "remedy": "Maybe …"},
 *      "found": {"kernel": "Linux", "cpu": "riscv64", "model": "…", "riscv": "real", "isa": "rv64imafdc_zicsr",
 *        "cores": 4, "memory": 8299294720, "store": "/nix/store", "free": 53687091200, "clockAhead": 0, "speed": 0.21,
 *        "nix": {"version": "2.26.3", "systems": ["riscv64-linux"], "features": [], "maxJobs": 4, "trusted": true}},
 *      "differences": [{"message": "is said to …", "remedy": "Maybe …"}]}}],
 *  "warnings": [], "notes": []}
 * </pre>
 *
 * Amounts are bytes and bits per second, the clock's are seconds, and speed is that of {@code
 * crossplan calibrate}, this machine's being 1. What is not known is null; so are uri of this
 * machine, probe without {@code --probe}, failure where there is none, and found where a machine
 * could not be asked. riscv is one of real, emulated, virtual and none.
 */
final class BuildersJson {
  private BuildersJson() {}

  /** Does not close {@code out}. */
  static void write(OutputStream out, ProbedBuilders probed) throws IOException {
    Machines machines = probed.machines();
    try (JsonGenerator json = IndentedJson.on(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("builders");
      for (Builder builder : machines.builders()) {
        json.writeStartObject();
        written(json, builder);
        json.writeStringField("writtenIn", machines.origin(builder));
        probe(json, probed, probed.probe(builder));
        json.writeEndObject();
      }
      json.writeEndArray();
      JsonFields.strings(json, "warnings", machines.warnings());
      JsonFields.strings(json, "notes", machines.notes());
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void written(JsonGenerator json, Builder builder) throws IOException {
    json.writeStringField("name", builder.name());
    JsonFields.optional(json, "uri", builder.uri());
    JsonFields.optional(json, "sshKey", builder.connection().key());
    JsonFields.optional(json, "publicHostKey", builder.connection().hostKey());
    optional(json, "link", builder.connection().link());
    JsonFields.strings(json, "systems", builder.systems());
    JsonFields.strings(json, "emulates", builder.emulates());
    JsonFields.strings(json, "features", builder.features());
    JsonFields.strings(json, "mandatoryFeatures", builder.mandatoryFeatures());
    json.writeNumberField("slots", builder.slots());
    json.writeNumberField("speed", builder.speed());
    optional(json, "cores", builder.capacity().cores());
    optional(json, "memory", builder.capacity().memory());
    json.writeNumberField("hourly", builder.hourly());
    json.writeNumberField("watts", builder.watts());
  }

  private static void probe(JsonGenerator json, ProbedBuilders probed, Optional<Probe> probe)
      throws IOException {
    if (probe.isEmpty()) {
      json.writeNullField("probe");
      return;
    }
    json.writeObjectFieldStart("probe");
    Optional<ProbeFailure> failure = probe.get().failure();
    if (failure.isPresent()) {
      json.writeObjectFieldStart("failure");
      json.writeStringField("kind", failure.get().kind().toString());
      json.writeStringField("message", failure.get().message());
      json.writeStringField("remedy", failure.get().remedy());
      json.writeEndObject();
    } else {
      json.writeNullField("failure");
    }
    Optional<ProbeAnswer> found = probe.get().answer();
    if (found.isPresent()) {
      json.writeObjectFieldStart("found");
      found(json, found.get());
      JsonFields.optional(json, "speed", ProbedBuilders.measuredSpeed(probe.get().builder()));
      nix(json, found.get().nix());
      json.writeEndObject();
    } else {
      json.writeNullField("found");
    }
    json.writeArrayFieldStart("differences");
    for (Difference difference : probed.differences(probe.get())) {
      json.writeStartObject();
      json.writeStringField("message", difference.message());
      json.writeStringField("remedy", difference.remedy());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void found(JsonGenerator json, ProbeAnswer found) throws IOException {
    json.writeStringField("kernel", found.kernel());
    json.writeStringField("cpu", found.cpu());
    JsonFields.optional(json, "model", found.model());
    json.writeStringField("riscv", found.riscv().toString());
    JsonFields.optional(json, "isa", found.isa());
    optional(json, "cores", found.cores());
    optional(json, "memory", found.memory());
    json.writeStringField("store", found.store());
    optional(json, "free", found.free());
    optional(json, "clockAhead", found.clockAhead());
  }

  private static void nix(JsonGenerator json, Optional<ProbeAnswer.Nix> found) throws IOException {
    if (found.isEmpty()) {
      json.writeNullField("nix");
      return;
    }
    ProbeAnswer.Nix nix = found.get();
    json.writeObjectFieldStart("nix");
    json.writeStringField("version", nix.version());
    JsonFields.strings(json, "systems", nix.systems());
    JsonFields.strings(json, "features", nix.features());
    optional(json, "maxJobs", nix.maxJobs());
    json.writeFieldName("trusted");
    if (nix.isTrusted().isPresent()) {
      json.writeBoolean(nix.isTrusted().get());
    } else {
      json.writeNull();
    }
    json.writeEndObject();
  }

  private static void optional(JsonGenerator json, String field, OptionalInt value)
      throws IOException {
    optional(
        json, field, value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty());
  }

  private static void optional(JsonGenerator json, String field, OptionalLong value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(field, value.getAsLong());
    } else {
      json.writeNullField(field);
    }
  }
}
