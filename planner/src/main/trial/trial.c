/* A program that shows that programs of a system run: it prints one line, writes the same line into the file that the
   environment calls "out", as the builder of a Nix derivation must, and ends when its standard input does.

     crossplan-trial riscv64 hwcap=112d hwprobe=-

   The words: uname's machine; AT_HWCAP of the auxiliary vector; and on RISC-V, what riscv_hwprobe(2) says of the key
   RISCV_HWPROBE_KEY_IMA_EXT_0, "-" where the system call is unknown. Numbers are hexadecimal.

   No C library: it is to run where nothing else is, in a chroot or a sandbox of Nix. */

typedef unsigned long word;

enum { STDIN = 0, STDOUT = 1, AT_FDCWD = -100, O_WRONLY_CREAT_EXCL = 0301, AT_HWCAP = 16, HWPROBE_IMA_EXT_0 = 4 };

#if defined __riscv
__asm__(".globl _start\n_start: mv a0, sp\n j begin");
enum { OPENAT = 56, READ = 63, WRITE = 64, EXIT = 93, UNAME = 160, HWPROBE = 258 };
#elif defined __aarch64__
__asm__(".globl _start\n_start: mov x0, sp\n b begin");
enum { OPENAT = 56, READ = 63, WRITE = 64, EXIT = 93, UNAME = 160 };
#elif defined __x86_64__
__asm__(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call begin");
enum { OPENAT = 257, READ = 0, WRITE = 1, EXIT = 60, UNAME = 63 };
#endif

static long call(long number, word a, word b, word c, word d, word e) {
#if defined __riscv
  register word a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c, a3 __asm__("a3") = d,
                a4 __asm__("a4") = e, a7 __asm__("a7") = number;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
  return a0;
#elif defined __aarch64__
  register word x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c, x3 __asm__("x3") = d,
                x4 __asm__("x4") = e, x8 __asm__("x8") = number;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x8) : "memory");
  return x0;
#elif defined __x86_64__
  register word r10 __asm__("r10") = d, r8 __asm__("r8") = e;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
#endif
}

static char line[256];
static int length;

static void add(const char *text) {
  while (*text && length < (int)sizeof line) line[length++] = *text++;
}

static void add_hexadecimal(word number) {
  int shift = 60;
  while (shift > 0 && !(number >> shift)) shift -= 4;
  for (; shift >= 0; shift -= 4) {
    char digit[2] = {"0123456789abcdef"[number >> shift & 15], 0};
    add(digit);
  }
}

__attribute__((noreturn)) static void end(int status) {
  for (;;) call(EXIT, status, 0, 0, 0, 0);
}

__attribute__((noreturn, used)) void begin(word *stack) {
  char **environment = (char **)(stack + 1 + stack[0] + 1);
  const char *out = 0;
  char **variable = environment;
  for (; *variable; variable++) {
    const char *v = *variable;
    if (v[0] == 'o' && v[1] == 'u' && v[2] == 't' && v[3] == '=') out = v + 4;
  }
  word hwcap = 0;
  for (word *vector = (word *)(variable + 1); vector[0]; vector += 2) {
    if (vector[0] == AT_HWCAP) hwcap = vector[1];
  }

  static char name[6][65];
  call(UNAME, (word)name, 0, 0, 0, 0);
  add("crossplan-trial ");
  add(name[4]);
  add(" hwcap=");
  add_hexadecimal(hwcap);
#if defined __riscv
  struct { long key; word value; } probe = {HWPROBE_IMA_EXT_0, 0};
  add(" hwprobe=");
  if (call(HWPROBE, (word)&probe, 1, 0, 0, 0) == 0 && probe.key >= 0) add_hexadecimal(probe.value);
  else add("-");
#endif
  add("\n");

  if (call(WRITE, STDOUT, (word)line, length, 0, 0) != length) end(1);
  if (out) {
    long file = call(OPENAT, AT_FDCWD, (word)out, O_WRONLY_CREAT_EXCL, 0644, 0);
    if (file < 0 || call(WRITE, file, (word)line, length, 0, 0) != length) end(1);
  }
  while (call(READ, STDIN, (word)line, sizeof line, 0, 0) > 0) {
  }
  end(0);
}
