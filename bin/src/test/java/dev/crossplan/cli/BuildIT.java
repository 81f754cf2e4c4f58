package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds with the Nix that is installed; what is built when, is read from Nix's own logs. */
class BuildIT {
  private static final String GIT_ALL_CROSS =
      """
      git-riscv64-unknown-linux-gnu-1
        curl-riscv64-unknown-linux-gnu-1
          openssl-riscv64-unknown-linux-gnu-1
            zlib-riscv64-unknown-linux-gnu-1
          zlib-riscv64-unknown-linux-gnu-1
      """;
  private static final String GIT_WITH_EMULATED_CURL =
      GIT_ALL_CROSS.replace("  curl-riscv64-unknown-linux-gnu-1", "  curl-1");

  private final BuildFolder folder;
  private final List<Path> mounted = new ArrayList<>();

  BuildIT(@TempDir Path folder) throws IOException {
    this.folder = new BuildFolder(folder);
  }

  @AfterEach
  void allowDeletion() throws IOException {
    folder.nix().allowDeletion();
  }

  private static Set<String> once(List<String> built) {
    Set<String> set = new TreeSet<>(built);
    assertEquals(set.size(), built.size(), () -> "built twice: " + built);
    return set;
  }

  @Test
  void everythingIsBuiltOnce() throws Exception {
    Path manifest = folder.manifest("board", "git");
    BuildFolder.Run run = folder.run(manifest);
    assertEnds(0, run);
    assertEquals(GIT_ALL_CROSS, Files.readString(folder.result()));
    Set<String> all =
        Set.of(
            "zlib-riscv64-unknown-linux-gnu-1.drv",
            "openssl-riscv64-unknown-linux-gnu-1.drv",
            "curl-riscv64-unknown-linux-gnu-1.drv",
            "generator-1.drv",
            "git-riscv64-unknown-linux-gnu-1.drv");
    assertEquals(all, once(folder.built()));
    Files.delete(folder.result());
    assertEnds(0, folder.run(manifest));
    assertEquals(all, once(folder.built()));
    assertTrue(Files.isSymbolicLink(folder.result()));
  }

  /**
   * An overlay with a curl of which builds run a script before: the cross one, the emulated one.
   */
  private static String curl(String cross, String emulated) {
    return """
    curl = prev.package {
      pname = "curl";
      libraries = [ final.openssl final.zlib ];
      script = if prev.crossing then "%s" else "%s";
    };
    """
        .formatted(cross, emulated);
  }

  /** The cross curl is this machine's, and a git that says what it was built with. */
  private static final String WRONG_CURL =
      curl("cp /bin/true $out; exit 0", "")
          + """
          git = derivation (prev.git.drvAttrs // { script = "echo $buildInputs > $out; exit 0"; });
          """;

  /** Nobody looks at what comes of it. */
  private void buildWithNix(Path manifest) throws Exception {
    Path plan = folder.state().resolveSibling("plan.nix");
    assertEnds(
        0,
        folder.command(
            "plan", manifest.toString(), "--format", "nix", "--output", plan.toString()));
    folder.nix().run("nix-build", plan.toString(), "-A", "image", "--no-out-link");
  }

  private void assertEnds(int status, BuildFolder.Run run) throws Exception {
    assertEquals(status, run.await(), run.said());
  }

  @Test
  void whatFailsIsEmulatedTheRestIsAsItWasAndThatIsRemembered() throws Exception {
    folder.overlay(curl("echo no cross curl; exit 3", ""));
    BuildFolder.Run run = folder.run(folder.manifest("board", "git"));
    assertEnds(0, run);
    assertTrue(run.said().contains(" failed curl 1, cross on desk after "), run.said());
    assertTrue(run.said().contains(": exit code 3: no cross curl\n"), run.said());
    assertTrue(run.said().contains(" replanned curl 1, emulated instead of cross\n"), run.said());
    assertEquals(GIT_WITH_EMULATED_CURL, Files.readString(folder.result()));
    Set<String> all =
        Set.of(
            "zlib-riscv64-unknown-linux-gnu-1.drv",
            "openssl-riscv64-unknown-linux-gnu-1.drv",
            "curl-riscv64-unknown-linux-gnu-1.drv",
            "curl-1.drv",
            "generator-1.drv",
            "git-riscv64-unknown-linux-gnu-1.drv");
    assertEquals(all, once(folder.built()));

    BuildFolder.Run explained = folder.explain(folder.manifest("board", "git"), "curl");
    assertEnds(0, explained);
    assertTrue(explained.said().contains("its cross build failed on "), explained.said());
    BuildFolder.Run planned =
        folder.command("plan", folder.manifest("board", "git").toString(), "--with-history");
    assertEnds(0, planned);
    assertTrue(
        Pattern.compile("(?m)^ curl 1 +emulated ").matcher(planned.said()).find(), planned.said());

    Files.delete(folder.result());
    BuildFolder.Run again = folder.run(folder.manifest("board", "git"));
    assertEnds(0, again);
    BuildFolder.Run other = folder.run(folder.manifest("other", "git", "hello"));
    assertEnds(0, other);
    assertFalse((again.said() + other.said()).contains("failed"), again.said() + other.said());
    assertEquals(all.size() + 1, once(folder.built()).size());
  }

  @Test
  void metricsAreServedWhileItBuilds() throws Exception {
    Path wait = Files.writeString(folder.state().resolveSibling("wait"), "");
    folder.overlay(curl("while test -e " + wait + "; do sleep 0.1; done", ""));
    BuildFolder.Run run = folder.start(folder.manifest("board", "git"), "--metrics-port", "0");
    run.awaitSaid(" started curl 1, cross on desk");
    Matcher address = Pattern.compile("(?m)^metrics: (http://127\\S+)$").matcher(run.said());
    assertTrue(address.find(), run.said());
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest scrape = HttpRequest.newBuilder(URI.create(address.group(1))).build();
    String text = client.send(scrape, BodyHandlers.ofString()).body();
    for (String line :
        List.of(
            "crossplan_builder_up{builder=\"desk\"} 1.0",
            "crossplan_builder_slots{builder=\"desk\"} 2.0",
            "crossplan_steps{state=\"waiting\"} 1.0",
            "crossplan_steps_finished_total{action=\"build\",builder=\"desk\",strategy=\"cross\"}"
                + " 2.0",
            "crossplan_build_duration_seconds_count{builder=\"desk\",strategy=\"cross\"} 2")) {
      assertTrue(text.contains("\n" + line + "\n"), () -> line + " in " + text);
    }
    assertTrue(text.contains("\ncrossplan_info{name=\"board\",version=\""), text);
    Files.delete(wait);
    assertEnds(0, run);
    assertThrows(ConnectException.class, () -> client.send(scrape, BodyHandlers.ofString()));
  }

