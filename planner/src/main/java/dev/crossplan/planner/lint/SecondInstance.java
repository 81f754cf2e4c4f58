package dev.crossplan.planner.lint;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.TomlText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Gives a manifest a second instance: the few attributes that want the overlays of an instance get
 * one of their own with them, the others keep theirs without. The text is edited where it has to be
 * and stays as it was elsewhere, comments included.
 */
public final class SecondInstance {
  private static final Pattern HEADER = Pattern.compile("^\\s*\\[\\[\\s*instance\\s*]]\\s*(#.*)?$");
  private static final Pattern SUB_TABLE = Pattern.compile("^\\s*\\[+\\s*\"?instance\"?\\s*\\..*");
  private static final Pattern ANY_HEADER = Pattern.compile("^\\s*\\[.*");
  private static final Pattern KEY = Pattern.compile("^(\\s*)([A-Za-z]+\\s+)=.*");
  private static final Pattern NO_CONTENT = Pattern.compile("^\\s*(#.*)?$");
  private static final String ATTRIBUTES = "attrs";

  /**
   * An element of a list, what is before and after it if that is a line's begin or end; or a
   * comment.
   */
  private static final Pattern ELEMENT =
      Pattern.compile(
          "((?<=\n)[ \t]*)?(\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*')[ \t]*(?:,[ \t]*)?"
              + "((?:#.*)?\n)?|#.*");

  /** Before the end of a list on one line. */
  private static final Pattern LAST_COMMA = Pattern.compile(",[ \t]*(])");

  private SecondInstance() {}

  /**
   * What is to be done to one instance.
   *
   * @param instance its name; it has overlays
   * @param attributes those that want them, some but not all of what it is evaluated for
   * @param losses what the others had of the overlays until then
   */
  public record Split(
      String instance, ImmutableList<String> attributes, ImmutableList<Loss> losses) {

    /** One by which nothing is lost. */
    Split(String instance, ImmutableList<String> attributes) {
      this(instance, attributes, ImmutableList.of());
    }
  }

  /**
   * What is no longer in some attributes: the overlays change something that they need.
   *
   * @param attributes that all lose the same
   * @param changes names of derivations that the overlays change themselves
   */
  public record Loss(ImmutableList<String> attributes, ImmutableList<String> changes) {

    /** {@code git is then without the change of expat-2.7.1}. */
    public String sentence() {
      return sentence(names -> String.join(", ", names));
    }

    String sentence(Function<List<String>, String> enumerate) {
      return enumerate.apply(attributes)
          + (attributes.size() == 1 ? " is" : " are")
          + " then without the "
          + (changes.size() == 1 ? "change" : "changes")
          + " of "
          + enumerate.apply(changes);
    }
  }

