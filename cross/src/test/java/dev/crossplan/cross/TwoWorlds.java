package dev.crossplan.cross;

import static dev.crossplan.fixtures.HandMade.BOARD;
import static dev.crossplan.fixtures.HandMade.DESK;
import static dev.crossplan.fixtures.HandMade.built;
import static dev.crossplan.fixtures.HandMade.crossed;
import static dev.crossplan.fixtures.HandMade.download;

import dev.crossplan.fixtures.HandMade;
import dev.crossplan.fixtures.ImageFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A small random package set, evaluated emulated, cross and for the desk, of which we know what the
 * planner has to find out: which derivations are one package. Package 0 is at the bottom, the last
 * one is the image. Some have an early stage in the emulated world, some do not cross-compile.
 */
final class TwoWorlds {
  private final int size;
  private final HandMade[] emulated;
  private final @Nullable HandMade[] cross;
  private final HandMade[] desk;
  private final @Nullable HandMade[] early;
  private final Map<String, Integer> seconds = new LinkedHashMap<>();
  private final Set<Integer> crossBroken = new HashSet<>();
  private final Set<Integer> emulatedBroken = new HashSet<>();
  private final boolean allNamed;
  private final boolean deskCached;
  private final boolean hasBoard;
  private final int emulation;
  private final Map<String, Integer> packageOf = new HashMap<>();

  TwoWorlds(long seed, int size) {
    SplittableRandom random = new SplittableRandom(seed);
    this.size = size;
    this.emulated = new HandMade[size];
    this.cross = new HandMade[size];
    this.desk = new HandMade[size];
    this.early = new HandMade[size];
    this.deskCached = random.nextInt(3) > 0;
    this.hasBoard = random.nextInt(4) == 0;
    this.emulation = random.nextBoolean() ? 15 : 2;
    boolean everythingCrosses = random.nextBoolean();
    this.allNamed = !everythingCrosses || random.nextBoolean();
    int[] usesStage = new int[size]; // the package whose early stage is used, or -1
    for (int i = 0; i < size; i++) {
      usesStage[i] =
          i + 1 < size && random.nextInt(4) == 0 ? i + 1 + random.nextInt(size - i - 1) : -1;
      if (usesStage[i] == size - 1) {
        usesStage[i] = -1; // the image itself has no stages
      }
    }
    for (int i = 0; i < size; i++) {
      make(i, usesStage, everythingCrosses, random);
    }
  }

  private void make(int i, int[] usesStage, boolean everythingCrosses, SplittableRandom random) {
    String name = "p" + (char) ('a' + i);
    seconds.put(name, 1 + random.nextInt(60));
    HandMade source = download(name + "-1.0.tar.gz", name);
    HandMade onBoard = built(name, "1.0", BOARD).from(source);
    HandMade onDesk = built(name, "1.0", DESK).from(source);
    HandMade crossing = crossed(name, "1.0").from(source);
    boolean crosses = everythingCrosses || random.nextInt(4) > 0;
    boolean last = i == size - 1;
    for (int j = 0; j < i; j++) {
      boolean stageUser = usesStage[j] == i;
      if (last || random.nextInt(3) == 0) {
        onBoard = onBoard.linking(emulated[j]);
        onDesk = onDesk.linking(desk[j]);
        HandMade library = cross[j];
        if (library == null) {
          crosses = false;
        } else {
          crossing = crossing.linking(library);
        }
      }
      if (stageUser || random.nextInt(4) == 0) {
        onBoard = onBoard.using(emulated[j]);
        onDesk = onDesk.using(desk[j]);
        crossing = crossing.using(desk[j]);
      }
    }
    if (usesStage[i] >= 0) {
      HandMade stage = stage(usesStage[i]);
      onBoard = onBoard.using(stage);
    }
    emulated[i] = onBoard;
    desk[i] = onDesk;
    cross[i] = crosses ? crossing : null;
    packageOf.put(onBoard.path(), i);
    packageOf.put(crossing.path(), i);
    if (!last && random.nextInt(5) == 0) {
      crossBroken.add(i);
    }
    if (random.nextInt(12) == 0) {
      emulatedBroken.add(i);
    }
  }

