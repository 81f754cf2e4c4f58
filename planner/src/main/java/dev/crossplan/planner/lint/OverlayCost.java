package dev.crossplan.planner.lint;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.Seconds;
import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.Instance;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Substitutes;
import dev.crossplan.planner.lint.Finding.Severity;
import dev.crossplan.planner.lint.SecondInstance.Loss;
import dev.crossplan.planner.lint.SecondInstance.Split;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.rebuild.Change;
import dev.crossplan.planner.rebuild.Change.Kind;
import dev.crossplan.planner.rebuild.Comparison;
import dev.crossplan.planner.rebuild.Rebuild;
import dev.crossplan.planner.rebuild.Rebuilds;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the overlays of an instance cost: it is evaluated once more without them. What is built anew
 * is lost for substituters, and often few of the packages that are built anew want the overlay:
 * then a second instance for these alone costs less.
 */
final class OverlayCost {
  /** So many causes and attributes are told. */
  private static final int TOLD = 10;

  private OverlayCost() {}

  /** Evaluates nothing where there are no overlays. */
  static ImmutableList<Finding> check(Planner planner, Subject subject) {
    Manifest manifest = subject.prepared().manifest();
    List<Instance> all = new ArrayList<>(manifest.instances());
    Map<Integer, Integer> bareByNumber = new TreeMap<>();
    for (int number : subject.distinct()) {
      Instance asked = asked(subject, number);
      Optional<Instance> bare = asked.withoutOverlays();
      if (bare.isPresent()) {
        bareByNumber.put(number, all.size());
        all.set(number, asked);
        all.add(
            new Instance(
                asked.name() + " without its overlays",
                asked.local(),
                asked.cross(),
                bare.get().source()));
      }
    }
    if (bareByNumber.isEmpty()) {
      return ImmutableList.of();
    }
    Manifest extended = manifest.with(ImmutableList.copyOf(all), manifest.substituters());
    Prepared prepared = planner.prepare(extended, subject.prepared().builders());
    Rebuilds rebuilds = planner.rebuilds(prepared);
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    bareByNumber.forEach(
        (number, bare) ->
            finding(
                    manifest,
                    number,
                    rebuilds.between(Comparison.of(bare, number)),
                    prepared.substitutes(),
                    split ->
                        ofBare(
                            rebuilds.between(Comparison.of(number, bare)),
                            bare,
                            SecondInstance.others(
                                manifest, manifest.instances().get(number), split),
                            prepared.substitutes()))
                .ifPresent(findings::add));
    return findings.build();
  }

  /**
   * The instance with what of the image evaluates in it and nothing else: where some of it does
   * not, packages that were found by their names are tried besides, which nobody asked for.
   */
  private static Instance asked(Subject subject, int number) {
    ImmutableList<String> evaluated =
        subject.prepared().manifest().image().stream()
            .filter(subject.graph().attributes(number)::containsKey)
            .collect(ImmutableList.toImmutableList());
    Instance instance = subject.instances().get(number);
    return evaluated.isEmpty() ? instance : instance.naming(evaluated);
  }

  /** How much of something is built. */
  private record Work(int builds, double seconds) {

    static Work of(Rebuild rebuild, BitSet derivations, Substitutes substitutes) {
      int builds = 0;
      double seconds = 0;
      for (Change change : rebuild.changes()) {
        if (derivations.get(change.derivation()) && !substitutes.has(change.derivation())) {
          builds++;
          seconds += change.seconds();
        }
      }
      return new Work(builds, seconds);
    }

    boolean isLessThan(Work other) {
      double rounding = 1e-9 * other.seconds;
      return seconds < other.seconds - rounding
          || (seconds <= other.seconds + rounding && builds < other.builds);
    }

    @Override
    public String toString() {
      return Subject.derivations(builds) + " (" + Seconds.about(seconds) + ")";
    }
  }

  /**
   * What attributes need built that an instance with overlays does not need.
   *
   * @param back what has to be built anew when the overlays go
   * @param bare the instance without them
   */
  private static Work ofBare(
      Rebuild back, int bare, List<String> attributes, Substitutes substitutes) {
    BitSet needed = new BitSet();
    byAttribute(back, bare)
        .forEach(
            (attribute, closure) -> {
              if (attributes.contains(attribute)) {
                needed.or(closure);
              }
            });
    return Work.of(back, needed, substitutes);
  }

