package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Optional;

/**
 * Builders as they are written: in a manifest, in a machines file, in {@code nix.conf}.
 *
 * @param builders no two of one name
 * @param origins where each is written, by its name
 * @param warnings what is written and does not count
 * @param notes what other programs make of it
 * @param isSaid whether anything is written of builders, be it that there are none
 */
public record Machines(
    ImmutableList<Builder> builders,
    ImmutableMap<String, String> origins,
    ImmutableList<String> warnings,
    ImmutableList<String> notes,
    boolean isSaid) {

  /** Nothing is written. */
  public static final Machines UNSAID =
      new Machines(
          ImmutableList.of(), ImmutableMap.of(), ImmutableList.of(), ImmutableList.of(), false);

  /** Where a builder is written, for people; empty if it is none of these. */
  public String origin(Builder builder) {
    return origins.getOrDefault(builder.name(), "");
  }

  /** The builder of that name. */
  public Optional<Builder> find(String name) {
    return builders.stream().filter(builder -> builder.name().equals(name)).findFirst();
  }

  /** The same with one more, which nobody wrote or somebody wrote elsewhere. */
  public Machines and(Builder builder, String origin) {
    return new Machines(
        ImmutableList.<Builder>builder().addAll(builders).add(builder).build(),
        ImmutableMap.<String, String>builder()
            .putAll(origins)
            .put(builder.name(), origin)
            .buildKeepingLast(),
        warnings,
        notes,
        isSaid);
  }

  /** The same builders by name, order and origin, with more known of them. */
  public Machines with(ImmutableList<Builder> refined) {
    return new Machines(refined, origins, warnings, notes, isSaid);
  }

  /** The same with one more warning. */
  public Machines withWarning(String warning) {
    return new Machines(
        builders,
        origins,
        ImmutableList.<String>builder().addAll(warnings).add(warning).build(),
        notes,
        isSaid);
  }
}
