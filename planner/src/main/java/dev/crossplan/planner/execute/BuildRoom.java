package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.DiskSpace;
import dev.crossplan.planner.machine.NixInstallation;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The folders that Nix writes to when it builds, and how little room there was in each. Nix deletes
 * what a failed build has written before anybody can look, so that it has to be looked meanwhile.
 */
final class BuildRoom {
  private static final String AGAIN = ", then run the same again: what is built is kept.";

  /**
   * A folder.
   *
   * @param use as part of a sentence
   * @param remedy the beginning of a sentence
   */
  record Place(Path folder, String use, String remedy) {}

  private final ImmutableList<Place> places;

  private BuildRoom(ImmutableList<Place> places) {
    this.places = places;
  }

  static BuildRoom of(NixInstallation nix, ImmutableMap<String, String> environment) {
    return new BuildRoom(
        ImmutableList.of(
            new Place(
                nix.program().store(),
                "where the store is",
                "Maybe make room there (nix-collect-garbage)"),
            builds(nix, environment),
            new Place(
                folder(environment, "NIX_STATE_DIR", "/nix/var/nix"),
                "where Nix has its database",
                "Maybe make room there"),
            new Place(
                folder(environment, "NIX_LOG_DIR", "/nix/var/log/nix"),
                "where Nix writes logs",
                "Maybe make room there")));
  }

  /** Newer versions have a setting; before that, or where it is empty, it is as for any program. */
  private static Place builds(NixInstallation nix, ImmutableMap<String, String> environment) {
    String setting = nix.settings().word("build-dir");
    if (!setting.isEmpty()) {
      return new Place(
          Path.of(setting),
          "where builds run",
          "Maybe make room there, or let build-dir of nix.conf name a folder with more");
    }
    return nix.usesDaemon()
        ? new Place(
            Path.of("/tmp"),
            "where builds run",
            "Maybe make room there, or let TMPDIR of the daemon of Nix name a folder with more")
        : new Place(
            folder(environment, "TMPDIR", "/tmp"),
            "where builds run",
            "Maybe make room there, or let TMPDIR name a folder with more");
  }

  private static Path folder(
      ImmutableMap<String, String> environment, String variable, String otherwise) {
    String named = environment.getOrDefault(variable, "");
    return Path.of(named.isEmpty() ? otherwise : named);
  }

  /** How much room there is now, where that can be told. */
  ImmutableMap<Place, DiskSpace> look() {
    ImmutableMap.Builder<Place, DiskSpace> now = ImmutableMap.builder();
    for (Place place : places) {
      DiskSpace.of(place.folder()).ifPresent(space -> now.put(place, space));
    }
    return now.buildOrThrow();
  }

  /** Begins to remember, for one build. */
  Watch watch() {
    return new Watch();
  }

  private static BuildException failure(Place place, DiskSpace least, String why) {
    return new BuildException(
        String.format(
            "there is too little room in %s, %s: at the least %s were free; %s",
            place.folder(), place.use(), least, why),
        place.remedy() + AGAIN);
  }

  /** What was seen during a build. */
  final class Watch {
    private final Map<Place, DiskSpace> least = new LinkedHashMap<>();

    /** To be called every now and then with what {@link BuildRoom#look} has seen. */
    void see(ImmutableMap<Place, DiskSpace> now) {
      now.forEach(
          (place, space) ->
              least.merge(
                  place, space, (before, after) -> before.free() <= after.free() ? before : after));
    }

    /**
     * Which folder was full.
     *
     * @param why what said so
     */
    Optional<BuildException> full(String why) {
      see(look());
      return least.entrySet().stream()
          .filter(seen -> seen.getValue().isShort())
          .min(Comparator.comparingLong(seen -> seen.getValue().free()))
          .map(seen -> failure(seen.getKey(), seen.getValue(), why));
    }
  }
}
