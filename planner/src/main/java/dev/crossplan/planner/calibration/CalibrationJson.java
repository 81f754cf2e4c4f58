package dev.crossplan.planner.calibration;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measurements as a JSON array of objects:
 *
 * <pre>
 * {"machine":"desk","strategy":"emulated","kind":"compile-c","seconds":4.32,"cpuSeconds":4.11,"spread":0.012,
 *  "samples":3,"cores":2,"cpu":"AMD EPYC","qemu":"7.2.22","tool":"gcc (Debian 14.2.0-19) 14.2.0",
 *  "takenAt":"2026-11-27T23:57:12Z"}
 * </pre>
 *
 * where qemu may be null.
 */
public final class CalibrationJson {
  private CalibrationJson() {}

  /** Writes an array. */
  public static void write(JsonGenerator json, Iterable<Calibration> calibrations)
      throws IOException {
    json.writeStartArray();
    for (Calibration each : calibrations) {
      json.writeStartObject();
      json.writeStringField("machine", each.machine().name());
      json.writeStringField("strategy", each.strategy().toString());
      json.writeStringField("kind", each.kind().toString());
      json.writeNumberField("seconds", each.seconds());
      json.writeNumberField("cpuSeconds", each.cpuSeconds());
      json.writeNumberField("spread", each.spread());
      json.writeNumberField("samples", each.samples());
      json.writeNumberField("cores", each.cores());
      json.writeStringField("cpu", each.cpu());
      json.writeStringField("qemu", each.qemu().orElse(null));
      json.writeStringField("tool", each.tool());
      json.writeStringField("takenAt", each.takenAt().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /**
   * Reads an array, at the start of which the parser is. What is not known here is passed over.
   *
   * @param file what messages call the input
   * @throws InputException if it is none, or an element is no measurement
   */
  static ImmutableList<Calibration> read(String file, JsonParser json) throws IOException {
    expect(file, json, json.currentToken(), JsonToken.START_ARRAY);
    ImmutableList.Builder<Calibration> all = ImmutableList.builder();
    while (json.nextToken() == JsonToken.START_OBJECT) {
      int line = json.currentTokenLocation().getLineNr();
      Map<String, String> fields = new HashMap<>();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken value = json.nextToken();
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
          fields.put(name, json.getText());
        }
        json.skipChildren();
      }
      all.add(calibration(file + ":" + line, fields));
    }
    expect(file, json, json.currentToken(), JsonToken.END_ARRAY);
    return all.build();
  }

  private static void expect(String file, JsonParser json, JsonToken found, JsonToken wanted) {
    if (found != wanted) {
      throw notACalibration(file + ":" + json.currentTokenLocation().getLineNr(), null);
    }
  }

  private static Calibration calibration(String where, Map<String, String> fields) {
    try {
      return new Calibration(
          new Machine(text(fields, "machine")),
          Strategy.of(text(fields, "strategy")),
          Kind.of(text(fields, "kind")).orElseThrow(IllegalArgumentException::new),
          Double.parseDouble(text(fields, "seconds")),
          Double.parseDouble(text(fields, "cpuSeconds")),
          Double.parseDouble(text(fields, "spread")),
          Integer.parseInt(text(fields, "samples")),
          Integer.parseInt(text(fields, "cores")),
          text(fields, "cpu"),
          Optional.ofNullable(fields.get("qemu")),
          text(fields, "tool"),
          Instant.parse(text(fields, "takenAt")));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw notACalibration(where, e);
    }
  }

  private static String text(Map<String, String> fields, String name) {
    String text = fields.get(name);
    if (text == null) {
      throw new IllegalArgumentException(name);
    }
    return text;
  }

  static InputException notACalibration(String where, @Nullable Exception cause) {
    return new InputException(
        where + ": is no measurement of a machine",
        "Maybe remove the file, and let crossplan calibrate measure again.",
        cause);
  }
}
