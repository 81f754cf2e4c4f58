package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/**
 * What is written in a {@code meson.build}.
 *
 * @see <a href="https://mesonbuild.com/Syntax.html">Syntax of Meson</a>
 */
final class MesonSyntax {
  private MesonSyntax() {}

  /** What has a value. */
  sealed interface Expression {}

  /** A string, a number or a boolean. */
  record Constant(MesonValue value) implements Expression {}

  /** A string in which names between two {@code @} stand for their values. */
  record Format(String text) implements Expression {}

  /** A variable. */
  record Name(String name) implements Expression {}

  /** A list, in brackets. */
  record Elements(ImmutableList<Expression> elements) implements Expression {}

  /**
   * A dictionary, in braces.
   *
   * @param entries keys, each followed by its value
   */
  record Entries(ImmutableList<Expression> entries) implements Expression {}

  /**
   * An operator with what it is used on: {@code ?} with three, {@code not} and {@code negative}
   * with one, {@code []} and all others with two.
   */
  record Operation(String operator, ImmutableList<Expression> operands) implements Expression {}

  /**
   * A function that is called.
   *
   * @param keywords arguments by their names
   */
  record Call(
      String function,
      ImmutableList<Expression> arguments,
      ImmutableMap<String, Expression> keywords)
      implements Expression {}

  /** A method that is called of a value. */
  record MethodCall(Expression of, Call call) implements Expression {}

  /** What is done. */
  sealed interface Statement {}

  /** A variable is given a value, or more of it. */
  record Assignment(String name, boolean isMore, Expression value) implements Statement {}

  /** An expression for what it does. */
  record Evaluation(Expression expression) implements Statement {}

  /** The first of these whose condition is met. */
  record Choice(ImmutableList<Branch> branches) implements Statement {}

  /** One of several ways. */
  record Branch(Expression condition, ImmutableList<Statement> body) {}

  /** For each element of a list, or for each key and value of a dictionary. */
  record Loop(ImmutableList<String> names, Expression of, ImmutableList<Statement> body)
      implements Statement {}

  /** The rest of the turn is left out, or of the loop. */
  record Leave(Jump to) implements Statement {}
}
