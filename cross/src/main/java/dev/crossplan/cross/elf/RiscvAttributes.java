package dev.crossplan.cross.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The section {@code .riscv.attributes}: "Attributes" in the RISC-V ELF psABI Specification.
 *
 * <pre>
 *   'A' { length:u32 vendor:text { tag:uleb128 length:u32 { tag:uleb128 (uleb128 | text) }* }* }*
 * </pre>
 *
 * A length counts itself and what stands before it in its braces. Attributes with even tags are
 * numbers, those with odd tags are texts; tag 1 of a subsection is the file as a whole.
 */
final class RiscvAttributes {
  private static final int MOST_BYTES = 1 << 20;
  private static final int FILE = 1;
  private static final int ARCH = 5;

  private final ByteBuffer bytes;

  private RiscvAttributes(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** {@code Tag_RISCV_arch} of the file. */
  static Optional<String> arch(FileRange section) throws IOException {
    if (section.size() > MOST_BYTES) {
      throw new MalformedFileException("its RISC-V attributes have " + section.size() + " bytes");
    }
    return new RiscvAttributes(section.read(0, (int) section.size())).arch();
  }

  private Optional<String> arch() throws MalformedFileException {
    Optional<String> arch = Optional.empty();
    if (!bytes.hasRemaining() || bytes.get() != 'A') {
      return arch; // another version of the format, which nobody has defined yet
    }
    while (bytes.hasRemaining()) {
      int end = end(bytes.position());
      if (text(end).equals("riscv")) {
        while (bytes.position() < end) {
          Optional<String> found = subsection(end);
          arch = arch.isPresent() ? arch : found;
        }
      }
      bytes.position(end);
    }
    return arch;
  }

  private Optional<String> subsection(int sectionEnd) throws MalformedFileException {
    Optional<String> arch = Optional.empty();
    int start = bytes.position();
    long tag = number(sectionEnd);
    int end = end(start);
    if (end > sectionEnd) {
      throw bad();
    }
    while (tag == FILE && bytes.position() < end) {
      long attribute = number(end);
      if (attribute % 2 == 0) {
        number(end);
      } else {
        String text = text(end);
        if (attribute == ARCH) {
          arch = Optional.of(text);
        }
      }
    }
    bytes.position(end);
    return arch;
  }

  /** Reads a length that counts from {@code start}; gives where what it counts ends. */
  private int end(int start) throws MalformedFileException {
    if (bytes.remaining() < Integer.BYTES) {
      throw bad();
    }
    long end = start + Integer.toUnsignedLong(bytes.getInt());
    if (end < bytes.position() || end > bytes.limit()) {
      throw bad();
    }
    return (int) end;
  }

  private String text(int end) throws MalformedFileException {
    int start = bytes.position();
    for (int i = start; i < end; i++) {
      if (bytes.get(i) == 0) {
        bytes.position(i + 1);
        return StandardCharsets.UTF_8.decode(bytes.slice(start, i - start)).toString();
      }
    }
    throw bad();
  }

  private long number(int end) throws MalformedFileException {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE - 1 && bytes.position() < end; shift += 7) {
      byte next = bytes.get();
      number |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw bad();
  }

  private static MalformedFileException bad() {
    return new MalformedFileException("its RISC-V attributes end too early");
  }
}
