package dev.crossplan.planner.execute;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What a run has to react to. All that changes a run happens in its own thread; what others find
 * out, or do for it in the background, they put in here.
 */
final class Inbox implements AutoCloseable {
  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private volatile boolean interrupted;
  private final ExecutorService background =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "build-background");
            thread.setDaemon(true);
            return thread;
          });

  /** Something to be done in the thread of the run. */
  @FunctionalInterface
  interface Task {
    void run() throws IOException, InterruptedException;
  }

  /** Takes the result of what was done in the background. */
  @FunctionalInterface
  interface Receiver<T> {
    void take(T result) throws IOException, InterruptedException;
  }

  /** Tells the run to end before it is done. */
  void interrupt() {
    interrupted = true;
    add(() -> {}); // it may be waiting
  }

  boolean isInterrupted() {
    return interrupted;
  }

  void add(Task task) {
    tasks.add(task);
  }

  /**
   * Does something in the background.
   *
   * @param receiver takes its result
   * @param failed takes what it throws instead
   */
  <T> void later(Callable<T> work, Receiver<T> receiver, Receiver<RuntimeException> failed) {
    background.execute(
        () -> {
          try {
            T result = work.call();
            tasks.add(() -> receiver.take(result));
          } catch (Exception e) {
            RuntimeException known =
                e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
            tasks.add(() -> failed.take(known));
          } catch (Error e) {
            tasks.add(
                () -> {
                  throw e;
                });
          }
        });
  }

  /** Does what comes next, or waits for it that long in vain. */
  void next(int patienceMillis) throws IOException, InterruptedException {
    Task task = tasks.poll(patienceMillis, TimeUnit.MILLISECONDS);
    if (task != null) {
      task.run();
    }
  }

  /** Stops what goes on in the background. */
  @Override
  public void close() {
    background.shutdownNow();
  }
}
