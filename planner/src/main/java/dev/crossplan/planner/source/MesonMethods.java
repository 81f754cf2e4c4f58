package dev.crossplan.planner.source;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import dev.crossplan.planner.source.MesonValue.Array;
import dev.crossplan.planner.source.MesonValue.Dictionary;
import dev.crossplan.planner.source.MesonValue.Feature;
import dev.crossplan.planner.source.MesonValue.Settings;
import dev.crossplan.planner.source.MesonValue.Text;
import dev.crossplan.planner.source.MesonValue.Truth;
import dev.crossplan.planner.source.MesonValue.Whole;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The methods of strings, numbers, lists, dictionaries and features.
 *
 * @see <a href="https://mesonbuild.com/Reference-manual_elementary.html">Elementary types</a>
 */
final class MesonMethods {
  private static final Pattern PLACE = Pattern.compile("@(\\d{1,4})@");

  private static final Pattern VERSIONS =
      Pattern.compile("\\s*+(>=|<=|==|!=|=|>|<)?+\\s*+(\\S*+)\\s*+");

  private static final Splitter PARTS =
      Splitter.on(CharMatcher.anyOf(".-+~_")).omitEmptyStrings().limit(20);

  /** Of the parts that a string is split into. */
  private static final int MOST_PARTS = 10_000;

  private MesonMethods() {}

  /** At most what a call takes, in steps: each of one may be compared with all of another. */
  static long steps(MesonValue of, MesonArguments arguments) {
    long all = 1;
    for (MesonValue argument : arguments.positional()) {
      all += argument.size();
    }
    return all * of.size();
  }

  static MesonValue call(MesonValue of, String method, MesonArguments arguments) {
    if (of instanceof Text text) {
      return ofText(text.text(), method, arguments);
    } else if (of instanceof Array array) {
      return ofArray(array.elements(), method, arguments);
    } else if (of instanceof Dictionary dictionary) {
      return ofDictionary(dictionary, method, arguments);
    } else if (of instanceof Feature feature) {
      return ofFeature(feature, method, arguments);
    } else if (of instanceof Settings settings) {
      return ofSettings(settings, method, arguments);
    }
    return method.equals("to_string") ? new Text(of.words()) : MesonValue.unknown();
  }

  private static MesonValue ofText(String text, String method, MesonArguments arguments) {
    String first = arguments.word(0);
    return switch (method) {
      case "format" -> MesonValue.text(formatted(text, arguments.positional()));
      case "strip" -> new Text(text.strip());
      case "to_upper" -> new Text(Ascii.toUpperCase(text));
      case "to_lower" -> new Text(Ascii.toLowerCase(text));
      case "underscorify" -> new Text(text.replaceAll("[^A-Za-z0-9]", "_"));
      case "startswith" -> new Truth(text.startsWith(first));
      case "endswith" -> new Truth(text.endsWith(first));
      case "contains" -> new Truth(text.contains(first));
      case "split" -> MesonValue.texts(split(text, first));
      case "join" -> MesonValue.text(joined(text, arguments.positional()));
      case "replace" -> replaced(text, first, arguments.word(1));
      case "to_int" -> number(text);
      case "version_compare" ->
          new Truth(arguments.positional().stream().allMatch(each -> isMet(text, each.words())));
      default -> MesonValue.unknown();
    };
  }

  private static List<String> split(String text, String separator) {
    return separator.isEmpty()
        ? Splitter.on(CharMatcher.whitespace())
            .omitEmptyStrings()
            .limit(MOST_PARTS)
            .splitToList(text)
        : Splitter.on(separator).limit(MOST_PARTS).splitToList(text);
  }

  private static MesonValue replaced(String text, String part, String by) {
    long parts = part.isEmpty() ? 0 : text.length() / part.length();
    boolean isTooLong = text.length() + parts * by.length() > MesonValue.LONGEST;
    return part.isEmpty() || isTooLong ? MesonValue.unknown() : new Text(text.replace(part, by));
  }

  static MesonValue number(String text) {
    @Nullable Long number = Longs.tryParse(text.strip());
    return number == null ? MesonValue.unknown() : new Whole(number);
  }

  private static String formatted(String text, List<MesonValue> arguments) {
    StringBuilder formatted = new StringBuilder();
    Matcher place = PLACE.matcher(text);
    int at = 0;
    while (place.find() && formatted.length() < MesonValue.LONGEST) {
      int number = Integer.parseInt(place.group(1));
      formatted.append(text, at, place.start());
      formatted.append(number < arguments.size() ? arguments.get(number).words() : "");
      at = place.end();
    }
    return formatted.append(text, at, text.length()).toString();
  }

