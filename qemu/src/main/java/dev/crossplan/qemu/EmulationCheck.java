package dev.crossplan.qemu;

import com.google.common.base.Preconditions;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.TemporaryFolder;
import dev.crossplan.planner.machine.Distribution;
import dev.crossplan.planner.machine.Prerequisite;
import dev.crossplan.planner.machine.Prerequisite.Remedy;
import dev.crossplan.planner.machine.TrialProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out whether programs of a system run here under QEMU: looks at what the kernel has
 * registered, and runs a program, once through the kernel as a build would and once by calling
 * QEMU.
 */
public final class EmulationCheck {
  private static final int LARGEST_HEADER = 64;

  /** {@code e_type}, byte 16 of an ELF file: programs that can be loaded anywhere are ET_DYN. */
  private static final int TYPE = 16;

  private static final byte SHARED = 3;

  private final String system;
  private final String cpu;
  private final BinaryFormats formats;
  private final Distribution distribution;
  private final List<Path> searched;
  private final Path folder;
  private final List<Prerequisite> found = new ArrayList<>();

  private EmulationCheck(
      String system,
      BinaryFormats formats,
      Distribution distribution,
      List<Path> searched,
      Path folder) {
    this.system = system;
    this.cpu = system.replaceFirst("-linux$", "");
    this.formats = formats;
    this.distribution = distribution;
    this.searched = searched;
    this.folder = folder;
  }

  /**
   * Looks at this machine.
   *
   * @param system one that {@link TrialProgram} is carried for
   * @param environment whose {@code PATH} is searched for QEMU
   */
  public static Emulation of(
      String system, Distribution distribution, Map<String, String> environment) {
    List<Path> searched = new ArrayList<>();
    for (String each :
        Splitter.on(':').omitEmptyStrings().split(environment.getOrDefault("PATH", ""))) {
      searched.add(Path.of(each));
    }
    return of(system, distribution, BinaryFormats.ofKernel(), searched);
  }

