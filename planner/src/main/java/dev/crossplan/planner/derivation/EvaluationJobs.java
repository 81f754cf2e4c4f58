package dev.crossplan.planner.derivation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what nix-eval-jobs prints, plain or gzip: one JSON object a line. Used are {@code attr},
 * {@code attrPath}, {@code drvPath}, {@code name}, {@code system}, {@code outputs}, {@code error},
 * {@code requiredSystemFeatures}, {@code inputDrvs} and {@code cacheStatus}; other fields are
 * passed over. A line needs an attribute, and {@code drvPath} or {@code error}.
 */
public final class EvaluationJobs {
  private static final String REMEDY =
      "Maybe make it with: nix-eval-jobs <expression> > <file>, which writes one object a line.";

  private static final String NOT_JOBS =
      "Maybe this is the file for `derivations`, not for `jobs`.";

  private EvaluationJobs() {}

  /**
   * Reads all jobs of a file, in its order.
   *
   * @throws InputException if the file cannot be read, a line is no job, or an attribute is there
   *     twice as different derivations; jobs before it were handed on
   */
  public static void read(Path file, Consumer<? super EvaluationJob> consumer) {
    InputFile.read(
        file,
        in -> {
          readLines(file.toString(), in, consumer);
          return true;
        });
  }

  /**
   * Reads all jobs of a stream, in its order.
   *
   * @param source what messages call the stream
   * @throws InputException as for a file
   */
  public static void read(String source, InputStream in, Consumer<? super EvaluationJob> consumer) {
    InputFile.read(
        source,
        in,
        stream -> {
          readLines(source, stream, consumer);
          return true;
        });
  }

  private static void readLines(
      String source, InputStream in, Consumer<? super EvaluationJob> consumer) throws IOException {
    Lines lines = new Lines(SurrogateEscape.reader(in));
    Map<String, FirstLine> seen = new HashMap<>();
    for (String line = lines.next(source); line != null; line = lines.next(source)) {
      if (line.isBlank()) {
        continue;
      }
      EvaluationJob job;
      try (JsonParser parser = JsonText.FACTORY.createParser(line)) {
        job = new Line(parser).read();
      } catch (JsonProcessingException e) {
        int column = e.getLocation() == null ? 1 : e.getLocation().getColumnNr();
        throw new InputException(
            source + ":" + lines.number + ":" + column + ": " + JsonText.describe(e),
            lines.number == 1 && line.strip().equals("{") ? NOT_JOBS : REMEDY,
            e);
      } catch (InputException e) {
        throw e.at(source + ":" + lines.number, REMEDY);
      }
      if (job instanceof EvaluationJob.Evaluated evaluated) {
        checkFirst(source, lines.number, evaluated, seen);
      }
      consumer.accept(job);
    }
  }

  /** Where an attribute was first, and as what. */
  private record FirstLine(int number, StorePath derivation) {}

  private static void checkFirst(
      String source, int line, EvaluationJob.Evaluated job, Map<String, FirstLine> seen) {
    FirstLine first = seen.putIfAbsent(job.attribute(), new FirstLine(line, job.derivation()));
    if (first != null && !first.derivation().equals(job.derivation())) {
      throw new InputException(
          source
              + ":"
              + line
              + ": attribute "
              + Quoted.plain(job.attribute())
              + " is "
              + job.derivation()
              + ", but in line "
              + first.number()
              + " it is "
              + first.derivation(),
          "Maybe these are the jobs of two evaluations.");
    }
  }

  /** Lines of limited length, which those of the Java library are not. */
  private static final class Lines {
    private final Reader reader;
    private final char[] chars = new char[1 << 13];
    private int at;
    private int end;
    int number;

    Lines(Reader reader) {
      this.reader = reader;
    }

    /** The next line without its end; null after the last. */
    @Nullable String next(String source) throws IOException {
      StringBuilder line = new StringBuilder();
      number++;
      while (true) {
        if (at == end) {
          end = reader.read(chars, 0, chars.length);
          at = 0;
          if (end < 0) {
            end = 0;
            return line.length() == 0 ? null : line.toString();
          }
        }
        int stop = at;
        while (stop < end && chars[stop] != '\n') {
          stop++;
        }
        line.append(chars, at, stop - at);
        if (line.length() > JsonText.MAX_TEXT_CHARS) {
          throw new InputException(
              source
                  + ":"
                  + number
                  + ": the line is longer than "
                  + (JsonText.MAX_TEXT_CHARS >> 20)
                  + " MiB, the most that is read",
              REMEDY);
        }
        at = stop;
        if (stop < end) {
          at++;
          return line.toString();
        }
      }
    }
  }

