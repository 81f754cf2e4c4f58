package dev.crossplan.qemu;

import com.google.common.base.Splitter;
import com.google.common.io.BaseEncoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * One entry of binfmt_misc: which programs are handed to which interpreter, as the kernel shows it:
 *
 * <pre>
 * enabled
 * interpreter /usr/libexec/qemu-binfmt/riscv64-binfmt-P
 * flags: PF
 * offset 0
 * magic 7f454c460201010000000000000000000200f300
 * mask ffffffffffffff00fffffffffffffffffeffffff
 * </pre>
 *
 * @param name of the entry
 * @param flags letters: P, argv[0] is kept; O, the program is handed over opened; C, it keeps its
 *     credentials; F, the interpreter was opened when it was registered
 * @param magic what the program has at {@code offset}, under {@code mask}; empty where the file
 *     name decides
 * @param mask of the same length
 */
public record BinaryFormat(
    String name,
    boolean enabled,
    Path interpreter,
    String flags,
    int offset,
    Bytes magic,
    Bytes mask) {
  private static final BaseEncoding HEX = BaseEncoding.base16().lowerCase();

  /** Bytes by value. */
  public record Bytes(String hex) {
    byte[] toArray() {
      return HEX.decode(hex);
    }
  }

  /** Reads what the kernel shows; empty for what is no entry, such as {@code status}. */
  public static Optional<BinaryFormat> parse(String name, String text) {
    boolean enabled = false;
    String interpreter = "";
    String flags = "";
    int offset = 0;
    String magic = "";
    String mask = "";
    for (String line : Splitter.on('\n').split(text)) {
      int space = line.indexOf(' ');
      String value = space < 0 ? "" : line.substring(space + 1).strip();
      switch (space < 0 ? line : line.substring(0, space)) {
        case "enabled" -> enabled = true;
        case "interpreter" -> interpreter = value;
        case "flags:" -> flags = value;
        case "offset" -> offset = value.matches("\\d{1,4}") ? Integer.parseInt(value) : 0;
        case "magic" -> magic = value.toLowerCase(Locale.ROOT);
        case "mask" -> mask = value.toLowerCase(Locale.ROOT);
        default -> {
          // "extension", and what later kernels may add
        }
      }
    }
    if (interpreter.isEmpty() || !HEX.canDecode(magic) || !HEX.canDecode(mask)) {
      return Optional.empty();
    }
    return Optional.of(
        new BinaryFormat(
            name,
            enabled,
            Path.of(interpreter),
            flags,
            offset,
            new Bytes(magic),
            new Bytes(mask.length() == magic.length() ? mask : "ff".repeat(magic.length() / 2))));
  }

  public boolean has(char flag) {
    return flags.indexOf(flag) >= 0;
  }

  /** Whether the kernel hands a program that begins like this to the interpreter. */
  public boolean matches(byte[] program) {
    byte[] wanted = magic.toArray();
    byte[] relevant = mask.toArray();
    if (wanted.length == 0 || program.length < offset + wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (((program[offset + i] ^ wanted[i]) & relevant[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether the kernel can start the interpreter: it was opened at registration, be it visible here
   * or not, or it is where the entry says.
   */
  public boolean hasInterpreter() {
    return has('F') || (Files.isRegularFile(interpreter) && Files.isExecutable(interpreter));
  }
}
