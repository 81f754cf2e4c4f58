package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Guesses which attributes packages are, by their names: {@code linux-headers-6.12} is {@code
 * linuxHeaders}, {@code perl5.40.1-URI-5.34} is {@code perlPackages.URI}. A wrong guess is an
 * attribute too many, which costs its evaluation and nothing else.
 */
final class PackageAttributes {
  /** Sets within the package set in which packages have a prefix before their names. */
  static final ImmutableList<ImmutableList<String>> SETS =
      ImmutableList.of(
          ImmutableList.of(),
          ImmutableList.of("python3Packages"),
          ImmutableList.of("perlPackages"));

  private static final ImmutableList<Pattern> PREFIXES =
      ImmutableList.of(
          Pattern.compile(""),
          Pattern.compile("python3\\.\\d+-"),
          Pattern.compile("perl5[.\\d]*-"));

  private static final Pattern VERSION = Pattern.compile("-\\d.*");

  /** By set, the names that are looked for, as {@link #reduced}. */
  private final List<Set<String>> wanted = new ArrayList<>();

  PackageAttributes() {
    SETS.forEach(set -> wanted.add(new LinkedHashSet<>()));
  }

  /** Looks for the attribute of a package too. */
  void add(DerivationFacts facts) {
    addName(facts.packageName().orElse(""));
    addName(VERSION.matcher(facts.name()).replaceFirst(""));
    Matcher prefix = PREFIXES.get(1).matcher(facts.name());
    for (int set = 1; set < SETS.size(); set++) {
      prefix.usePattern(PREFIXES.get(set)).reset();
      if (prefix.lookingAt()) {
        String rest = facts.name().substring(prefix.end());
        wanted.get(set).add(reduced(VERSION.matcher(rest).replaceFirst("")));
      }
    }
  }

  private void addName(String name) {
    wanted.get(0).add(reduced(name));
    if (name.endsWith("-wrapper")) {
      wanted.get(0).add(reduced(name.substring(0, name.length() - "-wrapper".length())));
    }
  }

  /** Those attributes that packages looked for may be. */
  List<ImmutableList<String>> among(List<List<String>> names) {
    List<ImmutableList<String>> found = new ArrayList<>();
    for (int set = 0; set < SETS.size(); set++) {
      for (String name : names.get(set)) {
        if (wanted.get(set).contains(reduced(name))) {
          found.add(ImmutableList.<String>builder().addAll(SETS.get(set)).add(name).build());
        }
      }
    }
    return found;
  }

  /** Attributes are written otherwise than names: in one word, with capitals. */
  private static String reduced(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
