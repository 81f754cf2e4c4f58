package dev.crossplan.planner.derivation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every derivation. */
class DerivationPropertiesTest {
  private static final String NAME_CHARACTERS = "abcXYZ019+-_?=";

  private static Arbitrary<String> names() {
    return Arbitraries.strings().withChars(NAME_CHARACTERS).ofMinLength(1).ofMaxLength(12);
  }

  /** Any bytes; those that are escaped and those that sort unlike their chars more often. */
  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
            Arbitraries.bytes(),
            Arbitraries.of((byte) '"', (byte) '\\', (byte) '\n', (byte) '\t', (byte) '\r'),
            Arbitraries.of((byte) 0xc3, (byte) 0xa9, (byte) 0xf0, (byte) 0x9f, (byte) 0x98))
        .array(byte[].class)
        .ofMaxSize(20)
        .map(SurrogateEscape::decode);
  }

  private static Arbitrary<String> variables() {
    return texts().filter(name -> !name.equals("__json"));
  }

  private static Arbitrary<StorePath> paths(String suffix) {
    return Combinators.combine(
            Arbitraries.strings().withChars("0123456789abcdfghijklmnpqrsvwxyz").ofLength(32),
            names())
        .as((hash, name) -> StorePath.of("/nix/store", hash + "-" + name + suffix));
  }

  private static Arbitrary<ContentHash> hashes() {
    return Arbitraries.of(HashAlgorithm.class)
        .flatMap(
            algorithm ->
                Arbitraries.bytes()
                    .array(byte[].class)
                    .ofSize(algorithm.bytes())
                    .map(hash -> ContentHash.of(algorithm, hash)));
  }

  private static Arbitrary<ImmutableSortedMap<String, Output>> outputs() {
    Arbitrary<ContentAddressMethod> methods = Arbitraries.of(ContentAddressMethod.class);
    Arbitrary<HashAlgorithm> algorithms = Arbitraries.of(HashAlgorithm.class);
    return Arbitraries.oneOf(
        many(paths("").map(Output.InputAddressed::new)),
        many(Arbitraries.just(new Output.Deferred())),
        many(Combinators.combine(methods, algorithms).as(Output.Floating::new)),
        many(Combinators.combine(methods, algorithms).as(Output.Impure::new)),
        Combinators.combine(paths(""), methods, hashes())
            .as(
                (path, method, hash) ->
                    ImmutableSortedMap.of("out", new Output.Fixed(path, method, hash))));
  }

  private static Arbitrary<ImmutableSortedMap<String, Output>> many(
      Arbitrary<? extends Output> output) {
    return Arbitraries.maps(names(), output)
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(ImmutableSortedMap::copyOf);
  }

  private static Arbitrary<InputOutputs> used(int depth) {
    Arbitrary<Set<String>> outputs = names().set().ofMinSize(1).ofMaxSize(3);
    Arbitrary<Map<String, InputOutputs>> dynamic =
        depth == 0
            ? Arbitraries.just(Map.of())
            : Arbitraries.maps(names(), Arbitraries.lazy(() -> used(depth - 1))).ofMaxSize(1);
    return Combinators.combine(outputs, dynamic)
        .as(
            (some, inner) ->
                new InputOutputs(
                    ImmutableSortedSet.copyOf(some), ImmutableSortedMap.copyOf(inner)));
  }

  @Provide
  Arbitrary<Derivation> derivations() {
    Arbitrary<ImmutableSortedMap<String, String>> env =
        Arbitraries.maps(variables(), texts())
            .ofMaxSize(6)
            .map(map -> ImmutableSortedMap.copyOf(map, SurrogateEscape.BYTE_ORDER));
    Arbitrary<ImmutableSortedMap<StorePath, InputOutputs>> inputs =
        Arbitraries.maps(paths(".drv"), used(2)).ofMaxSize(4).map(ImmutableSortedMap::copyOf);
    Arbitrary<Optional<StructuredAttributes>> structured =
        texts().map(StructuredAttributes::new).optional(0.3);
    Arbitrary<List<String>> args = texts().list().ofMaxSize(3);
    return Combinators.combine(
            names(),
            texts(),
            args,
            env,
            outputs(),
            inputs,
            paths("").set().ofMaxSize(3),
            structured)
        .as(
            (name, builder, someArgs, someEnv, someOutputs, someInputs, sources, json) ->
                new Derivation(
                    name,
                    "x86_64-linux",
                    builder,
                    ImmutableList.copyOf(someArgs),
                    someEnv,
                    someOutputs,
                    someInputs,
                    ImmutableSortedSet.copyOf(sources),
                    json));
  }

  @Property(seed = "1")
  void atermRoundTrips(@ForAll("derivations") Derivation derivation) {
    byte[] written = DerivationAterm.write(derivation);
    assertEquals(derivation, DerivationAterm.read("x.drv", derivation.name(), written));
  }

  @Property(seed = "1")
  void jsonRoundTrips(@ForAll("derivations") Derivation derivation) throws IOException {
    StorePath path = new DerivationHasher("/nix/store", input -> null).derivationPath(derivation);
    String json = json(path, derivation);
    Map<StorePath, Derivation> read = new HashMap<>();
    DerivationJson.read(
        "x.json", new ByteArrayInputStream(SurrogateEscape.encode(json)), read::put);
    assertEquals(Map.of(path, derivation), read);
  }

  /** As Nix 2.23 writes it; which of the two fixed forms does not matter here. */
  private static String json(StorePath path, Derivation derivation) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeObjectFieldStart(path.toString());
      json.writeStringField("name", derivation.name());
      json.writeStringField("system", derivation.system());
      json.writeStringField("builder", derivation.builderExecutable());
      json.writeArrayFieldStart("args");
      for (String arg : derivation.args()) {
        json.writeString(arg);
      }
      json.writeEndArray();
      json.writeObjectFieldStart("env");
      for (Map.Entry<String, String> variable : derivation.env().entrySet()) {
        json.writeStringField(variable.getKey(), variable.getValue());
      }
      if (derivation.structuredAttributes().isPresent()) {
        json.writeStringField("__json", derivation.structuredAttributes().get().json());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("inputSrcs");
      for (StorePath source : derivation.inputSources()) {
        json.writeString(source.toString());
      }
      json.writeEndArray();
      json.writeFieldName("inputDrvs");
      writeInputs(derivation.inputDerivations(), json);
      json.writeObjectFieldStart("outputs");
      for (Map.Entry<String, Output> output : derivation.outputs().entrySet()) {
        json.writeObjectFieldStart(output.getKey());
        writeOutput(output.getValue(), json);
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void writeInputs(Map<?, InputOutputs> inputs, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    for (Map.Entry<?, InputOutputs> input : inputs.entrySet()) {
      json.writeObjectFieldStart(input.getKey().toString());
      json.writeArrayFieldStart("outputs");
      for (String name : input.getValue().names()) {
        json.writeString(name);
      }
      json.writeEndArray();
      json.writeFieldName("dynamicOutputs");
      writeInputs(input.getValue().dynamic(), json);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeOutput(Output output, JsonGenerator json) throws IOException {
    if (output instanceof Output.InputAddressed known) {
      json.writeStringField("path", known.path().toString());
    } else if (output instanceof Output.Fixed fixed) {
      json.writeStringField("path", fixed.path().toString());
      json.writeStringField("hash", fixed.hash().hex());
      writeMethod(fixed.method(), fixed.hash().algorithm(), json);
    } else if (output instanceof Output.Floating floating) {
      writeMethod(floating.method(), floating.algorithm(), json);
    } else if (output instanceof Output.Impure impure) {
      json.writeBooleanField("impure", true);
      writeMethod(impure.method(), impure.algorithm(), json);
    }
  }

  private static void writeMethod(
      ContentAddressMethod method, HashAlgorithm algorithm, JsonGenerator json) throws IOException {
    json.writeStringField("method", method.nixName());
    json.writeStringField("hashAlgo", algorithm.nixName());
  }
}
