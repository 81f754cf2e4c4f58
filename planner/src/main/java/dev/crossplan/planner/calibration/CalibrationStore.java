package dev.crossplan.planner.calibration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.DiskSpace;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.history.StateHome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where measurements of machines are kept: a file for each machine, {@code calibrations/NAME.json}
 * in crossplan's folder of the user's state (XDG Base Directory Specification).
 *
 * <pre>
 * {"format": "crossplan.calibration/1", "measurements": […]}
 * </pre>
 */
public final class CalibrationStore {
  /** Changes with the units of work: what was measured by others cannot be compared. */
  private static final String FORMAT = "crossplan.calibration/1";

  private static final JsonFactory JSON = new JsonFactory();

  private final Path folder;

  private CalibrationStore(Path folder) {
    this.folder = folder;
  }

  /** That of the user whose environment it is. */
  public static CalibrationStore of(ImmutableMap<String, String> environment) {
    return new CalibrationStore(StateHome.of(environment).resolve("calibrations"));
  }

  /**
   * What is known of a machine: nothing, if it was not measured, or by an older crossplan whose
   * units of work were others.
   *
   * @throws InputException if there is a file that cannot be read
   */
  public Calibrations load(Machine machine) {
    Path file = file(machine);
    return Files.exists(file)
        ? InputFile.read(file, in -> read(file.toString(), JSON.createParser(in)))
        : Calibrations.NONE;
  }

  private static Calibrations read(String file, JsonParser json) throws IOException {
    try {
      return calibrations(file, json);
    } catch (JsonProcessingException e) {
      throw CalibrationJson.notACalibration(
          file + ":" + json.currentTokenLocation().getLineNr(), e);
    }
  }

  private static Calibrations calibrations(String file, JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT
        || !"format".equals(json.nextFieldName())
        || json.nextToken() != JsonToken.VALUE_STRING) {
      throw CalibrationJson.notACalibration(file, null);
    }
    if (!json.getText().equals(FORMAT)) {
      return Calibrations.NONE;
    }
    if (!"measurements".equals(json.nextFieldName())) {
      throw CalibrationJson.notACalibration(file, null);
    }
    json.nextToken();
    return Calibrations.of(CalibrationJson.read(file, json));
  }

  /**
   * Keeps what was measured of a machine; what is known of other kinds and strategies stays. The
   * file is replaced as a whole.
   *
   * @throws InputException if there is a file that cannot be read
   * @throws BuildException if it cannot be written
   */
  public void save(Machine machine, Calibrations measured) {
    Calibrations all = load(machine).with(measured.all());
    Path file = file(machine);
    try {
      Files.createDirectories(folder);
      Path draft = Files.createTempFile(folder, "calibration", ".tmp");
      try {
        try (OutputStream out = Files.newOutputStream(draft);
            JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
          json.writeStartObject();
          json.writeStringField("format", FORMAT);
          json.writeFieldName("measurements");
          CalibrationJson.write(json, all.all());
          json.writeEndObject();
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (IOException e) {
      throw new BuildException(
          file
              + ": what was measured cannot be kept: "
              + e.getMessage()
              + DiskSpace.ifShort(folder),
          "Maybe make room there, or set XDG_STATE_HOME to a folder that can be written to.",
          e);
    }
  }

  private Path file(Machine machine) {
    return folder.resolve(machine.name().replaceAll("[^A-Za-z0-9+._-]", "_") + ".json");
  }
}
