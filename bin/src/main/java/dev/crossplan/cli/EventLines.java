package dev.crossplan.cli;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.Visible;
import dev.crossplan.planner.execute.BuildEvent;
import dev.crossplan.planner.history.Action;
import dev.crossplan.planner.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;

/**
 * An event in words: one line, of which the first word tells what happened; a failure has the end
 * of its log below. What is in a step or a log can do nothing to a terminal.
 */
final class EventLines {
  private EventLines() {}

  /** Empty for what people need not be told: phases, and how it all ended, which has a report. */
  static ImmutableList<String> of(BuildEvent event) {
    if (event instanceof BuildEvent.Planned planned) {
      return ImmutableList.of(planned(planned));
    } else if (event instanceof BuildEvent.Started started) {
      return ImmutableList.of(
          "started "
              + Visible.line(
                  what(started.step()) + expected(started.step()) + ", log " + started.log()));
    } else if (event instanceof BuildEvent.Finished end) {
      return ImmutableList.of(finished(end));
    } else if (event instanceof BuildEvent.Failed failed) {
      return failed(failed);
    } else if (event instanceof BuildEvent.Interrupted interrupted) {
      return ImmutableList.of(
          "interrupted "
              + Visible.line(
                  what(interrupted.step())
                      + " after "
                      + Seconds.format(interrupted.seconds())
                      + ": "
                      + interrupted.why()));
    } else if (event instanceof BuildEvent.BuilderLost lost) {
      return lost(lost);
    } else if (event instanceof BuildEvent.BuilderBack back) {
      return ImmutableList.of(Visible.line("back " + back.builder() + ", it is used again"));
    } else if (event instanceof BuildEvent.Replanned again) {
      String name = Visible.line(again.failed().label());
      return ImmutableList.of(
          again
              .instead()
              .map(how -> "replanned " + name + ", " + instead(again.failed(), how))
              .orElse("lost " + name + ", no way is left to make it"));
    } else if (event instanceof BuildEvent.GivenUp lost) {
      return ImmutableList.of(
          Visible.line("gave up " + lost.step().label() + ", it needs " + lost.because().label()));
    } else if (event instanceof BuildEvent.Stopping stopping) {
      return ImmutableList.of(Visible.line("stopping after what runs: " + stopping.why()));
    }
    return ImmutableList.of();
  }

  private static ImmutableList<String> lost(BuildEvent.BuilderLost lost) {
    String wait =
        lost.waitSeconds().isPresent()
            ? "; it is asked again in " + Seconds.about(lost.waitSeconds().getAsDouble())
            : "; it is not used any more";
    return ImmutableList.of(
        Visible.line("lost builder " + lost.builder() + ", it " + lost.why() + wait),
        "  " + Visible.line(lost.remedy()));
  }

  private static String instead(Step failed, String how) {
    return how.equals("otherwise")
        ? "nothing needs it any more"
        : how + " instead of " + failed.how();
  }

  private static String planned(BuildEvent.Planned planned) {
    String todo =
        StepCounts.of(planned.todo()).stream()
            .map(count -> count.steps() + " " + count.word())
            .collect(Collectors.joining(", "));
    return String.format(
        "planned %s, %d of them done%s",
        Prose.steps(planned.done().size() + planned.todo().size()),
        planned.done().size(),
        todo.isEmpty() ? "" : ", to do: " + todo);
  }

  private static String finished(BuildEvent.Finished end) {
    Step step = end.step();
    String took = " in " + Seconds.format(end.seconds());
    if (step.action() != Action.BUILD) {
      String verb = step.action() == Action.FETCH ? "fetched " : "substituted ";
      return verb + Visible.line(step.label()) + took;
    }
    return end.built()
        ? "built " + Visible.line(what(step)) + took + expected(step)
        : "found " + Visible.line(step.label());
  }

  private static ImmutableList<String> failed(BuildEvent.Failed failed) {
    List<String> lines = new ArrayList<>();
    String what = what(failed.step());
    lines.add(
        "failed "
            + Visible.line(
                what + " after " + Seconds.format(failed.seconds()) + ": " + failed.why()));
    failed.lastLines().forEach(line -> lines.add("  | " + ofLog(line)));
    failed.log().ifPresent(log -> lines.add("  log " + Visible.line(log.toString())));
    return ImmutableList.copyOf(lines);
  }

  /** A line of a log without its colours. */
  static String ofLog(String line) {
    return Visible.line(AttributedString.stripAnsi(line).replace("\t", "    ").stripTrailing());
  }

  /** {@code openssl 3.6.0, cross on desk}. */
  private static String what(Step step) {
    return step.label() + ", " + step.how() + step.builder().map(name -> " on " + name).orElse("");
  }

  private static String expected(Step step) {
    return ", expected " + Seconds.about(step.seconds());
  }
}
