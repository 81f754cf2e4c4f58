package dev.crossplan.planner.history;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;

/** Where crossplan keeps what outlives it, see the XDG Base Directory Specification. */
public final class StateHome {
  private StateHome() {}

  /** The folder, whether it is there or not. */
  public static Path of(ImmutableMap<String, String> environment) {
    String folder = environment.getOrDefault("XDG_STATE_HOME", "");
    Path state =
        !folder.startsWith("/") // the specification has it ignored
            ? Path.of(environment.getOrDefault("HOME", "."), ".local", "state")
            : Path.of(folder);
    return state.resolve("crossplan").toAbsolutePath();
  }
}
