package dev.crossplan.planner.report;

import dev.crossplan.planner.InputException;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.DerivationAterm;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.history.Machine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * Reads a report of builds, whatever wrote it.
 *
 * @param format empty: what it is tells its beginning
 * @param machine of which a report speaks that names none; empty: this one, or "hydra"
 * @param arrivals of what comes through a pipe while Nix writes it; empty for what was written
 *     before
 * @param clock which tells what is still to come, and the zone of times that name none
 */
public record ReportReader(
    Optional<ReportFormat> format,
    Optional<Machine> machine,
    Optional<Arrivals> arrivals,
    Clock clock) {
  private static final int PEEKED_BYTES = 1 << 13;
  private static final Machine HYDRA = new Machine("hydra");

  /**
   * Reads all of a stream.
   *
   * @param source what messages call it
   * @return what it is
   * @throws InputException if it is no report, or damaged; what came before was handed on
   */
  public ReportFormat read(String source, InputStream in, BuildSink sink) throws IOException {
    ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    ReportFormat found = format.isPresent() ? format.get() : guess(source, in, beginning);
    // Unlike a PushbackInputStream, it does not wait for more when it has something.
    InputStream again =
        new SequenceInputStream(new ByteArrayInputStream(beginning.toByteArray()), in);
    Machine here = machine.orElseGet(Machine::here);
    BuildSink plausible = new PlausibleBuilds(sink, clock);
    switch (found) {
      case NOM -> new NomReports(source, here, plausible).read(again);
      case INTERNAL_JSON ->
          new NixLogReader(
                  source, arrivals, clock.getZone(), here, ReportReader::derivation, plausible)
              .read(again);
      case HYDRA -> new HydraBuilds(source, machine.orElse(HYDRA), plausible).read(again);
      case CROSSPLAN -> EntryFile.read(source, again, sink::add);
    }
    return found;
  }

  /**
   * Reads no more than is needed: what comes later has not come yet.
   *
   * @param beginning gets what was read
   */
  private static ReportFormat guess(String source, InputStream in, ByteArrayOutputStream beginning)
      throws IOException {
    byte[] buffer = new byte[PEEKED_BYTES];
    boolean isWhole = false;
    Optional<ReportFormat> format = Optional.empty();
    while (format.isEmpty() && !isWhole) {
      int read = in.read(buffer, 0, PEEKED_BYTES - beginning.size());
      beginning.write(buffer, 0, Math.max(0, read));
      isWhole = read < 0 || beginning.size() == PEEKED_BYTES;
      format = ReportFormat.of(beginning.toString(StandardCharsets.UTF_8), isWhole);
    }
    if (beginning.size() == 0) {
      throw new InputException(
          source + ": is empty", "Maybe nothing was built, or what was to write it failed.");
    }
    return format.orElseThrow(
        () ->
            new InputException(
                source + ": what wrote it cannot be told from how it begins",
                "Maybe say it: --from nom, internal-json, hydra or crossplan."));
  }

  /** As it is in a store of this machine; empty if it is gone, or cannot be read. */
  private static Optional<Derivation> derivation(StorePath path) {
    Path file = Path.of(path.toString());
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          DerivationAterm.read(path.toString(), path.derivationName(), Files.readAllBytes(file)));
    } catch (IOException | InputException e) {
      return Optional.empty();
    }
  }
}
