package dev.crossplan.planner.execute;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Manifest.Target;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/** Has outputs looked at in the background, those that were there each once. */
final class Inspections {
  private final OutputCheck check;
  private final Ledger ledger;
  private final Inbox inbox;
  private final Set<StorePath> begun = new HashSet<>();
  private final Set<StorePath> openOfPresent = new HashSet<>();
  private int open;

  Inspections(OutputCheck check, Ledger ledger, Inbox inbox) {
    this.check = check;
    this.ledger = ledger;
    this.inbox = inbox;
  }

  /**
   * Looks at outputs that were just made.
   *
   * @param derivation that Nix has built
   * @param blameless what they may refer to, see {@link Work#blameless}
   * @param receiver of what is wrong with them
   * @param failed takes what stops it
   */
  void ofMade(
      StorePath derivation,
      ImmutableList<StorePath> outputs,
      Optional<ImmutableSet<StorePath>> blameless,
      Target target,
      Inbox.Receiver<ImmutableList<String>> receiver,
      Inbox.Receiver<RuntimeException> failed) {
    begun.add(derivation);
    later(() -> check.faults(outputs, blameless, target), receiver, failed);
  }

  private <T> void later(
      Callable<T> look, Inbox.Receiver<T> receiver, Inbox.Receiver<RuntimeException> failed) {
    open++;
    inbox.later(
        look,
        result -> {
          open--;
          receiver.take(result);
        },
        reason -> {
          open--;
          failed.take(reason);
        });
  }

  /**
   * Looks at outputs and at all that they refer to, whether that was done before or not.
   *
   * @see #ofMade
   */
  void ofClosure(
      ImmutableList<StorePath> outputs,
      Target target,
      Inbox.Receiver<ImmutableListMultimap<Path, String>> receiver,
      Inbox.Receiver<RuntimeException> failed) {
    later(() -> check.faultsOfClosure(outputs, target), receiver, failed);
  }

  /**
   * Looks at outputs that were there, unless that was done already: what was killed between a build
   * and its inspection left some that nobody has looked at.
   *
   * @see #ofMade
   */
  void ofPresent(
      StorePath derivation,
      ImmutableList<StorePath> outputs,
      Optional<ImmutableSet<StorePath>> blameless,
      Target target,
      Inbox.Receiver<ImmutableList<String>> receiver,
      Inbox.Receiver<RuntimeException> failed) {
    if (!begun.contains(derivation) && !ledger.hasBuilt(derivation)) {
      openOfPresent.add(derivation);
      ofMade(
          derivation,
          outputs,
          blameless,
          target,
          faults -> {
            openOfPresent.remove(derivation);
            receiver.take(faults);
          },
          failed);
    }
  }

  /** Whether outputs that were there are being looked at: nothing is to be made of them yet. */
  boolean isOpen(StorePath derivation) {
    return openOfPresent.contains(derivation);
  }

  /** Whether nothing is being looked at. */
  boolean isIdle() {
    return open == 0;
  }
}
