package dev.crossplan.qemu;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A package that is known to fail, or whose tests do, under QEMU's user emulation though it builds
 * on a board. Something to be warned of: whether it still holds depends on the versions of both,
 * and a build that fails is planned otherwise anyway.
 *
 * @param packages names (pname) that it is about, as a regular expression
 * @param since the first version of QEMU that it was seen with; null where any
 * @param before the first version that is known not to have it; null where none
 * @param what happens, as part of a sentence
 * @param source where it was reported
 */
public record KnownBreakage(
    Pattern packages,
    @Nullable QemuVersion since,
    @Nullable QemuVersion before,
    String what,
    String source) {

  private static final ImmutableList<KnownBreakage> ALL =
      ImmutableList.of(
          always(
              "strace|tracexec",
              "QEMU does not emulate ptrace, which its tests use",
              "https://github.com/felixonmars/archriscv-packages/pull/4897"),
          always(
              "libseccomp|swtpm",
              "QEMU does not emulate seccomp filters, which its tests load",
              "https://github.com/NixOS/nixpkgs/issues/301385"),
          always(
              "libuv",
              "its tests of multicast and of unbound sockets fail",
              "https://github.com/NixOS/nixpkgs/issues/304666"),
          always(
              "diffutils",
              "its tests were seen to fail",
              "https://github.com/NixOS/nixpkgs/issues/300550"),
          always(
              "glib",
              "its spawn test expects processes to be called as the program is",
              "https://github.com/felixonmars/archriscv-packages/pull/2959"),
          always(
              "boehm-gc",
              "its gctest fails with incremental collection",
              "https://github.com/bdwgc/bdwgc/issues/541"),
          always(
              "go", "building Go 1.23 or newer hangs", "https://github.com/golang/go/issues/70329"),
          always(
              "nodejs(-slim)?|qbs",
              "g++ ends with a segmentation fault",
              "https://gitlab.com/qemu-project/qemu/-/issues/1895"),
          since(
              new QemuVersion(8, 2, 0),
              "rustc|cargo",
              "the standard library of Rust comes out with broken object files",
              "https://github.com/NixOS/nixpkgs/issues/297340"),
          new KnownBreakage(
              Pattern.compile("gnutls"),
              new QemuVersion(8, 1, 0),
              new QemuVersion(8, 2, 0),
              "its tests end QEMU with a failed assertion",
              "https://github.com/felixonmars/archriscv-packages/pull/3087"));

  private static KnownBreakage always(String packages, String what, String source) {
    return new KnownBreakage(Pattern.compile(packages), null, null, what, source);
  }

  private static KnownBreakage since(
      QemuVersion version, String packages, String what, String source) {
    return new KnownBreakage(Pattern.compile(packages), version, null, what, source);
  }

  /** All that crossplan knows. */
  public static ImmutableList<KnownBreakage> all() {
    return ALL;
  }

  /**
   * Those that a package is known for.
   *
   * @param pname as nixpkgs has it
   * @param version of the QEMU that is to run its build; empty if it is not known
   */
  public static ImmutableList<KnownBreakage> of(String pname, Optional<QemuVersion> version) {
    return ALL.stream()
        .filter(each -> each.packages.matcher(pname).matches())
        .filter(each -> version.map(each::concerns).orElse(true))
        .collect(ImmutableList.toImmutableList());
  }

  private boolean concerns(QemuVersion version) {
    return (since == null || version.compareTo(since) >= 0)
        && (before == null || version.compareTo(before) < 0);
  }
}
