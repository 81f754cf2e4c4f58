package dev.crossplan.planner.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.instance.SourceCode;
import dev.crossplan.planner.instance.Trait;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CodeWorkTest {
  private static final SourceCode CODE = new SourceCode(20, 5, 400_000, 300_000, 40);

  private static double configuring(SourceCode code, Trait... traits) {
    return CodeWork.of(code, Set.of(traits)).configuring();
  }

  @Test
  void whatABuildSystemFindsOutTakesTime() {
    SourceCode longer = new SourceCode(20, 5, 400_000, 600_000, 40);
    SourceCode asksMore = new SourceCode(20, 5, 400_000, 300_000, 80);
    assertEquals(2 * configuring(CODE), configuring(longer), 1e-9);
    assertEquals(configuring(CODE), configuring(asksMore));
    assertEquals(configuring(CODE, Trait.CMAKE), configuring(longer, Trait.CMAKE));
    double more = configuring(asksMore, Trait.CMAKE) - configuring(CODE, Trait.CMAKE);
    assertTrue(more > 1 && more < 5, () -> "40 checks: " + more);
    assertEquals(0, configuring(CODE, Trait.UNCONFIGURED));
    assertTrue(configuring(CODE, Trait.AUTORECONF) > configuring(CODE));
  }

  @Test
  void theLibraryOfCxxTakesLongerThanAFileOfC() {
    CodeWork plain = CodeWork.of(new SourceCode(20, 0, 400_000, 0, 0), Set.of());
    CodeWork work = CodeWork.of(CODE, Set.of(Trait.UNCONFIGURED));
    assertEquals(plain.startingCompilers(), work.startingCompilers());
    assertEquals(plain.seconds() + work.readingHeaders(), work.seconds(), 1e-9);
    assertTrue(work.readingHeaders() > work.startingCompilers());
  }
}
