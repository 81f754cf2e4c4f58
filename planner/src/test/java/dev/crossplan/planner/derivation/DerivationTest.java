package dev.crossplan.planner.derivation;

import static dev.crossplan.planner.derivation.Messages.assertRefused;
import static dev.crossplan.planner.derivation.Messages.assertRefusedWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DerivationTest {
  private static final Output DEFERRED = new Output.Deferred();

  private static Derivation derivation(
      String name, Map<String, String> env, Map<String, Output> outputs, String json) {
    return new Derivation(
        name,
        "x86_64-linux",
        "/bin/sh",
        ImmutableList.of(),
        ImmutableSortedMap.copyOf(env, SurrogateEscape.BYTE_ORDER),
        ImmutableSortedMap.copyOf(outputs),
        ImmutableSortedMap.of(),
        ImmutableSortedSet.of(),
        json.isEmpty() ? Optional.empty() : Optional.of(new StructuredAttributes(json)));
  }

  private static Derivation plain(Map<String, String> env) {
    return derivation("a", env, Map.of("out", DEFERRED), "");
  }

  private static Derivation structured(String json) {
    return derivation(
        "a",
        Map.of("out", "/nix/store/x", "name", "of env"),
        Map.of("out", DEFERRED),
        json.replace('\'', '"'));
  }

  /** A number 1.2 would be none with letters in it; two attributes would become one. */
  @Test
  void onlyTextsOfStructuredAttributesAreReplaced() {
    StructuredAttributes attributes =
        new StructuredAttributes("{\"1.2\":[1.2,\"v1.2\"],\"1.3\":{\"a\":\"1.2 1.2\"}}");
    assertEquals(
        "{\"1.2\":[1.2,\"v1.3\\\"\"],\"1.3\":{\"a\":\"1.3\\\" 1.3\\\"\"}}",
        attributes.withValues(text -> text.replace("1.2", "1.3\"")).json());
  }

  @Test
  void attributesOfTheEnvironment() {
    Derivation derivation =
        plain(Map.of("pname", "hello", "flags", " --a=1\n\t--b \r\n", "doCheck", "", "é", "x y"));
    assertEquals(Optional.of("hello"), derivation.attribute("pname"));
    assertEquals(Optional.of(""), derivation.attribute("doCheck"));
    assertEquals(Optional.empty(), derivation.attribute("version"));
    assertEquals(List.of("--a=1", "--b"), derivation.words("flags"));
    assertEquals(List.of("x", "y"), derivation.words("é"));
    assertEquals(List.of(), derivation.words("doCheck"));
    assertEquals(List.of(), derivation.words("none"));
  }

  @Test
  void structuredAttributesReadAlike() {
    Derivation derivation =
        structured(
            "{'pname':'hello','yes':true,'no':false,'null':null,'count':42,'ratio':1.50,"
                + "'flags':['--a=1 2',['--b',true],[],{'x':'y'},3],'text':' a b\\n',"
                + "'set':{'x':'y'},'env':{'CFLAGS':'-O2 -g','pname':'hidden'}}");
    assertEquals(Optional.of("hello"), derivation.attribute("pname"));
    assertEquals(Optional.of("1"), derivation.attribute("yes"));
    assertEquals(Optional.of(""), derivation.attribute("no"));
    assertEquals(Optional.empty(), derivation.attribute("null"));
    assertEquals(Optional.of("42"), derivation.attribute("count"));
    assertEquals(Optional.of("1.50"), derivation.attribute("ratio"));
    assertEquals(Optional.of("--a=1 2 --b 1 3"), derivation.attribute("flags"));
    assertEquals(List.of("--a=1 2", "--b", "1", "3"), derivation.words("flags"));
    assertEquals(List.of("a", "b"), derivation.words("text"));
    assertEquals(Optional.empty(), derivation.attribute("set"));
    assertEquals(List.of(), derivation.words("set"));
    assertEquals(List.of("-O2", "-g"), derivation.words("CFLAGS"));
    assertEquals(Optional.of("/nix/store/x"), derivation.attribute("out"));
    assertEquals(Optional.of("of env"), derivation.attribute("name"));
  }

  @Test
  void structuredAttributesOfNixAreRead() {
    Derivation derivation =
        GoldenFiles.named(
            GoldenFiles.read(GoldenFiles.path("nix-2.8/basic.json")), "structured-3.0");
    assertEquals(Optional.of("3.0"), derivation.attribute("version"));
    assertEquals(
        List.of("-DCMAKE_SYSTEM_PROCESSOR=riscv64", "-DNAME=two words"),
        derivation.words("cmakeFlags"));
    assertEquals(List.of("-O2", "-g"), derivation.words("NIX_CFLAGS_COMPILE"));
    assertEquals(List.of("out", "bin"), derivation.words("outputs"));
  }

  @Test
  void structuredAttributesThatAreNoObjectAreRefusedWhenAskedFor() {
    assertRefused(
        "structured attributes are an array, an object was expected",
        () -> structured("[1]").attribute("a"));
    assertRefused(
        "structured attributes are nothing, an object was expected",
        () -> structured(" ").attribute("a"));
    assertRefused(
        "structured attributes have text after their object",
        () -> structured("{} {}").attribute("a"));
    assertRefusedWith(
        "structured attributes:1:6: not well-formed JSON: ",
        () -> structured("{'a':x}").attribute("a"));
  }

  @Test
  void impossibleDerivationsAreRefused() {
    assertRefused(
        "\"a/b\" cannot be the name of a derivation",
        () -> derivation("a/b", Map.of(), Map.of("out", DEFERRED), ""));
    assertRefused(
        "structured attributes are kept apart from the environment variable __json",
        () -> plain(Map.of("__json", "{}")));
    assertRefusedWith("the text has half a character", () -> plain(Map.of("a", "\ud83d")));
    StorePath path = StorePath.parse("/nix/store/00000000000000000000000000000000-a");
    assertRefusedWith(
        "outputs dev and out are of different kinds: ",
        () ->
            derivation(
                "a",
                Map.of(),
                Map.of("dev", DEFERRED, "out", new Output.InputAddressed(path)),
                ""));
    Output fixed =
        new Output.Fixed(
            path, ContentAddressMethod.FLAT, new ContentHash(HashAlgorithm.MD5, "0".repeat(32)));
    assertRefused(
        "a fixed-output derivation has the one output \"out\", this one has [dev]",
        () -> derivation("a", Map.of(), Map.of("dev", fixed), ""));
    assertTrue(derivation("a", Map.of(), Map.of("out", fixed), "").isFixedOutput());
    assertFalse(plain(Map.of()).isFixedOutput());
  }
}