  @Test
  void withoutAWayThatIsLeftTheRestIsFinished() throws Exception {
    folder.overlay(curl("exit 3", "echo nor an emulated one; exit 4"));
    Path manifest = folder.manifest("board", "git", "hello");
    BuildFolder.Run run = folder.run(manifest);
    assertEnds(1, run);
    assertTrue(run.said().contains(" gave up git 1, it needs curl 1\n"), run.said());
    assertTrue(run.said().contains("hello-riscv64-unknown-linux-gnu-1\n"), run.said());
    assertFalse(Files.exists(folder.result()));
    Path hello = folder.result().resolveSibling("result-2");
    assertTrue(Files.readString(hello).startsWith("hello-"), run.said());
    assertTrue(run.said().contains("\nlinked from " + hello + "\n"), run.said());
    Set<String> all = once(folder.built());
    assertTrue(all.contains("hello-riscv64-unknown-linux-gnu-1.drv"), all::toString);

    BuildFolder.Run again = folder.run(manifest);
    assertEnds(1, again);
    assertTrue(
        again.said().contains("curl 1 must be built, but its cross build failed on "),
        again.said());
    assertTrue(
        Pattern.compile(
                "exit code 3: [^,]*, log\\s+/\\S+-curl-riscv64-unknown-linux-gnu-1\\.log\\b")
            .matcher(again.said())
            .find(),
        again.said());
    assertTrue(
        Pattern.compile("\n {2}and its emulated build failed on ").matcher(again.said()).find(),
        again.said());
    assertFalse(again.said().contains("no builder"), again.said());
    assertEquals(all, once(folder.built()));
  }

  /** A builder that runs what another one emulates is the same machine, with the same Nix. */
  @Test
  void aDerivationThatFailedIsNotBuiltAgainForABuilderOfAnotherName() throws Exception {
    folder.with("[[builder]]\nname = \"board\"\nsystems = [\"x86_64-linux\", \"riscv64-linux\"]\n");
    folder.overlay(curl("exit 3", "exit 4"));
    Path manifest = folder.manifest("board", "git");
    BuildFolder.Run run = folder.run(manifest);
    assertEnds(1, run);
    Set<String> begun = once(folder.begun());
    assertEquals(2, begun.stream().filter(each -> each.contains("-curl-")).count());
    assertTrue(run.said().contains("\ncurl 1 cannot be built, so the image is"), run.said());
    BuildFolder.Run again = folder.run(manifest);
    assertEnds(1, again);
    assertTrue(again.said().contains("and its native build failed on "), again.said());
    assertFalse(again.said().contains("no builder"), again.said());
    assertEquals(begun, once(folder.begun()));
  }

  /** The emulated openssl is another one now, but curl is built with the cross one. */
  @Test
  void aDerivationThatFailedIsNotBuiltAgainForAnInstanceThatChanged() throws Exception {
    folder.overlay(curl("exit 3", "exit 4"));
    Path manifest = folder.manifest("board", "git", "hello");
    assertEnds(1, folder.run(manifest));
    Set<String> begun = once(folder.begun());
    folder.overlay(
        curl("exit 3", "exit 4")
            + """
            openssl = prev.package {
              pname = "openssl";
              libraries = [ final.zlib ];
              script = if prev.crossing then "" else "true";
            };
            """);
    BuildFolder.Run rehearsal = folder.run(manifest, "--dry-run");
    assertEnds(1, rehearsal);
    assertTrue(rehearsal.said().contains("and its emulated build failed on "), rehearsal.said());
    BuildFolder.Run again = folder.run(manifest);
    assertEnds(1, again);
    assertFalse(again.said().contains("started curl"), again.said());
    assertTrue(again.said().contains("and its emulated build failed on "), again.said());
    assertEquals(begun, once(folder.begun()));

    BuildFolder.Run planned = folder.command("plan", manifest.toString(), "--with-history");
    assertEnds(1, planned);
    assertTrue(planned.said().contains("without git\n"), planned.said());
    BuildFolder.Run explained = folder.explain(manifest, "curl");
    assertEnds(0, explained);
    assertTrue(
        Pattern.compile("emulated +its emulated build failed on ").matcher(explained.said()).find()
            || explained.said().contains("its emulated build failed on "),
        explained.said());

    assertEnds(1, folder.run(manifest, "--retry"));
    assertEquals(begun.size() + 2, folder.begun().size());
  }

