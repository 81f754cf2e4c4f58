package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.source.MesonSyntax.Assignment;
import dev.crossplan.planner.source.MesonSyntax.Branch;
import dev.crossplan.planner.source.MesonSyntax.Call;
import dev.crossplan.planner.source.MesonSyntax.Choice;
import dev.crossplan.planner.source.MesonSyntax.Constant;
import dev.crossplan.planner.source.MesonSyntax.Elements;
import dev.crossplan.planner.source.MesonSyntax.Entries;
import dev.crossplan.planner.source.MesonSyntax.Evaluation;
import dev.crossplan.planner.source.MesonSyntax.Expression;
import dev.crossplan.planner.source.MesonSyntax.Format;
import dev.crossplan.planner.source.MesonSyntax.Leave;
import dev.crossplan.planner.source.MesonSyntax.Loop;
import dev.crossplan.planner.source.MesonSyntax.MethodCall;
import dev.crossplan.planner.source.MesonSyntax.Name;
import dev.crossplan.planner.source.MesonSyntax.Operation;
import dev.crossplan.planner.source.MesonSyntax.Statement;
import dev.crossplan.planner.source.MesonTokens.Kind;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a {@code meson.build}. */
final class MesonParser {
  /** Of what holds what, and of operators in a row; nobody writes more. */
  private static final int DEEPEST = 100;

  private static final ImmutableSet<String> COMPARISONS =
      ImmutableSet.of("==", "!=", "<", "<=", ">", ">=", "in");

  private static final ImmutableSet<String> SUMS = ImmutableSet.of("+", "-");

  private static final ImmutableSet<String> PRODUCTS = ImmutableSet.of("*", "/", "%");

  private final MesonTokens tokens;
  private int depth;

  private MesonParser(String text) {
    this.tokens = new MesonTokens(text);
  }

  /** The statements of a file, up to the first that cannot be understood. */
  static ImmutableList<Statement> parse(String text) {
    MesonParser parser = new MesonParser(text);
    ImmutableList.Builder<Statement> statements = ImmutableList.builder();
    try {
      parser.tokens.next();
      while (parser.tokens.kind() != Kind.END) {
        if (!parser.tokens.takeLineEnd()) {
          statements.add(parser.statement());
        }
      }
    } catch (ParseException e) {
      return statements.build();
    }
    return statements.build();
  }

  private Statement statement() throws ParseException {
    if (tokens.takeWord("if")) {
      return choice();
    } else if (tokens.takeWord("foreach")) {
      return loop();
    } else if (tokens.takeWord("continue")) {
      return new Leave(Jump.CONTINUE);
    } else if (tokens.takeWord("break")) {
      return new Leave(Jump.BREAK);
    }
    Expression expression = expression();
    boolean isMore = tokens.take("+=");
    if (isMore || tokens.take("=")) {
      if (!(expression instanceof Name name)) {
        throw tokens.problem();
      }
      return new Assignment(name.name(), isMore, expression());
    }
    return new Evaluation(expression);
  }

  private Choice choice() throws ParseException {
    ImmutableList.Builder<Branch> branches = ImmutableList.builder();
    do {
      branches.add(new Branch(expression(), block()));
    } while (tokens.takeWord("elif"));
    if (tokens.takeWord("else")) {
      branches.add(new Branch(new Constant(new MesonValue.Truth(true)), block()));
    }
    tokens.expectWord("endif");
    return new Choice(branches.build());
  }

  private Loop loop() throws ParseException {
    ImmutableList.Builder<String> names = ImmutableList.builder();
    do {
      names.add(tokens.word());
    } while (tokens.take(","));
    tokens.expect(":");
    Expression of = expression();
    ImmutableList<Statement> body = block();
    tokens.expectWord("endforeach");
    return new Loop(names.build(), of, body);
  }

  /** Up to a word that ends it. */
  private ImmutableList<Statement> block() throws ParseException {
    ImmutableList.Builder<Statement> body = ImmutableList.builder();
    deeper();
    while (!tokens.isWord("elif")
        && !tokens.isWord("else")
        && !tokens.isWord("endif")
        && !tokens.isWord("endforeach")) {
      if (!tokens.takeLineEnd()) {
        body.add(statement());
      }
    }
    depth--;
    return body.build();
  }

  private void deeper() throws ParseException {
    depth++;
    if (depth > DEEPEST || tokens.kind() == Kind.END) {
      throw tokens.problem();
    }
  }

  private Expression expression() throws ParseException {
    deeper();
    Expression condition = alternatives();
    if (tokens.take("?")) {
      Expression met = expression();
      tokens.expect(":");
      condition = operation("?", condition, met, expression());
    }
    depth--;
    return condition;
  }

  private Expression alternatives() throws ParseException {
    Expression all = conjunction();
    for (int i = 0; tokens.takeWord("or"); i++) {
      all = operation("or", all, limited(i, conjunction()));
    }
    return all;
  }

