package dev.crossplan.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.machine.Distribution;
import dev.crossplan.planner.machine.Distribution.Family;
import dev.crossplan.planner.machine.Prerequisite;
import dev.crossplan.planner.machine.Prerequisite.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read off the kernel; whether a program runs is for the tests with QEMU. */
class EmulationCheckTest {
  private static final String RISCV = "riscv64-linux";

  private final Path folder;

  EmulationCheckTest(@TempDir Path folder) throws IOException {
    this.folder = Files.createDirectory(folder.resolve("binfmt_misc"));
    write("status", "enabled\n");
  }

  @Test
  void asDebianRegistersIt() {
    assertEquals(
        Map.of(
            "binfmt_misc", State.OK,
            "entry", State.OK,
            "interpreter", State.OK,
            "flag F", State.OK,
            "flag P", State.OK),
        states(check(BinaryFormatsTest.recorded("debian-12"), Family.DEBIAN)));
  }

  @Test
  void asNixosRegistersItItIsNotForSandboxes() {
    List<Prerequisite> found = check(BinaryFormatsTest.recorded("nixos"), Family.NIXOS);
    Prerequisite flag = named("flag F", found);
    assertEquals(State.DOUBTFUL, flag.state());
    assertTrue(flag.seen().contains("/run/binfmt/riscv64-linux"), flag.seen());
    assertTrue(
        commands(flag).startsWith("in configuration.nix: boot.binfmt = { emulatedSystems"),
        commands(flag));
    assertTrue(commands(flag).contains("preferStaticEmulators = true"), commands(flag));
  }

  /** Missing or, where this machine runs the program all the same, in doubt. */
  @Test
  void notMounted() {
    List<Prerequisite> found = check(folder.resolve("nowhere"), Family.DEBIAN);
    assertEquals(Set.of("binfmt_misc"), states(found).keySet());
    assertTrue(found.get(0).state() != State.OK, found::toString);
    assertTrue(
        commands(found.get(0))
            .contains("mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc"),
        commands(found.get(0)));
    assertTrue(found.get(0).remedies().get(0).needsRoot());
  }

  @Test
  void switchedOff() throws IOException {
    write("status", "disabled\n");
    Prerequisite found = named("binfmt_misc", check(folder, Family.OTHER));
    assertEquals(State.MISSING, found.state());
    assertEquals("echo 1 > /proc/sys/fs/binfmt_misc/status", commands(found));
  }

  @Test
  void nothingRegistered() {
    Prerequisite found = named("entry", check(folder, Family.NIXOS));
    assertEquals(State.MISSING, found.state());
    assertTrue(commands(found).endsWith("nixos-rebuild switch"), commands(found));
  }

  @Test
  void disabled() throws IOException {
    write("qemu-riscv64", debian().replace("enabled", "disabled"));
    Prerequisite found = named("entry", check(folder, Family.DEBIAN));
    assertEquals(State.MISSING, found.state());
    assertEquals("echo 1 > /proc/sys/fs/binfmt_misc/qemu-riscv64", commands(found));
  }

  @Test
  void magicOfAnotherCpu() throws IOException {
    write("qemu-riscv64", debian().replace("f300", "b700"));
    assertEquals(State.MISSING, named("magic", check(folder, Family.DEBIAN)).state());
  }

  @Test
  void magicThatDoesNotTakeWhatCompilersMakeToday() throws IOException {
    write("qemu-riscv64", debian().replace("feffffff", "ffffffff"));
    assertEquals(State.MISSING, named("magic", check(folder, Family.DEBIAN)).state());
  }

  @Test
  void interpreterThatIsGone() throws IOException {
    write(
        "qemu-riscv64",
        debian().replaceFirst("interpreter .*", "interpreter /no/qemu").replace("PF", "P"));
    Prerequisite found = named("interpreter", check(folder, Family.OTHER));
    assertEquals(State.MISSING, found.state());
    assertEquals("/no/qemu cannot be executed", found.seen());
  }

  @Test
  void theOneOfTwoEntriesThatWorks() throws IOException {
    write("qemu-riscv64", debian().replace("enabled", "disabled"));
    write("second", debian());
    Prerequisite found = named("entry", check(folder, Family.DEBIAN));
    assertEquals(Prerequisite.ok("entry", "second is enabled"), found);
  }

  private static List<Prerequisite> check(Path formats, Family family) {
    return EmulationCheck.of(
            RISCV, new Distribution(family, "test"), BinaryFormats.read(formats), List.of())
        .prerequisites()
        .stream()
        .filter(each -> !each.name().startsWith("a program") && !each.name().equals("CPU"))
        .toList();
  }

  private static Map<String, State> states(List<Prerequisite> found) {
    return found.stream().collect(Collectors.toMap(Prerequisite::name, Prerequisite::state));
  }

  private static Prerequisite named(String name, List<Prerequisite> found) {
    return found.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  private static String commands(Prerequisite prerequisite) {
    return String.join("\n", prerequisite.remedies().get(0).lines());
  }

  private static String debian() throws IOException {
    return Files.readString(BinaryFormatsTest.recorded("debian-12").resolve("qemu-riscv64"));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