  /**
   * A run that was ended after it had found out that curl cannot be had: slow, which only the lost
   * git needs, is built by the next one, which finds that late cannot be had in the cross world
   * either, and one after that has nothing to do.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsIndependentOfAnEarlierFailureIsFinished(boolean all) throws Exception {
    Path wait = Files.writeString(folder.state().resolveSibling("wait"), "");
    folder.overlay(
        curl("exit 3", "exit 4")
            + """
            git = prev.package {
              pname = "git";
              libraries = [ final.curl final.slow final.late ];
            };
            slow = prev.package { pname = "slow"; libraries = [ final.slower ]; };
            slower = prev.package {
              pname = "slower";
              script = "while test -e %s; do sleep 0.1; done";
            };
            late = prev.package {
              pname = "late";
              libraries = [ final.slower ];
              script = if prev.crossing then "exit 5" else "";
            };
            other = prev.package { pname = "other"; libraries = [ final.slower ]; };
            """
                .formatted(wait));
    Path manifest =
        all ? folder.manifest("board", "git") : folder.manifest("board", "git", "other");
    BuildFolder.Run ended = folder.start(manifest);
    ended.awaitSaid("lost curl 1, no way is left to make it");
    new ProcessBuilder("kill", "-INT", Long.toString(ended.process().pid())).start().waitFor();
    assertEnds(130, ended);
    assertFalse(isInStore("slower-riscv64-unknown-linux-gnu-1"));
    Files.delete(wait);

    BuildFolder.Run rehearsal = folder.run(manifest, "--dry-run");
    assertEnds(1, rehearsal);
    assertTrue(rehearsal.said().contains(" steps to do, "), rehearsal.said());
    assertFalse(rehearsal.said().contains("\n curl 1 "), rehearsal.said());

    BuildFolder.Run run = folder.run(manifest);
    assertEnds(1, run);
    assertTrue(run.said().contains(" gave up git 1, it needs curl 1\n"), run.said());
    assertTrue(isInStore("slow-riscv64-unknown-linux-gnu-1"), run.said());
    assertTrue(run.said().contains(" replanned late 1, emulated instead of cross\n"), run.said());
    assertTrue(isInStore("late-1"), run.said());
    assertFalse(run.said().contains("started curl"), run.said());
    assertTrue(
        run.said().contains("\nthere is no way left, so the image is without git\n  curl 1 must"),
        run.said());
    List<String> built = new ArrayList<>(folder.built());
    assertTrue(built.remove("slower-riscv64-unknown-linux-gnu-1.drv"), "interrupted, then built");
    once(built);

    BuildFolder.Run again = folder.run(manifest);
    assertEnds(1, again);
    assertFalse(again.said().contains("started "), again.said());
    assertTrue(again.said().contains("so the image is without git\n  curl 1 must"), again.said());
    assertEquals(built.size() + 1, folder.built().size());
  }

  /** It is known before anything is begun: an outcome all the same. */
  @Test
  void anImageOfWhichNothingCanBeHadIsToldToProgramsToo() throws Exception {
    folder.overlay("");
    Path manifest = folder.manifest("board", "git");
    assertEnds(0, folder.run(manifest));
    folder.overlay(curl("exit 3", "exit 4"));
    assertEnds(1, folder.run(manifest));

    BuildFolder.Run run = folder.run(manifest);
    assertEnds(1, run);
    assertTrue(run.said().contains("nothing of the image can be had, after "), run.said());
    assertTrue(run.said().contains(folder.result() + " is of an earlier build\n"), run.said());
    assertTrue(
        run.said()
            .contains("\nthere is no way left, so the image is without git\n  curl 1 must be"),
        run.said());
    assertTrue(run.said().contains("--retry tries again what failed in earlier"), run.said());

    for (List<String> options :
        List.of(List.of("--format=json"), List.of("--format=json", "--dry-run"))) {
      BuildFolder.Run events = folder.run(manifest, options.toArray(String[]::new));
      assertEnds(1, events);
      assertTrue(
          events.said().contains("{\"event\":\"ended\",\"succeeded\":false,"), events.said());
      assertTrue(events.said().contains(",\"lost\":[\"git\"],\"learned\":true}"), events.said());
    }
    BuildFolder.Run rehearsal = folder.run(manifest, "--dry-run");
    assertEnds(1, rehearsal);
    assertTrue(rehearsal.said().contains("nothing of the image can be had\n"), rehearsal.said());
  }

  @Test
  void whatIsIndependentOfAFailureIsFinished() throws Exception {
    folder.overlay(
        curl("exit 3", "exit 4")
            + """
            git = prev.package { pname = "git"; libraries = [ final.curl final.slow ]; };
            slow = prev.package { pname = "slow"; libraries = [ final.hello ]; };
            """);
    BuildFolder.Run run = folder.run(folder.manifest("board", "git"));
    assertEnds(1, run);
    assertTrue(once(folder.built()).contains("slow-riscv64-unknown-linux-gnu-1.drv"), run.said());
  }

  /** What still runs has nothing to do with it. */
  @Test
  void whatFailsAfterAFailureIsReplacedAtOnce() throws Exception {
    Path wait = Files.writeString(folder.state().resolveSibling("wait"), "");
    folder.overlay(
        curl("exit 3", "exit 4")
            + """
            git = prev.package { pname = "git"; libraries = [ final.curl ]; };
            other = prev.package { pname = "other"; libraries = [ final.late final.slow ]; };
            slow = prev.package {
              pname = "slow";
              script = "while test -e %s; do sleep 0.1; done";
            };
            late = prev.package {
              pname = "late";
              libraries = [ final.soon ];
              script = if prev.crossing then "exit 5" else "";
            };
            soon = prev.package { pname = "soon"; script = "sleep 5"; };
            """
                .formatted(wait));
    BuildFolder.Run run = folder.start(folder.manifest("board", "git", "other"));
    run.awaitSaid("lost curl 1, no way is left to make it");
    run.awaitSaid("replanned late 1, emulated instead of cross");
    run.awaitSaid("built late 1, emulated");
    assertFalse(isInStore("slow-riscv64-unknown-linux-gnu-1"), run.said());
    Files.delete(wait);
    assertEnds(1, run);
    once(folder.built());
    assertTrue(run.said().contains("so the image is without git\n"), run.said());
  }

  @Test
  void eachDeadEndIsToldWithWhatItCosts() throws Exception {
    folder.overlay(
        curl("exit 3", "exit 4")
            + """
            git = prev.package { pname = "git"; libraries = [ final.curl ]; };
            other = prev.package { pname = "other"; libraries = [ final.bad ]; };
            bad = prev.package { pname = "bad"; script = "exit 5"; };
            """);
    Path manifest = folder.manifest("board", "git", "other", "hello");
    BuildFolder.Run run = folder.run(manifest);
    assertEnds(1, run);
    assertTrue(
        run.said().contains("\ncurl 1 cannot be built, so the image is without git\n"), run.said());
    assertTrue(
        run.said().contains("\nbad 1 cannot be built, so the image is without other\n"),
        run.said());
    BuildFolder.Run again = folder.run(manifest);
    assertEnds(1, again);
    for (String cause : List.of("git\n  curl 1 must", "other\n  bad 1 must")) {
      assertTrue(
          again.said().contains("\nthere is no way left, so the image is without " + cause),
          again.said());
    }
  }

