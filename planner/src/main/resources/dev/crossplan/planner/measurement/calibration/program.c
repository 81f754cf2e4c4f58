/* What tests do, for a moment: sort, hash, format, allocate, and some arithmetic of both kinds. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t state;

static uint32_t next(void) { return state = state * 1664525u + 1013904223u; }

static int compare(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

int main(int count, char **arguments) {
  enum { SIZE = 30000, POINTS = 60 };
  static uint32_t numbers[SIZE];
  static double field[POINTS][POINTS];
  state = count > 1 ? (uint32_t)atoi(arguments[1]) : 1;

  for (int i = 0; i < SIZE; i++) numbers[i] = next();
  qsort(numbers, SIZE, sizeof numbers[0], compare);

  uint32_t hash = 2166136261u;
  for (int i = 0; i < SIZE / 4; i++) {
    char *text = malloc(48);
    if (text == NULL) return 1;
    int length = snprintf(text, 48, "%u:%08x:%s", numbers[i], next(), "calibrate");
    for (int j = 0; j < length; j++) hash = (hash ^ (unsigned char)text[j]) * 16777619u;
    free(text);
  }

  for (int round = 0; round < 60; round++)
    for (int x = 1; x < POINTS - 1; x++)
      for (int y = 1; y < POINTS - 1; y++)
        field[x][y] = (field[x - 1][y] + field[x + 1][y] + field[x][y - 1] + field[x][y + 1] + round) / 4.5;

  for (int i = 1; i < SIZE; i++)
    if (numbers[i - 1] > numbers[i]) return 1;
  printf("%u %u %.6g\n", numbers[SIZE / 2], hash, field[POINTS / 2][POINTS / 2]);
  return 0;
}
