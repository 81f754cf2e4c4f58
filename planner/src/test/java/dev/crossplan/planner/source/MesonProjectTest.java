package dev.crossplan.planner.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MesonProjectTest {
  private final Map<Path, String> files = new HashMap<>();

  private Configuration.Outcome run(String text, String... flags) {
    files.put(Path.of("meson.build"), text);
    return MesonProject.run(files, Compiled.SOURCES, List.of(flags));
  }

  private String compiled(String text, String... flags) {
    return Compiled.names(run(text, flags));
  }

  private String compiledIf(String before, String condition) {
    return compiled(
        before + "\nif " + condition + "\nlibrary('x', 'a.c')\nelse\nlibrary('x', 'b.c')\nendif");
  }

  @Test
  void eachTargetCompilesItsSources() {
    assertEquals("a.c b.c", compiled("library('x', 'a.c')\nexecutable('y', 'b.c', 'missing.c')"));
    assertEquals("a.c a.c", compiled("shared_library('x', 'a.c')\nstatic_library('x', ['a.c'])"));
    assertEquals("a.c", compiled("both_libraries('x', 'a.c')"));
    assertEquals("a.c", compiled("library('x', 'a.c')", "-Ddefault_library=both"));
    assertEquals("b.c", compiled("executable('a.c', sources: [['b.c'], []], install: true,)"));
    assertEquals("", compiled("executable('x', '../a.c', '/etc/a.c')\ncustom_target('b.c')"));
    assertEquals("a.c", compiled("test('x', executable('x', 'a.c', 'a.c'))"));
    assertEquals("a.c", compiled("x = shared_module('x', files('a.c'))\n# library('x', 'b.c')"));
  }

  @Test
  void whatIsNotBuiltByDefaultIsBuiltForOthers() {
    String library = "x = static_library('x', 'a.c', build_by_default: false)\n";
    assertEquals("", compiled(library));
    assertEquals("a.c b.c", compiled(library + "library('y', 'b.c', link_with: [x])"));
    assertEquals("a.c b.c", compiled(library + "library('y', 'b.c', link_whole: x)"));
    assertEquals(
        "", compiled(library + "library('y', 'b.c', link_with: x, build_by_default: false)"));
    assertEquals("a.c", compiled("executable('x', 'a.c', build_by_default: false, install: true)"));
    String dependency = library + "d = declare_dependency(sources: 'b.c', link_with: x)\n";
    assertEquals("", compiled(dependency));
    assertEquals(
        "a.c b.c b.c src/c.c",
        compiled(
            dependency
                + "e = declare_dependency(dependencies: [d])\n"
                + "executable('y', 'src/c.c', dependencies: e)\nexecutable('z', dependencies: d)"));
  }

  @Test
  void foldersHaveFilesOfTheirOwn() {
    files.put(Path.of("src/meson.build"), "more = files('c.c')\nsubdir('deep')\nall += more");
    files.put(
        Path.of("src/deep/meson.build"),
        "library('x', 'e.c', 'c.c', meson.project_source_root() / 'a.c')\nsubdir_done()\nlibrary('y', 'e.c')");
    assertEquals(
        "a.c a.c b.c src/c.c src/deep/e.c",
        compiled("all = files('a.c')\nsubdir('src')\nlibrary('all', all, 'b.c')"));
    files.put(Path.of("src/meson.build"), "subdir('.')\nsubdir('..')\nsubdir(unknown)");
    assertEquals(
        "a.c", compiled("subdir('src')\nsubdir('src')\nsubdir('nowhere')\nlibrary('x', 'a.c')"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      value = {
        "true | true",
        "not true | false",
        "true and not false or false | true",
        "get_option('b_sanitize') != 'none' | false",
        "get_option('debug') | false",
        "get_option('all') == ['x', 'y'] | true",
        "'5'.to_int() == 5 and 0o17 == 15 | true",
        "meson.project_name() == 'p' | true",
        "import('fs').exists('src/c.c') and import('fs').is_dir('src') | true",
        "import('fs').is_file('src') or import('fs').exists('none.c') | false",
        "import('python').find_installation().found() | false",
        "dependency('zlib').version().version_compare('>= 1.2') | true",
        "cc.has_argument('-mavx2') | false",
        "cc.get_supported_arguments('-a', ['-msse4.1']) == ['-a'] | true",
        "cc.sizeof('int') == 4 | true",
        "conf.get('A') == 1 and conf.has('B') and not conf.has('C') | true",
        "conf.get('C', 'd') == 'd' and conf.keys() == ['A', 'B'] | true",
        "[0, 1] == range(2) and range(1, 5, 2) == [1, 3] | true",
        "disabler() | false",
        "(false or true) and false | false",
        "undefined | false",
        "not undefined.get('x').found() | true",
        "host_machine.system() == 'linux' | true",
        "host_machine.system() in ['windows', 'darwin'] | false",
        "host_machine.system() not in ['windows'] | true",
        "host_machine.cpu_family() == 'riscv64' | true",
        "host_machine.cpu_family().startswith('x86') | false",
        "host_machine.endian() == 'big' | false",
        "meson.is_cross_build() | true",
        "meson.version().version_compare('>= 0.60.0') | true",
        "meson.version().version_compare('<1.0') | false",
        "meson.project_version() == '1.10' | true",
        "meson.project_version().version_compare('>1.9') | true",
        "meson.project_version().version_compare('==1.10.0') | true",
        "meson.project_version().version_compare('1.10') | true",
        "meson.project_version().version_compare('!= 1.10') | false",
        "meson.is_subproject() | false",
        "cc.get_id() == 'gcc' | true",
        "cc.has_function('poll') | true",
        "cc.has_header('windows.h') | false",
        "cc.compiles('int x;', name: 'AVX2') | false",
        "cc.has_argument('-Wall') | true",
        "cc.get_supported_arguments(['-a']) == ['-a'] | true",
        "cc.sizeof('void*') == 8 | true",
        "cc.find_library('m').found() | true",
        "cc.find_library('m', required: false).found() | false",
        "dependency('zlib').found() | true",
        "dependency('zlib', required: false).found() | false",
        "dependency('zlib', required: get_option('zlib')).found() | true",
        "dependency('zlib', required: get_option('off')).found() | false",
        "get_option('zlib').enabled() | true",
        "get_option('zlib').auto() | false",
        "get_option('off').disabled() | true",
        "get_option('zlib').require(false).allowed() | false",
        "get_option('tests') | true",
        "get_option('docs') | false",
        "get_option('level') == 'low' | true",
        "get_option('kind') == 'one' | true",
        "get_option('size') == 16 | true",
        "'b' in get_option('list') | true",
        "get_option('default_library') == 'shared' | true",
        "get_option('unheard_of') == '' | false",
        "f'@name@-1' == 'n-1' | true",
        "'@0@-@1@'.format(name, 2) == 'n-2' | true",
        "'''it's''' == 'it\\'s' | true",
        "'a b'.split() == ['a', 'b'] | true",
        "'a;b'.split(';')[1] == 'b' | true",
        "'-'.join(['a', 'b']) == 'a-b' | true",
        "'/'.join('a', 'b') == 'a' / 'b' | true",
        "join_paths('a', '/b') == '/b' | true",
        "'a-b'.underscorify() == 'a_b' | true",
        "' A '.strip().to_lower() == 'a' | true",
        "'abc'.contains('b') and 'abc'.endswith('c') | true",
        "'aXa'.replace('a', 'b') == 'bXb' | true",
        "['a', 'b'].length() == 2 | true",
        "['a', 'b'].get(-1) == 'b' | true",
        "['a'].get(7, 'z') == 'z' | true",
        "['a'] + ['b'] == ['a', 'b'] | true",
        "['a'] + 'b' == ['a', 'b'] | true",
        "{'k': 'v'}['k'] == 'v' | true",
        "{'k': 'v'}.get('x', 'z') == 'z' | true",
        "({'k': 'v'} + {'l': 'w'}).has_key('l') | true",
        "'k' in {'k': 'v'} | true",
        "{'k': 'v'}.keys() == ['k'] | true",
        "1 + 2 * 3 == 7 and 7 % 4 == 3 and 8 / 3 == 2 and -1 < 0 | true",
        "0x10 == 16 and 0b11 == 3 | true",
        "1 / 0 == 0 | false",
        "(true ? 'a' : 'b') == 'a' | true",
        "is_variable('name') and not is_variable('other') | true",
        "get_variable('name') == 'n' and get_variable('other', 'd') == 'd' | true",
        "add_languages('cpp', required: false) | true"
      })
  void conditionsAreThoseOfLinux(String condition, boolean holds) {
    files.put(
        Path.of("meson_options.txt"),
        "option('zlib', type: 'feature', value: 'auto')\noption('off', type : 'feature', value : 'disabled')\n"
            + "option('tests', type: 'boolean', description: 'Whether')\noption('docs', type: 'boolean', value: false)\n"
            + "option('level', type: 'combo', choices: ['low', 'high'])\n"
            + "option('kind', type: 'combo', choices: ['two', 'one'], value: 'one')\n"
            + "option('all', type: 'array', choices: ['x', 'y'])\n"
            + "option('size', type: 'integer', value: 16)\noption('list', type: 'array', value: ['a', 'b'])\n");
    assertEquals(
        holds ? "a.c" : "b.c",
        compiledIf(
            "project('p', 'c', version: '1.10')\ncc = meson.get_compiler('c')\nname = 'n'\n"
                + "conf = configuration_data()\nconf.set10('A', true)\nconf.set_quoted('B', 'b')",
            condition));
  }

  @Test
  void whatIsTooLongIsNotKnown() {
    String doubled = "x = 'a'\n" + "x = x + x\n".repeat(13);
    assertEquals("a.c", compiledIf(doubled, "x.replace('a', 'b') == x.replace('a', 'b')"));
    assertEquals("b.c", compiledIf(doubled, "x.replace('a', x) == x.replace('a', x)"));
  }

  @Test
  void stringsHaveEscapes() {
    assertEquals("a.c", compiledIf("", "'a\\n\\'b' == '''a\n'b'''"));
    assertEquals("a.c", compiledIf("", "'\\d' == '''\\d'''"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "-Dtests=false | get_option('tests') | false",
        "-Dzlib=disabled | get_option('zlib').enabled() | false",
        "-Dauto_features=disabled | get_option('zlib').enabled() | false",
        "-Dauto_features=disabled | get_option('on').enabled() | true",
        "-Dlevel=high | get_option('level') == 'high' | true",
        "-Dlist=x,y | 'y' in get_option('list') | true",
        "-Dlist=['x','y'] | get_option('list') == ['x', 'y'] | true",
        "-Dlist= | get_option('list').length() == 0 | true",
        "-Dsize=32 | get_option('size') == 32 | true",
        "-Dname=it | get_option('name') == 'it' | true",
        "-Ddebug=true | get_option('debug') | true",
        "-Ddefault_library=static | get_option('default_library') == 'static' | true",
        "--other | get_option('default_library') == 'both' | true"
      })
  void flagsSetOptions(String flag, String condition, boolean holds) {
    files.put(
        Path.of("meson.options"),
        "option('tests', type: 'boolean', value: true)\noption('zlib', type: 'feature')\n"
            + "option('on', type: 'feature', value: 'enabled')\noption('size', type: 'integer', value: 1)\n"
            + "option('name', type: 'string', value: '')\n"
            + "option('level', type: 'combo', choices: ['low', 'high'])\noption('list', type: 'array', value: ['a'])");
    String text =
        "project('p', default_options: ['default_library=both', 'c_std=c99'])\nif "
            + condition
            + "\nlibrary('x', 'a.c')\nelse\nlibrary('x', 'b.c')\nendif";
    assertEquals(holds ? "a.c" : "b.c", compiled(text, flag));
  }

  @Test
  void whatOnlyMesonKnowsHidesNothingElse() {
    assertEquals(
        "a.c b.c",
        compiled("x = gnome.compile_resources('r')\nx += files('a.c')\nlibrary('x', x + ['b.c'])"));
    assertEquals("a.c", compiled("library('x', kwargs: {'sources': 'a.c'})"));
    assertEquals("a.c", compiled("py = import('python')\npy.extension_module('x', 'a.c')"));
    assertEquals("a.c", compiled("x = 'a.c'\n" + "x = [x]\n".repeat(40) + "library('x', x)\n"));
  }

  @Test
  void whatIsDisabledIsNotBuilt() {
    String absent = "d = dependency('gtk', required: false, disabler: true)\n";
    assertEquals(
        "b.c",
        compiled(
            absent
                + "x = library('x', 'a.c', dependencies: [d])\n"
                + "executable('y', 'src/c.c', link_with: x)\nexecutable('z', 'b.c')"));
    files.put(Path.of("src/meson.build"), "library('x', 'c.c')");
    String found = "subdir('src', if_found: dependency('gtk', required: %s))";
    assertEquals("", compiled(found.formatted("false")));
    assertEquals("src/c.c", compiled(found.formatted("true")));
  }

  @Test
  void partsOfWhatIsNotBuiltByDefaultAreBuiltForOthers() {
    String library = "x = both_libraries('x', 'a.c', build_by_default: false)\n";
    assertEquals(
        "a.c b.c", compiled(library + "library('y', 'b.c', objects: x.extract_all_objects())"));
    assertEquals(
        "a.c b.c", compiled(library + "library('y', 'b.c', link_with: x.get_static_lib())"));
  }

  @Test
  void whatIsMadeOfGrammarsIsCompiled() {
    ImmutableSet<Path> grammars = ImmutableSet.of(Path.of("p.y"), Path.of("s.l"), Path.of("a.c"));
    files.put(
        Path.of("meson.build"),
        "p = custom_target('p', input: ['p.y', 'a.c'], output: 'p.c')\n"
            + "g = generator(find_program('flex'), output: 'x')\nlibrary('x', p, g.process('s.l'))");
    assertEquals(
        ImmutableMultiset.of(Path.of("p.y"), Path.of("s.l")),
        MesonProject.run(files, grammars, List.of()).compiled().orElseThrow());
  }

  /** As of zstd, which other tools build as well. */
  @Test
  void theTopmostFileLeads() {
    files.put(Path.of("build/meson_options.txt"), "option('x', type: 'string', value: 'c')");
    files.put(Path.of("build/meson.build"), "library('x', '../src' / get_option('x') + '.c')");
    files.put(Path.of("build/lib/meson.build"), "library('x', '../../a.c')");
    assertEquals(
        ImmutableMultiset.of(Path.of("src/c.c")),
        MesonProject.run(files, Compiled.SOURCES, List.of()).compiled().orElseThrow());
  }

  @Test
  void whatIsMadeOfSourcesIsLinked() {
    assertEquals(2, run("library('x', 'a.c')\nexecutable('y', 'b.c')\nexecutable('z')").links());
    assertEquals(0, run("executable('z')").links());
  }

  @Test
  void theFirstConditionThatHoldsCounts() {
    String text =
        "if x == 'one'\nlibrary('x', 'a.c')\nelif x == 'two'\nif false\nelse\nendif\nlibrary('x', 'b.c')\n"
            + "elif true\nlibrary('x', 'src/c.c')\nelse\nlibrary('x', 'src/d.cc')\nendif";
    assertEquals("a.c", compiled("x = 'one'\n" + text));
    assertEquals("b.c", compiled("x = 'two'\n" + text));
    assertEquals("src/c.c", compiled("x = 'three'\n" + text));
  }

  @Test
  void loopsHaveATurnForEachElement() {
    assertEquals(
        "a.c b.c",
        compiled("foreach f : ['a', 'b']\n  executable(f, f + '.c')\nendforeach # done\n"));
    assertEquals(
        "a.c src/c.c",
        compiled("foreach n, f : {'x': 'a.c', 'y': 'src/c.c'}\nexecutable(n, f)\nendforeach"));
    assertEquals(
        "b.c",
        compiled(
            "foreach f : ['a', 'b', 'c']\nif f == 'a'\ncontinue\nelif f == 'c'\nbreak\nendif\n"
                + "executable(f, f + '.c')\nendforeach\nexecutable('z')"));
    assertEquals(
        "b.c",
        compiled("foreach t : [['x', ['a.c', 'b.c']]]\nexecutable(t[0], t[1][1])\nendforeach"));
    assertEquals(
        "a.c", compiled("foreach f : 'a.c'\nexecutable(f, f)\nendforeach\nlibrary('x', 'a.c')"));
  }

  @Test
  void whatIsTriedOutIsCountedOnce() {
    String checks =
        "cc = meson.get_compiler('c')\nforeach h : ['a.h', 'b.h', 'a.h']\ncc.has_header(h)\nendforeach\n"
            + "cc.links('int main;', name: 'works')\ncc.has_argument('-x')\n"
            + "cc.get_supported_arguments('-y')\ncc.get_id()\n";
    assertEquals(5, run(checks).checks());
    assertEquals(
        2, run("cc = meson.get_compiler('c')\ncc.has_multi_arguments('-a', '-b', '-a')").checks());
    assertEquals(0, run("if false\n" + checks + "endif").checks());
  }

  /** What comes before is understood. */
  @ParameterizedTest
  @ValueSource(
      strings = {"library('y', 'b.c'", "x = 'y", "if true", "= 3", "library(]", "1 = 2", "]"})
  void whatCannotBeUnderstoodEndsIt(String text) {
    assertEquals("a.c", compiled("library('x', 'a.c')\n" + text));
  }

  @Test
  void linesGoOnInBracketsAndAfterBackslashes() {
    assertEquals(
        "a.c b.c",
        compiled(
            "library(\r\n  'x', # one\r\n  [\r\n'a.c',\r\n ],)\r\nx = 'b' + \\\n'.c'\nlibrary('y', x)"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void hostileFilesEndInTime(String text) {
    files.put(
        Path.of("src/meson.build"),
        "foreach i : [1]\n".repeat(90) + "subdir('..')\nsubdir('deep')");
    assertEquals("a.c", compiled("library('x', 'a.c')\n" + text));
  }

  static Stream<String> hostile() {
    String nested = "a";
    for (int i = 0; i < 49; i++) {
      nested = "(" + nested + ")" + ".f()".repeat(100) + " * 1".repeat(100) + " and a".repeat(100);
    }
    String doubled = "x = 'a'\n" + "x = x + x\n".repeat(16);
    return Stream.of(
        "x = 'a'\n" + "x = x + x\n".repeat(100),
        "x = ['a']\n" + "x = x + x\n".repeat(100),
        "x = ['a']\n" + "x = [x, x]\n".repeat(10_000) + "library('y', x)",
        "x = {'k': 'a'}\n" + "x = {'k': x, 'l': x}\n".repeat(10_000) + "x == x",
        "x = declare_dependency(sources: 'b.c')\n"
            + "x = declare_dependency(dependencies: [x, x, x])\n".repeat(1000),
        "x = " + "(".repeat(100_000),
        "x = " + "not ".repeat(100_000),
        "x = 1" + " + 1".repeat(100_000),
        "x = " + nested,
        "foreach i : [1]\n".repeat(90) + "subdir('src')\n" + "endforeach\n".repeat(90),
        "'1'.version_compare('" + " ".repeat(100_000) + "x y')",
        doubled + "x.replace('a', x)\nx.split('a')\nx.contains(x + 'b')\nx.join(x.split('a'))",
        "cc = meson.get_compiler('c')\n"
            + doubled
            + "l = [x]\n"
            + "l = l + l\n".repeat(12)
            + "cc.has_header(l)\njoin_paths(l)",
        "l = ['a']\n"
            + "l = l + l\n".repeat(9)
            + "d = []\nforeach i : l\nforeach j : l\nd += 'a'\nendforeach\nendforeach",
        "l = ['"
            + "a/".repeat(240)
            + "../".repeat(240)
            + "']\n"
            + "l = l + l\n".repeat(18)
            + "library('y', l)",
        "x = range(1000000000)\nforeach i : x\nforeach j : x\nk = i * j\nendforeach\nendforeach");
  }

  /** Whatever words there are, and however few. */
  @Property(tries = 2000)
  void anythingIsRun(@ForAll @Size(max = 12) List<Integer> choices) {
    List<String> words =
        Splitter.on(' ')
            .splitToList(
                "'a_b'.split('_') 'a'.version_compare('>1') [1].get(0) if else endif foreach endforeach : , ( ) [ ] { } . ? = += == + - * / % not and or in 'a.c' f'@x@' x"
                    + " 3 library( files( get_option( cc. dependency( declare_dependency( set_variable( get_variable("
                    + " subdir( join_paths( format( split( join( version_compare( get( keys( \n '''");
    StringBuilder text = new StringBuilder("cc = meson.get_compiler('c')\nx = ['a', {'k': 1}]\n");
    for (int choice : choices) {
      text.append(words.get(Math.floorMod(choice, words.size()))).append(' ');
    }
    assertNotNull(run(text.toString()));
  }
}
