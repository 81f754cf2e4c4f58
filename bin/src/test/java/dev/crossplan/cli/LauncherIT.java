package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * bin/crossplan as a user starts it, in a copy of the sources in a folder with a space in its name.
 * Needs bash, Maven and a JDK; the tests build upon one another to build only twice.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LauncherIT {
  private static final String BUILDING = "crossplan: building, ";

  private final Path folder;
  private final Path copy;
  private final Path link;

  LauncherIT(@TempDir Path folder) {
    this.folder = folder;
    this.copy = folder.resolve("a fresh clone");
    this.link = folder.resolve("crossplan");
  }

  /** What a process left behind. */
  private record Outcome(int status, String out, String err) {}

  @BeforeAll
  void copySources() throws IOException, InterruptedException {
    Path root = Path.of("..").toRealPath();
    Files.createDirectories(copy);
    assertEquals(
        0,
        new ProcessBuilder(
                "bash",
                "-c",
                "cp --parents -r pom.xml */pom.xml */src/main bin/crossplan \"$0\"",
                copy.toString())
            .directory(root.toFile())
            .inheritIO()
            .start()
            .waitFor());
    Files.createSymbolicLink(link, Path.of("a fresh clone/bin/crossplan"));
  }

  @Test
  @Order(1)
  void twoFirstStartsAtATimeBuildOnceAndBothWork() throws Exception {
    Running first = start(List.of(), "--version");
    Running second = start(List.of(), "--version");
    Outcome one = first.outcome();
    Outcome other = second.outcome();
    for (Outcome outcome : List.of(one, other)) {
      assertEquals(0, outcome.status(), outcome.err());
      assertTrue(outcome.out().matches("crossplan \\d.*\nJava \\d.*\n"), outcome.out());
    }
    String told = one.err() + other.err();
    assertTrue(told.startsWith(BUILDING), told);
    assertEquals(1, told.lines().count(), told);
  }

  @Test
  @Order(2)
  void laterStartsSayNothingOfTheirOwn() throws Exception {
    Outcome outcome = start(List.of(), "schedule", "no such file").outcome();
    assertEquals(ExitStatus.BAD_INPUT, outcome.status());
    assertTrue(outcome.err().startsWith("no such file: no such file\nMaybe "), outcome.err());
    assertEquals(2, outcome.err().lines().count(), outcome.err());
    assertEquals("", outcome.out());
  }

  @Test
  @Order(3)
  void optionsForJavaAreHandedOn() throws Exception {
    Outcome outcome =
        start(List.of("CROSSPLAN_JAVA_OPTS=-XX:+UseParallelGC -Xmx64m"), "--version").outcome();
    assertEquals(0, outcome.status(), outcome.err());
    assertEquals("", outcome.err());
  }

  @Test
  @Order(4)
  void aFullDiskIsToldAndNotPossible() throws Exception {
    Process process =
        new ProcessBuilder("bash", "-c", "exec \"$0\" --help >/dev/full", link.toString()).start();
    assertEquals(
        "standard output: cannot be written: No space left on device\n"
            + "Maybe make room there, or write elsewhere: --output FILE.\n",
        new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(ExitStatus.NOT_POSSIBLE, process.waitFor());
  }

  @Test
  @Order(5)
  void withoutJavaOrMavenTheRemedyIsTold() throws Exception {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("cksum", "dirname", "find", "flock", "readlink")) {
      Files.copy(
          Path.of("/usr/bin").resolve(tool),
          tools.resolve(tool),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    Outcome noJava = start(List.of("PATH=" + tools, "JAVA_HOME="), "--version").outcome();
    assertEquals(2, noJava.status());
    assertTrue(
        noJava
            .err()
            .startsWith(
                "no java on PATH; crossplan needs a JDK 17 or newer\nMaybe install one (Debian: "),
        noJava.err());

    Files.delete(copy.resolve("bin/target/current"));
    String javaHome = "JAVA_HOME=" + System.getProperty("java.home");
    Outcome noMaven = start(List.of("PATH=" + tools, javaHome), "--version").outcome();
    assertEquals(2, noMaven.status());
    assertEquals(
        """
        no mvn on PATH; crossplan is not built yet and Maven 3.6 or newer builds it
        Maybe install it (Debian: apt-get install maven).
        """,
        noMaven.err());

    Outcome wrongJava = start(List.of("JAVA_HOME=" + folder), "--version").outcome();
    assertEquals(
        "JAVA_HOME="
            + folder
            + ": there is no bin/java\n"
            + "Maybe set JAVA_HOME to a JDK 17 or newer, or unset it.\n",
        wrongJava.err());
  }

  @Test
  @Order(6)
  void aNewerSourceIsBuiltAndAFailedBuildShowsWhatMavenSaid() throws Exception {
    Path source = copy.resolve("bin/src/main/java/dev/crossplan/cli/ExitStatus.java");
    String good = Files.readString(source);
    Files.writeString(source, good + "no Java");
    Outcome failed = start(List.of(), "--version").outcome();
    assertEquals(2, failed.status());
    assertEquals("", failed.out());
    assertTrue(failed.err().startsWith(BUILDING), failed.err());
    assertTrue(failed.err().contains("ExitStatus.java:["), failed.err());
    assertTrue(failed.err().contains("crossplan: the build failed"), failed.err());

    Files.writeString(source, good);
    Outcome mended = start(List.of(), "--version").outcome();
    assertEquals(0, mended.status(), mended.err());
    try (Stream<Path> left = Files.list(copy.resolve("bin/target"))) {
      assertEquals(
          List.of(),
          left.map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("began"))
              .toList());
    }
  }

  /** A process whose output goes to files, so that none of two waits for its reader. */
  private record Running(Process process, File out, File err) {
    Outcome outcome() throws IOException, InterruptedException {
      int status = process.waitFor();
      return new Outcome(status, Files.readString(out.toPath()), Files.readString(err.toPath()));
    }
  }

  private Running start(List<String> environment, String... arguments) throws IOException {
    File out = Files.createTempFile(folder, "out", "").toFile();
    File err = Files.createTempFile(folder, "err", "").toFile();
    ProcessBuilder process =
        new ProcessBuilder(
            Stream.concat(Stream.of("/bin/bash", link.toString()), Stream.of(arguments)).toList());
    process.environment().remove("CROSSPLAN_JAVA_OPTS");
    // The build of the copy finds its libraries where this one did.
    String repository = System.getProperty("maven.repo.local");
    if (repository != null) {
      process.environment().put("MAVEN_OPTS", "-Dmaven.repo.local=" + repository);
    }
    for (String variable : environment) {
      int equals = variable.indexOf('=');
      process.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return new Running(
        process.directory(folder.toFile()).redirectOutput(out).redirectError(err).start(),
        out,
        err);
  }
}