  static Emulation of(
      String system, Distribution distribution, BinaryFormats formats, List<Path> searched) {
    Preconditions.checkArgument(TrialProgram.isCarriedFor(system), "system: %s", system);
    try (TemporaryFolder folder = new TemporaryFolder()) {
      return new EmulationCheck(system, formats, distribution, searched, folder.path()).run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Emulation run() throws IOException {
    Path program = TrialProgram.write(system, folder.resolve("program"));
    Optional<ByKernel> byKernel = runByKernel(program);
    lookAtKernel(header(program), byKernel.isPresent());
    Optional<Path> onPath = findQemu();
    Optional<Qemu> qemu = byKernel.flatMap(ByKernel::qemu).or(() -> onPath.flatMap(this::ask));
    found.add(
        byKernel.isPresent()
            ? Prerequisite.ok(
                "a program, by the kernel",
                "ran" + qemu.map(by -> " under QEMU " + by.version()).orElse(""))
            : Prerequisite.missing(
                "a program, by the kernel", "a " + cpu + " program does not run", register()));
    onPath.ifPresent(path -> runByQemu(path, program));
    ImmutableList<String> models = qemu.map(Qemu::models).orElse(ImmutableList.of());
    byKernel.ifPresent(ran -> describe(ran.report(), models));
    return new Emulation(
        system,
        ImmutableList.copyOf(found),
        qemu.map(Qemu::version),
        models,
        byKernel.map(ByKernel::report));
  }

  private static byte[] header(Path program) throws IOException {
    byte[] bytes = Files.readAllBytes(program);
    return Arrays.copyOf(bytes, Math.min(bytes.length, LARGEST_HEADER));
  }

  // The kernel

  /**
   * @param works whether a program ran: the kernel keeps to its entries, mounted or not
   */
  private void lookAtKernel(byte[] header, boolean works) {
    if (!formats.isMounted()) {
      String seen = "is not mounted on " + BinaryFormats.FOLDER;
      found.add(
          works
              ? Prerequisite.doubtful(
                  "binfmt_misc",
                  seen
                      + ": programs run all the same, but the flags cannot be seen, and for a manifest"
                      + " without [[builder]] nothing is emulated",
                  Remedy.asRoot("mount -t binfmt_misc binfmt_misc " + BinaryFormats.FOLDER))
              : Prerequisite.missing("binfmt_misc", seen, register()));
      return;
    }
    found.add(
        formats.isOn()
            ? Prerequisite.ok("binfmt_misc", "is mounted and on")
            : Prerequisite.missing(
                "binfmt_misc",
                "is off",
                Remedy.asRoot("echo 1 > " + BinaryFormats.FOLDER.resolve("status"))));
    Optional<BinaryFormat> entry = entry(header);
    if (entry.isEmpty()) {
      found.add(Prerequisite.missing("entry", "none is for " + cpu + " programs", register()));
      return;
    }
    lookAt(entry.get(), header);
  }

  /** The entry that takes programs of this system: by what they begin with, else by its name. */
  private Optional<BinaryFormat> entry(byte[] header) {
    return formats.entries().stream()
        .filter(entry -> entry.matches(header))
        .max(
            Comparator.comparing((BinaryFormat entry) -> entry.enabled() && entry.hasInterpreter()))
        .or(
            () ->
                formats.entries().stream()
                    .filter(entry -> BinaryFormats.system(entry.name()).equals(Optional.of(system)))
                    .findFirst());
  }

  private void lookAt(BinaryFormat entry, byte[] header) {
    found.add(
        entry.enabled()
            ? Prerequisite.ok("entry", entry.name() + " is enabled")
            : Prerequisite.missing(
                "entry",
                entry.name() + " is disabled",
                Remedy.asRoot("echo 1 > " + BinaryFormats.FOLDER.resolve(entry.name()))));
    byte[] relocatable = header.clone();
    relocatable[TYPE] = SHARED;
    if (!entry.matches(header) || !entry.matches(relocatable)) {
      found.add(
          Prerequisite.missing(
              "magic",
              "of " + entry.name() + " does not take all 64-bit little-endian " + cpu + " programs",
              register()));
    }
    found.add(
        entry.hasInterpreter()
            ? Prerequisite.ok(
                "interpreter",
                entry.interpreter()
                    + (Files.exists(entry.interpreter())
                        ? ""
                        : " (not to be seen from here; the kernel has it open)"))
            : Prerequisite.missing(
                "interpreter", entry.interpreter() + " cannot be executed", register()));
    found.add(
        entry.has('F')
            ? Prerequisite.ok("flag F", "set: works in chroots, sandboxes and containers")
            : Prerequisite.doubtful(
                "flag F",
                "not set: works only where "
                    + entry.interpreter()
                    + " can be seen, so in a sandbox of Nix only if sandbox-paths has it",
                fixed()));
    found.add(
        entry.has('P')
            ? Prerequisite.ok("flag P", "set: programs keep the name that they are called by")
            : Prerequisite.doubtful(
                "flag P",
                "not set: programs that go by the name that they are called by go wrong",
                fixed()));
  }

  /** How to make the kernel start QEMU. */
  private Remedy register() {
    return switch (distribution.family()) {
      case DEBIAN ->
          Remedy.asRoot(
              "apt-get install qemu-user-static binfmt-support",
              "mountpoint -q "
                  + BinaryFormats.FOLDER
                  + " || mount -t binfmt_misc binfmt_misc "
                  + BinaryFormats.FOLDER,
              "update-binfmts --enable qemu-" + cpu);
      case NIXOS -> fixed();
      case OTHER ->
          Remedy.asRoot(
              "install QEMU's user emulation, linked statically (Fedora: qemu-user-static; Arch:"
                  + " qemu-user-static-binfmt)",
              "systemctl restart systemd-binfmt");
    };
  }

  /** How to have QEMU registered so that it works everywhere. */
  private Remedy fixed() {
    return switch (distribution.family()) {
      case NIXOS ->
          Remedy.asRoot(
              "in configuration.nix: boot.binfmt = { emulatedSystems = [ \""
                  + system
                  + "\" ]; preferStaticEmulators = true; };",
              "nixos-rebuild switch");
      case DEBIAN ->
          Remedy.asRoot(
              "apt-get install qemu-user-static binfmt-support",
              "update-binfmts --disable qemu-" + cpu + "; update-binfmts --enable qemu-" + cpu);
      case OTHER -> register();
    };
  }

  // Running a program

  /**
   * A QEMU.
   *
   * @param models what its {@code -cpu} takes
   */
  private record Qemu(QemuVersion version, ImmutableList<String> models) {}

  /**
   * A program that the kernel started.
   *
   * @param qemu that ran it, where it can be told
   */
  private record ByKernel(TrialProgram.Report report, Optional<Qemu> qemu) {}

  private Optional<ByKernel> runByKernel(Path program) {
    return ProgramRun.firstLine(
        folder,
        ImmutableList.of(program.toString()),
        line ->
            // What runs is QEMU, whatever it is called, wherever it is.
            TrialProgram.Report.parse(line.text())
                .map(
                    report ->
                        new ByKernel(report, ask(Path.of("/proc/" + line.process() + "/exe")))));
  }

  private void runByQemu(Path qemu, Path program) {
    Optional<TrialProgram.Report> report =
        ProgramRun.firstLine(
            folder,
            ImmutableList.of(qemu.toString(), program.toString()),
            line -> TrialProgram.Report.parse(line.text()));
    found.add(
        report.isPresent()
            ? Prerequisite.ok("a program, by QEMU", "ran under " + qemu)
            : Prerequisite.doubtful("a program, by QEMU", "does not run under " + qemu));
  }

  private Optional<Path> findQemu() {
    for (String name : List.of("qemu-" + cpu + "-static", "qemu-" + cpu)) {
      for (Path each : searched) {
        Path candidate = each.resolve(name);
        if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Qemu> ask(Path qemu) {
    return ProgramRun.output(folder, ImmutableList.of(qemu.toString(), "--version"))
        .flatMap(QemuVersion::parse)
        .map(version -> new Qemu(version, models(qemu)));
  }

  /** What {@code -cpu help} lists: names, one a line, in some versions under a heading. */
  private ImmutableList<String> models(Path qemu) {
    return ProgramRun.output(folder, ImmutableList.of(qemu.toString(), "-cpu", "help"))
        .map(
            said ->
                said.lines()
                    .map(String::strip)
                    .filter(line -> line.matches("[A-Za-z0-9._-]+"))
                    .collect(ImmutableList.toImmutableList()))
        .orElse(ImmutableList.of());
  }

  /** What a build is told of the CPU; QEMU does not say which of its models that is. */
  private void describe(TrialProgram.Report report, ImmutableList<String> models) {
    StringBuilder seen = new StringBuilder("programs are told ").append(report.machine());
    if (cpu.equals("riscv64")) {
      ImmutableSet<String> extensions = RiscvExtensions.of(report);
      seen.append(", rv64");
      extensions.stream().filter(each -> each.length() == 1).forEach(seen::append);
      long longer = extensions.stream().filter(each -> each.length() > 1).count();
      seen.append(
          report.hwprobe().isPresent()
              ? " and " + longer + " extensions of longer names"
              : " (of longer names nothing, before QEMU 8.1)");
    }
    if (!models.isEmpty()) {
      seen.append("; QEMU has the models ").append(String.join(", ", models));
    }
    found.add(Prerequisite.ok("CPU", seen.toString()));
  }
}
