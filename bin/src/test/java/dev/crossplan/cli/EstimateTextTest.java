package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.cross.CrossPlatforms;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.alternative.Experience;
import dev.crossplan.planner.cost.Estimate;
import dev.crossplan.planner.cost.Origin;
import dev.crossplan.planner.estimate.EstimateReport;
import dev.crossplan.planner.estimate.Estimator;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.history.TestsBefore;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Courses;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.plan.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people read of an estimate of a small real image. */
class EstimateTextTest {
  private static final Path SHELL = Path.of("../fixtures/images/shell/crossplan.toml");

  private static String text(Function<Step, Estimate> estimates) {
    Manifest manifest = ManifestReader.read(SHELL);
    Planner planner = new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE);
    Prepared prepared = planner.prepare(manifest, manifest.builders());
    Courses courses = planner.courses(prepared, Experience.NONE);
    EstimateReport report =
        new Estimator(estimates, new TestsBefore(40, 2), 1)
            .report(prepared, courses, Progress.NONE);
    return new EstimateText(report, new TerminalForTests().get(), 3).toString();
  }

  @Test
  void whatIsCertainHasNoInterval() {
    String text = text(Estimator::asPlanned);
    assertFalse(text.contains("likely"), text);
    assertFalse(text.contains("is unknown"), text);
    assertTrue(text.contains("known from\n"), text);
    assertEquals(3, text.lines().filter(line -> line.endsWith("  manifest")).count(), text);
  }

  /** An instance tells neither sizes nor how long it took to answer. */
  @Test
  void whatASubstituterDoesNotTellIsADash() {
    String text = text(Estimator::asPlanned);
    assertTrue(
        text.lines().anyMatch(line -> line.matches(" instance native .* steps? +- +-")), text);
  }

  /** Of the cross builds of the image only these have tests in the emulated world. */
  @Test
  void testsThatAreNotRunAreToldWithTheirRisk() {
    String text = text(Estimator::asPlanned).replaceAll("\\s+", " ");
    assertTrue(
        text.contains("Cross builds run no tests: those of e2fsprogs, libxcrypt, zlib would take "),
        text);
    assertTrue(
        text.contains(
            "Of 40 builds that ran theirs before, 2 failed in them, so of these 3 about 0.15"
                + " would."),
        text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.00",
    "1e-17, 0.00",
    "0.0000042, 0.0000042",
    "0.0042, 0.0042",
    "-0.00416, -0.0042",
    "0.05, 0.05",
    "0.0964, 0.096",
    "0.0996, 0.10",
    "0.316, 0.32",
    "-1234.5678, -1234.57"
  })
  void littleMoneyIsNotNone(double amount, String text) {
    assertEquals(text, EstimateText.amount(amount));
  }

  private static double seconds(String text) {
    Matcher parts = Pattern.compile("(\\d+) (d|h|min|s)").matcher(text);
    double seconds = 0;
    while (parts.find()) {
      seconds +=
          Integer.parseInt(parts.group(1))
              * switch (parts.group(2)) {
                case "d" -> 86_400;
                case "h" -> 3600;
                case "min" -> 60;
                default -> 1;
              };
    }
    return seconds;
  }

  @Test
  void whatIsUncertainHasOneAndWhatIsUnknownIsToldSo() {
    String text =
        text(
            step ->
                step.action() == Action.BUILD
                    ? new Estimate(step.seconds(), 0.5, 0.3, Origin.UNKNOWN)
                    : Estimator.asPlanned(step));
    List<String> lines = text.lines().toList();
    long possible =
        lines.stream()
            .filter(line -> line.matches(" (plan|all-[a-z]+|unmerged-mix) +\\d.*"))
            .count();
    assertTrue(possible >= 2, text);
    assertEquals(
        possible, lines.stream().filter(line -> line.startsWith("   likely from")).count());
    assertEquals(possible, lines.stream().filter(line -> line.startsWith("   likely to")).count());
    assertTrue(text.contains("Likely: eight of ten times"), text);
    assertTrue(text.contains(" steps take is unknown; a default stands for it."), text);
    assertTrue(text.contains("  from    "), text);
    String[] done = new String[3];
    for (int i = 0; i < 3; i++) {
      done[i] = lines.get(3 + i).substring(lines.get(2).indexOf("done after")).strip();
    }
    assertTrue(seconds(done[1]) < seconds(done[0]), text);
    assertTrue(seconds(done[0]) < seconds(done[2]), text);
    double sum = seconds(text.replaceAll("(?s).*, done after ([^.]*)[.].*", "$1"));
    assertTrue(sum < seconds(done[0]), text);
  }
}
