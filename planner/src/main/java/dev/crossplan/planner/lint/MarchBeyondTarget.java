package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.lint.Finding.Severity;
import java.util.BitSet;
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
    for (int derivation = 0; derivation < subject.graph().size(); derivation++) {
      if (subject.prepared().packages().hosts().isFor(derivation, system)
          && subject.hasCompiler(derivation)) {
        if (subject.prepared().packages().marches().runsOn(derivation, board.get())) {
          others.set(derivation);
        } else {
          byInstance
              .computeIfAbsent(subject.graph().instanceOf(derivation), none -> new BitSet())
              .set(derivation);
        }
      }
    }
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    byInstance.forEach(
        (instance, derivations) -> findings.add(ofInstance(subject, instance, derivations)));
    ownFlags(subject, others, board.get())
        .forEach((flag, derivations) -> findings.add(ofFlag(subject, flag, derivations)));
    return findings.build();
  }

  private static Finding ofInstance(Subject subject, int instance, BitSet derivations) {
    String march =
        subject
            .instances()
            .get(instance)
            .host()
            .arch()
            .orElseGet(() -> subject.prepared().packages().marches().of(derivations.nextSetBit(0)));
    String name = subject.name(instance);
    return finding(
        subject,
        "gcc.arch of " + name + " asks for " + march,
        derivations,
        "Maybe set gcc.arch of " + name + " to " + subject.target().march().orElse("") + ".");
  }

  private static Finding ofFlag(Subject subject, String flag, BitSet derivations) {
    return finding(
        subject,
        "the flag " + flag + " asks for more",
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
        ImmutableList.of(),
        derivations.cardinality(),
        remedy);
  }

  /** By flag, the derivations that have it and whose instance does not ask for it. */
  private static Map<String, BitSet> ownFlags(Subject subject, BitSet derivations, String board) {
    Map<String, BitSet> found = new TreeMap<>();
    String offered =
        subject.platforms().canonicalMarch(Optional.of(board), subject.target().system());
    Map<StorePath, Derivation> read = subject.reader().apply(derivations);
    derivations.stream()
        .forEach(
            derivation -> {
              Derivation whole = read.get(subject.graph().path(derivation));
              if (whole != null) {
                whole.forEachAttribute(
                    (name, text) ->
                        CodeFlags.of(name, text)
                            .forEach(
                                (flag, march) -> {
                                  if (isBeyond(subject, march, offered)) {
                                    found
                                        .computeIfAbsent(flag, none -> new BitSet())
                                        .set(derivation);
                                  }
                                }));
              }
            });
    return found;
  }

  private static boolean isBeyond(Subject subject, String march, String offered) {
    String system = subject.target().system();
    return subject.platforms().isMarch(march, system)
        && !subject
            .platforms()
            .runsOn(subject.platforms().canonicalMarch(Optional.of(march), system), offered);
  }
}