  /** One line: what has been read of it. */
  private static final class Line {
    private final JsonParser parser;
    private @Nullable String attribute;
    private @Nullable ImmutableList<String> attributePath;
    private @Nullable StorePath derivation;
    private @Nullable String name;
    private @Nullable String system;
    private @Nullable String error;
    private ImmutableSortedMap<String, Optional<StorePath>> outputs = ImmutableSortedMap.of();
    private ImmutableList<String> features = ImmutableList.of();
    private ImmutableSortedMap<StorePath, InputOutputs> inputs = ImmutableSortedMap.of();
    private EvaluationJob.@Nullable CacheStatus cacheStatus;
    private @Nullable String firstField;

    Line(JsonParser parser) {
      this.parser = parser;
    }

    EvaluationJob read() throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InputException(
            "the line holds " + JsonText.describe(parser) + ", an object was expected", REMEDY);
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        if (firstField == null) {
          firstField = field;
        }
        parser.nextToken();
        readField(field);
      }
      if (parser.nextToken() != null) {
        throw new InputException("there is something after the object", REMEDY);
      }
      return job();
    }

    private void readField(String field) throws IOException {
      switch (field) {
        case "attr" -> attribute = text(field);
        case "attrPath" -> attributePath = texts(field);
        case "drvPath" -> {
          derivation = path(text(field), field);
          derivation.derivationName();
        }
        case "name" -> name = text(field);
        case "system" -> system = text(field);
        case "error" -> error = text(field);
        case "outputs" -> outputs = outputs();
        case "requiredSystemFeatures" -> features = texts(field);
        case "inputDrvs" -> inputs = inputs();
        case "cacheStatus" -> cacheStatus = cacheStatus(text(field));
        default -> parser.skipChildren();
      }
    }

    private EvaluationJob job() {
      if (attribute == null && attributePath == null) {
        throw new InputException(
            "neither attr nor attrPath is there"
                + (firstField == null
                    ? ", the object is empty"
                    : ", the first field is " + Quoted.of(firstField)),
            firstField != null && firstField.endsWith(".drv") ? NOT_JOBS : REMEDY);
      }
      ImmutableList<String> path =
          attributePath == null ? ImmutableList.of(String.valueOf(attribute)) : attributePath;
      String joined = attribute == null ? Joiner.on('.').join(path) : attribute;
      if (error != null) {
        return new EvaluationJob.Failed(joined, path, error);
      }
      if (derivation == null) {
        throw new InputException(
            "attribute " + Quoted.plain(joined) + " has neither drvPath nor error", REMEDY);
      }
      return new EvaluationJob.Evaluated(
          joined,
          path,
          derivation,
          name == null ? derivation.derivationName() : name,
          Optional.ofNullable(system),
          outputs,
          features,
          inputs,
          Optional.ofNullable(cacheStatus));
    }

    private ImmutableSortedMap<String, Optional<StorePath>> outputs() throws IOException {
      expect(JsonToken.START_OBJECT, "outputs", "an object");
      TreeMap<String, Optional<StorePath>> read = new TreeMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String output = parser.currentName();
        Derivation.checkOutputName(output);
        // Null: not known before it is built. An empty text: the same, of old versions.
        read.put(
            output,
            parser.nextToken() == JsonToken.VALUE_NULL
                ? Optional.empty()
                : Optional.of(text("outputs." + output))
                    .filter(path -> !path.isEmpty())
                    .map(path -> path(path, "outputs." + output)));
      }
      return ImmutableSortedMap.copyOf(read);
    }

    private ImmutableSortedMap<StorePath, InputOutputs> inputs() throws IOException {
      expect(JsonToken.START_OBJECT, "inputDrvs", "an object");
      TreeMap<StorePath, InputOutputs> read = new TreeMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        StorePath input = path(parser.currentName(), "inputDrvs");
        parser.nextToken();
        read.put(input, InputOutputs.of(texts("inputDrvs").toArray(String[]::new)));
      }
      return ImmutableSortedMap.copyOf(read);
    }

    private static EvaluationJob.CacheStatus cacheStatus(String text) {
      for (EvaluationJob.CacheStatus status : EvaluationJob.CacheStatus.values()) {
        if (status.nixName().equals(text)) {
          return status;
        }
      }
      throw new InputException(
          "cacheStatus is " + Quoted.of(text) + ", local, cached or notBuilt was expected");
    }

    private static StorePath path(String text, String field) {
      try {
        return StorePath.parse(text);
      } catch (InputException e) {
        throw new InputException(field + ": " + e.getMessage(), e.remedy().orElse(null), e);
      }
    }

    private ImmutableList<String> texts(String field) throws IOException {
      expect(JsonToken.START_ARRAY, field, "an array");
      List<String> texts = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        expect(JsonToken.VALUE_STRING, field, "an array of strings");
        texts.add(parser.getText());
      }
      return ImmutableList.copyOf(texts);
    }

    private String text(String field) throws IOException {
      expect(JsonToken.VALUE_STRING, field, "a string");
      return parser.getText();
    }

    private void expect(JsonToken token, String field, String expected) throws IOException {
      if (parser.currentToken() != token) {
        throw new InputException(
            field + " is " + JsonText.describe(parser) + ", " + expected + " was expected");
      }
    }
  }
}
