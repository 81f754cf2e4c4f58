package dev.crossplan.planner.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Entry;
import dev.crossplan.planner.history.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON of Hydra (hydra-api.yaml; {@code as_json} of Builds.pm): a build as from {@code
 * /build/ID}, or lists of them as from {@code /eval/ID/builds}, one or several in a file, at any
 * depth. Lists without times, as from {@code /api/latestbuilds}, and evaluations, which name builds
 * by number, tell of no build how long it took. Which machine built, nothing of it tells.
 */
final class HydraBuilds {
  private static final String REMEDY =
      "Maybe fetch it anew: curl -H 'Accept: application/json' https://hydra…/eval/ID/builds";

  private static final long LATEST = 253_402_300_799L; // of the year 9999

  /** Why a build that ended otherwise than with 0 failed; of the others, nothing was built. */
  private static final ImmutableMap<Long, String> FAILURES =
      ImmutableMap.of(
          1L, "failed on Hydra",
          6L, "failed on Hydra, with output",
          7L, "timed out on Hydra",
          10L, "log larger than Hydra allows",
          11L, "output larger than Hydra allows",
          12L, "not deterministic on Hydra");

  private final String source;
  private final Machine machine;
  private final BuildSink sink;
  private boolean isEmpty = true;

  /**
   * @param source what messages call the file
   * @param machine what the machines of this Hydra are called together
   */
  HydraBuilds(String source, Machine machine, BuildSink sink) {
    this.source = source;
    this.machine = machine;
    this.sink = sink;
  }

  /**
   * Reads all of it.
   *
   * @throws InputException if a field of a build is not as it should be
   */
  void read(InputStream in) throws IOException {
    try (JsonParser parser =
        new JsonFactory().disable(JsonParser.Feature.AUTO_CLOSE_SOURCE).createParser(in)) {
      while (parser.nextToken() != null) {
        value(parser);
      }
    }
    if (isEmpty) {
      throw new InputException(source + ": there is no build in it", REMEDY);
    }
  }

  private void value(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        value(parser);
      }
    } else if (parser.currentToken() == JsonToken.START_OBJECT) {
      object(parser);
    }
  }

  private void object(JsonParser parser) throws IOException {
    String place = source + ":" + parser.currentTokenLocation().getLineNr();
    Map<String, String> texts = new HashMap<>();
    boolean isEvaluation = false;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_ARRAY) {
        isEvaluation |= field.equals("jobsetevalinputs") || field.equals("builds");
        value(parser);
      } else if (token == JsonToken.START_OBJECT) {
        parser.skipChildren();
      } else if (token != JsonToken.VALUE_NULL) {
        texts.put(field, parser.getText());
      }
    }
    if (texts.containsKey("nixname") || texts.containsKey("drvpath")) {
      isEmpty = false;
      build(place, texts);
    } else if (isEvaluation) {
      isEmpty = false;
      sink.skip("evaluations, which name builds by number: /eval/ID/builds tells more");
    }
  }

  private void build(String place, Map<String, String> texts) {
    OptionalLong started = number(place, texts, "starttime");
    OptionalLong stopped = number(place, texts, "stoptime");
    long status = number(place, texts, "buildstatus").orElse(-1);
    if (number(place, texts, "finished").orElse(0) == 0) {
      sink.skip("builds that are not finished");
    } else if (started.isEmpty() || stopped.isEmpty()) {
      sink.skip("builds without times, as /api/latestbuilds tells them: /build/ID tells more");
    } else if (status != 0 && !FAILURES.containsKey(status)) {
      sink.skip("builds that were not carried out");
    } else if (stopped.getAsLong() < started.getAsLong()) {
      sink.skip("builds that ended before they began, which cannot be");
    } else if (stopped.getAsLong() == started.getAsLong()) {
      sink.skip("builds that Hydra found done");
    } else {
      double seconds = stopped.getAsLong() - started.getAsLong();
      sink.add(
          entry(
              place,
              texts,
              Instant.ofEpochSecond(started.getAsLong()),
              seconds,
              Optional.ofNullable(FAILURES.get(status))));
    }
  }

  private Entry entry(
      String place,
      Map<String, String> texts,
      Instant started,
      double seconds,
      Optional<String> reason) {
    BuildFacts facts = facts(place, texts);
    return Entry.imported(
        ReportFormat.HYDRA.toString(),
        facts.action(),
        facts.timing(machine, started, seconds, Circumstances.UNKNOWN),
        reason);
  }

  private static BuildFacts facts(String place, Map<String, String> texts) {
    @Nullable String name = texts.get("nixname");
    if (name == null) {
      try {
        name = StorePath.parse(texts.getOrDefault("drvpath", "")).derivationName();
      } catch (InputException e) {
        throw new InputException(place + ": drvpath: " + e.getMessage(), REMEDY, e);
      }
    }
    @Nullable String system = texts.get("system");
    boolean isCross = texts.getOrDefault("job", "").contains("pkgsCross");
    return system == null
        ? BuildFacts.of(name)
        : BuildFacts.of(name, system, isCross, Optional.of(system));
  }

  /** A number, or a truth value as one; empty if it is not there. */
  private static OptionalLong number(String place, Map<String, String> texts, String field) {
    @Nullable String text = texts.get(field);
    if (text == null) {
      return OptionalLong.empty();
    }
    if (text.equals("true") || text.equals("false")) {
      return OptionalLong.of(text.equals("true") ? 1 : 0);
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && number <= LATEST) {
        return OptionalLong.of(number);
      }
    } catch (NumberFormatException e) {
      // told below, with what is out of range
    }
    throw new InputException(
        place + ": " + field + " is no whole number from 0 to " + LATEST + ": " + text, REMEDY);
  }
}
