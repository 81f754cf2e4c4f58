package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forms of lines as in Nix's own tests of {@code machines.cc}. */
class MachinesFileTest {
  private final Path folder;

  MachinesFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void anEmptyFileHasNoMachines() throws IOException {
    assertEquals(List.of(), read(""));
    assertEquals(List.of(), read("# nothing\n\n  \n;;\n"));
  }

  @Test
  void onlyTheUriIsNeeded() throws IOException {
    Builder atlas = one("ssh://nix@atlas\n");
    assertEquals("atlas", atlas.name());
    assertEquals(Optional.of("ssh://nix@atlas"), atlas.uri());
    assertEquals(Set.of(Host.system()), atlas.systems());
    assertEquals(Set.of(), atlas.emulates());
    assertEquals(1, atlas.slots());
    assertEquals(1.0, atlas.speed());
    assertEquals(Set.of(), atlas.features());
    assertEquals(Set.of(), atlas.mandatoryFeatures());
  }

  @Test
  void allEightFields() throws IOException {
    Builder atlas =
        one(
            "ssh-ng://atlas riscv64-linux,x86_64-linux /root/.ssh/id 8 1.5 kvm,nixos-test big-parallel QUFBQQ==");
    assertEquals(Set.of("riscv64-linux", "x86_64-linux"), atlas.systems());
    assertEquals(8, atlas.slots());
    assertEquals(1.5, atlas.speed());
    assertEquals(Set.of("kvm", "nixos-test", "big-parallel"), atlas.features());
    assertEquals(Set.of("big-parallel"), atlas.mandatoryFeatures());
    assertEquals(Optional.of("/root/.ssh/id"), atlas.connection().key());
    assertEquals(Optional.of("QUFBQQ=="), atlas.connection().hostKey());
  }

  @ParameterizedTest
  @CsvSource({
    "atlas, ssh://atlas",
    "root@atlas, ssh://root@atlas",
    "auto, auto",
    "daemon, daemon",
    "local?root=/x, local?root=/x",
    "/mnt/store, /mnt/store",
    "unix:///run/nix, unix:///run/nix",
  })
  void whatNamesAHostAloneIsReachedBySsh(String written, String uri) throws IOException {
    assertEquals(Optional.of(uri), one(written).uri());
  }

  @Test
  void localIsThisMachine() throws IOException {
    assertTrue(one("local x86_64-linux").isHere());
    assertTrue(
        StandardMachines.text(read("daemon x86_64-linux - 4 2 kvm"))
            .endsWith("\ndaemon x86_64-linux - 4 2 kvm - -\n"));
    assertFalse(one("ssh://atlas").isHere());
  }

  @Test
  void aDashIsTheDefault() throws IOException {
    assertEquals(one("ssh://atlas"), one("ssh://atlas - - - - - - -"));
  }

  @Test
  void zeroSpeedIsOneAndSoIsNone() throws IOException {
    assertEquals(1.0, one("ssh://atlas - - 2 0").speed());
  }

  @Test
  void aMachineOfNoJobsNeverBuilds() throws IOException {
    Machines machines = machines("ssh://atlas - - 0\nssh://board\n");
    assertEquals(List.of("board"), machines.builders().stream().map(Builder::name).toList());
    assertEquals(
        List.of("machines:1: atlas takes no jobs, so it never builds"), told(machines.warnings()));
  }

  @Test
  void aFractionOfSpeedIsNothingForAnOlderNix() throws IOException {
    Machines machines = machines("ssh://a - - 1 2\nssh://b - - 1 1.5\nssh://c - - 1 2e0\n");
    assertEquals(List.of(2.0, 1.5, 2.0), machines.builders().stream().map(Builder::speed).toList());
    String rest = ", not a whole number: Nix 2.19 and older read nothing of the machines then";
    assertEquals(
        List.of(
            "machines:2: the speed factor is 1.5" + rest,
            "machines:3: the speed factor is 2e0" + rest),
        told(machines.notes()));
  }

