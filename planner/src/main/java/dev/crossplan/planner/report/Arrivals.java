package dev.crossplan.planner.report;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;

/**
 * When the lines of a pipe arrive. What comes while somebody waits for it has just been written;
 * what is there already was written at some time since the last look, or since the pipe was made.
 */
public final class Arrivals {
  private final Clock clock;
  private Arrival last;

  /**
   * @param clock tells when lines arrive
   * @param begun nothing was written to the pipe before
   */
  public Arrivals(Clock clock, Instant begun) {
    this.clock = clock;
    this.last = Arrival.at(begun);
  }

  /** A stream to be read instead of the pipe itself. */
  public InputStream watch(InputStream pipe) {
    return new Watched(pipe);
  }

  /** Of what was read last. */
  Arrival last() {
    return last;
  }

  private final class Watched extends FilterInputStream {
    Watched(InputStream pipe) {
      super(pipe);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      boolean isThere = in.available() > 0;
      int read = in.read(bytes, offset, length);
      Instant now = clock.instant();
      last = new Arrival(isThere ? last.latest() : now, now);
      return read;
    }

    /** Else a buffer would ask for more at once, and nobody knew when the first of it arrived. */
    @Override
    public int available() {
      return 0;
    }
  }
}
