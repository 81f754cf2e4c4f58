package dev.crossplan.planner.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ListMultimap;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest.Target;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** In drawings, what is on the left refers to what is on the right of it. */
class OutputCheckTest {
  private static final Target BOARD = new Target("riscv64-linux", Optional.empty());

  private final ListMultimap<Path, Path> references = ArrayListMultimap.create();
  private final Set<Path> ofDesk = new HashSet<>();
  private final Set<InspectionTarget> inspectedFor = new HashSet<>();
  private final OutputCheck check = new OutputCheck(this::inspect, this::closure);

  private ImmutableList<String> inspect(Path output, InspectionTarget target) {
    inspectedFor.add(target);
    return ofDesk.contains(output)
        ? ImmutableList.of(
            output + ": bin/it: is for x86_64\nMaybe another compiler.",
            output + ": bin/other: is for x86_64\nMaybe another compiler.")
        : ImmutableList.of();
  }

  /** As Nix gives it. */
  private ImmutableSet<Path> closure(Collection<Path> paths) {
    Set<Path> closure = new LinkedHashSet<>();
    for (Path path : paths) {
      closure.addAll(closure(references.get(path)));
      closure.add(path);
    }
    return ImmutableSet.copyOf(closure);
  }

  private static StorePath output(String name) {
    return StorePath.of(StorePath.DEFAULT_DIRECTORY, "0".repeat(32) + "-" + name);
  }

  private static Path path(String name) {
    return Path.of(output(name).toString());
  }

  private void refers(String from, String... to) {
    Stream.of(to).forEach(name -> references.put(path(from), path(name)));
  }

  private void isOfDesk(String name) {
    ofDesk.add(path(name));
  }

  private List<String> faults(Set<String> outputs, Optional<ImmutableSet<StorePath>> blameless)
      throws InterruptedException {
    return check
        .faults(outputs.stream().map(OutputCheckTest::output).toList(), blameless, BOARD)
        .stream()
        .map(fault -> fault.lines().findFirst().orElseThrow())
        .toList();
  }

  private List<String> faultsWithNativeTools(Set<String> outputs, String... ofTarget)
      throws InterruptedException {
    return faults(
        outputs,
        Optional.of(
            Stream.of(ofTarget)
                .map(OutputCheckTest::output)
                .collect(ImmutableSet.toImmutableSet())));
  }

  private static String refersTo(String name) {
    return "refers to " + path(name) + ", which is not right for the board: bin/it: is for x86_64";
  }

  /** zlib ─ bash, of an environment that was substituted: no step makes it */
  @Test
  void aProgramThatIsNotForTheBoardIsToldWithWhereItIsAndARemedy() throws InterruptedException {
    refers("zlib", "bash");
    isOfDesk("bash");
    ImmutableList<String> faults =
        check.faults(ImmutableList.of(output("zlib")), Optional.of(ImmutableSet.of()), BOARD);
    assertEquals(
        List.of(
            refersTo("bash"),
            "Maybe let a tool of it be emulated: as-tool = \"emulated\" in a [[constraint]], then"
                + " build with --retry; else it is not built with native tools again, whichever"
                + " they are."),
        OutputCheck.lines(faults));
    assertEquals("built, but " + refersTo("bash"), OutputCheck.inShort(faults));
  }

  /** zlib ─ script ─ bash */
  @Test
  void whatIsReferredToByAToolIsToldAfterTheTool() throws InterruptedException {
    refers("zlib", "script");
    refers("script", "bash");
    isOfDesk("script");
    isOfDesk("bash");
    assertEquals(
        List.of(refersTo("script"), refersTo("bash")), faultsWithNativeTools(Set.of("zlib")));
  }

  /** tinyxml ─ lib of gcc, which runs on the desk */
  @Test
  void librariesOfACrossCompilerAreForTheBoard() throws InterruptedException {
    refers("tinyxml", "gcc-lib");
    assertEquals(List.of(), faultsWithNativeTools(Set.of("tinyxml")));
    assertEquals(
        Set.of(
            new InspectionTarget(
                "riscv64-linux",
                Optional.empty(),
                ImmutableSet.of(path("gcc-lib"), path("tinyxml")))),
        inspectedFor);
  }

  /** git ─ zlib ─ bash */
  @Test
  void whatAnInputForTheTargetBringsIsNotToBlame() throws InterruptedException {
    refers("git", "zlib");
    refers("zlib", "bash");
    isOfDesk("zlib");
    isOfDesk("bash");
    assertEquals(List.of(), faultsWithNativeTools(Set.of("git"), "zlib"));
    assertEquals(List.of(refersTo("zlib"), refersTo("bash")), faultsWithNativeTools(Set.of("git")));
  }

  /** zlib-dev ─ zlib ─ bash, and libc, which all of them refer to */
  @Test
  void outputsDoNotExcuseOneAnother() throws InterruptedException {
    refers("zlib-dev", "zlib");
    refers("zlib", "libc", "bash");
    refers("bash", "libc");
    isOfDesk("bash");
    assertEquals(
        List.of(refersTo("bash")),
        faultsWithNativeTools(Set.of("zlib", "zlib-dev"), "zlib", "zlib-dev", "libc"));
  }

  /** zlib ─ bash */
  @Test
  void ofABuildAsEvaluatedOnlyTheOutputsAreInspected() throws InterruptedException {
    refers("zlib", "bash");
    isOfDesk("bash");
    assertEquals(List.of(), faults(Set.of("zlib"), Optional.empty()));
    isOfDesk("zlib");
    assertEquals(
        List.of(
            path("zlib") + ": bin/it: is for x86_64", path("zlib") + ": bin/other: is for x86_64"),
        faults(Set.of("zlib"), Optional.empty()));
  }

  /** zlib ─ libc */
  @Test
  void faultsOfOutputsAreFaultsWithNativeToolsToo() throws InterruptedException {
    refers("zlib", "libc");
    isOfDesk("zlib");
    List<String> faults = faultsWithNativeTools(Set.of("zlib"), "zlib", "libc");
    assertEquals(2, faults.size());
    assertTrue(faults.get(0).startsWith(path("zlib") + ": "), faults.get(0));
  }
}
