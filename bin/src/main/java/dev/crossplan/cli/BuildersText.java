package dev.crossplan.cli;

import com.github.freva.asciitable.ColumnData;
import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Sets;
import dev.crossplan.planner.BitRate;
import dev.crossplan.planner.Bytes;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Machines;
import dev.crossplan.planner.instance.StandardMachines;
import dev.crossplan.planner.instance.UnknownSystem;
import dev.crossplan.planner.remote.Probe;
import dev.crossplan.planner.remote.Probe.Difference;
import dev.crossplan.planner.remote.ProbeAnswer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Builders for people: a table of what is written, one of what is found, and what differs. */
final class BuildersText {
  private final ProbedBuilders probed;
  private final Machines machines;
  private final Terminal terminal;

  BuildersText(ProbedBuilders probed, Terminal terminal) {
    this.probed = probed;
    this.machines = probed.machines();
    this.terminal = terminal;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(written());
    if (!probed.answered().isEmpty()) {
      text.append('\n').append(found());
      differences(text);
      unmeasured(text);
    }
    List<String> notes = new ArrayList<>(machines.warnings());
    notes.addAll(machines.notes());
    for (Builder builder : machines.builders()) {
      StandardMachines.doubt(builder).ifPresent(notes::add);
      UnknownSystem.of(builder).forEach(unknown -> notes.add(unknown.toString()));
    }
    if (!notes.isEmpty()) {
      text.append("\nNote:\n");
      notes.forEach(note -> text.append(Prose.item(terminal, Visible.line(note))));
    }
    return text.toString();
  }

  private String written() {
    ImmutableList<Builder> builders = machines.builders();
    List<ColumnData<Builder>> columns = new ArrayList<>();
    columns.add(Table.text("builder", Builder::name));
    columns.add(Table.text("uri", builder -> builder.uri().orElse("this machine")));
    columns.add(Table.text("runs", builder -> String.join(", ", builder.systems())));
    words(columns, "emulates", builder -> String.join(", ", builder.emulates()));
    columns.add(Table.number("slots", builder -> Integer.toString(builder.slots())));
    columns.add(Table.number("speed", builder -> number(builder.speed())));
    numbers(
        columns,
        "cores",
        builder ->
            builder.capacity().cores().isPresent()
                ? Integer.toString(builder.capacity().cores().getAsInt())
                : "");
    numbers(
        columns,
        "memory",
        builder ->
            builder.capacity().memory().isPresent()
                ? Bytes.format(builder.capacity().memory().getAsLong())
                : "");
    numbers(
        columns,
        "link",
        builder ->
            builder.connection().link().isPresent()
                ? BitRate.format(builder.connection().link().getAsLong())
                : "");
    numbers(columns, "per hour", builder -> builder.hourly() == 0 ? "" : number(builder.hourly()));
    numbers(columns, "watts", builder -> builder.watts() == 0 ? "" : number(builder.watts()));
    words(
        columns,
        "features",
        builder ->
            String.join(", ", Sets.difference(builder.features(), builder.mandatoryFeatures())));
    words(columns, "only builds with", builder -> String.join(", ", builder.mandatoryFeatures()));
    columns.add(Table.text("written in", machines::origin));
    return Table.of(terminal, builders, columns);
  }

  /** A column that is left out where it says nothing. */
  private void words(
      List<ColumnData<Builder>> columns, String head, Function<Builder, String> cell) {
    if (isSaid(cell)) {
      columns.add(Table.text(head, cell));
    }
  }

  private void numbers(
      List<ColumnData<Builder>> columns, String head, Function<Builder, String> cell) {
    if (isSaid(cell)) {
      columns.add(Table.number(head, cell));
    }
  }

  private boolean isSaid(Function<Builder, String> cell) {
    return machines.builders().stream().anyMatch(builder -> !cell.apply(builder).isEmpty());
  }

  /** {@code 2}, {@code 0.25}. */
  static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private String found() {
    List<ColumnData<Probe>> columns = new ArrayList<>();
    columns.add(Table.text("found", probe -> probe.builder().name()));
    columns.add(answer("cpu", ProbeAnswer::cpu));
    columns.add(answer("riscv64", found -> found.riscv().toString()));
    columns.add(
        number(
            "cores",
            found -> found.cores().isPresent() ? Integer.toString(found.cores().getAsInt()) : "-"));
    columns.add(number("memory", found -> bytes(found.memory().orElse(-1))));
    columns.add(number("free in the store", found -> bytes(found.free().orElse(-1))));
    columns.add(
        number(
            "clock",
            found ->
                found.clockAhead().isPresent()
                    ? String.format(Locale.ROOT, "%+d s", found.clockAhead().getAsLong())
                    : "-"));
    columns.add(
        Table.number(
            "speed",
            probe -> {
              OptionalDouble speed = ProbedBuilders.measuredSpeed(probe.builder());
              return speed.isPresent()
                  ? String.format(Locale.ROOT, "%.2f", speed.getAsDouble())
                  : "-";
            }));
    columns.add(answer("Nix", found -> found.nix().map(ProbeAnswer.Nix::version).orElse("none")));
    columns.add(
        answer(
            "features",
            found -> found.nix().map(nix -> String.join(", ", nix.features())).orElse("")));
    columns.add(answer("is", found -> found.isa().or(found::model).orElse("")));
    return Table.of(terminal, probed.answered(), columns);
  }

  private static ColumnData<Probe> answer(String head, Function<ProbeAnswer, String> cell) {
    return Table.text(head, probe -> cell.apply(probe.answer().orElseThrow()));
  }

  private static ColumnData<Probe> number(String head, Function<ProbeAnswer, String> cell) {
    return Table.number(head, probe -> cell.apply(probe.answer().orElseThrow()));
  }

  private static String bytes(long bytes) {
    return bytes < 0 ? "-" : Bytes.format(bytes);
  }

  private void differences(StringBuilder text) {
    for (Probe probe : probed.answered()) {
      for (Difference difference : probed.differences(probe)) {
        text.append('\n')
            .append(
                Prose.sentence(
                    terminal,
                    Visible.line(probe.builder().name() + " " + difference.message() + ".")))
            .append(Prose.sentence(terminal, Visible.line(difference.remedy())));
      }
    }
  }

  /** Other speeds are compared with this machine's, so that one is needed as well. */
  private void unmeasured(StringBuilder text) {
    List<String> unmeasured =
        probed.answered().stream()
            .map(Probe::builder)
            .filter(builder -> !builder.isHere())
            .filter(builder -> ProbedBuilders.measuredSpeed(builder).isEmpty())
            .map(Builder::name)
            .toList();
    if (!unmeasured.isEmpty()) {
      String sentence =
          "how fast "
              + String.join(", ", unmeasured)
              + (unmeasured.size() == 1 ? " is" : " are")
              + ", compared with this machine, was not measured.";
      text.append('\n')
          .append(
              Prose.sentence(
                  terminal,
                  Visible.line(Ascii.toUpperCase(sentence.charAt(0)) + sentence.substring(1))))
          .append(
              Prose.sentence(
                  terminal,
                  "Maybe let crossplan calibrate measure this one, and calibrate MANIFEST --builder"
                      + " NAME another."));
    }
  }
}
