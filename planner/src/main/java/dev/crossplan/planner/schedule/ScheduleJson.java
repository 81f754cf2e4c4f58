package dev.crossplan.planner.schedule;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.InputFile;
import dev.crossplan.planner.Suggestion;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Problems and schedules as JSON.
 *
 * <pre>
 * problem  {"tasks": {NAME: {"duration": X | "durations": {MACHINE: X | null, …}, "needs": [NAME, …],
 *                            "memory": N, "bytes": N}},
 *           "machines": [{"name": NAME, "slots": N, "speed": X, "memory": N, "bandwidth": X}]}
 * schedule {"makespan": X, "bound": X, "seconds": X, "assignments": {NAME: {"machine": N, "start": X}}}
 * </pre>
 *
 * MACHINE is the place in {@code machines}, from 0. A {@code duration} is divided by the machine's
 * speed, {@code durations} are as they are; a machine that is absent or null there cannot run the
 * task. Without {@code slots} a machine has one, without {@code speed} it is 1. A task has {@code
 * memory} bytes of the machine's while it runs, none if it does not say so; a machine that says
 * nothing has enough. What a task makes is {@code bytes} long, and comes from one machine to
 * another at the lesser {@code bandwidth} of both, in bytes in the unit of time; at once, where
 * nothing is said. Members that are not named here are ignored.
 */
public final class ScheduleJson {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          // Task names are nearly all different: keeping them in Jackson's table takes most of the
          // time.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // Java 17 and 19 differ in the last digit of some numbers; this writer is the same on
          // all.
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  /** Counts above this are no whole numbers in JSON any more. */
  private static final double MOST = 1L << 53;

  private ScheduleJson() {}

  /**
   * Reads a problem, plain or gzip.
   *
   * @throws InputException if the file is not a problem: names the task and, where one is to blame,
   *     the line
   */
  public static ScheduleProblem read(Path file) {
    return InputFile.read(
        file, in -> new Reader(InputFile.name(file), JSON.createParser(in)).problem());
  }

