package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.instance.Builder.Abilities;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is read of a machines file and written again is what it was. */
class MachinesFilePropertyTest {
  private static final String RISCV = "riscv64-linux";

  private static Arbitrary<String> words() {
    return Arbitraries.strings().withChars("abz09._+").ofMinLength(1).ofMaxLength(8);
  }

  private static Arbitrary<String> lists(Arbitrary<String> members) {
    return members
        .set()
        .ofMaxSize(4)
        .map(set -> set.isEmpty() ? "-" : set.stream().collect(Collectors.joining(",")));
  }

  private static Arbitrary<String> uris() {
    return Combinators.combine(
            Arbitraries.of("ssh://", "ssh-ng://"),
            Arbitraries.of("", "root@", "nix@"),
            words(),
            Arbitraries.of("", ":2222", "?compress=true"))
        .as((scheme, user, host, rest) -> scheme + user + "h" + host + rest);
  }

  private static Arbitrary<String> keys() {
    return Arbitraries.strings()
        .ofMinLength(1)
        .ofMaxLength(20)
        .map(text -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Arbitrary<String> speeds() {
    return Arbitraries.of("1", "2", "10", "0.25", "1.5", "0.000001", "1000000");
  }

  /** As it is written, supported features have the mandatory ones among them. */
  @Provide
  Arbitrary<String> entries() {
    Arbitrary<String> features = lists(words());
    Arbitrary<List<String>> offered =
        Combinators.combine(features, features)
            .as(
                (optional, mandatory) -> {
                  ImmutableSet<String> all =
                      ImmutableSet.<String>builder()
                          .add(optional.split(",", -1))
                          .add(mandatory.split(",", -1))
                          .build();
                  String joined =
                      all.stream()
                          .filter(each -> !each.equals("-"))
                          .collect(Collectors.joining(","));
                  return List.of(joined.isEmpty() ? "-" : joined, mandatory);
                });
    Arbitrary<String> systems =
        Arbitraries.of("x86_64-linux", RISCV, "aarch64-linux")
            .set()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(set -> String.join(",", set));
    return Combinators.combine(
            uris(),
            systems,
            Arbitraries.oneOf(Arbitraries.just("-"), words().map(word -> "/keys/" + word)),
            Arbitraries.integers().between(1, 64),
            speeds(),
            offered,
            Arbitraries.oneOf(Arbitraries.just("-"), keys()))
        .as(
            (uri, runs, key, jobs, speed, with, hostKey) ->
                String.join(
                    " ",
                    uri,
                    runs,
                    key,
                    jobs.toString(),
                    speed,
                    with.get(0),
                    with.get(1),
                    hostKey));
  }

  @Property
  void aWholeEntryIsWrittenAsItIsRead(@ForAll("entries") String entry) {
    assertEquals(entry, MachinesFile.entry(read(entry).get(0)));
  }

  /** In whatever way the defaults are left to Nix. */
  @Property
  void whatIsWrittenMeansTheSameMachines(@ForAll("files") String file) {
    ImmutableList<Builder> machines = read(file);
    String written = machines.stream().map(MachinesFile::entry).collect(Collectors.joining("\n"));
    assertEquals(machines, read(written));
  }

  @Provide
  Arbitrary<String> files() {
    Arbitrary<String> entry =
        Combinators.combine(
                Arbitraries.oneOf(uris(), words()),
                Arbitraries.of("", " -", "\tx86_64-linux", " riscv64-linux,i686-linux"),
                Arbitraries.of("", " - 0", " /key 2", " - 3 0", " - 3 2e1 kvm", " - 1 1 - kvm"))
            .as((uri, systems, rest) -> uri + (systems.isEmpty() ? "" : systems + rest));
    Arbitrary<String> separator = Arbitraries.of("\n", ";", " ; ", " # comment; x\n", "\r\n\n");
    return Combinators.combine(entry.list().ofMaxSize(5), separator)
        .as((all, between) -> String.join(between, all));
  }

  /** Nix knows no emulation; who emulates riscv64 is not taken for a board afterwards. */
  @Property
  void theMarkOfRealBoardsStaysWhereItIs(
      @ForAll("entries") String entry, @ForAll boolean emulates) {
    Builder read = read(entry).get(0);
    Builder builder =
        emulates && !read.systems().equals(ImmutableSet.of(RISCV))
            ? read.with(read.abilities().emulating(ImmutableSet.of(RISCV)))
            : read;
    String once = StandardMachines.text(ImmutableList.of(builder));
    String twice = StandardMachines.text(read(once));
    assertEquals(entries(once), entries(twice));
    Abilities known = read(once).get(0).abilities();
    boolean isMarked = known.features().contains(StandardMachines.NATIVE_RISCV);
    assertEquals(builder.systems().equals(ImmutableSet.of(RISCV)), isMarked, once);
    assertEquals(
        builder.runs(RISCV) || builder.emulates().contains(RISCV), known.systems().contains(RISCV));
  }

  private static List<String> entries(String text) {
    return text.lines().filter(line -> !line.startsWith("#")).toList();
  }

  private static ImmutableList<Builder> read(String text) {
    return MachinesFile.parse(text, "it", Path.of("/nowhere")).builders();
  }
}