  /** An early stage needs nothing but its source. */
  private HandMade stage(int of) {
    HandMade known = early[of];
    if (known != null) {
      return known;
    }
    String name = "p" + (char) ('a' + of);
    HandMade made =
        built(name, "1.0", BOARD).from(download(name + "-1.0.tar.gz", name)).with("stage", "early");
    early[of] = made;
    return made;
  }

  HandMade image() {
    return emulated[size - 1];
  }

  @Nullable HandMade crossImage() {
    return cross[size - 1];
  }

  /** Writes it into {@code folder}. */
  ImageFolder write(Path folder, long order) {
    StringBuilder costs = new StringBuilder("package,seconds\n");
    seconds.forEach((name, value) -> costs.append(name).append(',').append(value).append('\n'));
    try {
      Files.writeString(folder.resolve("costs.csv"), costs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, HandMade> ofEmulated = new LinkedHashMap<>();
    Map<String, HandMade> ofCross = new LinkedHashMap<>();
    Map<String, HandMade> ofDesk = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      String attribute = i == size - 1 ? "image" : "attribute" + i;
      boolean named = allNamed || i == size - 1;
      if (named) {
        ofEmulated.put(attribute, emulated[i]);
      }
      HandMade crossing = cross[i];
      if (named && crossing != null) {
        ofCross.put(attribute, crossing);
      }
      ofDesk.put(attribute, desk[i]);
    }
    ImageFolder written =
        new ImageFolder(folder)
            .shuffled(order)
            .emulated(ofEmulated)
            .desk(ofDesk)
            .with("[costs]\nfile = \"costs.csv\"\nemulation = " + emulation + "\n");
    if (!ofCross.isEmpty()) {
      written.cross(ofCross);
    }
    if (deskCached) {
      written.with("[[substituter]]\ninstance = \"native\"\n");
    }
    if (hasBoard) {
      written.with(
          "[[builder]]\nname = \"board\"\nsystems = [\"riscv64-linux\"]\nspeed = 0.25\nslots = 2\n");
    }
    for (int i = 0; i < size; i++) {
      String verdicts =
          (crossBroken.contains(i) ? "cross = \"broken\"\n" : "")
              + (emulatedBroken.contains(i) ? "emulated = \"broken\"\n" : "");
      if (!verdicts.isEmpty()) {
        written.with("[[constraint]]\npackage = \"p" + (char) ('a' + i) + "\"\n" + verdicts);
      }
    }
    return written;
  }

  // What it costs, told without the planner

  /** What it costs to build everything as it was evaluated in the emulated world. */
  OptionalDouble allEmulated() {
    return closure(image(), Map.of());
  }

  /** What it costs to build everything as it was evaluated in the cross world. */
  OptionalDouble allCross() {
    HandMade image = crossImage();
    return image == null ? OptionalDouble.empty() : closure(image, Map.of());
  }

  /** The least of all choices of one variant a package, and of whether it serves for its stage. */
  OptionalDouble least() {
    List<Integer> staged = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (early[i] != null) {
        staged.add(i);
      }
    }
    double least = Double.POSITIVE_INFINITY;
    for (int variants = 0; variants < 1 << size; variants++) {
      for (int served = 0; served < 1 << staged.size(); served++) {
        Map<String, HandMade> provider = providers(variants, served, staged);
        if (provider != null) {
          HandMade image = provider.getOrDefault(image().path(), image());
          least = Math.min(least, closure(image, provider).orElse(least));
        }
      }
    }
    return least == Double.POSITIVE_INFINITY ? OptionalDouble.empty() : OptionalDouble.of(least);
  }

  private @Nullable Map<String, HandMade> providers(
      int variants, int served, List<Integer> staged) {
    Map<String, HandMade> provider = new HashMap<>();
    for (int i = 0; i < size; i++) {
      HandMade crossing = cross[i];
      boolean crosses = (variants >> i & 1) == 1;
      if (crosses && crossing == null) {
        return null;
      }
      HandMade chosen = crosses && crossing != null ? crossing : emulated[i];
      provider.put(emulated[i].path(), chosen);
      if (crossing != null) {
        provider.put(crossing.path(), chosen);
      }
      HandMade stage = early[i];
      if (stage != null && (served >> staged.indexOf(i) & 1) == 1) {
        provider.put(stage.path(), chosen);
      }
    }
    return provider;
  }