  /**
   * Writes a schedule, tasks in the order of the problem, and a line feed.
   *
   * @param bound what no schedule can be shorter than
   * @param taken how long the search took
   */
  public static void write(OutputStream out, Schedule schedule, double bound, Duration taken)
      throws IOException {
    ScheduleProblem problem = schedule.problem();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("makespan", schedule.makespan());
      json.writeNumberField("bound", bound);
      json.writeNumberField("seconds", taken.toMillis() / 1000.0);
      json.writeObjectFieldStart("assignments");
      for (int t = 0; t < problem.taskCount(); t++) {
        json.writeObjectFieldStart(problem.taskName(t));
        json.writeNumberField("machine", schedule.machine(t));
        json.writeNumberField("start", schedule.start(t));
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  /** A machine as it is written. */
  private record MachineLine(String name, int slots, double speed, long memory, double bandwidth) {}

  /** Durations as they are written: one for all machines, or some by machine. */
  private record DurationLine(double all, ImmutableIntArray machines, ImmutableDoubleArray each) {}

  /** One pass over the file; what refers to what comes later is looked up at the end. */
  private static final class Reader {
    private final String file;
    private final JsonParser json;

    // By number: a name gets one where it comes first, be it as a task or as a need.
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final List<@Nullable DurationLine> durations = new ArrayList<>();
    private final List<ImmutableIntArray> needs = new ArrayList<>();
    private final List<Long> memory = new ArrayList<>();
    private final List<Long> bytes = new ArrayList<>();

    private final List<Integer> inFileOrder = new ArrayList<>();

    /** Names that are needed and not read yet, by number, with the line that needs them. */
    private final Map<Integer, Integer> unread = new HashMap<>();

    private final List<MachineLine> machines = new ArrayList<>();

    Reader(String file, JsonParser json) {
      this.file = file;
      this.json = json;
    }

    ScheduleProblem problem() throws IOException {
      boolean hasTasks = false;
      boolean hasMachines = false;
      json.nextToken();
      expect(JsonToken.START_OBJECT, "the problem", "an object with tasks and machines");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String member = json.currentName();
        json.nextToken();
        switch (member) {
          case "tasks" -> {
            checkOnce(hasTasks, member);
            hasTasks = true;
            readTasks();
          }
          case "machines" -> {
            checkOnce(hasMachines, member);
            hasMachines = true;
            readMachines();
          }
          default -> json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        throw here("the problem ends here, but the file goes on");
      }
      if (!hasTasks || !hasMachines) {
        throw new InputException(
            file + ": the problem has no " + (hasTasks ? "machines" : "tasks"),
            "Maybe this is a file of another kind: a problem is {\"tasks\": {…}, \"machines\": […]}.");
      }
      return assemble();
    }

    private void readTasks() throws IOException {
      expect(JsonToken.START_OBJECT, "tasks", "an object, one member for each task");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        int task = number(name);
        if (durations.get(task) != null) {
          throw here("task " + name + " is there twice");
        }
        json.nextToken();
        readTask(name, task);
        unread.remove(task);
      }
    }

    private void readTask(String name, int task) throws IOException {
      expect(JsonToken.START_OBJECT, "task " + name, "an object with duration and needs");
      double all = Double.NaN;
      DurationLine each = null;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String member = json.currentName();
        json.nextToken();
        switch (member) {
          case "duration" -> all = readDuration("the duration of task " + name);
          case "durations" -> each = readDurations(name);
          case "needs" -> needs.set(task, readNeeds(name));
          case "memory" -> memory.set(task, readCount("the memory of task " + name));
          case "bytes" -> bytes.set(task, readCount("the bytes of task " + name));
          default -> json.skipChildren();
        }
      }
      if (Double.isNaN(all) == (each == null)) {
        throw here("task " + name + " has " + (each == null ? "no duration" : "two durations"));
      }
      durations.set(
          task,
          each == null
              ? new DurationLine(all, ImmutableIntArray.of(), ImmutableDoubleArray.of())
              : each);
      inFileOrder.add(task);
    }

    private DurationLine readDurations(String task) throws IOException {
      expect(JsonToken.START_OBJECT, "durations of task " + task, "an object by machine");
      ImmutableIntArray.Builder indices = ImmutableIntArray.builder();
      ImmutableDoubleArray.Builder each = ImmutableDoubleArray.builder();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String machine = json.currentName();
        int index;
        try {
          index = Integer.parseInt(machine);
        } catch (NumberFormatException e) {
          throw here("durations of task " + task + ": machine " + machine + " is not a number");
        }
        if (json.nextToken() != JsonToken.VALUE_NULL) {
          indices.add(index);
          each.add(readDuration("the duration of task " + task + " on machine " + machine));
        }
      }
      return new DurationLine(Double.NaN, indices.build(), each.build());
    }

    private double readDuration(String what) throws IOException {
      double duration = readNumber(what);
      if (!(duration >= 0 && duration <= ScheduleProblem.LONGEST)) {
        throw here(what + " is " + json.getText() + ", it must be from 0 to 1e100");
      }
      return duration;
    }

