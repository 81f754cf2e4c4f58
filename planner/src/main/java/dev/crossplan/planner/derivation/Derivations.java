package dev.crossplan.planner.derivation;

import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Reads derivations from wherever they are: a JSON file (see {@link DerivationJson}), a .drv file,
 * or a folder of .drv files under their names in the store, which a Nix store itself is.
 */
public final class Derivations {
  private Derivations() {}

  /**
   * Reads all derivations, each as soon as it is read: those of a JSON file in its order, those of
   * a folder by name.
   *
   * @param consumer is handed each derivation and its path
   * @throws InputException if something cannot be read, or is no derivation; others before it were
   *     handed on
   */
  public static void read(Path source, BiConsumer<? super StorePath, ? super Derivation> consumer) {
    if (Files.isDirectory(source)) {
      readFolder(source, consumer);
    } else if (source.toString().endsWith(".drv")) {
      readFiles(List.of(source), consumer);
    } else {
      DerivationJson.read(source, consumer);
    }
  }

  /**
   * Reads some derivations of a folder and all that they need, by following input derivations.
   *
   * @param folder where the files of the store are; need not be the store directory in their paths
   * @param roots derivations that are wanted
   * @param consumer is handed each derivation and its path, once
   * @throws InputException if one is missing, cannot be read, or is no derivation; others before it
   *     were handed on
   */
  public static void readClosure(
      Path folder,
      Collection<StorePath> roots,
      BiConsumer<? super StorePath, ? super Derivation> consumer) {
    TextCache cache = new TextCache();
    Set<StorePath> seen = new LinkedHashSet<>(roots);
    Deque<StorePath> next = new ArrayDeque<>(seen);
    while (!next.isEmpty()) {
      StorePath path = next.removeFirst();
      Derivation derivation =
          readFile(folder.resolve(path.baseName()), path.derivationName(), cache);
      for (StorePath input : derivation.inputDerivations().keySet()) {
        if (seen.add(input)) {
          if (!Files.exists(folder.resolve(input.baseName()))) {
            throw new InputException(
                folder + ": derivation " + path + " needs " + input + ", which is missing",
                "Maybe it was not copied: nix-store --query --requisites lists what is needed.");
          }
          next.add(input);
        }
      }
      consumer.accept(path, derivation);
    }
  }

  /**
   * Reads some derivations of a folder.
   *
   * @param folder where the files of the store are; need not be the store directory in their paths
   * @param consumer is handed each derivation and its path
   * @throws InputException if one is missing, cannot be read, or is no derivation; others before it
   *     were handed on
   */
  public static void readSome(
      Path folder,
      Collection<StorePath> paths,
      BiConsumer<? super StorePath, ? super Derivation> consumer) {
    TextCache cache = new TextCache();
    for (StorePath path : paths) {
      consumer.accept(
          path, readFile(folder.resolve(path.baseName()), path.derivationName(), cache));
    }
  }

  private static void readFolder(
      Path folder, BiConsumer<? super StorePath, ? super Derivation> consumer) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> listed = Files.newDirectoryStream(folder, "*.drv")) {
      listed.forEach(files::add);
    } catch (IOException e) {
      throw new InputException(
          folder + ": cannot be listed: " + e.getMessage(),
          "Maybe there is no such folder, or it is for others: ls -ld tells.",
          e);
    }
    if (files.isEmpty()) {
      throw new InputException(
          folder + ": there is no .drv file in this folder",
          "Maybe the folder is another one, or a JSON file in it is what should be named.");
    }
    Collections.sort(files);
    readFiles(files, consumer);
  }

  private static void readFiles(
      Collection<Path> files, BiConsumer<? super StorePath, ? super Derivation> consumer) {
    // A file does not say which store it is of, but nearly all mention a path in it. Those that do
    // not are in the same store as the others.
    String directory = null;
    TextCache cache = new TextCache();
    List<Path> unclear = new ArrayList<>();
    for (Path file : files) {
      StorePath name = storeName(file, StorePath.DEFAULT_DIRECTORY);
      Derivation derivation = readFile(file, name.derivationName(), cache);
      Optional<String> found = StoreDirectory.of(derivation);
      if (found.isPresent()) {
        directory = found.get();
        consumer.accept(StorePath.of(directory, name.baseName()), derivation);
      } else {
        unclear.add(file);
      }
    }
    for (Path file : unclear) {
      StorePath path = storeName(file, directory == null ? StorePath.DEFAULT_DIRECTORY : directory);
      consumer.accept(path, readFile(file, path.derivationName(), cache));
    }
  }

  private static StorePath storeName(Path file, String directory) {
    try {
      return StorePath.of(directory, String.valueOf(file.getFileName()));
    } catch (InputException e) {
      throw new InputException(
          file + ": a .drv file has the name it has in the store: " + e.getMessage(),
          "Maybe it was renamed: its name starts with its hash in the store.",
          e);
    }
  }

  private static Derivation readFile(Path file, String name, TextCache cache) {
    byte[] bytes =
        InputFile.read(
            file,
            in -> {
              byte[] read = in.readNBytes(JsonText.MAX_TEXT_CHARS + 1);
              if (read.length > JsonText.MAX_TEXT_CHARS) {
                throw new InputException(
                    file
                        + ": the file is larger than "
                        + (JsonText.MAX_TEXT_CHARS >> 20)
                        + " MiB, the most that is read of a .drv file",
                    "Maybe it is another file: those that Nix writes are smaller.");
              }
              return read;
            });
    return DerivationAterm.read(file.toString(), name, bytes, cache);
  }
}
