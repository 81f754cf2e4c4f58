package dev.crossplan.planner.instance;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A machine that builds. */
public record Builder(
    String name, Connection connection, Abilities abilities, Capacity capacity, Upkeep upkeep) {

  private static final double SECONDS_IN_HOUR = 3600;

  /** Store URIs of Nix that mean the machine that it runs on. */
  private static final ImmutableSet<String> HERE = ImmutableSet.of("local", "daemon", "auto");

  /**
   * How it is reached.
   *
   * @param uri Nix store URI; none for the local machine
   * @param key file with the private key that ssh is to use; none for what ssh uses by itself
   * @param hostKey the public key that its sshd has to show, a line of a {@code .pub} file in
   *     base64; none where ssh knows it
   * @param link bits per second between it and this machine, where it is known
   */
  public record Connection(
      Optional<String> uri, Optional<String> key, Optional<String> hostKey, OptionalLong link) {
    /** To the local machine. */
    public static final Connection NONE =
        new Connection(Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty());

    /** To a Nix store URI, with keys that ssh finds by itself. */
    public static Connection to(String uri) {
      return new Connection(Optional.of(uri), Optional.empty(), Optional.empty(), NONE.link);
    }
  }

  /**
   * What it can build.
   *
   * @param systems whose programs it runs by itself
   * @param emulates systems whose programs it runs under QEMU user emulation
   * @param features {@code supportedFeatures} of the Nix manual, mandatory ones among them
   * @param mandatoryFeatures only derivations that require all of these are built here
   */
  public record Abilities(
      ImmutableSet<String> systems,
      ImmutableSet<String> emulates,
      ImmutableSet<String> features,
      ImmutableSet<String> mandatoryFeatures) {

    public Abilities {
      features = Sets.union(features, mandatoryFeatures).immutableCopy();
    }

    /** Runs these by itself, emulates nothing and has no features. */
    public static Abilities running(ImmutableSet<String> systems) {
      return new Abilities(systems, ImmutableSet.of(), ImmutableSet.of(), ImmutableSet.of());
    }

    /** The same with these under QEMU, which are not what it runs by itself then. */
    public Abilities emulating(ImmutableSet<String> others) {
      return new Abilities(
          Sets.difference(systems, others).immutableCopy(), others, features, mandatoryFeatures);
    }

    /** The same with these features, none of them mandatory. */
    public Abilities offering(ImmutableSet<String> others) {
      return new Abilities(systems, emulates, others, ImmutableSet.of());
    }
  }

  /**
   * How much it builds.
   *
   * @param slots builds at the same time
   * @param speed how many seconds of the cost table it does in a second
   * @param cores where they are known
   * @param memory bytes, where they are known
   */
  public record Capacity(int slots, double speed, OptionalInt cores, OptionalLong memory) {
    /** One build at a time, as the cost table has it. */
    public static final Capacity ONE =
        new Capacity(1, 1, OptionalInt.empty(), OptionalLong.empty());

    public Capacity {
      Preconditions.checkArgument(slots >= 1, "slots: %s", slots);
      Preconditions.checkArgument(speed > 0 && speed < 1e9, "speed: %s", speed);
    }
  }

  /**
   * What it costs.
   *
   * @param hourly price of an hour; empty where nobody said it
   * @param watts power while building; likewise
   */
  public record Upkeep(OptionalDouble hourly, OptionalDouble watts) {
    public static final Upkeep NONE = new Upkeep(OptionalDouble.empty(), OptionalDouble.empty());

    /** Both are known. */
    public static Upkeep of(double hourly, double watts) {
      return new Upkeep(OptionalDouble.of(hourly), OptionalDouble.of(watts));
    }
  }

  /** The local machine with one slot; what it is otherwise is said after that. */
  public static Builder of(String name, Abilities abilities) {
    return new Builder(name, Connection.NONE, abilities, Capacity.ONE, Upkeep.NONE);
  }

  /** The same machine by another name. */
  public Builder called(String other) {
    return new Builder(other, connection, abilities, capacity, upkeep);
  }

  /** The same machine, reached otherwise. */
  public Builder with(Connection other) {
    return new Builder(name, other, abilities, capacity, upkeep);
  }

  /** The same machine that can do something else. */
  public Builder with(Abilities other) {
    return new Builder(name, connection, other, capacity, upkeep);
  }

  /** The same machine at another price. */
  public Builder with(Upkeep other) {
    return new Builder(name, connection, abilities, capacity, other);
  }

  /** The same machine with so many slots. */
  public Builder withSlots(int other) {
    return with(new Capacity(other, capacity.speed, capacity.cores, capacity.memory));
  }

  /** The same machine at another speed. */
  public Builder withSpeed(double other) {
    return with(new Capacity(capacity.slots, other, capacity.cores, capacity.memory));
  }

  Builder with(Capacity other) {
    return new Builder(name, connection, abilities, other, upkeep);
  }

  /** The same machine without QEMU. */
  public Builder withoutEmulation() {
    return with(
        new Abilities(systems(), ImmutableSet.of(), features(), abilities.mandatoryFeatures));
  }

  /**
   * The same machine with what is said elsewhere of it and a machines file cannot say: what it
   * emulates, its cores, memory and link, and what it costs.
   */
  public Builder withUnsaid(Builder elsewhere) {
    return new Builder(
        name,
        new Connection(
            connection.uri, connection.key, connection.hostKey, elsewhere.connection.link),
        abilities.emulating(elsewhere.emulates()),
        new Capacity(slots(), speed(), elsewhere.capacity.cores, elsewhere.capacity.memory),
        elsewhere.upkeep);
  }

  /** The price of so many seconds. */
  public double moneyFor(double seconds) {
    return hourly() * seconds / SECONDS_IN_HOUR;
  }

  /** Whether it is the machine that crossplan runs on. */
  public boolean isHere() {
    return connection.uri.isEmpty() || HERE.contains(connection.uri.get());
  }

  /** Nix store URI; none for the local machine. */
  public Optional<String> uri() {
    return connection.uri;
  }

  /** Systems whose programs it runs by itself. */
  public ImmutableSet<String> systems() {
    return abilities.systems;
  }

  /** Systems whose programs it runs under QEMU user emulation. */
  public ImmutableSet<String> emulates() {
    return abilities.emulates;
  }

  /** Features that derivations may require, mandatory ones among them. */
  public ImmutableSet<String> features() {
    return abilities.features;
  }

  /** Only derivations that require all of these are built here. */
  public ImmutableSet<String> mandatoryFeatures() {
    return abilities.mandatoryFeatures;
  }

  /** Builds at the same time. */
  public int slots() {
    return capacity.slots;
  }

  /** How many seconds of the cost table it does in a second. */
  public double speed() {
    return capacity.speed;
  }

  /** Price of an hour; 0 where nobody said it. */
  public double hourly() {
    return upkeep.hourly.orElse(0);
  }

  /** Power while building; 0 where nobody said it. */
  public double watts() {
    return upkeep.watts.orElse(0);
  }

  /**
   * Whether every one of {@code required} is offered here and every mandatory one is among them.
   */
  public boolean offers(ImmutableSet<String> required) {
    return features().containsAll(required) && required.containsAll(mandatoryFeatures());
  }

  /**
   * Whether programs for {@code system} run here without emulation; {@code builtin} runs
   * everywhere.
   */
  public boolean runs(String system) {
    return systems().contains(system) || system.equals("builtin");
  }
}
