package dev.crossplan.planner.derivation;

import static dev.crossplan.planner.derivation.GoldenFiles.path;
import static dev.crossplan.planner.derivation.GoldenFiles.read;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every format of derivation gives the same reading, and the hashes that real Nix computed. */
class GoldenFilesTest {

  @ParameterizedTest
  @CsvSource({
    "nix-2.8/basic.json, 12",
    "hand-made/nix-2.15-basic.json, 12",
    "hand-made/nix-2.18-basic.json, 12",
    "nix-2.26/basic.json, 12",
    "hand-made/nix-2.30-basic.json, 12",
    "hand-made/nix-2.32-basic.json, 12",
    "hand-made/nix-2.33-basic.json, 12",
    "nix-2.8/experimental.json, 5",
    "hand-made/nix-2.15-experimental.json, 5",
    "hand-made/nix-2.18-experimental.json, 5",
    "nix-2.26/experimental.json, 5",
    "hand-made/nix-2.30-experimental.json, 5",
    "hand-made/nix-2.32-experimental.json, 5",
    "hand-made/nix-2.33-experimental.json, 5",
    "nix-2.26/dynamic.json, 4",
    "hand-made/nix-2.30-dynamic.json, 4",
    "hand-made/nix-2.32-dynamic.json, 4",
    "hand-made/nix-2.33-dynamic.json, 4",
    "nix-2.8/latin1.json, 1",
  })
  void jsonReadsAsTheDerivationsInTheStore(String json, int count) {
    Map<StorePath, Derivation> derivations = read(path(json));
    assertEquals(count, derivations.size());
    String folder = "drv/" + json.replaceFirst(".*[/-]([a-z0-9]+)\\.json", "$1");
    assertEquals(read(path(folder)), derivations);
    derivations.forEach(
        (path, derivation) ->
            assertArrayEquals(
                GoldenFiles.bytes(path(folder).resolve(path.baseName())),
                DerivationAterm.write(derivation),
                path.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "experimental", "dynamic", "latin1"})
  void pathsAreThoseThatNixComputed(String folder) {
    Map<StorePath, Derivation> derivations = read(path("drv/" + folder));
    DerivationHasher hasher = new DerivationHasher(StorePath.DEFAULT_DIRECTORY, derivations::get);
    derivations.forEach(
        (path, derivation) -> {
          assertEquals(path, hasher.derivationPath(derivation));
          assertEquals(knownPaths(derivation), hasher.outputPaths(derivation), derivation.name());
          assertEquals(derivation, hasher.withOutputPaths(derivation));
        });
  }

  private static Optional<Map<String, StorePath>> knownPaths(Derivation derivation) {
    ImmutableSortedMap.Builder<String, StorePath> paths = ImmutableSortedMap.naturalOrder();
    derivation
        .outputs()
        .forEach(
            (name, output) -> {
              if (output instanceof Output.InputAddressed known) {
                paths.put(name, known.path());
              } else if (output instanceof Output.Fixed fixed) {
                paths.put(name, fixed.path());
              }
            });
    ImmutableSortedMap<String, StorePath> known = paths.buildOrThrow();
    return known.isEmpty() ? Optional.empty() : Optional.of(known);
  }

  @Test
  void nothingOfADerivationIsLost() {
    StorePath script = StorePath.parse("/nix/store/104dfhsy9n49mwyjvxsby44fv8hgddl2-build.sh");
    Derivation library = GoldenFiles.named(read(path("nix-2.8/basic.json")), "library-1.0");
    assertEquals(
        ImmutableSortedMap.of(
            "dev", known("0wpz5xx7wi5j4gdb5rv965cm4mwq8bjj-library-1.0-dev"),
            "doc", known("gwykky6bdpd9j7vm7kjxnl66ncbbn17l-library-1.0-doc"),
            "out", known("x8kw0fjbm34yy30zxinn8n9h8mj1a5vj-library-1.0")),
        library.outputs());
    assertEquals(
        ImmutableSortedMap.of(
            inStore("6baazg0wd616c2wq3vyx9kcsxjcb8wdm-md5.patch.drv"), InputOutputs.of("out"),
            inStore("awr4z7f3cswh3y9nf4js583q9yx005if-sha256.tar.gz.drv"), InputOutputs.of("out"),
            inStore("xalcvias41nxjydqbjz9jr4gvrim6gq0-sha1.tar.gz.drv"), InputOutputs.of("out")),
        library.inputDerivations());
    assertEquals("riscv64-linux", library.system());
    assertEquals("/bin/sh", library.builderExecutable());
    assertEquals(ImmutableList.of("-e", script.toString()), library.args());
    assertEquals(ImmutableSortedSet.of(script), library.inputSources());
    assertEquals(Optional.empty(), library.structuredAttributes());
    assertEquals("1", library.env().get("doCheck"));
    assertEquals("", library.env().get("strictDeps"));
    assertEquals(
        "--host=riscv64-unknown-linux-gnu --disable-static", library.env().get("configureFlags"));
  }

  @Test
  void bytesThatAreNotUtf8AreKept() {
    Derivation latin1 = GoldenFiles.named(read(path("nix-2.8/latin1.json")), "latin1");
    assertEquals(
        "caf\udce9 \udc80\udcff \udced\udca0\udc80 \udcc0\udcaf plain\n", latin1.env().get("text"));
    assertArrayEquals(
        GoldenFiles.bytes(path("latin1.txt")),
        SurrogateEscape.encode(String.valueOf(latin1.env().get("text"))));
  }

  @Test
  void kindsOfOutputsAreToldApart() {
    Map<StorePath, Derivation> derivations = read(path("hand-made/nix-2.33-experimental.json"));
    assertEquals(
        new Output.Floating(ContentAddressMethod.NAR, HashAlgorithm.SHA256),
        GoldenFiles.named(derivations, "floating").outputs().get("lib"));
    assertEquals(
        new Output.Floating(ContentAddressMethod.FLAT, HashAlgorithm.SHA512),
        GoldenFiles.named(derivations, "floating-flat").outputs().get("out"));
    assertEquals(
        new Output.Deferred(), GoldenFiles.named(derivations, "deferred").outputs().get("doc"));
    assertEquals(
        new Output.Impure(ContentAddressMethod.NAR, HashAlgorithm.SHA256),
        GoldenFiles.named(derivations, "impure").outputs().get("out"));
    assertEquals(
        new Output.Fixed(
            inStore("yfbs9kpvgnzzkh5326a8637mi62safx5-git"),
            ContentAddressMethod.GIT,
            new ContentHash(HashAlgorithm.SHA1, "0123456789abcdef0123456789abcdef01234567")),
        GoldenFiles.named(read(path("hand-made/nix-2.33-dynamic.json")), "git")
            .outputs()
            .get("out"));
  }

  private static Output known(String baseName) {
    return new Output.InputAddressed(inStore(baseName));
  }

  private static StorePath inStore(String baseName) {
    return StorePath.of(StorePath.DEFAULT_DIRECTORY, baseName);
  }
}
