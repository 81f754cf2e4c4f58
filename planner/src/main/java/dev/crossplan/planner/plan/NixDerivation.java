package dev.crossplan.planner.plan;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.KnownTexts;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.OutputReference;
import dev.crossplan.planner.derivation.Placeholders;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.derivation.StructuredAttributes;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A derivation as {@code derivation { … }} in the Nix language, from which Nix makes the same .drv;
 * see "Derivations" in the Nix manual and {@code derivationStrict} in {@code
 * src/libexpr/primops.cc}. Where a text names an input, the input is interpolated, so that the
 * string contexts arise by themselves. What no text names is added to the context of the builder.
 */
final class NixDerivation {
  private static final Splitter WORDS = Splitter.on(' ');

  /** Attributes that hide an output of that name. */
  private static final ImmutableSet<String> HIDING =
      ImmutableSet.of("all", "drvAttrs", "drvPath", "outPath", "outputName", "type");

  private final StorePath path;
  private final Derivation derivation;
  private final Set<String> texts = new HashSet<>();
  private final Set<String> unnamed = new TreeSet<>();
  private final KnownTexts<String> known = new KnownTexts<>();
  private final StringBuilder out = new StringBuilder();

  private NixDerivation(StorePath path, Derivation derivation, Function<StorePath, Bound> inputs) {
    this.path = path;
    this.derivation = derivation;
    derivation
        .inputDerivations()
        .forEach((input, used) -> addInput(input, used, inputs.apply(input)));
    for (StorePath source : derivation.inputSources()) {
      if (!derivation.inputDerivations().containsKey(source)) {
        name(source.toString(), "source \"" + source + "\"");
      }
    }
    for (String output : derivation.outputs().keySet()) {
      known.put(Placeholders.ofOwn(output), "builtins.placeholder " + NixText.of(output).write(0));
    }
  }

  /**
   * The expression, its first line without indent, the others two columns in.
   *
   * @param path of {@code derivation}, for messages
   * @param inputs finds what an input derivation is bound to
   * @throws InputException if {@code derivation { … }} makes no such derivation
   */
  static String write(StorePath path, Derivation derivation, Function<StorePath, Bound> inputs) {
    return new NixDerivation(path, derivation, inputs).write();
  }

  /** The names of the outputs, in the order in which they were declared. */
  static ImmutableList<String> outputs(Derivation derivation) {
    ImmutableList<String> declared = derivation.words("outputs");
    // What else there is was not made by Nix's language.
    return new TreeSet<>(declared).equals(derivation.outputs().keySet())
        ? declared
        : ImmutableList.copyOf(derivation.outputs().keySet());
  }

  /**
   * A derivation that has a name.
   *
   * @param outputs in the order in which they were declared
   */
  record Bound(
      String name,
      ImmutableList<String> outputs,
      ImmutableMap<String, OutputReference> references) {

    /** How an output is written. */
    String output(String output) {
      if (outputs.get(0).equals(output)) {
        return name;
      }
      return HIDING.contains(output)
          ? "builtins.elemAt " + name + ".all " + outputs.indexOf(output)
          : name + "." + NixText.attribute(output);
    }
  }

  private void addInput(StorePath input, InputOutputs used, Bound bound) {
    if (!used.dynamic().isEmpty()) {
      throw refusal("it uses outputs of derivations that are only made during the build");
    }
    for (String output : used.names()) {
      OutputReference reference = bound.references().get(output);
      if (reference == null) {
        throw refusal("it uses the output " + output + " of " + input + ", which has none");
      }
      name(reference.text(), bound.output(output));
    }
    String name = bound.name();
    // A .drv in a text is only a text, unless it is a source as well.
    if (derivation.inputSources().contains(input)) {
      name(input.toString(), "builtins.unsafeDiscardOutputDependency " + name + ".drvPath");
    } else {
      known.put(input.toString(), "builtins.unsafeDiscardStringContext " + name + ".drvPath");
    }
  }

  /** Lets {@code text} be written as an expression, which brings a string context with it. */
  private void name(String text, String expression) {
    if (texts.add(text)) { // else two derivations fetch the same
      known.put(text, expression);
    }
    unnamed.add(expression);
  }

  private InputException refusal(String why) {
    return new InputException(
        path + " cannot be written in the Nix language: " + why,
        "Maybe it was not made by the Nix language; leave it out of the image.");
  }

  private String write() {
    out.append("derivation {\n");
    attribute("name", NixText.of(derivation.name()).write(4));
    attribute("system", NixText.of(derivation.system()).write(4));
    int builder = out.length();
    if (!derivation.args().isEmpty()) {
      StringBuilder args = new StringBuilder("[");
      derivation.args().forEach(arg -> args.append("\n      ").append(text(arg, 6, true)));
      attribute("args", args.append("\n    ]").toString());
    }
    Output kind = derivation.outputs().values().iterator().next();
    if (kind instanceof Output.Floating) {
      attribute("__contentAddressed", "true");
    } else if (kind instanceof Output.Impure) {
      attribute("__impure", "true");
    }
    if (derivation.structuredAttributes().isPresent()) {
      writeStructured(derivation.structuredAttributes().get());
    } else {
      writeEnvironment();
    }
    String text = text(derivation.builderExecutable(), 4, false);
    if (!unnamed.isEmpty()) {
      StringBuilder also = new StringBuilder("alsoUsing [");
      unnamed.forEach(
          expression ->
              also.append("\n      ")
                  .append(expression.indexOf(' ') < 0 ? expression : "(" + expression + ")"));
      text = also.append("\n    ] ").append(text).toString();
    }
    out.insert(builder, "    builder = " + text + ";\n");
    return out.append("  }").toString();
  }

