package dev.crossplan.cross.elf;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one ELF file of 64 bits, little-endian. */
final class ElfReader {
  private static final int HEADER_BYTES = 64;
  private static final int SEGMENT_BYTES = 56;
  private static final int SECTION_BYTES = 64;
  private static final int DYNAMIC_BYTES = 16;

  /** Entries of tables that are read at once. */
  private static final int AT_ONCE = 256;

  // The largest files there are, a kernel with debug information and each function in a section of
  // its own, stay far below.
  private static final long MOST_SECTIONS = 1 << 22;
  private static final long MOST_DYNAMIC = 1 << 16;
  private static final int MOST_NAME_BYTES = 1 << 20;

  /** Libraries that a file needs, or folders of its run path. */
  private static final int MOST_NAMES = 4096;

  private static final int PN_XNUM = 0xffff;
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final int PT_TLS = 7;
  private static final int PT_RISCV_ATTRIBUTES = 0x70000003;

  private static final int SHT_NULL = 0;
  private static final int SHT_NOTE = 7;
  private static final int SHT_NOBITS = 8;
  private static final int SHT_RISCV_ATTRIBUTES = 0x70000003;
  private static final int SHF_ALLOC = 2;
  private static final int SHF_EXECINSTR = 4;

  private static final long DT_NULL = 0;
  private static final long DT_NEEDED = 1;
  private static final long DT_STRTAB = 5;
  private static final long DT_STRSZ = 10;
  private static final long DT_RPATH = 15;
  private static final long DT_RUNPATH = 29;
  private static final long DT_FLAGS_1 = 0x6ffffffbL;
  private static final long DF_1_PIE = 0x08000000L;

  private final FileRange file;
  private final ElfHeader header;
  private final List<Loaded> loaded = new ArrayList<>();
  private @Nullable Place interpreter;
  private @Nullable Place dynamic;
  private @Nullable Place attributes;
  private boolean usesThreadStorage;
  private boolean hasCode;
  private boolean hasCodeElsewhere;
  private boolean hasContents;
  private boolean isProgram;
  private final List<String> needed = new ArrayList<>();
  private ImmutableList<String> runPath = ImmutableList.of();
  private int nameBytes;

  /** A part of the file. */
  private record Place(long offset, long size) {}

  /** A part of the file that is in memory from {@code address} on. */
  private record Loaded(long address, long offset, long size) {}

  ElfReader(FileRange file, ElfHeader header) {
    this.file = file;
    this.header = header;
  }

  /** An entry of a table of the file. */
  private interface EntryReader {
    /** Reads an entry that starts at {@code at}; false if it is the last. */
    boolean read(ByteBuffer table, int at) throws IOException;
  }

  ElfFile read() throws IOException {
    ByteBuffer start = file.read(0, HEADER_BYTES);
    readSegments(start);
    boolean hasSections = readSections(start);
    boolean isDebugInfo = hasCodeElsewhere && !hasContents;
    String interpreterName = null;
    if (!isDebugInfo) {
      if (interpreter != null) {
        interpreterName = interpreterName(interpreter);
      }
      if (dynamic != null) {
        readDynamic(dynamic);
      }
    }
    return new ElfFile(
        header,
        hasCode || !hasSections,
        isDebugInfo,
        isProgram,
        usesThreadStorage,
        Optional.ofNullable(interpreterName),
        ImmutableList.copyOf(needed),
        runPath,
        attributes == null
            ? Optional.empty()
            : RiscvAttributes.arch(file.part(attributes.offset, attributes.size)));
  }

  private void readSegments(ByteBuffer start) throws IOException {
    long offset = start.getLong(32);
    int count = Short.toUnsignedInt(start.getShort(56));
    if (count == 0 || offset == 0) {
      return;
    }
    if (count == PN_XNUM) {
      throw new MalformedFileException("it has more than 65534 segments");
    }
    checkEntry("segment", Short.toUnsignedInt(start.getShort(54)), SEGMENT_BYTES);
    forEach(
        new Place(offset, (long) count * SEGMENT_BYTES),
        SEGMENT_BYTES,
        (table, at) -> {
          Place place = new Place(table.getLong(at + 8), table.getLong(at + 32));
          switch (table.getInt(at)) {
            case PT_LOAD ->
                loaded.add(new Loaded(table.getLong(at + 16), place.offset, place.size));
            case PT_DYNAMIC -> dynamic = place;
            case PT_INTERP -> interpreter = place;
            case PT_TLS -> usesThreadStorage = true;
            case PT_RISCV_ATTRIBUTES -> attributes = place;
            default -> {}
          }
          return true;
        });
  }

