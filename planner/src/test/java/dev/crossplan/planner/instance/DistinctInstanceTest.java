package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistinctInstanceTest {
  private static final Platform PLAIN = Platform.of("riscv64-linux");

  private final Path folder;

  DistinctInstanceTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aPlatformIsWhatItMeans() {
    assertEquals(meant(PLAIN), meant(platform("riscv64-unknown-linux-gnu", null)));
    assertNotEquals(meant(PLAIN), meant(platform("riscv64-unknown-linux-musl", null)));
    assertEquals(meant(platform(null, "rv64gc")), meant(platform(null, "rv64gc")));
  }

  /** Every hash is another, and builders must offer gccarch-rv64gc. */
  @Test
  void anArchIsADifferenceAndHowItIsSpelt() {
    assertNotEquals(meant(PLAIN), meant(platform(null, "rv64gc")));
    assertNotEquals(meant(platform(null, "rv64imafdc")), meant(platform(null, "rv64gc")));
  }

  @Test
  void aPathIsWhatItLeadsTo() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    assertEquals(meant(nixpkgs(real.toString())), meant(nixpkgs(link.toString())));
    assertNotEquals(meant(nixpkgs(real.toString())), meant(nixpkgs(folder.toString())));
    assertNotEquals(meant(nixpkgs("nixpkgs")), meant(nixpkgs("nixpkgs/release")));
  }

  @Test
  void whatIsWantedIsNoDifferenceWhatItIsWantedOfIs() {
    Instance.Nixpkgs plain = nixpkgs("nixpkgs");
    assertEquals(
        meant(plain),
        meant(
            new Instance.Nixpkgs(
                "nixpkgs", Optional.empty(), ImmutableList.of(), ImmutableList.of("git"))));
    assertNotEquals(
        meant(plain),
        meant(
            new Instance.Nixpkgs(
                "nixpkgs", Optional.of("1"), ImmutableList.of(), ImmutableList.of())));
    assertNotEquals(
        meant(plain),
        meant(
            new Instance.Nixpkgs(
                "nixpkgs", Optional.empty(), ImmutableList.of(folder), ImmutableList.of())));
  }

  @Test
  void toCrossCompileForOneselfIsNotToCrossCompile() {
    Instance.Nixpkgs source = nixpkgs("nixpkgs");
    assertEquals(
        meant(new Instance("a", PLAIN, Optional.empty(), source)),
        meant(
            new Instance(
                "b", PLAIN, Optional.of(platform("riscv64-unknown-linux-gnu", null)), source)));
    assertNotEquals(
        meant(new Instance("a", Platform.of("x86_64-linux"), Optional.empty(), source)),
        meant(new Instance("b", Platform.of("x86_64-linux"), Optional.of(PLAIN), source)));
  }

  /** What was evaluated before is what it is, whatever platforms are written beside it. */
  @Test
  void aGraphIsItsFiles() {
    Instance.Exported graph = new Instance.Exported(folder.resolve("a.json"), Optional.empty());
    assertEquals(
        meant(new Instance("a", PLAIN, Optional.empty(), graph)),
        meant(new Instance("b", Platform.of("x86_64-linux"), Optional.empty(), graph)));
  }

  private static Platform platform(@Nullable String config, @Nullable String arch) {
    return new Platform(
        "riscv64-linux",
        Optional.ofNullable(config),
        Optional.ofNullable(arch),
        Optional.empty(),
        Optional.empty());
  }

  private static Instance.Nixpkgs nixpkgs(String nixpkgs) {
    return new Instance.Nixpkgs(nixpkgs, Optional.empty(), ImmutableList.of(), ImmutableList.of());
  }

  private static DistinctInstance meant(Platform local) {
    return meant(new Instance("x", local, Optional.empty(), nixpkgs("nixpkgs")));
  }

  private static DistinctInstance meant(Instance.Source source) {
    return meant(new Instance("x", PLAIN, Optional.empty(), source));
  }

  private static DistinctInstance meant(Instance instance) {
    return DistinctInstance.of(instance);
  }

  @Test
  void attributesAreTakenApart() {
    assertEquals(Optional.of(List.of("a", "b.c", "d")), AttributePath.parse("a.\"b.c\".d"));
    assertEquals("a.\"b.c\".d", AttributePath.join(List.of("a", "b.c", "d")));
    for (String bad : List.of("", ".", "a.", ".a", "a..b", "\"a", "a\nb", "a\0")) {
      assertEquals(Optional.empty(), AttributePath.parse(bad), bad);
    }
  }
}