  static String joined(String separator, List<MesonValue> arguments) {
    StringBuilder joined = new StringBuilder();
    for (MesonValue argument : arguments) {
      List<MesonValue> words =
          argument instanceof Array array ? array.elements() : ImmutableList.of(argument);
      for (MesonValue word : words) {
        if (joined.length() < MesonValue.LONGEST) {
          joined.append(joined.isEmpty() ? "" : separator).append(word.words());
        }
      }
    }
    return joined.toString();
  }

  private static boolean isMet(String version, String condition) {
    Matcher parts = VERSIONS.matcher(condition);
    if (!parts.matches()) {
      return false;
    }
    int order = compare(version, parts.group(2));
    return switch (parts.group(1) == null ? "==" : parts.group(1)) {
      case ">=" -> order >= 0;
      case "<=" -> order <= 0;
      case "!=" -> order != 0;
      case ">" -> order > 0;
      case "<" -> order < 0;
      default -> order == 0;
    };
  }

  private static int compare(String version, String other) {
    List<String> parts = PARTS.splitToList(version);
    List<String> others = PARTS.splitToList(other);
    for (int i = 0; i < Math.max(parts.size(), others.size()); i++) {
      int order = comparePart(part(parts, i), part(others, i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static String part(List<String> parts, int index) {
    return index < parts.size() ? parts.get(index) : "0";
  }

  /** Numbers by their size, however long they are. */
  private static int comparePart(String part, String other) {
    String number = part.replaceFirst("^0+(?=.)", "");
    String otherNumber = other.replaceFirst("^0+(?=.)", "");
    int order = Integer.compare(number.length(), otherNumber.length());
    return order != 0 ? order : number.compareTo(otherNumber);
  }

  private static MesonValue ofArray(
      ImmutableList<MesonValue> elements, String method, MesonArguments arguments) {
    return switch (method) {
      case "length" -> new Whole(elements.size());
      case "contains" ->
          new Truth(
              elements.stream().anyMatch(element -> isSame(element, arguments.positional(0))));
      case "get" -> element(elements, arguments.positional(0), arguments.positional(1));
      default -> MesonValue.unknown();
    };
  }

  private static MesonValue element(
      List<MesonValue> elements, MesonValue index, MesonValue otherwise) {
    if (!(index instanceof Whole whole)) {
      return otherwise;
    }
    long at = whole.number() < 0 ? elements.size() + whole.number() : whole.number();
    return at >= 0 && at < elements.size() ? elements.get((int) at) : otherwise;
  }

  private static MesonValue ofDictionary(
      Dictionary dictionary, String method, MesonArguments arguments) {
    String key = arguments.word(0);
    return switch (method) {
      case "has_key" -> new Truth(dictionary.entries().containsKey(key));
      case "keys" -> MesonValue.texts(dictionary.entries().keySet().asList());
      case "get" -> dictionary.entries().getOrDefault(key, arguments.positional(1));
      default -> MesonValue.unknown();
    };
  }

  private static MesonValue ofFeature(Feature feature, String method, MesonArguments arguments) {
    return switch (method) {
      case "enabled", "allowed" -> new Truth(feature.isEnabled());
      case "disabled" -> new Truth(!feature.isEnabled());
      case "auto" -> new Truth(false);
      case "require" -> new Feature(feature.isEnabled() && arguments.positional(0).isTrue());
      default -> feature;
    };
  }

  private static MesonValue ofSettings(Settings settings, String method, MesonArguments arguments) {
    String name = arguments.word(0);
    MesonValue second = arguments.positional(1);
    return switch (method) {
      case "has" -> new Truth(settings.values().containsKey(name));
      case "get", "get_unquoted" -> settings.values().getOrDefault(name, second);
      case "keys" -> MesonValue.texts(settings.values().keySet().stream().sorted().toList());
      case "set", "set_quoted" -> {
        settings.values().put(name, second);
        yield MesonValue.unknown();
      }
      case "set10" -> {
        boolean isSet = second.isTrue() || second.equals(new Whole(1));
        settings.values().put(name, new Whole(isSet ? 1 : 0));
        yield MesonValue.unknown();
      }
      default -> MesonValue.unknown();
    };
  }

  /** Whether two are the same as far as they can be compared: lists of lists are not. */
  static boolean isSame(MesonValue one, MesonValue other) {
    if (one instanceof Array list && other instanceof Array otherList) {
      return list.depth() == 1 && otherList.depth() == 1 && list.equals(otherList);
    }
    boolean isPlain = one instanceof Text || one instanceof Whole || one instanceof Truth;
    return isPlain && one.equals(other);
  }
}
