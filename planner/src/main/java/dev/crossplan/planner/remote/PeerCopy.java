package dev.crossplan.planner.remote;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.instance.Builder;
import dev.crossplan.planner.instance.TemporaryFolder;
import java.util.List;

/**
 * Has a builder fetch store paths from another one, past this machine ({@code nix-copy-closure} of
 * the Nix manual). For that it has to be able to log in there by itself, with a key and a host key
 * of its own.
 */
public final class PeerCopy {
  private PeerCopy() {}

  /**
   * Does it, to the end.
   *
   * @param seconds to wait for each of them to let in
   * @param folder for what ssh says
   * @return whether all is there now
   * @throws InterruptedException if this thread is interrupted; the copying has been ended then
   */
  public static boolean run(
      Builder to,
      Builder from,
      List<StorePath> paths,
      int seconds,
      TemporaryFolder folder,
      ImmutableMap<String, String> environment)
      throws InterruptedException {
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command.addAll(MachineAddress.of(from, ImmutableMap.of()).copyingFrom(seconds));
    paths.forEach(path -> command.add(path.toString()));
    try (BuilderCommand copying =
        BuilderCommand.start(to, command.build(), seconds, folder, environment)) {
      return copying.process().waitFor() == 0;
    } catch (BuilderCommand.FailureException e) {
      return false;
    }
  }
}
