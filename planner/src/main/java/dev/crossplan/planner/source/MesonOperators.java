package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.source.MesonValue.Array;
import dev.crossplan.planner.source.MesonValue.Dictionary;
import dev.crossplan.planner.source.MesonValue.Text;
import dev.crossplan.planner.source.MesonValue.Truth;
import dev.crossplan.planner.source.MesonValue.Whole;
import java.util.LinkedHashMap;
import java.util.Map;

/** The operators of Meson that have two operands, whatever these are. */
final class MesonOperators {
  private MesonOperators() {}

  static MesonValue apply(String operator, MesonValue left, MesonValue right) {
    return switch (operator) {
      case "[]" -> MesonMethods.call(left, "get", MesonArguments.of(right));
      case "==" -> new Truth(MesonMethods.isSame(left, right));
      case "!=" -> new Truth(!MesonMethods.isSame(left, right));
      case "in" ->
          MesonMethods.call(
              right, right instanceof Dictionary ? "has_key" : "contains", MesonArguments.of(left));
      case "+" -> sum(left, right);
      case "/" ->
          left instanceof Text && right instanceof Text
              ? MesonValue.text(SourcePaths.joined(left.words(), right.words()))
              : arithmetic(operator, left, right);
      default -> arithmetic(operator, left, right);
    };
  }

  /** One after the other, or added up. */
  static MesonValue sum(MesonValue left, MesonValue right) {
    if (left instanceof Array || right instanceof Array) {
      // Of a list that only Meson itself knows, the rest counts nevertheless.
      return MesonValue.array(
          ImmutableList.<MesonValue>builder()
              .addAll(left instanceof Array array ? array.elements() : ImmutableList.of(left))
              .addAll(right instanceof Array array ? array.elements() : ImmutableList.of(right))
              .build());
    } else if (left instanceof Dictionary dictionary && right instanceof Dictionary more) {
      Map<String, MesonValue> all = new LinkedHashMap<>(dictionary.entries());
      all.putAll(more.entries());
      return MesonValue.dictionary(all);
    } else if (left instanceof Text && right instanceof Text) {
      return MesonValue.text(left.words() + right.words());
    }
    return arithmetic("+", left, right);
  }

  private static MesonValue arithmetic(String operator, MesonValue left, MesonValue right) {
    if (!(left instanceof Whole one && right instanceof Whole other)) {
      return MesonValue.unknown();
    }
    long a = one.number();
    long b = other.number();
    return switch (operator) {
      case "+" -> new Whole(a + b);
      case "-" -> new Whole(a - b);
      case "*" -> new Whole(a * b);
      case "/" -> b == 0 ? MesonValue.unknown() : new Whole(a / b);
      case "%" -> b == 0 ? MesonValue.unknown() : new Whole(a % b);
      case "<" -> new Truth(a < b);
      case "<=" -> new Truth(a <= b);
      case ">" -> new Truth(a > b);
      case ">=" -> new Truth(a >= b);
      default -> MesonValue.unknown();
    };
  }
}
