package dev.crossplan.planner.instance;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableSet;
import java.util.Optional;

/**
 * A machine that builds.
 *
 * @param uri Nix store URI; none for the local machine
 * @param systems systems whose programs it runs by itself
 * @param emulates systems whose programs it runs under QEMU user emulation
 * @param features {@code supportedFeatures} of the Nix manual, mandatory ones among them
 * @param mandatoryFeatures only derivations that require all of these are built here
 * @param slots builds at the same time
 * @param speed how many seconds of the cost table it does in a second
 * @param hourly price of an hour
 * @param watts power while building
 */
public record Builder(
    String name,
    Optional<String> uri,
    ImmutableSet<String> systems,
    ImmutableSet<String> emulates,
    ImmutableSet<String> features,
    ImmutableSet<String> mandatoryFeatures,
    int slots,
    double speed,
    double hourly,
    double watts) {

  public Builder {
    Preconditions.checkArgument(slots >= 1, "slots of %s: %s", name, slots);
    Preconditions.checkArgument(speed > 0 && speed < 1e9, "speed of %s: %s", name, speed);
  }

  /** The same machine by another name. */
  public Builder called(String other) {
    return new Builder(
        other, uri, systems, emulates, features, mandatoryFeatures, slots, speed, hourly, watts);
  }

  /** The same machine with so many slots. */
  public Builder withSlots(int other) {
    return new Builder(
        name, uri, systems, emulates, features, mandatoryFeatures, other, speed, hourly, watts);
  }

  /** The same machine at another speed. */
  public Builder withSpeed(double other) {
    return new Builder(
        name, uri, systems, emulates, features, mandatoryFeatures, slots, other, hourly, watts);
  }

  /** The same machine without QEMU. */
  public Builder withoutEmulation() {
    return new Builder(
        name,
        uri,
        systems,
        ImmutableSet.of(),
        features,
        mandatoryFeatures,
        slots,
        speed,
        hourly,
        watts);
  }

  /**
   * Whether every one of {@code required} is offered here and every mandatory one is among them.
   */
  public boolean offers(ImmutableSet<String> required) {
    return features.containsAll(required) && required.containsAll(mandatoryFeatures);
  }

  /**
   * Whether programs for {@code system} run here without emulation; {@code builtin} runs
   * everywhere.
   */
  public boolean runs(String system) {
    return systems.contains(system) || system.equals("builtin");
  }
}
