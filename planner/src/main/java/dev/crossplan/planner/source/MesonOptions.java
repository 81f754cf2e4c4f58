package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.source.MesonSyntax.Call;
import dev.crossplan.planner.source.MesonSyntax.Constant;
import dev.crossplan.planner.source.MesonSyntax.Elements;
import dev.crossplan.planner.source.MesonSyntax.Evaluation;
import dev.crossplan.planner.source.MesonSyntax.Expression;
import dev.crossplan.planner.source.MesonSyntax.Statement;
import dev.crossplan.planner.source.MesonValue.Feature;
import dev.crossplan.planner.source.MesonValue.Text;
import dev.crossplan.planner.source.MesonValue.Truth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options of a project: as the command line says, else as they are by default; nixpkgs enables
 * the features that nobody decides on.
 *
 * @see <a href="https://mesonbuild.com/Build-options.html">Build options of Meson</a>
 */
final class MesonOptions {
  private static final Pattern DEFINITION = Pattern.compile("-D([^=]+)=(.*)");

  /** Of Meson itself; those that decide on files. */
  private static final ImmutableMap<String, MesonValue> OF_MESON =
      ImmutableMap.of(
          "auto_features", new Feature(true),
          "buildtype", new Text("plain"),
          "debug", new Truth(false),
          "default_library", new Text("shared"),
          "unity", new Text("off"));

  private final Map<String, MesonValue> values = new HashMap<>(OF_MESON);

  /**
   * Reads them.
   *
   * @param text of {@code meson_options.txt}
   * @param flags of Meson's command line; those that set an option count
   */
  MesonOptions(String text, List<String> flags) {
    Map<String, String> said = new HashMap<>();
    for (String flag : flags) {
      Matcher definition = DEFINITION.matcher(flag);
      if (definition.matches()) {
        said.put(definition.group(1), definition.group(2));
      }
    }
    said.forEach((name, value) -> values.put(name, new Text(value)));
    for (Statement statement : MesonParser.parse(text)) {
      if (statement instanceof Evaluation evaluation
          && evaluation.expression() instanceof Call call
          && call.function().equals("option")) {
        add(call, said);
      }
    }
  }

  private void add(Call option, Map<String, String> said) {
    if (option.arguments().isEmpty()) {
      return;
    }
    String name = constant(option.arguments().get(0)).words();
    MesonValue value = keyword(option, "value");
    values.put(
        name,
        switch (keyword(option, "type").words()) {
          case "boolean" -> new Truth(!said.getOrDefault(name, value.words()).equals("false"));
          case "feature" -> new Feature(!said.getOrDefault(name, value.words()).equals("disabled"));
          case "array" -> said.containsKey(name) ? list(said.get(name)) : value;
          case "combo" -> new Text(said.getOrDefault(name, chosen(option, value)));
          default -> said.containsKey(name) ? new Text(said.get(name)) : value;
        });
  }

  private static MesonValue list(String commas) {
    return MesonMethods.call(new Text(commas), "split", List.of(new Text(",")));
  }

  /** By default the first of its choices. */
  private static String chosen(Call option, MesonValue value) {
    MesonValue first = MesonMethods.at(keyword(option, "choices"), new MesonValue.Whole(0));
    return value.words().isEmpty() ? first.words() : value.words();
  }

  private static MesonValue keyword(Call option, String name) {
    return option.keywords().containsKey(name)
        ? constant(option.keywords().getOrDefault(name, option))
        : MesonValue.unknown();
  }

  /** Files of options compute nothing. */
  private static MesonValue constant(Expression expression) {
    if (expression instanceof Elements list) {
      return MesonValue.array(list.elements().stream().map(MesonOptions::plain).toList());
    }
    return plain(expression);
  }

  private static MesonValue plain(Expression expression) {
    return expression instanceof Constant constant ? constant.value() : MesonValue.unknown();
  }

  /** Of an option; not known of one that Meson has for itself and that decides on no files. */
  MesonValue get(String name) {
    return values.getOrDefault(name, MesonValue.unknown());
  }
}
