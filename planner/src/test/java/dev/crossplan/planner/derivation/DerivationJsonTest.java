package dev.crossplan.planner.derivation;

import static dev.crossplan.planner.derivation.Messages.assertRefused;
import static dev.crossplan.planner.derivation.Messages.assertRefusedWith;
import static dev.crossplan.planner.derivation.Messages.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DerivationJsonTest {
  private static final String HASH = "00000000000000000000000000000000";
  private static final String PATH = "/nix/store/" + HASH + "-a.drv";
  private static final String OUTPUT = "/nix/store/11111111111111111111111111111111-a";

  /** A derivation of Nix 2.8, its fields apart. */
  private static Map<String, String> fields() {
    Map<String, String> fields = new TreeMap<>();
    fields.put("args", "[]");
    fields.put("builder", "'/bin/sh'");
    fields.put("env", "{'out':'" + OUTPUT + "'}");
    fields.put("inputDrvs", "{}");
    fields.put("inputSrcs", "[]");
    fields.put("outputs", "{'out':{'path':'" + OUTPUT + "'}}");
    fields.put("system", "'riscv64-linux'");
    return fields;
  }

  private static Map<String, String> with(String field, String value) {
    Map<String, String> fields = fields();
    fields.put(field, value);
    return fields;
  }

  private static String json(String key, Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> "'" + field.getKey() + "':" + field.getValue())
        .collect(Collectors.joining(",", "{'" + key + "':{", "}}"));
  }

  /** Reads JSON that is written with ' for ". */
  private static Map<StorePath, Derivation> read(String json) {
    return read(stream(json.replace('\'', '"')));
  }

  private static Map<StorePath, Derivation> read(InputStream in) {
    Map<StorePath, Derivation> derivations = new TreeMap<>();
    DerivationJson.read("g.json", in, derivations::put);
    return derivations;
  }

  private static Derivation readOne(Map<String, String> fields) {
    return read(json(PATH, fields)).values().iterator().next();
  }

  @Test
  void noDerivationsAreNoError() {
    assertTrue(read("{}").isEmpty());
    assertTrue(read("{'version':4,'derivations':{}}").isEmpty());
  }

  @Test
  void derivationsAreHandedOnInTheirOrder() {
    List<String> names = new ArrayList<>();
    String two =
        json(PATH.replace("-a", "-b"), fields()).replaceFirst("}$", ",")
            + json(PATH, fields()).substring(1);
    DerivationJson.read(
        "g.json",
        stream(two.replace('\'', '"')),
        (path, derivation) -> names.add(derivation.name()));
    assertEquals(List.of("b", "a"), names);
  }

  /** What nobody wants may be anything: it was read before, or will be. */
  @Test
  void ofSomeTheOthersArePassedOver(@TempDir Path folder) throws IOException {
    String other = PATH.replace("-a", "-b");
    String two = json(PATH, fields()).replaceFirst("}$", ",'" + other + "':{'env':[{}]}}");
    Path file = Files.writeString(folder.resolve("two.json"), two.replace('\'', '"'));
    Map<StorePath, Derivation> some = new TreeMap<>();
    DerivationJson.readSome(file, List.of(StorePath.parse(PATH)), some::put);
    assertEquals(Map.of(StorePath.parse(PATH), readOne(fields())), some);
    assertRefusedWith("env is ", () -> DerivationJson.read(file, (path, derivation) -> {}));
  }

  /** The first that mentions a path tells the store of them all, be it one that is not wanted. */
  @Test
  void ofBaseNamesAllAreRead(@TempDir Path folder) throws IOException {
    String key = HASH + "-a.drv";
    Map<String, String> unbuilt = with("outputs", "{'out':{}}");
    Map<String, String> telling = new TreeMap<>(unbuilt);
    telling.put("builder", "'/gnu/store/" + HASH + "-sh/bin/sh'");
    String two =
        json(key.replace("-a", "-b"), telling).replaceFirst("}$", ",")
            + json(key, unbuilt).substring(1);
    Path file = Files.writeString(folder.resolve("two.json"), two.replace('\'', '"'));
    Map<StorePath, Derivation> some = new TreeMap<>();
    StorePath wanted = StorePath.parse("/gnu/store/" + key);
    DerivationJson.readSome(file, List.of(wanted), some::put);
    assertTrue(some.containsKey(wanted), some.toString());
  }

  @Test
  void unknownFieldsArePassedOver() {
    assertEquals(
        readOne(fields()),
        readOne(with("meta", "{'deep':[{'er':[1,2.5,null,true,'x']}],'outputs':7}")));
    Map<StorePath, Derivation> wrapped =
        read(
            "{'generator':{'a':1},'derivations':"
                + json(PATH, fields())
                + ",'storeDir':'/x','version':4}");
    assertEquals(readOne(fields()), wrapped.get(StorePath.parse(PATH)));
  }

  @Test
  void environmentMayHaveAnyOrder() {
    assertEquals(
        readOne(with("env", "{'a':'1','b':'2','c':'3'}")),
        readOne(with("env", "{'c':'3','a':'1','b':'2'}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "system | 7 | system is a number (7), a string was expected",
        "system | '' | \"\" cannot be a system, x86_64-linux is one",
        "builder | null | builder is null, a string was expected",
        "args | '-e' | args is a string (\"-e\"), an array was expected",
        "args | ['-e',3] | args is a number (3), an array of strings was expected",
        "env | ['a'] | env is an array, an object was expected",
        "env | {'jobs':42} | env.jobs is a number (42), a string was expected",
        "env | {'doCheck':true} | env.doCheck is true, a string was expected",
        "env | {'a':'1','a':'2'} | env.a is there twice",
        "env | {'a':'\\ud800'} | the text has half a character, \\ud800, at its position 0 of 1",
        "outputs | {} | there is no output, Nix asks for at least one",
        "outputs | {'out':'x'} | outputs.out is a string (\"x\"), an object was expected",
        "outputs | {'out':{'path':1}} | outputs.path is a number (1), a string was expected",
        "outputs | {'a b':{}} | \"a b\" cannot be the name of an output",
        "outputs | {'out':{'impure':1}} | outputs.out.impure is a number (1), true was expected",
        "outputs | {'out':{'impure':true}} | outputs.out: neither method nor hashAlgo is there",
        "outputs | {'out':{'method':'nar'}} | outputs.out: hashAlgo is missing",
        "outputs | {'out':{'method':'tar','hashAlgo':'sha256'}} | outputs.out: \"tar\" is no"
            + " content-addressing method, one of flat, nar, text, git was expected",
        "outputs | {'out':{'hashAlgo':'r:md4'}} | outputs.out: \"md4\" is no hash algorithm, one of"
            + " md5, sha1, sha256, sha512, blake3 was expected",
        "outputs | {'out':{'hashAlgo':'md5','hash':'12'}} | outputs.out: \"12\" is no md5 hash in"
            + " hexadecimal, base 32, base 64 or SRI",
        "outputs | {'out':{'method':'flat','hash':'12'}} | outputs.out: \"12\" is no SRI hash: an"
            + " algorithm, - and base 64 were expected",
        "inputSrcs | {} | inputSrcs is an object, an array was expected",
        "inputSrcs | ['/etc/passwd'] | \"/etc/passwd\" is no store path: a name in the store starts"
            + " with 32 characters of Nix's base 32",
        "inputDrvs | ['x'] | inputDrvs is an array, an object was expected",
        "inputDrvs | {'/nix/store/00000000000000000000000000000000-b.drv':7} |"
            + " inputDrvs./nix/store/00000000000000000000000000000000-b.drv is a number (7), a list"
            + " of outputs or an object was expected",
        "inputDrvs | {'/nix/store/00000000000000000000000000000000-b.drv':[]} | no output is named",
        "inputDrvs | {'/nix/store/00000000000000000000000000000000-b':['out']} |"
            + " /nix/store/00000000000000000000000000000000-b is not the path of a derivation: it"
            + " does not end in .drv",
        "name | 'b' | its name is \"b\", which its path contradicts",
        "version | 5 | derivations in format 5 are not known, 4 is the newest that is",
        "version | 'x' | version is a string (\"x\"), 3 or 4 was expected",
        "structuredAttrs | 'x' | structuredAttrs is a string (\"x\"), an object was expected",
      })
  void wrongFieldsAreNamed(String field, String value, String problem) {
    InputException refused = assertRefusedWith(problem, () -> read(json(PATH, with(field, value))));
    assertTrue(
        String.valueOf(refused.getMessage())
            .matches("g\\.json:1:\\d+: derivation " + PATH + ": .*"),
        refused.getMessage());
  }

  @Test
  void missingFieldsAreNamed() {
    for (String field : fields().keySet()) {
      Map<String, String> fields = fields();
      fields.remove(field);
      assertRefusedWith("derivation " + PATH + ": has no " + field, () -> read(json(PATH, fields)));
    }
  }

  @Test
  void repeatedFieldsAreNamed() {
    for (String field : fields().keySet()) {
      Map<String, String> fields = with("z','" + field, "''");
      String twice =
          json(PATH, fields)
              .replace("'z','" + field + "':''", "'" + field + "':" + fields().get(field));
      assertRefusedWith("derivation " + PATH + ": " + field + " is there twice", () -> read(twice));
    }
  }

  @Test
  void structuredAttributesAreGivenInOneWay() {
    assertRefusedWith(
        "has both structuredAttrs and env.__json",
        () -> {
          Map<String, String> fields = with("structuredAttrs", "{}");
          fields.put("env", "{'__json':'{}'}");
          read(json(PATH, fields));
        });
  }

  @Test
  void structuredAttributesAreWrittenAsNixDoes() {
    assertEquals(
        "{\"a\":[1,-2.5,1e10,true,null,\"ü/\\n\\\\\\\"\\u0001\"],\"b\":{},\"é\":{\"x\":\"\",\"y\":[]}}",
        readOne(
                with(
                    "structuredAttrs",
                    "{ 'é':{'y':[ ],'x':''}, 'a':[1, -2.5,1e10,true,null,"
                        + "'\\u00fc\\/\\n\\\\\\\"\\u0001'], 'b':{ } }"))
            .structuredAttributes()
            .map(StructuredAttributes::json)
            .orElseThrow());
    assertRefusedWith(
        "structured attributes have two values for \"a\"",
        () -> read(json(PATH, with("structuredAttrs", "{'b':1,'a':2,'a':3}"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | g.json is empty, derivations in JSON were expected",
        "`  ` | g.json is empty, derivations in JSON were expected",
        "[{'path':'/nix/store/x','narSize':1}] | g.json:1:1: the file holds an array, not the"
            + " derivations that nix derivation show -r prints",
        "'x' | g.json:1:1: the file holds a string (\"x\"), not the derivations that nix derivation"
            + " show -r prints",
        "{'name':'web','scripts':{},'dependencies':{}} | g.json: the file holds an object, not the"
            + " derivations that nix derivation show -r prints: it looks like a package.json",
        "{'nodes':{},'root':'root','version':7} | g.json: the file holds an object, not the"
            + " derivations that nix derivation show -r prints: it looks like a flake.lock",
        "{'/nix/store/00000000000000000000000000000000-a':{'narHash':'x'}} | g.json: the file holds"
            + " an object, not the derivations that nix derivation show -r prints: it looks like"
            + " the output of nix path-info",
        "{'/nix/store/00000000000000000000000000000000-a.drv':{'narHash':'x'}} | g.json:1:68:"
            + " derivation /nix/store/00000000000000000000000000000000-a.drv: has no outputs: it"
            + " looks like the output of nix path-info",
        "{'attr':'a','attrPath':['a'],'drvPath':'x'} {'attr':'b'} | g.json: the file holds an"
            + " object, not the derivations that nix derivation show -r prints: it looks like the"
            + " jobs of nix-eval-jobs",
        "{'outputs':{},'builder':'x','env':{}} | g.json: the file holds an object, not the"
            + " derivations that nix derivation show -r prints: it looks like one derivation"
            + " without its path",
        "{'answer':42} | g.json: the file holds an object, not the derivations that nix derivation"
            + " show -r prints: its first field is \"answer\"",
        "{'version':5,'derivations':{}} | g.json:1:28: derivations in format 5 are not known, 4 is"
            + " the newest that is",
        "{'derivations':{},'version':'x'} | g.json:1:32: derivations in format x are not known, 4"
            + " is the newest that is",
        "{} {} | g.json:1:4: there is something after the derivations: an object",
        "{'/nix/store/x.drv':7} | g.json:1:21: derivation /nix/store/x.drv: is a number (7), an"
            + " object was expected",
      })
  void otherFilesAreRecognised(String json, String message) {
    assertRefused(message, () -> read(json));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "/nix/store/../../etc/00000000000000000000000000000000-a.drv",
        "/nix/store/00000000000000000000000000000000-a\\n.drv",
        "/nix/store/0000000000000000000000000000000-a.drv",
        "/nix/store/e0000000000000000000000000000000-a.drv",
        "/nix/store/00000000000000000000000000000000-.drv/x.drv",
        "nix/store/00000000000000000000000000000000-a.drv",
      })
  void pathsAreChecked(String path) {
    assertRefusedWith(" is no store path: ", () -> read(json(path, fields())));
  }

  @Test
  void brokenJsonIsRefusedWithItsPlace() {
    assertRefusedWith(
        "g.json:1:2: not well-formed JSON: Unexpected character ('x'", () -> read("{x"));
    String whole = json(PATH, fields());
    for (int end = 1; end < whole.length(); end++) {
      String cut = whole.substring(0, end);
      assertRefusedWith("not well-formed JSON", () -> read(cut));
    }
    assertRefusedWith(
        "derivation " + PATH + ": not well-formed JSON: ",
        () -> read(whole.substring(0, whole.length() - 9)));
  }

  @Test
  void hugeStringsAreRefusedBeforeMemoryIsGone() {
    String start = ("{'" + PATH + "':{'env':{'a':'").replace('\'', '"');
    assertRefusedWith(
        "derivation " + PATH + ": a string is longer than 64 MiB, the most that is read",
        () -> read(Messages.endless(start, 'x', 1L << 30)));
    assertRefusedWith(
        "the name of a field is longer than 65536 characters",
        () -> read(Messages.endless("{\"", 'x', 1L << 30)));
  }

  @Test
  void deepNestingIsRefused() {
    String start = ("{'" + PATH + "':{'env':").replace('\'', '"');
    assertRefusedWith(
        "is an array, an object was expected", () -> read(Messages.endless(start, '[', 1L << 30)));
    String unknown = ("{'" + PATH + "':{'meta':").replace('\'', '"');
    assertRefusedWith(
        "objects and arrays are nested deeper than 500, the most that is read",
        () -> read(Messages.endless(unknown, '[', 1L << 30)));
    String structured = ("{'" + PATH + "':{'structuredAttrs':{'a':").replace('\'', '"');
    assertRefusedWith(
        "objects and arrays are nested deeper than 500, the most that is read",
        () -> read(Messages.endless(structured, '[', 1L << 30)));
  }

  @Test
  void gzipIsReadAndTruncatedGzipRefused(@TempDir Path folder) throws IOException {
    byte[] plain = GoldenFiles.bytes(GoldenFiles.path("nix-2.8/basic.json"));
    byte[] zipped = Messages.gzip(plain);
    assertEquals(read(new ByteArrayInputStream(plain)), read(new ByteArrayInputStream(zipped)));
    for (int length : new int[] {3, 10, 50, zipped.length / 2, zipped.length - 1}) {
      Path file = folder.resolve(length + ".json.gz");
      Files.write(file, Arrays.copyOf(zipped, length));
      assertRefused(
          file + ": the gzip stream ends in the middle",
          () -> DerivationJson.read(file, (path, derivation) -> {}));
    }
    zipped[zipped.length - 6] ^= 0x55;
    assertRefusedWith("g.json: damaged gzip", () -> read(new ByteArrayInputStream(zipped)));
  }

  @Test
  void missingFilesAndFoldersAreRefused(@TempDir Path folder) {
    assertRefused(
        folder.resolve("no.json") + ": no such file",
        () -> DerivationJson.read(folder.resolve("no.json"), (path, derivation) -> {}));
    assertRefused(
        folder + ": is a folder, a file was expected",
        () -> DerivationJson.read(folder, (path, derivation) -> {}));
  }

  @Test
  void storeDirectoryOfBaseNamesIsFound() {
    Map<String, String> silent = fields();
    silent.put("env", "{}");
    silent.put("outputs", "{'out':{'path':'11111111111111111111111111111111-a'}}");
    assertEquals(
        "[" + PATH + "]", read(json(HASH + "-a.drv", silent)).keySet().toString(), "by default");
    String telling =
        json(HASH + "-b.drv", withEnv(silent, "{'PATH':'/bin:/gnu/store/" + HASH + "-c/bin'}"));
    String both = json(HASH + "-a.drv", silent).replaceFirst("}$", ",") + telling.substring(1);
    assertEquals(
        "[/gnu/store/" + HASH + "-a.drv, /gnu/store/" + HASH + "-b.drv]",
        read(both).keySet().toString(),
        "by a later derivation");
  }

  private static Map<String, String> withEnv(Map<String, String> fields, String env) {
    Map<String, String> changed = new TreeMap<>(fields);
    changed.put("env", env);
    return changed;
  }

  @Test
  void whatAConsumerThrowsComesThrough() {
    assertRefused(
        "not wanted",
        () ->
            DerivationJson.read(
                "g.json",
                stream(json(PATH, fields()).replace('\'', '"')),
                (path, derivation) -> {
                  throw new InputException("not wanted");
                }));
  }
}