  /** What the lost part of the image alone needs, too; and what fails after that is replaced. */
  @Test
  void whatIsIndependentOfAFailureIsFinishedThoughOthersCanBeHad() throws Exception {
    folder.overlay(
        curl("exit 3", "exit 4")
            + """
            git = prev.package { pname = "git"; libraries = [ final.curl final.slow ]; };
            slow = prev.package { pname = "slow"; libraries = [ final.slower ]; };
            slower = prev.package { pname = "slower"; script = "sleep 3"; };
            other = prev.package { pname = "other"; libraries = [ final.late ]; };
            late = prev.package {
              pname = "late";
              libraries = [ final.slower ];
              script = if prev.crossing then "exit 5" else "";
            };
            """);
    BuildFolder.Run run = folder.run(folder.manifest("board", "git", "other"));
    assertEnds(1, run);
    Set<String> all = once(folder.built());
    assertTrue(all.contains("slow-riscv64-unknown-linux-gnu-1.drv"), run.said());
    assertTrue(all.contains("other-riscv64-unknown-linux-gnu-1.drv"), run.said());
    assertTrue(run.said().contains(" replanned late 1, emulated instead of cross\n"), run.said());
    assertTrue(run.said().contains(" gave up git 1, it needs curl 1\n"), run.said());
    assertFalse(run.said().contains(" gave up other 1"), run.said());
  }

  @Test
  void whatFailedIsTriedAgainWhenAskedFor() throws Exception {
    Path broken = folder.state().resolveSibling("broken");
    folder.overlay(curl("test ! -e " + broken, "exit 1"));
    Path manifest = folder.manifest("board", "git");
    Files.writeString(broken, "");
    assertEnds(1, folder.run(manifest));
    Files.delete(broken);
    assertEnds(1, folder.run(manifest));
    assertEnds(0, folder.run(manifest, "--retry"));
    assertEquals(GIT_ALL_CROSS, Files.readString(folder.result()));
  }

  /** Whoever is killed leaves Nix at work; the next run waits for it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "planned",
        "started zlib 1, cross",
        "started openssl 1, cross",
        "started generator 1, native",
        "started curl 1, emulated"
      })
  void aRunThatWasKilledGoesOnAndBuildsNothingAgain(String moment) throws Exception {
    folder.overlay(curl("exit 3", "").replace("\"\"", "\"sleep 1\""));
    Path manifest = folder.manifest("board", "git");
    BuildFolder.Run killed = folder.start(manifest);
    killed.awaitSaid(moment);
    killed.process().destroyForcibly().waitFor();
    assertFalse(Files.exists(folder.result()));
    assertEnds(0, folder.run(manifest));
    assertEquals(GIT_WITH_EMULATED_CURL, Files.readString(folder.result()));
    once(folder.built());
  }

  @Test
  void theSecondOfTwoRunsAtTheSameTimeSaysSo() throws Exception {
    folder.overlay(curl("sleep 2", ""));
    Path manifest = folder.manifest("board", "git");
    BuildFolder.Run first = folder.start(manifest);
    first.awaitSaid("started");
    BuildFolder.Run second = folder.run(manifest);
    assertEnds(1, second);
    assertTrue(
        second.said().contains("another crossplan is building it\nMaybe wait"), second.said());
    assertEnds(0, first);
  }

  @Test
  void ctrlCEndsNixAndTheNextRunGoesOn() throws Exception {
    folder.overlay(curl("sleep 60", "sleep 60"));
    Path manifest = folder.manifest("board", "git");
    BuildFolder.Run run = folder.start(manifest);
    run.awaitSaid("started curl 1, cross");
    List<ProcessHandle> started = run.process().descendants().toList();
    assertFalse(started.isEmpty());
    new ProcessBuilder("kill", "-INT", Long.toString(run.process().pid())).start().waitFor();
    assertEnds(130, run);
    assertTrue(run.said().contains("board: interrupted after "), run.said());
    for (ProcessHandle each : started) {
      each.onExit().get(30, TimeUnit.SECONDS);
    }
    folder.overlay(curl("true", "true"));
    BuildFolder.Run again = folder.run(manifest);
    assertEnds(0, again);
    assertFalse(again.said().contains("started openssl"), again.said());
    List<String> built = new ArrayList<>(folder.built());
    assertTrue(built.remove("curl-riscv64-unknown-linux-gnu-1.drv"), "interrupted, then built");
    once(built);
  }

  /** A Nix that is killed says nothing about the build; what else runs is finished. */
  @Test
  void aNixThatFailsStopsTheRunAndIsNotRemembered() throws Exception {
    Path slow = folder.state().resolveSibling("slow");
    folder.overlay(
        curl("while test -e " + slow + "; do sleep 0.1; done", "")
            + """
            hello = prev.package { pname = "hello"; script = "while test -e %s; do sleep 0.1; done"; };
            later = prev.package { pname = "later"; libraries = [ final.hello ]; };
            git = prev.package { pname = "git"; libraries = [ final.curl final.later ]; };
            """
                .formatted(slow));
    Files.writeString(slow, "");
    Path manifest = folder.manifest("board", "git");
    BuildFolder.Run run = folder.start(manifest, "--format", "json");
    run.awaitSaid(Pattern.compile("\"event\":\"phase\".*\"name\":\"curl\""));
    run.awaitSaid(Pattern.compile("\"event\":\"phase\".*\"name\":\"hello\""));
    run.process()
        .children()
        .filter(each -> each.info().commandLine().orElse("").contains("-curl-"))
        .forEach(ProcessHandle::destroyForcibly);
    run.awaitSaid("{\"event\":\"stopping\",\"why\":\"curl 1: Nix was killed by signal 9, log ");
    Files.delete(slow);
    assertEnds(1, run);
    assertTrue(
        run.said().contains("\"failure\":\"curl 1: Nix was killed by signal 9, log "), run.said());
    assertTrue(run.said().contains("\nMaybe memory is short (dmesg tells"), run.said());
    assertTrue(isInStore("hello-riscv64-unknown-linux-gnu-1"), "finished");
    assertFalse(isInStore("later-riscv64-unknown-linux-gnu-1"), "not begun");

    assertEnds(0, folder.run(manifest));
    List<String> again = new ArrayList<>(folder.built());
    assertTrue(again.remove("curl-riscv64-unknown-linux-gnu-1.drv"), "killed");
    assertTrue(again.contains("curl-riscv64-unknown-linux-gnu-1.drv"), again::toString);
    once(again);
  }

