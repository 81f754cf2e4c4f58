package dev.crossplan.cross.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * A file, or a part of one such as a member of an archive, of which pieces are read. Positions are
 * relative to its start; they and sizes may be anything, as they come from files. What is not
 * within the range is refused before memory is taken for it.
 */
public final class FileRange {
  private final FileChannel channel;
  private final long start;
  private final long size;

  private FileRange(FileChannel channel, long start, long size) {
    this.channel = channel;
    this.start = start;
    this.size = size;
  }

  /** The whole file. */
  public static FileRange of(FileChannel channel) throws IOException {
    return new FileRange(channel, 0, channel.size());
  }

  /** In bytes. */
  public long size() {
    return size;
  }

  /** Whether the range starts with these bytes. */
  public boolean startsWith(byte[] bytes) throws IOException {
    return size >= bytes.length && read(0, bytes.length).equals(ByteBuffer.wrap(bytes));
  }

  /** The first bytes: so many, or all that there are. */
  public ByteBuffer head(int most) throws IOException {
    return read(0, (int) Math.min(most, size));
  }

  FileRange part(long offset, long length) throws MalformedFileException {
    check(offset, length);
    return new FileRange(channel, start + offset, length);
  }

  /**
   * Reads {@code length} bytes.
   *
   * @return little-endian, from position 0 to its limit
   */
  ByteBuffer read(long offset, int length) throws IOException {
    check(offset, length);
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, start + offset + bytes.position()) < 0) {
        throw new MalformedFileException("it became shorter while it was read");
      }
    }
    return bytes.flip();
  }

  private void check(long offset, long length) throws MalformedFileException {
    if (offset < 0 || length < 0 || offset > size || length > size - offset) {
      throw new MalformedFileException(
          "it ends after "
              + size
              + " bytes, before the "
              + Long.toUnsignedString(length)
              + " that should be at "
              + Long.toUnsignedString(offset));
    }
  }
}
