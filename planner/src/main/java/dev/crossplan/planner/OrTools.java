package dev.crossplan.planner;

import com.google.common.io.ByteStreams;
import com.google.ortools.Loader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads the native library of OR-Tools, once and only when it is asked for: this takes half a
 * second and more.
 *
 * <p>OR-Tools' own loader unpacks 71 MB into the temporary folder on every run and leaves them
 * there when the process is killed. Here they are unpacked once, into {@code
 * $XDG_CACHE_HOME/crossplan/natives} or what the system property {@code crossplan.natives} says.
 * The folder gets its name when it is complete, so that processes that start together do not meet.
 * Where the cache cannot be written the loader's own way is taken.
 */
public final class OrTools {
  /** The folder to unpack to; set before the first search. */
  public static final String FOLDER_PROPERTY = "crossplan.natives";

  private static @Nullable Boolean available;

  private OrTools() {}

  /** Whether the solvers of OR-Tools can be called; loads them if that was not done yet. */
  public static synchronized boolean load() {
    if (available == null) {
      available = tryLoad();
    }
    return available;
  }

  private static boolean tryLoad() {
    String platform = platform();
    String library = System.mapLibraryName("jniortools");
    URL resource = OrTools.class.getClassLoader().getResource(platform + "/" + library);
    if (resource == null) {
      return false;
    }
    try {
      System.load(unpack(resource, platform).resolve(library).toString());
      return true;
    } catch (IOException | URISyntaxException | UnsatisfiedLinkError e) {
      try {
        Loader.loadNativeLibraries();
        return true;
      } catch (RuntimeException | LinkageError nowhere) {
        return false;
      }
    }
  }

  /** The folder of the natives in their jar, such as {@code ortools-linux-x86-64}. */
  private static String platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String systemPart =
        system.startsWith("mac") ? "darwin" : system.startsWith("windows") ? "win32" : "linux";
    String machinePart =
        switch (machine) {
          case "amd64", "x86_64" -> "x86-64";
          case "arm64" -> "aarch64";
          default -> machine;
        };
    return "ortools-" + systemPart + "-" + machinePart;
  }

  private static Path unpack(URL resource, String platform) throws IOException, URISyntaxException {
    if (!(resource.openConnection() instanceof JarURLConnection connection)) {
      return Path.of(resource.toURI()).resolveSibling(""); // already unpacked
    }
    Path jar = Path.of(connection.getJarFileURL().toURI());
    // Another version of the library has another name of its jar.
    String name = jar.getFileName().toString().replace(".jar", "") + "-" + Files.size(jar);
    Path folder = cacheFolder().resolve(name);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Files.createDirectories(folder.getParent());
    Path unfinished = Files.createTempDirectory(folder.getParent(), "unpacking");
    try {
      try (JarFile archive = new JarFile(jar.toFile())) {
        for (JarEntry entry : Collections.list(archive.entries())) {
          if (!entry.isDirectory() && entry.getName().startsWith(platform + "/")) {
            Path file = unfinished.resolve(Path.of(entry.getName()).getFileName());
            try (InputStream in = archive.getInputStream(entry);
                OutputStream out = Files.newOutputStream(file)) {
              ByteStreams.copy(in, out);
            }
          }
        }
      }
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      delete(unfinished); // another process was faster
    } catch (IOException e) {
      delete(unfinished);
      throw e;
    }
    return folder;
  }

  private static Path cacheFolder() {
    String given = System.getProperty(FOLDER_PROPERTY);
    if (given != null) {
      return Path.of(given).toAbsolutePath();
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache != null && !cache.isEmpty() && Path.of(cache).isAbsolute()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache").toAbsolutePath();
    return base.resolve("crossplan").resolve("natives");
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
