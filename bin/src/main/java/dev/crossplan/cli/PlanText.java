package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.plan.Baseline;
import dev.crossplan.planner.plan.Objective;
import dev.crossplan.planner.plan.Plan;
import dev.crossplan.planner.plan.Step;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A plan for people: the builds, what they cost, what was saved, and what to be aware of. */
final class PlanText {
  /** So many of the longest builds are shown unless all are asked for. */
  private static final int LONGEST = 20;

  private final Plan plan;
  private final Terminal terminal;
  private final boolean all;

  /**
   * @param all whether every step is listed, downloads too, instead of the longest builds
   */
  PlanText(Plan plan, Terminal terminal, boolean all) {
    this.plan = plan;
    this.terminal = terminal;
    this.all = all;
  }

  @Override
  public String toString() {
    return summary() + "\n" + comparison() + "\n" + builders() + "\n" + steps() + notes();
  }

  private String summary() {
    String proof =
        plan.isLeast()
            ? "proven least"
            : "no plan can be below " + Seconds.format(plan.bounds().builderSeconds());
    return String.format(
        Locale.ROOT,
        "%s: %s of building (%s), done after %s%s%n"
            + "%d builds (%d cross, %d emulated%s, %d native), %d fetched, %d substituted%n",
        Visible.line(plan.name()),
        Seconds.format(plan.builderSeconds()),
        proof,
        Seconds.format(plan.makespanSeconds()),
        plan.objective() == Objective.MAKESPAN ? shortest() : "",
        plan.count(Action.BUILD),
        plan.count(Strategy.CROSS),
        plan.count(Strategy.EMULATED),
        plan.countWithNativeTools() == 0
            ? ""
            : ", " + plan.countWithNativeTools() + " of them with native tools",
        plan.count(Strategy.NATIVE),
        plan.count(Action.FETCH),
        plan.count(Action.SUBSTITUTE));
  }

  private String shortest() {
    double ofAny = plan.bounds().anyPlanMakespanSeconds();
    if (isMet(ofAny)) {
      return " (proven least)";
    }
    double ofThese = plan.bounds().makespanSeconds();
    String any = ", any plan " + Seconds.format(ofAny);
    return isMet(ofThese)
        ? " (proven least for these steps" + any + " at least)"
        : " (these steps take " + Seconds.format(ofThese) + " at least" + any + ")";
  }

  private boolean isMet(double bound) {
    return bound >= plan.makespanSeconds() * (1 - 1e-9);
  }

  private String comparison() {
    Baseline own =
        new Baseline(
            "this plan",
            plan.count(Action.BUILD),
            plan.builtTwice(),
            plan.builderSeconds(),
            Optional.empty());
    ImmutableList<Baseline> rows =
        ImmutableList.<Baseline>builder().add(own).addAll(plan.baselines()).build();
    return Table.of(
        terminal,
        rows,
        List.of(
            Table.text("", Baseline::name),
            Table.number("builds", row -> row.possible() ? Integer.toString(row.builds()) : "-"),
            Table.number(
                "built twice", row -> row.possible() ? Integer.toString(row.duplicates()) : "-"),
            Table.number(
                "time", row -> row.possible() ? Seconds.format(row.builderSeconds()) : "-"),
            Table.number("saved", this::saved),
            Table.text("", row -> row.why().map(why -> "not possible: " + why).orElse(""))));
  }

