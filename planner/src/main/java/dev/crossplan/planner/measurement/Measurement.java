package dev.crossplan.planner.measurement;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.BuildException;
import dev.crossplan.planner.Progress;
import dev.crossplan.planner.calibration.Calibration;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.calibration.Kind;
import dev.crossplan.planner.calibration.Sample;
import dev.crossplan.planner.calibration.Samples;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.instance.TemporaryFolder;
import dev.crossplan.planner.remote.MachineAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a machine was measured to take for the work of builds.
 *
 * @param measured by kind and strategy
 * @param lacks what could not be measured
 * @param busy how many times as long as it computed the work took: about 1 where nothing else runs
 */
public record Measurement(Calibrations measured, ImmutableList<Lack> lacks, double busy) {
  /** Above this, others have taken the machine's time. */
  private static final double BUSY = 1.2;

  /** Whether other work on the machine disturbed the measurement. */
  public boolean isDisturbed() {
    return busy > BUSY;
  }

  /**
   * What keeps a machine from being measured.
   *
   * @param what is missing, or why it does not work
   */
  public record Lack(Strategy strategy, String what) {}

  /** One kind of work in one shell. */
  private static final class Cell {
    final MeasuringShell shell;
    final Kind kind;
    final String argument;
    Samples samples = Samples.NONE;
    Optional<String> failure = Optional.empty();

    Cell(MeasuringShell shell, Kind kind, String argument) {
      this.shell = shell;
      this.kind = kind;
      this.argument = argument;
    }
  }

  /**
   * Measures a machine.
   *
   * @param workplaces that are preferred to what is on the machine's {@code PATH}
   * @param target system of the board
   * @throws BuildException if ssh does not reach the machine
   */
  public static Measurement of(
      MachineAddress machine,
      ImmutableList<Workplace> workplaces,
      String target,
      SamplingOrder order,
      Clock clock,
      Progress progress) {
    String cpu = target.replaceFirst("-.*", "");
    List<MeasuringShell> shells = new ArrayList<>();
    ImmutableList.Builder<Lack> lacks = ImmutableList.builder();
    try (TemporaryFolder folder = new TemporaryFolder()) {
      for (Strategy strategy : Strategy.values()) {
        boolean isBoard =
            !shells.isEmpty() && shells.get(0).fact("machine").equals(Optional.of(cpu));
        if (!isBoard) { // which neither emulates itself nor compiles for another
          progress.start("getting ready, " + strategy);
          start(machine, candidates(strategy, workplaces), cpu, folder, lacks, !shells.isEmpty())
              .ifPresent(shells::add);
        }
      }
      List<Cell> cells = cells(shells);
      measure(cells, order, clock, progress);
      for (Cell cell : cells) {
        cell.failure.ifPresent(
            why -> lacks.add(new Lack(cell.shell.workplace().strategy(), cell.kind + ": " + why)));
      }
      return new Measurement(
          calibrations(machine, shells, cells, clock.instant()), lacks.build(), busy(cells));
    } finally {
      shells.forEach(MeasuringShell::close);
    }
  }

  private static ImmutableList<Workplace> candidates(
      Strategy strategy, ImmutableList<Workplace> preferred) {
    return ImmutableList.<Workplace>builder()
        .addAll(preferred.stream().filter(place -> place.strategy() == strategy).toList())
        .add(strategy == Strategy.EMULATED ? Workplace.crossCompiled() : Workplace.onPath(strategy))
        .build();
  }

  /**
   * The first that has a compiler, else the last that could be started.
   *
   * @param isReached whether the machine has answered before
   */
  private static Optional<MeasuringShell> start(
      MachineAddress machine,
      ImmutableList<Workplace> candidates,
      String cpu,
      TemporaryFolder folder,
      ImmutableList.Builder<Lack> lacks,
      boolean isReached) {
    Optional<MeasuringShell> last = Optional.empty();
    for (Workplace candidate : candidates) {
      try {
        MeasuringShell shell = MeasuringShell.start(machine, candidate, cpu, folder.path());
        last.ifPresent(MeasuringShell::close);
        last = Optional.of(shell);
        shell.lacks().forEach(what -> lacks.add(new Lack(candidate.strategy(), what)));
        if (shell.kinds().contains(Kind.COMPILE_C)) {
          break;
        }
      } catch (MeasuringShell.FailureException e) {
        if (e instanceof MeasuringShell.UnreachedException unreached
            && !isReached
            && last.isEmpty()) {
          throw new BuildException(String.valueOf(e.getMessage()), unreached.remedy(), e);
        }
        lacks.add(new Lack(candidate.strategy(), candidate.compilers() + ": " + e.getMessage()));
      }
    }
    return last;
  }

