package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.NoPlanException;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.lint.Finding.Severity;
import dev.crossplan.planner.lint.SecondInstance.Split;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import java.util.Optional;

/**
 * Whether second instances are worth it. A finding counts for each instance what one spares there;
 * the image may be built from another instance, so that it takes as long: then none is promised.
 */
final class WorthOfSplits {
  private WorthOfSplits() {}

  /** Plans the image as it is and with all second instances, if there are any. */
  static ImmutableList<Finding> check(
      Planner planner, Prepared prepared, ImmutableList<Finding> findings) {
    ImmutableList<Split> splits =
        findings.stream()
            .flatMap(finding -> finding.split().stream())
            .collect(ImmutableList.toImmutableList());
    Optional<String> vain = splits.isEmpty() ? Optional.empty() : vain(planner, prepared, splits);
    return vain.isEmpty()
        ? findings
        : findings.stream()
            .map(finding -> withoutSplit(finding, vain.get()))
            .collect(ImmutableList.toImmutableList());
  }

  private static Optional<String> vain(
      Planner planner, Prepared prepared, ImmutableList<Split> splits) {
    Manifest edited = SecondInstance.manifest(prepared.manifest(), splits);
    Optional<Double> now = seconds(planner, prepared);
    if (now.isEmpty()) {
      return Optional.empty();
    }
    Optional<Double> then = seconds(planner, planner.prepare(edited, prepared.builders()));
    if (then.isEmpty()) {
      return Optional.of("leaves no plan for the image");
    }
    String seconds = Seconds.format(then.get());
    if (then.get() < now.get()) {
      return Optional.empty();
    }
    return Optional.of(
        seconds.equals(Seconds.format(now.get()))
            ? "saves the image nothing: it takes " + seconds + " of building with it or without"
            : "saves the image nothing: it would take "
                + seconds
                + " of building instead of "
                + Seconds.format(now.get()));
  }

  private static Optional<Double> seconds(Planner planner, Prepared prepared) {
    try {
      return Optional.of(planner.plan(prepared).builderSeconds());
    } catch (NoPlanException e) {
      return Optional.empty();
    }
  }

  private static Finding withoutSplit(Finding finding, String why) {
    if (finding.split().isEmpty()) {
      return finding;
    }
    return new Finding(
        finding.rule(),
        Severity.NOTE,
        finding.message(),
        finding.details(),
        finding.derivations(),
        "Maybe leave it so: a second instance for only "
            + String.join(", ", finding.split().get().attributes())
            + " "
            + why
            + ".");
  }
}
