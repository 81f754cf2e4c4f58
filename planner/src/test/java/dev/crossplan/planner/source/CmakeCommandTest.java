package dev.crossplan.planner.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.crossplan.planner.source.CmakeCommand.Argument;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;

class CmakeCommandTest {
  private static String arguments(String text) {
    return CmakeCommand.parse(text).stream()
        .flatMap(command -> command.arguments().stream())
        .map(Argument::text)
        .collect(Collectors.joining("|"));
  }

  @Test
  void namesAreInSmallLettersAndArgumentsApart() {
    List<CmakeCommand> commands =
        CmakeCommand.parse("Set (A b)\nmessage(\"x y\"\n\tz)#end(c)\nendif()\nproject(p)");
    assertEquals(
        List.of("set", "message", "project"), commands.stream().map(CmakeCommand::name).toList());
    assertEquals("A|b|x y|z|p", arguments("Set (A b)\nmessage(\"x y\"\n\tz)#end(c)\nproject(p)"));
  }

  @Test
  void argumentsAreQuotedBracketedOrPlain() {
    assertEquals("a\\\"b|c", arguments("f(\"a\\\"b\" c)"));
    assertEquals("a ${b}\n)|d", arguments("f([==[a ${b}\n)]==] d)"));
    assertEquals("-Da=\"b c\"|d", arguments("f(-Da=\"b c\" d # no (\n)"));
    assertEquals("NOT|(|a|OR|b|)", arguments("f(NOT (a OR b))"));
    assertEquals("a|b", arguments("f(a #[[ c ) ]] b)"));
    assertEquals(
        List.of(
            new Argument("a", true, false),
            new Argument("b", true, true),
            new Argument("c", false, false)),
        CmakeCommand.parse("f(\"a\" [[b]] c)").get(0).arguments());
  }

  @Test
  void blocksHoldWhatIsInThem() {
    List<CmakeCommand> commands =
        CmakeCommand.parse("if(A)\nforeach(x)\nf(y)\nendforeach()\nelse()\ng()\nendif(A)\nh()");
    assertEquals(2, commands.size());
    assertEquals(
        List.of("foreach", "else", "g"),
        commands.get(0).body().stream().map(CmakeCommand::name).toList());
    assertEquals("f", commands.get(0).body().get(0).body().get(0).name());
  }

  @Test
  void whatIsNeverClosedGoesToTheEnd() {
    assertEquals("a|b", arguments("f(a b"));
    assertEquals("a b", arguments("f(\"a b"));
    assertEquals("a ]", arguments("f([=[a ]"));
    assertEquals(1, CmakeCommand.parse("if(A)\nf(b)\n").get(0).body().size());
    assertEquals(0, CmakeCommand.parse("f g \\ ) #[[ (").size());
  }

  @Property
  void anyTextIsRead(
      @ForAll @Chars({'i', 'f', '(', ')', '[', ']', '=', '#', '"', '\\', '$', '{', '\n', ' '})
          String text) {
    assertNotNull(CmakeCommand.parse(text));
  }
}
