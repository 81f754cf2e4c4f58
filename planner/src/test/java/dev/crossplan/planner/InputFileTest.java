package dev.crossplan.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** What the library says besides is for those who call it. */
  @ParameterizedTest
  @ValueSource(strings = {"{", "[1, 2", "NaN", "{\"a\": +1}", "\"\n\"", "{\"a\" 1}", "'a'"})
  void whatIsNoJsonIsToldWithoutWordsOfTheLibrary(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), json);
    InputException e =
        assertThrows(
            InputException.class,
            () ->
                InputFile.read(
                    file,
                    in -> {
                      try (JsonParser parser = new JsonFactory().createParser(in)) {
                        while (parser.nextToken() != null) {
                          parser.getText();
                        }
                      }
                      return true;
                    }));
    String told = String.valueOf(e.getMessage());
    assertTrue(told.startsWith(file + ":1:"), told);
    assertTrue(told.contains(": not well-formed JSON: "), told);
    assertTrue(!told.contains("Source") && !told.contains("Feature"), told);
    boolean isCutOff = json.equals("{") || json.equals("[1, 2");
    assertEquals(
        isCutOff
            ? "Maybe the file was not copied whole."
            : "Maybe it was edited by hand, or is a file of another kind.",
        e.remedy().orElseThrow());
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
