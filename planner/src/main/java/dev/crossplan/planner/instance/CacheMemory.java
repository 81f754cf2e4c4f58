package dev.crossplan.planner.instance;

import com.google.common.hash.Hashing;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.StorePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a cache said before: that it has a path for a day, that it has not for an hour. One file for
 * each cache, a line for each path: the path, when that was in seconds since 1970, {@code -} or
 * {@code +} with the bytes to be transferred, and the base names of its references.
 */
final class CacheMemory {
  private static final Duration PRESENT = Duration.ofDays(1);
  private static final Duration ABSENT = Duration.ofHours(1);

  private final Path file;
  private final Clock clock;
  private final Map<StorePath, Answer> answers = new TreeMap<>();

  /**
   * @param info of the path; empty if the cache does not have it
   */
  private record Answer(long seconds, Optional<PathInfo> info) {}

  /**
   * @param folder for such files of all caches
   */
  CacheMemory(Path folder, String url, Clock clock) {
    String name = Hashing.sha256().hashString(url, StandardCharsets.UTF_8).toString();
    this.file = folder.resolve("substituter-" + name.substring(0, 16) + ".txt");
    this.clock = clock;
    read();
  }

  /** Whether nothing is remembered. */
  boolean isEmpty() {
    return answers.isEmpty();
  }

  /** Whether it was asked for a path, and not too long ago. */
  boolean knows(StorePath path) {
    return answers.containsKey(path);
  }

  /** What it said then. */
  Optional<PathInfo> recall(StorePath path) {
    return Optional.ofNullable(answers.get(path)).flatMap(Answer::info);
  }

  void remember(StorePath path, Optional<PathInfo> info) {
    answers.put(path, new Answer(clock.instant().getEpochSecond(), info));
  }

  private void read() {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      return; // nothing is remembered, or nothing that can be read
    }
    for (String line : lines) {
      String[] words = line.split(" ", 4);
      try {
        StorePath path = StorePath.parse(words[0]);
        long seconds = Long.parseLong(words[1]);
        boolean present = words[2].startsWith("+");
        if (isFresh(seconds, present)) {
          Optional<PathInfo> info =
              present
                  ? Optional.of(
                      new PathInfo(
                          PathInfo.references(path, words[3]),
                          Long.parseLong(words[2].substring(1))))
                  : Optional.empty();
          answers.put(path, new Answer(seconds, info));
        }
      } catch (InputException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
        // a line that is not as written: the path will be asked for again
      }
    }
  }

  private boolean isFresh(long seconds, boolean present) {
    Duration age = Duration.ofSeconds(clock.instant().getEpochSecond() - seconds);
    return !age.isNegative() && age.compareTo(present ? PRESENT : ABSENT) < 0;
  }

  /** Where that fails, what is lost is some time at the next plan. */
  void save() {
    List<String> lines = new ArrayList<>();
    answers.forEach(
        (path, answer) -> {
          StringBuilder line = new StringBuilder(path.toString());
          line.append(' ').append(answer.seconds());
          answer
              .info()
              .ifPresentOrElse(
                  info -> {
                    line.append(" +").append(info.bytes()).append(' ');
                    info.references().forEach(of -> line.append(of.baseName()).append(' '));
                  },
                  () -> line.append(" -"));
          lines.add(line.toString());
        });
    try {
      CacheFolder.replace(file, draft -> Files.write(draft, lines));
    } catch (IOException e) {
      // a home that cannot be written to is no reason not to plan
    }
  }
}
