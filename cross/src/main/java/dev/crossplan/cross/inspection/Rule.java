package dev.crossplan.cross.inspection;

import java.util.Locale;

/** What is asked of files, each with what to do where it does not hold. */
public enum Rule {
  MACHINE(
      "Maybe a compiler or tool of the build machine was taken: CC_FOR_BUILD where CC was meant, or a"
          + " package of nativeBuildInputs that belongs into buildInputs."),
  FORMAT("Maybe it is linked for another kind of the machine: look at -mabi and -EL, -EB."),
  FLOAT_ABI("Maybe build it with the ABI of the target, -mabi; in nixpkgs crossSystem.gcc.abi."),
  INSTRUCTION_SET(
      "Maybe its build system chooses -march or -mcpu by itself; else the march of the target is too"
          + " small."),
  INTERPRETER(
      "Maybe it was linked without the compiler wrapper of nixpkgs: patchelf --set-interpreter, or"
          + " autoPatchelfHook."),
  RUN_PATH("Maybe remove what is left of the build: patchelf --shrink-rpath or --set-rpath."),
  NEEDED(
      "Maybe add the package of the library to buildInputs and its folder to the run path: patchelf"
          + " --add-rpath."),
  SCRIPT(
      "Maybe patchShebangs --host mends it, with the package of the interpreter in buildInputs."),
  WELL_FORMED(
      "Maybe it was cut off when it was written: build it again. If it is there for tests, leave it"
          + " out of the output; crossplan verify --except passes it over."),
  READABLE("Maybe run this as its owner.");

  private final String remedy;

  Rule(String remedy) {
    this.remedy = remedy;
  }

  /** A sentence that starts with "Maybe". */
  public String remedy() {
    return remedy;
  }

  /** {@code instruction-set}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
