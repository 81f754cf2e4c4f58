package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.DESK;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.download;
import static dev.crossplan.fixtures.HandMade.named;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.fixtures.Fixtures;
import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.DerivationGraph;
import dev.crossplan.planner.instance.DerivationReader;
import dev.crossplan.planner.instance.Manifest;
import dev.crossplan.planner.instance.ManifestReader;
import dev.crossplan.planner.plan.PlanOptions;
import dev.crossplan.planner.plan.Planner;
import dev.crossplan.planner.plan.Prepared;
import dev.crossplan.planner.rebuild.Change;
import dev.crossplan.planner.rebuild.Change.Kind;
import dev.crossplan.planner.rebuild.Comparison;
import dev.crossplan.planner.rebuild.Rebuild;
import dev.crossplan.planner.rebuild.Rebuilds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Costs are those of the contract: 30.
 *
 * <pre>
 * git ─ curl ─ zlib      each from a source; git has hello as a tool
 *    └─ hello
 * </pre>
 */
class RebuildTest {
  private static final HandMade ZLIB =
      built("zlib", "1", DESK).from(download("zlib-1.tar.gz", "zlib"));
  private static final HandMade CURL =
      built("curl", "1", DESK).from(download("curl-1.tar.gz", "curl"));
  private static final HandMade HELLO = built("hello", "1", DESK);
  private static final HandMade GIT = built("git", "1", DESK).using(HELLO);

  private final Path folder;
  private final Planner planner =
      new Planner(new CrossPlatforms(), PlanOptions.DEFAULT, Progress.NONE);

  RebuildTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static HandMade git(HandMade zlib) {
    return GIT.linking(CURL.linking(zlib));
  }

  private Rebuild rebuild(HandMade before, HandMade after) {
    return planner.rebuild(prepared(before, after), Comparison.of(0, 1));
  }

  private Prepared prepared(HandMade before, HandMade after) {
    Path manifest =
        new ImageFolder(folder)
            .instance("before", "localSystem = \"x86_64-linux\"", Map.of("git", before))
            .instance("after", "localSystem = \"x86_64-linux\"", Map.of("git", after))
            .manifest("git");
    Manifest read = ManifestReader.read(manifest);
    return planner.prepare(read, read.builders());
  }

  /** By name, why it is built anew: the kind, what differs, and because of what. */
  private static Map<String, String> told(Rebuild rebuild) {
    Map<String, String> told = new TreeMap<>();
    DerivationGraph graph = rebuild.packages().graph();
    for (Change change : rebuild.changes()) {
      String because =
          change.because().isPresent()
              ? " by " + graph.facts(change.because().getAsInt()).name()
              : "";
      String differences = change.differences().isEmpty() ? "" : " " + change.differences();
      told.put(graph.facts(change.derivation()).name(), change.kind() + differences + because);
    }
    return told;
  }

  @Test
  void aPatchedLibraryIsTheCauseOfTheRest() {
    Rebuild rebuild = rebuild(git(ZLIB), git(ZLIB.with("patches", "fix.patch")));
    assertEquals(
        Map.of(
            "zlib-1",
            "itself [patches]",
            "curl-1",
            "inputs by zlib-1",
            "git-1",
            "inputs by curl-1"),
        told(rebuild));
    assertEquals(61, rebuild.builderSeconds(), "git has no source, it is trivial");
    assertEquals(61, rebuild.chainSeconds());
    assertEquals(3, rebuild.longestChain().size());
    assertEquals(0, rebuild.gone());
  }

  /** Nor is anything read where names tell all that is asked. */
  @Test
  void whatWasReadForOneComparisonIsNotReadForTheNext() {
    Prepared prepared = prepared(git(ZLIB), git(ZLIB.with("patches", "fix.patch")));
    List<StorePath> read = new ArrayList<>();
    Rebuilds rebuilds =
        new Rebuilds(
            prepared.packages(),
            (wanted, consumer) ->
                DerivationReader.read(
                    prepared.manifest(),
                    prepared.packages().graph(),
                    wanted,
                    (path, derivation) -> {
                      read.add(path);
                      consumer.accept(path, derivation);
                    }),
            derivation -> 1,
            prepared.substitutes());
    assertEquals(3, rebuilds.others(Comparison.of(0, 1)).cardinality());
    assertEquals(List.of(), read);
    assertEquals(3, rebuilds.between(Comparison.of(0, 1)).changes().size());
    assertEquals(6, read.size(), "three as they were and as they are");
    assertEquals(3, rebuilds.between(Comparison.of(1, 0)).changes().size());
    assertEquals(6, read.size());
  }

