package dev.crossplan.planner.history;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A machine that builds, by the name under which what it did is remembered: its host name, whatever
 * a manifest calls it.
 */
public record Machine(String name) {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /** This one. */
  public static Machine here() {
    try {
      return new Machine(Files.readString(HOST_NAME).strip());
    } catch (IOException e) {
      return new Machine("localhost");
    }
  }

  /**
   * The one that a Nix store URI such as {@code ssh-ng://root@board?compress=true} leads to; the
   * text itself where it is none.
   */
  public static Machine at(String storeUri) {
    try {
      String host = new URI(storeUri).getHost();
      return new Machine(host == null ? storeUri : host);
    } catch (URISyntaxException e) {
      return new Machine(storeUri);
    }
  }
}
