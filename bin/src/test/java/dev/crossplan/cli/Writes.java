package dev.crossplan.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Counts the calls of write, each of which a terminal may show on its own. */
final class Writes extends FilterOutputStream {
  private int count;

  Writes(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    count++;
    out.write(b);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    count++;
    out.write(bytes, from, length);
  }

  int count() {
    return count;
  }
}
