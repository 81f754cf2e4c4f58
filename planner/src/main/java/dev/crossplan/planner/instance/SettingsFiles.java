package dev.crossplan.planner.instance;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files that Nix reads its settings from (Nix manual, "nix.conf", "Configuration file"). */
final class SettingsFiles {
  private static final Splitter WORDS = Splitter.onPattern("[ \t\r]+").omitEmptyStrings();

  private SettingsFiles() {}

  /** What is written in them, by file; those that are not there are empty. */
  static ImmutableMap<Path, String> read(ImmutableMap<String, String> environment) {
    Map<Path, String> texts = new LinkedHashMap<>();
    places(environment).forEach(place -> read(place, texts));
    return ImmutableMap.copyOf(texts);
  }

  private static List<Path> places(ImmutableMap<String, String> environment) {
    List<String> places = new ArrayList<>();
    places.add(environment.getOrDefault("NIX_CONF_DIR", "/etc/nix") + "/nix.conf");
    String named = environment.get("NIX_USER_CONF_FILES");
    if (named != null) {
      Splitter.on(':').split(named).forEach(places::add);
    } else {
      String home = environment.getOrDefault("HOME", "") + "/.config";
      places.add(environment.getOrDefault("XDG_CONFIG_HOME", home) + "/nix/nix.conf");
      Splitter.on(':')
          .split(environment.getOrDefault("XDG_CONFIG_DIRS", "/etc/xdg"))
          .forEach(folder -> places.add(folder + "/nix/nix.conf"));
    }
    List<Path> paths = new ArrayList<>();
    for (String place : places) {
      try {
        paths.add(Path.of(place).normalize());
      } catch (InvalidPathException e) {
        // then Nix cannot read it either
      }
    }
    return paths;
  }

  /** Reads a file and those that it includes. */
  private static void read(Path file, Map<Path, String> texts) {
    if (texts.putIfAbsent(file, "") != null) {
      return;
    }
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      return;
    }
    texts.put(file, text);
    for (String line : Splitter.on('\n').split(text)) {
      List<String> words = WORDS.splitToList(line);
      if (words.size() >= 2
          && (words.get(0).equals("include") || words.get(0).equals("!include"))) {
        try {
          read(file.resolveSibling(words.get(1)).normalize(), texts);
        } catch (InvalidPathException e) {
          // then Nix cannot read it either
        }
      }
    }
  }
}
