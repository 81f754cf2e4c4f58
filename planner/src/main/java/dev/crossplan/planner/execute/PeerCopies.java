package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.plan.Step;
import dev.crossplan.planner.remote.PeerCopy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Has builders fetch from one another what they will build with, as soon as it is built and while
 * other things go on: then it need not go out from this machine. Nothing depends on it: what a
 * builder lacks Nix copies, and where a builder cannot log in to another it is tried once.
 */
final class PeerCopies {
  private final ImmutableMap<String, Builder> others;
  private final BuilderHealth health;
  private final BuilderHealth.Settings settings;
  private final Inbox inbox;

  /** By builder, what it was given or has built in this run. */
  private final Map<String, Set<StorePath>> holdings = new HashMap<>();

  /** Pairs of builders, from and to, that do not reach each other. */
  private final Set<List<String>> apart = new HashSet<>();

  /**
   * Copies nothing yet.
   *
   * @param builders all of a manifest
   */
  PeerCopies(
      ImmutableList<Builder> builders,
      BuilderHealth health,
      BuilderHealth.Settings settings,
      Inbox inbox) {
    this.others =
        Maps.uniqueIndex(
            builders.stream().filter(builder -> !builder.isHere()).toList(), Builder::name);
    this.health = health;
    this.settings = settings;
    this.inbox = inbox;
  }

  /**
   * Another machine has built something: those that need it fetch it.
   *
   * @param step id of what has been built, in {@code work}
   * @param from the builder that has built it
   */
  void made(Work work, int step, String from, ImmutableList<StorePath> outputs) {
    holdings(from).addAll(outputs);
    for (String to : users(work, step)) {
      if (!to.equals(from)
          && others.containsKey(to)
          && health.isThere(to)
          && !apart.contains(List.of(from, to))
          && holdings(to).addAll(outputs)) {
        copy(from, to, outputs);
      }
    }
  }

  private Set<StorePath> holdings(String builder) {
    return holdings.computeIfAbsent(builder, name -> new HashSet<>());
  }

  /** Those that are to build with it. */
  private static Set<String> users(Work work, int step) {
    Set<String> users = new TreeSet<>();
    for (Step user : work.steps()) {
      if (user.inputs().contains(step) && !work.driver().state(user.id()).isDone()) {
        user.builder().ifPresent(users::add);
      }
    }
    return users;
  }

  private void copy(String from, String to, ImmutableList<StorePath> outputs) {
    inbox.later(
        () ->
            PeerCopy.run(
                Objects.requireNonNull(others.get(to)),
                Objects.requireNonNull(others.get(from)),
                outputs,
                settings.connectSeconds(),
                settings.folder(),
                settings.environment()),
        copied -> {
          if (!copied && health.isThere(from) && health.isThere(to)) {
            apart.add(List.of(from, to));
          }
        },
        failed -> {
          throw failed;
        });
  }
}