  /** Nix says the same as after Ctrl-C, but nobody has told crossplan to end. */
  @Test
  void aNixThatIsEndedBySomebodyElseIsNoCtrlC() throws Exception {
    folder.overlay(curl("sleep 60", ""));
    BuildFolder.Run run = folder.start(folder.manifest("board", "git"));
    run.awaitSaid("started curl 1, cross");
    Thread.sleep(1000); // until Nix takes signals
    run.process()
        .children()
        .filter(each -> each.info().commandLine().orElse("").contains("-curl-"))
        .forEach(ProcessHandle::destroy);
    assertEnds(1, run);
    assertTrue(
        run.said().contains("curl 1: Nix was ended by a signal, SIGTERM or SIGINT, that crossplan"),
        run.said());
    assertTrue(run.said().contains("\nMaybe find out who ends it"), run.said());
  }

  /** A file system of its own, so that it can be full. */
  private void mount(Path place, String size) throws Exception {
    Files.createDirectories(place);
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", place.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(mount.waitFor() == 0, said);
    mounted.add(place);
  }

  @AfterEach
  void unmount() throws Exception {
    for (Path place : mounted) {
      new ProcessBuilder("umount", "-l", place.toString()).inheritIO().start().waitFor();
    }
  }

  /** More than Nix itself takes for little, and free again when the build has failed. */
  @Test
  void aFullFolderOfBuildsIsNamedAndNotHeldAgainstThePackage() throws Exception {
    Path small = folder.state().resolveSibling("small");
    mount(small, "16m");
    folder.set("TMPDIR", small.toString());
    folder.overlay(curl("head -c 40000000 /dev/zero > big || { rm big; exit 7; }", ""));
    Path manifest = folder.manifest("board", "git");
    BuildFolder.Run run = folder.run(manifest);
    assertEnds(1, run);
    assertTrue(
        run.said()
            .contains(
                "\ncurl 1: there is too little room in "
                    + small
                    + ", where builds run: at the least "),
        run.said());
    assertTrue(
        run.said().contains(" of 16 MiB were free; its build says: head: error writing"),
        run.said());
    assertTrue(
        run.said().contains("\nMaybe make room there, or let TMPDIR name a folder with more"),
        run.said());
    assertFalse(run.said().contains("replanned"), run.said());
    folder.set("TMPDIR", "/tmp");
    assertEnds(0, folder.run(manifest));
    assertEquals(GIT_ALL_CROSS, Files.readString(folder.result()));
  }

  @Test
  void aFullStateFolderIsNamedAndNotHeldAgainstThePackage() throws Exception {
    mount(folder.state(), "3m");
    Path quiet = folder.state().resolveSibling("quiet");
    folder.overlay(
        curl("test -e " + quiet + " || head -c 5000000 /dev/urandom | od -v; sleep 1", "exit 4"));
    Path manifest = folder.manifest("board", "git");
    BuildFolder.Run run = folder.run(manifest);
    assertEnds(1, run);
    assertTrue(
        Pattern.compile(
                "\n"
                    + Pattern.quote(folder.state().toString())
                    + "/\\S+: cannot be written: No space left on device"
                    + " \\(\\d+ KiB of 3 MiB are free\\)\nMaybe make room there")
            .matcher(run.said())
            .find(),
        run.said());
    assertFalse(run.said().contains("replanned"), run.said());
    try (Stream<Path> files = Files.walk(folder.state())) {
      for (Path log : files.filter(file -> file.toString().contains("curl")).toList()) {
        Files.deleteIfExists(log);
      }
    }
    Files.writeString(quiet, "");
    assertEnds(0, folder.run(manifest));
    assertEquals(GIT_ALL_CROSS, Files.readString(folder.result()));
  }

