package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.derivation.StructuredAttributes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ToolInputsTest {
  private static final StorePath CMAKE = path("c", "cmake-3.31");
  private static final StorePath PERL = path("p", "perl-5.40");
  private static final StorePath ZLIB = path("z", "zlib-1.3");

  private static StorePath path(String letter, String name) {
    return StorePath.parse("/nix/store/" + letter.repeat(32) + "-" + name);
  }

  private static ToolInputs tools(ImmutableSortedMap<String, String> env, Optional<String> json) {
    return ToolInputs.of(
        new Derivation(
            "git-2",
            "riscv64-linux",
            "/bin/sh",
            ImmutableList.of("-e", "builder.sh"),
            env,
            ImmutableSortedMap.of("out", new Output.Deferred()),
            ImmutableSortedMap.of(path("d", "cmake-3.31.drv"), InputOutputs.of("out")),
            ImmutableSortedSet.of(),
            json.map(StructuredAttributes::new)));
  }

  private static boolean isTool(ToolInputs tools, StorePath path) {
    return tools.contains(ImmutableList.of(path));
  }

  private static boolean isElsewhere(ToolInputs tools, StorePath path) {
    return tools.isNamedElsewhere(ImmutableList.of(path));
  }

  @Test
  void toolsAreWhatRunsOnTheBuildPlatform() {
    ToolInputs tools =
        tools(
            ImmutableSortedMap.of(
                "nativeBuildInputs", CMAKE + " " + PERL,
                "buildInputs", ZLIB.toString(),
                "propagatedNativeBuildInputs", PERL.toString(),
                "stdenv", CMAKE.toString()),
            Optional.empty());
    assertTrue(isTool(tools, CMAKE));
    assertTrue(isTool(tools, PERL));
    assertTrue(tools.passesOn(ImmutableList.of(PERL)));
    assertFalse(tools.passesOn(ImmutableList.of(CMAKE)));
    assertFalse(isTool(tools, ZLIB));
    assertFalse(isElsewhere(tools, CMAKE));
  }

  @Test
  void anotherOutputOfATool() {
    StorePath man = path("m", "cmake-3.31-man");
    ToolInputs tools =
        tools(ImmutableSortedMap.of("depsBuildBuild", CMAKE.toString()), Optional.empty());
    assertTrue(tools.contains(ImmutableList.of(man, CMAKE)));
    assertFalse(isTool(tools, man));
  }

  @Test
  void anotherOutputOfAToolIsNamedElsewhere() {
    StorePath lib = path("l", "cmake-3.31-lib");
    ToolInputs tools =
        tools(
            ImmutableSortedMap.of(
                "nativeBuildInputs", CMAKE.toString(), "configureFlags", "--with-cmake=" + lib),
            Optional.empty());
    assertTrue(tools.isNamedElsewhere(ImmutableList.of(CMAKE, lib)));
  }

  @Test
  void whatAScriptNamesIsNamedElsewhere() {
    ToolInputs tools =
        tools(
            ImmutableSortedMap.of(
                "nativeBuildInputs", CMAKE + " " + PERL,
                "postInstall", "sed -i s,perl," + PERL + "/bin/perl, $out/bin/git-svn"),
            Optional.empty());
    assertTrue(isElsewhere(tools, PERL));
    assertFalse(isElsewhere(tools, CMAKE));
  }

  @Test
  void structuredAttributes() {
    String json =
        String.format(
            "{\"nativeBuildInputs\":[\"%s\",\"%s\"],\"flags\":{\"perl\":[\"%s/bin/perl\"]}}",
            CMAKE, PERL, PERL);
    ToolInputs tools = tools(ImmutableSortedMap.of(), Optional.of(json));
    assertTrue(isTool(tools, CMAKE));
    assertTrue(isElsewhere(tools, PERL));
    assertFalse(isElsewhere(tools, CMAKE), "__json has all of them");
  }
}
