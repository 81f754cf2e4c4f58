package dev.crossplan.planner;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.common.base.MoreObjects;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Opens input files, plain or gzip by their first bytes, with or without a mark of UTF-8 before the
 * text, and turns what goes wrong into an {@link InputException}. What is no regular file is read
 * as well: a pipe, {@code /dev/stdin}.
 */
public final class InputFile {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MOST_TEXT_BYTES = 16 << 20;

  /** So many names of a folder are looked at for the one that was meant. */
  private static final int MOST_NAMES = 10_000;

  private static final String CUT_OFF = "Maybe the file was not copied whole.";

  /** Some editors write it in front of UTF-8, RFC 8259 allows to pass over it. */
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private InputFile() {}

  /** Reads the whole of a stream; what it throws is told with the name of the file. */
  @FunctionalInterface
  public interface Parser<T> {
    T parse(InputStream in) throws IOException;
  }

  public static boolean isStandardInput(Path file) {
    return file.toString().equals("-");
  }

  /** What messages call a file. */
  public static String name(Path file) {
    return isStandardInput(file) ? "standard input" : file.toString();
  }

  /**
   * Reads {@code file} with {@code parser}.
   *
   * @param file {@code -} is standard input
   * @throws InputException if the file cannot be opened, is a truncated or damaged gzip, or is no
   *     well-formed JSON
   */
  public static <T> T read(Path file, Parser<T> parser) {
    return read(file, UnaryOperator.identity(), parser);
  }

  /**
   * The same, by another stream.
   *
   * @param watch makes it of that of the file, of which nothing was read yet
   * @throws InputException as above
   */
  public static <T> T read(Path file, UnaryOperator<InputStream> watch, Parser<T> parser) {
    if (isStandardInput(file)) {
      return read(name(file), watch.apply(System.in), parser);
    }
    if (Files.isDirectory(file)) {
      throw new InputException(
          file + ": is a folder, a file was expected", "Maybe a file in it is meant.");
    }
    try (InputStream in = watch.apply(open(file))) {
      return read(file.toString(), in, parser);
    } catch (AccessDeniedException e) {
      throw new InputException(
          file + ": permission denied", "Maybe run it as who may read that: ls -l tells who.", e);
    } catch (IOException e) {
      throw Files.exists(file)
          ? unreadable(file.toString(), e)
          : new InputException(file + ": no such file", whereElse(file), e);
    }
  }

  private static InputException unreadable(String file, IOException reason) {
    return new InputException(
        file + ": cannot be read: " + reason.getMessage(),
        "Maybe the disk or the network that it comes from fails; a copy may do.",
        reason);
  }

  /** Where a file may be that is not where it should. */
  private static String whereElse(Path file) {
    if (Files.isSymbolicLink(file)) {
      return "Maybe what it leads to was moved or deleted: it is a link.";
    }
    Path folder = MoreObjects.firstNonNull(file.getParent(), Path.of(""));
    if (!Files.isDirectory(folder.toAbsolutePath())) {
      return "Maybe another folder is meant: there is no " + folder + ".";
    }
    return Suggestion.closest(String.valueOf(file.getFileName()), namesIn(folder))
        .map(meant -> "Maybe " + file.resolveSibling(meant) + " is meant.")
        .orElseGet(
            () ->
                file.isAbsolute()
                    ? "Maybe it is called otherwise, or still to be made."
                    : "Maybe it is in another folder: this one is "
                        + Path.of("").toAbsolutePath()
                        + ".");
  }

  /** Some of them, where there are very many. */
  private static List<String> namesIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.limit(MOST_NAMES).map(each -> String.valueOf(each.getFileName())).toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  /** A pipe has no position, for which a stream of the newer kind asks. */
  private static InputStream open(Path file) throws IOException {
    boolean isPipe = Files.exists(file) && !Files.isRegularFile(file) && Files.isReadable(file);
    return isPipe ? new FileInputStream(file.toFile()) : Files.newInputStream(file);
  }

  /**
   * Reads {@code in} with {@code parser}. The stream stays open.
   *
   * @param file what messages call the stream
   * @throws InputException if it is a truncated or damaged gzip, or is no well-formed JSON
   */
  public static <T> T read(String file, InputStream in, Parser<T> parser) {
    try {
      return parser.parse(unzipped(in));
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
      throw new InputException(
          file + where + ": " + JsonProblem.describe(e),
          JsonProblem.isCutOff(e)
              ? CUT_OFF
              : "Maybe it was edited by hand, or is a file of another kind.",
          e);
    } catch (EOFException e) {
      throw new InputException(file + ": the gzip stream ends in the middle", CUT_OFF, e);
    } catch (ZipException e) {
      throw new InputException(file + ": damaged gzip stream: " + e.getMessage(), CUT_OFF, e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * The text of a file that a person wrote.
   *
   * @param expected what it should be, for messages: "a manifest"
   * @throws InputException if the file cannot be read, or is larger than any such file is
   */
  public static String text(Path file, String expected) {
    byte[] bytes = read(file, in -> in.readNBytes(MOST_TEXT_BYTES + 1));
    if (bytes.length > MOST_TEXT_BYTES) {
      throw new InputException(
          file + ": larger than " + (MOST_TEXT_BYTES >> 20) + " MiB, " + expected + " was expected",
          "Maybe another file is meant: a person writes no such amount.");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static InputStream unzipped(InputStream in) throws IOException {
    InputStream raw = new PatientStream(in);
    raw.mark(2);
    boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    return withoutMark(gzip ? new GZIPInputStream(raw, BUFFER_BYTES) : raw);
  }

  private static InputStream withoutMark(InputStream in) throws IOException {
    PushbackInputStream text = new PushbackInputStream(in, BYTE_ORDER_MARK.length);
    byte[] first = text.readNBytes(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(first, BYTE_ORDER_MARK)) {
      text.unread(first);
    }
    return text;
  }

  /**
   * A stream that has nothing available only at its end. {@link GZIPInputStream} takes that for the
   * end of a file of several parts, but of a pipe it only means that the other side is slower.
   */
  private static final class PatientStream extends BufferedInputStream {
    PatientStream(InputStream in) {
      super(in, BUFFER_BYTES);
    }

    @Override
    public synchronized int available() throws IOException {
      int available = super.available();
      if (available > 0) {
        return available;
      }
      mark(1);
      int next = read();
      reset();
      return next < 0 ? 0 : 1;
    }
  }
}