  private static List<Cell> cells(List<MeasuringShell> shells) {
    String interpreter = commonInterpreter(shells);
    List<Cell> cells = new ArrayList<>();
    for (MeasuringShell shell : shells) {
      boolean isNative = shell.workplace().strategy() == Strategy.NATIVE;
      boolean runs = shell.workplace().strategy() != Strategy.CROSS;
      for (Kind kind : shell.kinds()) {
        if (kind == Kind.PARALLEL) {
          if (isNative && cores(shell) > 1) {
            cells.add(new Cell(shell, kind, Integer.toString(cores(shell))));
          }
        } else if (kind != Kind.INTERPRETER) {
          cells.add(new Cell(shell, kind, ""));
        } else if (runs) { // a cross build's interpreters are those of a native one
          cells.add(new Cell(shell, kind, interpreter));
        }
      }
    }
    return cells;
  }

  /** One that all have, so that they can be compared; the shell itself, if need be. */
  private static String commonInterpreter(List<MeasuringShell> shells) {
    boolean everyoneHasPerl =
        shells.stream()
            .filter(shell -> shell.kinds().contains(Kind.INTERPRETER))
            .allMatch(shell -> shell.fact("interpreters").orElse("").startsWith("perl"));
    return everyoneHasPerl ? "perl" : "sh";
  }

  private static int cores(MeasuringShell shell) {
    String cores = shell.fact("cores").orElse("1");
    return cores.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(cores) : 1;
  }

  private static void measure(List<Cell> all, SamplingOrder order, Clock clock, Progress progress) {
    Instant began = clock.instant();
    List<Cell> cells = new ArrayList<>(all);
    while (true) {
      double gone = Duration.between(began, clock.instant()).toMillis() / 1000.0;
      OptionalInt next = order.next(cells.stream().map(cell -> cell.samples).toList(), gone);
      if (next.isEmpty()) {
        return;
      }
      Cell cell = cells.get(next.getAsInt());
      progress.start("measuring " + cell.shell.workplace().strategy() + " " + cell.kind.phrase());
      progress.step(Math.round(gone), Math.round(order.limitSeconds()));
      try {
        int units = SamplingOrder.units(cell.samples);
        cell.samples = cell.samples.and(cell.shell.measure(cell.kind, units, cell.argument));
      } catch (MeasuringShell.FailureException e) {
        cell.failure = Optional.of(String.valueOf(e.getMessage()));
        cells.remove(cell);
      }
    }
  }

  private static Calibrations calibrations(
      MachineAddress machine, List<MeasuringShell> shells, List<Cell> cells, Instant now) {
    ImmutableList.Builder<Calibration> all = ImmutableList.builder();
    for (Cell cell : cells) {
      if (cell.samples.count() == 0) {
        continue;
      }
      MeasuringShell itself = shells.get(0); // an emulated one says what QEMU says of the machine
      all.add(
          new Calibration(
              machine.machine(),
              cell.shell.workplace().strategy(),
              cell.kind,
              rounded(cell.samples.seconds()),
              rounded(cell.samples.cpuSeconds()),
              rounded(cell.samples.spread()),
              cell.samples.count(),
              cores(itself),
              itself.fact("cpu").orElse("unknown"),
              cell.shell.workplace().strategy() == Strategy.EMULATED
                  ? itself.fact("qemu")
                  : Optional.empty(),
              cell.kind == Kind.INTERPRETER
                  ? cell.argument
                  : cell.shell.fact("compiler").orElse("unknown"),
              now.truncatedTo(ChronoUnit.SECONDS)));
    }
    return Calibrations.of(all.build());
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }

  /** Of work that is one process after another. */
  private static double busy(List<Cell> cells) {
    double seconds = 0;
    double cpuSeconds = 0;
    for (Cell cell : cells) {
      if (cell.kind != Kind.PARALLEL) {
        for (Sample sample : cell.samples.all()) {
          seconds += sample.seconds();
          cpuSeconds += sample.cpuSeconds();
        }
      }
    }
    return cpuSeconds == 0 ? 1 : seconds / cpuSeconds;
  }
}