  /** False if the file has no sections, as after {@code sstrip}. */
  private boolean readSections(ByteBuffer start) throws IOException {
    long offset = start.getLong(40);
    if (offset == 0) {
      return false;
    }
    checkEntry("section", Short.toUnsignedInt(start.getShort(58)), SECTION_BYTES);
    long count = Short.toUnsignedInt(start.getShort(60));
    if (count == 0) { // more than 65279 of them: the first says how many
      count = file.read(offset, SECTION_BYTES).getLong(32);
    }
    if (count < 0 || count > MOST_SECTIONS) {
      throw new MalformedFileException(
          "it says that it has " + Long.toUnsignedString(count) + " sections");
    }
    forEach(
        new Place(offset, count * SECTION_BYTES),
        SECTION_BYTES,
        (table, at) -> {
          readSection(
              table.getInt(at + 4),
              table.getLong(at + 8),
              new Place(table.getLong(at + 24), table.getLong(at + 32)));
          return true;
        });
    return true;
  }

  private void readSection(int type, long flags, Place place) {
    if (type == SHT_RISCV_ATTRIBUTES) {
      attributes = place;
    }
    boolean isCode = (flags & SHF_EXECINSTR) != 0 && place.size != 0;
    if (isCode && type == SHT_NOBITS) {
      hasCodeElsewhere = true;
    } else if (isCode && type != SHT_NULL) {
      hasCode = true;
    }
    if ((flags & SHF_ALLOC) != 0 && type != SHT_NOBITS && type != SHT_NOTE && type != SHT_NULL) {
      hasContents = true;
    }
  }

  private static void checkEntry(String what, int bytes, int expected)
      throws MalformedFileException {
    if (bytes != expected) {
      throw new MalformedFileException(
          "an entry of its " + what + " table has " + bytes + " bytes instead of " + expected);
    }
  }

  private String interpreterName(Place place) throws IOException {
    if (place.size <= 0 || place.size > MOST_NAME_BYTES) {
      throw new MalformedFileException(
          "the name of its interpreter has " + Long.toUnsignedString(place.size) + " bytes");
    }
    return Names.at(file.part(place.offset, place.size), 0, MOST_NAME_BYTES);
  }

  private void readDynamic(Place place) throws IOException {
    List<Long> names = new ArrayList<>();
    long[] found = {-1, -1, -1, -1}; // strings, their size, run path, older run path
    if (place.size < 0 || place.size > MOST_DYNAMIC * DYNAMIC_BYTES) {
      throw new MalformedFileException(
          "its dynamic table has " + Long.toUnsignedString(place.size) + " bytes");
    }
    forEach(
        place,
        DYNAMIC_BYTES,
        (table, at) -> {
          long tag = table.getLong(at);
          long value = table.getLong(at + 8);
          if (tag == DT_NEEDED) {
            names.add(value);
          } else if (tag == DT_STRTAB) {
            found[0] = value;
          } else if (tag == DT_STRSZ) {
            found[1] = value;
          } else if (tag == DT_RUNPATH) {
            found[2] = value;
          } else if (tag == DT_RPATH) {
            found[3] = value;
          } else if (tag == DT_FLAGS_1) {
            isProgram = (value & DF_1_PIE) != 0;
          }
          return tag != DT_NULL;
        });
    long path = found[2] >= 0 ? found[2] : found[3];
    if (names.isEmpty() && path < 0) {
      return;
    }
    FileRange strings = file.part(offsetOf(found[0], found[1]), found[1]);
    for (long name : names) {
      needed.add(name(strings, name));
    }
    if (path >= 0) {
      runPath = ImmutableList.copyOf(Splitter.on(':').split(name(strings, path)));
    }
    if (needed.size() > MOST_NAMES || runPath.size() > MOST_NAMES) {
      throw new MalformedFileException(
          "it needs "
              + needed.size()
              + " libraries and looks for them in "
              + runPath.size()
              + " folders");
    }
  }

  /** Names may be used as often as one likes, but not to fill the memory. */
  private String name(FileRange strings, long offset) throws IOException {
    String name = Names.at(strings, offset, MOST_NAME_BYTES - nameBytes);
    nameBytes += name.length() + 1;
    return name;
  }

  /** Where in the file is what will be in memory at {@code address}. */
  private long offsetOf(long address, long size) throws MalformedFileException {
    for (Loaded part : loaded) {
      long into = address - part.address;
      if (into >= 0 && size >= 0 && into <= part.size && size <= part.size - into) {
        return part.offset + into;
      }
    }
    throw new MalformedFileException(
        "its dynamic strings, "
            + Long.toUnsignedString(size)
            + " bytes at address 0x"
            + Long.toHexString(address)
            + ", are in none of its segments");
  }

  private void forEach(Place place, int entryBytes, EntryReader reader) throws IOException {
    FileRange table = file.part(place.offset, place.size);
    int most = AT_ONCE * entryBytes;
    for (long at = 0; at + entryBytes <= place.size; at += most) {
      ByteBuffer some = table.read(at, (int) Math.min(most, place.size - at));
      for (int i = 0; i + entryBytes <= some.limit(); i += entryBytes) {
        if (!reader.read(some, i)) {
          return;
        }
      }
    }
  }
}
