package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedPathsTest {
  private static Set<String> literals(String source) {
    return NamedPaths.of(source).literals();
  }

  @Test
  void literalsAreFoundInCodeAndInValuesOfStrings() {
    assertEquals(
        Set.of("./a", "../b/c.nix", "/d/e", "~/f", "g/h", "../i/", "./j"),
        literals(
            """
            # ./comment
            /* ../comment */
            { x = [ ./a (import ../b/c.nix) /d/e ~/f g/h ../i/${y} ];
              s = "no ./path ${ "nested ${ ./j }" } \\${ ./no } $${./no}";
              l = ''it's ./no ''${ ./no } ''' ''\\n''; u = https://a.b/c; p = <nixpkgs/lib>; }
            """));
  }

  @Test
  void aStringGoesOnAfterAValueWithBracesInIt() {
    assertEquals(Set.of("./a"), literals("\"${ { x = { }; }.x } ./no\" + ./a"));
    assertEquals(Set.of("./a", "./b"), literals("''${ ./a } ./no '' + ./b"));
    assertEquals(Set.of("./", "./a"), literals("[ ./${x}/no ./a ]"));
    assertEquals(Set.of("../"), literals("../begun${x}"));
  }

  @Test
  void whatIsReadByItsTextIsTold() {
    NamedPaths paths =
        NamedPaths.of(
            "[ (builtins.readFile \"/a\") \"/b\" (dir + \"/c\") (/. + \"/d\")"
                + " (__pathExists ./e) (builtins.getEnv \"F\") ]");
    assertEquals(
        new NamedPaths(
            ImmutableSet.of("./e"),
            ImmutableSet.of("/a", "/b", "/d"),
            ImmutableSet.of("/a"),
            ImmutableSet.of("F"),
            false,
            false),
        paths);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "builtins.readFile file",
        "map builtins.readDir [ ./a ]",
        "lib.importJSON (dir + \"/a.json\")",
        "builtins.pathExists \"${dir}/a\"",
        "builtins.readFile (/. + x)",
        "with builtins; readFileType x",
        "builtins.readFile (./. + \"/../a\")",
        "builtins.readFile ((./.) + \"/../a\")",
        "builtins.readDir ./a/${x}/../c",
        "builtins.readFile (<set> + \"/../a\")",
        "builtins.readFile (\"/a\" + \"/../b\")"
      })
  void whatIsReadByAValueIsNotKnown(String source) {
    assertTrue(NamedPaths.of(source).readsOthers());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ inherit (builtins) readFile readDir; }",
        "builtins.readDir ./overlays",
        "{ readFile = 1; }",
        "builtins.pathExists <nixpkgs/a>",
        "builtins.readFile (./a)",
        "builtins.readFile ./a + \"b\"",
        "(builtins.readFile (./a)) + \"b\"",
        "\"builtins.readFile file\""
      })
  void whatIsReadJustThereIsKnown(String source) {
    assertFalse(NamedPaths.of(source).readsOthers());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "./. + \"/../a\"",
        "\"${./.}/../a\"",
        "dirOf ./.",
        "builtins.getEnv name",
        "\"/etc/${name}\"",
        "\"../a\"",
        "./${x}/../y",
        "../a + \"b\"",
        "(../a) + name",
        "<set> + name",
        "if true then ../a + name else null"
      })
  void pathsThatArePutTogetherLeadAnywhere(String source) {
    assertTrue(NamedPaths.of(source).buildsPaths());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dir + \"/${name}\"",
        "./a/${name}.nix",
        "./a + \"/b\"",
        "f ./a + name",
        "f (./a) + name",
        "(f ./a) + name",
        "''\n cd ../a\n''",
        "\"a/../b\""
      })
  void whatLeadsBelowIsNoSuchPath(String source) {
    assertFalse(NamedPaths.of(source).buildsPaths());
  }
}
