package dev.crossplan.cross.inspection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.execute.InspectionTarget;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at what real compilers have just made. */
class InspectionIT {
  private static final String GCC = "riscv64-linux-gnu-gcc";

  /** Where Debian's cross compiler has the C library: all that a program needs. */
  private static final Path LIBC = Path.of("/usr/riscv64-linux-gnu");

  private static final String LOADER = LIBC + "/lib/ld-linux-riscv64-lp64d.so.1";

  private final Path folder;

  InspectionIT(@TempDir Path folder) throws IOException {
    this.folder = folder.toRealPath();
  }

  @BeforeAll
  static void findCompilers() {
    for (String program : List.of(GCC, "gcc", "mkfifo")) {
      assertTrue(
          List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
              .anyMatch(each -> Files.isExecutable(Path.of(each, program))),
          "this test needs "
              + program
              + ": apt-get install gcc-riscv64-linux-gnu libc6-dev-riscv64-cross gcc (Debian 12)");
    }
  }

  @BeforeEach
  void writeSources() throws IOException {
    Files.writeString(
        folder.resolve("hello.c"),
        "#include <stdio.h>\nint main(void) { printf(\"%f\\n\", 0.5); return 0; }\n");
    Files.writeString(folder.resolve("scale.c"), "double scaled(double x) { return 2 * x; }\n");
    Files.writeString(folder.resolve("start.c"), "void _start(void) { for (;;); }\n");
    Files.writeString(folder.resolve("empty.c"), "");
  }

  @Test
  void aProgramThatIsLinkedToItsLibcIsAllRight() throws Exception {
    gcc("hello.c", "-o", "hello", "-Wl,--dynamic-linker=" + LOADER);
    gcc("hello.c", "-o", "hello-static", "-static");
    gcc("-shared", "-fPIC", "scale.c", "-o", "libscale.so");
    gcc("-c", "scale.c", "-o", "scale.o", "-g");
    gcc("-c", "scale.c", "-o", "scale-lto.o", "-flto");
    gcc("-c", "empty.c", "-march=rv64imac", "-mabi=lp64", "-o", "no-code.o");
    assertEquals(List.of(), found());
  }

  @Test
  void aProgramFindsItsLoader() throws Exception {
    gcc("hello.c", "-o", "hello", "-Wl,--dynamic-linker=/lib/ld-nowhere.so.1");
    assertEquals(
        List.of("hello: has the interpreter /lib/ld-nowhere.so.1, expected one in the closure"),
        found());
  }

  @Test
  void theRunPathIsInTheClosure() throws Exception {
    gcc("hello.c", "-o", "hello", "-Wl,--dynamic-linker=" + LOADER, "-Wl,-rpath,/build/hello/lib");
    assertEquals(
        List.of("hello: has /build/hello/lib in its run path, expected one in the closure"),
        found());
  }

  @Test
  void aRunPathThatIsRelativeToTheProgramFindsItsLibrary() throws Exception {
    Files.createDirectories(folder.resolve("lib"));
    gcc("-shared", "-fPIC", "scale.c", "-o", "lib/libscale.so", "-Wl,-soname,libscale.so");
    for (String flags : List.of("--enable-new-dtags", "--disable-new-dtags")) {
      gcc(
          "hello.c",
          "-o",
          "hello" + flags,
          "-Wl,--dynamic-linker=" + LOADER,
          "-Wl," + flags + ",--no-as-needed,-rpath,$ORIGIN/lib",
          "-Llib",
          "-lscale");
    }
    assertEquals(List.of(), found());
    Files.move(folder.resolve("lib"), folder.resolve("lib2"));
    assertEquals(
        List.of(
            "hello--disable-new-dtags: needs libscale.so, which is not found",
            "hello--enable-new-dtags: needs libscale.so, which is not found"),
        found());
  }

  @Test
  void whatOnlyTheLoaderKnowsIsNoFault() throws Exception {
    Files.createDirectories(folder.resolve("lib"));
    gcc("-shared", "-fPIC", "scale.c", "-o", "lib/libscale.so");
    gcc(
        "hello.c",
        "-o",
        "hello",
        "-Wl,--dynamic-linker=" + LOADER,
        "-Wl,-soname,x,--no-as-needed,-rpath,$ORIGIN/$LIB",
        "lib/libscale.so");
    assertEquals(List.of(), found());
  }