  /**
   * @param ofBare what is built for the attributes that no longer have the overlays
   */
  private static Optional<Finding> finding(
      Manifest manifest,
      int number,
      Rebuild rebuild,
      Substitutes substitutes,
      Function<Split, Work> ofBare) {
    if (rebuild.changes().isEmpty()) {
      return Optional.empty();
    }
    Instance instance = manifest.instances().get(number);
    Map<String, BitSet> byAttribute = byAttribute(rebuild, number);
    List<String> wanting = wanting(rebuild, number);
    BitSet wanted = new BitSet();
    wanting.forEach(attribute -> wanted.or(byAttribute.getOrDefault(attribute, new BitSet())));
    Split split =
        new Split(
            instance.name(), ImmutableList.copyOf(wanting), losses(rebuild, byAttribute, wanting));
    boolean isPossible =
        isAllEvaluated(manifest, rebuild, number)
            && !wanting.isEmpty()
            && wanted.cardinality() < rebuild.changes().size()
            && !SecondInstance.others(manifest, instance, split).isEmpty();
    Optional<Work> more = isPossible ? Optional.of(ofBare.apply(split)) : Optional.empty();
    BitSet spared = new BitSet();
    rebuild.changes().forEach(change -> spared.set(change.derivation()));
    spared.andNot(wanted);
    Work less = Work.of(rebuild, spared, substitutes);
    boolean saves = more.isPresent() && more.get().isLessThan(less);
    String remedy;
    if (saves) {
      remedy = splitIt(split, wanted.cardinality(), rebuild.changes().size(), more.get());
    } else if (more.isPresent()) {
      remedy = leaveIt(split, less, more.get());
    } else {
      remedy = lookAtIt(rebuild, number, wanting);
    }
    return Optional.of(
        new Finding(
            "overlay-rebuild",
            saves ? Severity.WARNING : Severity.NOTE,
            message(instance, rebuild),
            ImmutableList.<String>builder()
                .addAll(causes(rebuild))
                .addAll(attributes(byAttribute))
                .build(),
            ImmutableList.of(),
            rebuild.changes().size(),
            remedy,
            saves ? Optional.of(split) : Optional.empty()));
  }

  private static String message(Instance instance, Rebuild rebuild) {
    String lost =
        rebuild.lostSubstitutes() == 0
            ? ""
            : "; " + rebuild.lostSubstitutes() + " could be substituted without them";
    String substituted =
        rebuild.substituted() == 0
            ? ""
            : ", and substituters have " + rebuild.substituted() + " of them";
    return String.format(
        Locale.ROOT,
        "the overlays of %s have %d of %s built anew, %d of them only because of an input%s:"
            + " %s of building, %s along the longest chain%s",
        instance.name(),
        rebuild.changes().size(),
        Subject.derivations(rebuild.examined()),
        rebuild.count(Kind.INPUTS),
        substituted,
        Seconds.about(rebuild.builderSeconds()),
        Seconds.about(rebuild.chainSeconds()),
        lost);
  }

  /** A second instance saves. */
  private static String splitIt(Split split, int wanted, int changed, Work more) {
    String besides =
        more.builds() == 0 ? "" : ", and " + more + " that no substituter has without them";
    return "Maybe take only "
        + String.join(", ", split.attributes())
        + " from an instance with them, and the rest from one without: "
        + wanted
        + " instead of "
        + changed
        + " are built anew"
        + besides
        + told(split.losses())
        + ". lint --fix writes that.";
  }

  /** A second instance costs as much as it spares. */
  private static String leaveIt(Split split, Work less, Work more) {
    if (less.builds() == 0) {
      return "Maybe leave it so: a second instance for only "
          + String.join(", ", split.attributes())
          + " saves nothing here, as substituters have what it would spare.";
    }
    return "Maybe leave it so: a second instance for only "
        + String.join(", ", split.attributes())
        + " saves nothing here. It spares "
        + less
        + " and needs "
        + more
        + " without the overlays, which no substituter has.";
  }

  /** What a second instance would do is not known. */
  private static String lookAtIt(Rebuild rebuild, int number, List<String> wanting) {
    return rebuild.packages().graph().attributes(number).size() == wanting.size()
        ? "Maybe leave it so: they change each attribute that "
            + rebuild.packages().graph().instances().get(number).name()
            + " is evaluated for, and a second instance would save nothing."
        : "Maybe look whether all that is built anew wants them: a second instance for the few that"
            + " do leaves the rest as it was.";
  }

  /** A change of a library is in all that needs it: who wanted it there has to know. */
  private static String told(List<Loss> losses) {
    return losses.isEmpty()
        ? ""
        : losses.stream()
            .limit(TOLD)
            .map(loss -> loss.sentence(Subject::enumerate))
            .collect(
                Collectors.joining(
                    "; ", ", but ", losses.size() > TOLD ? "; and others lose others" : ""));
  }

