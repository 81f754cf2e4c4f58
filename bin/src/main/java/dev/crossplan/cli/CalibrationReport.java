package dev.crossplan.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.github.freva.asciitable.ColumnData;
import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.IndentedJson;
import dev.crossplan.planner.JsonFields;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.calibration.Calibration;
import dev.crossplan.planner.calibration.CalibrationJson;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.calibration.Kind;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.measurement.Measurement;
import dev.crossplan.planner.measurement.Measurement.Lack;
import java.io.IOException;
import java.io.OutputStream;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What is known of a machine, for people and for programs. */
final class CalibrationReport {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());

  private CalibrationReport() {}

  /**
   * Writes one object: {@code {"machine": "local", "busy": 1.03, "measurements": […], "factors":
   * [{"kind": "compile-c", "strategy": "emulated", "factor": 10.7}], "parallelGain": 1.9, "lacks":
   * [{"strategy": "cross", "what": "…", "remedy": "Maybe …"}]}}, measurements as {@link
   * CalibrationJson} has them, parallelGain null where it was not measured. Does not close {@code
   * out}.
   */
  static void writeJson(OutputStream out, String machine, Measurement measurement)
      throws IOException {
    Calibrations measured = measurement.measured();
    try (JsonGenerator json = IndentedJson.on(out)) {
      json.writeStartObject();
      json.writeStringField("machine", machine);
      json.writeNumberField("busy", measurement.busy());
      json.writeFieldName("measurements");
      CalibrationJson.write(json, measured.all());
      json.writeArrayFieldStart("factors");
      for (Kind kind : Kind.values()) {
        for (Strategy strategy : ImmutableList.of(Strategy.EMULATED, Strategy.CROSS)) {
          OptionalDouble factor = measured.factor(kind, strategy);
          if (factor.isPresent()) {
            json.writeStartObject();
            json.writeStringField("kind", kind.toString());
            json.writeStringField("strategy", strategy.toString());
            json.writeNumberField("factor", factor.getAsDouble());
            json.writeEndObject();
          }
        }
      }
      json.writeEndArray();
      JsonFields.optional(json, "parallelGain", measured.parallelGain());
      json.writeArrayFieldStart("lacks");
      for (Lack lack : measurement.lacks()) {
        json.writeStartObject();
        json.writeStringField("strategy", lack.strategy().toString());
        json.writeStringField("what", lack.what());
        json.writeStringField("remedy", remedy(lack.strategy()));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  /** The machine, a table of kinds by strategies, what it means, and what is missing. */
  static String text(Terminal terminal, String machine, Measurement measurement) {
    Calibrations measured = measurement.measured();
    StringBuilder text = new StringBuilder();
    text.append(Prose.sentence(terminal, Visible.line(heading(machine, measured))));
    for (Strategy strategy : Strategy.values()) {
      compiler(measured, strategy)
          .ifPresent(
              tool -> text.append(Prose.item(terminal, Visible.line(strategy + ": " + tool))));
    }
    text.append('\n').append(table(terminal, measured)).append('\n');
    text.append(Prose.sentence(terminal, meaning(measured)));
    for (Strategy strategy : Strategy.values()) {
      List<Lack> lacks =
          measurement.lacks().stream().filter(lack -> lack.strategy() == strategy).toList();
      if (!lacks.isEmpty()) {
        text.append('\n').append("Not all of ").append(strategy).append(" was measured:\n");
        lacks.forEach(lack -> text.append(Prose.item(terminal, Visible.line(lack.what()))));
        text.append(Prose.sentence(terminal, remedy(strategy)));
      }
    }
    if (measurement.isDisturbed()) {
      text.append('\n')
          .append(
              Prose.sentence(
                  terminal,
                  String.format(
                      Locale.ROOT,
                      "The machine was busy: the work took %.1f times as long as it computed."
                          + " CPU seconds, and factors between them, are hardly disturbed by"
                          + " that; the gain of more cores is.",
                      measurement.busy())))
          .append("Maybe measure again when nothing else runs.\n");
    }
    return text.toString();
  }

  private static String heading(String machine, Calibrations measured) {
    Calibration any = measured.all().get(0);
    Optional<String> qemu =
        measured.all().stream().flatMap(each -> each.qemu().stream()).findFirst();
    return machine
        + ": "
        + any.cores()
        + (any.cores() == 1 ? " core, " : " cores, ")
        + any.cpu()
        + qemu.map(version -> ", QEMU " + version).orElse("")
        + ", measured "
        + TIME.format(any.takenAt());
  }

  /** What runs in this way; tests that are emulated are what the cross compiler has made. */
  private static Optional<String> compiler(Calibrations measured, Strategy strategy) {
    return measured.all().stream()
        .filter(each -> each.strategy() == strategy)
        .filter(each -> each.kind() != Kind.INTERPRETER && each.kind() != Kind.TESTS)
        .map(Calibration::tool)
        .findFirst();
  }

  private static String table(Terminal terminal, Calibrations measured) {
    ImmutableSet<Strategy> strategies =
        Arrays.stream(Strategy.values())
            .filter(strategy -> measured.all().stream().anyMatch(m -> m.strategy() == strategy))
            .collect(ImmutableSet.toImmutableSet());
    List<ColumnData<Kind>> columns = new ArrayList<>();
    columns.add(Table.text("CPU seconds for a unit of", Kind::phrase));
    for (Strategy strategy : strategies) {
      columns.add(
          Table.number(
              strategy.toString(),
              kind ->
                  measured
                      .find(kind, strategy)
                      .map(each -> String.format(Locale.ROOT, "%.3f", each.cpuSeconds()))
                      .orElse("-")));
      columns.add(
          Table.number(
              "±",
              kind -> measured.find(kind, strategy).map(CalibrationReport::spread).orElse("")));
      if (strategy != Strategy.NATIVE) {
        columns.add(Table.number("factor", kind -> factor(measured, kind, strategy)));
      }
    }
    List<Kind> kinds =
        Arrays.stream(Kind.values())
            .filter(kind -> measured.all().stream().anyMatch(m -> m.kind() == kind))
            .toList();
    return Table.of(terminal, kinds, columns);
  }

  private static String spread(Calibration calibration) {
    return calibration.samples() == 1
        ? "once"
        : String.format(Locale.ROOT, "%.0f %%", 100 * calibration.spread());
  }

  private static String factor(Calibrations measured, Kind kind, Strategy strategy) {
    OptionalDouble factor = measured.factor(kind, strategy);
    return factor.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT, factor.getAsDouble() < 3 ? "%.2f" : "%.1f", factor.getAsDouble());
  }

  /** Of the factors the one that says most of builds. */
  private static String meaning(Calibrations measured) {
    List<String> parts = new ArrayList<>();
    for (Strategy strategy : ImmutableList.of(Strategy.EMULATED, Strategy.CROSS)) {
      Stream.of(Kind.COMPILE_C, Kind.TESTS)
          .filter(kind -> measured.factor(kind, strategy).isPresent())
          .findFirst()
          .ifPresent(
              kind ->
                  parts.add(
                      strategy
                          + ", "
                          + kind.phrase()
                          + " takes "
                          + factor(measured, kind, strategy)
                          + " times as long as natively"));
    }
    measured
        .parallelGain()
        .ifPresent(
            gain ->
                parts.add(
                    String.format(
                        Locale.ROOT, "all cores together do %.1f times as much as one", gain)));
    String all = String.join("; ", parts);
    return all.isEmpty()
        ? "Only one way to build was measured, so there is nothing to compare."
        : Ascii.toUpperCase(all.charAt(0)) + all.substring(1) + ".";
  }

  /** How to get what a strategy needs; a line that starts with "Maybe". */
  static String remedy(Strategy strategy) {
    return switch (strategy) {
      case NATIVE ->
          "Maybe install a compiler (Debian: apt-get install gcc g++), or name a manifest whose"
              + " compilers are in the store.";
      case CROSS ->
          "Maybe install a cross compiler (Debian: apt-get install g++-riscv64-linux-gnu), or name"
              + " a manifest whose compilers are in the store.";
      case EMULATED ->
          "Maybe name a compiler for the board (--emulated-compiler ROOT/usr/bin/gcc, of a root"
              + " that debootstrap --arch=riscv64 --include=g++ makes), or a manifest whose"
              + " compilers are in the store; crossplan doctor tells whether QEMU runs it.";
    };
  }
}
