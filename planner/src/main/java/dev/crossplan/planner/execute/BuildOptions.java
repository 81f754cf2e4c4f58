package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How to carry plans out.
 *
 * @param environment of Nix; says where the state and the history are
 * @param outLink link to the first output of the image, the others are called alike; empty for none
 * @param cores for each build, of builds that can use several; empty for as many as Nix is told
 * @param retry whether what failed in earlier runs is tried again
 * @param silence how long another machine may not answer before what it does is given to others
 * @param patience how long to wait for machines to come back before what only they can do is made
 *     otherwise, or the run ends if there is no other way
 */
public record BuildOptions(
    ImmutableMap<String, String> environment,
    Optional<Path> outLink,
    OptionalInt cores,
    boolean retry,
    Duration silence,
    Duration patience) {

  /** Longer than what a busy machine needs. */
  public static final Duration USUAL_SILENCE = Duration.ofMinutes(1);

  /** Longer than what a machine needs to start anew. */
  public static final Duration USUAL_PATIENCE = Duration.ofMinutes(10);
}
