package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;

/** Where crossplan keeps what it could find out again: the XDG Base Directory Specification. */
final class CacheFolder {
  private CacheFolder() {}

  static Path of(ImmutableMap<String, String> environment) {
    String folder = environment.getOrDefault("XDG_CACHE_HOME", "");
    return folder.startsWith("/")
        ? Path.of(folder, "crossplan")
        : Path.of(
            environment.getOrDefault("HOME", System.getProperty("user.home")),
            ".cache",
            "crossplan");
  }
}