  @Test
  void entriesEndAtLinesAndSemicolons() throws IOException {
    assertEquals(
        List.of("one", "two", "three"),
        names("ssh://one ; ssh://two # with a comment ; ssh://not-this\nssh://three\t-\t-\t2\r\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "atlas, atlas",
    "root@atlas, atlas",
    "ssh://root@atlas:2222, atlas",
    "ssh-ng://atlas.example.org?compress=true, atlas.example.org",
    "'ssh://root@[fe80::1]:22', fe80::1",
    "local, local",
    "/mnt/store, /mnt/store",
  })
  void aMachineIsCalledByItsHost(String uri, String name) throws IOException {
    assertEquals(name, one(uri).name());
  }

  @Test
  void twoEntriesForOneHostAreTwoMachines() throws IOException {
    assertEquals(
        List.of("atlas", "atlas-2"),
        names("ssh://atlas x86_64-linux\nssh://atlas riscv64-linux - 1 1 - native-riscv\n"));
  }

  @Test
  void anotherFileIsIncluded() throws IOException {
    Files.writeString(folder.resolve("more"), "ssh://two\n");
    assertEquals(
        List.of("one", "two", "two-2"),
        names("ssh://one\n@more\n@" + folder.resolve("more") + "\n"));
  }

  @Test
  void aMissingIncludedFileIsPassedOverAsNixDoes() throws IOException {
    Machines machines = machines("@/no/such/file\nssh://one\n");
    assertEquals(List.of("one"), machines.builders().stream().map(Builder::name).toList());
    assertEquals(
        List.of("machines:1: there is no file /no/such/file, so no builders are taken from it"),
        told(machines.warnings()));
  }

  @Test
  void whatFollowsASemicolonInACommentIsAnEntryForSome() throws IOException {
    assertEquals(
        List.of(
            "machines:2: a comment has a semicolon: for an older Nix, 2.8 among them, what follows"
                + " is an entry"),
        told(machines("ssh://one # fine\nssh://two # not; fine\n").notes()));
  }

  @Test
  void aTextIsReadAsNixReadsItsSetting() throws IOException {
    Files.writeString(folder.resolve("more"), "ssh://three\n");
    Machines machines = MachinesFile.parse("ssh://one; two # comment\n@more", "--builders", folder);
    assertEquals(
        List.of("one", "two", "three"), machines.builders().stream().map(Builder::name).toList());
    assertEquals("--builders, entry 2", machines.origin(machines.builders().get(1)));
    assertEquals(folder.resolve("more") + ":1", machines.origin(machines.builders().get(2)));
    assertEquals(
        "--builders, entry 2: max jobs must be a whole number from 0, not x",
        assertThrows(
                InputException.class,
                () -> MachinesFile.parse("ssh://one;two - - x", "--builders", folder))
            .getMessage());
  }

  @Test
  void whatAFileCannotSayIsRefused() throws IOException {
    Builder atlas = one("ssh://atlas");
    for (Builder builder :
        List.of(
            atlas.with(Builder.Connection.to("ssh://a b")),
            atlas.with(Builder.Connection.to("ssh://a;reboot")),
            atlas.with(Builder.Connection.to("@/etc/passwd")),
            atlas.with(Builder.Abilities.running(ImmutableSet.of("a,b"))),
            atlas.with(Builder.Abilities.running(ImmutableSet.of())))) {
      assertThrows(InputException.class, () -> MachinesFile.entry(builder), builder::toString);
    }
  }

  @Test
  void aFileThatIncludesItselfIsRefused() {
    assertEquals("machines: the machines file includes itself", message("@machines\n"));
  }

  @Test
  void whatIsNoTextIsRefused() {
    assertEquals("machines: is no text, a machines file was expected", message("ssh://a\n\0\1\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "ssh://atlas - - many, 'max jobs must be a whole number from 0, not many'",
    "ssh://atlas - - -1, 'max jobs must be a whole number from 0, not -1'",
    "ssh://atlas - - 1.5, 'max jobs must be a whole number from 0, not 1.5'",
    "ssh://atlas - - 1 fast, 'the speed factor must be a number from 0.000001 to 1000000, not fast'",
    "ssh://atlas - - 1 -2, 'the speed factor must be a number from 0.000001 to 1000000, not -2'",
    "ssh://atlas - - 1 1e-300, 'the speed factor must be a number from 0.000001 to 1000000, not 1e-300'",
    "ssh://atlas - - 1 NaN, 'the speed factor must be a number from 0.000001 to 1000000, not NaN'",
    "ssh://atlas - - 1 0x1p3, 'the speed factor must be a number from 0.000001 to 1000000, not 0x1p3'",
    "ssh://atlas - - 1 1 - - A*A, 'the host key is no base64: A*A'",
    "- x86_64-linux, 'an entry begins with the URI of a machine, not with -'",
    "@, @ names no file",
    "ssh://atlas a b 1 1 c d e f, 'an entry has eight fields at the most, not 9'",
  })
  void aBadFieldIsToldWithItsLine(String entry, String told) {
    assertEquals("machines:2: " + told, message("ssh://fine\n" + entry + "\n"));
  }

  private ImmutableList<Builder> read(String text) throws IOException {
    return machines(text).builders();
  }

  private Machines machines(String text) throws IOException {
    return MachinesFile.read(Files.writeString(folder.resolve("machines"), text));
  }

  private List<String> told(List<String> lines) {
    return lines.stream().map(line -> line.replace(folder + "/", "")).toList();
  }

  private Builder one(String text) throws IOException {
    ImmutableList<Builder> all = read(text);
    assertEquals(1, all.size());
    return all.get(0);
  }

  private List<String> names(String text) throws IOException {
    return read(text).stream().map(Builder::name).toList();
  }

  private String message(String text) {
    String told = String.valueOf(assertThrows(InputException.class, () -> read(text)).getMessage());
    return told.replace(folder + "/", "");
  }
}
