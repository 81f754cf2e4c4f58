package dev.crossplan.planner.measurement;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.remote.MachineAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the work of a strategy is done: the shell that is started, and with which compilers.
 *
 * @param compilers whose they are, for people: {@code those on PATH}
 * @param command what starts the shell, which reads its commands from standard input
 * @param beginning the first of them
 */
public record Workplace(
    Strategy strategy, String compilers, ImmutableList<String> command, String beginning) {

  private static final ImmutableList<String> SHELL = ImmutableList.of("sh", "-s");

  private static final Pattern COMPILER =
      Pattern.compile("(?<root>(?:/[^/\0\n]+)*?)(?<bin>(?:/usr)?/bin)/(?<name>[^/\0\n]+)");

  /** With what is on the {@code PATH} of whoever is logged in. */
  static Workplace onPath(Strategy strategy) {
    return new Workplace(strategy, "those on PATH", SHELL, "CC='' CXX=''");
  }

  /** Only runs, under emulation, what the cross compiler on the {@code PATH} makes. */
  static Workplace crossCompiled() {
    return new Workplace(
        Strategy.EMULATED, "the cross compiler on PATH", SHELL, "CC='' CXX='' only_runs=1");
  }

  /**
   * With a compiler that is emulated itself, and the tools beside it.
   *
   * @param compiler {@code ROOT/usr/bin/gcc}, in the root of a system for the board
   * @throws InputException if it is not in such a place
   */
  public static Workplace inRoot(String compiler) {
    Matcher matcher = COMPILER.matcher(compiler);
    if (!matcher.matches()) {
      throw new InputException(
          "--emulated-compiler " + compiler + ": is not the full name of a compiler",
          "Maybe name it as ROOT/usr/bin/gcc, ROOT being the root of a system for the board.");
    }
    String root = matcher.group("root").isEmpty() ? "/" : matcher.group("root");
    String bin = matcher.group("root") + matcher.group("bin");
    String name = matcher.group("name");
    String cxx =
        name.contains("gcc") ? name.replace("gcc", "g++") : name.replace("clang", "clang++");
    return new Workplace(
        Strategy.EMULATED,
        compiler,
        ImmutableList.of("env", "-i", "PATH=" + bin, "QEMU_LD_PREFIX=" + root, bin + "/sh", "-s"),
        "CC="
            + MachineAddress.quoted(command(compiler, root))
            + " CXX="
            + MachineAddress.quoted(command(bin + "/" + cxx, root)));
  }

  /** A command with an option, for a shell that takes it apart at its spaces alone. */
  private static String command(String compiler, String root) {
    return compiler + " --sysroot=" + root;
  }

  /**
   * In the standard environment of a derivation, as its build would begin.
   *
   * @param environment its output path
   */
  static Workplace inBuild(Strategy strategy, Derivation derivation, String environment) {
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command.add("env", "-i", "stdenv=" + environment, "system=" + derivation.system());
    derivation.attribute("strictDeps").ifPresent(text -> command.add("strictDeps=" + text));
    // As Nix sets them, but for the place, which is that of other temporary files.
    command.add("name=calibration", "outputs=out", "out=/tmp/crossplan-no-output");
    command.add("NIX_BUILD_TOP=/tmp", "TMPDIR=/tmp", "NIX_BUILD_CORES=1", "PATH=/path-not-set");
    return new Workplace(
        strategy,
        "those of " + environment,
        command.add(derivation.builderExecutable(), "-s").build(),
        "[ -e \"$stdenv/setup\" ] || { echo 'are not there before the first build' >&2; exit 1; }\n"
            + ". \"$stdenv/setup\"");
  }
}
