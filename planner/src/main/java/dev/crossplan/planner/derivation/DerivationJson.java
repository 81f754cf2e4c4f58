package dev.crossplan.planner.derivation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import dev.crossplan.planner.JsonProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code nix derivation show -r} prints, of every version of Nix since 2.4, plain or
 * gzip; see "Derivation" under "JSON formats" in the Nix manual. What a file holds tells its form:
 *
 * <pre>
 * 2.4   {"/nix/store/….drv": {outputs, inputSrcs, inputDrvs: {path: [output]}, system, builder, args, env}}
 *       an output is {path}, {path, hashAlgo: "r:sha256", hash}, {hashAlgo}, {hashAlgo, impure} or {}
 * 2.15  and name
 * 2.18  inputDrvs: {path: {outputs: [output], dynamicOutputs: {output: {…}}}}
 * 2.23  and method in outputs, hashAlgo without prefix
 * 2.30  structuredAttrs: {…} instead of env.__json
 * 2.32  and version: 3; base names instead of store paths, no path in fixed outputs
 * 2.33  {"version": 4, "derivations": {"….drv": {…, inputs: {srcs, drvs}}}}, hash: "sha256-…"
 * </pre>
 *
 * <p>Fields that are not listed are passed over. A derivation is handed on as soon as it is read
 * and not kept.
 */
public final class DerivationJson {
  private static final String NOT_DERIVATIONS =
      ", not the derivations that nix derivation show -r prints";
  private static final int FIELDS_TO_GUESS_BY = 100;
  private static final String REMEDY =
      "Maybe make it with: nix derivation show -r <installable> > <file>";

  private final String source;
  private final JsonParser parser;
  private final BiConsumer<? super StorePath, ? super Derivation> consumer;
  private final TextCache cache = new TextCache();

  // The store directory is not in the form with base names: the first derivation that mentions a
  // store path tells it, those before it wait.
  private @Nullable String directory;
  private final List<Fields> waiting = new ArrayList<>();

  // The key of the derivation that is being read, for messages.
  private @Nullable String current;

  /** Which derivations are read, by what the file calls them; others are passed over. */
  private final Predicate<String> isWanted;

  private DerivationJson(
      String source,
      JsonParser parser,
      Predicate<String> isWanted,
      BiConsumer<? super StorePath, ? super Derivation> consumer) {
    this.source = source;
    this.parser = parser;
    this.isWanted = isWanted;
    this.consumer = consumer;
  }

  /**
   * Reads all derivations of a file, in its order.
   *
   * @param consumer is handed each derivation and its path; one that is there twice, twice
   * @throws InputException if the file cannot be read, is no JSON of Nix's derivations, or a
   *     derivation is not valid; derivations before it were handed on
   */
  public static void read(Path file, BiConsumer<? super StorePath, ? super Derivation> consumer) {
    InputFile.read(
        file,
        in -> {
          readAll(file.toString(), in, key -> true, consumer);
          return true;
        });
  }

  /**
   * Reads some derivations of a file, in its order. Of the others only the names are looked at,
   * where these are whole paths: a base name does not tell the store, any of them may.
   *
   * @param consumer is handed each derivation that is wanted, and it may be others
   * @throws InputException as for a whole file
   */
  public static void readSome(
      Path file,
      Collection<StorePath> wanted,
      BiConsumer<? super StorePath, ? super Derivation> consumer) {
    Set<String> paths = wanted.stream().map(StorePath::toString).collect(Collectors.toSet());
    InputFile.read(
        file,
        in -> {
          readAll(
              file.toString(),
              in,
              key -> paths.contains(key) || StorePath.isBaseName(key),
              consumer);
          return true;
        });
  }

  /**
   * Reads all derivations of a stream, in its order.
   *
   * @param source what messages call the stream
   * @throws InputException as for a file
   */
  public static void read(
      String source, InputStream in, BiConsumer<? super StorePath, ? super Derivation> consumer) {
    InputFile.read(
        source,
        in,
        stream -> {
          readAll(source, stream, key -> true, consumer);
          return true;
        });
  }

