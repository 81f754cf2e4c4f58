package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.derivation.StorePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Asks a binary cache which paths it has: first whether it is one and of this store, then path by
 * path, some at a time. A cache that cannot be asked is as good as an empty one: that is told, and
 * planning goes on.
 */
final class CacheQuery {
  private static final int AT_ONCE = 16;

  /** A cache that failed so often is not asked any more. */
  private static final int MOST_FAILURES = 16;

  private final String url;
  private final BinaryCache cache;
  private final Optional<CacheMemory> memory;
  private final AtomicInteger failures = new AtomicInteger();
  private final List<String> complaints = new ArrayList<>();
  private final Set<StorePath> unknown = new HashSet<>();
  private @Nullable Greeting greeting; // how it answered first

  /**
   * What a cache says before it is asked for paths.
   *
   * @param seconds until it did
   * @param directory of the store that its paths are in
   * @param isSilent whether it may be a cache, but nothing can be found out now
   * @param complaint why it cannot be asked; {@code directory} is empty then
   */
  record Greeting(double seconds, String directory, boolean isSilent, Optional<String> complaint) {}

  CacheQuery(String url, BinaryCache cache, Optional<CacheMemory> memory) {
    this.url = url;
    this.cache = cache;
    this.memory = memory;
  }

  String url() {
    return url;
  }

  /** What should be told of the cache, as part of a sentence. */
  ImmutableList<String> complaints() {
    return ImmutableList.copyOf(complaints);
  }

  /** Paths that it was to be asked for, but which nobody knows whether it has. */
  ImmutableSet<StorePath> unknown() {
    return ImmutableSet.copyOf(unknown);
  }

  /** Seconds until it answered first; empty where it was not asked, or did not answer. */
  OptionalDouble secondsToAnswer() {
    return greeting == null || greeting.complaint().isPresent()
        ? OptionalDouble.empty()
        : OptionalDouble.of(greeting.seconds());
  }