  @Test
  void whatDependsOnTheWorkingDirectoryIsAFault() throws Exception {
    Files.createDirectories(folder.resolve("lib"));
    gcc("-shared", "-fPIC", "scale.c", "-o", "lib/libscale.so");
    gcc(
        "hello.c",
        "-o",
        "hello",
        "-Wl,--dynamic-linker=" + LOADER,
        "-Wl,--no-as-needed,-rpath,lib:",
        "lib/libscale.so");
    assertEquals(
        List.of(
            "hello: has lib in its run path, expected an absolute path",
            "hello: has an empty entry in its run path, the working directory, expected an absolute"
                + " path",
            "hello: needs lib/libscale.so, expected one in the closure"),
        found());
  }

  @Test
  void codeForMoreThanTheBoardIsAFault() throws Exception {
    gcc("-c", "-march=rv64gcv", "scale.c", "-o", "vector.o");
    gcc("-c", "-march=rv64gc_zba_zbb", "scale.c", "-o", "bits.o");
    assertEquals(
        List.of(
            "bits.o: uses zba, zbb, expected no more than rv64gc",
            "vector.o: uses v, expected no more than rv64gc"),
        found());
  }

  /** Without a C library it has no storage of threads, and yet is for the system as it is. */
  @Test
  void aPlainStaticProgramIsNoFirmware() throws Exception {
    gcc("-nostdlib", "-static", "-no-pie", "start.c", "-o", "plain");
    assertEquals(List.of(), found());
    assertEquals(0, inspect().counts().special());
    gcc("-nostdlib", "-static", "-march=rv64imac", "-mabi=lp64", "start.c", "-o", "firmware");
    assertEquals(1, inspect().counts().special());
  }

  @Test
  void softFloatIsForFirmwareOnly() throws Exception {
    gcc("-c", "-march=rv64imac", "-mabi=lp64", "scale.c", "-o", "soft.o");
    gcc("-shared", "-nostdlib", "-fPIC", "-march=rv64imac", "-mabi=lp64", "scale.c", "-o", "s.so");
    gcc("-nostdlib", "-static", "-march=rv64imac", "-mabi=lp64", "start.c", "-o", "firmware");
    // A program for Linux: firmware has no threads.
    Files.writeString(
        folder.resolve("threads.c"), "__thread int x;\nvoid _start(void) { for (;;) x++; }\n");
    gcc("-nostdlib", "-static", "-march=rv64imac", "-mabi=lp64", "threads.c", "-o", "program");
    assertEquals(
        List.of(
            "program: has the ABI lp64, expected lp64d",
            "s.so: has the ABI lp64, expected lp64d",
            "soft.o: has the ABI lp64, expected lp64d"),
        found());
  }

  @Test
  void whatTheHostCompiledIsFoundWhereverItIs() throws Exception {
    run("gcc", "hello.c", "-o", "hello");
    run("gcc", "-c", "scale.c", "-o", "an-object-with-quite-a-long-name.o");
    gcc("-c", "scale.c", "-o", "scale.o");
    run(
        "riscv64-linux-gnu-ar",
        "rcs",
        "libmixed.a",
        "scale.o",
        "an-object-with-quite-a-long-name.o");
    run("riscv64-linux-gnu-ar", "rcsT", "libthin.a", "scale.o");
    Files.delete(folder.resolve("an-object-with-quite-a-long-name.o"));
    assertEquals(
        List.of(
            "hello: is for x86_64, expected riscv64-linux",
            "libmixed.a(an-object-with-quite-a-long-name.o): is for x86_64, expected"
                + " riscv64-linux"),
        found());
  }

  @Test
  void debugInformationApartIsNotLoaded() throws Exception {
    gcc("-g", "hello.c", "-o", "hello", "-Wl,--dynamic-linker=" + LOADER);
    run("riscv64-linux-gnu-objcopy", "--only-keep-debug", "hello", "hello.debug");
    run("riscv64-linux-gnu-strip", "hello");
    assertEquals(List.of(), found());
  }

  @Test
  void aPipeIsNotOpened() throws Exception {
    run("mkfifo", "pipe");
    assertEquals(List.of(), found());
    assertEquals(1, inspect().counts().others());
  }

  private List<String> found() {
    return inspect().faults().stream()
        .map(fault -> fault.place() + ": " + fault.message())
        .toList();
  }

  private InspectionReport inspect() {
    return new Inspection()
        .inspect(
            ImmutableList.of(folder),
            ImmutableSet.of(),
            new InspectionTarget(
                "riscv64-linux", Optional.of("rv64gc"), ImmutableSet.of(folder, LIBC)));
  }

  private void gcc(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(GCC));
    Collections.addAll(command, arguments);
    run(command.toArray(String[]::new));
  }

  private void run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }
}
