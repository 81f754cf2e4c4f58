package dev.crossplan.cross.elf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.primitives.Bytes;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is in a file, reading it ends in a value or in the one exception, in little memory. */
class HostileFilePropertyTest {
  private static final long MOST_BYTES = 16 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Path file = Path.of("");

  @BeforeContainer
  static void makeFile() throws IOException {
    file = Files.createTempFile("hostile", "");
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.delete(file);
  }

  /** Bytes that are put over those of a file; positions beyond its end count from its start. */
  record Change(int at, List<Byte> bytes) {}

  /** Sizes and positions at which arithmetic breaks, as they stand in files, and any bytes. */
  @Provide
  Arbitrary<List<Change>> changes() {
    Arbitrary<List<Byte>> bytes =
        Arbitraries.oneOf(
            Arbitraries.bytes().list().ofMinSize(1).ofMaxSize(8),
            Arbitraries.of((byte) 0, (byte) 0x7f, (byte) 0x80, (byte) 0xff)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8));
    Arbitrary<Integer> positions =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 64 + 9 * 56), // both headers
            Arbitraries.integers().between(0, 5000));
    return Combinators.combine(positions, bytes).as(Change::new).list().ofMinSize(1).ofMaxSize(6);
  }

  @Property(seed = "1", tries = 1000)
  void elfFiles(@ForAll("changes") List<Change> changes, @ForAll("elfNames") String name)
      throws IOException {
    write(name, changes);
    assertBounded(HostileFilePropertyTest::readElf);
  }

  /** Changes only the attributes, of which there are a hundred bytes. */
  @Property(seed = "1", tries = 1000)
  void riscvAttributes(@ForAll("changes") List<Change> changes) throws IOException {
    byte[] bytes = GoldenElf.bytes("answer.o");
    int attributes = Bytes.indexOf(bytes, "riscv\0".getBytes(StandardCharsets.US_ASCII)) - 5;
    for (Change change : changes) {
      for (int i = 0; i < change.bytes.size(); i++) {
        bytes[attributes + (change.at + i) % 90] = change.bytes.get(i);
      }
    }
    Files.write(file, bytes);
    assertBounded(HostileFilePropertyTest::readElf);
  }

  private static void readElf() throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      FileRange range = FileRange.of(channel);
      ElfFile.read(range, ElfHeader.read(range));
    }
  }

  @Provide
  Arbitrary<String> elfNames() {
    return Arbitraries.of("program", "libanswer.so", "program.debug", "vector.o", "static");
  }

  @Property(seed = "1", tries = 1000)
  void archives(@ForAll("changes") List<Change> changes) throws IOException {
    write("objects.a", changes);
    assertBounded(
        () -> {
          try (FileChannel channel = FileChannel.open(file)) {
            Archive archive = Archive.of(FileRange.of(channel));
            Optional<Archive.Member> next = archive.next();
            while (next.isPresent()) {
              if (ElfHeader.isElf(next.get().contents())) {
                ElfHeader.read(next.get().contents());
              }
              next = archive.next();
            }
          }
        });
  }

  private static void write(String name, List<Change> changes) throws IOException {
    byte[] bytes = GoldenElf.bytes(name);
    for (Change change : changes) {
      for (int i = 0; i < change.bytes.size(); i++) {
        bytes[(change.at + i) % bytes.length] = change.bytes.get(i);
      }
    }
    Files.write(file, bytes);
  }

  /** Reads something. */
  private interface Reading {
    void run() throws IOException;
  }

  private static void assertBounded(Reading reading) throws IOException {
    long thread = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    try {
      reading.run();
    } catch (MalformedFileException e) {
      assertTrue(e.getMessage() != null && !e.getMessage().isEmpty());
    }
    long taken = THREADS.getThreadAllocatedBytes(thread) - before;
    assertTrue(taken < MOST_BYTES, taken + " bytes were taken");
  }
}
