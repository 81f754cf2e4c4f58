package dev.crossplan.planner.derivation;

import static dev.crossplan.planner.derivation.Messages.assertRefused;
import static dev.crossplan.planner.derivation.Messages.assertRefusedWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorePathTest {
  private static final String HASH = "0123456789abcdfghijklmnpqrsvwxyz";

  @Test
  void partsAreTold() {
    StorePath path = StorePath.parse("/nix/store/" + HASH + "-hello-2.12.drv");
    assertEquals("/nix/store", path.directory());
    assertEquals(HASH, path.hashPart());
    assertEquals("hello-2.12.drv", path.name());
    assertEquals("hello-2.12", path.derivationName());
    assertEquals(HASH + "-hello-2.12.drv", path.baseName());
    assertEquals("/nix/store/" + HASH + "-hello-2.12.drv", path.toString());
    assertEquals(path, StorePath.of("/nix/store", HASH + "-hello-2.12.drv"));
    assertTrue(path.isDerivation());
  }

  @Test
  void onlyNamesThatEndInDrvAreDerivations() {
    assertFalse(StorePath.parse("/nix/store/" + HASH + "-hello").isDerivation());
    assertFalse(StorePath.parse("/nix/store/" + HASH + "-.drv").isDerivation());
    assertRefused(
        "/nix/store/" + HASH + "-hello is not the path of a derivation: it does not end in .drv",
        () -> StorePath.parse("/nix/store/" + HASH + "-hello").derivationName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/gnu/store", "/home/me/.local/share/nix/root/nix/store", "/a..b"})
  void otherStoresAreAccepted(String directory) {
    assertEquals(directory, StorePath.parse(directory + "/" + HASH + "-a").directory());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "A", "0", "+-._?=", ".hidden", "..hidden", "...", "a..b", ".drv", "-", "x.-"})
  void namesOfNixAreAccepted(String name) {
    assertEquals(name, StorePath.parse("/nix/store/" + HASH + "-" + name).name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", ".-a", "..-a", "a b", "a\n", "a/b", "a~", "ä", "a\u0000", "a%2e"})
  void otherNamesAreRefused(String name) {
    assertRefusedWith(
        " is no store path: ", () -> StorePath.parse("/nix/store/" + HASH + "-" + name));
    assertFalse(StorePath.isName(name));
  }

  @Test
  void namesHaveALimit() {
    StorePath.parse("/nix/store/" + HASH + "-" + "n".repeat(211));
    assertRefusedWith(
        "the name is longer than 211 characters",
        () -> StorePath.parse("/nix/store/" + HASH + "-" + "n".repeat(212)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "x",
        HASH + "-a",
        "/" + HASH + "-a",
        "nix/store/" + HASH + "-a",
        "/nix/../store/" + HASH + "-a",
        "/nix/store/./" + HASH + "-a",
        "/nix//store/" + HASH + "-a",
        "/nix/store//" + HASH + "-a",
        "/nix\n/store/" + HASH + "-a",
        "/nix\"/store/" + HASH + "-a",
        "/nix\\/store/" + HASH + "-a",
        "/nix\udcff/store/" + HASH + "-a",
        "/nix/store/" + HASH + "-a/bin",
        "/nix/store/" + HASH + "-a/",
        "/nix/store/" + HASH,
        "/nix/store/" + HASH + "_a",
        "/nix/store/e123456789abcdfghijklmnpqrsvwxyz-a",
        "/nix/store/A123456789abcdfghijklmnpqrsvwxyz-a",
        "/nix/store/123456789abcdfghijklmnpqrsvwxyz-a",
      })
  void otherPathsAreRefused(String path) {
    assertRefusedWith(" is no store path: ", () -> StorePath.parse(path));
  }

  @Test
  void pathsAreSortedAsText() {
    StorePath a = StorePath.parse("/a/" + HASH + "-z");
    StorePath b = StorePath.parse("/b/" + HASH + "-a");
    StorePath c = StorePath.parse("/b/" + HASH + "-b");
    assertTrue(a.compareTo(b) < 0 && b.compareTo(c) < 0 && c.compareTo(a) > 0);
    assertEquals(0, b.compareTo(StorePath.parse(b.toString())));
  }
}