  private Expression conjunction() throws ParseException {
    Expression all = comparison();
    for (int i = 0; tokens.takeWord("and"); i++) {
      all = operation("and", all, limited(i, comparison()));
    }
    return all;
  }

  private Expression comparison() throws ParseException {
    Expression left = sum();
    if (tokens.takeWord("not")) {
      tokens.expectWord("in");
      return operation("not", operation("in", left, sum()));
    }
    String operator = tokens.takeOneOf(COMPARISONS);
    return operator.isEmpty() ? left : operation(operator, left, sum());
  }

  private Expression sum() throws ParseException {
    Expression all = product();
    String operator = tokens.takeOneOf(SUMS);
    for (int i = 0; !operator.isEmpty(); i++) {
      all = operation(operator, all, limited(i, product()));
      operator = tokens.takeOneOf(SUMS);
    }
    return all;
  }

  private Expression product() throws ParseException {
    Expression all = sign();
    String operator = tokens.takeOneOf(PRODUCTS);
    for (int i = 0; !operator.isEmpty(); i++) {
      all = operation(operator, all, limited(i, sign()));
      operator = tokens.takeOneOf(PRODUCTS);
    }
    return all;
  }

  private Expression sign() throws ParseException {
    deeper();
    Expression signed;
    if (tokens.takeWord("not")) {
      signed = operation("not", sign());
    } else if (tokens.take("-")) {
      signed = operation("negative", sign());
    } else {
      signed = withWhatFollows(simple());
    }
    depth--;
    return signed;
  }

  private Expression withWhatFollows(Expression first) throws ParseException {
    Expression all = first;
    for (int i = 0; true; i++) {
      if (tokens.take(".")) {
        Call call = call(tokens.word());
        all = new MethodCall(all, call);
      } else if (tokens.take("[")) {
        all = operation("[]", all, expression());
        tokens.expect("]");
      } else {
        return all;
      }
      all = limited(i, all);
    }
  }

  private Expression simple() throws ParseException {
    String text = tokens.text();
    Kind kind = tokens.kind();
    tokens.next();
    return switch (kind) {
      case STRING -> new Constant(new MesonValue.Text(text));
      case FORMAT -> new Format(text);
      case NUMBER -> new Constant(new MesonValue.Whole(number(text)));
      case WORD -> named(text);
      case SIGN -> enclosed(text);
      case LINE_END, END -> throw tokens.problem();
    };
  }

  private long number(String text) throws ParseException {
    try {
      return switch (text.substring(0, Math.min(2, text.length()))) {
        case "0b" -> Long.parseLong(text.substring(2), 2);
        case "0o" -> Long.parseLong(text.substring(2), 8);
        default -> Long.decode(text);
      };
    } catch (NumberFormatException e) {
      throw tokens.problem();
    }
  }

  private Expression named(String word) throws ParseException {
    if (word.equals("true") || word.equals("false")) {
      return new Constant(new MesonValue.Truth(word.equals("true")));
    }
    return tokens.is("(") ? call(word) : new Name(word);
  }

  private Expression enclosed(String sign) throws ParseException {
    switch (sign) {
      case "(" -> {
        Expression inner = expression();
        tokens.expect(")");
        return inner;
      }
      case "[" -> {
        ImmutableList.Builder<Expression> elements = ImmutableList.builder();
        while (!tokens.take("]")) {
          elements.add(expression());
          separated("]");
        }
        return new Elements(elements.build());
      }
      case "{" -> {
        ImmutableList.Builder<Expression> entries = ImmutableList.builder();
        while (!tokens.take("}")) {
          entries.add(expression());
          tokens.expect(":");
          entries.add(expression());
          separated("}");
        }
        return new Entries(entries.build());
      }
      default -> throw tokens.problem();
    }
  }

  private void separated(String end) throws ParseException {
    if (!tokens.take(",") && !tokens.is(end)) {
      throw tokens.problem();
    }
  }

  private Call call(String function) throws ParseException {
    ImmutableList.Builder<Expression> arguments = ImmutableList.builder();
    Map<String, Expression> keywords = new LinkedHashMap<>();
    tokens.expect("(");
    while (!tokens.take(")")) {
      Expression argument = expression();
      if (argument instanceof Name name && tokens.take(":")) {
        keywords.put(name.name(), expression());
      } else {
        arguments.add(argument);
      }
      separated(")");
    }
    return new Call(function, arguments.build(), ImmutableMap.copyOf(keywords));
  }

  private static Operation operation(String operator, Expression... operands) {
    return new Operation(operator, ImmutableList.copyOf(operands));
  }

  /** What is taken to pieces again calls itself for each of a row. */
  private Expression limited(int count, Expression expression) throws ParseException {
    if (count > DEEPEST) {
      throw tokens.problem();
    }
    return expression;
  }
}
