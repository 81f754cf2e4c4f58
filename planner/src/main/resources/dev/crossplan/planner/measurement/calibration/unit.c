/* A unit of C of the usual kind: structures, loops, calls, a switch; the same 16 times under other names. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
  struct entry *next;
  uint32_t key;
  char name[24];
};

#define UNIT(n)                                                                                  \
  static struct entry *table_##n[64];                                                            \
  static uint32_t hash_##n(const char *text) {                                                   \
    uint32_t hash = 2166136261u + n;                                                             \
    while (*text != 0) hash = (hash ^ (unsigned char)*text++) * 16777619u;                       \
    return hash;                                                                                 \
  }                                                                                              \
  int put_##n(const char *name) {                                                                \
    uint32_t key = hash_##n(name);                                                               \
    for (struct entry *at = table_##n[key % 64]; at != NULL; at = at->next)                      \
      if (at->key == key && strcmp(at->name, name) == 0) return 0;                               \
    struct entry *added = malloc(sizeof *added);                                                 \
    if (added == NULL) return -1;                                                                \
    added->key = key;                                                                            \
    snprintf(added->name, sizeof added->name, "%s", name);                                       \
    added->next = table_##n[key % 64];                                                           \
    table_##n[key % 64] = added;                                                                 \
    return 1;                                                                                    \
  }                                                                                              \
  long fold_##n(const int *numbers, int length, int how) {                                       \
    long result = 0;                                                                             \
    for (int i = 0; i < length; i++) switch (how) {                                              \
        case 0: result += numbers[i]; break;                                                     \
        case 1: result ^= (long)numbers[i] << (i % 13); break;                                   \
        case 2: result = result > numbers[i] ? result : numbers[i]; break;                       \
        case 3: result += numbers[i] * (long)(n + i); break;                                     \
        default: result -= numbers[length - 1 - i]; break;                                       \
      }                                                                                          \
    return result;                                                                               \
  }                                                                                              \
  void print_##n(FILE *out) {                                                                    \
    for (int i = 0; i < 64; i++)                                                                 \
      for (struct entry *at = table_##n[i]; at != NULL; at = at->next)                           \
        fprintf(out, "%s %u %d\n", at->name, at->key, n);                                        \
  }

#define UNITS(n) UNIT(n##0) UNIT(n##1) UNIT(n##2) UNIT(n##3) UNIT(n##4) UNIT(n##5) UNIT(n##6) UNIT(n##7)
UNITS(1)
UNITS(2)

int main(void) {
  int numbers[] = {3, 1, 4, 1, 5, 9, 2, 6};
  put_10("calibrate");
  print_10(stdout);
  return fold_27(numbers, 8, 2) == 9 ? 0 : 1;
}
