package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableIntArray;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.derivation.StorePath;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which derivations need not be built, because all their outputs are in a substituter. */
public final class Substitutes {
  private final BitSet available;
  private final BitSet availableInPart;
  private final Map<Integer, ImmutableIntArray> references;
  private final ImmutableList<CacheQuery> caches;

  private Substitutes(
      BitSet available,
      BitSet availableInPart,
      Map<Integer, ImmutableIntArray> references,
      ImmutableList<CacheQuery> caches) {
    this.available = available;
    this.availableInPart = availableInPart;
    this.references = references;
    this.caches = caches;
  }

  /** None at all. */
  public static Substitutes none() {
    return new Substitutes(new BitSet(), new BitSet(), Map.of(), ImmutableList.of());
  }

  /**
   * Asks the substituters of the manifest. Binary caches are asked last, for what the others do not
   * have; what they said is remembered in {@code $XDG_CACHE_HOME/crossplan} for some time.
   *
   * @throws InputException if a list of paths cannot be read, or a substituter is of a kind that
   *     cannot be asked
   */
  public static Substitutes of(Manifest manifest, DerivationGraph graph, Progress progress) {
    return of(
        manifest,
        graph,
        progress,
        CacheFolder.of(ImmutableMap.copyOf(System.getenv())),
        Clock.systemUTC(),
        WebCache.Patience.USUAL);
  }

