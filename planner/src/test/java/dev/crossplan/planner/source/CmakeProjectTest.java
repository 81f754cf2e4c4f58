package dev.crossplan.planner.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CmakeProjectTest {
  private final Map<Path, String> files = new HashMap<>();

  private Configuration.Outcome run(String text, String... flags) {
    files.put(Path.of("CMakeLists.txt"), text);
    return CmakeProject.run(files, Compiled.SOURCES, List.of(flags));
  }

  private String compiled(String text, String... flags) {
    return Compiled.names(run(text, flags));
  }

  @Test
  void eachTargetCompilesItsSources() {
    assertEquals("a.c b.c", compiled("add_library(x a.c)\nadd_executable(y b.c missing.c)"));
    assertEquals(
        "a.c a.c b.c", compiled("add_library(x STATIC a.c)\nadd_library(y SHARED b.c a.c)"));
    assertEquals("a.c b.c", compiled("add_library(x a.c)\ntarget_sources(x PRIVATE b.c)"));
    assertEquals("", compiled("add_library(x ALIAS a.c)\nadd_library(y SHARED IMPORTED)"));
    assertEquals("", compiled("add_executable(x EXCLUDE_FROM_ALL a.c)"));
    assertEquals("a.c", compiled("add_library(x OBJECT a.c)\nadd_library(y $<TARGET_OBJECTS:x>)"));
    assertEquals("", compiled("add_library(x ../a.c /a.c)"));
  }

  /** What is a part of others is linked in these; what has no sources there is made by others. */
  @Test
  void whatIsMadeOfSourcesIsLinked() {
    assertEquals(
        2,
        run("add_library(o OBJECT a.c)\nadd_library(x b.c $<TARGET_OBJECTS:o>)\n"
                + "add_executable(y b.c)\nadd_executable(z made.c)\n"
                + "add_library(w EXCLUDE_FROM_ALL a.c)")
            .links());
  }

  @ParameterizedTest
  @CsvSource({
    "UNIX, true",
    "WIN32 OR APPLE, false",
    "NOT WIN32 AND NOT APPLE, true",
    "NOT (WIN32 OR UNIX), false",
    "NO_SUCH_VARIABLE, false",
    "ON, true",
    "0, false",
    "X, true",
    "${NAME}, true",
    "${X}, false",
    "'\"X\"', false",
    "OFF_BY_VALUE, false",
    "NOT_FOUND, false",
    "DEFINED X AND NOT DEFINED Y, true",
    "X STREQUAL \"yes it is\", true",
    "X STREQUAL Y, false",
    "CMAKE_C_COMPILER_ID MATCHES \"Clang|GNU\", true",
    "CMAKE_SYSTEM_PROCESSOR MATCHES \"(x86)|(X86)|(amd64)\", false",
    "CMAKE_SIZEOF_VOID_P EQUAL 8, true",
    "CMAKE_VERSION VERSION_LESS 3.5, false",
    "CMAKE_C_COMPILER_VERSION VERSION_GREATER_EQUAL \"4.9\", true",
    "two IN_LIST LIST, true",
    "four IN_LIST LIST, false",
    "EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/src/c.c, true",
    "EXISTS \"${CMAKE_SOURCE_DIR}/src/deep\", true",
    "EXISTS /etc/passwd, false",
    "TARGET first, true",
    "TARGET second, false",
    "COMMAND mine, true",
    "POLICY CMP0077, true",
    "BUILD_TESTING, false",
    "5 LESS 10, true",
    "X LESS 10, false",
    "NOT X EQUAL -1, true",
    "EMPTY STREQUAL \"\", true",
    "DEFINED EMPTY AND NOT DEFINED UNSET, true",
    "IS_ABSOLUTE /etc AND NOT IS_ABSOLUTE etc, true",
    "IS_DIRECTORY ${CMAKE_SOURCE_DIR}/src AND NOT IS_DIRECTORY a.c, true",
    "abc STRLESS abd, true",
    "X AND, false",
    "'', false"
  })
  void conditionsAreThoseOfLinux(String condition, boolean holds) {
    String before =
        "add_library(first INTERFACE)\nfunction(mine)\nendfunction()\nset(X \"yes it is\")\n"
            + "set(NAME X)\nset(EMPTY \"\")\nset(UNSET 1)\nset(UNSET)\nset(LIST one two three)\nset(OFF_BY_VALUE off)\nset(NOT_FOUND lib-NOTFOUND)\n";
    assertEquals(
        holds ? "a.c" : "b.c",
        compiled(
            before
                + "if("
                + condition
                + ")\nadd_library(x a.c)\nelse()\nadd_library(x b.c)\nendif()"));
  }

  @Test
  void theFirstConditionThatHoldsCounts() {
    String text =
        "set(V ${W})\nif(V STREQUAL one)\nadd_library(x a.c)\nelseif(V STREQUAL two)\n"
            + "if(V)\nelse()\nendif()\nadd_library(x b.c)\nelseif(V)\nadd_library(x src/c.c)\n"
            + "else()\nadd_library(x src/d.cc)\nendif()";
    assertEquals("a.c", compiled(text, "-DW=one"));
    assertEquals("b.c", compiled(text, "-DW:STRING=two"));
    assertEquals("src/c.c", compiled(text, "-DW=three"));
    assertEquals("src/d.cc", compiled(text));
  }

  @Test
  void optionsAreAsFlagsSayElseAsTheyAreByDefault() {
    String text =
        "option(A \"Build a\" ON)\noption(B \"Build b\")\nset(C ON CACHE BOOL \"\")\n"
            + "cmake_dependent_option(D \"\" ON \"A;NOT B\" OFF)\n"
            + "foreach(each A B C D)\nif(${each})\nadd_library(${each} ${SOURCE_${each}})\nendif()\n"
            + "endforeach()";
    String sources =
        "set(SOURCE_A a.c)\nset(SOURCE_B b.c)\nset(SOURCE_C src/c.c)\nset(SOURCE_D src/d.cc)\n";
    assertEquals("a.c src/c.c src/d.cc", compiled(sources + text));
    assertEquals("b.c", compiled(sources + text, "-DA=OFF", "-DB:BOOL=ON", "-DC=0", "-W", "-D"));
  }

  /** As of the many projects that have a function of their own for options. */
  @Test
  void whatIsInTheCacheIsForAll() {
    String text = "if(X)\nadd_library(x a.c)\nendif()";
    assertEquals(
        "a.c", compiled("function(o n)\noption(${n} \"\" ON)\nendfunction()\no(X)\n" + text));
    assertEquals("", compiled("option(X \"\" ON)\nset(X OFF CACHE BOOL \"\" FORCE)\n" + text));
    assertEquals("", compiled("set(X OFF CACHE BOOL \"\")\nset(X ON CACHE BOOL \"\")\n" + text));
    assertEquals("", compiled("cmake_dependent_option(X \"\" ON WIN32 OFF)\n" + text, "-DX=ON"));
    files.put(Path.of("src/CMakeLists.txt"), "set(S ${S} b.c CACHE INTERNAL \"\")");
    assertEquals("b.c", compiled("add_subdirectory(src)\nadd_library(x ${S})"));
  }

  @Test
  void whatIsSetOutsideMayBeSetOtherwiseWithin() {
    String within =
        "set(X 1)\nfunction(f)\n%s\nif(X)\nadd_library(x a.c)\nendif()\nendfunction()\nf()\n";
    assertEquals("a.c", compiled(String.format(within, "")));
    assertEquals("", compiled(String.format(within, "unset(X)")));
    assertEquals(
        "a.c", compiled(String.format(within, "set(X 0)\nset(X 1 CACHE BOOL \"\" FORCE)")));
  }

  @Test
  void aTargetCompilesASourceOnceAndOnlyForItself() {
    assertEquals("a.c b.c", compiled("file(GLOB S *.c)\nadd_executable(x a.c ${S})"));
    assertEquals("", compiled("add_executable(x EXCLUDE_FROM_ALL)\ntarget_sources(x PRIVATE a.c)"));
    assertEquals(
        "b.c", compiled("add_library(x STATIC)\ntarget_sources(x INTERFACE a.c PRIVATE b.c)"));
    assertEquals("a.c", compiled("qt_add_executable(x a.c)"));
  }

  @Test
  void whatIsLeftOutIsBuiltForWhatIsBuilt() {
    files.put(
        Path.of("src/CMakeLists.txt"),
        "add_library(y c.c)\nfunction(f)\nadd_library(x a.c)\nendfunction()");
    String before = "add_subdirectory(src EXCLUDE_FROM_ALL)\n";
    assertEquals("a.c", compiled(before + "f()"));
    assertEquals("a.c src/c.c", compiled(before + "f()\ntarget_link_libraries(x PRIVATE y y)"));
    assertEquals("", compiled(before + "target_link_libraries(y x)"));
    String chain =
        "add_library(x EXCLUDE_FROM_ALL a.c)\nadd_library(y EXCLUDE_FROM_ALL b.c)\n"
            + "target_link_libraries(y x)\nadd_executable(z src/c.c)\n";
    assertEquals("src/c.c", compiled(chain));
    assertEquals("a.c b.c src/c.c", compiled(chain + "target_link_libraries(z y)"));
  }

  @Test
  void loopsAreLeftEarly() {
    String loop =
        "foreach(s a c b)\nif(s STREQUAL c)\n%s()\nendif()\nadd_library(${s} ${s}.c)\nendforeach()\n";
    assertEquals("a.c b.c", compiled(String.format(loop, "continue")));
    assertEquals("a.c src/c.c", compiled(String.format(loop, "break") + "add_library(x src/c.c)"));
  }

  @Test
  void testsAreLeftOutUnlessTheyAreAskedFor() {
    String text =
        "include(CTest)\noption(BUILD_TESTING \"\" ON)\nif(BUILD_TESTING)\nadd_library(x a.c)\nendif()";
    assertEquals("", compiled(text));
    assertEquals("a.c", compiled(text, "-DBUILD_TESTING=ON"));
  }

  @Test
  void foldersAndModulesAreThoseOfTheSources() {
    files.put(
        Path.of("src/CMakeLists.txt"),
        "add_library(y c.c ${CMAKE_SOURCE_DIR}/b.c)\nset(HERE 1)\nset(THERE 1 PARENT_SCOPE)\n"
            + "return()\nadd_library(z d.cc)");
    files.put(Path.of("cmake/mine.cmake"), "set(MINE a.c)\n");
    assertEquals(
        "a.c b.c src/c.c",
        compiled(
            "project(p)\nlist(APPEND CMAKE_MODULE_PATH ${p_SOURCE_DIR}/cmake)\ninclude(mine)\n"
                + "add_subdirectory(src)\nadd_subdirectory(missing)\n"
                + "if(THERE AND NOT HERE)\nadd_library(x ${MINE})\nendif()"));
    assertEquals("", compiled("add_subdirectory(src EXCLUDE_FROM_ALL)\ninclude(../mine)"));
  }

  @Test
  void ofSeveralProjectsTheUppermostIsBuilt() {
    files.put(Path.of("build/cmake/CMakeLists.txt"), "add_library(x ../../a.c)");
    files.put(Path.of("build/cmake/more/CMakeLists.txt"), "add_library(x ../../../b.c)");
    Multiset<Path> compiled =
        CmakeProject.run(files, Compiled.SOURCES, List.of()).compiled().orElseThrow();
    assertEquals(ImmutableSet.of(Path.of("a.c")), compiled.elementSet());
  }

  @Test
  void patternsFindSources() {
    assertEquals("a.c b.c", compiled("file(GLOB S *.c)\nadd_library(x ${S})"));
    assertEquals(
        "src/c.c src/d.cc", compiled("file(GLOB S src/*.c src/*.cc)\nadd_library(x ${S})"));
    assertEquals(
        "src/c.c src/deep/e.c",
        compiled(
            "file(GLOB_RECURSE S CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} src/*.c)\nadd_library(x ${S})"));
    assertEquals("src/c.c src/d.cc", compiled("aux_source_directory(src S)\nadd_library(x ${S})"));
    assertEquals(
        "src/deep/e.c", compiled("file(GLOB S ${CMAKE_SOURCE_DIR}/*/*/?.c)\nadd_library(x ${S})"));
    assertEquals(
        "src/c.c",
        compiled("file(GLOB S RELATIVE ${CMAKE_SOURCE_DIR}/src src/c*)\nadd_library(x src/${S})"));
    files.put(Path.of("src/CMakeLists.txt"), "add_library(y c.c)");
    assertEquals(
        "src/c.c",
        compiled(
            "file(GLOB S *)\nforeach(s ${S})\nif(IS_DIRECTORY ${s})\nadd_subdirectory(${s})\n"
                + "endif()\nendforeach()"));
    assertEquals("", compiled("file(GLOB S [)\nfile(GLOB)\nadd_library(x ${S})"));
  }

  @Test
  void functionsHaveVariablesOfTheirOwn() {
    assertEquals(
        "a.c b.c src/c.c",
        compiled(
            "function(lib name)\ncmake_parse_arguments(L \"QUIET\" \"MAIN\" \"MORE\" ${ARGN})\n"
                + "if(L_QUIET)\nadd_library(${name} ${L_MAIN} ${L_MORE} ${L_UNPARSED_ARGUMENTS})\nendif()\n"
                + "set(DONE a.c)\nendfunction()\n"
                + "LIB(x QUIET MAIN a.c b.c MORE src/c.c)\nadd_library(y ${DONE})"));
    assertEquals(
        "a.c", compiled("macro(m)\nset(S ${ARGV0})\nendmacro()\nm(a.c)\nadd_library(x ${S})"));
    assertEquals("", compiled("function(f)\nf()\nendfunction()\nf()"));
    assertEquals(
        "b.c",
        compiled(
            "function(f)\nreturn()\nadd_library(x a.c)\nendfunction()\nf()\nadd_library(y b.c)"));
  }

  @Test
  void listsAndStringsAreMade() {
    assertEquals(
        "a.c src/c.c",
        compiled(
            "set(S c.c b.c)\nlist(REMOVE_ITEM S b.c)\nlist(TRANSFORM S PREPEND src/)\n"
                + "list(PREPEND S a.c a.c)\nlist(REMOVE_DUPLICATES S)\nadd_library(x ${S})"));
    assertEquals(
        "b.c", compiled("set(S a.c b.c)\nlist(FILTER S EXCLUDE REGEX ^a)\nadd_library(x ${S})"));
    assertEquals(
        "a.c b.c",
        compiled(
            "string(TOLOWER A.C S)\nstring(REPLACE x b T x.c)\nstring(APPEND S \";\" ${T})\nadd_library(x ${S})"));
    assertEquals(
        "b.c",
        compiled(
            "get_filename_component(S ${CMAKE_SOURCE_DIR}/b.c NAME_WE)\nadd_library(x ${S}.c)"));
    assertEquals(
        "a.c",
        compiled("set(L 1 2)\nlist(LENGTH L N)\nif(N EQUAL 2)\nadd_library(x a.c)\nendif()"));
    assertEquals("a.c b.c", compiled("set(L b.c)\nlist(INSERT L 0 a.c)\nadd_library(x ${L})"));
    assertEquals(
        "b.c",
        compiled("set(L a b c)\nlist(FIND L b I)\nlist(GET L ${I} S)\nadd_library(x ${S}.c)"));
    assertEquals(
        "a.c b.c",
        compiled(
            "string(REGEX REPLACE \"(.)x$\" \"\\\\1.c\" S ax)\n"
                + "string(REGEX REPLACE \"(b+)+\" \"\" T b.c)\nadd_library(x ${S} ${T})"));
    assertEquals(
        "a.c b.c",
        compiled("foreach(s IN LISTS A ITEMS a b)\nadd_library(${s} ${s}.c)\nendforeach()"));
  }

  /** What is tried out succeeds on Linux; each answer is asked for once. */
  @Test
  void checksAreCountedAndAnswered() {
    Configuration.Outcome outcome =
        run(
            "check_include_file(unistd.h HAVE_UNISTD_H)\ncheck_include_file(unistd.h HAVE_UNISTD_H)\n"
                + "check_c_source_compiles(\"int main() { __m128i a; }\" HAVE_SSE2)\n"
                + "check_function_exists(a GIVEN)\nif(NEVER)\ncheck_function_exists(a B)\nendif()\n"
                + "if(HAVE_UNISTD_H AND NOT HAVE_SSE2)\nadd_library(x a.c)\nendif()\n",
            "-DGIVEN=1");
    assertEquals(2, outcome.checks());
    assertEquals(1, outcome.compiled().orElseThrow().size());
  }

  @Test
  void answersOfChecksAreInTheVariablesThatAreNamed() {
    assertEquals(
        "a.c",
        compiled(
            "check_type_size(\"void*\" P)\ncheck_type_size(int I)\ncheck_language(CUDA)\n"
                + "check_source_compiles(C \"int i;\" GOOD FAIL_REGEX x)\ncheck_c_compiler_flag(-mavx2 FAST)\n"
                + "if(P EQUAL 8 AND I EQUAL 4 AND HAVE_P AND GOOD AND NOT FAST AND NOT CUDA)\n"
                + "add_library(x a.c)\nendif()"));
  }

  /** A macro's parameters are put in place of words, and are none of its caller's variables. */
  @Test
  void aMacroLeavesItsCallersVariablesAlone() {
    assertEquals(
        "a.c",
        compiled(
            "macro(m n)\nmessage(${ARGN})\nendmacro()\nfunction(lib n)\nm(hello you)\n"
                + "add_library(${n} ${ARGN})\nendfunction()\nlib(k a.c)"));
  }

  @Test
  void whatIsLookedForIsThereIfItMustBe() {
    assertEquals(
        "a.c", compiled("find_package(Z REQUIRED)\nif(Z_FOUND)\nadd_library(x a.c)\nendif()"));
    assertEquals("", compiled("find_package(Z)\nif(Z_FOUND)\nadd_library(x a.c)\nendif()"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set(A aaaaaaaaaaaaaaaa)\nforeach(i a b c d e f g h i j k l m n o p q r)\nset(A \"${A}${A}${A}${A}\")\nendforeach()",
        "macro(m)\nm()\nm()\nendmacro()\nm()",
        "set(L 1 2 3 4 5 6 7 8 9)\nforeach(a ${L})\nforeach(b ${L})\nlist(APPEND L ${L})\nendforeach()\nendforeach()",
        "set(A a)\nforeach(i 1 2 3 4 5 6 7 8 9)\nstring(REPLACE a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa A \"${A}\")\nendforeach()",
        "include(CMakeLists.txt)\ninclude(CMakeLists.txt)",
        "macro(m)\nforeach(i a b c d e f g h i j k l m n o p)\nm()\nendforeach()\nendmacro()\nm()",
        "file(GLOB_RECURSE S *a*a*a*a*a*a*a*a*a*a*b)",
        "add_subdirectory(.)\nadd_subdirectory(.)",
        "if(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" MATCHES \"(a+)+b\")\nendif()"
      })
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void hostileFilesEndInTime(String text) {
    assertNotNull(run(text + "\nadd_library(x a.c)").compiled());
  }

  /** Whatever words a command has, and however few. */
  @Property(tries = 2000)
  void anyCommandsAreRun(@ForAll @Size(max = 12) List<Integer> choices) {
    List<String> words =
        Splitter.on(' ')
            .splitToList(
                "set( list( string( file( if( else( endif( foreach( endforeach( function( option("
                    + " endfunction( ) ) ) ) f f( X ${X} APPEND GLOB GLOB_RECURSE RELATIVE IN LISTS"
                    + " add_library( a.c PARENT_SCOPE CACHE include( project( check_x( NOT ( MATCHES"
                    + " cmake_parse_arguments( PARSE_ARGV \"\" REPLACE TRANSFORM / .. get_filename_component(");
    StringBuilder text = new StringBuilder();
    choices.forEach(
        choice -> text.append(words.get(Math.floorMod(choice, words.size()))).append(' '));
    assertNotNull(run(text.toString()));
  }
}
