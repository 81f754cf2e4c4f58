package dev.crossplan.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {
  private static final String MARK = "\ufeff";

  private final Path folder;

  InputFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aPipeIsAFile() throws Exception {
    assertEquals("hello", throughPipe(bytes("hello")));
    assertEquals("hello", throughPipe(zipped("hello")));
    assertEquals("", throughPipe());
  }

  /** Whoever writes the parts takes a while between them. */
  @Test
  void aPipeOfSeveralGzipParts() throws Exception {
    assertEquals("hello world", throughPipe(zipped("hello "), zipped("wor"), zipped("ld")));
  }

  @Test
  void aDashIsStandardInput() {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(bytes("hello")));
      assertEquals("hello", InputFile.text(Path.of("-"), "a greeting"));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aMarkOfUtf8IsPassedOver() throws IOException {
    assertEquals("hello", text(bytes(MARK + "hello")));
    assertEquals("hello", text(zipped(MARK + "hello")));
    assertEquals("", text(bytes(MARK)));
    assertEquals(MARK, text(bytes(MARK + MARK)));
    assertEquals("hé", text(bytes("hé")));
    assertEquals("\ufeee", text(bytes("\ufeee")));
  }

  private String text(byte[] content) throws IOException {
    return InputFile.text(Files.write(folder.resolve("file"), content), "a text");
  }

  private String throughPipe(byte[]... parts) throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(pipe, parts));
    String text = InputFile.text(pipe, "a text");
    writer.get();
    Files.delete(pipe);
    return text;
  }

  private static void write(Path pipe, byte[]... parts) {
    try (OutputStream out = new java.io.FileOutputStream(pipe.toFile())) {
      for (byte[] part : parts) {
        out.write(part);
        Thread.sleep(50);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] zipped(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(bytes(text));
    }
    return bytes.toByteArray();
  }
}
