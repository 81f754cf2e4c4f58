package dev.crossplan.planner.source;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
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
import org.jspecify.annotations.Nullable;

/**
 * The options of a project: as the command line says, else as they are by default; nixpkgs enables
 * the features that nobody decides on.
 *
 * @see <a href="https://mesonbuild.com/Build-options.html">Build options of Meson</a>
 */
final class MesonOptions {
  private static final String AUTO_FEATURES = "auto_features";

  private static final Pattern DEFINITION = Pattern.compile("-D([^=]+)=(.*)");

  private static final Splitter ELEMENTS =
      Splitter.on(',').trimResults(CharMatcher.anyOf(" []'")).omitEmptyStrings();

  /** Of Meson itself; those that decide on files. */
  private static final ImmutableMap<String, MesonValue> OF_MESON =
      ImmutableMap.<String, MesonValue>builder()
          .put(AUTO_FEATURES, new Feature(true))
          .put("b_coverage", new Truth(false))
          .put("b_lto", new Truth(false))
          .put("b_sanitize", new Text("none"))
          .put("buildtype", new Text("plain"))
          .put("debug", new Truth(false))
          .put("default_library", new Text("shared"))
          .put("unity", new Text("off"))
          .put("wrap_mode", new Text("nodownload"))
          .buildOrThrow();

  private final Map<String, String> said = new HashMap<>();
  private final Map<String, MesonValue> values = new HashMap<>(OF_MESON);

  /**
   * Reads them.
   *
   * @param text of {@code meson_options.txt}
   * @param flags of Meson's command line; those that set an option count
   */
  MesonOptions(String text, List<String> flags) {
    for (String flag : flags) {
      Matcher definition = DEFINITION.matcher(flag);
      if (definition.matches()) {
        said.put(definition.group(1), definition.group(2));
        values.put(definition.group(1), ofMeson(definition.group(1), definition.group(2)));
      }
    }
    for (Statement statement : MesonParser.parse(text)) {
      if (statement instanceof Evaluation evaluation
          && evaluation.expression() instanceof Call call
          && call.function().equals("option")) {
        add(call);
      }
    }
  }

  private static MesonValue ofMeson(String name, String value) {
    MesonValue usual = OF_MESON.getOrDefault(name, MesonValue.unknown());
    if (usual instanceof Truth) {
      return new Truth(value.equals("true"));
    }
    return usual instanceof Feature ? new Feature(!value.equals("disabled")) : new Text(value);
  }

  /** Sets one of Meson's own as the project has it by default, unless a flag does. */
  void setDefault(String definition) {
    Matcher parts = DEFINITION.matcher("-D" + definition);
    if (parts.matches()
        && !said.containsKey(parts.group(1))
        && OF_MESON.containsKey(parts.group(1))) {
      values.put(parts.group(1), ofMeson(parts.group(1), parts.group(2)));
    }
  }

  private void add(Call option) {
    if (option.arguments().isEmpty()) {
      return;
    }
    String name = constant(option.arguments().get(0)).words();
    MesonValue usual = keyword(option, "value");
    @Nullable String flag = said.get(name);
    String words = flag == null ? usual.words() : flag;
    values.put(
        name,
        switch (keyword(option, "type").words()) {
          case "boolean" -> new Truth(!words.equals("false"));
          case "feature" -> feature(words);
          case "array" -> flag == null ? all(option, usual) : list(flag);
          case "combo" -> words.isEmpty() ? first(option) : new Text(words);
          case "integer" -> flag == null ? usual : MesonMethods.number(flag);
          default -> flag == null ? usual : new Text(flag);
        });
  }

  private Feature feature(String state) {
    boolean isLeft = !state.equals("enabled") && !state.equals("disabled");
    return isLeft && get(AUTO_FEATURES) instanceof Feature usual
        ? usual
        : new Feature(!state.equals("disabled"));
  }

  /** {@code a,b} or {@code ['a', 'b']}. */
  private static MesonValue list(String written) {
    return MesonValue.texts(ELEMENTS.splitToList(written));
  }

  /** By default all of its choices. */
  private static MesonValue all(Call option, MesonValue value) {
    return option.keywords().containsKey("value") ? value : keyword(option, "choices");
  }

  /** By default the first of its choices. */
  private static MesonValue first(Call option) {
    return MesonOperators.apply("[]", keyword(option, "choices"), new MesonValue.Whole(0));
  }

  private static MesonValue keyword(Call option, String name) {
    @Nullable Expression value = option.keywords().get(name);
    return value == null ? MesonValue.unknown() : constant(value);
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
