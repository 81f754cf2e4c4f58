package dev.crossplan.cross.elf;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElfFileTest {
  private static final String RV64GC =
      "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0";

  private final Path folder;

  ElfFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aProgramNamesItsLoaderItsLibrariesAndWhereTheyAre() throws IOException {
    ElfFile program = read(GoldenElf.path("program"));
    assertEquals(new ElfHeader(64, true, ElfHeader.SHARED, 243, 5), program.header());
    assertEquals(Optional.of("/lib/ld-linux-riscv64-lp64d.so.1"), program.interpreter());
    assertEquals(ImmutableList.of("libanswer.so.1"), program.needed());
    assertEquals(ImmutableList.of("$ORIGIN/../lib", "/opt/lib"), program.runPath());
    assertEquals(Optional.of(RV64GC), program.riscvArch());
    assertTrue(program.isPositionIndependentProgram());
    assertTrue(program.hasCode());
    assertFalse(program.isDebugInfo());
  }

  @Test
  void aLibraryIsNoProgram() throws IOException {
    ElfFile library = read(GoldenElf.path("libanswer.so"));
    assertEquals(Optional.empty(), library.interpreter());
    assertEquals(ImmutableList.of("libquestion.so.1"), library.needed());
    assertEquals(ImmutableList.of("/nix/store/x/lib"), library.runPath());
    assertFalse(library.isPositionIndependentProgram());
  }

  @Test
  void debugInformationHasOnlyTheAddressesOfWhatIsLoaded() throws IOException {
    ElfFile debug = read(GoldenElf.path("program.debug"));
    assertTrue(debug.isDebugInfo());
    assertFalse(debug.hasCode());
    assertEquals(Optional.empty(), debug.interpreter());
    assertEquals(ImmutableList.of(), debug.needed());
  }

  @ParameterizedTest
  @CsvSource({
    "answer.o, 1, 243, 5, true",
    "data.o, 1, 243, 5, false",
    "soft.o, 1, 243, 1, true",
    "x86_64.o, 1, 62, 0, true",
    "static, 2, 243, 5, true",
  })
  void anObjectSaysForWhatItIs(String name, int type, int machine, int flags, boolean hasCode)
      throws IOException {
    ElfFile file = read(GoldenElf.path(name));
    assertEquals(new ElfHeader(64, true, type, machine, flags), file.header());
    assertEquals(hasCode, file.hasCode());
    assertEquals(ImmutableList.of(), file.needed());
  }

  @Test
  void theHeaderOfAnyMachineIsRead() throws IOException {
    ByteBuffer big = ByteBuffer.allocate(52).order(ByteOrder.BIG_ENDIAN);
    big.putInt(0x7f454c46).put((byte) 1).put((byte) 2);
    big.putShort(16, (short) 2).putShort(18, (short) 2).putInt(36, 7);
    Path file = Files.write(folder.resolve("big"), big.array());
    try (FileChannel channel = FileChannel.open(file)) {
      assertEquals(
          new ElfHeader(32, false, ElfHeader.EXECUTABLE, 2, 7),
          ElfHeader.read(FileRange.of(channel)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // position, byte there, what is told
    "4, 3, 'its class is 3, neither 1 nor 2'",
    "5, 0, 'its byte order is 0, neither 1 nor 2'",
    "54, 0, 'an entry of its segment table has 0 bytes instead of 56'",
    "58, 1, 'an entry of its section table has 1 bytes instead of 64'",
    "47, 255, 'it ends after 2064 bytes, before the'",
    "39, 128, 'it ends after 2064 bytes, before the'",
    "61, 255, 'it ends after 2064 bytes, before the'",
  })
  void whatIsWrongIsTold(int at, int value, String message) throws IOException {
    byte[] bytes = GoldenElf.bytes("program");
    bytes[at] = (byte) value;
    Path file = Files.write(folder.resolve("bad"), bytes);
    MalformedFileException e = assertThrows(MalformedFileException.class, () -> read(file));
    assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
  }

  @Test
  void positionsThatOverflowAreRefused() throws IOException {
    for (int at : new int[] {32, 40}) { // of segments, of sections
      ByteBuffer bytes = ByteBuffer.wrap(GoldenElf.bytes("program"));
      bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(at, Long.MAX_VALUE - 100);
      Path file = Files.write(folder.resolve("bad"), bytes.array());
      assertThrows(MalformedFileException.class, () -> read(file));
    }
  }

  @Test
  void stringsAreWithinASegment() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(GoldenElf.bytes("program")).order(ByteOrder.LITTLE_ENDIAN);
    int entry = 0x2e0; // where readelf -l shows DYNAMIC
    while (bytes.getLong(entry) != 10) { // DT_STRSZ
      entry += 16;
    }
    bytes.putLong(entry + 8, 1500);
    Path file = Files.write(folder.resolve("bad"), bytes.array());
    MalformedFileException e = assertThrows(MalformedFileException.class, () -> read(file));
    assertTrue(String.valueOf(e.getMessage()).endsWith("are in none of its segments"));
  }

  @Test
  void aFileThatIsCutOffIsRefusedWhereverItEnds() throws IOException {
    Path file = Files.copy(GoldenElf.path("program"), folder.resolve("cut"));
    try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
      for (long length = channel.size() - 1; length >= 4; length--) {
        FileRange cut = FileRange.of(channel.truncate(length));
        assertThrows(
            MalformedFileException.class,
            () -> ElfFile.read(cut, ElfHeader.read(cut)),
            "of " + length + " bytes");
      }
    }
  }

  private static ElfFile read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      FileRange range = FileRange.of(channel);
      assertTrue(ElfHeader.isElf(range));
      return ElfFile.read(range, ElfHeader.read(range));
    }
  }
}