  /** It has to be built for both changes: without its own it would be built for the other. */
  @Test
  void ofTwoChangesEachIsCountedForWhatItAloneIsTheCauseOf() {
    Map<String, String> figures = new TreeMap<>();
    Rebuild rebuild =
        rebuild(
            git(ZLIB),
            GIT.linking(
                CURL.with("patches", "fix.patch").linking(ZLIB.with("patches", "fix.patch")),
                built("tool", "1", DESK).linking(ZLIB.with("patches", "fix.patch"))));
    for (Change change : rebuild.changes()) {
      figures.put(
          rebuild.packages().graph().facts(change.derivation()).name(),
          change.kind() + " " + change.branch() + " " + change.alone());
    }
    assertEquals(
        Map.of(
            "zlib-1", "itself 1 1",
            "curl-1", "itself 1 0",
            "tool-1", "new 1 1",
            "git-1", "itself 1 0"),
        figures);
  }

  private static HandMade compressor() {
    return built("compressor", "1", DESK).from(download("zlib-1.tar.gz", "zlib"));
  }

  /** It is made from the same source. */
  @Test
  void aRenamedLibraryIsNoChangeOfItsUsers() {
    Rebuild rebuild = rebuild(git(ZLIB), git(compressor()));
    assertEquals(
        Map.of(
            "compressor-1", "itself [name, pname]",
            "curl-1", "inputs by compressor-1",
            "git-1", "inputs by curl-1"),
        told(rebuild));
    assertEquals(0, rebuild.gone());
  }

  /** As a bootstrap does, which overlays do not reach. */
  @Test
  void aLibraryIsRenamedWhereSomethingElseStillNeedsIt() {
    HandMade bootstrap = built("bash", "5", DESK).linking(ZLIB);
    assertEquals(
        Map.of(
            "compressor-1", "itself [name, pname]",
            "curl-1", "inputs by compressor-1",
            "git-1", "inputs by curl-1"),
        told(rebuild(git(ZLIB).using(bootstrap), git(compressor()).using(bootstrap))));
  }

  @Test
  void aDownloadThatIsRenamedWithItsPackageIsKnown() {
    HandMade renamed = built("compressor", "1", DESK).from(download("compressor-1.tar.gz", "zlib"));
    assertEquals(
        Map.of(
            "compressor-1.tar.gz", "itself [name, outputs, url]",
            "compressor-1", "itself [name, pname]",
            "curl-1", "inputs by compressor-1",
            "git-1", "inputs by curl-1"),
        told(rebuild(git(ZLIB), git(renamed))));
  }

  private static HandMade lz4() {
    return built("lz4", "2", DESK)
        .from(download("lz4-2.tar.xz", "lz4").with("url", "https://mirror/lz4-2.tar.xz"))
        .with("text", "Extremely Fast Compression");
  }

  /** Neither the name nor the source nor the version is as it was, but where it stands. */
  @Test
  void anotherPackageInThePlaceOfOneIsNoChangeOfItsUsers() {
    Rebuild rebuild = rebuild(git(ZLIB), git(lz4()));
    assertEquals(
        Map.of(
            "lz4-2.tar.xz", "itself [name, outputs, url]",
            "lz4-2", "itself [name, pname, text, version]",
            "curl-1", "inputs by lz4-2",
            "git-1", "inputs by curl-1"),
        told(rebuild));
    assertEquals(0, rebuild.gone());
  }

  /** Of so little text that it tells nothing. */
  @Test
  void aRenamedLibraryWithoutASourceIsKnownByItsPlace() {
    HandMade bee = built("b", "1", DESK);
    HandMade a = built("a", "1", DESK);
    assertEquals(
        Map.of(
            "bee-1", "itself [name, pname]",
            "curl-1", "inputs by bee-1",
            "git-1", "inputs by bee-1"),
        told(
            rebuild(
                GIT.linking(CURL.linking(a, bee), bee),
                GIT.linking(CURL.linking(a, built("bee", "1", DESK)), built("bee", "1", DESK)))));
  }

