package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NixMessageTest {
  /** nix-eval-jobs 2.8, of {@code filterSource (path: type: 1) ./.} in a file that is traced. */
  @Test
  void aPlaceInCrossplansOwnFileIsNone() {
    assertEquals(
        "value is an integer while a Boolean was expected",
        NixMessage.shorten(
            """
            error: value is an integer while a Boolean was expected

                   at /tmp/crossplan1/tracing2/traced.nix:57:5:

                       56|   leftOut = root: filter: path: type:
                       57|     if filter path type then true else say "left" (toString (stringLength root)) "${type} ${path}" false;
                         |     ^
                       58|
            """));
  }

  /** {@code nix-instantiate --eval --expr 'import ./bad.nix'} of Nix 2.8.0. */
  @Test
  void theReasonIsGivenWithItsPlace() {
    assertEquals(
        "syntax error, unexpected ';' (/tmp/bad.nix:1:7)",
        NixMessage.shorten(
            """
            error: syntax error, unexpected ';'

                   at /tmp/bad.nix:1:7:
            """));
  }

  /**
   * What the expression itself is called is no place for a user. {@code {a = 1;}.b.c}, Nix 2.8.0.
   */
  @Test
  void whereTheExpressionIsCrossplansOwnThereIsNoPlace() {
    assertEquals(
        "attribute 'b' missing",
        NixMessage.shorten(
            """
            error: attribute 'b' missing

                   at «string»:1:1:

                        1| {a = 1;}.b.c
                         | ^
                   Did you mean a?
            """));
  }

  /** Since 2.19 the calls stand before the reason; as in the manual, "Error messages". */
  @Test
  void theReasonIsTheLast() {
    assertEquals(
        "attribute 'nothing' missing (/tmp/bad.nix:3:17)",
        NixMessage.shorten(
            """
            error:
                   … while evaluating the attribute 'x'
                     at /tmp/other.nix:9:1:

                   … while calling the 'deepSeq' builtin

                   (stack trace truncated; use '--show-trace' to show the full, detailed trace)

                   error: attribute 'nothing' missing
                   at /tmp/bad.nix:3:17:
                        2|   a = 1;
                        3|   noAttribute = prev.zlib.nothing.of.that;
            """));
  }

  /** Nix 2.8.0 without a network. */
  @Test
  void warningsBeforeItAreLeftOut() {
    assertEquals(
        "unable to download 'https://api.github.com/x': Couldn't resolve host name (6)",
        NixMessage.shorten(
            """
            warning: error: unable to download 'https://api.github.com/x': Couldn't resolve host name (6); retrying in 315 ms
            error: unable to download 'https://api.github.com/x': Couldn't resolve host name (6)
            (use '--show-trace' to show detailed location information)
            """));
  }

  @Test
  void coloursAndControlCharactersAreLeftOut() {
    assertEquals("a b", NixMessage.shorten("\u001B[31;1merror:\u001B[0m a\u0007b\n"));
  }

  @Test
  void whatHasNoReasonIsItsFirstLine() {
    assertEquals("it does not evaluate", NixMessage.shorten("\nit does not evaluate\nmore\n"));
    assertEquals("", NixMessage.shorten(""));
  }

  @Test
  void longReasonsAreCut() {
    assertEquals(300, NixMessage.shorten("error: " + "x".repeat(100_000)).length());
  }
}
