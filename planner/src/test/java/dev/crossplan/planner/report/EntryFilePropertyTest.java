package dev.crossplan.planner.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.Circumstances;
import dev.crossplan.planner.history.Entry;
import dev.crossplan.planner.history.EntryFilter;
import dev.crossplan.planner.history.History;
import dev.crossplan.planner.history.Timing;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.source.SourceCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What is exported is imported as what it was, whatever the texts in it are. */
class EntryFilePropertyTest {
  private static final String DERIVATION =
      "/nix/store/00000000000000000000000000000000-hello-2.12.drv";

  private static Path folder = Path.of("");
  private static int files;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("history");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** Letters, and what CSV, JSON, SQL and terminals take for their own. */
  private static Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withChars("az09-. ,;\"'\\\n\r\t{}[]:=%_\u001b\u0001éß漢\u202e")
        .ofMinLength(1)
        .ofMaxLength(12);
  }

  @Provide
  Arbitrary<List<Entry>> entries() {
    Arbitrary<Entry> entry =
        Arbitraries.randomValue(random -> random.nextLong())
            .flatMap(
                seed -> texts().list().ofSize(12).map(texts -> entry(new Random(seed), texts)));
    return entry.list().ofMaxSize(8).uniqueElements(each -> each.timing().started());
  }

  /** Each field known or not, by the toss of a coin. */
  private static Entry entry(Random random, List<String> texts) {
    Map<String, Double> phases = new LinkedHashMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      phases.put(texts.get(i), random.nextDouble() * 1000);
    }
    Action action = any(random, Action.values());
    Timing timing =
        new Timing(
            texts.get(0),
            random.nextBoolean() ? "" : texts.get(1),
            maybe(random, texts.get(2)),
            maybe(random, any(random, Strategy.values())),
            texts.get(3),
            Instant.ofEpochMilli(random.nextLong() >>> 22),
            random.nextDouble() * 1e6,
            new Circumstances(
                random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(1024)),
                random.nextBoolean()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(random.nextDouble()),
                random.nextBoolean()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(random.nextDouble()),
                random.nextBoolean()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(random.nextInt(5)),
                random.nextBoolean()
                    ? ImmutableSet.of()
                    : ImmutableSet.of(Trait.CMAKE, Trait.TESTS),
                random.nextBoolean()
                    ? OptionalLong.empty()
                    : OptionalLong.of(random.nextLong() >>> 1),
                random.nextBoolean()
                    ? Optional.empty()
                    : Optional.of(
                        new SourceCode(
                            random.nextInt(9),
                            random.nextInt(9),
                            random.nextInt(9),
                            random.nextInt(9),
                            random.nextBoolean(),
                            random.nextBoolean())),
                ImmutableMap.copyOf(phases)));
    return new Entry(
        action,
        timing,
        maybe(random, texts.get(5)),
        maybe(random, StorePath.parse(DERIVATION)),
        maybe(random, StorePath.parse(DERIVATION)),
        maybe(random, texts.get(6)),
        random.nextBoolean(),
        maybe(random, texts.get(7)),
        maybe(random, texts.get(8)),
        maybe(random, texts.get(9)),
        texts.get(10));
  }

  private static <T> T any(Random random, T[] values) {
    return List.of(values).get(random.nextInt(values.length));
  }

  private static <T> Optional<T> maybe(Random random, T value) {
    return random.nextBoolean() ? Optional.of(value) : Optional.empty();
  }

  @Property(tries = 100)
  void whatIsExportedIsImportedAsItWas(@ForAll("entries") List<Entry> entries, @ForAll boolean csv)
      throws IOException {
    Path file = folder.resolve("history-" + files++ + ".db");
    byte[] exported;
    List<Entry> kept;
    try (History history = History.open(file)) {
      assertEquals(entries.size(), history.addAll(entries));
      assertEquals(0, history.addAll(entries), "all are known");
      kept = all(history);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      EntryFile.Entries every = consumer -> history.forEach(EntryFilter.ALL, consumer);
      if (csv) {
        EntryFile.writeCsv(out, every);
      } else {
        EntryFile.writeJson(out, every);
      }
      exported = out.toByteArray();
      assertEquals(kept.size(), history.remove(EntryFilter.ALL));
      List<Entry> read = read(exported);
      assertEquals(kept, read);
      assertEquals(kept.size(), history.addAll(read));
      assertEquals(kept, all(history));
    }
    assertEquals(entries.size(), kept.size());
    Files.delete(file);
  }

  @Example
  void whatAnOlderCrossplanCountedIsPassedOver() throws IOException {
    String old =
        """
        {"package":"zlib","version":"1","machine":"desk","started":"2026-11-27T09:56:43Z",\
        "seconds":6.5,"outcome":"built","action":"build","origin":"build",\
        "codeFiles":15,"codeBytes":332169,"configureBytes":28199,"sourceBytes":9}
        """;
    List<Entry> read = read(old.getBytes(StandardCharsets.UTF_8));
    Circumstances known = read.get(0).timing().circumstances();
    assertEquals(OptionalLong.of(9), known.sourceBytes());
    assertEquals(Optional.empty(), known.code());
  }

  private static List<Entry> all(History history) {
    List<Entry> entries = new ArrayList<>();
    history.forEach(EntryFilter.ALL, entries::add);
    return entries;
  }

  private static List<Entry> read(byte[] exported) throws IOException {
    List<Entry> read = new ArrayList<>();
    BuildSink sink =
        new BuildSink() {
          @Override
          public void add(Entry entry) {
            read.add(entry);
          }

          @Override
          public void skip(String why) {
            throw new AssertionError(why);
          }
        };
    new ReportReader(
            Optional.of(ReportFormat.CROSSPLAN),
            Optional.empty(),
            Optional.empty(),
            Clock.systemUTC())
        .read("export", new ByteArrayInputStream(exported), sink);
    return read;
  }
}