  /** What Nix says goes there too: half of it must not be taken for all. */
  @Test
  void aFullTemporaryFolderIsNamed() throws Exception {
    Path small = folder.state().resolveSibling("small");
    mount(small, "1m");
    folder.set("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + small);
    Files.write(small.resolve("fill"), new byte[1 << 20]);
    BuildFolder.Run run = folder.run(folder.manifest("board", "git"), "--dry-run");
    assertEnds(1, run);
    assertTrue(
        Pattern.compile(
                "\n"
                    + Pattern.quote(small.toString())
                    + ": there is no room for what nix\\S* says \\(0 KiB of 1 MiB are free\\)\n"
                    + "Maybe make room there, or let TMPDIR name a folder with more\\.")
            .matcher(run.said())
            .find(),
        run.said());
  }

  @Test
  void aTemporaryFolderThatIsNotThereIsNamed() throws Exception {
    folder.set("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=/no-such-folder");
    BuildFolder.Run run = folder.run(folder.manifest("board", "git"), "--dry-run");
    assertEnds(2, run);
    assertTrue(
        run.said()
            .contains(
                "/no-such-folder: cannot take temporary files: there is no such folder\nMaybe make"),
        run.said());
  }

  @Test
  void aDryRunBuildsNothing() throws Exception {
    BuildFolder.Run run = folder.run(folder.manifest("board", "git"), "--dry-run");
    assertEnds(0, run);
    assertTrue(run.said().contains("board: 5 of 5 steps to do, 0 done already"), run.said());
    assertEquals(List.of(), folder.built());
    assertFalse(Files.exists(folder.result()));
  }

  /** Each output alone is right: git is a text that names a tool of its build. */
  @Test
  void anImageThatRefersToAToolForTheDeskIsNotDone() throws Exception {
    String tool =
        """
        generator =
          derivation (prev.generator.drvAttrs // { script = "cp /bin/true $out; exit 0"; });
        git = derivation (
          prev.git.drvAttrs // {
            buildInputs = [ ];
            script = "echo $nativeBuildInputs > $out; exit 0";
          });
        """;
    folder.overlay(tool);
    BuildFolder.Run run = folder.run(folder.manifest("board", "git"));
    assertEnds(1, run);
    assertTrue(run.said().contains("-generator-1: "), run.said());
    assertTrue(
        run.said().contains("all is built, but the image refers to what is not for its target\n"),
        run.said());
    assertFalse(Files.exists(folder.result()));

    BuildFolder.Run rehearsal = folder.run(folder.manifest("board", "git"), "--dry-run");
    assertEnds(1, rehearsal);
    assertTrue(
        rehearsal.said().contains(" done already, but what is built has faults\n"),
        rehearsal.said());
    assertTrue(rehearsal.said().contains("-generator-1: "), rehearsal.said());

    folder.overlay(
        tool
            + curl("exit 3", "exit 4")
            + "hello = prev.package { pname = \"hello\"; libraries = [ final.curl ]; };");
    BuildFolder.Run incomplete = folder.run(folder.manifest("board", "git", "hello"));
    assertEnds(1, incomplete);
    assertTrue(
        incomplete.said().contains("\nwhat is built of it refers to what is not for its target\n"),
        incomplete.said());
  }

  /** Nix alone has built it; nobody has looked at curl, and what was made of it is there. */
  @Test
  void whatIsWrongUnderAnImageThatIsThereIsMadeOtherwise() throws Exception {
    folder.overlay(WRONG_CURL);
    Path manifest = folder.manifest("board", "git");
    buildWithNix(manifest);

    BuildFolder.Run rehearsal = folder.run(manifest, "--dry-run");
    assertEnds(0, rehearsal);
    assertTrue(rehearsal.said().startsWith("board: 2 of "), rehearsal.said());
    assertTrue(
        Pattern.compile(
                "\nThere already, but wrong:\n {2}replanned curl 1, emulated instead of cross: built,"
                    + " but\\s+\\S+-curl-riscv64-unknown-linux-gnu-1: [^\n]*x86_64")
            .matcher(rehearsal.said())
            .find(),
        rehearsal.said());
    BuildFolder.Run events = folder.run(manifest, "--dry-run", "--format=json");
    assertEnds(0, events);
    assertEquals(
        List.of("planned", "failed", "replanned", "planned", "step"),
        events
            .said()
            .lines()
            .map(line -> line.replaceFirst("^\\{\"event\":\"(\\w+)\".*", "$1"))
            .limit(5)
            .toList(),
        events.said());
    assertEquals(List.of(), folder.built());

    BuildFolder.Run run = folder.run(manifest);
    assertEnds(0, run);
    assertTrue(
        Pattern.compile(
                "  replanned curl 1, emulated instead of cross: built, but [^\n]*\\s+log\\s+"
                    + "logs/inspected-curl-riscv64-unknown-linux-gnu-1\\.log\n")
            .matcher(run.said())
            .find(),
        run.said());
    assertTrue(Files.readString(folder.result()).endsWith("-curl-1\n"), run.said());
    assertEquals(Set.of("curl-1.drv", "git-riscv64-unknown-linux-gnu-1.drv"), once(folder.built()));
    assertEnds(0, folder.run(manifest));
    assertEquals(2, folder.built().size());
  }

  /** Whoever built it was killed before anybody could look at it. */
  @Test
  void nothingIsMadeOfWhatNobodyHasLookedAt() throws Exception {
    folder.overlay(
        curl("cp /bin/true $out; exit 0", "")
            + """
            git = prev.package { pname = "git"; libraries = [ final.curl ]; };
            """);
    Path plan = folder.state().resolveSibling("plan.nix");
    assertEnds(
        0,
        folder.command(
            "plan",
            folder.manifest("one", "curl").toString(),
            "--format",
            "nix",
            "--output",
            plan.toString()));
    folder.nix().run("nix-build", plan.toString(), "-A", "image", "--no-out-link");
    assertTrue(isInStore("curl-riscv64-unknown-linux-gnu-1"));

    BuildFolder.Run run = folder.run(folder.manifest("board", "git"));
    assertEnds(0, run);
    assertTrue(run.said().contains(" replanned curl 1, emulated instead of cross\n"), run.said());
    assertEquals(1, run.said().lines().filter(line -> line.contains(" started git 1")).count());
  }

  /** What is wrong is told also where it cannot be made otherwise. */
  @Test
  void aDryRunForeseesWhatIsLostForWhatIsWrong() throws Exception {
    folder.overlay(WRONG_CURL);
    folder.with("[[constraint]]\npackage = \"curl\"\nemulated = \"broken\"\nreason = \"a test\"\n");
    Path manifest = folder.manifest("board", "git", "hello");
    buildWithNix(manifest);
    BuildFolder.Run rehearsal = folder.run(manifest, "--dry-run");
    assertEnds(1, rehearsal);
    assertTrue(
        rehearsal.said().contains("\ncurl 1 cannot be built, so the image is without git\n"),
        rehearsal.said());
    assertTrue(rehearsal.said().contains("\n  cross: built, but "), rehearsal.said());
    assertFalse(rehearsal.said().contains("\n    log "), rehearsal.said());
    assertEquals(List.of(), folder.built());
  }

  /** It reads what NIX_PATH names; what crossplan writes, it need not read, or may. */
  @Test
  void aNixThatMayReadLittleBuilds() throws Exception {
    folder.set("NIX_CONFIG", folder.environment().get("NIX_CONFIG") + "restrict-eval = true\n");
    folder.set("NIX_PATH", "set=" + BuildFolder.packageSet());
    assertEnds(0, folder.run(folder.manifest("board", "zlib")));
    assertEquals(List.of("zlib-riscv64-unknown-linux-gnu-1.drv"), folder.built());
  }

  @Test
  void whatHasNoPathBeforeItIsBuiltIsRefused() throws Exception {
    folder.set(
        "NIX_CONFIG",
        folder.environment().get("NIX_CONFIG") + "experimental-features = ca-derivations\n");
    folder.overlay(
        """
        openssl = derivation (prev.openssl.drvAttrs // {
          __contentAddressed = true;
          outputHashMode = "recursive";
          outputHashAlgo = "sha256";
        });
        """);
    BuildFolder.Run run = folder.run(folder.manifest("board", "git"));
    assertEnds(2, run);
    assertTrue(run.said().contains("-1.drv is content-addressed or impure: what"), run.said());
    assertTrue(run.said().contains("\nMaybe let Nix build the plan: "), run.said());
    assertEquals(List.of(), folder.built());
  }

  /** Graphs from another machine: what is built as it was evaluated is written out, too. */
  @Test
  void derivationsThatAreInNoStoreAreBuilt() throws Exception {
    BuildFolder.Run run = folder.run(folder.exported("exported", "git"));
    assertEnds(0, run);
    assertEquals(GIT_ALL_CROSS, Files.readString(folder.result()));
    assertEquals(5, once(folder.built()).size());
  }

  @Test
  void whatIsOfAnotherStoreOrHasNoSourcesHereIsTold() throws Exception {
    Path manifest = folder.exported("exported", "git");
    folder.nix().run("nix-store", "--gc");
    BuildFolder.Run run = folder.run(manifest);
    assertEnds(2, run);
    assertTrue(
        run.said().contains("files that its builds start from are not in the store, "), run.said());
    folder.set("NIX_STORE_DIR", "/somewhere/else");
    BuildFolder.Run elsewhere = folder.run(manifest, "--dry-run");
    assertEnds(2, elsewhere);
    assertTrue(
        elsewhere.said().contains(", but the store of Nix is /somewhere/else here\nMaybe "),
        elsewhere.said());
  }

  /** What is built is kept until the image is done; what only builds needed may go then. */
  @Test
  void garbageCollectionCostsNoBuild() throws Exception {
    folder.overlay(curl("exit 3", "exit 4"));
    Path manifest = folder.manifest("board", "git");
    assertEnds(1, folder.run(manifest));
    folder.nix().run("nix-store", "--gc");
    folder.overlay(curl("exit 3", "true"));
    assertEnds(0, folder.run(manifest));
    List<String> built = folder.built();
    assertEquals(1, built.stream().filter(each -> each.startsWith("openssl")).count());

    folder.nix().run("nix-store", "--gc");
    BuildFolder.Run again = folder.run(manifest);
    assertEnds(0, again);
    assertEquals(built, folder.built());
  }

  /** The generator is gone, curl is not; git has changed, and needs both. */
  @Test
  void whatIsGoneAndNeededIsCounted() throws Exception {
    folder.overlay("");
    Path manifest = folder.manifest("board", "curl", "git");
    assertEnds(0, folder.run(manifest));
    folder.nix().run("nix-store", "--gc");
    assertFalse(isInStore("generator-1"));
    folder.overlay("git = derivation (prev.git.drvAttrs // { script = \"true\"; });");
    BuildFolder.Run rehearsal = folder.run(manifest, "--dry-run", "--format", "json");
    assertEnds(0, rehearsal);
    Matcher expected =
        Pattern.compile("\"expected\":\\{\"builderSeconds\":60.0,\"seconds\":60.0,")
            .matcher(rehearsal.said());
    assertTrue(expected.find(), rehearsal.said());
    List<String> before = folder.built();
    assertEnds(0, folder.run(manifest));
    List<String> built = new ArrayList<>(folder.built());
    before.forEach(built::remove);
    assertEquals(Set.of("generator-1.drv", "git-riscv64-unknown-linux-gnu-1.drv"), once(built));
  }

  /** A link protects the output that is meant, and not those that only builds need. */
  @Test
  void anOutputThatNobodyAsksForIsNotBuiltAgain() throws Exception {
    folder.overlay(
        """
        openssl = derivation (prev.openssl.drvAttrs // {
          outputs = [ "out" "dev" ];
          script = "echo openssl > $out; echo dev > $dev; exit 0";
        });
        """);
    Path openssl = folder.manifest("board", "openssl");
    assertEnds(0, folder.run(openssl));
    List<String> built = folder.built();
    String dev = "openssl-riscv64-unknown-linux-gnu-1-dev";
    assertTrue(isInStore(dev));
    folder.nix().run("nix-store", "--gc");
    assertFalse(isInStore(dev));
    BuildFolder.Run again = folder.run(openssl);
    assertEnds(0, again);
    assertFalse(again.said().contains("-dev"), again.said());
    assertEquals(built, folder.built());

    folder.overlay(
        """
        openssl = derivation (prev.openssl.drvAttrs // {
          outputs = [ "out" "dev" ];
          script = "echo openssl > $out; echo dev > $dev; exit 0";
        });
        curl = prev.package { pname = "curl"; libraries = [ final.openssl.dev ]; };
        """);
    assertEnds(0, folder.run(folder.manifest("board", "openssl", "curl")));
    List<String> more = folder.built();
    assertEquals(2, more.stream().filter(each -> each.startsWith("openssl-")).count());
  }

  /** As nix-build does. */
  @Test
  void theOutputThatIsListedFirstIsTheOneThatIsMeant() throws Exception {
    folder.overlay(
        """
        openssl = derivation (prev.openssl.drvAttrs // {
          outputs = [ "bin" "dev" "out" ];
          script = "echo bin > $bin; echo dev > $dev; echo out > $out; exit 0";
        });
        """);
    Path manifest = folder.manifest("board", "openssl");
    assertEnds(0, folder.run(manifest));
    assertEquals("bin\n", Files.readString(folder.result()));
    folder.nix().run("nix-store", "--gc");
    assertEquals("bin\n", Files.readString(folder.result()));
  }

  private boolean isInStore(String name) throws IOException {
    try (Stream<Path> paths = Files.list(folder.nix().store())) {
      return paths.anyMatch(path -> path.toString().endsWith("-" + name));
    }
  }

  @Test
  void whatIsOfAnEarlierBuildIsTold() throws Exception {
    assertEnds(0, folder.run(folder.manifest("board", "hello", "git")));
    BuildFolder.Run alone = folder.run(folder.manifest("board", "hello"));
    assertEnds(0, alone);
    assertTrue(
        alone.said().contains("/result\n" + folder.result() + "-2 is of an earlier build\n"),
        alone.said());
    folder.overlay(curl("exit 3", "exit 4"));
    BuildFolder.Run lost = folder.run(folder.manifest("board", "hello", "git"));
    assertEnds(1, lost);
    assertTrue(
        lost.said().contains("/result\n" + folder.result() + "-2 is of an earlier build\n"),
        lost.said());
  }

  /** The manifest says that an instance need not be built, but no cache has it. */
  @Test
  void aSubstituteThatNobodyHasIsBuilt() throws Exception {
    folder.with("[[substituter]]\ninstance = \"emulated\"\n");
    BuildFolder.Run run = folder.run(folder.manifest("board", "hello"));
    assertEnds(0, run);
    assertTrue(run.said().contains(": no cache gives it"), run.said());
    assertTrue(Files.readString(folder.result()).startsWith("hello-"), run.said());
  }

  @Test
  void aSubstituteIsTakenFromTheCacheOfTheManifest() throws Exception {
    Path cache = folder.state().resolveSibling("caches");
    Path manifest = folder.manifest("board", "hello");
    assertEnds(0, folder.run(manifest));
    folder
        .nix()
        .run(
            "nix",
            "--extra-experimental-features",
            "nix-command",
            "copy",
            "--to",
            "file://" + cache,
            folder.result().toRealPath().toString());
    Files.delete(folder.result());
    folder.nix().run("nix-store", "--gc");
    folder.with("[[substituter]]\nurl = \"file://" + cache + "\"\n");
    folder.set(
        "NIX_CONFIG",
        "build-users-group =\nsandbox = false\nsubstituters =\nrequire-sigs = false\n");
    List<String> before = folder.built();
    BuildFolder.Run run = folder.run(folder.manifest("cached", "hello"));
    assertEnds(0, run);
    assertTrue(run.said().contains(" substituted hello 1 in "), run.said());
    assertEquals(before, folder.built());
  }

  /** Nix takes its time to evaluate; what it is ended in is no failure of its own. */
  @Test
  void ctrlCBeforeAnythingIsBegunIsToldToProgramsToo() throws Exception {
    Path programs = Files.createDirectories(folder.state().resolveSibling("programs"));
    Path evaluating = programs.resolve("evaluating");
    Path nix = programs.resolve("nix-instantiate");
    String path = folder.environment().getOrDefault("PATH", System.getenv("PATH"));
    Files.writeString(
        nix,
        """
        #!/bin/sh
        PATH='%s'
        case "$*" in
          *--version*) ;;
          *) touch '%s'; sleep 30;;
        esac
        exec nix-instantiate "$@"
        """
            .formatted(path, evaluating));
    assertTrue(nix.toFile().setExecutable(true));
    folder.set("PATH", programs + ":" + path);
    BuildFolder.Run run = folder.start(folder.manifest("board", "git"), "--format", "json");
    for (int round = 0; round < 3000 && !Files.exists(evaluating); round++) {
      Thread.sleep(20);
    }
    new ProcessBuilder("kill", "-INT", Long.toString(run.process().pid())).start().waitFor();
    assertEnds(130, run);
    assertTrue(
        run.said()
            .startsWith(
                "{\"event\":\"ended\",\"succeeded\":false,\"interrupted\":true,\"failure\":null,"),
        run.said());
    assertEquals(1, run.said().lines().count(), run.said());
  }

  /** A terminal sends Ctrl-C to crossplan and to the programs of Nix at once. */
  @Test
  void ctrlCOfATerminalIsNoFailure() throws Exception {
    folder.overlay(curl("sleep 60", "sleep 60"));
    Path manifest = folder.manifest("board", "git");
    BuildFolder.Run run = folder.start(manifest);
    run.awaitSaid("started curl 1, cross");
    List<String> kill = new ArrayList<>(List.of("kill", "-INT"));
    run.process().children().forEach(nix -> kill.add(Long.toString(nix.pid())));
    kill.add(Long.toString(run.process().pid()));
    new ProcessBuilder(kill).start().waitFor();
    assertEnds(130, run);
    assertTrue(run.said().contains("board: interrupted after "), run.said());
    assertFalse(run.said().contains("failed"), run.said());
  }

  @Test
  void aFileInTheWayOfTheLinkIsToldBefore() throws Exception {
    Files.writeString(folder.result(), "mine");
    BuildFolder.Run run = folder.run(folder.manifest("board", "git"));
    assertEnds(2, run);
    assertEquals(List.of(), folder.built());
    assertEquals("mine", Files.readString(folder.result()));
  }

  /** To what is not in the store Nix would not replace it, hours later. */
  @Test
  void aLinkToSomethingElseIsToldBefore() throws Exception {
    Files.createSymbolicLink(folder.result(), folder.state().resolveSibling("elsewhere"));
    BuildFolder.Run run = folder.run(folder.manifest("board", "git"));
    assertEnds(2, run);
    assertTrue(run.said().contains(": is in the way of the link to what is built\n"), run.said());
    assertEquals(List.of(), folder.built());
  }

  @Test
  void aPlaceForNoLinkIsToldBefore() throws Exception {
    BuildFolder.Run run =
        folder.command(
            "build",
            folder.manifest("board", "git").toString(),
            "--out-link",
            "/proc/no-such-link");
    assertEnds(2, run);
    assertTrue(run.said().contains("/proc/no-such-link: the link to what"), run.said());
    assertEquals(List.of(), folder.built());
  }

  @Test
  void whatABuilderIsMeantForThatIsNotThereOthersDo() throws Exception {
    folder.with(
        """
        [[builder]]
        name = "board"
        uri = "ssh-ng://board.invalid"
        systems = ["riscv64-linux"]
        """);
    BuildFolder.Run run = folder.run(folder.manifest("board", "hello"));
    assertEnds(0, run);
    assertTrue(run.said().contains("lost builder board, it "), run.said());
    folder.with("[[builder]]\nname = \"board\"\nsystems = [\"riscv64-linux\"]\n");
    BuildFolder.Run wrong = folder.run(folder.manifest("board", "hello"), "--dry-run");
    assertEnds(2, wrong);
    assertTrue(
        wrong.said().contains("builder board has no uri, so it is this machine"), wrong.said());
  }

  /** Its sshd runs the same command whatever it is asked for: Nix could be that, but is not. */
  @Test
  void aBuilderThatRunsSomethingElseIsTold() throws Exception {
    Path own = Files.createDirectories(folder.state().resolveSibling("ssh"));
    SshServer.key(own.resolve("forced"));
    try (SshServer server = SshServer.start(own, Map.of("LC_ALL", Path.of("C")))) {
      server.allow(own.resolve("forced.pub"), "echo only this");
      folder.with(
          """
          [[builder]]
          name = "noshell"
          uri = "%s"
          systems = ["riscv64-linux"]
          sshKey = "%s"
          publicHostKey = "%s"
          """
              .formatted(server.uri(), own.resolve("forced"), server.hostKey()));
      BuildFolder.Run run = folder.run(folder.manifest("board", "hello"));
      assertEnds(0, run);
      assertTrue(run.said().contains("lost builder noshell, it does not build: "), run.said());
      assertTrue(run.said().contains("protocol mismatch, got 'only this"), run.said());
      assertFalse(run.said().contains("noshell, it has hung up"), run.said());
    }
  }
}
