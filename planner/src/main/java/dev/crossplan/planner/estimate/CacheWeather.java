package dev.crossplan.planner.estimate;

import com.google.common.collect.ImmutableList;
import java.util.OptionalDouble;

/**
 * What a substituter has of a plan and an image.
 *
 * @param name {@code instance native}, the address of a cache, the name of a file
 * @param ofPlan outputs of the plan's derivations, as evaluated
 * @param ofImage outputs of the image's attributes, in whichever instance
 * @param taken steps of the plan that it can substitute, being the first that has all their outputs
 * @param bytes to be transferred for these, as far as it tells sizes
 * @param answerSeconds until a binary cache first answered
 * @param complaints what is wrong with it, as parts of sentences
 */
public record CacheWeather(
    String name,
    Share ofPlan,
    Share ofImage,
    int taken,
    long bytes,
    OptionalDouble answerSeconds,
    ImmutableList<String> complaints) {

  /** Whether it tells sizes: then there are bytes, or nothing that is taken from it. */
  boolean isSized() {
    return bytes > 0 || (taken == 0 && answerSeconds.isPresent());
  }

  /**
   * So many of so many.
   *
   * @param unknown how many of these it may have or not, since it does not answer
   */
  public record Share(int has, int of, int unknown) {}
}
