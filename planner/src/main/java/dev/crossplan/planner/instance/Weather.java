package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.derivation.StorePath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which of some paths one substituter has.
 *
 * @param name {@code instance native}, the address of a cache, the name of a file
 * @param has those of the paths
 * @param unknown those of which nobody knows whether it has them
 * @param bytes to be transferred, of those of {@code has} of which it tells that
 * @param answerSeconds until a binary cache first answered; empty for others, and where it did not
 * @param complaints what is wrong with it, as parts of sentences
 */
public record Weather(
    String name,
    ImmutableSet<StorePath> has,
    ImmutableSet<StorePath> unknown,
    ImmutableMap<StorePath, Long> bytes,
    OptionalDouble answerSeconds,
    ImmutableList<String> complaints) {

  /**
   * Asks all substituters of a manifest for {@code paths}, caches at the same time. One that cannot
   * be asked has what it said before, and says why; of the rest it is unknown.
   *
   * @param substitutes of this manifest
   * @param paths all in one store
   * @throws InputException if a list of paths cannot be read any more
   */
  public static ImmutableList<Weather> of(
      Manifest manifest,
      DerivationGraph graph,
      Substitutes substitutes,
      ImmutableSet<StorePath> paths,
      Progress progress) {
    progress.start("asking substituters");
    Map<String, Weather> ofCaches = new HashMap<>();
    for (Weather weather : Together.ask(substitutes.caches(), cache -> ask(cache, paths))) {
      ofCaches.put(weather.name(), weather);
    }
    ImmutableList.Builder<Weather> all = ImmutableList.builder();
    for (Manifest.Substituter substituter : manifest.substituters()) {
      if (substituter instanceof Manifest.InstanceSubstituter instance) {
        Set<StorePath> outputs = new HashSet<>();
        Substitutes.addOutputs(manifest, graph, instance.instance(), progress, outputs);
        all.add(silent("instance " + instance.instance(), Sets.intersection(paths, outputs)));
      } else if (substituter instanceof Manifest.ListSubstituter list) {
        Set<StorePath> lines = new HashSet<>();
        Substitutes.addLines(list.file(), lines);
        all.add(silent(list.file().toString(), Sets.intersection(paths, lines)));
      } else if (substituter instanceof Manifest.CacheSubstituter cache) {
        all.add(ofCaches.getOrDefault(cache.url(), silent(cache.url(), ImmutableSet.of())));
      }
    }
    return all.build();
  }

  private static Weather ask(CacheQuery cache, ImmutableSet<StorePath> paths)
      throws InterruptedException {
    Map<StorePath, PathInfo> present = cache.ask(paths, Progress.NONE);
    ImmutableMap.Builder<StorePath, Long> bytes = ImmutableMap.builder();
    present.forEach((path, info) -> bytes.put(path, info.bytes()));
    return new Weather(
        cache.url(),
        ImmutableSet.copyOf(present.keySet()),
        Sets.intersection(paths, cache.unknown()).immutableCopy(),
        bytes.buildOrThrow(),
        cache.secondsToAnswer(),
        cache.complaints());
  }

  /** Of what tells no more than that paths are there. */
  private static Weather silent(String name, Set<StorePath> has) {
    return new Weather(
        name,
        ImmutableSet.copyOf(has),
        ImmutableSet.of(),
        ImmutableMap.of(),
        OptionalDouble.empty(),
        ImmutableList.of());
  }

  /** Bytes to be transferred for one path, where that is known. */
  public OptionalLong bytes(StorePath path) {
    Long known = bytes.get(path);
    return known == null ? OptionalLong.empty() : OptionalLong.of(known);
  }
}
