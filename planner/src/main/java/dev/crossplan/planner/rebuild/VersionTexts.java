package dev.crossplan.planner.rebuild;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.derivation.SurrogateEscape;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a derivation says of the versions of its inputs, in its name ({@code perl5.40.1-URI-5.30})
 * or its texts ({@code lib/python3.13/site-packages}): it follows from the inputs, as their paths
 * do.
 */
final class VersionTexts {
  /** What may stand in a name: texts of a graph may be anything, and get into names here. */
  private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z+._?=-]{1,211}");

  private final Map<String, String> toBefore;
  private final Pattern pattern;

  private VersionTexts(Map<String, String> toBefore) {
    this.toBefore = toBefore;
    String any =
        toBefore.keySet().stream()
            .sorted(Comparator.comparingInt((String version) -> -version.length()))
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    this.pattern = Pattern.compile("(?<![0-9])(?<![0-9]\\.)(?:" + any + ")(?!\\.?[0-9])");
  }

  /**
   * Of the inputs that changed and are packages; empty if all are of the versions of before. A
   * source has the version of what is built from it.
   */
  static Optional<VersionTexts> of(Map<StorePath, StorePath> inputs, WholeDerivations derivations) {
    Map<String, String> toBefore = new TreeMap<>();
    new TreeMap<>(inputs)
        .forEach(
            (input, was) -> {
              Optional<String> version = derivations.getSummary(input).version();
              Optional<String> before = derivations.getSummary(was).version();
              if (version.isPresent()
                  && before.isPresent()
                  && !derivations.getSummary(input).isFixedOutput()) {
                put(toBefore, version.get(), before.get());
              }
            });
    return toBefore.isEmpty() ? Optional.empty() : Optional.of(new VersionTexts(toBefore));
  }

  /** Whole, and as far as both have parts: {@code 3.13} of {@code 3.13.5}. */
  private static void put(Map<String, String> toBefore, String version, String before) {
    String shorter = version;
    String shorterBefore = before;
    while (!shorter.equals(shorterBefore) && isVersion(shorter) && isVersion(shorterBefore)) {
      toBefore.putIfAbsent(shorter, shorterBefore);
      shorter = withoutLast(shorter);
      shorterBefore = withoutLast(shorterBefore);
    }
  }

  /** A single number is found anywhere. */
  private static boolean isVersion(String text) {
    return text.indexOf('.') > 0 && VERSION.matcher(text).matches();
  }

  private static String withoutLast(String version) {
    return version.substring(0, Math.max(0, version.lastIndexOf('.')));
  }

  /** The derivation with the versions of before; in its name as far as it still is one. */
  Derivation ofBefore(Derivation derivation) {
    ImmutableSortedMap.Builder<String, String> env =
        ImmutableSortedMap.orderedBy(SurrogateEscape.BYTE_ORDER);
    derivation.env().forEach((name, value) -> env.put(name, replace(value)));
    String name = replace(derivation.name());
    return new Derivation(
        StorePath.isName(name) ? name : derivation.name(),
        derivation.system(),
        derivation.builderExecutable(),
        derivation.args().stream().map(this::replace).collect(ImmutableList.toImmutableList()),
        env.buildOrThrow(),
        derivation.outputs(),
        derivation.inputDerivations(),
        derivation.inputSources(),
        derivation.structuredAttributes().map(attributes -> attributes.withValues(this::replace)));
  }

  private String replace(String text) {
    return pattern
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(toBefore.getOrDefault(found.group(), found.group())));
  }
}
