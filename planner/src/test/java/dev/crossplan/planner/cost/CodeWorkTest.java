package dev.crossplan.planner.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.instance.Trait;
import dev.crossplan.planner.source.SourceCode;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CodeWorkTest {
  private static final SourceCode CODE = new SourceCode(20, 5_000, 0, 140, false, false);
  private static final SourceCode LIBTOOL = new SourceCode(20, 5_000, 0, 140, true, true);

  private static CodeWork work(SourceCode code, Trait... traits) {
    return CodeWork.of(code, Set.of(traits));
  }

  @Test
  void whatABuildSystemFindsOutTakesTime() {
    SourceCode asksMore = new SourceCode(20, 5_000, 0, 240, false, false);
    double ofScript = work(asksMore).configuring() - work(CODE).configuring();
    assertTrue(ofScript > 1 && ofScript < 3, () -> "100 checks of a script: " + ofScript);
    double ofCmake =
        work(asksMore, Trait.CMAKE).configuring() - work(CODE, Trait.CMAKE).configuring();
    assertTrue(ofCmake > 3 && ofCmake < 15, () -> "100 checks of CMake: " + ofCmake);
    double ofMeson =
        work(asksMore, Trait.MESON).configuring() - work(CODE, Trait.MESON).configuring();
    assertTrue(ofMeson > 1 && ofMeson < 4, () -> "100 checks of Meson: " + ofMeson);
    assertEquals(0, work(CODE, Trait.UNCONFIGURED).configuring());
    assertTrue(work(CODE, Trait.AUTORECONF).configuring() > work(CODE).configuring());
    assertEquals(0, work(new SourceCode(20, 5_000, 0, 0, false, false)).configuring());
  }

  @Test
  void libtoolTakesTimeForEachFile() {
    assertEquals(0, work(CODE).byLibtool());
    assertTrue(work(LIBTOOL).byLibtool() > work(LIBTOOL).startingCompilers());
    assertEquals(0, work(LIBTOOL, Trait.UNCONFIGURED).byLibtool());
  }

  @Test
  void twoLibrariesAreCompiledTwice() {
    assertEquals(0, work(CODE).again());
    CodeWork twice = work(LIBTOOL);
    double once = twice.startingCompilers() + twice.compiling();
    assertTrue(twice.again() > 0.5 * once && twice.again() < once, twice::toString);
    assertEquals(0, work(LIBTOOL, Trait.UNCONFIGURED).again());
    SourceCode ofCmake = new SourceCode(20, 5_000, 0, 0, false, true);
    assertTrue(work(ofCmake, Trait.CMAKE).again() > 0);
  }

  @Test
  void theLibraryOfCxxTakesLongerThanAFileOfC() {
    CodeWork work = work(new SourceCode(20, 5_000, 400_000, 140, false, false));
    assertEquals(work(CODE).seconds() + work.readingHeaders(), work.seconds(), 1e-9);
    assertTrue(work.readingHeaders() > work.startingCompilers());
    CodeWork ofCmake = work(new SourceCode(20, 5_000, 400_000, 140, false, false), Trait.CMAKE);
    assertTrue(ofCmake.readingHeaders() > work.readingHeaders());
  }
}
