package dev.crossplan.planner.derivation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds whatever takes the place of what. */
class RewritingPropertiesTest {
  private static final String DIGITS = "0123456789abcdfghijklmnpqrsvwxyz";

  /** A derivation, all that it may name of its inputs, and what takes their place. */
  record Case(Derivation derivation, Map<StorePath, Replacement> replacements) {
    Map<StorePath, Replacement> back() {
      Map<StorePath, Replacement> back = new TreeMap<>();
      replacements.forEach(
          (from, replacement) -> {
            ImmutableMap.Builder<String, Replacement.Exchange> outputs = ImmutableMap.builder();
            replacement
                .outputs()
                .values()
                .forEach(
                    exchange ->
                        outputs.put(
                            exchange.to().output(),
                            new Replacement.Exchange(exchange.to(), exchange.from())));
            back.put(replacement.derivation(), new Replacement(from, outputs.buildOrThrow()));
          });
      return back;
    }

    Map<StorePath, Replacement> identity() {
      Map<StorePath, Replacement> identity = new TreeMap<>();
      replacements.forEach(
          (from, replacement) -> {
            ImmutableMap.Builder<String, Replacement.Exchange> outputs = ImmutableMap.builder();
            replacement
                .outputs()
                .forEach(
                    (name, exchange) ->
                        outputs.put(
                            name, new Replacement.Exchange(exchange.from(), exchange.from())));
            identity.put(from, new Replacement(from, outputs.buildOrThrow()));
          });
      return identity;
    }
  }

  /** Inputs with names that start like one another, some content-addressed. */
  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<String> hash = Arbitraries.strings().withChars(DIGITS).ofLength(32);
    Arbitrary<String> name = Arbitraries.of("foo", "foo-dev", "foo-1.0", "fo");
    Arbitrary<List<String>> hashes = hash.list().uniqueElements().ofSize(40);
    Arbitrary<List<String>> names = name.list().ofSize(40);
    Arbitrary<List<Boolean>> known =
        Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(true)), Tuple.of(1, Arbitraries.just(false)))
            .list()
            .ofSize(40);
    Arbitrary<List<Integer>> picks = Arbitraries.integers().between(0, 999).list().ofSize(30);
    return Combinators.combine(hashes, names, known, picks, Arbitraries.integers().between(1, 4))
        .as(RewritingPropertiesTest::assemble);
  }

  private static Case assemble(
      List<String> hashes,
      List<String> names,
      List<Boolean> known,
      List<Integer> picks,
      int inputs) {
    Map<StorePath, Replacement> replacements = new TreeMap<>();
    List<String> texts =
        new ArrayList<>(
            List.of("", " ", "/", "/nix/store/", "-", "\"", "$out/lib", Placeholders.ofOwn("out")));
    ImmutableSortedMap.Builder<StorePath, InputOutputs> used = ImmutableSortedMap.naturalOrder();
    int next = 0;
    for (int input = 0; input < inputs; input++) {
      StorePath from = store(hashes.get(next), names.get(next++) + ".drv");
      StorePath to = store(hashes.get(next), names.get(next++) + ".drv");
      ImmutableMap.Builder<String, Replacement.Exchange> outputs = ImmutableMap.builder();
      for (String output : List.of("out", "dev")) {
        OutputReference before = reference(from, output, known, hashes, names, next++);
        OutputReference after = reference(to, output, known, hashes, names, next++);
        outputs.put(output, new Replacement.Exchange(before, after));
        texts.add(before.text());
        texts.add(before.text() + "/bin");
      }
      texts.add(from.toString());
      used.put(from, InputOutputs.of("out", "dev"));
      replacements.put(from, new Replacement(to, outputs.buildOrThrow()));
    }
    StringBuilder[] written = {
      new StringBuilder(), new StringBuilder(), new StringBuilder(), new StringBuilder()
    };
    for (int i = 0; i < picks.size(); i++) {
      written[i % written.length].append(texts.get(picks.get(i) % texts.size()));
    }
    String json = "{\"a\":\"" + written[3].toString().replace("\"", "\\\"") + "\"}";
    Derivation derivation =
        new Derivation(
            "user",
            "x86_64-linux",
            written[0].toString(),
            ImmutableList.of(written[1].toString()),
            ImmutableSortedMap.of("v", written[2].toString()),
            ImmutableSortedMap.of("out", new Output.Deferred()),
            used.buildOrThrow(),
            ImmutableSortedSet.of(),
            Optional.of(new StructuredAttributes(json)));
    return new Case(derivation, replacements);
  }

  private static OutputReference reference(
      StorePath derivation,
      String output,
      List<Boolean> known,
      List<String> hashes,
      List<String> names,
      int at) {
    return new OutputReference(
        derivation,
        output,
        known.get(at) ? Optional.of(store(hashes.get(at), names.get(at))) : Optional.empty());
  }

  private static StorePath store(String hash, String name) {
    return StorePath.of("/nix/store", hash + "-" + name);
  }

  @Property(seed = "1")
  void theIdentityChangesNoByte(@ForAll("cases") Case input) {
    assertArrayEquals(
        DerivationAterm.write(input.derivation()),
        DerivationAterm.write(Rewriting.rewrite(input.derivation(), input.identity())));
  }

  @Property(seed = "1")
  void thereAndBackIsTheSame(@ForAll("cases") Case input) {
    Derivation there = Rewriting.rewrite(input.derivation(), input.replacements());
    assertEquals(input.derivation(), Rewriting.rewrite(there, input.back()));
  }

  @Property(seed = "1")
  void nothingThatIsReplacedIsMentioned(@ForAll("cases") Case input) {
    Derivation rewritten = Rewriting.rewrite(input.derivation(), input.replacements());
    String written = new String(DerivationAterm.write(rewritten), StandardCharsets.UTF_8);
    input
        .replacements()
        .forEach(
            (path, replacement) -> {
              assertFalse(written.contains(path.toString()), written);
              replacement
                  .outputs()
                  .values()
                  .forEach(
                      exchange -> assertFalse(written.contains(exchange.from().text()), written));
            });
  }
}
