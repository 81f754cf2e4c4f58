package dev.crossplan.cross.inspection;

import com.google.common.collect.ImmutableSet;
import dev.crossplan.cross.elf.FileRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the kernel finds the interpreter of a script: execve(2), "Interpreter scripts". */
final class ScriptRules {
  /** What Linux reads of the first line, since 5.1. */
  private static final int LINE_BYTES = 256;

  private static final Pattern FIRST_LINE = Pattern.compile("#![ \\t]*([^ \\t\\n\\x00]*)");

  /** What a system provides outside of the store; NixOS has just these two. */
  private static final ImmutableSet<String> OF_SYSTEM = ImmutableSet.of("/bin/sh", "/usr/bin/env");

  private final TargetPlatform target;
  private final RuntimeClosure closure;
  private final FaultSink faults;

  ScriptRules(TargetPlatform target, RuntimeClosure closure, FaultSink faults) {
    this.target = target;
    this.closure = closure;
    this.faults = faults;
  }

  /**
   * Checks the first line.
   *
   * @param file where it is, without links
   * @return whether the script counts on the system for its interpreter
   */
  boolean check(Path file, FileRange contents) throws IOException {
    String start = StandardCharsets.UTF_8.decode(contents.head(LINE_BYTES)).toString();
    Matcher line = FIRST_LINE.matcher(start);
    String interpreter = line.lookingAt() ? line.group(1) : "";
    if (!interpreter.startsWith("/")) {
      faults.add(
          Rule.SCRIPT,
          interpreter.isEmpty()
              ? "is a script without an interpreter"
              : "is a script for " + interpreter,
          "an absolute path");
      return false;
    }
    RuntimeClosure.Place place = closure.lookUp(file, interpreter);
    if (!place.inside() && OF_SYSTEM.contains(interpreter)) {
      return true;
    }
    String found = "is a script for " + interpreter;
    if (!place.inside()) {
      faults.add(Rule.SCRIPT, found, "one in the closure");
    } else if (place.file().isEmpty()) {
      faults.add(Rule.SCRIPT, found + ", which does not exist", "");
    } else {
      OptionalInt machine = closure.machine(place.file().get());
      if (machine.isPresent() && machine.getAsInt() != target.machine()) {
        faults.add(
            Rule.SCRIPT,
            found + ", which is for " + TargetPlatform.name(machine.getAsInt()),
            "one for " + target.system());
      }
    }
    return false;
  }
}