  /**
   * @param remembered folder for what caches said
   */
  static Substitutes of(
      Manifest manifest,
      DerivationGraph graph,
      Progress progress,
      Path remembered,
      Clock clock,
      WebCache.Patience patience) {
    Set<StorePath> paths = new HashSet<>();
    for (Manifest.Substituter substituter : manifest.substituters()) {
      if (substituter instanceof Manifest.InstanceSubstituter instance) {
        addOutputs(manifest, graph, instance.instance(), progress, paths);
      } else if (substituter instanceof Manifest.ListSubstituter list) {
        addLines(list.file(), paths);
      }
    }
    Map<StorePath, PathInfo> cached = new HashMap<>();
    ImmutableList<CacheQuery> caches = caches(manifest, remembered, clock, patience);
    Together.ask(caches, CacheQuery::greet);
    for (CacheQuery cache : caches) {
      cached.putAll(ask(cache, worthAsking(graph, paths), progress));
      paths.addAll(cached.keySet());
    }
    BitSet available = new BitSet(graph.size());
    BitSet availableInPart = new BitSet(graph.size());
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      DerivationFacts facts = graph.facts(derivation);
      available.set(derivation, hasAll(facts, paths));
      availableInPart.set(derivation, facts.knownOutputPaths().stream().anyMatch(paths::contains));
    }
    return new Substitutes(available, availableInPart, references(graph, cached, paths), caches);
  }

  private static ImmutableList<CacheQuery> caches(
      Manifest manifest, Path remembered, Clock clock, WebCache.Patience patience) {
    ImmutableList.Builder<CacheQuery> caches = ImmutableList.builder();
    for (Manifest.Substituter substituter : manifest.substituters()) {
      if (substituter instanceof Manifest.CacheSubstituter of) {
        BinaryCache cache = BinaryCache.at(of.url(), patience);
        Optional<CacheMemory> memory =
            cache.isRemote()
                ? Optional.of(new CacheMemory(remembered, of.url(), clock))
                : Optional.empty();
        caches.add(new CacheQuery(of.url(), cache, memory));
      }
    }
    return caches.build();
  }

  private static Map<StorePath, PathInfo> ask(
      CacheQuery query, Set<StorePath> paths, Progress progress) {
    try {
      return query.ask(paths, progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted while asking a substituter", null, e);
    }
  }

  /**
   * The outputs that caches are asked for. Not those of downloads, which come from their source as
   * quickly, and not what Nix itself would not substitute: {@code allowSubstitutes}, "Advanced
   * attributes" in the Nix manual.
   */
  private static Set<StorePath> worthAsking(DerivationGraph graph, Set<StorePath> known) {
    Set<StorePath> asked = new TreeSet<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      DerivationFacts facts = graph.facts(derivation);
      if (facts.isFixedOutput() || !facts.allowsSubstitutes()) {
        continue;
      }
      List<StorePath> outputs = facts.knownOutputPaths();
      if (outputs.size() == facts.outputCount()) {
        outputs.stream().filter(output -> !known.contains(output)).forEach(asked::add);
      }
    }
    return asked;
  }

  /**
   * By derivation whose available outputs are all in caches, the others of the graph that these
   * refer to.
   */
  private static Map<Integer, ImmutableIntArray> references(
      DerivationGraph graph, Map<StorePath, PathInfo> cached, Set<StorePath> available) {
    Map<Integer, ImmutableIntArray> references = new HashMap<>();
    if (cached.isEmpty()) {
      return references;
    }
    Map<StorePath, Integer> makers = new HashMap<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      int maker = derivation;
      graph
          .facts(derivation)
          .knownOutputPaths()
          .forEach(output -> makers.putIfAbsent(output, maker));
    }
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      List<StorePath> own = graph.facts(derivation).knownOutputPaths();
      List<StorePath> outputs = own.stream().filter(available::contains).toList();
      if (outputs.isEmpty() || !cached.keySet().containsAll(outputs)) {
        continue;
      }
      TreeSet<Integer> referred = new TreeSet<>();
      for (StorePath output : outputs) {
        PathInfo info = cached.get(output);
        if (info != null) {
          for (StorePath reference : info.references()) {
            Integer maker = makers.get(reference);
            if (maker != null && !own.contains(reference)) {
              referred.add(maker);
            }
          }
        }
      }
      references.put(derivation, ImmutableIntArray.copyOf(referred));
    }
    return references;
  }

  /** What overlays make of an instance nobody else has built: it counts as it is without them. */
  static void addOutputs(
      Manifest manifest,
      DerivationGraph graph,
      String name,
      Progress progress,
      Set<StorePath> paths) {
    for (int number = 0; number < graph.instances().size(); number++) {
      Instance instance = graph.instances().get(number);
      if (instance.name().equals(name)) {
        Optional<Instance> bare = instance.withoutOverlays();
        if (bare.isPresent()) {
          Manifest alone = manifest.with(ImmutableList.of(bare.get()), ImmutableList.of());
          addOutputs(InstanceReader.read(alone, progress), 0, paths);
        } else {
          addOutputs(graph, number, paths);
        }
      }
    }
  }

  private static void addOutputs(DerivationGraph graph, int instance, Set<StorePath> paths) {
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      if (graph.isIn(instance, derivation)) {
        paths.addAll(graph.facts(derivation).knownOutputPaths());
      }
    }
  }

  static void addLines(Path file, Set<StorePath> paths) {
    InputFile.read(
        file,
        in -> {
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
          int number = 0;
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
              continue;
            }
            try {
              paths.add(StorePath.parse(line.strip()));
            } catch (InputException e) {
              throw e.at(
                  file + ":" + number,
                  "Maybe it is no list of store paths, one a line, as nix path-info prints it.");
            }
          }
          return paths;
        });
  }

  private static boolean hasAll(DerivationFacts facts, Set<StorePath> paths) {
    for (int output = 0; output < facts.outputCount(); output++) {
      StorePath path = facts.outputPath(output);
      if (path == null || !paths.contains(path)) {
        return false;
      }
    }
    return true;
  }

  /** Whether all outputs are there. */
  public boolean has(int derivation) {
    return available.get(derivation);
  }

  /** Whether any output is there. */
  public boolean hasSome(int derivation) {
    return availableInPart.get(derivation);
  }

  /**
   * The derivations that the outputs of {@code derivation} refer to, where a binary cache told it;
   * without what comes from no derivation of the graph.
   */
  public Optional<ImmutableIntArray> references(int derivation) {
    return Optional.ofNullable(references.get(derivation));
  }

  /** What should be told of substituters that could not be asked. */
  public ImmutableList<String> warnings() {
    return caches.stream()
        .flatMap(
            cache ->
                cache.complaints().stream()
                    .map(complaint -> "substituter " + cache.url() + ": " + complaint))
        .collect(ImmutableList.toImmutableList());
  }

  /** The binary caches that were asked, in the order of the manifest. */
  ImmutableList<CacheQuery> caches() {
    return caches;
  }

  /** The same as if these derivations were to be had as well. */
  public Substitutes with(BitSet others) {
    BitSet more = (BitSet) available.clone();
    more.or(others);
    BitSet moreInPart = (BitSet) availableInPart.clone();
    moreInPart.or(others);
    return new Substitutes(more, moreInPart, references, caches);
  }
}
