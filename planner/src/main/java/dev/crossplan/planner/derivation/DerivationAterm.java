package dev.crossplan.planner.derivation;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.InputException;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The text of .drv files, see "Derivation ATerm Format" in the Nix manual:
 *
 * <pre>
 * Derive([(output,path,method and algorithm,hash),…],[(input derivation,[output,…]),…],[input source,…],
 *        system,builder,[argument,…],[(variable,value),…])
 * </pre>
 *
 * <p>Everything is a string in quotes. A dynamic input is {@code
 * (path,([output,…],[(output,…),…]))}, and with one the text starts with {@code
 * DrvWithVersion("xp-dyn-drv",} instead.
 *
 * <p>Only the form that Nix writes is read: sorted, nothing twice, no needless escapes. So what is
 * read is written with identical bytes, and has the path it was stored under.
 */
public final class DerivationAterm {
  private static final String REMEDY =
      "Maybe the file was edited or not copied whole; nix-instantiate writes it anew.";
  private static final String PLAIN = "Derive(";
  private static final String IMPURE = "impure";
  private static final String VERSIONED = "DrvWithVersion(\"xp-dyn-drv\",";

  private DerivationAterm() {}

  /**
   * Reads the bytes of a .drv file.
   *
   * @param source what messages call the file
   * @param name of the derivation, which only its path tells: without hash and {@code .drv}
   * @throws InputException if they are not what Nix writes
   */
  public static Derivation read(String source, String name, byte[] bytes) {
    return read(source, name, bytes, null);
  }

  /** Reads one of many .drv files, which share what they have in common. */
  static Derivation read(String source, String name, byte[] bytes, @Nullable TextCache cache) {
    Parser parser = new Parser(bytes, cache);
    try {
      return parser.derivation(name);
    } catch (InputException e) {
      throw new InputException(
          source + ": byte " + parser.place + ": " + e.getMessage(), e.remedy().orElse(REMEDY), e);
    }
  }

  /** Writes a derivation as Nix would. */
  public static byte[] write(Derivation derivation) {
    ByteSink sink = new ByteSink(1 << 12);
    write(derivation, sink);
    return sink.toByteArray();
  }

  static void write(Derivation derivation, ByteSink to) {
    boolean dynamic =
        derivation.inputDerivations().values().stream()
            .anyMatch(outputs -> !outputs.dynamic().isEmpty());
    to.putAscii(dynamic ? VERSIONED : PLAIN);
    Writer writer = new Writer(to);
    writer.outputs(derivation, false);
    writer.inputs(derivation.inputDerivations());
    writer.rest(derivation, false);
  }

  /**
   * Writes a derivation for its hash: input derivations by their own hashes instead of their paths.
   *
   * @param inputs by hash, sorted
   * @param blank whether the paths of its own outputs are left out
   */
  static void writeModulo(
      Derivation derivation, Map<String, InputOutputs> inputs, boolean blank, ByteSink to) {
    to.putAscii(PLAIN);
    Writer writer = new Writer(to);
    writer.outputs(derivation, blank);
    writer.inputs(inputs);
    writer.rest(derivation, blank);
  }

  private static final class Writer {
    private final ByteSink to;

    Writer(ByteSink to) {
      this.to = to;
    }

    void outputs(Derivation derivation, boolean blank) {
      char separator = '[';
      for (Map.Entry<String, Output> entry : derivation.outputs().entrySet()) {
        to.put(separator);
        separator = ',';
        to.put('(');
        plain(entry.getKey());
        output(entry.getValue(), blank);
        to.put(')');
      }
      to.putAscii("],");
    }

    private void output(Output output, boolean blank) {
      String path = "";
      String algorithm = "";
      String hash = "";
      if (output instanceof Output.InputAddressed known) {
        path = blank ? "" : known.path().toString();
      } else if (output instanceof Output.Fixed fixed) {
        path = fixed.path().toString();
        algorithm = fixed.method().prefix() + fixed.hash().algorithm().nixName();
        hash = fixed.hash().hex();
      } else if (output instanceof Output.Floating floating) {
        algorithm = floating.method().prefix() + floating.algorithm().nixName();
      } else if (output instanceof Output.Impure impure) {
        algorithm = impure.method().prefix() + impure.algorithm().nixName();
        hash = IMPURE;
      }
      to.put(',');
      plain(path);
      to.put(',');
      plain(algorithm);
      to.put(',');
      plain(hash);
    }

    void inputs(Map<?, InputOutputs> inputs) {
      to.put('[');
      boolean first = true;
      for (Map.Entry<?, InputOutputs> entry : inputs.entrySet()) {
        to.putAscii(first ? "(" : ",(");
        first = false;
        plain(entry.getKey().toString());
        to.put(',');
        inputOutputs(entry.getValue());
        to.put(')');
      }
      to.putAscii("],");
    }

    private void inputOutputs(InputOutputs outputs) {
      if (outputs.dynamic().isEmpty()) {
        plains(outputs.names());
        return;
      }
      to.put('(');
      plains(outputs.names());
      char separator = '[';
      to.put(',');
      for (Map.Entry<String, InputOutputs> entry : outputs.dynamic().entrySet()) {
        to.put(separator);
        separator = ',';
        to.put('(');
        plain(entry.getKey());
        to.put(',');
        inputOutputs(entry.getValue());
        to.put(')');
      }
      to.putAscii("])");
    }

    void rest(Derivation derivation, boolean blank) {
      plains(derivation.inputSources());
      to.put(',');
      text(derivation.system());
      to.put(',');
      text(derivation.builderExecutable());
      to.putAscii(",[");
      boolean first = true;
      for (String arg : derivation.args()) {
        if (!first) {
          to.put(',');
        }
        first = false;
        text(arg);
      }
      to.putAscii("],[");
      variables(derivation, blank);
      to.putAscii("])");
    }

    private void variables(Derivation derivation, boolean blank) {
      @Nullable String json =
          derivation.structuredAttributes().map(StructuredAttributes::json).orElse(null);
      boolean first = true;
      for (Map.Entry<String, String> entry : derivation.env().entrySet()) {
        String name = entry.getKey();
        if (json != null
            && SurrogateEscape.BYTE_ORDER.compare(StructuredAttributes.VARIABLE, name) < 0) {
          variable(first, StructuredAttributes.VARIABLE, json);
          first = false;
          json = null;
        }
        variable(
            first, name, blank && derivation.outputs().containsKey(name) ? "" : entry.getValue());
        first = false;
      }
      if (json != null) {
        variable(first, StructuredAttributes.VARIABLE, json);
      }
    }

    private void variable(boolean first, String name, String value) {
      to.putAscii(first ? "(" : ",(");
      text(name);
      to.put(',');
      text(value);
      to.put(')');
    }

    private void plains(Collection<?> texts) {
      boolean first = true;
      to.put('[');
      for (Object text : texts) {
        if (!first) {
          to.put(',');
        }
        first = false;
        plain(text.toString());
      }
      to.put(']');
    }

    /** A text without what needs an escape: a path, the name of an output, a hash. */
    private void plain(String text) {
      to.put('"');
      to.putText(text);
      to.put('"');
    }

    private void text(String text) {
      to.put('"');
      to.putEscaped(text);
      to.put('"');
    }
  }

  private static final class Parser {
    private final byte[] bytes;
    private int at;
    // Where what was read last starts: the place of a problem with it.
    int place;
    private boolean dynamicAllowed;
    private boolean dynamicSeen;

    private final @Nullable TextCache cache;

    Parser(byte[] bytes, @Nullable TextCache cache) {
      this.bytes = bytes;
      this.cache = cache;
    }

    Derivation derivation(String name) {
      if (startsWith(VERSIONED)) {
        dynamicAllowed = true;
        at += VERSIONED.length();
      } else if (startsWith("DrvWithVersion(")) {
        at += "DrvWithVersion(".length();
        throw new InputException(
            "the version is " + Quoted.of(text()) + ", only \"xp-dyn-drv\" is known",
            "Maybe a newer crossplan reads it.");
      } else {
        expect(PLAIN);
      }
      ImmutableSortedMap<String, Output> outputs = outputs();
      expect(",");
      ImmutableSortedMap<StorePath, InputOutputs> inputs = inputs();
      if (dynamicAllowed != dynamicSeen) {
        throw new InputException(
            dynamicSeen
                ? "a dynamic input needs DrvWithVersion"
                : "there is no dynamic input, so Derive was expected, not DrvWithVersion");
      }
      expect(",");
      ImmutableSortedSet<StorePath> sources = sources();
      expect(",");
      String system = text();
      expect(",");
      String builder = text();
      expect(",");
      ImmutableList<String> args = args();
      expect(",");
      return rest(name, system, builder, args, outputs, inputs, sources);
    }

    private Derivation rest(
        String name,
        String system,
        String builder,
        ImmutableList<String> args,
        ImmutableSortedMap<String, Output> outputs,
        ImmutableSortedMap<StorePath, InputOutputs> inputs,
        ImmutableSortedSet<StorePath> sources) {
      ImmutableSortedMap.Builder<String, String> env =
          ImmutableSortedMap.orderedBy(SurrogateEscape.BYTE_ORDER);
      Optional<StructuredAttributes> structured = Optional.empty();
      String before = null;
      expect("[");
      while (more(before == null)) {
        expect("(");
        String variable = text();
        checkOrder(SurrogateEscape.BYTE_ORDER, before, variable);
        before = variable;
        expect(",");
        String value = text();
        expect(")");
        if (variable.equals(StructuredAttributes.VARIABLE)) {
          structured = Optional.of(new StructuredAttributes(value));
        } else {
          env.put(variable, value);
        }
      }
      expect(")");
      place = at;
      if (at < bytes.length) {
        throw new InputException("there is something after the derivation");
      }
      return new Derivation(
          name, system, builder, args, env.buildOrThrow(), outputs, inputs, sources, structured);
    }

    private ImmutableSortedMap<String, Output> outputs() {
      ImmutableSortedMap.Builder<String, Output> outputs = ImmutableSortedMap.naturalOrder();
      String before = null;
      expect("[");
      while (more(before == null)) {
        expect("(");
        String name = text();
        checkOrder(Comparator.naturalOrder(), before, name);
        before = name;
        expect(",");
        String path = text();
        expect(",");
        String algorithm = text();
        expect(",");
        String hash = text();
        expect(")");
        outputs.put(name, output(path, algorithm, hash));
      }
      return outputs.buildOrThrow();
    }

    private Output output(String path, String methodAndAlgorithm, String hash) {
      if (methodAndAlgorithm.isEmpty()) {
        if (!hash.isEmpty()) {
          throw new InputException("an output has a hash but no hash algorithm");
        }
        return path.isEmpty() ? new Output.Deferred() : new Output.InputAddressed(path(path));
      }
      ContentAddressMethod method = ContentAddressMethod.ofPrefix(methodAndAlgorithm);
      HashAlgorithm algorithm =
          HashAlgorithm.parse(methodAndAlgorithm.substring(method.prefix().length()));
      if (!hash.isEmpty() && !hash.equals(IMPURE)) {
        return new Output.Fixed(path(path), method, new ContentHash(algorithm, hash));
      }
      if (!path.isEmpty()) {
        throw new InputException(
            "an output that is content-addressed once it is built has a path, " + path);
      }
      return hash.isEmpty()
          ? new Output.Floating(method, algorithm)
          : new Output.Impure(method, algorithm);
    }

    private ImmutableSortedMap<StorePath, InputOutputs> inputs() {
      ImmutableSortedMap.Builder<StorePath, InputOutputs> inputs =
          ImmutableSortedMap.naturalOrder();
      StorePath before = null;
      expect("[");
      while (more(before == null)) {
        expect("(");
        StorePath path = path(text());
        checkOrder(Comparator.naturalOrder(), before, path);
        before = path;
        expect(",");
        inputs.put(path, inputOutputs(0));
        expect(")");
      }
      return inputs.buildOrThrow();
    }

    /** Recursive, to a limited depth. */
    private InputOutputs inputOutputs(int depth) {
      if (depth > JsonText.MAX_DEPTH) {
        throw new InputException(
            "dynamic outputs are nested deeper than "
                + JsonText.MAX_DEPTH
                + ", the most that is read");
      }
      if (!startsWith("(")) {
        ImmutableSortedSet<String> used = names();
        return cache == null
            ? new InputOutputs(used, ImmutableSortedMap.of())
            : cache.outputs(used.asList());
      }
      dynamicSeen = true;
      expect("(");
      ImmutableSortedSet<String> names = names();
      expect(",[");
      ImmutableSortedMap.Builder<String, InputOutputs> dynamic = ImmutableSortedMap.naturalOrder();
      String before = null;
      while (more(before == null)) {
        expect("(");
        String name = text();
        checkOrder(Comparator.naturalOrder(), before, name);
        before = name;
        expect(",");
        dynamic.put(name, inputOutputs(depth + 1));
        expect(")");
      }
      expect(")");
      if (before == null) {
        throw new InputException("dynamic outputs are named, but there are none");
      }
      return new InputOutputs(names, dynamic.buildOrThrow());
    }

    private ImmutableSortedSet<String> names() {
      ImmutableSortedSet.Builder<String> names = ImmutableSortedSet.naturalOrder();
      String before = null;
      expect("[");
      while (more(before == null)) {
        String name = text();
        checkOrder(Comparator.naturalOrder(), before, name);
        before = name;
        names.add(name);
      }
      return names.build();
    }

    private ImmutableSortedSet<StorePath> sources() {
      ImmutableSortedSet.Builder<StorePath> sources = ImmutableSortedSet.naturalOrder();
      StorePath before = null;
      expect("[");
      while (more(before == null)) {
        StorePath source = path(text());
        checkOrder(Comparator.naturalOrder(), before, source);
        before = source;
        sources.add(source);
      }
      return sources.build();
    }

    private ImmutableList<String> args() {
      ImmutableList.Builder<String> args = ImmutableList.builder();
      expect("[");
      for (boolean first = true; more(first); first = false) {
        args.add(text());
      }
      return args.build();
    }

    /** Whether a list goes on; passes what is between its elements, or its end. */
    private boolean more(boolean first) {
      if (startsWith("]")) {
        at++;
        return false;
      }
      if (!first) {
        expect(",");
      }
      return true;
    }

    private <T> void checkOrder(Comparator<? super T> order, @Nullable T before, T next) {
      int compared = before == null ? -1 : order.compare(before, next);
      if (compared == 0) {
        throw new InputException(Quoted.of(next.toString()) + " is there twice");
      }
      if (compared > 0) {
        throw new InputException(
            Quoted.of(next.toString())
                + " stands after "
                + Quoted.of(String.valueOf(before))
                + ", but Nix sorts");
      }
    }

    private String text() {
      int quote = at;
      expect("\"");
      int start = at;
      boolean escaped = false;
      while (true) {
        place = at;
        if (at == bytes.length) {
          throw new InputException("the file ends in the string that starts at byte " + start);
        }
        byte b = bytes[at];
        if (b == '"') {
          break;
        }
        if (b == '\\') {
          escaped = true;
          at++;
          if (at == bytes.length || "\"\\nrt".indexOf(bytes[at]) < 0) {
            place = at;
            throw new InputException("after \\ one of \" \\ n r t was expected, found " + found());
          }
        } else if (b == '\n' || b == '\r' || b == '\t') {
          throw new InputException("a line break or tab in a string that is not escaped");
        }
        at++;
      }
      String text = escaped ? unescaped(start, at) : SurrogateEscape.decode(bytes, start, at);
      at++;
      place = quote;
      return cache == null ? text : cache.text(text);
    }

    private StorePath path(String text) {
      return cache == null || StorePath.isBaseName(text)
          ? StorePath.parse(text)
          : cache.path(text, StorePath.DEFAULT_DIRECTORY);
    }

    private String unescaped(int from, int to) {
      byte[] plain = new byte[to - from];
      int length = 0;
      for (int i = from; i < to; i++) {
        byte b = bytes[i];
        if (b == '\\') {
          i++;
          b =
              switch (bytes[i]) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                default -> bytes[i];
              };
        }
        plain[length++] = b;
      }
      return SurrogateEscape.decode(plain, 0, length);
    }

    private boolean startsWith(String ascii) {
      if (bytes.length - at < ascii.length()) {
        return false;
      }
      for (int i = 0; i < ascii.length(); i++) {
        if (bytes[at + i] != ascii.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private void expect(String ascii) {
      place = at;
      if (!startsWith(ascii)) {
        throw new InputException(ascii + " was expected, found " + found());
      }
      at += ascii.length();
    }

    private String found() {
      return at >= bytes.length
          ? "the end of the file"
          : Quoted.of(SurrogateEscape.decode(bytes, at, Math.min(at + 20, bytes.length)));
    }
  }
}
