package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostTableTest {
  private final Path folder;

  CostTableTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aPackageALine() throws IOException {
    assertEquals(
        Map.of("zlib", 5.1, "linux", 3600.0, "hook", 0.0),
        read("package,seconds\nzlib,5.1\n\nlinux , 3.6e3\nhook,0"));
  }

  /** As spreadsheets write them. */
  @Test
  void fieldsInQuotes() throws IOException {
    assertEquals(
        Map.of("zlib", 5.0, "a,b", 6.0, "c\"d\"", 7.0),
        read("\"package\",\"seconds\"\n\"zlib\",5\n \"a,b\" , \"6\" \n\"c\"\"d\"\"\",7\n"));
    for (String line :
        List.of("\"zlib,5", "\"zlib\"x,5", "zl\"ib,5", "a,b,5", "\"zlib\"", "\"\",5")) {
      assertEquals(
          "costs.csv:2: not package,seconds: " + line, message("package,seconds\n" + line));
    }
  }

  @Test
  void linesOfWindows() throws IOException {
    assertEquals(Map.of("zlib", 5.0), read("package,seconds\r\nzlib,5\r\n"));
  }

  @Test
  void whatIsWrongIsToldWithItsLine() {
    assertEquals("costs.csv:1: the header is not package,seconds but missing", message(""));
    assertEquals(
        "costs.csv:1: the header is not package,seconds but name,time", message("name,time\n"));
    assertEquals(
        "costs.csv:3: not package,seconds: zlib 5", message("package,seconds\na,1\nzlib 5\n"));
    assertEquals("costs.csv:2: not package,seconds: ,5", message("package,seconds\n,5\n"));
    assertEquals(
        "costs.csv:2: seconds must be a number from 0 to 1000000000000, not fast",
        message("package,seconds\nzlib,fast\n"));
    assertEquals(
        "costs.csv:2: seconds must be a number from 0 to 1000000000000, not -1",
        message("package,seconds\nzlib,-1\n"));
    assertEquals(
        "costs.csv:2: seconds must be a number from 0 to 1000000000000, not NaN",
        message("package,seconds\nzlib,NaN\n"));
    assertEquals(
        "costs.csv:2: seconds must be a number from 0 to 1000000000000, not 1e999",
        message("package,seconds\nzlib,1e999\n"));
    assertEquals(
        "costs.csv:2: seconds must be a number from 0 to 1000000000000, not 1e13",
        message("package,seconds\nzlib,1e13\n"));
    assertEquals(
        "costs.csv:3: a second line for zlib, the first says 5.0",
        message("package,seconds\nzlib,5\nzlib,6\n"));
  }

  @Test
  void sizesOfPackages() throws IOException {
    Path sizes =
        Files.writeString(folder.resolve("sizes.csv"), "package,bytes\nzlib,700\nxz,2e3\n");
    assertEquals(Map.of("zlib", 700L, "xz", 2000L), CostTable.bytes(sizes));
    Files.writeString(sizes, "package,bytes\nzlib,1 MiB\n");
    InputException told = assertThrows(InputException.class, () -> CostTable.bytes(sizes));
    assertEquals(
        sizes + ":2: bytes must be a number from 0 to 1000000000000, not 1 MiB", told.getMessage());
    assertEquals(
        Optional.of("Maybe it has a unit, or is in another: 1048576 is a MiB."), told.remedy());
  }

  private Map<String, Double> read(String text) throws IOException {
    return CostTable.seconds(Files.writeString(folder.resolve("costs.csv"), text));
  }

  private String message(String text) {
    String told = String.valueOf(assertThrows(InputException.class, () -> read(text)).getMessage());
    return told.replace(folder + "/", "");
  }
}
