package dev.crossplan.planner.instance;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * SHA-256 of files. Where a file has neither changed nor moved since it was last hashed, it is not
 * read again: that is told by its time of change, which nobody can set. Kept in a file of its own
 * for each folder of files.
 */
final class FileHashes {
  private static final int VERSION = 1;
  private static final int HASH_BYTES = 32;

  /** What was changed just before it was read may be changed again within the same tick. */
  private static final Duration UNSURE = Duration.ofSeconds(2);

  private final Map<String, Known> known = new HashMap<>();
  private final Map<String, Known> seen = new HashMap<>();
  private final Instant start = Instant.now();
  private boolean isNew;

  /**
   * A file as it was.
   *
   * @param inode its number in the file system
   * @param changed nanoseconds since 1970
   */
  private record Known(long inode, long size, long changed, HashCode hash) {}

  private FileHashes() {}

  /** Those that were kept; none where there is no such file, or it is damaged. */
  static FileHashes read(Path kept) {
    FileHashes hashes = new FileHashes();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(kept), 1 << 16))) {
      int count = in.readInt() == VERSION ? in.readInt() : 0;
      for (int i = 0; i < count; i++) {
        String path = in.readUTF();
        long inode = in.readLong();
        long size = in.readLong();
        long changed = in.readLong();
        HashCode hash = HashCode.fromBytes(in.readNBytes(HASH_BYTES));
        hashes.known.put(path, new Known(inode, size, changed, hash));
      }
    } catch (IOException | IllegalArgumentException e) {
      hashes.known.clear();
    }
    return hashes;
  }

  /**
   * The hash of a file.
   *
   * @param inode its number in the file system
   * @param changed when its inode was last changed ({@code ctime})
   */
  HashCode of(Path file, long inode, long size, Instant changed) throws IOException {
    String path = file.toString();
    long nanos = changed.getEpochSecond() * 1_000_000_000 + changed.getNano();
    Known before = known.get(path);
    if (before != null && before.inode == inode && before.size == size && before.changed == nanos) {
      seen.put(path, before);
      return before.hash;
    }
    HashCode hash = MoreFiles.asByteSource(file).hash(Hashing.sha256());
    if (changed.isBefore(start.minus(UNSURE))) {
      seen.put(path, new Known(inode, size, nanos, hash));
      isNew = true;
    }
    return hash;
  }

  /** Keeps those that were asked for; where that fails, they are read again the next time. */
  void save(Path into) {
    if (!isNew) {
      return;
    }
    try {
      CacheFolder.replace(into, this::write);
    } catch (IOException e) {
      // a home that cannot be written to is no reason not to plan
    }
  }

  private void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      out.writeInt(VERSION);
      out.writeInt(seen.size());
      for (Map.Entry<String, Known> entry : seen.entrySet()) {
        Known each = entry.getValue();
        out.writeUTF(entry.getKey());
        out.writeLong(each.inode);
        out.writeLong(each.size);
        out.writeLong(each.changed);
        out.write(each.hash.asBytes());
      }
    }
  }
}
