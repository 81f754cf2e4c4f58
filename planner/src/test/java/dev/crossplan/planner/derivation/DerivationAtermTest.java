package dev.crossplan.planner.derivation;

import static dev.crossplan.planner.derivation.Messages.assertRefused;
import static dev.crossplan.planner.derivation.Messages.assertRefusedWith;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerivationAtermTest {
  private static final String A = "/nix/store/00000000000000000000000000000000-a";
  private static final String B = "/nix/store/00000000000000000000000000000000-b.drv";
  private static final String C = "/nix/store/00000000000000000000000000000000-c.drv";

  private static Derivation read(String text) {
    return DerivationAterm.read("x.drv", "a", SurrogateEscape.encode(text));
  }

  /** A derivation whose parts are these texts, written with ' for ". */
  private static String aterm(String outputs, String inputs, String sources, String rest) {
    return ("Derive(" + outputs + "," + inputs + "," + sources + "," + rest + ")")
        .replace('\'', '"');
  }

  private static final String OUT = "[('out','" + A + "','','')]";
  private static final String REST = "'x86_64-linux','/bin/sh',[],[]";

  @Test
  void everyPartIsRead() {
    Derivation derivation =
        read(
            "DrvWithVersion(\"xp-dyn-drv\","
                + aterm(
                        "[('dev','" + A + "-dev','',''),('out','" + A + "','','')]",
                        "[('" + B + "',['dev','out']),('" + C + "',([],[('x',['y'])]))]",
                        "['" + A + "']",
                        "'s','b',['-c','\\\"\\\\\\n\\r\\t\\\\n\u0001é😀'],[('','1'),('__json','{}'),('é','')]")
                    .substring("Derive(".length()));
    assertEquals("a", derivation.name());
    assertEquals("s", derivation.system());
    assertEquals("b", derivation.builderExecutable());
    assertEquals("\"\\\n\r\t\\n\u0001é😀", derivation.args().get(1));
    assertEquals(Map.of("", "1", "é", ""), derivation.env());
    assertEquals(new StructuredAttributes("{}"), derivation.structuredAttributes().orElseThrow());
    assertEquals(ImmutableSortedSet.of(StorePath.parse(A)), derivation.inputSources());
    assertEquals(
        new InputOutputs(ImmutableSortedSet.of(), ImmutableSortedMap.of("x", InputOutputs.of("y"))),
        derivation.inputDerivations().get(StorePath.parse(C)));
  }

  @Test
  void structuredAttributesAreWrittenAmongTheVariables() {
    for (String env :
        new String[] {
          "[('__json','{}')]",
          "[('__a',''),('__json','{}')]",
          "[('__json','{}'),('a','')]",
          "[('A','1'),('__json','{}'),('a','2')]"
        }) {
      byte[] bytes =
          SurrogateEscape.encode(
              aterm(OUT, "[]", "[]", REST.substring(0, REST.length() - 2) + env));
      assertArrayEquals(
          bytes, DerivationAterm.write(DerivationAterm.read("x.drv", "a", bytes)), env);
    }
  }

  @Test
  void variablesAreSortedByBytes() {
    // U+FF01 is EF BC 81, U+1F600 is F0 9F 98 80; as chars the second is D83D DE00 and less.
    String env = "[('\uff01',''),('😀','')]";
    String text = aterm(OUT, "[]", "[]", REST.substring(0, REST.length() - 2) + env);
    assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), DerivationAterm.write(read(text)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | byte 0: Derive( was expected, found the end of the file",
        "{'a':1} | byte 0: Derive( was expected, found \"{\\\"a\\\":1}\"",
        "DrvWithVersion('xp-9', | byte 15: the version is \"xp-9\", only \"xp-dyn-drv\" is known",
        "Derive(['out'] | byte 8: ( was expected, found \"\\\"out\\\"]\"",
        "Derive([('out','','','' | byte 23: ) was expected, found the end of the file",
        "Derive([('out','','','abc')],[],[],'s','b',[],[]) | byte 26: an output has a hash but no"
            + " hash algorithm",
        "Derive([('out','/x','sha256','')],[],[],'s','b',[],[]) | byte 31: an output that is"
            + " content-addressed once it is built has a path, /x",
        "Derive([('out','','sha3','')],[],[],'s','b',[],[]) | byte 27: \"sha3\" is no hash"
            + " algorithm, one of md5, sha1, sha256, sha512, blake3 was expected",
        "Derive([('out','','',''),('dev','','','')],[],[],'s','b',[],[]) | byte 26: \"dev\" stands"
            + " after \"out\", but Nix sorts",
        "Derive([('out','','',''),('out','','','')],[],[],'s','b',[],[]) | byte 26: \"out\" is"
            + " there twice",
        "Derive([],[],[],'s','b',[],[]) | byte 30: there is no output, Nix asks for at least one",
        "Derive([('out','','','')],[],[],'s','b',[],[]) | byte 46: there is something after",
        "Derive([('out','','','')],[('/nix/store/..',['out'])],[],'s','b',[],[]) | is no store path",
        "Derive([('out','','','')],[],[],'s','b',['\\x'],[]) | byte 43: after \\ one of \" \\ n r t"
            + " was expected, found \"x",
        "Derive([('out','','','')],[],[],'s','b',[,'a'],[]) | was expected, found",
      })
  void wrongTextIsRefusedWithItsPlace(String text, String message) {
    // The derivation that is whole gets something after it.
    String given = text.replace('\'', '"') + (message.endsWith("after") ? "\n" : "");
    assertRefusedWith(message, () -> read(given));
  }

  @Test
  void unsortedOrRepeatedIsRefused() {
    assertRefusedWith(
        " stands after ",
        () -> read(aterm(OUT, "[('" + C + "',['out']),('" + B + "',['out'])]", "[]", REST)));
    assertRefusedWith(
        "\"out\" stands after \"z\"",
        () -> read(aterm(OUT, "[('" + C + "',['z','out'])]", "[]", REST)));
    assertRefusedWith(
        "is there twice", () -> read(aterm(OUT, "[]", "['" + A + "','" + A + "']", REST)));
    assertRefusedWith(
        "\"A\" stands after \"a\", but Nix sorts",
        () -> read(aterm(OUT, "[]", "[]", "'s','b',[],[('a',''),('A','')]")));
  }

  @Test
  void dynamicInputsNeedTheirVersion() {
    String dynamic = aterm(OUT, "[('" + B + "',(['out'],[('x',['y'])]))]", "[]", REST);
    assertRefusedWith("a dynamic input needs DrvWithVersion", () -> read(dynamic));
    assertRefusedWith(
        "there is no dynamic input, so Derive was expected",
        () ->
            read(
                aterm(OUT, "[]", "[]", REST).replace("Derive(", "DrvWithVersion(\"xp-dyn-drv\",")));
    assertRefusedWith(
        "dynamic outputs are nested deeper than 500",
        () ->
            read(
                aterm(OUT, "[('" + B + "'," + "([],[('x',".repeat(100_000), "[]", REST)
                    .replace("Derive(", "DrvWithVersion(\"xp-dyn-drv\",")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\t"})
  void unescapedLineBreaksAreRefused(String character) {
    assertRefused(
        "x.drv: byte 104: a line break or tab in a string that is not escaped",
        () -> read(aterm(OUT, "[]", "[]", "'x86_64-linux','/bin/sh',['" + character + "'],[]")));
  }

  @Test
  void cutTextIsRefused() {
    byte[] whole =
        SurrogateEscape.encode(aterm(OUT, "[('" + B + "',['out'])]", "['" + A + "']", REST));
    DerivationAterm.read("x.drv", "a", whole);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertRefusedWith("x.drv: byte ", () -> DerivationAterm.read("x.drv", "a", cut));
    }
  }
}
