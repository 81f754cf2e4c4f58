package dev.crossplan.planner.measurement;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.Resources;
import dev.crossplan.planner.calibration.Kind;
import dev.crossplan.planner.calibration.Sample;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.remote.MachineAddress;
import dev.crossplan.planner.remote.ProbeFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shell on a machine that does work and tells how long it takes: {@code measure.sh}, in which is
 * said how one talks with it. What it makes there it takes away when it is closed.
 */
final class MeasuringShell implements AutoCloseable {
  /** A slow board may have to compile C++ meanwhile. */
  private static final int PATIENCE_SECONDS = 300;

  private static final int TIDYING_SECONDS = 20;

  /** What a kernel counts in; less than one of it is taken for half of it. */
  private static final double TICK_SECONDS = 0.01;

  private static final int LONGEST_MESSAGE = 300;

  private static final ImmutableList<String> SOURCES =
      ImmutableList.of("unit.c", "unit.cc", "program.c");

  /** As {@code times} says it: {@code 1m2.340s}. */
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})m(\\d{1,9}(?:\\.\\d{1,9})?)s");

  private final Workplace workplace;
  private final Process process;
  private final Path said;
  private final BufferedReader lines;
  private final Writer requests;
  private final Thread ending;

  private final Map<String, String> facts = new HashMap<>();
  private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
  private final ImmutableList.Builder<String> lacks = ImmutableList.builder();

  private MeasuringShell(Workplace workplace, Process process, Path said) {
    this.workplace = workplace;
    this.process = process;
    this.said = said;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.ending = new Thread(() -> NixProgram.end(process));
    Runtime.getRuntime().addShutdownHook(ending);
  }

  /** A shell that does not measure, and why. */
  static class FailureException extends Exception {
    private static final long serialVersionUID = 1;

    FailureException(String message) {
      super(message);
    }
  }

  /** A machine that ssh does not reach: its other shells would not measure either. */
  static final class UnreachedException extends FailureException {
    private static final long serialVersionUID = 1;

    private final String remedy;

    /**
     * @param said the last words of ssh
     */
    UnreachedException(MachineAddress machine, ProbeFailure failure, String said) {
      super(
          machine.machine().name()
              + " is not reached: it "
              + failure.message()
              + (failure.message().contains(said) ? "" : "\n  " + machine.login() + ": " + said));
      this.remedy =
          switch (failure.kind()) {
            case TIMEOUT -> "Maybe it is off, or a firewall drops what comes.";
            case REFUSED ->
                "Maybe sshd does not run there, or listens elsewhere: user@host:PORT names the"
                    + " port.";
            case UNKNOWN_HOST_KEY ->
                "Maybe log in once by hand, and compare it: " + machine.login() + ".";
            default -> failure.remedy();
          };
    }

    /** A sentence that starts with "Maybe". */
    String remedy() {
      return remedy;
    }
  }

  /**
   * Starts a shell and waits until it has compiled what it needs.
   *
   * @param cpu of the board, as {@code uname -m} says it
   * @param folder for what it says on standard error
   * @throws UnreachedException if it is ssh that ends before it is ready
   * @throws FailureException if it cannot be started, or ends before it is ready
   */
  static MeasuringShell start(MachineAddress machine, Workplace workplace, String cpu, Path folder)
      throws FailureException {
    boolean isRemote = !machine.ssh().isEmpty();
    MeasuringShell shell;
    try {
      Path said = Files.createTempFile(folder, "said", "");
      ProcessBuilder builder =
          new ProcessBuilder(machine.command(workplace.command())).redirectError(said.toFile());
      if (isRemote) {
        builder.environment().put("LC_ALL", "C"); // what ssh says is read
      }
      shell = new MeasuringShell(workplace, started(builder, machine), said);
    } catch (IOException e) {
      throw new FailureException(String.valueOf(e.getMessage()));
    }
    try {
      shell.send(script(workplace, cpu));
      shell.introduce();
      return shell;
    } catch (FailureException e) {
      shell.close();
      if (isRemote && shell.hasEndedWith(MachineAddress.SSH_FAILED)) {
        String all = shell.said();
        throw new UnreachedException(
            machine,
            ProbeFailure.ofSsh(all, machine, MachineAddress.PATIENCE_SECONDS, false),
            shortened(ProbeFailure.lastLine(all)));
      }
      throw e;
    }
  }

  private static Process started(ProcessBuilder builder, MachineAddress machine)
      throws IOException, FailureException {
    try {
      return builder.start();
    } catch (IOException e) {
      if (machine.ssh().isEmpty()) {
        throw e;
      }
      throw new UnreachedException(machine, ProbeFailure.noSsh(e), "");
    }
  }

  private boolean hasEndedWith(int status) {
    return !process.isAlive() && process.exitValue() == status;
  }

  private static String script(Workplace workplace, String cpu) {
    StringBuilder script = new StringBuilder();
    script.append(workplace.beginning()).append('\n');
    script.append("strategy=").append(workplace.strategy());
    script.append(" target=").append(MachineAddress.quoted(cpu)).append('\n');
    script.append(resource("measure.sh"));
    for (String source : SOURCES) {
      script.append("cat >").append(source).append(" <<'END OF FILE'\n");
      script.append(resource(source)).append("END OF FILE\n");
    }
    return script.append("serve\n").toString();
  }

  private static String resource(String name) {
    try {
      return Resources.toString(
          Resources.getResource(MeasuringShell.class, "calibration/" + name),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void introduce() throws FailureException {
    for (String line = receive(); !line.equals("ready"); line = receive()) {
      int space = line.indexOf(' ');
      String rest = line.substring(space + 1).strip();
      switch (space < 0 ? "" : line.substring(0, space)) {
        case "fact" -> {
          List<String> words = Splitter.on(' ').limit(2).splitToList(rest);
          facts.put(words.get(0), words.size() > 1 ? words.get(1).strip() : "");
        }
        case "can" ->
            Splitter.on(' ')
                .splitToStream(rest)
                .flatMap(w -> Kind.of(w).stream())
                .forEach(kinds::add);
        case "lacks" -> lacks.add(rest);
        default -> {
          // a greeting of whatever the login starts
        }
      }
    }
  }

  Workplace workplace() {
    return workplace;
  }

  /** What the machine says of itself by that name; empty if it does not. */
  Optional<String> fact(String name) {
    return Optional.ofNullable(facts.get(name)).filter(text -> !text.isEmpty());
  }

  /** The work that it can do. */
  ImmutableSet<Kind> kinds() {
    return ImmutableSet.copyOf(kinds);
  }

  /** What keeps it from other work. */
  ImmutableList<String> lacks() {
    return lacks.build();
  }

  /**
   * Does work.
   *
   * @param count units of it
   * @param argument of the work: an interpreter, or how many cores; empty for most
   * @return what one unit took
   * @throws FailureException if it cannot be done after all
   */
  Sample measure(Kind kind, int count, String argument) throws FailureException {
    send(kind + " " + count + " " + argument + "\n");
    String answer = receive();
    if (answer.startsWith("lacks ")) {
      throw new FailureException(answer.substring("lacks ".length()));
    }
    return parse(answer, count);
  }

  /** Reads {@code sampled UPTIME UPTIME}, and four times before, four after. */
  static Sample parse(String answer, int count) throws FailureException {
    List<String> words = Splitter.on(' ').omitEmptyStrings().splitToList(answer);
    if (words.size() != 11 || !words.get(0).equals("sampled")) {
      throw new FailureException("answered " + shortened(answer));
    }
    try {
      double seconds = Double.parseDouble(words.get(2)) - Double.parseDouble(words.get(1));
      double cpu = 0;
      for (int i = 0; i < 4; i++) {
        cpu += seconds(words.get(7 + i)) - seconds(words.get(3 + i));
      }
      return new Sample(
          Math.max(seconds, TICK_SECONDS / 2) / count, Math.max(cpu, TICK_SECONDS / 2) / count);
    } catch (IllegalArgumentException e) {
      throw new FailureException("answered " + shortened(answer));
    }
  }

  private static double seconds(String time) {
    Matcher matcher = TIME.matcher(time);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(time);
    }
    return 60.0 * Integer.parseInt(matcher.group(1)) + Double.parseDouble(matcher.group(2));
  }

  private void send(String text) throws FailureException {
    try {
      requests.write(text);
      requests.flush();
    } catch (IOException e) {
      throw ended();
    }
  }

  private String receive() throws FailureException {
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(
            process::destroyForcibly,
            CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    try {
      String line = lines.readLine();
      if (line == null) {
        throw ended();
      }
      return line;
    } catch (IOException e) {
      throw ended();
    } finally {
      end.cancel(false);
    }
  }

  /** Why it ended is mostly the last thing that it said. */
  private FailureException ended() {
    List<String> all = said().lines().toList();
    return new FailureException(
        all.isEmpty()
            ? workplace.command().get(0) + " ended without a word"
            : shortened(all.get(all.size() - 1)));
  }

  /** What came on standard error. */
  private String said() {
    try {
      return new String(Files.readAllBytes(said), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static String shortened(String text) {
    return text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) + " …" : text;
  }

  /** Lets it take away what it made; ends it if it does not. */
  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException e) {
      // it has ended already
    }
    try {
      if (!process.waitFor(TIDYING_SECONDS, TimeUnit.SECONDS)) {
        NixProgram.end(process);
      }
    } catch (InterruptedException e) {
      NixProgram.end(process);
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException e) {
      // the hook runs, or has run
    }
  }
}
