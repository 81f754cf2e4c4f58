package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.lint.Finding.Severity;
import dev.crossplan.planner.variant.Marches;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Code for instructions that the board has not got: it is built, and ends with an illegal
 * instruction. The instance may ask for it ({@code gcc.arch}), or a package by its own flags.
 */
final class MarchBeyondTarget implements Rule {
  @Override
  public ImmutableList<Finding> check(Subject subject) {
    Optional<String> board = subject.target().march();
    if (board.isEmpty()) {
      return ImmutableList.of();
    }
    String system = subject.target().system();
    Map<Integer, BitSet> byInstance = new TreeMap<>();
    BitSet others = new BitSet();
    Compilers compilers = new Compilers(subject.graph());
    Marches marches = subject.prepared().packages().marches();
    for (int derivation = 0; derivation < subject.graph().size(); derivation++) {
      if (subject.prepared().packages().hosts().isFor(derivation, system)
          && compilers.mayCompile(derivation)) {
        if (marches.runsOn(derivation, board.get())) {
          others.set(derivation);
        } else {
          byInstance
              .computeIfAbsent(marches.instanceOf(derivation), none -> new BitSet())
              .set(derivation);
        }
      }
    }
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    byInstance.forEach(
        (instance, derivations) ->
            findings.add(ofInstance(subject, instance, derivations, board.get())));
    ownFlags(subject, others, board.get())
        .forEach((flag, derivations) -> findings.add(ofFlag(subject, flag, derivations)));
    return findings.build();
  }

  private static Finding ofInstance(
      Subject subject, int instance, BitSet derivations, String board) {
    String system = subject.target().system();
    Optional<String> written =
        subject.prepared().packages().marches().written(derivations.nextSetBit(0));
    String name = subject.name(instance);
    String beyond =
        String.join(
            ", ",
            subject
                .platforms()
                .beyond(
                    subject.platforms().canonicalMarch(written, system),
                    subject.platforms().canonicalMarch(Optional.of(board), system)));
    return finding(
        subject,
        cause(name, written, beyond),
        derivations,
        subject.isByDefault(board)
            ? "Maybe leave gcc.arch out of "
                + name
                + ": compilers make code for the board by themselves."
            : "Maybe set gcc.arch of " + name + " to " + subject.taken(board, instance) + ".");
  }

  /** What asks for more; the names of that are not always known. */
  private static String cause(String instance, Optional<String> written, String beyond) {
    return written
        .map(
            march ->
                beyond.isEmpty()
                    ? "gcc.arch of " + instance + " asks for " + march
                    : "gcc.arch of " + instance + ", " + march + ", asks for " + beyond)
        .orElseGet(
            () ->
                "what compilers do by themselves, as "
                    + instance
                    + " has no gcc.arch, asks for "
                    + (beyond.isEmpty() ? "more" : beyond));
  }

  private static Finding ofFlag(Subject subject, Flag flag, BitSet derivations) {
    return finding(
        subject,
        "the flag " + flag.written() + " asks for " + flag.beyond(),
        derivations,
        "Maybe take the flag out in an overlay, or see that the program asks the processor first.");
  }

  private static Finding finding(Subject subject, String cause, BitSet derivations, String remedy) {
    return new Finding(
        "march-beyond-target",
        Severity.ERROR,
        cause
            + ", which the board, "
            + subject.target().march().orElse("")
            + ", has not got: "
            + subject.names(derivations),
        derivations.cardinality(),
        subject.namesBeyond(derivations),
        remedy);
  }

  /**
   * A flag of a package.
   *
   * @param beyond what it asks for and the board has not got
   */
  private record Flag(String written, String beyond) {}

  /** By flag, the derivations that have it and whose instance does not ask for it. */
  private static Map<Flag, BitSet> ownFlags(Subject subject, BitSet derivations, String board) {
    Map<Flag, BitSet> found = new TreeMap<>(Comparator.comparing(Flag::written));
    String offered =
        subject.platforms().canonicalMarch(Optional.of(board), subject.target().system());
    subject
        .reader()
        .read(
            derivations,
            (path, whole) ->
                whole.forEachAttribute(
                    (name, text) ->
                        CodeFlags.of(name, text)
                            .forEach(
                                (flag, march) -> {
                                  String beyond = beyond(subject, march, offered);
                                  if (!beyond.isEmpty()) {
                                    found
                                        .computeIfAbsent(
                                            new Flag(flag, beyond), none -> new BitSet())
                                        .set(subject.graph().find(path).orElseThrow());
                                  }
                                })));
    return found;
  }

  /** Code of another width cannot be linked with the rest: it is for another processor there. */
  private static String beyond(Subject subject, String march, String offered) {
    String system = subject.target().system();
    return subject.platforms().isMarch(march, system)
        ? String.join(
            ", ",
            subject
                .platforms()
                .beyond(subject.platforms().canonicalMarch(Optional.of(march), system), offered))
        : "";
  }
}
