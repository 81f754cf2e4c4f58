package dev.crossplan.planner.instance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import com.google.common.io.Resources;
import dev.crossplan.planner.instance.EvaluationRequest.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Asks Nix what attributes of one package set are: within the memory that there is, measured, and
 * not again what was asked before. Safe for threads.
 */
final class Evaluator {
  /** So many paths fit on a command line everywhere. */
  private static final int PATHS_AT_ONCE = 1000;

  private static final String INSTANTIATE = "nix-instantiate";
  private static final String EVAL_JOBS = "nix-eval-jobs";
  private static final String EXPRESSION = "evaluate.nix";
  private static final String TRACED = "traced.nix";

  /** A folder that has to be listed only so that it is told at what an evaluation looks. */
  private static final Pattern CLOSED = Pattern.compile("directory .*: Permission denied");

  private static final JsonFactory JSON = new JsonFactory();

  private final NixProgram nix;
  private final EvaluationSlots slots;
  private final EvaluationRequest request;
  private final Path folder;
  private final Optional<EvaluationCache> cache;
  private boolean isIdentityKnown;
  private Optional<String> identity = Optional.empty();
  private Optional<Path> packageSet = Optional.empty();
  private ImmutableSet<Path> names = ImmutableSet.of();
  private ImmutableSet<String> flakes = ImmutableSet.of();
  private ImmutableSet<Path> locked = ImmutableSet.of();
  private Optional<Path> tracing = Optional.empty();
  private volatile boolean isRestricted;
  private EvaluationCost cost = EvaluationCost.NONE;

  /**
   * @param slots of all evaluations
   * @param folder for files in between; whoever made it deletes it
   * @param cache of earlier evaluations; empty if nothing is taken from there
   */
  Evaluator(
      NixProgram nix,
      EvaluationSlots slots,
      EvaluationRequest request,
      Path folder,
      Optional<EvaluationCache> cache) {
    this.nix = nix;
    this.slots = slots;
    this.request = request;
    this.folder = folder;
    this.cache = cache;
  }

