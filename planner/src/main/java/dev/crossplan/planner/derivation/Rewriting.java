package dev.crossplan.planner.derivation;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.InputException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives a derivation other inputs. All that names an input names the other one afterwards: builder,
 * arguments, environment, structured attributes, and the list of inputs. What follows from it, the
 * paths of its own outputs, has to be computed anew: {@link DerivationHasher#withOutputPaths}.
 *
 * <p>Sources stay, and so do placeholders of its own outputs. Texts are bytes to Nix: an input is
 * named wherever its path stands, be it without string context.
 */
public final class Rewriting {
  private final Derivation derivation;
  private final Map<StorePath, Replacement> replacements;
  private final KnownTexts<String> texts = new KnownTexts<>();

  private Rewriting(Derivation derivation, Map<StorePath, Replacement> replacements) {
    this.derivation = derivation;
    this.replacements = replacements;
    replacements.forEach(
        (path, replacement) -> {
          texts.put(path.toString(), replacement.derivation().toString());
          replacement
              .outputs()
              .values()
              .forEach(exchange -> texts.put(exchange.from().text(), exchange.to().text()));
        });
  }

  /**
   * The derivation with other inputs and the paths of its own outputs as they were.
   *
   * @param replacements by the path of the input derivation; what is not named stays
   * @throws InputException if an output that is used has no replacement, or is that of a derivation
   *     which is only made during the build
   */
  public static Derivation rewrite(
      Derivation derivation, Map<StorePath, Replacement> replacements) {
    return replacements.isEmpty() ? derivation : new Rewriting(derivation, replacements).rewrite();
  }

  private Derivation rewrite() {
    ImmutableSortedMap.Builder<String, String> env =
        ImmutableSortedMap.orderedBy(SurrogateEscape.BYTE_ORDER);
    derivation.env().forEach((name, value) -> env.put(name, replace(value)));
    return new Derivation(
        derivation.name(),
        derivation.system(),
        replace(derivation.builderExecutable()),
        derivation.args().stream().map(this::replace).collect(ImmutableList.toImmutableList()),
        env.buildOrThrow(),
        derivation.outputs(),
        inputs(),
        derivation.inputSources().stream()
            .map(this::source)
            .collect(ImmutableSortedSet.toImmutableSortedSet(StorePath::compareTo)),
        derivation
            .structuredAttributes()
            .map(attributes -> attributes.withTexts(replace(attributes.json()))));
  }

  private String replace(String text) {
    StringBuilder replaced = new StringBuilder(text.length());
    texts.split(text, replaced::append, replaced::append);
    return replaced.toString();
  }

  /** A .drv file is a source where a string context asks for all that it needs to be built. */
  private StorePath source(StorePath source) {
    Replacement replacement = replacements.get(source);
    return replacement == null ? source : replacement.derivation();
  }

  private ImmutableSortedMap<StorePath, InputOutputs> inputs() {
    Map<StorePath, InputOutputs> inputs = new TreeMap<>();
    derivation
        .inputDerivations()
        .forEach(
            (path, used) -> {
              Replacement replacement = replacements.get(path);
              if (replacement == null) {
                inputs.merge(path, used, Rewriting::union);
                return;
              }
              if (!used.dynamic().isEmpty()) {
                throw new InputException(
                    "derivation "
                        + derivation.name()
                        + " uses what "
                        + path
                        + " only makes during the build; it cannot be given another",
                    "Maybe a [[constraint]] that requires a strategy keeps it as it was"
                        + " evaluated.");
              }
              for (String output : used.names()) {
                OutputReference to = exchange(path, replacement, output).to();
                inputs.merge(to.derivation(), InputOutputs.of(to.output()), Rewriting::union);
              }
            });
    return ImmutableSortedMap.copyOf(inputs);
  }

  private Replacement.Exchange exchange(StorePath path, Replacement replacement, String output) {
    Replacement.Exchange exchange = replacement.outputs().get(output);
    if (exchange == null) {
      throw new InputException(
          "derivation "
              + derivation.name()
              + " uses the output "
              + output
              + " of "
              + path
              + ", and "
              + replacement.derivation()
              + " has no such output");
    }
    return exchange;
  }

  private static InputOutputs union(InputOutputs one, InputOutputs other) {
    return new InputOutputs(
        ImmutableSortedSet.copyOf(Sets.union(one.names(), other.names())),
        one.dynamic().isEmpty() ? other.dynamic() : one.dynamic());
  }
}
