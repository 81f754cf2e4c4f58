package dev.crossplan.planner.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.crossplan.planner.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleJsonTest {
  private static final String PROBLEM =
      """
      {"comment": {"ignored": [1]},
       "tasks": {
         "late":  {"needs": ["early"], "durations": {"0": 3, "1": null, "2": 5.5}},
         "early": {"duration": 6}},
       "machines": [{"name": "desk", "slots": 2, "speed": 2.0}, {}, {"slots": 3}]}
      """;

  private final Path folder;

  ScheduleJsonTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void readsAProblem() throws IOException {
    assertIsTheProblem(ScheduleJson.read(file(PROBLEM)));
  }

  @Test
  void readsGzip() throws IOException {
    Path file = folder.resolve("problem.json.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(PROBLEM.getBytes(StandardCharsets.UTF_8));
    }
    assertIsTheProblem(ScheduleJson.read(file));
  }

  private static void assertIsTheProblem(ScheduleProblem problem) {
    assertEquals(2, problem.taskCount());
    assertEquals("late", problem.taskName(0));
    assertEquals(3, problem.duration(0, 0));
    assertEquals(Double.POSITIVE_INFINITY, problem.duration(0, 1));
    assertEquals(5.5, problem.duration(0, 2));
    assertEquals(3, problem.duration(1, 0));
    assertEquals(6, problem.duration(1, 1));
    assertEquals(1, problem.precedence().need(0, 0));
    assertEquals(new ScheduleProblem.Machine("desk", 2), problem.machine(0));
    assertEquals(new ScheduleProblem.Machine("machine 1", 1), problem.machine(1));
  }

  @Test
  void writesASchedule() throws IOException {
    ScheduleProblem problem = ScheduleJson.read(file(PROBLEM));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ScheduleJson.write(out, ListScheduler.schedule(problem), 5.25, Duration.ofMillis(1500));
    assertEquals(
        "{\"makespan\":6.0,\"bound\":5.25,\"seconds\":1.5,\"assignments\":{\"late\":{\"machine\":0,"
            + "\"start\":3.0},\"early\":{\"machine\":0,\"start\":0.0}}}\n",
        out.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'tasks':{'a':{'duration':1,'needs':['b']}},'machines':[{}]}"
            + "|:1: task b is needed but not there",
        "{'tasks':{'a':{'duration':-1}},'machines':[{}]}"
            + "|:1:27: the duration of task a is -1, it must be from 0 to 1e100",
        "{'tasks':{'a':{'duration':1e999}},'machines':[{}]}"
            + "|:1:27: the duration of task a is 1e999, it must be from 0 to 1e100",
        "{'tasks':{'a':{'duration':'1'}},'machines':[{}]}"
            + "|:1:27: the duration of task a is not a number: 1",
        "{'tasks':{'a':{'duration':1},'a':{'duration':1}},'machines':[{}]}"
            + "|:1:30: task a is there twice",
        "{'tasks':{'a':{}},'machines':[{}]}|:1:16: task a has no duration",
        "{'tasks':{'a':{'duration':1,'durations':{}}},'machines':[{}]}"
            + "|:1:43: task a has two durations",
        "{'tasks':{'a':{'durations':{'x':1}}},'machines':[{}]}"
            + "|:1:29: durations of task a: machine x is not a number",
        "{'tasks':{'a':{'durations':{'1':1}}},'machines':[{}]}"
            + "|: task a has a duration for machine 1, there are 1",
        "{'tasks':{'a':{'durations':{'0':null}}},'machines':[{}]}"
            + "|: task a: no machine can run it",
        "{'tasks':{'a':{'duration':1}},'machines':[{'slots':0}]}"
            + "|: task a: no machine can run it",
        "{'tasks':{'a':{'duration':1}},'machines':[]}|: task a: no machine can run it",
        "{'tasks':{'a':{'duration':1,'needs':['b']},'b':{'duration':1,'needs':['c']},"
            + "'c':{'duration':1,'needs':['b']}},'machines':[{}]}"
            + "|: 2 tasks need one another: b needs c needs b",
        "{'tasks':{'a':{'duration':1,'needs':['a']}},'machines':[{}]}"
            + "|: a task needs itself: a needs a",
        "{'tasks':{'a':{'duration':1,'needs':'b'}},'machines':[{}]}"
            + "|:1:37: needs of task a must be a list of tasks",
        "{'tasks':{},'machines':[{'slots':1.5}]}|:1:34: slots of machine 0 is 1.5, not a count",
        "{'tasks':{},'machines':[{'speed':0}]}"
            + "|:1:34: the speed of machine 0 is 0, not above 0",
        "{'tasks':{}}|: the problem has no machines",
        "{'machines':[]}|: the problem has no tasks",
        "{'tasks':{},'tasks':{}}|:1:21: tasks is there twice",
        "{'tasks':{},'machines':[]} 1|:1:28: the problem ends here, but the file goes on",
        "[]|:1:1: the problem must be an object with tasks and machines",
      })
  void refuses(String problem, String message) throws IOException {
    Path file = file(problem.replace('\'', '"'));
    InputException refused = assertThrows(InputException.class, () -> ScheduleJson.read(file));
    assertEquals(file + message, refused.getMessage());
  }

  @Test
  void refusesWhatIsNoJson() throws IOException {
    Path file = file("{\"tasks\":\n{\"a\":");
    InputException refused = assertThrows(InputException.class, () -> ScheduleJson.read(file));
    String where = file + ":2:6: not well-formed JSON: ";
    assertEquals(where, String.valueOf(refused.getMessage()).substring(0, where.length()));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("problem.json"), text);
  }
}
