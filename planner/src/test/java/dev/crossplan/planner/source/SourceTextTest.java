package dev.crossplan.planner.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTextTest {
  @ParameterizedTest
  @CsvSource({
    "'a; b;', 2",
    "'a; // b; c;', 1",
    "'a; /* b;\n c; */ d;', 2",
    "'a = \";;\"; b = '';'';', 2",
    "'a = \"\\\";;;\";', 1",
    "'a = 1''000; b;\nc;', 3",
    "'f(x: &''a str) { let y: &''a str = x; g(y); }', 2",
    "'/* never closed; \na;', 1",
    "'a = \"never closed; ', 0",
    "'', 0"
  })
  void statementsEndWithSemicolons(String text, int statements) {
    assertEquals(statements, SourceText.of(text, "c").statements());
  }

  @ParameterizedTest
  @CsvSource({
    "'int a; f();', 0",
    "'int f(void) { a; if (b) { c; } d; }\nint e;', 3",
    "'struct s { int a; int (*f)(void); }; union { int b; };', 0",
    "'extern \"C\" {\nint f(void);\nint g()\n{\n  return 1;\n}\nint b;\n}', 1",
    "'struct s { int a; int get() { return a; } int b; };', 1",
    "'}}} int f() { a; } int b;', 1"
  })
  void statementsOfFunctionsAreInTheirBodies(String text, int statements) {
    assertEquals(statements, SourceText.of(text, "h").statementsOfFunctions());
  }

  @Test
  void linesAreThoseWithCode() {
    String text = "\n// one\nint a; // two\n/* three\n four */\n  \nint b;\nint c;";
    assertEquals(3, SourceText.of(text, "c").lines());
    assertEquals(3, SourceText.of(text, "go").statements());
    assertEquals(2, SourceText.of("a = 1'000;\nb;\n", "cc").lines());
  }

  @Test
  void includesAreFoundAtTheBeginningOfLines() {
    String text = "#include <a/b.h>\n  # include \"c.h\" // why\nint i; #include <d.h>\n";
    assertEquals(ImmutableSet.of("a/b.h", "c.h"), SourceText.of(text, "c").includes());
  }

  /** Whatever a source is, it is read to its end, and nothing is counted twice. */
  @Property
  void hostileTextIsRead(
      @ForAll @CharRange(from = '"', to = '/') @CharRange(from = ';', to = ';') String text) {
    long semicolons = text.chars().filter(c -> c == ';').count();
    SourceText read = SourceText.of(text.replace('-', '\n').replace(',', '\\'), "c");
    assertTrue(read.statements() <= semicolons, read::toString);
    assertTrue(read.statementsOfFunctions() <= read.statements(), read::toString);
    assertTrue(read.lines() <= text.length(), read::toString);
  }
}