  /** What the attributes that get no overlays have of them by what they need. */
  private static ImmutableList<Loss> losses(
      Rebuild rebuild, Map<String, BitSet> byAttribute, List<String> wanting) {
    Map<ImmutableList<String>, List<String>> losing = new LinkedHashMap<>();
    byAttribute.forEach(
        (attribute, changed) -> {
          ImmutableList<String> changes = ownChanges(rebuild, changed);
          if (!wanting.contains(attribute) && !changes.isEmpty()) {
            losing.computeIfAbsent(changes, none -> new ArrayList<>()).add(attribute);
          }
        });
    return losing.entrySet().stream()
        .map(entry -> new Loss(ImmutableList.copyOf(entry.getValue()), entry.getKey()))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * The names of those that changed by themselves or are new; new downloads if there is no more.
   */
  private static ImmutableList<String> ownChanges(Rebuild rebuild, BitSet changed) {
    DerivationGraph graph = rebuild.packages().graph();
    Set<String> names = new TreeSet<>();
    Set<String> downloads = new TreeSet<>();
    for (Change change : rebuild.changes()) {
      if (changed.get(change.derivation()) && change.kind() != Kind.INPUTS) {
        DerivationFacts facts = graph.facts(change.derivation());
        boolean isDownload = change.kind() == Kind.NEW && facts.isFixedOutput();
        (isDownload ? downloads : names).add(facts.name());
      }
    }
    return ImmutableList.copyOf(names.isEmpty() ? downloads : names);
  }

  /**
   * Whether the instance has all attributes that it is asked for, and no others: else packages of
   * the image are in it that were found by their names, and that is over when attributes are named.
   */
  private static boolean isAllEvaluated(Manifest manifest, Rebuild rebuild, int number) {
    Instance instance = manifest.instances().get(number);
    return rebuild
        .packages()
        .graph()
        .attributes(number)
        .keySet()
        .equals(
            ImmutableSet.copyOf(
                SecondInstance.others(
                    manifest, instance, new Split(instance.name(), ImmutableList.of()))));
  }

  /** What changed by itself, the costliest first, and how many follow from it alone. */
  private static ImmutableList<String> causes(Rebuild rebuild) {
    DerivationGraph graph = rebuild.packages().graph();
    return rebuild.changes().stream()
        .filter(change -> change.kind() != Kind.INPUTS)
        .sorted((one, other) -> Integer.compare(other.alone(), one.alone()))
        .limit(TOLD)
        .map(
            change ->
                graph.facts(change.derivation()).name()
                    + (change.kind() == Kind.NEW
                        ? " is new"
                        : " changed by itself (" + String.join(", ", change.differences()) + ")")
                    + ": "
                    + (change.isAnyway()
                        ? "none for it alone, as an input of it is built anew too"
                        : change.alone() + " for it alone"))
        .collect(ImmutableList.toImmutableList());
  }

  private static ImmutableList<String> attributes(Map<String, BitSet> byAttribute) {
    return byAttribute.entrySet().stream()
        .filter(entry -> !entry.getValue().isEmpty())
        .limit(TOLD)
        .map(entry -> entry.getKey() + " needs " + entry.getValue().cardinality() + " of them")
        .collect(ImmutableList.toImmutableList());
  }

  /** By attribute, what of it has to be built anew. */
  private static Map<String, BitSet> byAttribute(Rebuild rebuild, int instance) {
    DerivationGraph graph = rebuild.packages().graph();
    BitSet changed = new BitSet();
    rebuild.changes().forEach(change -> changed.set(change.derivation()));
    Map<String, BitSet> byAttribute = new TreeMap<>();
    graph
        .attributes(instance)
        .forEach(
            (attribute, derivation) -> {
              BitSet closure = new BitSet();
              graph.addClosure(derivation, closure);
              closure.and(changed);
              byAttribute.put(attribute, closure);
            });
    return byAttribute;
  }

  /** The attributes that the overlay itself changes. */
  private static List<String> wanting(Rebuild rebuild, int instance) {
    BitSet causes = new BitSet();
    for (Change change : rebuild.changes()) {
      causes.set(change.derivation(), change.kind() != Kind.INPUTS);
    }
    List<String> wanting = new ArrayList<>();
    rebuild
        .packages()
        .graph()
        .attributes(instance)
        .forEach(
            (attribute, derivation) -> {
              if (causes.get(derivation)) {
                wanting.add(attribute);
              }
            });
    return wanting;
  }
}