  /** A new version from elsewhere, and then a new source alone. */
  @Test
  void anotherDownloadInThePlaceOfOneIsKnown() {
    HandMade download = download("compressor-2.tar.xz", "zlib 2");
    Map<String, String> told =
        told(rebuild(git(ZLIB), git(built("zlib", "2", DESK).from(download))));
    assertEquals("itself [name, outputs, url]", told.get("compressor-2.tar.xz"));
    assertEquals("itself [name, version]", told.get("zlib-2"));
    assertEquals("inputs by zlib-2", told.get("curl-1"));
    assertEquals(
        "inputs by compressor-2.tar.xz",
        told(rebuild(git(ZLIB), git(built("zlib", "1", DESK).from(download)))).get("zlib-1"));
  }

  /** As fetchurl of a bootstrap and that of the rest are two. */
  @Test
  void aDownloadInThePlaceOfTwoOfOneOutputIsKnown() {
    HandMade source = download("zlib-1.tar.gz", "zlib");
    HandMade other = download("compressor-2.tar.xz", "zlib 2");
    HandMade expat = built("expat", "2", DESK);
    HandMade xml = built("xml", "2", DESK);
    Map<String, String> told =
        told(
            rebuild(
                GIT.linking(expat.from(source), xml.from(source.with("url", "https://mirror"))),
                GIT.linking(expat.from(other), xml.from(other))));
    assertEquals("inputs by compressor-2.tar.xz", told.get("expat-2"));
    assertEquals("inputs by compressor-2.tar.xz", told.get("xml-2"));
  }

  /** The stage of the package that is built first has the source of before. */
  @Test
  void aDownloadInThePlaceOfOneThatAStageKeepsIsKnown() {
    HandMade stage = ZLIB.with("stage", "1");
    HandMade shell = built("bash", "5", DESK).linking(stage);
    HandMade other = built("zlib", "1", DESK).from(download("compressor-2.tar.xz", "zlib 2"));
    assertEquals(
        "inputs by compressor-2.tar.xz",
        told(rebuild(git(ZLIB).using(shell), git(other).using(shell))).get("zlib-1"));
  }

  /** As long as some that could take the other one do not, it is those that do that changed. */
  @Test
  void whatTakesAnotherPackageThanTheRestChangesByItself() {
    Map<String, String> told =
        told(
            rebuild(GIT.linking(CURL.linking(ZLIB), ZLIB), GIT.linking(CURL.linking(lz4()), ZLIB)));
    assertEquals("new", told.get("lz4-2"));
    assertEquals("itself [buildInputs]", told.get("curl-1"));
    assertEquals("inputs by curl-1", told.get("git-1"));
    HandMade xml = built("xml", "2", DESK).linking(ZLIB);
    assertEquals(
        "itself [buildInputs]",
        told(rebuild(git(ZLIB).using(xml), git(lz4()).using(xml))).get("curl-1"),
        "xml keeps it");
  }

  /** Most take the other one; what keeps the old one is as it was, and so is what it became. */
  @Test
  void whatABootstrapKeepsIsReplacedNevertheless() {
    HandMade xml = built("xml", "2", DESK);
    HandMade shell = built("bash", "5", DESK).linking(ZLIB);
    Map<String, String> told =
        told(
            rebuild(
                GIT.linking(CURL.linking(ZLIB), xml.linking(ZLIB)).using(shell),
                GIT.linking(CURL.linking(lz4()), xml.linking(lz4())).using(shell)));
    assertEquals("itself [name, pname, text, version]", told.get("lz4-2"));
    assertEquals("itself [name, outputs, url]", told.get("lz4-2.tar.xz"), "zlib keeps the old one");
    assertEquals("inputs by lz4-2", told.get("curl-1"));
    assertEquals("inputs by lz4-2", told.get("xml-2"));
  }