  private String saved(Baseline row) {
    if (!row.possible() || row.name().equals("this plan") || row.builderSeconds() == 0) {
      return "";
    }
    double share = 1 - plan.builderSeconds() / row.builderSeconds();
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  private String builders() {
    return Table.of(
        terminal,
        plan.builders(),
        List.of(
            Table.text("builder", Builder::name),
            Table.number("steps", builder -> Long.toString(on(builder).size())),
            Table.number("slots", builder -> Integer.toString(builder.slots())),
            Table.number("busy", builder -> Seconds.format(busy(builder))),
            Table.text("runs", builder -> String.join(", ", builder.systems())),
            Table.text("emulates", builder -> String.join(", ", builder.emulates()))));
  }

  private List<Step> on(Builder builder) {
    return plan.steps().stream()
        .filter(step -> step.builder().equals(Optional.of(builder.name())))
        .toList();
  }

  private double busy(Builder builder) {
    return on(builder).stream().mapToDouble(Step::seconds).sum();
  }

  private String steps() {
    List<Step> shown =
        all
            ? plan.steps().stream()
                .sorted(Comparator.comparingDouble(Step::start).thenComparingInt(Step::id))
                .toList()
            : plan.steps().stream()
                .filter(step -> step.action() == Action.BUILD)
                .sorted(
                    Comparator.comparingDouble((Step step) -> -step.seconds())
                        .thenComparingInt(Step::id))
                .limit(LONGEST)
                .toList();
    String table =
        Table.of(
            terminal,
            shown,
            List.of(
                Table.text(all ? "step" : "longest builds", Step::label),
                Table.text("how", Step::word),
                Table.text("for", PlanText::cpu),
                Table.text("on", step -> step.builder().orElse("")),
                Table.number("time", step -> Seconds.format(step.seconds())),
                Table.number("starts at", step -> Seconds.format(step.start())),
                Table.text("inputs", PlanText::inputs)));
    int hidden = plan.count(Action.BUILD) - shown.size();
    return all || hidden <= 0 ? table : table + "and " + hidden + " shorter ones (--all)\n";
  }

  private static String inputs(Step step) {
    return switch (step.toolSet()) {
      case AS_EVALUATED -> step.rewritten() ? "rewritten" : "";
      case NATIVE -> nativeTools(step.tools().size());
      case NATIVE_COMPILER ->
          step.tools().size() == 1
              ? "native compiler"
              : "native compiler, " + nativeTools(step.tools().size() - 1);
    };
  }

  private static String nativeTools(int count) {
    return count == 1 ? "1 native tool" : count + " native tools";
  }

  /** The host platform; that it is Linux is clear. */
  private static String cpu(Step step) {
    return step.host().map(system -> system.replaceFirst("-linux$", "")).orElse("any");
  }

  private String notes() {
    StringBuilder notes = new StringBuilder();
    if (!plan.lost().isNothing()) {
      notes.append("\nNot in this plan, as no way is left:\n");
      plan.lost().attributes().forEach(attribute -> notes.append(item(attribute)));
    }
    Map<StorePath, Step> made = new HashMap<>();
    plan.steps().stream()
        .filter(step -> step.action() == Action.BUILD)
        .forEach(step -> made.put(step.derivation(), step));
    List<Plan.KeptApart> twice =
        plan.unpaired().stream()
            .filter(apart -> apart.derivations().stream().filter(made::containsKey).count() > 1)
            .toList();
    for (Namesakes kind : Namesakes.values()) {
      List<Plan.KeptApart> ofKind =
          twice.stream().filter(apart -> kind == kind(apart, made)).toList();
      if (!ofKind.isEmpty()) {
        notes.append("\n").append(kind.heading).append(":\n");
        ofKind.forEach(apart -> notes.append(item(apart.reason())));
      }
    }
    int others = plan.unpaired().size() - twice.size();
    if (all && others > 0) {
      notes.append("\nCould not be paired, which costs this plan nothing:\n");
      plan.unpaired().stream()
          .filter(apart -> !twice.contains(apart))
          .forEach(apart -> notes.append(item(apart.reason())));
    } else if (others > 0) {
      notes
          .append("\nCould not be paired, which costs this plan nothing: ")
          .append(others)
          .append(" packages (--all)\n");
    }
    if (!plan.warnings().isEmpty()) {
      notes.append("\nNote:\n");
      plan.warnings().forEach(warning -> notes.append(item(warning)));
    }
    return notes.toString();
  }

  /** What has one name and is built more than once. */
  private enum Namesakes {
    /** What {@link Plan#builtTwice} counts. */
    PACKAGES("Built twice, since nothing proves that they are one package"),
    TOOLS("Not for the target and built more than once, since nothing proves that they are one"),
    VERSIONS("Not built twice, but packages of their own that share a name");

    private final String heading;

    Namesakes(String heading) {
      this.heading = heading;
    }
  }

  private Namesakes kind(Plan.KeptApart apart, Map<StorePath, Step> made) {
    Set<String> labels = new HashSet<>();
    Set<String> forTarget = new HashSet<>();
    boolean isOfOneLabel = false;
    for (StorePath derivation : apart.derivations()) {
      Step step = made.get(derivation);
      if (step != null) {
        boolean isForTarget = step.host().equals(Optional.of(plan.target().system()));
        if (isForTarget && !forTarget.add(step.label())) {
          return Namesakes.PACKAGES;
        }
        isOfOneLabel |= !labels.add(step.label());
      }
    }
    return isOfOneLabel ? Namesakes.TOOLS : Namesakes.VERSIONS;
  }

  private String item(String text) {
    return Prose.item(terminal, Visible.line(text));
  }
}
