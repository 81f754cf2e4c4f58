package dev.crossplan.planner.cost;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * How long packages take by the books Linux From Scratch and Beyond Linux From Scratch (12.3), in
 * standard build units: one is as long as the first pass of binutils takes with one job.
 *
 * <p>Compilers and C libraries are given as the book builds them for the temporary system, without
 * tests: those of the final ones last many times as long as the build. {@code libgcc} stands for as
 * much as the C++ library that is built alone there.
 */
public final class StandardBuildUnits {
  /** Of the time that a usual build takes with one job, what more jobs can share. */
  private static final double PARALLEL_SHARE = 0.85;

  /** Before the name of what is made for another machine. */
  private static final Pattern TRIPLE = Pattern.compile("^\\w+-\\w+-linux-\\w+-");

  /** After the name of what is built with fewer or more of its parts. */
  private static final Pattern PARTS =
      Pattern.compile("-(minimal|interactive|headless|slim|static|full|nox|unwrapped)$");

  /** Before the name of a module, by its language; nixpkgs puts the version of that into it. */
  private static final Pattern MODULE = Pattern.compile("^(python|perl)[\\d.]+-");

  /** What the books call modules of a language that nixpkgs calls by their own name alone. */
  private static final ImmutableList<String> MODULE_PREFIXES =
      ImmutableList.of("python-", "python3.X-", "perl-");

  /** Where nixpkgs and the table have different names for a package. */
  private static final ImmutableMap<String, String> OTHER_NAMES =
      ImmutableMap.of("gmp", "gmp-with-cxx", "patch", "gnupatch", "stage-static-gcc", "nolibc-gcc");

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();

  private static final StandardBuildUnits BOOKS = new StandardBuildUnits(read());

  private final ImmutableMap<String, Entry> entries;

  /** What was asked for: to learn, the packages of a history are, again and again. */
  private final Map<String, Optional<Entry>> asked = new ConcurrentHashMap<>();

  private StandardBuildUnits(ImmutableMap<String, Entry> entries) {
    this.entries = entries;
  }

  /** What the books say. */
  public static StandardBuildUnits ofBooks() {
    return BOOKS;
  }

  /**
   * What is said of a package.
   *
   * @param version that was built
   * @param units of the build with one job, without its tests
   * @param isBelow whether the book says only that it is less than twice as much
   * @param hasTests whether the book says it with tests, so that it is less sure
   * @param sourceMegabytes of the compressed sources
   */
  public record Entry(
      String version,
      double units,
      boolean isBelow,
      boolean hasTests,
      Optional<Double> sourceMegabytes) {}

  /**
   * Looks a package up. A compiler for another machine is as large as one for this one, and {@code
   * bash-interactive} as {@code bash}, where the table does not have it as such.
   *
   * @param packageName as nixpkgs calls it
   */
  public Optional<Entry> of(String packageName) {
    return asked.computeIfAbsent(packageName, this::find);
  }

  private Optional<Entry> find(String packageName) {
    String ownName = TRIPLE.matcher(packageName).replaceFirst("");
    String name = OTHER_NAMES.getOrDefault(ownName, ownName);
    return entry(name)
        .or(() -> entry(PARTS.matcher(name).replaceFirst("")))
        .or(() -> module(MODULE.matcher(name).replaceFirst("").replace('_', '-')));
  }

  private Optional<Entry> module(String name) {
    return MODULE_PREFIXES.stream().flatMap(prefix -> entry(prefix + name).stream()).findFirst();
  }

  private Optional<Entry> entry(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  private static ImmutableMap<String, Entry> read() {
    ImmutableMap.Builder<String, Entry> entries = ImmutableMap.builder();
    URL file = Resources.getResource(StandardBuildUnits.class, "standard-build-units.csv");
    try (CSVParser rows = CSVParser.parse(file, StandardCharsets.UTF_8, FORMAT)) {
      rows.forEach(row -> entries.put(row.get("package"), entry(row)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries.buildOrThrow();
  }

  private static Entry entry(CSVRecord row) {
    double jobs = Double.parseDouble(row.get("jobs"));
    boolean hasTests = row.get("tests").equals("yes");
    double part = 1 - PARALLEL_SHARE + PARALLEL_SHARE / jobs; // Amdahl's law
    return new Entry(
        row.get("version"),
        Double.parseDouble(row.get("units")) / (hasTests ? part + Shares.USUAL_TESTS : part),
        row.get("below").equals("yes"),
        hasTests,
        given(row, "source_mb").map(Double::valueOf));
  }

  private static Optional<String> given(CSVRecord row, String column) {
    return Optional.of(row.get(column)).filter(text -> !text.isEmpty());
  }
}