  /** It needs what it replaces. */
  @Test
  void aWrapperInThePlaceOfAPackageIsNoChangeOfItsUsers() {
    HandMade wrapper = named("wrapped", DESK).needing(ZLIB).with("paths", ZLIB.output("out"));
    Rebuild rebuild = rebuild(git(ZLIB), git(wrapper));
    assertEquals("inputs by wrapped", told(rebuild).get("curl-1"));
    assertEquals(0, rebuild.count(Kind.NEW));
  }

  /** Each stands for the one in its place, whatever else is the same. */
  @Test
  void ofSeveralOtherPackagesEachIsInItsPlace() {
    HandMade expat = built("expat", "2", DESK);
    HandMade json = built("json", "3", DESK);
    assertEquals(
        "inputs",
        told(rebuild(
                GIT.linking(CURL.linking(ZLIB, expat)), GIT.linking(CURL.linking(lz4(), json))))
            .get("curl-1"));
    assertEquals(
        "itself [buildInputs]",
        told(rebuild(
                GIT.linking(CURL.linking(ZLIB, expat)), GIT.linking(CURL.linking(expat, json))))
            .get("curl-1"),
        "the first is now the second");
  }

  /** What is made from one source with other features is another package. */
  @Test
  void whatTakesASmallerOneOfTwoChangesByItself() {
    HandMade smaller = compressor().withList("configureFlags", "--minimal");
    HandMade user = built("bash", "5", DESK).linking(ZLIB);
    Map<String, String> told = told(rebuild(git(ZLIB).using(user), git(smaller).using(user)));
    assertEquals("itself [buildInputs]", told.get("curl-1"));
  }

  /** Two at a time: that of the same text is taken, and not the other. */
  @Test
  void ofSeveralThatAreRenamedEachIsItsOwn() {
    HandMade expat = built("expat", "2", DESK).from(download("expat-2.tar.gz", "expat"));
    HandMade xml = built("xml", "2", DESK).from(download("expat-2.tar.gz", "expat"));
    HandMade added = named("hook", DESK).with("text", "x");
    Map<String, String> told =
        told(
            rebuild(
                GIT.linking(CURL.linking(ZLIB, expat)),
                GIT.linking(CURL.linking(xml, compressor())).using(added)));
    assertEquals("itself [name, pname]", told.get("compressor-1"));
    assertEquals("itself [name, pname]", told.get("xml-2"));
    assertEquals("itself [buildInputs]", told.get("curl-1"), "they are the other way round");
    assertEquals("itself [nativeBuildInputs]", told.get("git-1"));
  }

  /** Users are given {@code dev} as soon as there is one, and no longer when there is none. */
  @Test
  void whereALibraryIsSplitItsUsersAreAsTheyWere() {
    HandMade split = ZLIB.withOutputs("out", "dev");
    HandMade whole = git(ZLIB);
    HandMade user = CURL.needing(split, "dev").withList("buildInputs", split.output("dev"));
    assertEquals(
        Map.of(
            "zlib-1", "itself [dev, outputs]",
            "curl-1", "inputs by zlib-1",
            "git-1", "inputs by curl-1"),
        told(rebuild(whole, GIT.linking(user))));
    assertEquals("inputs by zlib-1", told(rebuild(GIT.linking(user), whole)).get("curl-1"));
  }

  @Test
  void whatTakesAnotherOutputThatWasThereChangesByItself() {
    HandMade split = ZLIB.withOutputs("out", "dev");
    HandMade renamed = compressor().withOutputs("out", "dev");
    HandMade user = CURL.needing(renamed, "dev").withList("buildInputs", renamed.output("dev"));
    assertEquals(
        "itself [buildInputs]", told(rebuild(git(split), GIT.linking(user))).get("curl-1"));
  }

  /** As Perl's modules have Perl's version in their names. */
  @Test
  void aVersionInTheNamesOfUsersIsNoChangeOfThem() {
    assertEquals(
        Map.of(
            "perl-5.42.0", "itself [name, version]",
            "perl5.42.0-URI-5.30", "inputs by perl-5.42.0",
            "git-1", "inputs by perl5.42.0-URI-5.30"),
        told(rebuild(GIT.linking(uri("5.40.1", "5.30")), GIT.linking(uri("5.42.0", "5.30")))));
    assertEquals(
        "itself [name, path, version]",
        told(rebuild(GIT.linking(uri("5.40.1", "5.30")), GIT.linking(uri("5.42.0", "5.31"))))
            .get("perl5.42.0-URI-5.31"));
  }

