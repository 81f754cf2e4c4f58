package dev.crossplan.cross.inspection;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.Visible;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a report as one JSON object:
 *
 * <pre>
 *   {"ok": false, "system": "riscv64-linux", "march": "rv64gc", "paths": 5, "files": 12,
 *    "elfFiles": 3, "archives": 1, "objects": 40, "scripts": 2, "systemScripts": 0, "withoutArch": 0, "special": 0, "others": 0,
 *    "faults": [{"path": "/nix/store/…-zlib", "file": "lib/libz.a", "member": "adler32.o",
 *                "rule": "machine", "found": "is for x86_64", "expected": "riscv64-linux",
 *                "remedy": "Maybe …"}]}
 * </pre>
 *
 * {@code file} is empty where the path is the file; {@code member} is null outside of archives.
 */
public final class InspectionJson {
  private InspectionJson() {}

  /** Does not close {@code out}. */
  public static void write(OutputStream out, InspectionReport report) throws IOException {
    try (JsonGenerator json = IndentedJson.on(out)) {
      json.writeStartObject();
      json.writeBooleanField("ok", report.faults().isEmpty());
      json.writeStringField("system", text(report.system()));
      json.writeStringField("march", text(report.march()));
      json.writeNumberField("paths", report.paths());
      writeCounts(json, report.counts());
      json.writeArrayFieldStart("faults");
      for (Fault fault : report.faults()) {
        json.writeStartObject();
        json.writeStringField("path", text(fault.path()));
        json.writeStringField("file", text(fault.file()));
        json.writeFieldName("member");
        if (fault.member().isPresent()) {
          json.writeString(text(fault.member().get()));
        } else {
          json.writeNull();
        }
        json.writeStringField("rule", fault.rule().toString());
        json.writeStringField("found", text(fault.found()));
        json.writeStringField("expected", text(fault.expected()));
        json.writeStringField("remedy", fault.rule().remedy());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void writeCounts(JsonGenerator json, FileCounts counts) throws IOException {
    json.writeNumberField("files", counts.files());
    json.writeNumberField("elfFiles", counts.elfFiles());
    json.writeNumberField("archives", counts.archives());
    json.writeNumberField("objects", counts.objects());
    json.writeNumberField("scripts", counts.scripts());
    json.writeNumberField("systemScripts", counts.systemScripts());
    json.writeNumberField("withoutArch", counts.withoutArch());
    json.writeNumberField("special", counts.special());
    json.writeNumberField("others", counts.others());
  }

  /** Jackson refuses lone surrogates, which names that are not UTF-8 may become. */
  private static String text(Object text) {
    return Visible.line(text.toString());
  }
}
