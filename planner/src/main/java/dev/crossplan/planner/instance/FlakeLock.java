package dev.crossplan.planner.instance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.ContentHash;
import dev.crossplan.planner.derivation.StorePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a flake consists of: {@code builtins.getFlake} takes its inputs as its {@code flake.lock}
 * has them, by content. Where that lacks one, Nix refuses the flake, or says that it does not write
 * the lock anew ("flake.lock" in the Nix manual).
 */
final class FlakeLock {
  private static final JsonFactory JSON = new JsonFactory();

  /** By a reference that is written out. */
  private static final Pattern LITERAL = Pattern.compile("\\bgetFlake\\s+\"([^\"\\\\$]+)\"");

  private FlakeLock() {}

  /** The flakes that a file in Nix takes by references that are written out in it. */
  static ImmutableSet<String> references(String text) {
    return LITERAL
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(ImmutableSet.toImmutableSet());
  }

  /**
   * The paths in the store of a flake and of its inputs; none if they cannot be told.
   *
   * @param flake its own path there
   */
  static ImmutableSet<Path> sources(Path flake, Path store) {
    ImmutableSet.Builder<Path> sources = ImmutableSet.builder();
    sources.add(flake);
    Path lock = flake.resolve("flake.lock");
    if (!Files.exists(lock)) { // it has no inputs
      return sources.build();
    }
    try (JsonParser json = JSON.createParser(Files.newInputStream(lock))) {
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.VALUE_STRING && "narHash".equals(json.currentName())) {
          StorePath source =
              StorePath.ofLocked(store.toString(), ContentHash.parseSri(json.getText()));
          sources.add(Path.of(source.toString()));
        }
      }
      return sources.build();
    } catch (IOException | InputException e) { // of a version that is not known here
      return ImmutableSet.of();
    }
  }
}
