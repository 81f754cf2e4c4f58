package dev.crossplan.planner.instance;

import com.google.common.collect.ImmutableList;
import dev.crossplan.planner.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks several substituters at the same time: each takes as long as its network. */
final class Together {
  private Together() {}

  /** What is asked of one of them. */
  @FunctionalInterface
  interface Question<T, R> {
    R ask(T of) throws InterruptedException;
  }

  /** The answers, in the order of those that were asked. */
  static <T, R> ImmutableList<R> ask(List<T> all, Question<T, R> question) {
    if (all.isEmpty()) {
      return ImmutableList.of();
    }
    ExecutorService threads = Executors.newFixedThreadPool(all.size());
    try {
      List<Future<R>> asked = new ArrayList<>();
      for (T of : all) {
        asked.add(threads.submit(() -> question.ask(of)));
      }
      ImmutableList.Builder<R> answers = ImmutableList.builder();
      for (Future<R> answer : asked) {
        answers.add(Evaluation.result(answer));
      }
      return answers.build();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted while asking a substituter", null, e);
    } finally {
      threads.shutdownNow();
    }
  }
}
