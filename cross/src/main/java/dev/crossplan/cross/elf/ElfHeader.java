package dev.crossplan.cross.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an ELF file of any machine says first: "ELF Header" in the gABI.
 *
 * @param bits 32 or 64
 * @param type one of the constants here, or another that systems and processors define
 * @param machine number of the machine, {@code e_machine}
 * @param flags of the processor, {@code e_flags}
 */
public record ElfHeader(int bits, boolean littleEndian, int type, int machine, int flags) {
  /** {@code ET_REL}: an object that is yet to be linked. */
  public static final int RELOCATABLE = 1;

  /** {@code ET_EXEC}: a program that runs where it was linked to. */
  public static final int EXECUTABLE = 2;

  /** {@code ET_DYN}: a shared library, or a program that runs anywhere. */
  public static final int SHARED = 3;

  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};
  private static final int CLASS = 4;
  private static final int DATA = 5;
  private static final int TYPE = 16;
  private static final int MACHINE = 18;
  private static final int FLAGS_32 = 36;
  private static final int FLAGS_64 = 48;

  /** Whether the file calls itself ELF, in its first four bytes. */
  public static boolean isElf(FileRange file) throws IOException {
    return file.startsWith(MAGIC);
  }

  /**
   * Reads the header of a file that {@link #isElf}.
   *
   * @throws MalformedFileException if it is no header
   */
  public static ElfHeader read(FileRange file) throws IOException {
    int flags = file.read(CLASS, 1).get(0) == 1 ? FLAGS_32 : FLAGS_64;
    ByteBuffer header = file.read(0, flags + Integer.BYTES);
    int elfClass = header.get(CLASS);
    int data = header.get(DATA);
    if (elfClass != 1 && elfClass != 2) {
      throw new MalformedFileException("its class is " + elfClass + ", neither 1 nor 2");
    }
    if (data != 1 && data != 2) {
      throw new MalformedFileException("its byte order is " + data + ", neither 1 nor 2");
    }
    header.order(data == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    return new ElfHeader(
        elfClass == 1 ? 32 : 64,
        data == 1,
        Short.toUnsignedInt(header.getShort(TYPE)),
        Short.toUnsignedInt(header.getShort(MACHINE)),
        header.getInt(flags));
  }
}
