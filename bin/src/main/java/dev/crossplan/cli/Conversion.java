package dev.crossplan.cli;

import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;

/**
 * Makes something of the word of an option. A lambda would do, but OpenJDK 17 cannot keep one of an
 * interface as old as picocli's in an archive of classes, and may end where it tries.
 */
record Conversion<T>(Function<String, T> function) implements ITypeConverter<T> {
  @Override
  public T convert(String word) {
    return function.apply(word);
  }
}
