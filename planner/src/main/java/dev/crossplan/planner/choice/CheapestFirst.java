package dev.crossplan.planner.choice;

import java.util.Arrays;

/** A queue of artifacts by price, those of equal price by number: a binary heap with places. */
final class CheapestFirst {
  private static final int OUTSIDE = -1;

  private final double[] price;
  private final int[] heap;
  private final int[] place;
  private int size;

  CheapestFirst(int artifacts) {
    price = new double[artifacts];
    heap = new int[artifacts];
    place = new int[artifacts];
  }

  /** Empties the queue; the price of everything is infinite. */
  void clear() {
    Arrays.fill(price, Double.POSITIVE_INFINITY);
    Arrays.fill(place, OUTSIDE);
    size = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The last price that was offered and taken, also after the artifact left the queue. */
  double price(int artifact) {
    return price[artifact];
  }

  /**
   * Puts {@code artifact} into the queue, or forward in it, if {@code offered} is less than its
   * price.
   */
  boolean offer(int artifact, double offered) {
    if (offered >= price[artifact]) {
      return false;
    }
    price[artifact] = offered;
    if (place[artifact] == OUTSIDE) {
      place[artifact] = size;
      heap[size++] = artifact;
    }
    up(place[artifact]);
    return true;
  }

  /** Removes and returns the cheapest. */
  int remove() {
    int first = heap[0];
    place[first] = OUTSIDE;
    int last = heap[--size];
    if (size > 0) {
      down(last);
    }
    return first;
  }

  private boolean isBefore(int left, int right) {
    return price[left] < price[right] || (price[left] == price[right] && left < right);
  }

  private void up(int from) {
    int at = from;
    int artifact = heap[at];
    while (at > 0 && isBefore(artifact, heap[(at - 1) / 2])) {
      put(at, heap[(at - 1) / 2]);
      at = (at - 1) / 2;
    }
    put(at, artifact);
  }

  private void down(int artifact) {
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], artifact)) {
        break;
      }
      put(at, heap[child]);
      at = child;
    }
    put(at, artifact);
  }

  private void put(int at, int artifact) {
    heap[at] = artifact;
    place[artifact] = at;
  }
}
