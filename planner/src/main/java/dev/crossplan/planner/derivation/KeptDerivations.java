package dev.crossplan.planner.derivation;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Derivations by their paths, kept as compressed .drv files: a fifth of what they take as objects,
 * so that hundreds of thousands fit in memory. Each is read anew when it is asked for. Not for
 * several threads at once.
 */
public final class KeptDerivations extends AbstractMap<StorePath, Derivation> {
  private static final int BUFFER_BYTES = 1 << 14;

  private final Map<StorePath, Kept> kept = new LinkedHashMap<>();
  private final TextCache cache = new TextCache();
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final Inflater inflater = new Inflater(true);
  private final ByteSink sink = new ByteSink(BUFFER_BYTES);

  private static final class Kept {
    final byte[] compressed;
    final int length;

    Kept(byte[] compressed, int length) {
      this.compressed = compressed;
      this.length = length;
    }
  }

  /** Keeps a derivation; one that was there under that path is forgotten, and null given. */
  @Override
  public @Nullable Derivation put(StorePath path, Derivation derivation) {
    sink.clear();
    DerivationAterm.write(derivation, sink);
    byte[] bytes = sink.toByteArray();
    deflater.reset();
    deflater.setInput(bytes);
    deflater.finish();
    sink.clear();
    byte[] buffer = new byte[BUFFER_BYTES];
    while (!deflater.finished()) {
      sink.putBytes(buffer, deflater.deflate(buffer));
    }
    kept.put(path, new Kept(sink.toByteArray(), bytes.length));
    return null;
  }

  @Override
  public @Nullable Derivation get(@Nullable Object path) {
    Kept found = kept.get(path);
    return found == null || path == null ? null : read((StorePath) path, found);
  }

  private Derivation read(StorePath path, Kept found) {
    byte[] bytes = new byte[found.length];
    inflater.reset();
    inflater.setInput(found.compressed);
    try {
      int at = 0;
      while (at < bytes.length) {
        at += inflater.inflate(bytes, at, bytes.length - at);
      }
    } catch (DataFormatException e) {
      throw new IllegalStateException("what was compressed here cannot be read", e);
    }
    return DerivationAterm.read(String.valueOf(path), path.derivationName(), bytes, cache);
  }

  @Override
  public boolean containsKey(@Nullable Object path) {
    return kept.containsKey(path);
  }

  @Override
  public int size() {
    return kept.size();
  }

  @Override
  public Set<StorePath> keySet() {
    return kept.keySet();
  }

  @Override
  public Set<Map.Entry<StorePath, Derivation>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<StorePath, Derivation>> iterator() {
        return kept.entrySet().stream()
            .map(entry -> Map.entry(entry.getKey(), read(entry.getKey(), entry.getValue())))
            .iterator();
      }

      @Override
      public int size() {
        return kept.size();
      }
    };
  }
}
