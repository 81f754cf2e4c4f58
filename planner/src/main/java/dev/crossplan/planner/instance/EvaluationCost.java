package dev.crossplan.planner.instance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What evaluating took.
 *
 * @param seconds of a processor, of all evaluations that it took, as Nix itself counts them;
 *     nix-eval-jobs counts none, of it they are those from start to end
 * @param peakBytes that the largest of them had in memory; empty where that is not known
 */
public record EvaluationCost(double seconds, OptionalLong peakBytes) {
  static final EvaluationCost NONE = new EvaluationCost(0, OptionalLong.empty());

  private static final JsonFactory JSON = new JsonFactory();

  EvaluationCost plus(EvaluationCost other) {
    return new EvaluationCost(
        seconds + other.seconds,
        peakBytes.isPresent() && other.peakBytes.isPresent()
            ? OptionalLong.of(Math.max(peakBytes.getAsLong(), other.peakBytes.getAsLong()))
            : peakBytes.isPresent() ? peakBytes : other.peakBytes);
  }

  /**
   * Reads the seconds of {@code {"cpuTime": 0.5, …}}, which {@code NIX_SHOW_STATS} has Nix write,
   * "Common environment variables" in the Nix manual; 0 if it is not so.
   */
  static double seconds(Path statistics) {
    try (JsonParser json = JSON.createParser(Files.newInputStream(statistics))) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("cpuTime")) {
          return json.getValueAsDouble();
        }
        json.skipChildren();
      }
    } catch (IOException e) {
      // An evaluation that failed counts nothing, and some old Nix does not write it.
    }
    return 0;
  }
}