    private ImmutableIntArray readNeeds(String task) throws IOException {
      expect(JsonToken.START_ARRAY, "needs of task " + task, "a list of tasks");
      List<Integer> result = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(JsonToken.VALUE_STRING, "needs of task " + task, "a list of names");
        int need = number(json.getText());
        if (durations.get(need) == null) {
          unread.putIfAbsent(need, json.currentTokenLocation().getLineNr());
        }
        result.add(need);
      }
      return ImmutableIntArray.copyOf(result.stream().mapToInt(i -> i).distinct().toArray());
    }

    private void readMachines() throws IOException {
      expect(JsonToken.START_ARRAY, "machines", "a list of machines");
      while (json.nextToken() != JsonToken.END_ARRAY) {
        String what = "machine " + machines.size();
        expect(JsonToken.START_OBJECT, what, "an object with slots and speed");
        String name = what;
        int slots = 1;
        double speed = 1;
        long memoryOf = ScheduleProblem.UNLIMITED;
        double bandwidth = Double.POSITIVE_INFINITY;
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String member = json.currentName();
          json.nextToken();
          switch (member) {
            case "name" -> {
              expect(JsonToken.VALUE_STRING, "the name of " + what, "a text");
              name = json.getText();
            }
            case "slots" -> slots = Ints.saturatedCast(readCount("slots of " + what));
            case "speed" -> speed = readPositive("the speed of " + what);
            case "memory" -> memoryOf = readCount("the memory of " + what);
            case "bandwidth" -> bandwidth = readPositive("the bandwidth of " + what);
            default -> json.skipChildren();
          }
        }
        machines.add(new MachineLine(name, slots, speed, memoryOf, bandwidth));
      }
    }

    private ScheduleProblem assemble() {
      unread.forEach(
          (task, line) -> {
            throw new InputException(
                file + ":" + line + ": task " + names.get(task) + " is needed but not there",
                Suggestion.oneOf(names.get(task), inFileOrder.stream().map(names::get).toList()));
          });
      int n = inFileOrder.size();
      int m = machines.size();
      if ((long) n * m > Integer.MAX_VALUE - 8) {
        throw new InputException(
            file + ": " + n + " tasks on " + m + " machines are too many",
            "Maybe machines that are alike can be one with more slots.");
      }
      int[] place = new int[n];
      for (int i = 0; i < n; i++) {
        place[inFileOrder.get(i)] = i;
      }
      List<String> tasks = inFileOrder.stream().map(names::get).toList();
      boolean bySpeed = durations.stream().noneMatch(line -> Double.isNaN(all(line)));
      double[] table = new double[bySpeed ? n : n * m];
      int[][] needsOf = new int[n][];
      long[] memoryOf = new long[n];
      long[] bytesOf = new long[n];
      for (int number = 0; number < n; number++) {
        double[] row = row(number);
        if (bySpeed) {
          table[place[number]] = all(durations.get(number));
        } else {
          System.arraycopy(row, 0, table, place[number] * m, m);
        }
        needsOf[place[number]] = needs.get(number).stream().map(need -> place[need]).toArray();
        memoryOf[place[number]] = memory.get(number);
        bytesOf[place[number]] = bytes.get(number);
      }
      Precedence precedence = Precedence.of(needsOf);
      checkNoCycle(tasks, precedence);
      return ScheduleProblem.of(
          tasks,
          precedence,
          machines.stream()
              .map(line -> new ScheduleProblem.Machine(line.name(), line.slots(), line.memory()))
              .toList(),
          bySpeed
              ? Durations.bySpeed(
                  table, machines.stream().mapToDouble(MachineLine::speed).toArray())
              : Durations.each(table, m),
          Arrays.stream(memoryOf).allMatch(each -> each == 0) ? new long[0] : memoryOf,
          transfers(bytesOf));
    }

    private static double all(@Nullable DurationLine line) {
      return Objects.requireNonNull(line).all();
    }

    private Transfers transfers(long[] bytesOf) {
      if (machines.stream().allMatch(line -> line.bandwidth() == Double.POSITIVE_INFINITY)
          || Arrays.stream(bytesOf).allMatch(each -> each == 0)) {
        return Transfers.NONE;
      }
      int m = machines.size();
      double[] secondsPerByte = new double[m * m];
      for (int from = 0; from < m; from++) {
        for (int to = 0; to < m; to++) {
          if (from != to) {
            secondsPerByte[from * m + to] =
                1 / Math.min(machines.get(from).bandwidth(), machines.get(to).bandwidth());
          }
        }
      }
      return Transfers.of(bytesOf, secondsPerByte);
    }

    /** How long a task takes on each machine. */
    private double[] row(int number) {
      String task = file + ": task " + names.get(number);
      DurationLine line = Objects.requireNonNull(durations.get(number));
      double[] row = new double[machines.size()];
      for (int m = 0; m < row.length; m++) {
        // No number, where there is not one duration for all
        double seconds = line.all() / machines.get(m).speed();
        row[m] = Double.isNaN(seconds) ? Double.POSITIVE_INFINITY : seconds;
        if (seconds > ScheduleProblem.LONGEST) {
          throw new InputException(
              task + " takes too long at the speed of " + machines.get(m).name(),
              "Maybe the speed is too small, or the duration in another unit than the others.");
        }
      }
      for (int i = 0; i < line.machines().length(); i++) {
        int machine = line.machines().get(i);
        if (machine < 0 || machine >= row.length) {
          throw new InputException(
              task + " has a duration for machine " + machine + ", there are " + row.length,
              "Maybe it is the machine's place in the list that is meant, counted from 0.");
        }
        row[machine] = line.each().get(i);
      }
      for (int m = 0; m < row.length; m++) {
        MachineLine machine = machines.get(m);
        if (machine.slots() > 0
            && machine.memory() >= memory.get(number)
            && row[m] < Double.POSITIVE_INFINITY) {
          return row;
        }
      }
      throw new InputException(
          task + ": no machine can run it",
          row.length == 0
              ? "Maybe add a machine: {\"slots\": 1, \"speed\": 1.0}."
              : "Maybe give it a duration on one of the machines that have slots and memory for it.");
    }

    private void checkNoCycle(List<String> tasks, Precedence precedence) {
      ImmutableIntArray cycle = precedence.cycle();
      if (cycle.isEmpty()) {
        return;
      }
      StringBuilder circle = new StringBuilder();
      for (int i = 0; i < Math.min(cycle.length(), 10); i++) {
        circle.append(tasks.get(cycle.get(i))).append(" needs ");
      }
      if (cycle.length() > 10) {
        circle.append("… needs ");
      }
      throw new InputException(
          file
              + ": "
              + (cycle.length() == 1
                  ? "a task needs itself: "
                  : cycle.length() + " tasks need one another: ")
              + circle
              + tasks.get(cycle.get(0)),
          "Maybe leave out one of these needs.");
    }

    private int number(String name) {
      return numbers.computeIfAbsent(
          name,
          added -> {
            names.add(added);
            durations.add(null);
            needs.add(ImmutableIntArray.of());
            memory.add(0L);
            bytes.add(0L);
            return names.size() - 1;
          });
    }

    private double readNumber(String what) throws IOException {
      if (!json.currentToken().isNumeric()) {
        throw here(what + " is not a number: " + json.getText());
      }
      return json.getDoubleValue();
    }

    private long readCount(String what) throws IOException {
      double number = readNumber(what);
      if (!(number >= 0 && number <= MOST) || number != Math.rint(number)) {
        throw here(what + " is " + json.getText() + ", not a count");
      }
      return (long) number;
    }

    private double readPositive(String what) throws IOException {
      double number = readNumber(what);
      if (!(number > 1e-9 && number <= MOST)) {
        throw here(what + " is " + json.getText() + ", not above 0");
      }
      return number;
    }

    private void checkOnce(boolean seen, String member) {
      if (seen) {
        throw here(member + " is there twice");
      }
    }

    private void expect(JsonToken token, String what, String shape) {
      if (json.currentToken() != token) {
        throw here(what + " must be " + shape);
      }
    }

    private InputException here(String message) {
      JsonLocation at = json.currentTokenLocation();
      return new InputException(
          file + ":" + at.getLineNr() + ":" + at.getColumnNr() + ": " + message,
          "Maybe compare it with one: {\"tasks\": {\"a\": {\"duration\": 1, \"needs\": []}},"
              + " \"machines\": [{\"slots\": 1}]}");
    }
  }
}
