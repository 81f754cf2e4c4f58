package dev.crossplan.planner.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import com.google.common.collect.Ordering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What build files are taken to compile is what CMake and Meson themselves would have compiled. */
final class BuildFilesIT {
  /** Both write the commands that they would run, each with the file that it compiles. */
  private static final Pattern COMPILED = Pattern.compile("\"file\": \"([^\"]+)\"");

  private static final ImmutableSet<Path> SOURCES =
      ImmutableSet.of(
          Path.of("a.c"),
          Path.of("b.c"),
          Path.of("c.c"),
          Path.of("main.c"),
          Path.of("src/a.c"),
          Path.of("src/b.c"),
          Path.of("src/deep/e.c"));

  private final Path folder;
  private final Map<Path, String> files = new HashMap<>();

  BuildFilesIT(@TempDir Path folder) {
    this.folder = folder.resolve("x");
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text);
    files.put(Path.of(name), text);
  }

  private void writeSources() throws IOException {
    for (Path source : SOURCES) {
      Path file = folder.resolve(source);
      Files.createDirectories(file.resolveSibling(""));
      Files.writeString(file, "int main(void) { return 0; }\n");
    }
  }

  /** Names of what the tool compiles, in order, when it is done. */
  private List<String> compiledBy(String... command) throws IOException, InterruptedException {
    writeSources();
    Path log = folder.resolveSibling("log");
    Process tool =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertEquals(0, tool.waitFor(), () -> "see " + log);
    Path build = folder.resolve("build");
    List<String> compiled = new ArrayList<>();
    Matcher each = COMPILED.matcher(Files.readString(build.resolve("compile_commands.json")));
    while (each.find()) {
      Path file = build.resolve(each.group(1)).toRealPath();
      compiled.add(folder.toRealPath().relativize(file).toString());
    }
    return Ordering.natural().sortedCopy(compiled);
  }

  private static List<String> names(Configuration.Outcome outcome) {
    Multiset<Path> compiled = outcome.compiled().orElseThrow();
    return compiled.stream().map(Path::toString).sorted().toList();
  }

  @Test
  void mesonCompilesTheSame() throws IOException, InterruptedException {
    write(
        "meson_options.txt",
        "option('tests', type: 'boolean', value: true)\noption('extra', type: 'feature')\n"
            + "option('backends', type: 'array', choices: ['a', 'b'], value: ['a', 'b'])\n");
    write(
        "meson.build",
        """
        project('x', 'c', version: '1.2', default_options: ['warning_level=1'])
        cc = meson.get_compiler('c')
        core = files('a.c')
        foreach header : ['stdio.h', 'poll.h']
          if cc.has_header(header)
            core += files('b.c')   # twice is once
          endif
        endforeach
        if host_machine.system() == 'windows'
          core += 'c.c'
        elif meson.version().version_compare('>= 0.50') and 'a' in get_option('backends')
          subdir('src')
        endif
        lib = both_libraries('x', core, more, install: true)
        static = static_library('y', 'c.c', build_by_default: false)
        dep = declare_dependency(link_with: [lib, static], sources: 'a.c')
        executable('tool', ['main.c'], dependencies: [dep], install: true)
        unused = static_library('z', 'c.c')
        if get_option('tests') and not get_option('extra').enabled()
          foreach name, sources : {'one': ['b.c', 'main.c'], 'two': ['main.c']}
            test(name, executable('test-' + name, sources, link_with: lib))
          endforeach
        endif
        """);
    write(
        "src/meson.build",
        "more = files('a.c', 'b.c')\nsubdir('deep')\nmore += [[deep]]\nsubdir_done()\nmore = []\n");
    write("src/deep/meson.build", "deep = files(meson.current_source_dir() / 'e.c')\n");
    assertEquals(
        compiledBy("meson", "setup", "build", "-Dextra=disabled", "--buildtype=plain"),
        names(MesonProject.run(files, SOURCES, List.of("-Dextra=disabled"))));
  }

  @Test
  void cmakeCompilesTheSame() throws IOException, InterruptedException {
    write(
        "CMakeLists.txt",
        """
        cmake_minimum_required(VERSION 3.16)
        project(x VERSION 1.2 LANGUAGES C)
        option(TESTS "Whether" ON)
        include(CheckIncludeFile)
        check_include_file(stdio.h HAVE_STDIO_H)
        set(CORE a.c)
        if(HAVE_STDIO_H AND NOT WIN32)
          list(APPEND CORE b.c)
        endif()
        file(GLOB MORE ${CMAKE_CURRENT_SOURCE_DIR}/src/*.c)
        foreach(kind SHARED STATIC)
          string(TOLOWER ${kind} name)
          add_library(x_${name} ${kind} ${CORE} ${MORE})
        endforeach()
        add_library(objects OBJECT c.c)
        add_executable(tool main.c $<TARGET_OBJECTS:objects>)
        target_sources(tool PRIVATE a.c)
        add_subdirectory(src/deep)
        function(add_case)
          foreach(case ${ARGN})
            add_executable(case_${case} ${case}.c)
          endforeach()
        endfunction()
        if(TESTS)
          add_case(a b)
        else()
          add_case(c)
        endif()
        """);
    write(
        "src/deep/CMakeLists.txt",
        "add_library(deep e.c ../a.c)\nset_target_properties(deep PROPERTIES OUTPUT_NAME d)\n");
    assertEquals(
        compiledBy(
            "cmake", "-S", ".", "-B", "build", "-DTESTS=OFF", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"),
        names(CmakeProject.run(files, SOURCES, List.of("-DTESTS=OFF"))));
  }
}
