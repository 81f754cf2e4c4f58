package dev.crossplan.planner.derivation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextCacheTest {
  private static final String BASE_NAME = "00000000000000000000000000000000-";
  private final TextCache cache = new TextCache();

  @Test
  void equalTextsAreShared() {
    String first = cache.text(new String("hello"));
    assertSame(first, cache.text(new String("hello")));
    assertSame(first, cache.text("-hello-".toCharArray(), 1, 5));
    StorePath path = cache.path("/nix/store/" + BASE_NAME + "a", "/gnu/store");
    assertSame(path, cache.path("/nix/store/" + BASE_NAME + "a", "/gnu/store"));
    assertSame(cache.outputs(List.of("out")), cache.outputs(List.of("out")));
    assertSame(cache.outputs(List.of("out", "dev")), cache.outputs(List.of("dev", "out")));
  }

  /** Aa and BB have the same hash code. */
  @Test
  void textsInOnePlaceAreToldApart() {
    for (String text : List.of("AaAa", "BBBB", "AaBB")) {
      assertEquals(text, cache.text(text));
      assertEquals(text, cache.text(text.toCharArray(), 0, text.length()));
      assertEquals(text, cache.path(BASE_NAME + text, "/nix/store").name());
    }
  }

  @Test
  void baseNamesAreOfTheStoreAskedFor() {
    assertEquals("/a", cache.path(BASE_NAME + "x", "/a").directory());
    assertEquals("/b", cache.path(BASE_NAME + "x", "/b").directory());
  }
}
