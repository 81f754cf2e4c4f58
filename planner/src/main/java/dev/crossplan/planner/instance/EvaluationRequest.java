package dev.crossplan.planner.instance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code evaluate.nix} is told, as JSON: see there.
 *
 * @param overlays files, in the order in which they apply
 */
record EvaluationRequest(
    NixpkgsSource source, Platform local, Optional<Platform> cross, ImmutableList<Path> overlays) {
  private static final JsonFactory JSON = new JsonFactory();

  /** What to do with attributes. */
  enum Mode {
    /** Evaluate them, and those that {@code throw} or {@code assert} stops are told as such. */
    CATCH("catch"),
    /** Evaluate them, and any that is stopped stops all, with its message. */
    FAIL("fail"),
    /** They are sets: list the names in them. */
    LIST("list"),
    /** Evaluate each by itself, with nix-eval-jobs. */
    JOBS("jobs"),
    /** There are none: tell where the package set is. */
    SOURCE("source");

    private final String word;

    Mode(String word) {
      this.word = word;
    }
  }

  /**
   * Writes it for some attributes.
   *
   * @param attributes by their names
   * @param mode what is done with them
   */
  Path write(Path folder, List<ImmutableList<String>> attributes, Mode mode) throws IOException {
    Path file = Files.createTempFile(folder, "request", "");
    try (JsonGenerator json = JSON.createGenerator(Files.newOutputStream(file))) {
      json.writeStartObject();
      json.writeObjectFieldStart("source");
      for (Map.Entry<String, String> entry : source.request().entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeObjectFieldStart("arguments");
      writePlatform(json, "localSystem", local);
      if (cross.isPresent()) {
        writePlatform(json, "crossSystem", cross.get());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("overlays");
      for (Path overlay : overlays) {
        json.writeString(overlay.toString());
      }
      json.writeEndArray();
      json.writeArrayFieldStart("attributes");
      for (ImmutableList<String> names : attributes) {
        json.writeArray(names.toArray(String[]::new), 0, names.size());
      }
      json.writeEndArray();
      json.writeStringField("mode", mode.word);
      json.writeEndObject();
    }
    return file;
  }

  /** As the manifest has it: what it leaves to nixpkgs is left to nixpkgs. */
  private static void writePlatform(JsonGenerator json, String field, Platform platform)
      throws IOException {
    json.writeObjectFieldStart(field);
    Optional<String> config = platform.config();
    if (config.isPresent()) {
      json.writeStringField("config", config.get());
    }
    if (!config.map(Platform::systemOfTriple).equals(Optional.of(platform.system()))) {
      json.writeStringField("system", platform.system());
    }
    if (platform.arch().isPresent() || platform.abi().isPresent() || platform.tune().isPresent()) {
      json.writeObjectFieldStart("gcc");
      writeOptional(json, "arch", platform.arch());
      writeOptional(json, "abi", platform.abi());
      writeOptional(json, "tune", platform.tune());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeOptional(JsonGenerator json, String field, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(field, value.get());
    }
  }
}
