package dev.crossplan.planner.instance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.primitives.Ints;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.EvaluationJob;
import dev.crossplan.planner.derivation.EvaluationJobs;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.EvaluationRequest.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates one {@code import nixpkgs {…}}: with nix-eval-jobs where it is installed, which does
 * one attribute after the other by several processes and tells of each why it fails; else, or where
 * that fails as a whole, with {@code nix-instantiate --eval --strict --json --read-write-mode},
 * which every Nix has ("nix-instantiate" in the Nix manual).
 *
 * <p>By nix-instantiate all attributes are evaluated at once. What {@code throw} and {@code assert}
 * stop, {@code builtins.tryEval} catches; it keeps their message, so these attributes are evaluated
 * once more, alone. Anything else stops Nix as a whole: an attribute that is not there, a wrong
 * type, infinite recursion. Then halves are evaluated, and halves of those, until such attributes
 * stand alone.
 */
final class Evaluation {
  /** Each costs an evaluation of its own; of more failures than this only the names are told. */
  private static final int MOST_REASONS = 64;

  /** As {@code evaluate.nix} has it. */
  private static final String MISSING = "there is no such attribute";

  private static final String JOB = "job";
  private static final String UNTOLD = "it does not evaluate";
  private static final JsonFactory JSON = new JsonFactory();

  private final NixProgram nix;
  private final ExecutorService threads;
  private final String instance;
  private final NixpkgsSource source;
  private final Evaluator evaluator;
  private final Path folder;

  /** What an attribute evaluates to: a derivation, or why there is none. */
  record Result(@Nullable StorePath derivation, @Nullable String error, boolean isMissing) {
    static Result failed(String error) {
      return new Result(null, error, false);
    }
  }

  /**
   * @param threads to wait for Nix in; as many as are wanted
   * @param instance what messages call it
   * @param source of the package set
   * @param folder for files in between; whoever made it deletes it
   */
  Evaluation(
      NixProgram nix,
      ExecutorService threads,
      String instance,
      NixpkgsSource source,
      Evaluator evaluator,
      Path folder) {
    this.nix = nix;
    this.threads = threads;
    this.instance = instance;
    this.source = source;
    this.evaluator = evaluator;
    this.folder = folder;
  }