  /** Empty where it is not possible, or a step would need itself. */
  private OptionalDouble closure(HandMade image, Map<String, HandMade> provider) {
    Map<String, HandMade> steps = new LinkedHashMap<>();
    Set<String> fetched = new HashSet<>();
    Deque<HandMade> open = new ArrayDeque<>(List.of(image));
    double sum = 0;
    while (!open.isEmpty()) {
      HandMade next = open.pop();
      if (next.isDownload()) {
        sum += fetched.add(next.output("out")) ? fetchSeconds(next) : 0;
        continue;
      }
      if (steps.putIfAbsent(next.path(), next) != null) {
        continue;
      }
      double cost = seconds(next);
      if (cost == Double.POSITIVE_INFINITY) {
        return OptionalDouble.empty();
      }
      sum += cost;
      if (!isCached(next)) {
        for (HandMade input : next.inputs()) {
          open.push(provider.getOrDefault(input.path(), input));
        }
      }
    }
    return isAcyclic(steps, provider) ? OptionalDouble.of(sum) : OptionalDouble.empty();
  }

  private boolean isAcyclic(Map<String, HandMade> steps, Map<String, HandMade> provider) {
    Set<String> done = new HashSet<>();
    boolean progress = true;
    while (progress) {
      progress = false;
      for (HandMade step : steps.values()) {
        if (!done.contains(step.path())
            && (isCached(step)
                || step.inputs().stream()
                    .map(input -> provider.getOrDefault(input.path(), input))
                    .allMatch(input -> input.isDownload() || done.contains(input.path())))) {
          done.add(step.path());
          progress = true;
        }
      }
    }
    return done.size() == steps.size();
  }

  boolean isCached(HandMade derivation) {
    return deskCached && isDesk(derivation);
  }

  private boolean isDesk(HandMade derivation) {
    return derivation.system().equals(DESK) && !isCross(derivation);
  }

  static boolean isCross(HandMade derivation) {
    return derivation.name().contains(HandMade.TRIPLE);
  }

  /** The desk's sources are among what is cached for it. */
  private double fetchSeconds(HandMade source) {
    return deskCached && isSourceOfDesk(source) ? 1 : 2;
  }

  private boolean isSourceOfDesk(HandMade source) {
    for (HandMade each : desk) {
      if (each.inputs().stream().anyMatch(input -> input.path().equals(source.path()))) {
        return true;
      }
    }
    return false;
  }

  private double seconds(HandMade derivation) {
    if (isCached(derivation)) {
      return 1;
    }
    String name = derivation.name().substring(0, 2);
    double alone = seconds.getOrDefault(name, 0);
    int number = name.charAt(1) - 'a';
    if (isDesk(derivation)) {
      return alone;
    }
    if (isCross(derivation)) {
      return crossBroken.contains(number) ? Double.POSITIVE_INFINITY : alone;
    }
    double onBoard = hasBoard ? alone / 0.25 : Double.POSITIVE_INFINITY;
    double onDesk = emulatedBroken.contains(number) ? Double.POSITIVE_INFINITY : alone * emulation;
    return Math.min(onBoard, onDesk);
  }

  /** The number of the package that {@code path} is a variant of, but for stages; -1 for others. */
  int packageOf(String path) {
    return packageOf.getOrDefault(path, -1);
  }

  /** All derivations of all worlds. */
  Map<String, HandMade> all() {
    Map<String, HandMade> all = new HashMap<>();
    Deque<HandMade> open = new ArrayDeque<>();
    for (int i = 0; i < size; i++) {
      open.push(emulated[i]);
      open.push(desk[i]);
      HandMade crossing = cross[i];
      if (crossing != null) {
        open.push(crossing);
      }
    }
    while (!open.isEmpty()) {
      HandMade next = open.pop();
      if (all.putIfAbsent(next.path(), next) == null) {
        next.inputs().forEach(open::push);
      }
    }
    return all;
  }

  @Override
  public String toString() {
    StringBuilder told = new StringBuilder();
    for (HandMade each : all().values()) {
      told.append("\n  ").append(each).append(" <- ").append(each.inputs());
    }
    return told
        + "\n  seconds "
        + seconds
        + ", cross broken "
        + crossBroken
        + ", emulated broken "
        + emulatedBroken
        + ", emulation "
        + emulation
        + ", board "
        + hasBoard
        + ", desk cached "
        + deskCached
        + ", all named "
        + allNamed;
  }
}
