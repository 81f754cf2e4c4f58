package dev.crossplan.planner;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Opens input files, plain or gzip by their first bytes, and turns what goes wrong into an {@link
 * InputException}.
 */
public final class InputFile {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MOST_TEXT_BYTES = 16 << 20;

  private InputFile() {}

  /** Reads the whole of a stream; what it throws is told with the name of the file. */
  @FunctionalInterface
  public interface Parser<T> {
    T parse(InputStream in) throws IOException;
  }

  /**
   * Reads {@code file} with {@code parser}.
   *
   * @throws InputException if the file cannot be opened, is a truncated or damaged gzip, or is no
   *     well-formed JSON
   */
  public static <T> T read(Path file, Parser<T> parser) {
    if (Files.isDirectory(file)) {
      throw new InputException(file + ": is a folder, a file was expected");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in, parser);
    } catch (NoSuchFileException e) {
      throw new InputException(file + ": no such file", null, e);
    } catch (AccessDeniedException e) {
      throw new InputException(file + ": permission denied", null, e);
    } catch (IOException e) {
      throw new InputException(file + ": cannot be read: " + e.getMessage(), null, e);
    }
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
          file + where + ": not well-formed JSON: " + e.getOriginalMessage(), null, e);
    } catch (EOFException e) {
      throw new InputException(
          file + ": the gzip stream ends in the middle", "Maybe the file was not copied whole.", e);
    } catch (ZipException e) {
      throw new InputException(
          file + ": damaged gzip stream: " + e.getMessage(),
          "Maybe the file was not copied whole.",
          e);
    } catch (IOException e) {
      throw new InputException(file + ": cannot be read: " + e.getMessage(), null, e);
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
          file
              + ": larger than "
              + (MOST_TEXT_BYTES >> 20)
              + " MiB, "
              + expected
              + " was expected");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static InputStream unzipped(InputStream in) throws IOException {
    InputStream raw = new BufferedInputStream(in, BUFFER_BYTES);
    raw.mark(2);
    boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    return gzip ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
  }
}
