package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** An attribute as one writes it, {@code python3Packages.numpy}, taken apart into names. */
public final class AttributePath {
  private AttributePath() {}

  /**
   * The names of an attribute. A name that has a dot stands in quotes: {@code
   * python3Packages."zope.interface"}, see "Attribute selection" in the Nix manual, which {@code
   * nix-build -A} follows too.
   *
   * @return empty if a name is empty, a quote is not closed, or there is a control character
   */
  public static Optional<ImmutableList<String>> parse(String attribute) {
    ImmutableList.Builder<String> names = ImmutableList.builder();
    StringBuilder name = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < attribute.length(); i++) {
      char c = attribute.charAt(i);
      if (Character.isISOControl(c)) {
        return Optional.empty();
      }
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '.' && !quoted) {
        if (name.isEmpty()) {
          return Optional.empty();
        }
        names.add(name.toString());
        name.setLength(0);
      } else {
        name.append(c);
      }
    }
    if (quoted || name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(names.add(name.toString()).build());
  }

  /**
   * An attribute as one writes it; as nix-eval-jobs does, only names with a dot stand in quotes.
   */
  public static String join(List<String> names) {
    return names.stream()
        .map(name -> name.indexOf('.') < 0 ? name : '"' + name + '"')
        .collect(Collectors.joining("."));
  }
}
