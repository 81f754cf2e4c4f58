package dev.crossplan.cross.inspection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.cross.elf.GoldenElf;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.execute.InspectionTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Looks at folders that are made of the golden files. */
class InspectionTest {
  private static final String LOADER = "ld-linux-riscv64-lp64d.so.1";

  private final Path folder;

  InspectionTest(@TempDir Path folder) throws IOException {
    this.folder = folder.toRealPath();
  }

  /**
   *
   *
   * <pre>
   *   bin/program -> lib/ld-linux-riscv64-lp64d.so.1, libanswer.so.1 -> libquestion.so.1
   * </pre>
   */
  private void makeImage() throws IOException {
    put("program", "bin/program");
    put("static", "lib/" + LOADER);
    put("libanswer.so", "lib/libanswer.so.1");
    put("libanswer.so", "lib/libquestion.so.1");
    Files.createDirectories(folder.resolve("opt/lib"));
    Files.createDirectories(folder.resolve("nix/store/x/lib"));
  }

  @Test
  void anImageThatHasAllIsAllRight() throws IOException {
    makeImage();
    put("objects.a", "lib/objects.a");
    // Of vector.o in it, which is beyond rv64gc.
    assertEquals(
        List.of("objects.a(another-long-name-that-has-more-than-sixteen.o) instruction-set"),
        found(inspect("rv64gc")));
    InspectionReport report = inspect("rv64gcv");
    assertEquals(List.of(), found(report));
    assertEquals(5, report.counts().files());
    assertEquals(4, report.counts().elfFiles());
    assertEquals(3, report.counts().objects());
    assertEquals(1, report.counts().archives());
  }

  @Test
  void theLoaderIsInTheImage() throws IOException {
    makeImage();
    Files.delete(folder.resolve("lib/" + LOADER));
    // Nothing but the loader tells where a library finds others.
    assertEquals(
        List.of("program interpreter", "libanswer.so.1 needed", "libquestion.so.1 needed"),
        found(inspect("rv64gc")));
  }

  @Test
  void aLoaderForAnotherMachineIsNone() throws IOException {
    makeImage();
    put("x86_64.o", "lib/" + LOADER);
    assertEquals(List.of("program interpreter", LOADER + " machine"), found(inspect("rv64gc")));
  }

  @Test
  void theRunPathIsInTheImage() throws IOException {
    makeImage();
    Files.delete(folder.resolve("opt/lib"));
    InspectionReport report = inspect("rv64gc");
    assertEquals(List.of("program run-path"), found(report));
    assertEquals(
        "has /opt/lib in its run path, expected one in the closure",
        report.faults().get(0).message());
  }

  @Test
  void eachLibraryIsFound() throws IOException {
    makeImage();
    Files.delete(folder.resolve("lib/libquestion.so.1"));
    assertEquals(List.of("libanswer.so.1 needed"), found(inspect("rv64gc")));
    put("x86_64.o", "lib/libquestion.so.1");
    assertEquals(
        List.of("libanswer.so.1 needed", "libquestion.so.1 machine"), found(inspect("rv64gc")));
  }

  @Test
  void linksAreFollowedAsTheImageSeesThem() throws IOException {
    makeImage();
    Files.createDirectories(folder.resolve("usr"));
    Files.move(folder.resolve("lib"), folder.resolve("usr/lib"));
    Files.createSymbolicLink(folder.resolve("lib"), Path.of("/usr/lib"));
    Files.move(folder.resolve("usr/lib/libanswer.so.1"), folder.resolve("usr/libanswer.so"));
    Files.createSymbolicLink(
        folder.resolve("usr/lib/libanswer.so.1"), Path.of("/usr/libanswer.so"));
    assertEquals(List.of(), found(inspect("rv64gc")));
  }

