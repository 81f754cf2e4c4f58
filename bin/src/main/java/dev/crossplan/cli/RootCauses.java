package dev.crossplan.cli;

import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.Iterables;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.execute.BuildReport;
import dev.crossplan.planner.plan.Step;
import java.util.List;
import java.util.regex.Pattern;

/**
 * For people: why some of the image is missing or wrong. A block for each package that could not be
 * made: what was tried, where the logs are, what was given up for it, and a remedy.
 */
final class RootCauses {
  /** So many of what was given up are named. */
  private static final int NAMED = 5;

  private static final String REMEDY =
      "Maybe look into the last log and mend the package; what is built stays for the next run.";
  private static final String REMEDY_FORESEEN =
      "Maybe mend the package; what is built stays for the next run.";
  private static final String REMEDY_KILLED =
      "Maybe memory was short when a builder was killed (dmesg tells): give the builder fewer slots, or"
          + " builds fewer --cores; the next run tries it again.";
  private static final String REMEDY_REFERENCE =
      "Maybe find who refers to it (nix-store --query --referrers PATH), and mend that package.";
  private static final String REMEDY_EARLIER =
      "Maybe mend the package; --retry tries again what failed in earlier runs.";
  private static final String REMEDY_DECLARED =
      "Maybe change what the manifest says of it; crossplan explain MANIFEST PACKAGE tells more.";

  /** Several ways of a package are refused in one sentence. */
  private static final Splitter REASONS =
      Splitter.on(Pattern.compile(" (?=and (its \\w+ build failed on|no builder) )"));

  private final BuildState state;
  private final BuildReport report;
  private final Terminal terminal;

  RootCauses(BuildState state, BuildReport report, Terminal terminal) {
    this.state = state;
    this.report = report;
    this.terminal = terminal;
  }

  /** Empty if nothing is missing or wrong. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (BuildReport.Cause cause : report.causes()) {
      text.append(text.length() == 0 ? "" : "\n").append(block(cause));
    }
    return text.append(faults()).toString();
  }

  /** Each build was right by itself, but what they refer to goes into the image too. */
  private String faults() {
    if (report.faults().isEmpty()) {
      return "";
    }
    StringBuilder block = new StringBuilder();
    boolean isComplete = report.causes().isEmpty();
    block
        .append(isComplete ? "" : "\n")
        .append(
            sentence(
                (isComplete ? "all is built, but the image" : "what is built of it")
                    + " refers to what is not for its target"));
    for (String fault : Iterables.limit(report.faults(), NAMED)) {
      block.append(
          Prose.item(terminal.errRoom(), Visible.line(fault.lines().findFirst().orElse(fault))));
    }
    int more = report.faults().size() - NAMED;
    return block
        .append(more > 0 ? Prose.item(terminal.errRoom(), "and " + more + " more") : "")
        .append(sentence(REMEDY_REFERENCE))
        .toString();
  }

  private String block(BuildReport.Cause cause) {
    StringBuilder block = new StringBuilder();
    block.append(
        sentence(
            cause
                    .step()
                    .map(step -> step.label() + " cannot be built")
                    .orElse("there is no way left")
                + (cause.lost().isEmpty()
                    ? ""
                    : ", so the image is without " + Joiner.on(", ").join(cause.lost()))));
    List<BuildState.Failure> tried = cause.step().map(this::tried).orElse(List.of());
    tried.forEach(failure -> block.append(item(failure)));
    for (String why : cause.why()) {
      // Of what failed now, why is told above, with the logs.
      if (tried.isEmpty() || !why.startsWith(tried.get(0).step().label() + " ")) {
        for (String reason : REASONS.split(why)) {
          block.append(Prose.item(terminal.errRoom(), Visible.line(reason)));
        }
      }
    }
    cause.step().ifPresent(step -> block.append(givenUp(step)));
    return block.append(sentence(remedy(tried, cause))).toString();
  }

  private static String remedy(List<BuildState.Failure> tried, BuildReport.Cause cause) {
    if (tried.isEmpty()) {
      return cause.learned() ? REMEDY_EARLIER : REMEDY_DECLARED;
    }
    if (tried.stream().allMatch(failure -> failure.event().log().isEmpty())) {
      return REMEDY_FORESEEN;
    }
    return tried.stream().anyMatch(failure -> failure.event().wasKilled()) ? REMEDY_KILLED : REMEDY;
  }

  /** All ways to make the package that failed in this run: steps of other plans among them. */
  private List<BuildState.Failure> tried(Step step) {
    return state.failures().stream()
        .filter(failure -> failure.step().label().equals(step.label()))
        .filter(failure -> failure.step().host().equals(step.host()))
        .toList();
  }

  /** The log has a line of its own, so that its path can be copied. */
  private String item(BuildState.Failure failure) {
    BuildEvent.Failed event = failure.event();
    String after =
        event.log().isPresent() ? " failed after " + Seconds.format(event.seconds()) : "";
    String failed = event.step().how() + after + ": " + event.why();
    return Prose.item(terminal.errRoom(), Visible.line(failed))
        + event.log().map(log -> "    log " + Visible.line(log.toString()) + "\n").orElse("");
  }

  private String givenUp(Step cause) {
    List<String> names =
        state.givenUp().stream()
            .filter(lost -> lost.because().label().equals(cause.label()))
            .map(lost -> lost.step().label())
            .distinct()
            .toList();
    if (names.isEmpty()) {
      return "";
    }
    int more = names.size() - NAMED;
    return Prose.item(
        terminal.errRoom(),
        Visible.line("given up: " + Joiner.on(", ").join(Iterables.limit(names, NAMED)))
            + (more > 0 ? " and " + more + " more" : ""));
  }

  private String sentence(String text) {
    return Prose.sentence(terminal.errRoom(), Visible.line(text));
  }
}
