package dev.crossplan.planner.instance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What evaluating took, as Nix itself counts it: {@code NIX_SHOW_STATS}, "Common environment
 * variables" in the Nix manual.
 *
 * @param seconds of a processor, of all evaluations that it took; nix-eval-jobs counts none, of it
 *     they are those from start to end
 * @param heapBytes that the largest of them had reserved at its end
 */
public record EvaluationCost(double seconds, long heapBytes) {
  static final EvaluationCost NONE = new EvaluationCost(0, 0);

  private static final JsonFactory JSON = new JsonFactory();

  EvaluationCost plus(EvaluationCost other) {
    return new EvaluationCost(seconds + other.seconds, Math.max(heapBytes, other.heapBytes));
  }

  /**
   * Reads {@code {"cpuTime": 0.5, "gc": {"heapSize": 402718720, …}, …}}; nothing if it is not so.
   */
  static EvaluationCost read(Path file) {
    double seconds = 0;
    long bytes = 0;
    try (JsonParser json = JSON.createParser(Files.newInputStream(file))) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("cpuTime")) {
          seconds = json.getValueAsDouble();
        } else if (name.equals("gc") && json.isExpectedStartObjectToken()) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean isHeap = json.currentName().equals("heapSize");
            json.nextToken();
            bytes = isHeap ? json.getValueAsLong() : bytes;
            json.skipChildren();
          }
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      // An evaluation that failed counts nothing, and some old Nix does not write it.
    }
    return new EvaluationCost(seconds, bytes);
  }
}