  /**
   * The text of a manifest after some splits.
   *
   * @param manifest what {@code text} says
   * @throws InputException if instances are not written as {@code [[instance]]} tables
   */
  public static String text(Manifest manifest, String text, List<Split> splits) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    List<Integer> headers = new ArrayList<>();
    for (int line = 0; line < lines.size(); line++) {
      if (HEADER.matcher(lines.get(line)).matches()) {
        headers.add(line);
      }
    }
    if (headers.size() != manifest.instances().size()) {
      throw new InputException(
          manifest.file() + ": its instances are not all written as [[instance]] tables",
          "Maybe write them so, or follow the remedies by hand.");
    }
    Set<String> names =
        manifest.instances().stream().map(Instance::name).collect(Collectors.toSet());
    for (int i = headers.size() - 1; i >= 0; i--) { // from below: lines above keep their numbers
      Instance instance = manifest.instances().get(i);
      for (Split split : splits) {
        if (split.instance().equals(instance.name())) {
          int start = headers.get(i);
          int keys = end(lines, start);
          int end = endOfSubTables(lines, keys);
          List<String> table = ImmutableList.copyOf(lines.subList(start, keys));
          List<String> subTables = ImmutableList.copyOf(lines.subList(keys, end));
          List<String> edited = new ArrayList<>();
          edited.addAll(
              withAttributes(without(table, "overlays"), others(manifest, instance, split)));
          edited.addAll(subTables);
          edited.add("");
          edited.add("# For what wants these overlays: all else is as it is without them.");
          split.losses().forEach(loss -> edited.add(Visible.line("# " + loss.sentence() + ".")));
          edited.addAll(
              withAttributes(
                  with(table, "name", TomlText.quoted(newName(names, instance.name()))),
                  split.attributes()));
          edited.addAll(subTables);
          lines.subList(start, end).clear();
          lines.addAll(start, edited);
        }
      }
    }
    String end = text.contains("\r\n") ? "\r\n" : "\n";
    return String.join(end, lines) + end;
  }

  /** A manifest after some splits, as it is read when its text is written so. */
  static Manifest manifest(Manifest before, List<Split> splits) {
    Set<String> names = before.instances().stream().map(Instance::name).collect(Collectors.toSet());
    ImmutableList.Builder<Instance> after = ImmutableList.builder();
    for (Instance instance : before.instances()) {
      Optional<Split> split =
          splits.stream().filter(each -> each.instance().equals(instance.name())).findFirst();
      if (split.isEmpty()) {
        after.add(instance);
        continue;
      }
      Instance.Nixpkgs was = (Instance.Nixpkgs) instance.source();
      after.add(
          instance.with(
              new Instance.Nixpkgs(
                  was.nixpkgs(),
                  was.revision(),
                  ImmutableList.of(),
                  others(before, instance, split.get()))));
      after.add(
          new Instance(
              newName(names, instance.name()),
              instance.local(),
              instance.cross(),
              new Instance.Nixpkgs(
                  was.nixpkgs(), was.revision(), was.overlays(), split.get().attributes())));
    }
    return before.with(after.build(), before.substituters());
  }

  /** Whether a manifest is another one after these splits: there are more ways to write it. */
  public static boolean isDone(Manifest before, Manifest after, List<Split> splits) {
    return after.instances().size() == before.instances().size() + splits.size()
        && splits.stream().allMatch(split -> isDone(before, after, split));
  }

  private static boolean isDone(Manifest before, Manifest after, Split split) {
    Instance.Nixpkgs was = nixpkgs(before, split.instance());
    Instance.Nixpkgs is = nixpkgs(after, split.instance());
    ImmutableList<String> others =
        before.instances().stream()
            .filter(instance -> instance.name().equals(split.instance()))
            .map(instance -> others(before, instance, split))
            .findFirst()
            .orElseThrow();
    return is.overlays().isEmpty()
        && ImmutableSet.copyOf(is.attributes()).equals(ImmutableSet.copyOf(others))
        && after.instances().stream()
            .anyMatch(
                instance ->
                    instance.source() instanceof Instance.Nixpkgs other
                        && other.overlays().equals(was.overlays())
                        && ImmutableSet.copyOf(other.attributes())
                            .equals(ImmutableSet.copyOf(split.attributes())));
  }

  private static Instance.Nixpkgs nixpkgs(Manifest manifest, String name) {
    return manifest.instances().stream()
        .filter(instance -> instance.name().equals(name))
        .map(instance -> (Instance.Nixpkgs) instance.source())
        .findFirst()
        .orElseThrow();
  }

  /** What the instance without the overlays is evaluated for. */
  static ImmutableList<String> others(Manifest manifest, Instance instance, Split split) {
    ImmutableList<String> all =
        instance.source() instanceof Instance.Nixpkgs nixpkgs && !nixpkgs.attributes().isEmpty()
            ? nixpkgs.attributes()
            : manifest.image();
    return all.stream()
        .filter(attribute -> !split.attributes().contains(attribute))
        .collect(ImmutableList.toImmutableList());
  }

  private static String newName(Set<String> names, String name) {
    String candidate = name + "-with-overlays";
    for (int number = 2; !names.add(candidate); number++) {
      candidate = name + "-with-overlays-" + number;
    }
    return candidate;
  }

  /** The line after the last one that says something in a table. */
  private static int end(List<String> lines, int header) {
    int end = header + 1;
    int line = header + 1;
    while (line < lines.size() && !ANY_HEADER.matcher(lines.get(line)).matches()) {
      if (NO_CONTENT.matcher(lines.get(line)).matches()) {
        line++;
      } else {
        line = endOfValue(lines, line);
        end = line;
      }
    }
    return end;
  }

  /** The line after the tables that belong to one: {@code [instance.crossSystem]}. */
  private static int endOfSubTables(List<String> lines, int keys) {
    int end = keys;
    int line = keys;
    while (line < lines.size()) {
      if (NO_CONTENT.matcher(lines.get(line)).matches()) {
        line++;
      } else if (SUB_TABLE.matcher(lines.get(line)).matches()) {
        end = end(lines, line);
        line = end;
      } else {
        break;
      }
    }
    return end;
  }

  /** The line after a key and its value, which may go over several lines. */
  private static int endOfValue(List<String> lines, int start) {
    int depth = 0;
    for (int line = start; line < lines.size(); line++) {
      depth += depth(lines.get(line));
      if (depth <= 0) {
        return line + 1;
      }
    }
    return lines.size();
  }

  /** How many brackets a line opens and leaves open, but for those in strings and comments. */
  private static int depth(String line) {
    int depth = 0;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char at = line.charAt(i);
      if (quote != 0) {
        if (at == '\\' && quote == '"') {
          i++;
        } else if (at == quote) {
          quote = 0;
        }
      } else if (at == '"' || at == '\'') {
        quote = at;
      } else if (at == '#') {
        break;
      } else if (at == '[' || at == '{') {
        depth++;
      } else if (at == ']' || at == '}') {
        depth--;
      }
    }
    return depth;
  }

  private static int lineOf(List<String> table, String key) {
    Pattern pattern = Pattern.compile("^\\s*" + Pattern.quote(key) + "\\s*=.*");
    int line = 1;
    while (line < table.size()) {
      if (pattern.matcher(table.get(line)).matches()) {
        return line;
      }
      line = NO_CONTENT.matcher(table.get(line)).matches() ? line + 1 : endOfValue(table, line);
    }
    return -1;
  }

  private static List<String> without(List<String> table, String key) {
    int line = lineOf(table, key);
    List<String> edited = new ArrayList<>(table);
    if (line > 0) {
      edited.subList(line, endOfValue(table, line)).clear();
    }
    return edited;
  }

  private static List<String> with(List<String> table, String key, String value) {
    int line = lineOf(table, key);
    List<String> edited = without(table, key);
    edited.add(line > 0 ? line : edited.size(), written(table, key) + value);
    return edited;
  }

  /** Of a list that is there already its other elements go, and comments stay. */
  private static List<String> withAttributes(List<String> table, List<String> attributes) {
    int line = lineOf(table, ATTRIBUTES);
    if (line < 0) {
      return with(table, ATTRIBUTES, list(attributes));
    }
    int end = endOfValue(table, line);
    List<String> edited = new ArrayList<>(table);
    edited.subList(line, end).clear();
    edited.addAll(
        line,
        keeping(String.join("\n", table.subList(line, end)), ImmutableSet.copyOf(attributes))
            .lines()
            .toList());
    return edited;
  }

  /**
   * A list without some of its elements. One that has a line of its own takes that with it, and
   * what is said of it there.
   */
  private static String keeping(String list, Set<String> attributes) {
    Set<String> kept = new HashSet<>();
    attributes.forEach(attribute -> kept.add(TomlText.quoted(attribute)));
    attributes.forEach(attribute -> kept.add("'" + attribute + "'"));
    String shorter =
        ELEMENT
            .matcher(list)
            .replaceAll(
                found -> {
                  String before = Strings.nullToEmpty(found.group(1));
                  String after = Strings.nullToEmpty(found.group(3));
                  boolean isAlone = found.group(1) != null && found.group(3) != null;
                  return found.group(2) == null || kept.contains(found.group(2))
                      ? Matcher.quoteReplacement(found.group())
                      : isAlone ? "" : Matcher.quoteReplacement(before + after);
                });
    return LAST_COMMA.matcher(list).find()
        ? shorter
        : LAST_COMMA.matcher(shorter).replaceFirst("$1");
  }

  /** The key as the others of the table are written: {@code " attrs = "}. */
  private static String written(List<String> table, String key) {
    for (String line : table) {
      Matcher other = KEY.matcher(line);
      if (other.matches()) {
        return other.group(1) + Strings.padEnd(key, other.group(2).length() - 1, ' ') + " = ";
      }
    }
    return key + " = ";
  }

  private static String list(List<String> words) {
    return ImmutableSet.copyOf(words).stream()
        .map(TomlText::quoted)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
