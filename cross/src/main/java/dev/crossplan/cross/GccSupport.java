package dev.crossplan.cross;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import dev.crossplan.planner.variant.MarchFault;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether GCC of one version knows what is in an ISA string that is spelt as some version wants.
 */
final class GccSupport {
  /** The first version that takes extensions in any order. */
  private static final int ANY_ORDER_SINCE = 14;

  /** What of several letters starts with which one, in the order that older versions demand. */
  private static final String ORDER = "szx";

  private final int version;
  private final IsaString isa;
  private final String base;
  private final ImmutableList<String> extensions;

  /**
   * @param version the first part of it
   * @param isa what the string means
   * @param base {@code rv64i}, {@code rv64g} or the like, or a profile
   * @param extensions the names after that, in their order, without versions
   */
  GccSupport(int version, IsaString isa, String base, Collection<String> extensions) {
    this.version = version;
    this.isa = isa;
    this.base = base;
    this.extensions = ImmutableList.copyOf(extensions);
  }

  /** What it does not know or take; empty if that is nothing. A patched one may know more. */
  Optional<MarchFault> fault() {
    List<String> unknown = new ArrayList<>(extensions);
    if (isProfile()) {
      unknown.add(0, base);
    }
    unknown.removeIf(this::isKnown);
    if (!unknown.isEmpty()) {
      String taken = taken();
      return Optional.of(
          new MarchFault(
              false,
              since(unknown) + ", and this is " + version,
              remedy(taken),
              Optional.of(taken)));
    }
    if (version >= ANY_ORDER_SINCE || inOrder(extensions).equals(extensions)) {
      return Optional.empty();
    }
    String ordered = spelt(base, extensions);
    return Optional.of(
        new MarchFault(
            false,
            "GCC takes extensions in any order from "
                + ANY_ORDER_SINCE
                + " on, and this is "
                + version,
            "Maybe write " + ordered + ".",
            Optional.of(ordered)));
  }

  private boolean isProfile() {
    return IsaString.PROFILES.containsKey(base);
  }

  private boolean isKnown(String name) {
    return IsaExtensions.isKnownTo(version, name);
  }

  /** "GCC knows zfa from 14 on, zimop from 15 on; GCC up to 15 does not know zbp". */
  private static String since(List<String> unknown) {
    Map<Integer, List<String>> byFirst = new TreeMap<>();
    List<String> ofNone = new ArrayList<>();
    for (String name : unknown) {
      IsaExtensions.firstGcc(name)
          .ifPresentOrElse(
              first -> byFirst.computeIfAbsent(first, none -> new ArrayList<>()).add(name),
              () -> ofNone.add(name));
    }
    List<String> said = new ArrayList<>();
    if (!byFirst.isEmpty()) {
      said.add(
          "GCC knows "
              + byFirst.entrySet().stream()
                  .map(
                      each -> String.join(", ", each.getValue()) + " from " + each.getKey() + " on")
                  .collect(Collectors.joining(", ")));
    }
    if (!ofNone.isEmpty()) {
      said.add(
          "GCC up to " + IsaExtensions.NEWEST_GCC + " does not know " + String.join(", ", ofNone));
    }
    return String.join("; ", said);
  }

  private String remedy(String taken) {
    Set<String> lost = IsaString.parse(taken).map(isa::beyond).orElse(ImmutableSortedSet.of());
    if (!lost.isEmpty()) {
      return "Maybe write what GCC "
          + version
          + " knows of it, "
          + taken
          + ": all but "
          + String.join(", ", lost)
          + ".";
    }
    return isProfile()
        ? "Maybe write out what it stands for, " + taken + "."
        : "Maybe write " + taken + ", which asks the same of a board.";
  }

  /** What of the string it knows; of a name that it does not, what follows from it. */
  private String taken() {
    String start =
        isProfile() ? "rv" + isa.bits() + (IsaString.RV64GC.runsOn(isa) ? "g" : "i") : base;
    Set<String> names = new LinkedHashSet<>(extensions);
    names.removeIf(name -> !isKnown(name));
    if (isProfile()) { // of which it does not matter if its extensions are named again
      names.removeAll(IsaString.parse(start).orElseThrow().extensions());
    }
    IsaString kept = IsaString.parse(spelt(start, names)).orElseThrow();
    names.addAll(
        kept.withoutImplied(
            Sets.filter(
                Sets.difference(isa.instructions().extensions(), kept.extensions()),
                this::isKnown)));
    return spelt(start, names);
  }

  /** {@code rv64gcv_zba_zbb}, in an order that every version takes. */
  private static String spelt(String base, Collection<String> extensions) {
    StringBuilder spelt = new StringBuilder(base);
    for (String extension : inOrder(extensions)) {
      spelt.append(extension.length() == 1 ? "" : "_").append(extension);
    }
    return spelt.toString();
  }

  /** Letters, then longer names; the order of those that start alike is free. */
  private static List<String> inOrder(Collection<String> extensions) {
    return extensions.stream().sorted(Comparator.comparingInt(GccSupport::rank)).toList();
  }

  private static int rank(String extension) {
    return extension.length() == 1
        ? IsaSpelling.LETTERS.indexOf(extension)
        : IsaSpelling.LETTERS.length() + ORDER.indexOf(extension.charAt(0));
  }
}
