package dev.crossplan.planner.rebuild;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.ContentHash;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.StorePath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether two derivations of different names are one package that was renamed, and not one that
 * came in the place of another.
 */
final class Renaming {
  private static final Pattern NUMBERS = Pattern.compile("[-_.]?[0-9]+(?:[._]?[0-9]+)*");
  private static final Pattern STORE_PATH =
      Pattern.compile("/[^\\s\"':;=]*/[0-9a-df-np-sv-z]{32}-([0-9a-zA-Z+._?=-]+)");

  /** What a renaming changes. */
  private static final ImmutableSet<String> NAMING =
      ImmutableSet.of(
          "name", "pname", "version", "builder", "system", "stdenv", "src", "srcs", "outputs");

  /** A shorter text is the same in many. */
  private static final int TELLING = 16;

  private Renaming() {}

  /** How sure it is that two derivations are one package. */
  enum Certainty {
    /** Their names say so. */
    NAMED,
    /** They say the same but for names. */
    SAME,
    /** They are made from the same sources; so may two packages be. */
    ALIKE,
    NONE
  }

  /** How sure it is of these two. */
  static Certainty of(Derivation one, Derivation other, WholeDerivations derivations) {
    Optional<String> pname = one.attribute("pname").filter(text -> !text.isEmpty());
    String plain = withoutNumbers(one.name());
    if ((pname.isPresent() && pname.equals(other.attribute("pname")))
        || (!plain.isEmpty() && plain.equals(withoutNumbers(other.name())))) {
      return Certainty.NAMED;
    }
    if (one.isFixedOutput()) {
      return hash(one).equals(hash(other)) ? Certainty.SAME : Certainty.NONE;
    }
    Set<String> sources = sources(one);
    Set<String> otherSources = sources(other);
    if (sources.isEmpty() && otherSources.isEmpty()) { // a script or a wrapper
      Map<String, String> texts = texts(one, other);
      return texts.equals(texts(other, one))
              && texts.values().stream().anyMatch(text -> text.length() >= TELLING)
          ? Certainty.SAME
          : Certainty.NONE;
    }
    if (!sources.equals(otherSources)
        && !hashes(one, sources, derivations).equals(hashes(other, otherSources, derivations))) {
      return Certainty.NONE;
    }
    return texts(one, other).equals(texts(other, one)) ? Certainty.SAME : Certainty.ALIKE;
  }

  /** {@code perl5.40.1-URI-5.30} is {@code perl-URI}. */
  private static String withoutNumbers(String name) {
    return NUMBERS.matcher(name).replaceAll("");
  }

  private static Set<String> sources(Derivation derivation) {
    Set<String> sources = new HashSet<>();
    for (String attribute : new String[] {"src", "srcs"}) {
      sources.addAll(derivation.words(attribute));
    }
    return sources;
  }

  /** Downloads may be renamed too, then by what they are; others by their path. */
  private static Set<String> hashes(
      Derivation derivation, Set<String> sources, WholeDerivations derivations) {
    Map<String, String> hashes = new HashMap<>();
    for (StorePath input : derivation.inputDerivations().keySet()) {
      derivations
          .find(input)
          .ifPresent(
              source ->
                  hash(source)
                      .ifPresent(
                          hash ->
                              source.outputs().values().stream()
                                  .flatMap(output -> output.knownPath().stream())
                                  .forEach(path -> hashes.put(path.toString(), hash.toString()))));
    }
    Set<String> found = new HashSet<>();
    sources.forEach(source -> found.add(hashes.getOrDefault(source, source)));
    return found;
  }

  private static Optional<ContentHash> hash(Derivation derivation) {
    return derivation.outputs().values().stream()
        .filter(output -> output instanceof Output.Fixed)
        .map(output -> ((Output.Fixed) output).hash())
        .findFirst();
  }

  /** By attribute, what it says but for names, numbers, and outputs of one of both. */
  private static Map<String, String> texts(Derivation derivation, Derivation other) {
    Map<String, String> own = new TreeMap<>();
    derivation
        .outputs()
        .forEach(
            (name, output) ->
                output.knownPath().ifPresent(path -> own.put(path.toString(), "@" + name)));
    Map<String, String> texts = new TreeMap<>();
    derivation.forEachAttribute(
        (name, text) -> {
          boolean isOutput =
              derivation.outputs().containsKey(name) || other.outputs().containsKey(name);
          if (!NAMING.contains(name) && !isOutput) {
            texts.put(
                name,
                STORE_PATH
                    .matcher(text)
                    .replaceAll(
                        path ->
                            Matcher.quoteReplacement(
                                own.getOrDefault(path.group(), withoutNumbers(path.group(1))))));
          }
        });
    return texts;
  }
}
