package dev.crossplan.cross.elf;

import com.google.common.base.CharMatcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An {@code ar} archive of objects, as {@code ar} of System V and GNU writes it ("Archive File" in
 * the System V ABI; {@code bfd/archive.c} tells of the rest): after eight bytes come members, each
 * with a header of 60 bytes of text and its contents, padded to an even position. Names of more
 * than 15 characters stand in the member {@code //}, or as BSD has them before the contents.
 *
 * <p>Members are given one after the other and never kept: an archive of a gigabyte takes no more
 * memory than one of a kilobyte.
 */
public final class Archive {
  private static final byte[] MAGIC = "!<arch>\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 60;
  private static final int NAME_BYTES = 16;
  private static final int SIZE_AT = 48;
  private static final int SIZE_BYTES = 10;
  private static final int END_AT = 58;
  private static final int MOST_NAME_BYTES = 4096;
  private static final String BSD_NAME = "#1/";

  private final FileRange file;
  private Optional<FileRange> longNames = Optional.empty();
  private long next = MAGIC.length;

  /** A member that is no table of the archive itself. */
  public record Member(String name, FileRange contents) {}

  private Archive(FileRange file) {
    this.file = file;
  }

  /**
   * Whether the file is an archive that has its members in it. A thin one, of {@code ar --thin},
   * only names files.
   */
  public static boolean isArchive(FileRange file) throws IOException {
    return file.startsWith(MAGIC);
  }

  /** Opens a file that {@link #isArchive}. */
  public static Archive of(FileRange file) {
    return new Archive(file);
  }

  /**
   * The next member; empty after the last.
   *
   * @throws MalformedFileException if what follows is none
   */
  public Optional<Member> next() throws IOException {
    while (next < file.size()) {
      ByteBuffer header = file.read(next, HEADER_BYTES);
      if (header.get(END_AT) != '`' || header.get(END_AT + 1) != '\n') {
        throw new MalformedFileException("at " + next + " is no member of an archive");
      }
      FileRange contents = file.part(next + HEADER_BYTES, size(header));
      next += HEADER_BYTES + contents.size() + contents.size() % 2;
      String name = text(header, 0, NAME_BYTES);
      if (name.equals("//")) {
        longNames = Optional.of(contents);
      } else if (!isTable(name)) {
        return Optional.of(member(name, contents));
      }
    }
    return Optional.empty();
  }

  /** A table of symbols. */
  private static boolean isTable(String name) {
    return name.equals("/") || name.equals("/SYM64/") || name.startsWith("__.SYMDEF");
  }

  private Member member(String name, FileRange contents) throws IOException {
    if (name.startsWith(BSD_NAME)) {
      long length = number(name.substring(BSD_NAME.length()));
      if (length > MOST_NAME_BYTES) {
        throw new MalformedFileException("a member has a name of " + length + " bytes");
      }
      ByteBuffer text = contents.part(0, length).read(0, (int) length);
      return new Member(
          CharMatcher.is('\0').trimTrailingFrom(text(text, 0, (int) length)),
          contents.part(length, contents.size() - length));
    }
    if (name.startsWith("/") && longNames.isPresent()) {
      return new Member(longName(longNames.get(), number(name.substring(1))), contents);
    }
    return new Member(name.endsWith("/") ? name.substring(0, name.length() - 1) : name, contents);
  }

  /** Of GNU: ends with a slash and a line feed; of System V: with a line feed. */
  private static String longName(FileRange names, long offset) throws IOException {
    if (offset > names.size()) {
      throw new MalformedFileException(
          "the name of a member is at " + offset + ", after all names");
    }
    int most = (int) Math.min(MOST_NAME_BYTES, names.size() - offset);
    String text = text(names.read(offset, most), 0, most);
    int end = text.indexOf('\n');
    String name = end < 0 ? text : text.substring(0, end);
    return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
  }

  private static long size(ByteBuffer header) throws MalformedFileException {
    return number(text(header, SIZE_AT, SIZE_BYTES));
  }

  private static long number(String digits) throws MalformedFileException {
    if (digits.isEmpty()
        || digits.length() > NAME_BYTES
        || !CharMatcher.inRange('0', '9').matchesAllOf(digits)) {
      throw new MalformedFileException("a member of the archive has no size or position");
    }
    return Long.parseLong(digits);
  }

  private static String text(ByteBuffer bytes, int from, int length) {
    return CharMatcher.is(' ')
        .trimTrailingFrom(StandardCharsets.UTF_8.decode(bytes.slice(from, length)).toString());
  }
}