  @Test
  void whatIsOutsideIsNotThere() throws IOException {
    makeImage();
    Path elsewhere = folder.resolveSibling(folder.getFileName() + "-elsewhere");
    Files.move(folder.resolve("lib"), elsewhere);
    Files.createSymbolicLink(folder.resolve("lib"), elsewhere);
    try {
      assertEquals(List.of("program run-path", "program interpreter"), found(inspect("rv64gc")));
    } finally {
      Files.move(elsewhere, folder.resolve("lib-moved-back"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "x86_64.o, a.o, machine",
    "x86_64.o, lib/firmware/a.o, machine",
    "x86_64.o, share/qemu/a.o, machine",
    "soft.o, a.o, float-abi",
    "soft.o, lp64/a.o, ",
    "soft.o, lib/modules/6.12/a.o, ",
    "soft.o, drivers/a.ko, ",
    "vector.o, a.o, instruction-set",
    "vector.o, lib/gcc/rv64gcv/lp64d/a.o, instruction-set",
    "libanswer.so, lib/modules/6.12/vdso/vdso.so, ",
    "data.o, a.o, ",
    "static, a, ",
    "program.debug, lib/debug/program.debug, ",
  })
  void whatAFileMayBeDependsOnWhatItIsFor(String golden, String place, String rule)
      throws IOException {
    put(golden, place);
    assertEquals(
        rule == null ? List.of() : List.of(rule),
        inspect("rv64gc").faults().stream().map(fault -> fault.rule().toString()).toList());
  }

  @ParameterizedTest
  @CsvSource({
    // file, position, byte there, rule
    "answer.o, 48, 1, float-abi", // soft
    "answer.o, 48, 3, float-abi", // single
    "answer.o, 48, 7, float-abi", // quad
    "answer.o, 48, 13, float-abi", // double, RVE
    "answer.o, 48, 21, instruction-set", // total store ordering
    "data.o, 48, 1, ", // no code
    "static, 48, 1, ", // stands alone, as firmware does
    "libanswer.so, 48, 1, float-abi",
    "answer.o, 5, 2, machine", // big-endian, and so is the number of the machine
    "answer.o, 4, 1, format", // 32 bits
    "answer.o, 18, 247, ", // eBPF
    "answer.o, 18, 0, ", // no machine
    "answer.o, 18, 183, machine",
  })
  void aFileIsForTheTarget(String golden, int at, int value, String rule) throws IOException {
    byte[] bytes = Files.readAllBytes(GoldenElf.path(golden));
    bytes[at] = (byte) value;
    put("static", "lib/libquestion.so.1");
    put("static", "lib/" + LOADER);
    Files.createDirectories(folder.resolve("nix/store/x/lib"));
    Files.write(folder.resolve("a"), bytes);
    assertEquals(rule == null ? List.of() : List.of("a " + rule), found(inspect("rv64gc")));
  }

  @Test
  void aCompilerMayHaveLibrariesForOtherForms() throws IOException {
    byte[] bytes = Files.readAllBytes(GoldenElf.path("answer.o"));
    bytes[4] = 1; // 32 bits
    Path place = Files.createDirectories(folder.resolve("lib/gcc/rv32imac/ilp32"));
    Files.write(place.resolve("a.o"), bytes);
    assertEquals(List.of(), found(inspect("rv64gc")));
  }

  @Test
  void aShellThatIsThereIsForTheTarget() throws IOException {
    put("x86_64.o", "bin/sh");
    script("bin/script", "#!/bin/sh", true);
    assertEquals(List.of("script script", "sh machine"), found(inspect("rv64gc")));
  }

  @Test
  void aFolderMayBeWhereItIsToBe() throws IOException {
    script("bin/tool", "", true);
    script("bin/script", "#!" + folder + "/bin/tool", true);
    assertEquals(List.of(), found(inspect("rv64gc")));
  }

  @Test
  void aFileIsLittleEndian() throws IOException {
    byte[] bytes = Files.readAllBytes(GoldenElf.path("answer.o"));
    bytes[5] = 2;
    bytes[18] = 0;
    bytes[19] = (byte) 243;
    Files.write(folder.resolve("a"), bytes);
    assertEquals(List.of("a format"), found(inspect("rv64gc")));
  }

  @Test
  void compressedInstructionsAreOfTheInstructionSet() throws IOException {
    put("answer.o", "a.o");
    assertEquals(
        List.of(
            "has compressed instructions, expected rv64g", "uses c, expected no more than rv64g"),
        inspect("rv64g").faults().stream().map(Fault::message).toList());
  }

  @Test
  void whatIsNotKnownToTheMarchIsNamedShortly() throws IOException {
    put("vector.o", "a.o");
    assertEquals(
        "uses v, expected no more than rv64gc", inspect("rv64gc").faults().get(0).message());
  }

  @Test
  void scriptsNeedTheirInterpreter() throws IOException {
    script("bin/good", "#! /bin/tool -x", true);
    script("bin/tool", "", true);
    script("bin/sh-of-system", "#!/bin/sh", true);
    script("bin/env-of-system", "#!/usr/bin/env tool", true);
    script("bin/nowhere", "#!/usr/bin/perl", true);
    Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    script("bin/loop", "#!/loop/tool", true);
    script("bin/relative", "#!tool", true);
    script("bin/none", "#!", true);
    script("bin/foreign", "#!/bin/x86", true);
    script("share/template", "#!/usr/bin/perl", false);
    put("x86_64.o", "bin/x86");
    InspectionReport report = inspect("rv64gc");
    assertEquals(
        List.of(
            "foreign script",
            "loop script",
            "none script",
            "nowhere script",
            "relative script",
            "x86 machine"),
        found(report));
    assertEquals(2, report.counts().systemScripts());
    assertEquals(8, report.counts().scripts());
  }

  @Test
  void aFileThatIsCutOffIsAFault() throws IOException {
    Files.write(
        folder.resolve("cut.o"),
        Arrays.copyOf(Files.readAllBytes(GoldenElf.path("answer.o")), 700));
    Files.write(
        folder.resolve("cut.a"),
        Arrays.copyOf(Files.readAllBytes(GoldenElf.path("objects.a")), 1000));
    InspectionReport report = inspect("rv64gc");
    assertEquals(List.of("cut.a well-formed", "cut.o well-formed"), found(report));
    assertTrue(report.faults().get(0).found().startsWith("is no archive: it ends after 1000"));
  }

  @Test
  void aLinkIsNotFollowedAndAHugeFileIsNotRead() throws IOException {
    Files.createSymbolicLink(folder.resolve("nowhere"), Path.of("/nonexistent"));
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    Path huge = folder.resolve("huge");
    Files.copy(GoldenElf.path("answer.o"), huge);
    try (SeekableByteChannel channel = Files.newByteChannel(huge, StandardOpenOption.WRITE)) {
      channel.position(1L << 40).write(ByteBuffer.wrap(new byte[1])); // a hole in between
    }
    InspectionReport report = inspect("rv64gc");
    assertEquals(List.of(), found(report));
    assertEquals(1, report.counts().files());
  }

  @Test
  void whatIsLeftOutIsNotLookedAt() throws IOException {
    put("x86_64.o", "testdata/a.o");
    InspectionReport report =
        new Inspection(file -> file.startsWith(folder.resolve("testdata")))
            .inspect(ImmutableList.of(folder), ImmutableSet.of(folder), target("rv64gc"));
    assertEquals(List.of(), report.faults());
  }

  @Test
  void alikeFaultsOfAnOutputAreToldOnce() throws IOException {
    for (int i = 0; i < 6; i++) {
      put("x86_64.o", "lib/" + i + ".o");
    }
    put("soft.o", "a.o");
    assertEquals(
        ImmutableList.of(
            folder
                + ": lib/0.o, lib/1.o, lib/2.o and 3 more: is for x86_64, expected riscv64-linux\n"
                + Rule.MACHINE.remedy(),
            folder + ": a.o: has the ABI lp64, expected lp64d\n" + Rule.FLOAT_ABI.remedy()),
        new Inspection().faults(folder, target("rv64gc")));
  }

  @Test
  void aNameCannotLookLikeAnotherFault() throws IOException {
    put("x86_64.o", "a\n.o");
    assertEquals(
        ImmutableList.of(
            folder + ": a\\n.o: is for x86_64, expected riscv64-linux\n" + Rule.MACHINE.remedy()),
        new Inspection().faults(folder, target("rv64gc")));
  }

  @Test
  void theTargetMustBeKnown() {
    for (InspectionTarget target :
        List.of(
            new InspectionTarget("vax-linux", Optional.empty(), ImmutableSet.of()),
            new InspectionTarget("riscv64-linux", Optional.of("armv7"), ImmutableSet.of()),
            new InspectionTarget("riscv64-linux", Optional.of("rv32gc"), ImmutableSet.of()))) {
      InputException e =
          assertThrows(InputException.class, () -> new Inspection().faults(folder, target));
      assertTrue(e.remedy().isPresent());
    }
  }

  private InspectionReport inspect(String march) {
    return new Inspection()
        .inspect(ImmutableList.of(folder), ImmutableSet.of(folder), target(march));
  }

  private InspectionTarget target(String march) {
    return new InspectionTarget("riscv64-linux", Optional.of(march), ImmutableSet.of(folder));
  }

  /** Name of the file and rule of each fault. */
  private static List<String> found(InspectionReport report) {
    return report.faults().stream()
        .map(
            fault ->
                fault.place().substring(fault.place().lastIndexOf('/') + 1) + " " + fault.rule())
        .toList();
  }

  private void put(String golden, String place) throws IOException {
    Path to = folder.resolve(place);
    Files.createDirectories(to.getParent());
    Files.write(to, Files.readAllBytes(GoldenElf.path(golden)));
  }

  private void script(String place, String firstLine, boolean isExecutable) throws IOException {
    Path to = folder.resolve(place);
    Files.createDirectories(to.getParent());
    Files.writeString(to, firstLine + "\ntrue\n");
    assertTrue(to.toFile().setExecutable(isExecutable));
  }
}
