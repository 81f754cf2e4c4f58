package dev.crossplan.planner.rebuild;

import com.google.common.collect.ImmutableSet;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.crossplan.planner.derivation.ContentHash;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.StorePath;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stays of a derivation when it is renamed. It tells whether two of different names are one
 * package, and not one that came in the place of another.
 *
 * @param plainName the name without numbers
 * @param content what a download has to be; empty for others
 * @param sources paths of what it is made from
 * @param sourceContents the same, downloads by what they are
 * @param texts a hash of what it says, see {@link #texts}
 * @param isTelling whether a text is long enough to be no one else's
 */
record Traits(
    Optional<String> pname,
    String plainName,
    Optional<ContentHash> content,
    ImmutableSet<String> sources,
    ImmutableSet<String> sourceContents,
    HashCode texts,
    boolean isTelling) {
  private static final Pattern NUMBERS = Pattern.compile("[-_.]?[0-9](?:[0-9._]*[0-9])?");

  /** Of bounded length: the texts are those of a graph, and may be anything. */
  private static final String BASE_NAME = "[0-9a-df-np-sv-z]{32}-([0-9a-zA-Z+._?=-]{1,211})";

  /** What a renaming changes. */
  private static final ImmutableSet<String> NAMING =
      ImmutableSet.of(
          "name", "pname", "version", "builder", "system", "stdenv", "src", "srcs", "outputs");

  /** A shorter text is the same in many. */
  private static final int TELLING = 16;

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

  /**
   * Those of a derivation.
   *
   * @param path of the derivation
   * @param derivations where its sources are known by what they are, they were read
   */
  static Traits of(StorePath path, Derivation derivation, WholeDerivations derivations) {
    ImmutableSet<String> sources = sources(derivation);
    AtomicBoolean isTelling = new AtomicBoolean();
    HashCode texts = texts(path.directory(), derivation, isTelling);
    return new Traits(
        derivation.attribute("pname").filter(text -> !text.isEmpty()),
        withoutNumbers(derivation.name()),
        content(derivation.outputs()),
        sources,
        contents(derivation, sources, derivations),
        texts,
        isTelling.get());
  }

  /** Two of which {@link #certainty} is not {@code NONE} have one of these in common. */
  ImmutableSet<Object> keys() {
    ImmutableSet.Builder<Object> keys = ImmutableSet.builder();
    pname.ifPresent(text -> keys.add(new Key("pname", text)));
    if (!plainName.isEmpty()) {
      keys.add(new Key("name", plainName));
    }
    if (content.isPresent()) {
      keys.add(content.get());
    } else if (!sources.isEmpty()) {
      keys.add(sources, sourceContents);
    } else if (isTelling) {
      keys.add(texts);
    }
    return keys.build();
  }

  private record Key(String of, String text) {}

  /** How sure it is of these two. */
  Certainty certainty(Traits other) {
    if ((pname.isPresent() && pname.equals(other.pname))
        || (!plainName.isEmpty() && plainName.equals(other.plainName))) {
      return Certainty.NAMED;
    }
    if (content.isPresent()) {
      return content.equals(other.content) ? Certainty.SAME : Certainty.NONE;
    }
    boolean areSame = texts.equals(other.texts);
    if (sources.isEmpty() && other.sources.isEmpty()) { // a script or a wrapper
      return areSame && isTelling ? Certainty.SAME : Certainty.NONE;
    }
    if (!sources.equals(other.sources) && !sourceContents.equals(other.sourceContents)) {
      return Certainty.NONE;
    }
    return areSame ? Certainty.SAME : Certainty.ALIKE;
  }

  /** {@code perl5.40.1-URI-5.30} is {@code perl-URI}. */
  private static String withoutNumbers(String name) {
    return NUMBERS.matcher(name).replaceAll("");
  }

  private static ImmutableSet<String> sources(Derivation derivation) {
    return ImmutableSet.<String>builder()
        .addAll(derivation.words("src"))
        .addAll(derivation.words("srcs"))
        .build();
  }

  /** Downloads may be renamed too, then by what they are; others by their path. */
  private static ImmutableSet<String> contents(
      Derivation derivation, ImmutableSet<String> sources, WholeDerivations derivations) {
    if (sources.isEmpty()) {
      return sources;
    }
    Map<String, String> contents = new HashMap<>();
    for (StorePath input : derivation.inputDerivations().keySet()) {
      Optional<Map<String, Output>> source =
          derivations.summary(input).map(WholeDerivations.Summary::outputs);
      source
          .flatMap(Traits::content)
          .ifPresent(
              content ->
                  source.get().values().stream()
                      .flatMap(output -> output.knownPath().stream())
                      .forEach(path -> contents.put(path.toString(), content.toString())));
    }
    return sources.stream()
        .map(source -> contents.getOrDefault(source, source))
        .collect(ImmutableSet.toImmutableSet());
  }

  private static Optional<ContentHash> content(Map<String, Output> outputs) {
    return outputs.values().stream()
        .filter(output -> output instanceof Output.Fixed)
        .map(output -> ((Output.Fixed) output).hash())
        .findFirst();
  }

  /**
   * All attributes but those that name it and its outputs. Of a store path in them counts the name
   * without numbers, of one of its own outputs which one it is; all other text counts as it is.
   */
  private static HashCode texts(
      String storeDirectory, Derivation derivation, AtomicBoolean isTelling) {
    Map<String, String> own = new HashMap<>();
    derivation
        .outputs()
        .forEach(
            (name, output) ->
                output.knownPath().ifPresent(path -> own.put(path.toString(), "@" + name)));
    Pattern storePath = Pattern.compile(Pattern.quote(storeDirectory + "/") + BASE_NAME);
    Hasher hasher = Hashing.sha256().newHasher();
    derivation.forEachAttribute(
        (name, text) -> {
          if (!NAMING.contains(name) && !derivation.outputs().containsKey(name)) {
            String plain =
                storePath
                    .matcher(text)
                    .replaceAll(
                        path ->
                            Matcher.quoteReplacement(
                                own.getOrDefault(path.group(), withoutNumbers(path.group(1)))));
            put(name, hasher);
            put(plain, hasher);
            isTelling.compareAndSet(false, plain.length() >= TELLING);
          }
        });
    return hasher.hash();
  }

  private static void put(String text, Hasher hasher) {
    hasher.putInt(text.length()).putUnencodedChars(text);
  }
}