  /**
   * Evaluates attributes, unless the same was evaluated before.
   *
   * @return what Nix wrote and said, as described in {@code evaluate.nix}
   */
  NixProgram.Outcome ask(List<ImmutableList<String>> attributes, Mode mode)
      throws InterruptedException {
    try {
      Path question = request.write(folder, attributes, mode);
      Optional<NixProgram.Outcome> refused = refused();
      if (refused.isPresent()) {
        return refused.get();
      }
      Optional<String> known = cache.isPresent() ? identity() : Optional.empty();
      if (known.isEmpty() || isRestricted) {
        return evaluate(question, mode, attributes.size(), Optional.empty()).outcome();
      }
      EvaluationCache kept = cache.orElseThrow();
      String key =
          kept.key(
              known.get(),
              text(EXPRESSION) + text(TRACED),
              Files.readString(question),
              request.overlays());
      Optional<EvaluationCache.Entry> entry = kept.recall(key).filter(this::isThere);
      if (entry.isPresent()) {
        add(entry.get().cost());
        return outcome(entry.get());
      }
      Instant start = Instant.now();
      Measured measured = evaluate(question, mode, attributes.size(), Optional.of(tracing()));
      NixProgram.Outcome outcome = measured.outcome();
      boolean isRefused = !outcome.succeeded() && RestrictedAccess.isRefused(outcome.said());
      if (isRefused) {
        isRestricted = true; // neither can traced.nix be read, nor folders be listed
      }
      if (isRefused || (!outcome.succeeded() && CLOSED.matcher(outcome.said()).find())) {
        return evaluate(question, mode, attributes.size(), Optional.empty()).outcome();
      }
      kept.keep(
          key,
          new EvaluationDependencies.Ended(
              packageSet, names, flakes, locked, measured.said(), start),
          new EvaluationCache.Entry(
              outcome.status(),
              outcome.said(),
              Files.readString(outcome.written()),
              measured.cost()));
      return outcome;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the package set is, however it is named; empty if that cannot be told. */
  private synchronized Optional<String> identity() throws InterruptedException, IOException {
    if (!isIdentityKnown) {
      isIdentityKnown = true;
      Optional<Path> named =
          request.source().path().or(() -> request.source().lookedUp().flatMap(nix::lookUp));
      packageSet = named.map(EvaluationCache::target);
      identity = request.source().commit();
      if (identity.isEmpty()) {
        if (packageSet.isEmpty()) {
          packageSet = place(request.source());
          if (request.source().usesFlakes() && packageSet.isPresent()) {
            locked = FlakeLock.sources(packageSet.get(), nix.store());
          }
        }
        identity = packageSet.flatMap(cache.orElseThrow()::identity);
        identity = withFlakes(identity);
      }
      names =
          Stream.concat(named.stream(), packageSet.stream())
              .map(Path::normalize)
              .collect(ImmutableSet.toImmutableSet());
    }
    return identity;
  }

  /** What a file is that takes flakes: also these, which Nix finds. */
  private Optional<String> withFlakes(Optional<String> ofFile)
      throws InterruptedException, IOException {
    if (ofFile.isEmpty() || !Files.isRegularFile(packageSet.orElseThrow())) {
      return ofFile;
    }
    StringBuilder whole = new StringBuilder(ofFile.get());
    ImmutableSet.Builder<Path> all = ImmutableSet.builder();
    flakes = FlakeLock.references(Files.readString(packageSet.orElseThrow()));
    for (String reference : flakes) {
      Optional<Path> flake = place(NixpkgsSource.ofFlake(reference));
      if (flake.isEmpty()) {
        return Optional.empty();
      }
      whole.append(' ').append(flake.get());
      all.addAll(FlakeLock.sources(flake.get(), nix.store()));
    }
    locked = all.build();
    return Optional.of(whole.toString());
  }

  /** Where a package set or a flake is now, which Nix may have to fetch. */
  private Optional<Path> place(NixpkgsSource source) throws InterruptedException, IOException {
    NixProgram.Outcome found =
        cache
            .orElseThrow()
            .place(
                source,
                () ->
                    nix.run(
                        folder,
                        INSTANTIATE,
                        arguments(Optional.empty()),
                        expression(
                            new EvaluationRequest(
                                    source, request.local(), request.cross(), ImmutableList.of())
                                .write(folder, ImmutableList.of(), Mode.SOURCE),
                            Optional.empty())));
    return found.succeeded() ? path(found.written()) : Optional.empty();
  }

  /** What Nix said where it did not find the package set; it looks for it long, so once. */
  private Optional<NixProgram.Outcome> refused() throws InterruptedException, IOException {
    if (cache.isEmpty() || identity().isPresent()) {
      return Optional.empty();
    }
    return cache.get().placed(request.source()).filter(outcome -> !outcome.succeeded());
  }

  /** The path that a text in JSON is. */
  static Optional<Path> path(Path written) throws IOException {
    try (JsonParser json = JSON.createParser(Files.newInputStream(written))) {
      String path = json.nextTextValue();
      return path == null ? Optional.empty() : Optional.of(EvaluationCache.target(Path.of(path)));
    }
  }

  /**
   * A garbage collector may have taken its derivations. Of what failed none is used, and Nix may
   * have written half a result before.
   */
  private boolean isThere(EvaluationCache.Entry entry) {
    if (entry.status() != 0) {
      return true;
    }
    try {
      List<String> derivations = derivations(entry.written());
      if (derivations.stream().allMatch(derivation -> Files.exists(Path.of(derivation)))) {
        return true;
      }
      for (List<String> some : Lists.partition(derivations, PATHS_AT_ONCE)) { // of another store
        if (!isValid(some)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isValid(List<String> paths) throws InterruptedException {
    return nix.run(
            folder,
            "nix-store",
            ImmutableList.<String>builder().add("--check-validity").addAll(paths).build())
        .succeeded();
  }

  private static List<String> derivations(String written) throws IOException {
    List<String> derivations = new ArrayList<>();
    try (JsonParser json = JSON.createParser(written)) {
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.VALUE_STRING && "drvPath".equals(json.currentName())) {
          derivations.add(json.getText());
        }
      }
    }
    return derivations;
  }

  private NixProgram.Outcome outcome(EvaluationCache.Entry entry) throws IOException {
    Path written = Files.createTempFile(folder, "written", "");
    Files.writeString(written, entry.written());
    return new NixProgram.Outcome(entry.status(), entry.said(), written);
  }

  /**
   * An evaluation by Nix.
   *
   * @param outcome without the files in what it said
   * @param said all of it
   */
  private record Measured(NixProgram.Outcome outcome, String said, EvaluationCost cost) {}

  /** Whether nix-eval-jobs is installed. */
  boolean hasJobs() {
    return nix.find(EVAL_JOBS).isPresent();
  }

  /**
   * The folder that has Nix tell at what it looks.
   *
   * @see EvaluationTrace
   */
  private synchronized Path tracing() throws IOException {
    if (tracing.isEmpty()) {
      Path made = Files.createTempDirectory(folder, "tracing");
      Files.writeString(made.resolve("traced.nix"), text(TRACED));
      try (JsonGenerator json =
          JSON.createGenerator(Files.newOutputStream(made.resolve("places.json")))) {
        json.writeStartArray();
        List<Path> places = new ArrayList<>(names);
        places.addAll(request.overlays());
        request.overlays().forEach(overlay -> places.add(EvaluationCache.target(overlay)));
        places.removeIf(place -> place.startsWith(nix.store())); // its files may be elsewhere
        for (Path place : places) {
          json.writeStartArray();
          for (Path name : place) {
            json.writeString(name.toString());
          }
          json.writeEndArray();
        }
        json.writeEndArray();
      }
      tracing = Optional.of(made);
    }
    return tracing.get();
  }

  private Measured evaluate(Path question, Mode mode, int attributes, Optional<Path> tracing)
      throws InterruptedException, IOException {
    EvaluationSlots.Slot slot = slots.slot(mode == Mode.JOBS ? slots.workers(attributes) : 1);
    while (true) {
      Optional<Measured> measured = attempt(slot, question, mode, tracing);
      if (measured.isPresent()) {
        add(measured.get().cost());
        return measured.get();
      }
    }
  }

  /** Evaluates; empty if it was ended in favour of others that were about to take all memory. */
  private Optional<Measured> attempt(
      EvaluationSlots.Slot slot, Path question, Mode mode, Optional<Path> tracing)
      throws InterruptedException, IOException {
    Path statistics = Files.createTempFile(folder, "statistics", "");
    Path expression = expression(question, tracing);
    slots.acquire(slot);
    AtomicLong peak = new AtomicLong();
    long start = System.nanoTime();
    Runnable leaving = () -> slots.failed(slot);
    try {
      Optional<NixProgram.Outcome> ended =
          nix.run(
              folder,
              mode == Mode.JOBS ? EVAL_JOBS : INSTANTIATE,
              mode == Mode.JOBS
                  ? jobsArguments(expression, slot.workers(), tracing)
                  : arguments(tracing),
              expression,
              Map.of("NIX_SHOW_STATS", "1", "NIX_SHOW_STATS_PATH", statistics.toString()),
              memory -> {
                peak.accumulateAndGet(memory.peakBytes(), Math::max);
                return slots.mayGoOn(slot, memory, System.nanoTime());
              });
      if (ended.isEmpty()) {
        leaving = () -> slots.stopped(slot);
      } else if (ended.get().succeeded()) {
        leaving = () -> slots.ended(slot);
      }
      return ended.map(
          outcome ->
              new Measured(
                  new NixProgram.Outcome(
                      outcome.status(),
                      EvaluationCache.withoutFiles(outcome.said()),
                      outcome.written()),
                  outcome.said(),
                  new EvaluationCost(
                      mode == Mode.JOBS // it counts nothing
                          ? (System.nanoTime() - start) / 1e9
                          : EvaluationCost.seconds(statistics),
                      peak.get() == 0 ? OptionalLong.empty() : OptionalLong.of(peak.get()))));
    } finally {
      leaving.run();
    }
  }

  /** Up to 2.9 it takes a file and no expression. */
  private ImmutableList<String> jobsArguments(
      Path expression, int workers, Optional<Path> tracing) {
    ImmutableList.Builder<String> arguments = ImmutableList.builder();
    tellFiles(arguments, tracing);
    return arguments
        .add("--workers", Integer.toString(workers))
        .add("--max-memory-size", Long.toString(slots.mebibytes(workers)))
        .add("--option", "extra-experimental-features", "flakes")
        .add(expression.toString())
        .build();
  }

  private static ImmutableList<String> arguments(Optional<Path> tracing) {
    ImmutableList.Builder<String> arguments = ImmutableList.builder();
    arguments.add("--eval", "--strict", "--json", "--read-write-mode");
    tellFiles(arguments, tracing);
    // A package set that is no flake may take one itself.
    arguments.add("--option", "extra-experimental-features", "flakes");
    return arguments.add("-").build();
  }

  /**
   * A file with what Nix is to evaluate, the question in it: so nix-instantiate has no file to read
   * where it may read little.
   */
  private Path expression(Path question, Optional<Path> tracing) throws IOException {
    Path file = Files.createTempFile(folder, "evaluate", ".nix");
    Files.writeString(
        file,
        "(\n"
            + text(EXPRESSION)
            + ")\n{ request = " // a line of its own: Nix shows those next to a mistake
            + quoted(Files.readString(question))
            + "; tracing = "
            + quoted(tracing.map(Path::toString).orElse(""))
            + "; }\n");
    return file;
  }

  /** A text as the Nix language has it. */
  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$") + '"';
  }

  /** Twice verbose: which files it evaluates, and which it copies. */
  private static void tellFiles(ImmutableList.Builder<String> arguments, Optional<Path> tracing) {
    if (tracing.isPresent()) {
      arguments.add("--verbose", "--verbose");
    }
  }

  private synchronized void add(EvaluationCost measured) {
    cost = cost.plus(measured);
  }

  /** What all evaluations took until now. */
  synchronized EvaluationCost cost() {
    return cost;
  }

  private static String text(String resource) throws IOException {
    return Resources.toString(
        Resources.getResource(Evaluation.class, resource), StandardCharsets.UTF_8);
  }
}