  /**
   * Those of some paths that the cache has.
   *
   * @param paths in the order in which the cache is asked, all in one store
   */
  Map<StorePath, PathInfo> ask(Collection<StorePath> paths, Progress progress)
      throws InterruptedException {
    Map<StorePath, PathInfo> present = new LinkedHashMap<>();
    progress.start("asking " + url);
    if (paths.isEmpty()) {
      return present;
    }
    if (!isUsable(paths.iterator().next().directory())) {
      if (greet().isSilent()) {
        recall(paths, present);
      }
      return present;
    }
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      Map<StorePath, Future<Answer>> asked = new LinkedHashMap<>();
      for (StorePath path : paths) {
        if (memory.map(known -> known.knows(path)).orElse(false)) {
          memory.flatMap(known -> known.recall(path)).ifPresent(info -> present.put(path, info));
        } else {
          asked.put(path, threads.submit(() -> ask(path)));
        }
      }
      List<String> reasons = new ArrayList<>();
      int done = 0;
      for (Map.Entry<StorePath, Future<Answer>> entry : asked.entrySet()) {
        Answer answer = Evaluation.result(entry.getValue());
        if (answer.failure().isPresent()) {
          reasons.add(entry.getKey().baseName() + ": " + answer.failure().get());
          unknown.add(entry.getKey());
        } else {
          unknown.remove(entry.getKey());
          memory.ifPresent(known -> known.remember(entry.getKey(), answer.info()));
          answer.info().ifPresent(info -> present.put(entry.getKey(), info));
        }
        progress.step(++done, asked.size());
      }
      tellFailures(reasons, asked.size());
      memory.ifPresent(CacheMemory::save);
      return present;
    } finally {
      threads.shutdownNow();
    }
  }

  /** What it said not long ago still counts where it says nothing now. */
  private void recall(Collection<StorePath> paths, Map<StorePath, PathInfo> present) {
    for (StorePath path : paths) {
      if (memory.map(known -> known.knows(path)).orElse(false)) {
        memory.flatMap(known -> known.recall(path)).ifPresent(info -> present.put(path, info));
      } else {
        unknown.add(path);
      }
    }
  }

  /**
   * @param info of the path; empty if the cache does not have it, or that could not be found out
   * @param failure why it could not
   */
  private record Answer(Optional<PathInfo> info, Optional<String> failure) {
    static Answer failed(String why) {
      return new Answer(Optional.empty(), Optional.of(why));
    }
  }

  private Answer ask(StorePath path) throws InterruptedException {
    if (failures.get() >= MOST_FAILURES) {
      return Answer.failed("not asked, after " + MOST_FAILURES + " failures");
    }
    try {
      Optional<byte[]> text = cache.get(path.hashPart() + ".narinfo");
      return new Answer(
          text.map(bytes -> PathInfo.parse(path, new String(bytes, StandardCharsets.UTF_8))),
          Optional.empty());
    } catch (IOException e) {
      failures.incrementAndGet();
      return Answer.failed(String.valueOf(e.getMessage()));
    } catch (InputException e) { // damage is no sign that others cannot be asked for
      return Answer.failed("its .narinfo is damaged: " + e.getMessage());
    }
  }

  private void tellFailures(List<String> reasons, int asked) {
    if (!reasons.isEmpty()) {
      complaints.add(
          reasons.size()
              + " of "
              + asked
              + (asked == 1 ? " path counts" : " paths count")
              + " as absent, "
              + reasons.get(0));
    }
  }

  /** Whether it is a cache of this store, by {@code nix-cache-info}; told once where it is not. */
  private boolean isUsable(String directory) throws InterruptedException {
    Greeting known = greet();
    if (known.complaint().isEmpty() && !known.directory().equals(directory)) {
      complainOnce(
          "it is for paths in "
              + known.directory()
              + ", not in "
              + directory
              + "; the plan is made without it");
      return false;
    }
    known.complaint().ifPresent(this::complainOnce);
    return known.complaint().isEmpty();
  }

  /** Asks what it is, unless that was done before. */
  Greeting greet() throws InterruptedException {
    if (greeting == null) {
      long began = System.nanoTime();
      Optional<byte[]> info = Optional.empty();
      Optional<String> complaint = Optional.empty();
      boolean isSilent = false;
      try {
        info = cache.get("nix-cache-info");
        if (info.isEmpty()) {
          complaint =
              Optional.of(
                  "there is no nix-cache-info, so this is no binary cache; the plan is made"
                      + " without it");
        } else if (!isCacheInfo(info.get())) {
          complaint =
              Optional.of(
                  "its nix-cache-info is something else, so this is no binary cache; the plan is"
                      + " made without it");
        }
      } catch (WebCache.StatusException e) {
        isSilent = true;
        complaint = Optional.of(e.getMessage() + ", so " + without());
      } catch (IOException e) {
        isSilent = true;
        complaint = Optional.of("it cannot be reached, so " + without() + ": " + e.getMessage());
      }
      greeting =
          new Greeting(
              (System.nanoTime() - began) / 1e9,
              info.map(CacheQuery::storeDirectory).orElse(""),
              isSilent,
              complaint);
    }
    return greeting;
  }

  private String without() {
    return memory.map(CacheMemory::isEmpty).orElse(true)
        ? "the plan is made without it"
        : "the plan is made with what it said before";
  }

  /** Names that Nix writes and reads there, {@code BinaryCacheStore}. */
  private static boolean isCacheInfo(byte[] info) {
    return new String(info, StandardCharsets.UTF_8)
        .lines()
        .anyMatch(line -> line.matches("(StoreDir|WantMassQuery|Priority):.*"));
  }

  private static String storeDirectory(byte[] info) {
    return new String(info, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("StoreDir:"))
        .map(line -> line.substring("StoreDir:".length()).strip())
        .findFirst()
        .orElse(StorePath.DEFAULT_DIRECTORY);
  }

  private void complainOnce(String what) {
    if (!complaints.contains(what)) {
      complaints.add(what);
    }
  }
}
