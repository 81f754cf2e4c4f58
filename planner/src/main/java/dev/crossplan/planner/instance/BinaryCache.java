package dev.crossplan.planner.instance;

import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The small files of a binary cache. */
interface BinaryCache {
  /** A {@code .narinfo} file has some hundred bytes, with many references some thousand. */
  int MOST_BYTES = 1 << 20;

  /**
   * A file by its name in the cache.
   *
   * @return empty if it is not there
   * @throws IOException if that cannot be found out; the message is fit for a user
   */
  Optional<byte[]> get(String name) throws IOException, InterruptedException;

  /** Whether it is far away, so that it is worth while to remember what it said. */
  boolean isRemote();

  /**
   * The cache at an address as Nix takes it: {@code https://…}, {@code http://…}, {@code
   * file:///…}, or a folder. What follows a question mark are settings for Nix.
   *
   * @throws InputException if it is another kind of store
   */
  static BinaryCache at(String url, WebCache.Patience patience) {
    int question = url.indexOf('?');
    String address = question < 0 ? url : url.substring(0, question);
    try {
      if (address.startsWith("https://") || address.startsWith("http://")) {
        return new WebCache(URI.create(address.endsWith("/") ? address : address + "/"), patience);
      }
      if (address.startsWith("file://")) {
        return new Folder(Path.of(URI.create(address)));
      }
      if (address.startsWith("/")) {
        return new Folder(Path.of(address));
      }
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "substituter " + url + ": this is no address",
          "Maybe a character has to be written otherwise in it: a space is %20.",
          e);
    }
    throw new InputException(
        "substituter " + url + ": crossplan cannot ask it",
        "Maybe a cache at https://, http:// or file://, or list what it has: file ="
            + " \"cached-paths.txt\".");
  }

  /** A cache in a folder, as {@code nix copy --to file://…} makes it. */
  record Folder(Path folder) implements BinaryCache {
    @Override
    public Optional<byte[]> get(String name) throws IOException {
      try {
        return Optional.of(Files.readAllBytes(folder.resolve(name)));
      } catch (NoSuchFileException e) {
        return Optional.empty();
      } catch (IOException e) {
        throw new IOException(folder.resolve(name) + " cannot be read: " + e.getMessage(), e);
      }
    }

    @Override
    public boolean isRemote() {
      return false;
    }
  }
}