  private void attribute(String name, String value) {
    out.append("    ").append(name).append(" = ").append(value).append(";\n");
  }

  private void writeEnvironment() {
    checkSame("name", derivation.name());
    checkSame("system", derivation.system());
    checkSame("builder", derivation.builderExecutable());
    for (Map.Entry<String, String> variable : derivation.env().entrySet()) {
      String name = variable.getKey();
      String value = variable.getValue();
      switch (name) {
        case "name", "system", "builder" -> {}
        case "outputs" -> {
          if (!WORDS.splitToList(value).equals(outputs(derivation))) {
            throw refusal("its variable outputs does not name its outputs");
          }
          attribute(name, list(outputs(derivation)));
        }
        case "__structuredAttrs" -> attribute(name, "false");
        default -> {
          if (!derivation.outputs().containsKey(name)) {
            attribute(NixText.attribute(name), text(value, 4, false));
          }
        }
      }
    }
  }

  private void checkSame(String variable, String value) {
    if (!derivation.outputs().containsKey(variable)
        && !value.equals(derivation.env().get(variable))) {
      throw refusal("its variable " + variable + " is not its " + variable);
    }
  }

  private static String list(List<String> words) {
    StringBuilder list = new StringBuilder("[ ");
    words.forEach(word -> list.append(NixText.of(word).write(0)).append(' '));
    return list.append(']').toString();
  }

  /**
   * A text with the inputs that it names. One that is nothing but an output stands for itself.
   *
   * @param inList whether an expression of several words needs parentheses
   */
  private String text(String text, int indent, boolean inList) {
    NixText nix = NixText.empty();
    known.split(
        text,
        nix::literal,
        expression -> {
          unnamed.remove(expression);
          nix.expression(expression);
        });
    if (nix.onlyExpression().isPresent()) {
      String expression = nix.onlyExpression().get();
      return inList && expression.indexOf(' ') >= 0 ? "(" + expression + ")" : expression;
    }
    return nix.write(indent);
  }

  // Structured attributes

  private void writeStructured(StructuredAttributes attributes) {
    for (String variable : derivation.env().keySet()) {
      if (!derivation.outputs().containsKey(variable)) {
        throw refusal("it has structured attributes and the variable " + variable);
      }
    }
    attribute("__structuredAttrs", "true");
    try (JsonParser json = attributes.parser()) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw refusal("its structured attributes are no object");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "name" -> checkSame(name, derivation.name(), json);
          case "system" -> checkSame(name, derivation.system(), json);
          case "builder" -> checkSame(name, derivation.builderExecutable(), json);
          default -> attribute(NixText.attribute(name), value(json, 4, false));
        }
      }
    } catch (IOException e) {
      throw new InputException(
          path + ": its structured attributes cannot be read: " + e.getMessage(), null, e);
    }
  }

  private void checkSame(String attribute, String value, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING || !value.equals(json.getText())) {
      throw refusal("its structured attribute " + attribute + " is not its " + attribute);
    }
  }

  /** The value that the parser is on. Recursive: the parser limits the depth. */
  private String value(JsonParser json, int indent, boolean inList) throws IOException {
    switch (json.currentToken()) {
      case START_OBJECT -> {
        return object(json, indent);
      }
      case START_ARRAY -> {
        StringBuilder list = new StringBuilder("[");
        while (json.nextToken() != JsonToken.END_ARRAY) {
          newLine(list, indent + 2).append(value(json, indent + 2, true));
        }
        return list.length() == 1 ? "[ ]" : newLine(list, indent).append(']').toString();
      }
      case VALUE_STRING -> {
        return text(json.getText(), indent, inList);
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        return number(json.getText());
      }
      default -> {
        return json.getText(); // true, false, null
      }
    }
  }

  private String object(JsonParser json, int indent) throws IOException {
    StringBuilder set = new StringBuilder("{");
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      if (name.equals("outPath") || name.equals("__toString")) {
        throw refusal("Nix writes no object that has " + name);
      }
      json.nextToken();
      newLine(set, indent + 2)
          .append(NixText.attribute(name))
          .append(" = ")
          .append(value(json, indent + 2, false))
          .append(';');
    }
    return set.length() == 1 ? "{ }" : newLine(set, indent).append('}').toString();
  }

  private static StringBuilder newLine(StringBuilder text, int indent) {
    return text.append('\n').append(" ".repeat(indent));
  }

  /**
   * A number. Nix has no literals of negative ones, and none of fractions without a point. How it
   * writes fractions as JSON differs between versions: of 1.0, Nix 2.8 makes 1.
   */
  private static String number(String digits) {
    if (digits.equals(String.valueOf(Long.MIN_VALUE))) {
      return "(-" + Long.MAX_VALUE + " - 1)";
    }
    if (digits.startsWith("-")) {
      return "(-" + number(digits.substring(1)) + ")";
    }
    int exponent = digits.toLowerCase(java.util.Locale.ROOT).indexOf('e');
    return exponent >= 0 && digits.indexOf('.') < 0
        ? digits.substring(0, exponent) + ".0" + digits.substring(exponent)
        : digits;
  }
}
