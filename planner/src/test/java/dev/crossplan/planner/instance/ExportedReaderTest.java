package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.DerivationAterm;
import dev.crossplan.planner.derivation.DerivationJson;
import dev.crossplan.planner.derivation.StorePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads one graph in all forms that it may be kept in; its .drv files are written from its JSON.
 */
class ExportedReaderTest {
  private static final Path IMAGE = Fixtures.image("forked");
  private static final Path JSON = IMAGE.resolve("emulated.json.gz");
  private static final Path JOBS = IMAGE.resolve("emulated.jobs.jsonl");
  private static final PlatformFlags NO_FLAGS = new PlatformFlags(ImmutableSet.of());

  private final Path folder;

  private final Map<StorePath, Derivation> derivations = new TreeMap<>();

  ExportedReaderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void writeFiles() throws IOException {
    DerivationJson.read(JSON, derivations::put);
    for (Map.Entry<StorePath, Derivation> entry : derivations.entrySet()) {
      Files.write(
          folder.resolve(entry.getKey().baseName()), DerivationAterm.write(entry.getValue()));
    }
  }

  @Test
  void aFolderIsReadWhole() {
    GraphPart expected = read(JSON, Optional.of(JOBS));
    GraphPart part = read(folder, Optional.of(JOBS));
    assertEquals(paths(expected), paths(part));
    assertEquals(expected.attributes(), part.attributes());
  }

  @Test
  void withoutJobsTheRootsOfAFolderAreWhatNothingNeeds() {
    GraphPart part = read(folder, Optional.empty());
    assertEquals(derivations.keySet(), paths(part));
    assertEquals(read(JSON, Optional.empty()).attributes(), part.attributes());
    assertTrue(part.attributes().containsKey("dropbear"), part.attributes().keySet().toString());
  }

  @Test
  void inAStoreOnlyWhatJobsNeedIsRead() throws IOException {
    StorePath zlib = attribute("zlib");
    Files.createDirectory(folder.resolve("0".repeat(32) + "-zlib-1.3.1"));
    Files.createDirectory(folder.resolve(".links"));
    Path damaged = Files.writeString(folder.resolve("1".repeat(32) + "-other.drv"), "Derive(");
    Path jobs = jobs("{\"attr\":\"zlib\",\"drvPath\":\"" + zlib + "\"}");
    GraphPart part = read(folder, Optional.of(jobs));
    assertEquals(List.of("zlib"), part.attributes().keySet().asList());
    assertTrue(part.size() < derivations.size());
    assertTrue(paths(part).contains(zlib));
    InputException e =
        assertThrows(InputException.class, () -> read(folder, Optional.empty())); // all of it
    assertTrue(
        String.valueOf(e.getMessage()).contains(damaged.toString()),
        String.valueOf(e.getMessage()));
  }

  @Test
  void theRootOfAStoreServesAsWell() throws IOException {
    Path store = Files.createDirectories(folder.resolve("root/nix/store"));
    for (StorePath path : derivations.keySet()) {
      Files.copy(folder.resolve(path.baseName()), store.resolve(path.baseName()));
    }
    assertEquals(derivations.keySet(), paths(read(folder.resolve("root"), Optional.empty())));
  }

  @Test
  void oneFileStandsForAllThatItNeeds() {
    StorePath zlib = attribute("zlib");
    GraphPart part = read(folder.resolve(zlib.baseName()), Optional.empty());
    assertEquals(Map.of("zlib", zlib), part.attributes());
    assertTrue(part.size() > 1);
  }

  @Test
  void whatIsMissingInAStoreIsNamed() throws IOException {
    StorePath zlib = attribute("zlib");
    Files.createDirectory(folder.resolve("0".repeat(32) + "-zlib-1.3.1"));
    Path jobs = jobs("{\"attr\":\"zlib\",\"drvPath\":\"" + zlib + "\"}");
    StorePath input =
        derivations.entrySet().stream()
            .filter(entry -> entry.getKey().equals(zlib))
            .map(entry -> entry.getValue().inputDerivations().firstKey())
            .findFirst()
            .orElseThrow();
    Files.delete(folder.resolve(input.baseName()));
    assertMessage("needs " + input + ", which is missing", jobs);
    Files.delete(folder.resolve(zlib.baseName()));
    assertMessage("attribute zlib is " + zlib + ", which is not there", jobs);
  }

  private void assertMessage(String expected, Path jobs) {
    InputException e = assertThrows(InputException.class, () -> read(folder, Optional.of(jobs)));
    assertTrue(String.valueOf(e.getMessage()).contains(expected), String.valueOf(e.getMessage()));
    assertTrue(e.remedy().isPresent());
  }

  /** Two versions of a package that nothing needs: neither may take the other's place. */
  @Test
  void rootsOfOneNameAreToldApart() throws IOException {
    Path two = Files.createDirectory(folder.resolve("two"));
    write(two, "a".repeat(32), "tool-1", "tool");
    write(two, "b".repeat(32), "tool-2", "tool");
    write(two, "c".repeat(32), "same-1", "same");
    write(two, "d".repeat(32), "same-1", "same");
    write(two, "f".repeat(32), "lone-1", "lone");
    assertEquals(
        List.of(
            "c".repeat(32) + "-same-1.drv",
            "d".repeat(32) + "-same-1.drv",
            "lone",
            "tool-1",
            "tool-2"),
        read(two, Optional.empty()).attributes().keySet().asList());
  }

  private static void write(Path folder, String hash, String name, String pname)
      throws IOException {
    Files.writeString(
        folder.resolve(hash + "-" + name + ".drv"),
        "Derive([(\"out\",\"/nix/store/%s-%s\",\"\",\"\")],[],[],\"x86_64-linux\",\"/bin/sh\",[],"
                .formatted(hash, name)
            + "[(\"out\",\"/nix/store/%s-%s\"),(\"pname\",\"%s\")])".formatted(hash, name, pname));
  }

  private StorePath attribute(String attribute) {
    StorePath path = read(JSON, Optional.of(JOBS)).attributes().get(attribute);
    if (path == null) {
      throw new AssertionError("the fixture has changed: there is no " + attribute);
    }
    return path;
  }

  private Path jobs(String line) throws IOException {
    return Files.writeString(folder.resolve("jobs.jsonl"), line + "\n");
  }

  private static GraphPart read(Path source, Optional<Path> jobs) {
    return ExportedReader.read(new Instance.Exported(source, jobs), NO_FLAGS);
  }

  private static Set<StorePath> paths(GraphPart part) {
    TreeSet<StorePath> paths = new TreeSet<>();
    for (int number = 0; number < part.size(); number++) {
      paths.add(part.path(number));
    }
    return paths;
  }
}