  /**
   * Evaluates attributes.
   *
   * @param attributes by the text that names them
   * @return what each is, in their order
   * @throws InputException if Nix is missing, or the package set as a whole does not evaluate
   */
  Map<String, Result> evaluate(Map<String, ImmutableList<String>> attributes)
      throws InterruptedException {
    List<String> texts = List.copyOf(attributes.keySet());
    List<Result> results = new ArrayList<>(evaluateAll(List.copyOf(attributes.values())));
    Map<Integer, Callable<Result>> untold = new TreeMap<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).derivation() == null && results.get(i).error() == null) {
        ImmutableList<String> names = attributes.getOrDefault(texts.get(i), ImmutableList.of());
        untold.put(
            i, untold.size() < MOST_REASONS ? () -> reason(names) : () -> Result.failed(UNTOLD));
      }
    }
    List<Future<Result>> reasons = threads.invokeAll(untold.values());
    int next = 0;
    for (int i : untold.keySet()) {
      results.set(i, result(reasons.get(next++)));
    }
    Map<String, Result> byText = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      byText.put(texts.get(i), results.get(i));
    }
    return byText;
  }

  private List<Result> evaluateAll(List<ImmutableList<String>> attributes)
      throws InterruptedException {
    Optional<List<Result>> jobs = evaluator.hasJobs() ? jobs(attributes) : Optional.empty();
    return jobs.isPresent() ? jobs.get() : evaluateTogether(attributes);
  }

  /** By nix-eval-jobs; empty if it fails as a whole. */
  private Optional<List<Result>> jobs(List<ImmutableList<String>> attributes)
      throws InterruptedException {
    NixProgram.Outcome outcome = evaluator.ask(attributes, Mode.JOBS);
    if (!outcome.succeeded()) {
      return Optional.empty();
    }
    Map<Integer, Result> results = new TreeMap<>();
    try {
      EvaluationJobs.read(
          outcome.written(),
          job -> {
            int number = number(job.attribute(), attributes.size());
            if (number >= 0) {
              results.put(
                  number,
                  job instanceof EvaluationJob.Evaluated evaluated
                      ? new Result(evaluated.derivation(), null, false)
                      : failed(((EvaluationJob.Failed) job).error()));
            }
          });
    } catch (InputException e) { // of a version that writes otherwise
      return Optional.empty();
    }
    return results.size() < attributes.size()
        ? Optional.empty()
        : Optional.of(new ArrayList<>(results.values()));
  }

  /** Attributes are numbered there, see {@code evaluate.nix}. */
  private static int number(String attribute, int count) {
    Integer number =
        attribute.startsWith(JOB) ? Ints.tryParse(attribute.substring(JOB.length())) : null;
    return number != null && number >= 0 && number < count ? number : -1;
  }

  private static Result failed(String error) {
    String reason = NixMessage.shorten(error);
    return new Result(null, reason, reason.contains(MISSING));
  }

  private List<Result> evaluateTogether(List<ImmutableList<String>> attributes)
      throws InterruptedException {
    NixProgram.Outcome outcome = evaluator.ask(attributes, Mode.CATCH);
    if (outcome.succeeded()) {
      return results(outcome.written());
    }
    if (!attributes.isEmpty()) {
      outcome = evaluator.ask(ImmutableList.of(), Mode.CATCH);
    }
    if (!outcome.succeeded()) {
      throw new InputException(
          instance + ": " + NixMessage.shorten(outcome.said()),
          source
              .remedy(outcome.said())
              .orElse(
                  "Maybe nixpkgs itself or an overlay is at fault: nix-instantiate tells more."));
    }
    return halves(attributes);
  }

  /** The results of attributes that do not evaluate together. */
  private List<Result> halves(List<ImmutableList<String>> attributes) throws InterruptedException {
    if (attributes.size() == 1) {
      return new ArrayList<>(List.of(reason(attributes.get(0))));
    }
    int middle = attributes.size() / 2;
    List<Callable<List<Result>>> halves =
        ImmutableList.of(
            () -> half(attributes.subList(0, middle)),
            () -> half(attributes.subList(middle, attributes.size())));
    List<Result> results = new ArrayList<>();
    for (Future<List<Result>> half : threads.invokeAll(halves)) {
      results.addAll(result(half));
    }
    return results;
  }

  private List<Result> half(List<ImmutableList<String>> attributes) throws InterruptedException {
    NixProgram.Outcome outcome = evaluator.ask(attributes, Mode.CATCH);
    return outcome.succeeded() ? results(outcome.written()) : halves(attributes);
  }

  /** Evaluates one attribute alone and lets it fail. */
  private Result reason(ImmutableList<String> attribute) throws InterruptedException {
    NixProgram.Outcome outcome = evaluator.ask(ImmutableList.of(attribute), Mode.FAIL);
    if (outcome.succeeded()) {
      return results(outcome.written()).get(0);
    }
    String reason = NixMessage.shorten(outcome.said());
    return Result.failed(reason.isEmpty() ? "Nix ended with " + outcome.status() : reason);
  }

  /** What all evaluations took. */
  EvaluationCost cost() {
    return evaluator.cost();
  }

  /**
   * The names in sets of attributes, sorted; none for what is no set.
   *
   * @param sets by their paths; the empty one is the whole package set
   */
  List<List<String>> names(List<ImmutableList<String>> sets) throws InterruptedException {
    NixProgram.Outcome outcome = evaluator.ask(sets, Mode.LIST);
    List<List<String>> names = new ArrayList<>();
    if (!outcome.succeeded()) { // the names are for guesses only
      sets.forEach(set -> names.add(ImmutableList.of()));
      return names;
    }
    try (JsonParser json = JSON.createParser(Files.newInputStream(outcome.written()))) {
      json.nextToken();
      while (json.nextToken() == JsonToken.START_ARRAY) {
        List<String> inSet = new ArrayList<>();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
          inSet.add(json.getText());
        }
        names.add(inSet);
      }
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Result> results(Path file) {
    List<Result> results = new ArrayList<>();
    try (JsonParser json = JSON.createParser(Files.newInputStream(file))) {
      json.nextToken();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        results.add(readResult(json));
      }
      return results;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Result readResult(JsonParser json) throws IOException {
    StorePath derivation = null;
    String error = null;
    boolean isMissing = false;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "drvPath" -> {
          try {
            derivation = StorePath.parse(json.getText());
          } catch (InputException e) { // whoever writes a set like a derivation can write anything
            error = "its drvPath is none: " + e.getMessage();
          }
        }
        case "error" -> {
          if (json.currentToken() != JsonToken.VALUE_NULL) {
            error = json.getText();
          }
        }
        case "missing" -> isMissing = json.getBooleanValue();
        default -> json.skipChildren();
      }
    }
    return new Result(derivation, error, isMissing);
  }

  /**
   * Reads the derivations and all that they need.
   *
   * @throws InputException if Nix cannot tell them
   */
  GraphPart read(Collection<StorePath> derivations, PlatformFlags flags)
      throws InterruptedException {
    StoreReader store = new StoreReader(nix, instance, folder);
    ImmutableSortedSet<StorePath> roots = ImmutableSortedSet.copyOf(derivations);
    try {
      GraphPart part = new GraphPart(instance, flags);
      if (store.readClosureOfFiles(roots, part::add)) {
        return part;
      }
    } catch (InputException e) {
      // The files are of another store than the one that Nix uses, which has more of them.
    }
    GraphPart part = new GraphPart(instance, flags);
    store.show(roots, true, part::add);
    return part;
  }

  /** The result of a task that is done; what stopped it stops this thread too. */
  static <T> T result(Future<T> task) throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof InterruptedException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