  private static void readAll(
      String source,
      InputStream in,
      Predicate<String> isWanted,
      BiConsumer<? super StorePath, ? super Derivation> consumer)
      throws IOException {
    try (JsonParser parser = JsonText.FACTORY.createParser(SurrogateEscape.reader(in))) {
      new DerivationJson(source, parser, isWanted, consumer).readRoot();
    }
  }

  private void readRoot() throws IOException {
    try {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new InputException(source + " is empty, derivations in JSON were expected", REMEDY);
      }
      if (first != JsonToken.START_OBJECT) {
        throw new InputException(
            here() + "the file holds " + JsonText.describe(parser) + NOT_DERIVATIONS, REMEDY);
      }
      readMembers();
      if (parser.nextToken() != null) {
        throw new InputException(
            here() + "there is something after the derivations: " + JsonText.describe(parser),
            REMEDY);
      }
      for (Fields fields : waiting) {
        handOn(fields, StorePath.DEFAULT_DIRECTORY);
      }
    } catch (JsonProcessingException e) {
      throw new InputException(
          source + JsonText.at(e.getLocation()) + ": " + ofCurrent() + JsonText.describe(e),
          JsonProblem.isCutOff(e) ? "Maybe the file was not copied whole." : REMEDY,
          e);
    }
  }

  private void readMembers() throws IOException {
    boolean wrapped = false;
    String version = null;
    List<String> unknown = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (key.endsWith(".drv")) {
        readDerivation(key);
      } else if (key.equals("derivations") && value == JsonToken.START_OBJECT) {
        checkVersion(version);
        wrapped = true;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String path = parser.currentName();
          parser.nextToken();
          readDerivation(path);
        }
      } else {
        if (key.equals("version")) {
          version = parser.getText();
        }
        if (unknown.size() < FIELDS_TO_GUESS_BY) {
          unknown.add(key);
        }
        parser.skipChildren();
      }
    }
    if (wrapped) {
      checkVersion(version);
    } else if (!unknown.isEmpty()) {
      throw new InputException(
          source + ": the file holds an object" + NOT_DERIVATIONS + guess(unknown), REMEDY);
    }
  }

  private void checkVersion(@Nullable String version) throws IOException {
    if (version != null && !version.equals("3") && !version.equals("4")) {
      throw new InputException(
          here() + "derivations in format " + version + " are not known, 4 is the newest that is",
          "Maybe a newer crossplan reads them, or Nix 2.36 or older writes the file.");
    }
  }

  /** What a file that is something else looks like, by the names of its fields. */
  private static String guess(Collection<String> fields) {
    if (fields.contains("drvPath") || fields.contains("attrPath")) {
      return ": it looks like the jobs of nix-eval-jobs";
    }
    if (fields.contains("outputs") && fields.contains("builder")) {
      return ": it looks like one derivation without its path";
    }
    if (fields.contains("narHash")
        || fields.contains("info")
        || fields.stream().allMatch(field -> field.startsWith("/"))) {
      return ": it looks like the output of nix path-info";
    }
    if (fields.contains("nodes") && fields.contains("root")) {
      return ": it looks like a flake.lock";
    }
    if (fields.contains("dependencies") || fields.contains("scripts")) {
      return ": it looks like a package.json";
    }
    return ": its first field is " + Quoted.of(fields.iterator().next());
  }

  /** Reads the derivation the parser is on, and hands on what can be. */
  private void readDerivation(String key) throws IOException {
    if (!isWanted.test(key)) {
      parser.skipChildren();
      return;
    }
    current = key;
    Fields fields = new Fields(key);
    try {
      readFields(fields);
    } catch (InputException e) {
      throw located(e);
    }
    if (!StorePath.isBaseName(key)) {
      handOn(fields, directory(key));
      return;
    }
    if (directory == null) {
      directory = fields.findDirectory();
    }
    waiting.add(fields);
    current = null;
    if (directory != null) {
      for (Fields ready : waiting) {
        handOn(ready, directory);
      }
      waiting.clear();
    }
  }

  private String directory(String path) {
    try {
      return StorePath.parse(path).directory();
    } catch (InputException e) {
      throw located(e);
    }
  }

  private void readFields(Fields fields) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new InputException("is " + JsonText.describe(parser) + ", an object was expected");
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      readField(field, fields);
    }
    fields.checkComplete();
  }

  private void handOn(Fields fields, String storeDirectory) {
    StorePath path;
    Derivation derivation;
    current = fields.key;
    try {
      path = cache.path(fields.key, storeDirectory);
      derivation = fields.toDerivation(path, cache);
    } catch (InputException e) {
      throw located(e);
    }
    current = null;
    consumer.accept(path, derivation);
  }

  private void readField(String field, Fields fields) throws IOException {
    switch (field) {
      case "name" -> fields.name = once(fields.name, field, text(field));
      case "version" -> {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
          throw unexpected(field, "3 or 4");
        }
        checkVersion(parser.getText());
      }
      case "system" -> fields.system = once(fields.system, field, text(field));
      case "builder" -> fields.builder = once(fields.builder, field, text(field));
      case "args" -> fields.args = once(fields.args, field, texts(field));
      case "env" -> fields.env = once(fields.env, field, environment());
      case "outputs" -> fields.outputs = once(fields.outputs, field, outputs());
      case "inputSrcs" -> fields.sources = once(fields.sources, field, texts(field));
      case "inputDrvs" ->
          fields.derivations = once(fields.derivations, field, inputDerivations(field));
      case "inputs" -> readInputs(fields);
      case "structuredAttrs" -> {
        if (parser.currentToken() != JsonToken.VALUE_NULL) {
          expect(JsonToken.START_OBJECT, field, "an object");
          fields.structured =
              once(fields.structured, field, StructuredAttributes.readObject(parser));
        }
      }
      default -> {
        if (fields.foreign == null) {
          fields.foreign = field;
        }
        parser.skipChildren();
      }
    }
  }

  private void readInputs(Fields fields) throws IOException {
    expect(JsonToken.START_OBJECT, "inputs", "an object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "srcs" -> fields.sources = once(fields.sources, "inputs.srcs", texts("inputs.srcs"));
        case "drvs" ->
            fields.derivations =
                once(fields.derivations, "inputs.drvs", inputDerivations("inputs.drvs"));
        default -> parser.skipChildren();
      }
    }
  }

  private SortedMap<String, String> environment() throws IOException {
    expect(JsonToken.START_OBJECT, "env", "an object");
    SortedMap<String, String> env = new TreeMap<>(SurrogateEscape.BYTE_ORDER);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = cache.text(parser.currentName());
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw unexpected("env." + name, "a string");
      }
      if (env.put(name, cachedText()) != null) {
        throw twice("env." + name);
      }
    }
    return env;
  }

  private SortedMap<String, OutputFields> outputs() throws IOException {
    expect(JsonToken.START_OBJECT, "outputs", "an object");
    SortedMap<String, OutputFields> outputs = new TreeMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = cache.text(parser.currentName());
      String field = "outputs." + name;
      parser.nextToken();
      expect(JsonToken.START_OBJECT, field, "an object");
      OutputFields output = new OutputFields();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String part = parser.currentName();
        parser.nextToken();
        switch (part) {
          case "path" -> output.path = text("outputs.path");
          case "method" -> output.method = text("outputs.method");
          case "hashAlgo" -> output.algorithm = text("outputs.hashAlgo");
          case "hash" -> output.hash = text("outputs.hash");
          case "impure" -> {
            if (!parser.currentToken().isBoolean()) {
              throw unexpected(field + ".impure", "true");
            }
            output.impure = parser.getBooleanValue();
          }
          default -> parser.skipChildren();
        }
      }
      if (outputs.put(name, output) != null) {
        throw twice(field);
      }
    }
    return outputs;
  }

  private SortedMap<String, InputOutputs> inputDerivations(String field) throws IOException {
    expect(JsonToken.START_OBJECT, field, "an object");
    SortedMap<String, InputOutputs> derivations = new TreeMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String path = parser.currentName();
      parser.nextToken();
      if (derivations.put(path, inputOutputs(field, path)) != null) {
        throw twice(field + "." + path);
      }
    }
    return derivations;
  }

  /** {@code [output]} or {@code {outputs: [output], dynamicOutputs: {output: {…}}}}. */
  private InputOutputs inputOutputs(String field, String of) throws IOException {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      return cache.outputs(texts(field));
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw unexpected(field + "." + of, "a list of outputs or an object");
    }
    List<String> names = List.of();
    ImmutableSortedMap<String, InputOutputs> dynamic = ImmutableSortedMap.of();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String part = parser.currentName();
      parser.nextToken();
      switch (part) {
        case "outputs" -> names = texts(field);
        case "dynamicOutputs" -> {
          // Recursive: the parser limits the depth.
          dynamic = ImmutableSortedMap.copyOf(inputDerivations("dynamicOutputs"));
        }
        default -> parser.skipChildren();
      }
    }
    return dynamic.isEmpty()
        ? cache.outputs(names)
        : new InputOutputs(ImmutableSortedSet.copyOf(names), dynamic);
  }

  private List<String> texts(String field) throws IOException {
    expect(JsonToken.START_ARRAY, field, "an array");
    List<String> texts = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(JsonToken.VALUE_STRING, field, "an array of strings");
      texts.add(cachedText());
    }
    return texts;
  }

  private String text(String field) throws IOException {
    expect(JsonToken.VALUE_STRING, field, "a string");
    return cachedText();
  }

  private String cachedText() throws IOException {
    int length = parser.getTextLength();
    return length > TextCache.MAX_CHARS
        ? parser.getText()
        : cache.text(parser.getTextCharacters(), parser.getTextOffset(), length);
  }

  private void expect(JsonToken token, String field, String expected) throws IOException {
    if (parser.currentToken() != token) {
      throw unexpected(field, expected);
    }
  }

  private InputException unexpected(String field, String expected) throws IOException {
    return new InputException(
        field + " is " + JsonText.describe(parser) + ", " + expected + " was expected");
  }

  /** A field's value, which must be its first. */
  private static <T> T once(@Nullable T before, String field, T value) {
    if (before != null) {
      throw twice(field);
    }
    return value;
  }

  private static InputException twice(String field) {
    return new InputException(field + " is there twice");
  }

  /** Says where a problem with the current derivation is. */
  private InputException located(InputException problem) {
    return new InputException(
        here() + ofCurrent() + problem.getMessage(), problem.remedy().orElse(REMEDY), problem);
  }

  private String here() {
    return source + JsonText.at(parser.currentTokenLocation()) + ": ";
  }

  private String ofCurrent() {
    return current == null ? "" : "derivation " + Quoted.plain(current) + ": ";
  }

  /** An output as it is read; what is there tells its kind. */
  private static final class OutputFields {
    @Nullable String path;
    @Nullable String method;
    @Nullable String algorithm;
    @Nullable String hash;
    boolean impure;

    Output toOutput(String name, StorePath derivation, TextCache cache) {
      String directory = derivation.directory();
      if (hash == null && algorithm == null && method == null && !impure) {
        return path == null
            ? new Output.Deferred()
            : new Output.InputAddressed(cache.path(path, directory));
      }
      if (hash == null) {
        return impure
            ? new Output.Impure(method(), algorithm())
            : new Output.Floating(method(), algorithm());
      }
      ContentHash contentHash =
          algorithm == null ? ContentHash.parseSri(hash) : ContentHash.parse(algorithm(), hash);
      StorePath fixedPath =
          path == null
              ? StorePathHashing.fixed(
                  directory,
                  StorePathHashing.outputName(derivation.derivationName(), name),
                  method(),
                  contentHash)
              : cache.path(path, directory);
      return new Output.Fixed(fixedPath, method(), contentHash);
    }

    /** Of its own field, or of the prefix of the algorithm as before Nix 2.23. */
    private ContentAddressMethod method() {
      if (method != null) {
        return ContentAddressMethod.parse(method);
      }
      if (algorithm == null) {
        throw new InputException("neither method nor hashAlgo is there");
      }
      return ContentAddressMethod.ofPrefix(algorithm);
    }

    private HashAlgorithm algorithm() {
      if (algorithm == null) {
        throw new InputException("hashAlgo is missing");
      }
      return HashAlgorithm.parse(
          method == null ? algorithm.substring(method().prefix().length()) : algorithm);
    }
  }

  /** A derivation as it is read: texts, not yet checked against one another. */
  private static final class Fields {
    final String key;
    @Nullable String name;
    @Nullable String system;
    @Nullable String builder;
    @Nullable List<String> args;
    @Nullable SortedMap<String, String> env;
    @Nullable SortedMap<String, OutputFields> outputs;
    @Nullable List<String> sources;
    @Nullable SortedMap<String, InputOutputs> derivations;
    @Nullable StructuredAttributes structured;
    // The first field that derivations do not have, to say what the file may be.
    @Nullable String foreign;

    Fields(String key) {
      this.key = key;
    }

    void checkComplete() {
      need(outputs, "outputs");
      need(sources, "inputSrcs or inputs.srcs");
      need(derivations, "inputDrvs or inputs.drvs");
      need(system, "system");
      need(builder, "builder");
      need(args, "args");
      need(env, "env");
    }

    private <T> T need(@Nullable T value, String field) {
      if (value == null) {
        throw new InputException(
            "has no " + field + (foreign == null ? "" : guess(List.of(foreign))), REMEDY);
      }
      return value;
    }

    /** The store directory of the first store path in the texts; null if there is none. */
    @Nullable String findDirectory() {
      List<String> texts = new ArrayList<>();
      texts.add(need(builder, "builder"));
      texts.addAll(need(args, "args"));
      texts.addAll(need(env, "env").values());
      if (structured != null) {
        texts.add(structured.json());
      }
      return StoreDirectory.find(texts).orElse(null);
    }

    Derivation toDerivation(StorePath path, TextCache cache) {
      String derivationName = path.derivationName();
      if (name != null && !name.equals(derivationName)) {
        throw new InputException("its name is " + Quoted.of(name) + ", which its path contradicts");
      }
      SortedMap<String, String> variables = need(env, "env");
      String json = variables.remove(StructuredAttributes.VARIABLE);
      if (json != null && structured != null) {
        throw new InputException("has both structuredAttrs and env.__json");
      }
      ImmutableSortedMap.Builder<String, Output> outputsRead = ImmutableSortedMap.naturalOrder();
      need(outputs, "outputs")
          .forEach(
              (output, fields) -> {
                try {
                  outputsRead.put(output, fields.toOutput(output, path, cache));
                } catch (InputException e) {
                  throw new InputException(
                      "outputs." + output + ": " + e.getMessage(), e.remedy().orElse(null), e);
                }
              });
      ImmutableSortedMap.Builder<StorePath, InputOutputs> inputs =
          ImmutableSortedMap.naturalOrder();
      need(derivations, "inputDrvs")
          .forEach((input, used) -> inputs.put(cache.path(input, path.directory()), used));
      ImmutableSortedSet.Builder<StorePath> inputSources = ImmutableSortedSet.naturalOrder();
      for (String input : need(sources, "inputSrcs")) {
        inputSources.add(cache.path(input, path.directory()));
      }
      return new Derivation(
          derivationName,
          need(system, "system"),
          need(builder, "builder"),
          ImmutableList.copyOf(need(args, "args")),
          ImmutableSortedMap.copyOfSorted(variables),
          outputsRead.buildOrThrow(),
          inputs.buildOrThrow(),
          inputSources.build(),
          Optional.ofNullable(json == null ? structured : new StructuredAttributes(json)));
    }
  }
}
