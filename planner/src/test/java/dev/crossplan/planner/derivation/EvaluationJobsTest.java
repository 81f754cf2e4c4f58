package dev.crossplan.planner.derivation;

import static dev.crossplan.planner.derivation.Messages.assertRefused;
import static dev.crossplan.planner.derivation.Messages.assertRefusedWith;
import static dev.crossplan.planner.derivation.Messages.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationJobsTest {
  private static final String PATH = "/nix/store/00000000000000000000000000000000-a.drv";

  /** Reads lines that are written with ' for ". */
  private static List<EvaluationJob> read(String lines) {
    List<EvaluationJob> jobs = new ArrayList<>();
    EvaluationJobs.read("j.jsonl", stream(lines.replace('\'', '"')), jobs::add);
    return jobs;
  }

  @Test
  void everyKindOfLineIsRead() {
    List<EvaluationJob> jobs = new ArrayList<>();
    EvaluationJobs.read(GoldenFiles.path("jobs/jobs.jsonl"), jobs::add);
    StorePath floating =
        StorePath.parse("/nix/store/i2acyimhkpfz6dqlkdyv4i1bq7xsgn6p-floating.drv");
    assertEquals(
        List.of(
            new EvaluationJob.Evaluated(
                "program",
                ImmutableList.of("program"),
                StorePath.parse(
                    "/nix/store/36k945ya250mngxnginbj6bb3mgcl603-program+x-2.0_rc1=.drv"),
                "program+x-2.0_rc1=",
                Optional.of("riscv64-linux"),
                ImmutableSortedMap.of(
                    "out",
                    Optional.of(
                        StorePath.parse(
                            "/nix/store/3f3zrqb9c9vgvpsxxv0qipa45idx7c6r-program+x-2.0_rc1="))),
                ImmutableList.of("big-parallel"),
                ImmutableSortedMap.of(
                    StorePath.parse("/nix/store/vnwhqm8kmggp1vy1vhvjx10frcxsdk2b-library-1.0.drv"),
                    InputOutputs.of("dev", "doc", "out")),
                Optional.empty()),
            new EvaluationJob.Failed(
                "python3Packages.broken",
                ImmutableList.of("python3Packages", "broken"),
                "error: Package ‘broken’ is marked as broken,\n       refusing to evaluate."),
            new EvaluationJob.Evaluated(
                "floating",
                ImmutableList.of("floating"),
                floating,
                "floating",
                Optional.of("riscv64-linux"),
                ImmutableSortedMap.of("lib", Optional.empty(), "out", Optional.empty()),
                ImmutableList.of(),
                ImmutableSortedMap.of(),
                Optional.of(EvaluationJob.CacheStatus.NOT_BUILT)),
            new EvaluationJob.Evaluated(
                "git",
                ImmutableList.of("git"),
                StorePath.parse("/nix/store/3wnz5ww9jsk4zxs7n0vgyhs4ynngknrd-git-2.51.2.drv"),
                "git-2.51.2",
                Optional.empty(),
                ImmutableSortedMap.of(),
                ImmutableList.of(),
                ImmutableSortedMap.of(),
                Optional.empty())),
        jobs);
  }

  @Test
  void attributeAndItsPathStandForOneAnother() {
    assertEquals("a.b", read("{'attrPath':['a','b'],'error':'x'}").get(0).attribute());
    assertEquals(List.of("a.b"), read("{'attr':'a.b','error':'x'}").get(0).attributePath());
  }

  @Test
  void emptyFileHasNoJobs() {
    assertEquals(List.of(), read(""));
    assertEquals(List.of(), read("\n \r\n"));
  }

  @Test
  void gzipIsRead() {
    List<EvaluationJob> jobs = new ArrayList<>();
    byte[] plain = GoldenFiles.bytes(GoldenFiles.path("jobs/jobs.jsonl"));
    EvaluationJobs.read("j", new ByteArrayInputStream(Messages.gzip(plain)), jobs::add);
    assertEquals(4, jobs.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | the line holds an array, an object was expected",
        "{} | neither attr nor attrPath is there, the object is empty",
        "{'drvPath':'"
            + PATH
            + "'} | neither attr nor attrPath is there, the first field is"
            + " \"drvPath\"",
        "{'attr':'a'} | attribute a has neither drvPath nor error",
        "{'attr':'a','attrs':['x']} | attribute a has neither drvPath nor error",
        "{'attr':1} | attr is a number (1), a string was expected",
        "{'attr':'a','attrPath':'a'} | attrPath is a string (\"a\"), an array was expected",
        "{'attr':'a','drvPath':'/nix/store/a.drv'} | drvPath: \"/nix/store/a.drv\" is no store"
            + " path: a name in the store starts with 32 characters of Nix's base 32",
        "{'attr':'a','drvPath':'/nix/store/00000000000000000000000000000000-a'} |"
            + " /nix/store/00000000000000000000000000000000-a is not the path of a derivation: it"
            + " does not end in .drv",
        "{'attr':'a','outputs':{'out':7}} | outputs.out is a number (7), a string was expected",
        "{'attr':'a','cacheStatus':'x'} | cacheStatus is \"x\", local, cached or notBuilt was"
            + " expected",
        "{'attr':'a','error':'x'} {} | there is something after the object",
      })
  void badLineIsNamed(String line, String problem) {
    assertRefused(
        "j.jsonl:3: " + problem, () -> read("{'attr':'b','error':'x'}\n\n" + line + "\n"));
  }

  @Test
  void brokenJsonIsRefusedWithItsPlace() {
    assertRefusedWith(
        "j.jsonl:2:6: not well-formed JSON: ", () -> read("{'attr':'b','error':'x'}\n{'a':x}"));
  }

  @Test
  void derivationsInsteadOfJobsAreRecognised() {
    assertEquals(
        Optional.of("Maybe this is the file for `derivations`, not for `jobs`."),
        assertRefusedWith(
                "neither attr nor attrPath is there", () -> read("{'" + PATH + "':{'env':{}}}"))
            .remedy());
  }

  /** An attribute that is there twice as the same derivation is no contradiction. */
  @Test
  void anAttributeIsOneDerivation() {
    String line = "{'attr':'a','drvPath':'" + PATH + "'}\n";
    assertEquals(2, read(line + line).size());
    assertRefused(
        "j.jsonl:3: attribute a is " + PATH.replace("0-a", "1-a") + ", but in line 1 it is " + PATH,
        () -> read(line + "\n" + line.replace("0-a", "1-a")));
  }

  @Test
  void endlessLineIsRefused() {
    assertRefused(
        "j.jsonl:1: the line is longer than 64 MiB, the most that is read",
        () -> EvaluationJobs.read("j.jsonl", Messages.endless("{", ' ', 1L << 30), job -> {}));
  }
}