  private static HandMade uri(String perl, String version) {
    return built("perl" + perl + "-URI", version, DESK)
        .with("pname", "URI")
        .with("path", "lib/perl" + perl.substring(0, 4))
        .linking(built("perl", perl, DESK).with("text", "The Practical Extraction Language"));
  }

  /** Versions get into names and JSON here, and what a graph calls a version may be anything. */
  @ParameterizedTest
  @ValueSource(strings = {"5.40.1 (beta)", "5.40.1\"", "5.40.1\n", LONG})
  void whatCanBeInNoNameIsNoVersionOfBefore(String version) {
    HandMade was = named("perl-5.40.1", DESK).with("pname", "perl").with("version", version);
    HandMade is = named("perl-5.42.0", DESK).with("pname", "perl").with("version", "5.42.0");
    HandMade user = named("perl5.40.1-URI", DESK).with("text", "5.40.1").linking(was);
    HandMade now = named("perl5.42.0-URI", DESK).with("text", "5.42.0").linking(is);
    for (boolean isStructured : new boolean[] {false, true}) {
      HandMade before = isStructured ? user.withStructuredAttributes() : user;
      HandMade after = isStructured ? now.withStructuredAttributes() : now;
      Map<String, String> told = told(rebuild(GIT.linking(before), GIT.linking(after)));
      assertEquals("itself [name, text]", told.get("perl5.42.0-URI"));
    }
  }

  /** With the version of before in it, the name would be longer than any. */
  private static final String LONG =
      "5.40.1111111111111111111111111111111111111111111111111111111111111111111111111111111111111"
          + "11111111111111111111111111111111111111111111111111111111111111111111111111111111111111"
          + "111111111111111111111111111111111111";

