package dev.crossplan.planner.remote;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.Bytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a machine says of itself: {@code probe.sh}, in which is said what may come.
 *
 * @param greeting what its login shell says before the answer; the last line of it
 * @param kernel as {@code uname -s} calls it
 * @param cpu as {@code uname -m} calls it
 * @param model of the CPU or of the board, where the kernel knows it
 * @param cores that can work at the same time
 * @param memory bytes
 * @param store where it is
 * @param free bytes that are left there
 * @param clockAhead seconds by which its clock is ahead of this machine's
 * @param riscv whether it is riscv64
 * @param isa of a CPU that is riscv64: {@code rv64imafdc_zicsr}
 * @param nix what Nix there says of itself; empty if it is not on the PATH
 * @param nixElsewhere a folder that has Nix but is not on the PATH
 */
public record ProbeAnswer(
    Optional<String> greeting,
    String kernel,
    String cpu,
    Optional<String> model,
    OptionalInt cores,
    OptionalLong memory,
    String store,
    OptionalLong free,
    OptionalLong clockAhead,
    Riscv riscv,
    Optional<String> isa,
    Optional<Nix> nix,
    Optional<String> nixElsewhere) {

  private static final String BEGIN = "crossplan probe 1";
  private static final String END = "end";

  private static final ImmutableSet<String> NAMES =
      ImmutableSet.of(
          "clock",
          "kernel",
          "cpu",
          "cores",
          "memory",
          "model",
          "board",
          "isa",
          "uarch",
          "vendor",
          "formats",
          "store",
          "free",
          "nix",
          "system",
          "extra-platforms",
          "system-features",
          "max-jobs",
          "trusted",
          "nix-error",
          "nix-elsewhere");

  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();
  private static final Pattern VERSION = Pattern.compile("\\b(\\d+\\.\\d+\\S*)\\s*$");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

  private static final String RISCV_CPU = "riscv64";
  private static final String RISCV_SYSTEM = "riscv64-linux";

  /** Whether a machine runs riscv64 programs, and what does. */
  public enum Riscv {
    /** Its CPU. */
    REAL,
    /** QEMU, program by program. */
    EMULATED,
    /** QEMU, which is all of the machine. */
    VIRTUAL,
    /** Nothing. */
    NONE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The Nix of a machine.
   *
   * @param systems that it builds for; empty where it does not tell
   * @param features that builds may require of it
   * @param maxJobs builds at a time, unless whoever asks says otherwise; empty where it does not
   *     tell
   * @param isTrusted whether it takes settings and unsigned paths from who asked; empty where it
   *     does not tell
   * @param error why its store cannot be used
   */
  public record Nix(
      String version,
      ImmutableSet<String> systems,
      ImmutableSet<String> features,
      OptionalInt maxJobs,
      Optional<Boolean> isTrusted,
      Optional<String> error) {}

  /** What was said is no answer. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    /** Whether the script did not even begin. */
    private final boolean isSilent;

    UnreadableException(String message, boolean isSilent) {
      super(message);
      this.isSilent = isSilent;
    }

    boolean isSilent() {
      return isSilent;
    }
  }

  /**
   * Reads an answer while it comes.
   *
   * @param clock of this machine
   * @throws UnreadableException if it is not whole, or says what no machine was asked
   */
  static ProbeAnswer read(BufferedReader lines, Clock clock)
      throws IOException, UnreadableException {
    String greeting = "";
    String line = lines.readLine();
    for (; line != null && !line.strip().equals(BEGIN); line = lines.readLine()) {
      greeting = line.isBlank() ? greeting : line.strip();
    }
    if (line == null) {
      throw new UnreadableException(greeting, true);
    }
    Map<String, String> said = new HashMap<>();
    OptionalLong ahead = OptionalLong.empty();
    for (line = lines.readLine(); ; line = lines.readLine()) {
      if (line == null) {
        throw new UnreadableException("the answer ends in the middle", false);
      }
      if (line.equals(END)) {
        return of(Optional.of(greeting).filter(text -> !text.isEmpty()), said, ahead);
      }
      int mark = line.indexOf('=');
      String name = line.substring(0, Math.max(mark, 0));
      String value = line.substring(mark + 1).strip();
      if (!NAMES.contains(name) || said.put(name, value) != null) {
        throw new UnreadableException("nobody asked for \"" + line + '"', false);
      }
      if (name.equals("clock") && NUMBER.matcher(value).matches()) {
        // It says whole seconds, cut off; half of one is what it lacks on average.
        ahead = OptionalLong.of(Math.round(Long.parseLong(value) + 0.5 - clock.millis() / 1000.0));
      }
    }
  }

  private static ProbeAnswer of(
      Optional<String> greeting, Map<String, String> said, OptionalLong ahead) {
    Optional<Nix> nix = word(said, "nix").map(version -> nix(said, version));
    String cpu = said.getOrDefault("cpu", "");
    return new ProbeAnswer(
        greeting,
        said.getOrDefault("kernel", ""),
        cpu,
        word(said, "board").or(() -> word(said, "model")),
        small(said, "cores"),
        bytes(said, "memory"),
        said.getOrDefault("store", ""),
        bytes(said, "free"),
        ahead,
        riscv(said, cpu, nix),
        cpu.equals(RISCV_CPU) ? word(said, "isa") : Optional.empty(),
        nix,
        word(said, "nix-elsewhere"));
  }

  private static Nix nix(Map<String, String> said, String version) {
    Matcher matcher = VERSION.matcher(version);
    return new Nix(
        matcher.find() ? matcher.group(1) : version,
        ImmutableSet.<String>builder()
            .addAll(words(said, "system"))
            .addAll(words(said, "extra-platforms"))
            .build(),
        words(said, "system-features"),
        small(said, "max-jobs"),
        word(said, "trusted").map("1"::equals),
        word(said, "nix-error"));
  }

  /**
   * QEMU's user emulation shows the processor of the machine that it runs on, or, from 8.2 on, one
   * of riscv64 with {@code uarch : qemu}; a machine that is all QEMU has a board by that name.
   */
  private static Riscv riscv(Map<String, String> said, String cpu, Optional<Nix> nix) {
    if (cpu.equals(RISCV_CPU)) {
      boolean isEmulated =
          word(said, "vendor").isPresent() || said.getOrDefault("uarch", "").contains("qemu");
      String board = said.getOrDefault("board", "");
      return isEmulated
          ? Riscv.EMULATED
          : board.contains("qemu") || board.contains("riscv-virtio") ? Riscv.VIRTUAL : Riscv.REAL;
    }
    boolean isTaken = nix.isPresent() && nix.get().systems().contains(RISCV_SYSTEM);
    boolean isFormat =
        words(said, "formats").stream()
            .anyMatch(format -> format.equals("qemu-riscv64") || format.equals(RISCV_SYSTEM));
    return isTaken || isFormat ? Riscv.EMULATED : Riscv.NONE;
  }

  private static Optional<String> word(Map<String, String> said, String name) {
    return Optional.ofNullable(said.get(name)).filter(value -> !value.isEmpty());
  }

  private static ImmutableSet<String> words(Map<String, String> said, String name) {
    return ImmutableSet.copyOf(WORDS.split(said.getOrDefault(name, "")));
  }

  private static OptionalInt small(Map<String, String> said, String name) {
    String value = said.getOrDefault(name, "");
    return value.length() < 10 && NUMBER.matcher(value).matches()
        ? OptionalInt.of(Integer.parseInt(value))
        : OptionalInt.empty();
  }

  /** Of a number of KiB. */
  private static OptionalLong bytes(Map<String, String> said, String name) {
    String value = said.getOrDefault(name, "");
    return NUMBER.matcher(value).matches()
        ? OptionalLong.of(Long.parseLong(value) * Bytes.KIB)
        : OptionalLong.empty();
  }
}
