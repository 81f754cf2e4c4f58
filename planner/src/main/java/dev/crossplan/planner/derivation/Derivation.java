package dev.crossplan.planner.derivation;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.InputException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One derivation, all of it and nothing else, the same whatever format it was read from; see "Store
 * Derivation and Deriving Path" in the Nix manual. Its path is not part of it: the path follows
 * from it.
 *
 * <p>Texts are bytes in Nix; see {@link SurrogateEscape} for those that are not UTF-8. Maps and
 * sets have Nix's order.
 *
 * @param name as in its path, without {@code .drv}
 * @param system the platform it is built on: {@code riscv64-linux}
 * @param builderExecutable path of the program that builds it, or {@code builtin:…}
 * @param args arguments of that program
 * @param env the environment of that program, without {@code __json}
 * @param outputs by name; at least one, all of one kind
 * @param inputDerivations what is used of other derivations, by their paths
 * @param inputSources inputs that nothing builds
 * @param structuredAttributes present if it has {@code __structuredAttrs}
 */
public record Derivation(
    String name,
    String system,
    String builderExecutable,
    ImmutableList<String> args,
    ImmutableSortedMap<String, String> env,
    ImmutableSortedMap<String, Output> outputs,
    ImmutableSortedMap<StorePath, InputOutputs> inputDerivations,
    ImmutableSortedSet<StorePath> inputSources,
    Optional<StructuredAttributes> structuredAttributes) {

  /**
   * Checks that Nix could have such a derivation.
   *
   * @throws InputException if Nix could have no such derivation
   */
  public Derivation {
    if (!StorePath.isName(name)) {
      throw new InputException(Quoted.of(name) + " cannot be the name of a derivation");
    }
    if (!StorePath.isName(system)) {
      throw new InputException(Quoted.of(system) + " cannot be a system, x86_64-linux is one");
    }
    SurrogateEscape.check(builderExecutable);
    args.forEach(SurrogateEscape::check);
    env.forEach(
        (variable, value) -> {
          SurrogateEscape.check(variable);
          SurrogateEscape.check(value);
        });
    if (env.containsKey(StructuredAttributes.VARIABLE)) {
      throw new InputException(
          "structured attributes are kept apart from the environment variable __json");
    }
    checkOutputs(outputs);
    inputDerivations.keySet().forEach(StorePath::derivationName);
  }

  private static void checkOutputs(ImmutableSortedMap<String, Output> outputs) {
    if (outputs.isEmpty()) {
      throw new InputException("there is no output, Nix asks for at least one");
    }
    outputs.keySet().forEach(Derivation::checkOutputName);
    Map.Entry<String, Output> first = outputs.entrySet().iterator().next();
    outputs.forEach(
        (name, output) -> {
          if (output.getClass() != first.getValue().getClass()) {
            throw new InputException(
                "outputs "
                    + first.getKey()
                    + " and "
                    + name
                    + " are of different kinds: "
                    + first.getValue()
                    + " and "
                    + output);
          }
        });
    if (first.getValue() instanceof Output.Fixed
        && (outputs.size() > 1 || !first.getKey().equals("out"))) {
      throw new InputException(
          "a fixed-output derivation has the one output \"out\", this one has " + outputs.keySet());
    }
  }

  /**
   * Checks the name of an output.
   *
   * @throws InputException if an output cannot have this name
   */
  static void checkOutputName(String name) {
    if (!StorePath.isName(name)) {
      throw new InputException(Quoted.of(name) + " cannot be the name of an output");
    }
  }

  /** Whether what it gives is known in advance: a download. */
  public boolean isFixedOutput() {
    return outputs.values().iterator().next() instanceof Output.Fixed;
  }

  /**
   * An attribute as text, whether attributes are structured or variables of the environment. Of
   * structured ones: a list is joined with spaces, true is "1" and false is "", as Nix does for the
   * environment; what is a member of the attribute set {@code env} counts as an attribute, as it
   * does for stdenv; an attribute set is no text.
   *
   * @throws InputException if structured attributes are no JSON object
   */
  public Optional<String> attribute(String attribute) {
    Object value = value(attribute);
    if (value instanceof List<?> list) {
      return Optional.of(String.join(" ", flatten(list)));
    }
    return value instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /**
   * An attribute as words: of a text what white space parts, of a structured list its elements,
   * each as it is. Empty if there is no such attribute.
   *
   * @throws InputException if structured attributes are no JSON object
   */
  public ImmutableList<String> words(String attribute) {
    Object value = value(attribute);
    if (value instanceof List<?> list) {
      return flatten(list);
    }
    return value instanceof String text ? split(text) : ImmutableList.of();
  }

  private static ImmutableList<String> split(String text) {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    int start = 0;
    for (int at = 0; at <= text.length(); at++) {
      if (at == text.length() || isSpace(text.charAt(at))) {
        if (at > start) {
          words.add(text.substring(start, at));
        }
        start = at + 1;
      }
    }
    return words.build();
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  /**
   * Hands on the name and text of every attribute that {@link #attribute} finds, in Nix's order of
   * names.
   *
   * @throws InputException if structured attributes are no JSON object
   */
  public void forEachAttribute(BiConsumer<String, String> consumer) {
    if (structuredAttributes.isEmpty()) {
      env.forEach(consumer);
      return;
    }
    StructuredAttributes structured = structuredAttributes.get();
    Set<String> names = new TreeSet<>(SurrogateEscape.BYTE_ORDER);
    names.addAll(env.keySet());
    names.addAll(structured.names());
    if (structured.value("env") instanceof Map<?, ?> inner) {
      inner.keySet().forEach(name -> names.add((String) name));
    }
    names.forEach(name -> attribute(name).ifPresent(text -> consumer.accept(name, text)));
  }

  /**
   * Hands on each text of every attribute with the name of that, also of attribute sets, in Nix's
   * order of names.
   *
   * @throws InputException if structured attributes are no JSON object
   */
  public void forEachText(BiConsumer<String, String> consumer) {
    env.forEach(consumer);
    structuredAttributes.ifPresent(
        structured -> {
          for (String name : structured.names()) {
            forEachText(name, structured.value(name), consumer);
          }
        });
  }

  /** Recursive: the parser of the JSON limits the depth. */
  private static void forEachText(
      String name, @Nullable Object value, BiConsumer<String, String> consumer) {
    if (value instanceof String text) {
      consumer.accept(name, text);
    } else if (value instanceof List<?> list) {
      list.forEach(each -> forEachText(name, each, consumer));
    } else if (value instanceof Map<?, ?> inner) {
      inner.values().forEach(each -> forEachText(name, each, consumer));
    }
  }

  private @Nullable Object value(String attribute) {
    if (structuredAttributes.isPresent()) {
      Object value = structuredAttributes.get().value(attribute);
      if (value == null && structuredAttributes.get().value("env") instanceof Map<?, ?> inner) {
        value = inner.get(attribute);
      }
      if (value != null) {
        return value;
      }
    }
    return env.get(attribute);
  }

  /** The texts in a list of lists of texts. Recursive: the parser of the JSON limits the depth. */
  private static ImmutableList<String> flatten(List<?> values) {
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    for (Object value : values) {
      if (value instanceof List<?> inner) {
        texts.addAll(flatten(inner));
      } else if (value instanceof String text) {
        texts.add(text);
      }
    }
    return texts.build();
  }
}
