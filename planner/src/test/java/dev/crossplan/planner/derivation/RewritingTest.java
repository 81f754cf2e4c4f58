package dev.crossplan.planner.derivation;

import static dev.crossplan.planner.derivation.Messages.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RewritingTest {
  private static final String ZLIB = "/nix/store/zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz-zlib";
  private static final String ZLIB_DEV = "/nix/store/yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy-zlib-dev";
  private static final StorePath ZLIB_DRV =
      StorePath.parse("/nix/store/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-zlib.drv");
  private static final String OTHER = "/nix/store/11111111111111111111111111111111-zlib-riscv64";
  private static final String OTHER_DEV =
      "/nix/store/22222222222222222222222222222222-zlib-riscv64-dev";
  private static final StorePath OTHER_DRV =
      StorePath.parse("/nix/store/33333333333333333333333333333333-zlib-riscv64.drv");

  private static OutputReference path(StorePath derivation, String output, String path) {
    return new OutputReference(derivation, output, Optional.of(StorePath.parse(path)));
  }

  private static final Map<StorePath, Replacement> ZLIB_BY_OTHER =
      ImmutableMap.of(
          ZLIB_DRV,
          new Replacement(
              OTHER_DRV,
              ImmutableMap.of(
                  "out",
                  new Replacement.Exchange(
                      path(ZLIB_DRV, "out", ZLIB), path(OTHER_DRV, "out", OTHER)),
                  "dev",
                  new Replacement.Exchange(
                      path(ZLIB_DRV, "dev", ZLIB_DEV), path(OTHER_DRV, "dev", OTHER_DEV)))));

  private static Derivation derivation(
      Map<String, String> env, Optional<String> json, StorePath input, InputOutputs used) {
    return new Derivation(
        "hello",
        "x86_64-linux",
        env.getOrDefault("builder", "/bin/sh"),
        ImmutableList.of("-e", env.getOrDefault("arg", "")),
        ImmutableSortedMap.copyOf(env, SurrogateEscape.BYTE_ORDER),
        ImmutableSortedMap.of("out", new Output.Deferred()),
        ImmutableSortedMap.of(input, used),
        ImmutableSortedSet.of(),
        json.map(StructuredAttributes::new));
  }

  private static String rewritten(String text) {
    Derivation derivation =
        derivation(Map.of("text", text), Optional.empty(), ZLIB_DRV, InputOutputs.of("out"));
    return Rewriting.rewrite(derivation, ZLIB_BY_OTHER).env().getOrDefault("text", "");
  }

  @Test
  void everyTextIsRewritten() {
    Derivation derivation =
        derivation(
            Map.of("builder", ZLIB + "/bin/sh", "arg", ZLIB_DEV + "/x", "z", "-I" + ZLIB_DEV),
            Optional.of("{\"a\":[\"" + ZLIB + "/a\\n\",1.50],\"b\":\"" + ZLIB_DRV + "\"}"),
            ZLIB_DRV,
            InputOutputs.of("out", "dev"));
    Derivation rewritten = Rewriting.rewrite(derivation, ZLIB_BY_OTHER);
    assertEquals(
        derivation(
            Map.of("builder", OTHER + "/bin/sh", "arg", OTHER_DEV + "/x", "z", "-I" + OTHER_DEV),
            Optional.of("{\"a\":[\"" + OTHER + "/a\\n\",1.50],\"b\":\"" + OTHER_DRV + "\"}"),
            OTHER_DRV,
            InputOutputs.of("out", "dev")),
        rewritten);
  }

  @Test
  void onlyWholePathsAreRewritten() {
    assertEquals(OTHER + ":" + OTHER_DEV, rewritten(ZLIB + ":" + ZLIB_DEV));
    assertEquals("/" + OTHER + OTHER, rewritten("/" + ZLIB + ZLIB));
    assertEquals(OTHER + "-more", rewritten(ZLIB + "-more"));
    // Another name after the hash is another path, if there is one.
    String cut = ZLIB.substring(0, ZLIB.length() - 1);
    assertEquals(cut, rewritten(cut));
    assertEquals(cut + "x", rewritten(cut + "x"));
    // Without the store it is a text like another.
    String bare = ZLIB.substring("/nix/store".length());
    assertEquals("/gnu/store" + bare, rewritten("/gnu/store" + bare));
    assertEquals(bare, rewritten(bare));
  }

  @Test
  void ownPlaceholdersStay() {
    assertEquals(Placeholders.ofOwn("out") + OTHER, rewritten(Placeholders.ofOwn("out") + ZLIB));
    assertEquals(
        "/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9", Placeholders.ofOwn("out"));
  }

  /** The placeholder is the one that real Nix wrote. */
  @Test
  void placeholdersOfInputsAreRewritten() {
    Map<StorePath, Derivation> golden = GoldenFiles.read(GoldenFiles.path("drv/experimental"));
    Derivation deferred = GoldenFiles.named(golden, "deferred");
    StorePath floating = deferred.inputDerivations().firstKey();
    Exchange exchange =
        new Exchange(
            new OutputReference(floating, "lib", Optional.empty()),
            new OutputReference(OTHER_DRV, "lib", Optional.empty()));
    Derivation rewritten = Rewriting.rewrite(deferred, exchange.only());
    assertEquals(deferred.env().get("input"), exchange.from().text());
    assertEquals(exchange.to().text(), rewritten.env().get("input"));
    Exchange known = new Exchange(exchange.from(), path(OTHER_DRV, "lib", OTHER));
    assertEquals(OTHER, Rewriting.rewrite(deferred, known.only()).env().get("input"));
  }

  private record Exchange(OutputReference from, OutputReference to) {
    Map<StorePath, Replacement> only() {
      return Map.of(
          from.derivation(),
          new Replacement(
              to.derivation(), ImmutableMap.of(from.output(), new Replacement.Exchange(from, to))));
    }
  }

  /** libgcc is an output of the native gcc and a derivation of its own in the cross world. */
  @Test
  void anOutputMayComeFromAThirdDerivation() {
    StorePath third = StorePath.parse("/nix/store/44444444444444444444444444444444-libgcc.drv");
    String libgcc = "/nix/store/55555555555555555555555555555555-libgcc";
    Map<StorePath, Replacement> split =
        Map.of(
            ZLIB_DRV,
            new Replacement(
                OTHER_DRV,
                ImmutableMap.of(
                    "out",
                    new Replacement.Exchange(
                        path(ZLIB_DRV, "out", ZLIB), path(OTHER_DRV, "out", OTHER)),
                    "dev",
                    new Replacement.Exchange(
                        path(ZLIB_DRV, "dev", ZLIB_DEV), path(third, "out", libgcc)))));
    Derivation rewritten =
        Rewriting.rewrite(
            derivation(
                Map.of("text", ZLIB + " " + ZLIB_DEV),
                Optional.empty(),
                ZLIB_DRV,
                InputOutputs.of("dev", "out")),
            split);
    assertEquals(OTHER + " " + libgcc, rewritten.env().get("text"));
    assertEquals(
        Map.of(OTHER_DRV, InputOutputs.of("out"), third, InputOutputs.of("out")),
        rewritten.inputDerivations());
  }

  @Test
  void twoInputsMayBecomeOne() {
    StorePath second = StorePath.parse("/nix/store/66666666666666666666666666666666-z.drv");
    Map<StorePath, Replacement> both = new HashMap<>(ZLIB_BY_OTHER);
    both.put(
        second,
        new Replacement(
            OTHER_DRV,
            ImmutableMap.of(
                "dev",
                new Replacement.Exchange(
                    path(second, "dev", "/nix/store/77777777777777777777777777777777-z-dev"),
                    path(OTHER_DRV, "dev", OTHER_DEV)))));
    Derivation two =
        new Derivation(
            "two",
            "x86_64-linux",
            "/bin/sh",
            ImmutableList.of(),
            ImmutableSortedMap.of(),
            ImmutableSortedMap.of("out", new Output.Deferred()),
            ImmutableSortedMap.of(ZLIB_DRV, InputOutputs.of("out"), second, InputOutputs.of("dev")),
            ImmutableSortedSet.of(),
            Optional.empty());
    assertEquals(
        Map.of(OTHER_DRV, InputOutputs.of("dev", "out")),
        Rewriting.rewrite(two, both).inputDerivations());
  }

  @Test
  void outputsThatAreMissingAreNamed() {
    assertRefused(
        "derivation hello uses the output doc of "
            + ZLIB_DRV
            + ", and "
            + OTHER_DRV
            + " has no such output",
        () ->
            Rewriting.rewrite(
                derivation(Map.of(), Optional.empty(), ZLIB_DRV, InputOutputs.of("doc")),
                ZLIB_BY_OTHER));
  }

  /** Nix writes the members of an object in the order of their names. */
  @Test
  void membersOfObjectsStaySorted() {
    Derivation derivation =
        derivation(
            Map.of(),
            Optional.of(
                "{\"/nix/store/z\":1,\"" + ZLIB + "\":{\"b\":0.10,\"\\u0001\":\"\\u001b\"}}"),
            ZLIB_DRV,
            InputOutputs.of("out"));
    assertEquals(
        "{\"" + OTHER + "\":{\"\\u0001\":\"\\u001b\",\"b\":0.10},\"/nix/store/z\":1}",
        Rewriting.rewrite(derivation, ZLIB_BY_OTHER)
            .structuredAttributes()
            .map(StructuredAttributes::json)
            .orElse(""));
  }

  @Test
  void whatIsNotReplacedIsTheSame() {
    Derivation derivation =
        derivation(Map.of(), Optional.empty(), ZLIB_DRV, InputOutputs.of("out"));
    assertSame(derivation, Rewriting.rewrite(derivation, Map.of()));
  }
}
