package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.Suggestion;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.Manifest.CostSettings;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.Prepared;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What would be otherwise, as if the manifest had been edited: builders are taken away, then others
 * written after those that are left.
 *
 * @param without names of builders that are taken away
 * @param emulation factor on the native seconds, which stay as they are known; empty where it stays
 */
public record WhatIf(
    ImmutableSet<String> without, ImmutableList<Builder> with, OptionalDouble emulation) {

  /**
   * The same graphs, with other builders and costs.
   *
   * @throws InputException if there is no builder of a name that is taken away, there is one of a
   *     name that comes, or none is left
   */
  public Prepared applyTo(Prepared prepared) {
    List<Builder> builders = new ArrayList<>(prepared.builders());
    for (String name : without) {
      if (!builders.removeIf(builder -> builder.name().equals(name))) {
        throw unknown(name, prepared.builders());
      }
    }
    for (Builder added : with) {
      if (builders.stream().anyMatch(builder -> builder.name().equals(added.name()))) {
        throw new InputException(
            "there is a builder \"" + added.name() + "\" already",
            "Maybe another name, or without the one there is.");
      }
      builders.add(added);
    }
    if (builders.isEmpty()) {
      throw new InputException(
          "no builder is left",
          "Maybe add one by --with-builder, or leave one: this machine is one by itself only where"
              + " the manifest names none.");
    }
    Manifest manifest = prepared.manifest();
    CostSettings costs = manifest.costs();
    CostSettings otherCosts =
        emulation.isPresent() ? costs.withEmulation(emulation.getAsDouble()) : costs;
    Manifest changed = manifest.with(ImmutableList.copyOf(builders), otherCosts);
    ManifestReader.checkLongest(changed);
    return prepared.with(changed);
  }

  private static InputException unknown(String name, ImmutableList<Builder> builders) {
    ImmutableList<String> names =
        builders.stream().map(Builder::name).collect(ImmutableList.toImmutableList());
    return new InputException("there is no builder \"" + name + '"', Suggestion.oneOf(name, names));
  }
}