  /** A script is known by its text, and that is nothing that patterns may take long for. */
  @ParameterizedTest
  @ValueSource(strings = {"/", "1.", "/nix/store/", "_1"})
  void aLongTextTakesNoTime(String part) {
    String text =
        "/nix/store/00000000000000000000000000000000-" + part.repeat(1_000_000 / part.length());
    HandMade was = named("hook", DESK).with("text", text);
    HandMade is = named("wrapper", DESK).with("text", text);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertEquals(
                "inputs by wrapper", told(rebuild(GIT.using(was), GIT.using(is))).get("git-1")));
  }

  /** Whatever parts them in its text. */
  @Test
  void ofEachPathInTheTextOfAScriptTheNameCounts() {
    HandMade keeper = named("keeper", DESK).using(script("hook", ZLIB));
    HandMade before = GIT.using(script("hook", ZLIB), keeper);
    assertEquals(
        "inputs by wrapper",
        told(rebuild(before, GIT.using(script("wrapper", ZLIB), keeper))).get("git-1"));
    assertEquals(
        "itself [nativeBuildInputs]",
        told(rebuild(before, GIT.using(script("wrapper", lz4()), keeper))).get("git-1"));
  }

  private static HandMade script(String name, HandMade library) {
    return named(name, DESK)
        .needing(library, CURL)
        .with("text", library.output("out") + "/lib," + CURL.output("out") + "/lib");
  }

  /** Each with each would be 90,000 comparisons of long texts. */
  @Test
  void hundredsOfRenamedInputsTakeNoTime() {
    List<HandMade> before = new ArrayList<>();
    List<HandMade> after = new ArrayList<>();
    for (int number = 0; number < 300; number++) {
      String name = "" + (char) ('a' + number / 26) + (char) ('a' + number % 26);
      String text = ("/bin/" + name + " ").repeat(5_000);
      before.add(named("hook-" + name, DESK).with("text", text));
      after.add(named("wrapper-" + name, DESK).with("text", text));
    }
    HandMade was = GIT.using(before.toArray(HandMade[]::new));
    HandMade is = GIT.using(after.toArray(HandMade[]::new));
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          Rebuild rebuild = rebuild(was, is);
          assertEquals("inputs", told(rebuild).get("git-1"));
          assertEquals(0, rebuild.gone());
        });
  }

  /** Undoing a renaming gives what was: whatever is renamed, nothing else changed by itself. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void onlyWhatIsRenamedChangedByItself(long seed) {
    Random random = new Random(seed);
    List<HandMade> before = new ArrayList<>();
    List<HandMade> after = new ArrayList<>();
    Set<String> renamed = new TreeSet<>();
    for (int number = 0; number < 12; number++) {
      String name = "package" + (char) ('a' + number);
      String newName = random.nextInt(3) == 0 ? "other" + (char) ('z' - number) : name;
      HandMade source = download(name + ".tar.gz", name);
      HandMade was = built(name, "1", DESK).from(source);
      HandMade is = built(newName, "1", DESK).from(source);
      for (int input = 0; input < number; input++) {
        boolean isTool = random.nextBoolean();
        if (random.nextInt(3) == 0) {
          was = isTool ? was.using(before.get(input)) : was.linking(before.get(input));
          is = isTool ? is.using(after.get(input)) : is.linking(after.get(input));
        }
      }
      before.add(was);
      after.add(is);
      if (!newName.equals(name)) {
        renamed.add(newName + "-1");
      }
    }
    Rebuild rebuild =
        rebuild(
            GIT.linking(before.toArray(HandMade[]::new)),
            GIT.linking(after.toArray(HandMade[]::new)));
    Set<String> causes = new TreeSet<>();
    told(rebuild)
        .forEach(
            (name, why) -> {
              if (!why.startsWith("inputs")) {
                causes.add(name);
              }
            });
    assertEquals(renamed, causes);
    assertEquals(0, rebuild.gone());
  }

  /** The consumer's own text does not change, its input's name does. */
  @Test
  void anotherVersionOfALibraryIsNoChangeOfItsUsers() {
    HandMade newer = built("zlib", "2", DESK).from(download("zlib-2.tar.gz", "zlib 2"));
    assertEquals(
        Map.of(
            "zlib-2.tar.gz", "itself [name, outputs, url]",
            "zlib-2", "itself [name, version]",
            "curl-1", "inputs by zlib-2",
            "git-1", "inputs by curl-1"),
        told(rebuild(git(ZLIB), git(newer))));
  }

  @Test
  void aDownloadFromElsewhereChangesNothing() {
    HandMade mirrored =
        built("zlib", "1", DESK)
            .from(download("zlib-1.tar.gz", "zlib").with("url", "https://mirror"));
    Rebuild rebuild = rebuild(git(ZLIB), git(mirrored));
    assertEquals(Map.of(), told(rebuild));
  }

  /** Nix downloads it once, whichever of the two is asked for. */
  @Test
  void twoDerivationsOfOneOutputAreOne() {
    HandMade file = download("new.tar.gz", "new");
    HandMade mirrored = file.with("url", "https://mirror");
    HandMade patched = ZLIB.with("patches", "fix.patch");
    Rebuild rebuild =
        rebuild(
            GIT.linking(CURL.linking(ZLIB)),
            GIT.linking(CURL.linking(patched.needing(file)).needing(mirrored)));
    assertEquals(Set.of("new.tar.gz", "zlib-1", "curl-1", "git-1"), told(rebuild).keySet());
    assertEquals(4, rebuild.changes().size());
    // Those, hello, and the sources of zlib and curl.
    assertEquals(7, rebuild.examined());
    assertEquals(0, rebuild.gone());
    Rebuild back =
        rebuild(GIT.linking(CURL.linking(ZLIB), file, mirrored), GIT.linking(CURL.linking(ZLIB)));
    assertEquals(1, back.gone());
  }

  /** The contract's 2 seconds, and not 15 times that, whichever of the two comes first. */
  @Test
  void ofTwoDerivationsOfOneOutputTheQuickerCounts() {
    HandMade after = ZLIB;
    for (String name : List.of("a.tar.gz", "b.tar.gz", "c.tar.gz", "d.tar.gz")) {
      HandMade file = download(name, name);
      after = after.needing(file.on(DESK), file.on(BOARD));
    }
    Rebuild rebuild = rebuild(ZLIB, after);
    assertEquals(5, rebuild.changes().size());
    assertEquals(4 * 2 + 30, rebuild.builderSeconds());
    assertEquals(2 + 30, rebuild.chainSeconds());
  }

  @Test
  void whatGetsAnotherInputChangesByItself() {
    HandMade patched = named("zlib-patch", DESK).with("text", "x");
    Map<String, String> told = told(rebuild(git(ZLIB), git(ZLIB.linking(patched))));
    assertEquals("new", told.get("zlib-patch"));
    assertEquals("itself [buildInputs]", told.get("zlib-1"));
  }

  /** The fork that was there is used instead: nothing new is built but the user. */
  @Test
  void whatIsGivenAnotherThatWasThereChangesByItself() {
    HandMade fork = ZLIB.with("patches", "fix.patch");
    HandMade before = GIT.linking(CURL.linking(ZLIB), fork);
    HandMade after = GIT.linking(CURL.linking(fork), fork);
    assertEquals(
        Map.of("curl-1", "itself [buildInputs]", "git-1", "inputs by curl-1"),
        told(rebuild(before, after)));
  }

  @Test
  void structuredAttributesAreCompared() {
    HandMade structured = ZLIB.withStructuredAttributes();
    Map<String, String> told =
        told(rebuild(git(structured), git(structured.with("patches", "fix.patch"))));
    assertEquals("itself [patches]", told.get("zlib-1"));
    assertEquals("inputs by zlib-1", told.get("curl-1"));
  }

  @Test
  void whatIsNotNeededAnyMoreIsGone() {
    Rebuild rebuild = rebuild(git(ZLIB), GIT.linking(CURL));
    assertEquals(
        Map.of("curl-1", "itself [buildInputs]", "git-1", "inputs by curl-1"), told(rebuild));
    assertEquals(2, rebuild.gone(), "zlib and its source");
  }

  /** Brute force: whose outputs are not among those that there were. */
  @ParameterizedTest
  @CsvSource({"forked, 0, 1", "forked, 1, 0", "board, 1, 2", "shell, 1, 2"})
  void whatIsBuiltAnewIsWhatHasOtherOutputs(String image, int before, int after) {
    Manifest manifest = ManifestReader.read(Fixtures.image(image).resolve("crossplan.toml"));
    Prepared prepared = planner.prepare(manifest, manifest.builders());
    DerivationGraph graph = prepared.packages().graph();
    Rebuild rebuild = planner.rebuild(prepared, Comparison.of(before, after));
    Set<StorePath> known = new HashSet<>();
    Set<List<StorePath>> expected = new HashSet<>();
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      if (graph.isIn(before, derivation)) {
        known.addAll(graph.facts(derivation).knownOutputPaths());
      }
    }
    for (int derivation = 0; derivation < graph.size(); derivation++) {
      if (graph.isIn(after, derivation)
          && !known.containsAll(graph.facts(derivation).knownOutputPaths())) {
        expected.add(graph.facts(derivation).knownOutputPaths());
      }
    }
    Set<List<StorePath>> found = new HashSet<>();
    for (Change change : rebuild.changes()) {
      assertTrue(found.add(graph.facts(change.derivation()).knownOutputPaths()), "once each");
    }
    assertEquals(expected, found);
    assertTrue(rebuild.count(Kind.ITSELF) + rebuild.count(Kind.NEW) > 0);
  }

  /** With another gcc.arch nothing differs but flags and features. */
  @Test
  void aForkByAFlagIsTold() {
    Manifest manifest = ManifestReader.read(Fixtures.image("forked").resolve("crossplan.toml"));
    Prepared prepared = planner.prepare(manifest, manifest.builders());
    Rebuild rebuild = planner.rebuild(prepared, Comparison.of(0, 1));
    Set<String> differences = new TreeSet<>();
    rebuild.changes().forEach(change -> differences.addAll(change.differences()));
    assertEquals(Set.of("configureFlags", "platformFlags", "requiredSystemFeatures"), differences);
    assertEquals(0, rebuild.count(Kind.NEW));
    assertEquals(0, rebuild.gone());
  }
}
