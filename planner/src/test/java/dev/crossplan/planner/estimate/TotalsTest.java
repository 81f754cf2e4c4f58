package dev.crossplan.planner.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.estimate.Totals.Charge;
import dev.crossplan.planner.instance.Builder;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What a course comes to where not all is known of its builders. */
class TotalsTest {
  private static final Builder PRICED = Steps.builder("desk", 1, 3600, 1000);
  private static final Builder SILENT = Steps.builder("board", 1, 0, 0).with(Builder.Upkeep.NONE);

  /** A step of 100 s on one and of 200 s on the other; 0 is none. */
  private static Totals totals(double onPriced, double onSilent) {
    return Totals.of(
        new double[] {0, 0},
        new double[] {onPriced, onSilent},
        ImmutableList.of(use(PRICED, onPriced), use(SILENT, onSilent)));
  }

  private static BuilderUse use(Builder builder, double seconds) {
    return new BuilderUse(builder, seconds > 0 ? 1 : 0, seconds, seconds, seconds);
  }

  @Test
  void whereABuilderOfUnknownPriceWorksItIsSoMuchAtLeast() {
    Totals totals = totals(100, 200);
    assertEquals(100, totals.money(), 1e-9);
    assertEquals(ImmutableSet.of(Charge.MONEY, Charge.KILOWATT_HOURS), totals.atLeast());
    assertEquals(OptionalDouble.empty(), totals.knownMoney());
    assertEquals(ImmutableSet.of(), totals(100, 0).atLeast());
  }

  @Test
  void whatIsSavedIsUnknownIfEitherIs() {
    Totals known = totals(300, 0);
    Totals unknown = totals(100, 200);
    for (Totals.Saved saved :
        ImmutableList.of(known.less(unknown), unknown.less(known), unknown.less(unknown))) {
      assertEquals(OptionalDouble.empty(), saved.money());
      assertEquals(OptionalDouble.empty(), saved.kilowattHours());
    }
    assertEquals(0, known.less(unknown).builderSeconds(), 1e-9);
    assertEquals(OptionalDouble.of(200), known.less(totals(100, 0)).money());
  }
}
