package dev.crossplan.planner.rebuild;

import com.google.common.collect.ImmutableSortedSet;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A derivation that has to be built anew.
 *
 * @param derivation as it is now
 * @param before what it was; empty if it is new
 * @param differences the attributes in which it differs from what it was, but for inputs that
 *     changed themselves; empty unless it changed by itself
 * @param because the nearest other change without which it would not be built anew; empty if it
 *     changed by itself, is new, or follows from several that have none in common
 * @param branch how many derivations, itself among them, would not be built anew if it were as
 *     before
 * @param alone how many would not without this change alone: as many, but none where it changed by
 *     itself and an input of it is built anew too
 * @param seconds that building it takes at least, on a builder of speed 1; 0 where it is
 *     substituted
 * @param isSubstituted whether a substituter has it, so that it is not built anew at all
 * @param lostSubstitute whether what it was can be substituted and it cannot
 */
public record Change(
    int derivation,
    OptionalInt before,
    Kind kind,
    ImmutableSortedSet<String> differences,
    OptionalInt because,
    int branch,
    int alone,
    double seconds,
    boolean isSubstituted,
    boolean lostSubstitute) {

  /** Whether it would be built anew without its own change, as an input of it is. */
  public boolean isAnyway() {
    return alone == 0;
  }

  /** Why it has to be built anew. */
  public enum Kind {
    /** Something that it says itself is other than before. */
    ITSELF,
    /** There was no such derivation. */
    NEW,
    /** With the inputs of before it would be what it was. */
    INPUTS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
