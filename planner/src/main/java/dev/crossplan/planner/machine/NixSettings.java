package dev.crossplan.planner.machine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Settings of Nix by name, as {@code nix.conf} and the environment have them (Nix manual, "nix.conf
 * - Nix configuration file").
 *
 * @param values of a list its members, of anything else one; of a table, its keys
 */
public record NixSettings(ImmutableMap<String, ImmutableList<String>> values) {
  private static final JsonFactory JSON = new JsonFactory();

  /** Reads {@code {"cores": {"value": 2, …}, "extra-platforms": {"value": ["i686-linux"], …}}}. */
  static NixSettings read(Path file) throws IOException {
    ImmutableMap.Builder<String, ImmutableList<String>> values = ImmutableMap.builder();
    try (JsonParser json = JSON.createParser(Files.newInputStream(file))) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          boolean isValue = json.currentName().equals("value");
          json.nextToken();
          if (isValue) {
            values.put(name, readValue(json));
          } else {
            json.skipChildren();
          }
        }
      }
    }
    return new NixSettings(values.buildOrThrow());
  }

  private static ImmutableList<String> readValue(JsonParser json) throws IOException {
    JsonToken first = json.currentToken();
    if (first == JsonToken.START_ARRAY) {
      ImmutableList.Builder<String> members = ImmutableList.builder();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        members.add(json.getValueAsString(""));
        json.skipChildren();
      }
      return members.build();
    }
    if (first == JsonToken.START_OBJECT) {
      ImmutableList.Builder<String> keys = ImmutableList.builder();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        keys.add(json.currentName());
        json.nextToken();
        json.skipChildren();
      }
      return keys.build();
    }
    return ImmutableList.of(json.getValueAsString(""));
  }

  /** A setting that is one word or number; empty where this Nix does not know it. */
  public String word(String name) {
    return values.getOrDefault(name, ImmutableList.of()).stream().findFirst().orElse("");
  }

  /** A setting that is a list; empty where this Nix does not know it. */
  public ImmutableSet<String> list(String name) {
    return ImmutableSet.copyOf(values.getOrDefault(name, ImmutableList.of()));
  }

  /** Systems whose derivations Nix builds on this machine. */
  public ImmutableSet<String> systems() {
    return ImmutableSet.<String>builder()
        .add(word("system"))
        .addAll(list("extra-platforms"))
        .build();
  }

  /** Features that derivations may require of this machine. */
  public ImmutableSet<String> features() {
    return list("system-features");
  }
}
