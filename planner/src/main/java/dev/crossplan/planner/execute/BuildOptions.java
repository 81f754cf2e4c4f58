package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How to carry plans out.
 *
 * @param environment of Nix; says where the state and the history are
 * @param outLink link to the first output of the image, the others are called alike; empty for none
 * @param cores for each build, of builds that can use several; empty for as many as Nix is told
 * @param retry whether what failed in earlier runs is tried again
 */
public record BuildOptions(
    ImmutableMap<String, String> environment,
    Optional<Path> outLink,
    OptionalInt cores,
    boolean retry) {}
