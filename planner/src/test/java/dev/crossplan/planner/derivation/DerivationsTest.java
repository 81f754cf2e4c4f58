package dev.crossplan.planner.derivation;

import static dev.crossplan.planner.derivation.Messages.assertRefused;
import static dev.crossplan.planner.derivation.Messages.assertRefusedWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DerivationsTest {
  private static final Path STORE = GoldenFiles.path("drv/basic");
  private static final StorePath LIBRARY =
      StorePath.parse("/nix/store/vnwhqm8kmggp1vy1vhvjx10frcxsdk2b-library-1.0.drv");

  private static Map<StorePath, Derivation> closure(Path folder, StorePath... roots) {
    Map<StorePath, Derivation> derivations = new TreeMap<>();
    Derivations.readClosure(folder, List.of(roots), derivations::put);
    return derivations;
  }

  private static Path copy(Path to) throws IOException {
    try (Stream<Path> files = Files.list(STORE)) {
      for (Path file : files.collect(Collectors.toList())) {
        Files.copy(file, to.resolve(String.valueOf(file.getFileName())));
      }
    }
    return to;
  }

  @Test
  void rootsAreFollowed() {
    assertEquals(
        "[library-1.0, md5.patch, sha1.tar.gz, sha256.tar.gz]",
        closure(STORE, LIBRARY, LIBRARY).values().stream()
            .map(Derivation::name)
            .sorted()
            .collect(Collectors.toList())
            .toString());
  }

  @Test
  void missingInputIsNamed(@TempDir Path folder) throws IOException {
    Path store = copy(folder);
    String patch = "6baazg0wd616c2wq3vyx9kcsxjcb8wdm-md5.patch.drv";
    Files.delete(store.resolve(patch));
    assertRefused(
        store + ": derivation " + LIBRARY + " needs /nix/store/" + patch + ", which is missing",
        () -> closure(store, LIBRARY));
    assertRefused(
        store.resolve(patch) + ": no such file",
        () -> closure(store, StorePath.parse("/nix/store/" + patch)));
  }

  @Test
  void zippedAndSingleFilesAreRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve(LIBRARY.baseName());
    Files.write(file, Messages.gzip(GoldenFiles.bytes(STORE.resolve(LIBRARY.baseName()))));
    Map<StorePath, Derivation> all = GoldenFiles.read(STORE);
    assertEquals(Map.of(LIBRARY, GoldenFiles.named(all, "library-1.0")), GoldenFiles.read(file));
  }

  @Test
  void otherFilesInAStoreArePassedOver(@TempDir Path folder) throws IOException {
    Path store = copy(folder);
    Files.writeString(store.resolve("00000000000000000000000000000000-notes.txt"), "x");
    Files.createDirectory(store.resolve("00000000000000000000000000000000-hello"));
    assertEquals(GoldenFiles.read(STORE), GoldenFiles.read(store));
  }

  @Test
  void foldersWithoutDerivationsAreRefused(@TempDir Path folder) throws IOException {
    assertRefused(
        folder + ": there is no .drv file in this folder", () -> GoldenFiles.read(folder));
    Path renamed = folder.resolve("hello.drv");
    Files.writeString(renamed, "Derive()");
    assertRefusedWith(
        renamed + ": a .drv file has the name it has in the store: ",
        () -> GoldenFiles.read(folder));
    assertRefused(
        folder.resolve("none") + ": no such file", () -> GoldenFiles.read(folder.resolve("none")));
  }

  @Test
  void anotherStoreIsFoundOut(@TempDir Path folder) throws IOException {
    String silent = "00000000000000000000000000000000-silent.drv";
    Files.writeString(
        folder.resolve(silent),
        "Derive([(\"out\",\"\",\"\",\"\")],[],[],\"s\",\"b\",[],[])",
        StandardCharsets.US_ASCII);
    assertEquals("[/nix/store/" + silent + "]", GoldenFiles.read(folder).keySet().toString());
    String telling = "00000000000000000000000000000000-telling.drv";
    Files.writeString(
        folder.resolve(telling),
        "Derive([(\"out\",\"\",\"\",\"\")],[],[\"/gnu/store/00000000000000000000000000000000-x\"],"
            + "\"s\",\"b\",[],[])",
        StandardCharsets.US_ASCII);
    assertEquals(
        "[/gnu/store/" + silent + ", /gnu/store/" + telling + "]",
        GoldenFiles.read(folder).keySet().toString());
  }

  @Test
  void hugeFilesAreRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("00000000000000000000000000000000-huge.drv");
    byte[] huge = new byte[(64 << 20) + 1];
    Files.write(file, Messages.gzip(huge));
    assertRefused(
        file + ": the file is larger than 64 MiB, the most that is read of a .drv file",
        () -> GoldenFiles.read(file));
  }
}
