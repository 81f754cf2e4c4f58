package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeHashTest {
  private static final TreeHash.Limit LIMIT = new TreeHash.Limit(100, 1000);

  private final Path folder;

  TreeHashTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @FunctionalInterface
  private interface Edit {
    void to(Path tree) throws IOException;
  }

  private Path tree(String name, Edit... edits) throws IOException {
    Path tree = Files.createDirectories(folder.resolve(name));
    Files.writeString(tree.resolve("default.nix"), "{ }");
    Files.writeString(Files.createDirectory(tree.resolve("lib")).resolve("a.nix"), "1");
    Files.writeString(tree.resolve("lib/b.nix"), "2");
    for (Edit edit : edits) {
      edit.to(tree);
    }
    return tree;
  }

  private static FileHashes none() {
    return FileHashes.read(Path.of("/no/such/file"));
  }

  private static String hash(Path tree) throws IOException {
    return TreeHash.of(tree, LIMIT, none());
  }

  @Test
  void whatCannotBeReadByNixDoesNotCount() throws IOException {
    Path other =
        tree(
            "other",
            tree -> Files.setLastModifiedTime(tree.resolve("default.nix"), FileTime.fromMillis(1)));
    assertEquals(hash(tree("one")), hash(other));
  }

  @Test
  void eachEditGivesAnotherHash() throws IOException {
    List<Edit> edits =
        List.of(
            tree -> {},
            tree -> Files.writeString(tree.resolve("default.nix"), "{  }"),
            tree -> assertTrue(tree.resolve("default.nix").toFile().setExecutable(true)),
            tree -> Files.move(tree.resolve("lib/a.nix"), tree.resolve("lib/c.nix")),
            tree -> Files.move(tree.resolve("lib/a.nix"), tree.resolve("a.nix")),
            tree -> {
              Files.writeString(tree.resolve("lib/a.nix"), "2");
              Files.writeString(tree.resolve("lib/b.nix"), "1");
            },
            tree -> Files.delete(tree.resolve("lib/a.nix")),
            tree -> Files.createDirectory(tree.resolve("empty")),
            tree -> Files.createSymbolicLink(tree.resolve("link"), Path.of("lib")),
            tree -> Files.createSymbolicLink(tree.resolve("link"), Path.of("lib/a.nix")),
            tree -> Files.writeString(tree.resolve("link"), "lib"));
    List<String> hashes = new ArrayList<>();
    for (Edit edit : edits) {
      hashes.add(hash(tree("tree" + hashes.size(), edit)));
    }
    assertEquals(edits.size(), new HashSet<>(hashes).size(), hashes::toString);
  }

  /** What is in a repository changes all the time, and is nothing of the tree. */
  @Test
  void ofARepositoryTheCommitCountsAndNotItsObjects() throws IOException {
    Path tree =
        tree(
            "one",
            made -> {
              Files.createDirectories(made.resolve(".git/refs/heads"));
              Files.createDirectories(made.resolve(".git/objects"));
              Files.writeString(made.resolve(".git/HEAD"), "ref: refs/heads/main");
              Files.writeString(made.resolve(".git/refs/heads/main"), "1");
            });
    String before = hash(tree);
    Files.writeString(tree.resolve(".git/objects/pack"), "…");
    Files.writeString(tree.resolve(".git/index"), "…");
    assertEquals(before, hash(tree));
    Files.writeString(tree.resolve(".git/refs/heads/main"), "2");
    String committed = hash(tree);
    assertNotEquals(before, committed);

    Files.writeString(tree.resolve(".git/refs/heads/other"), "1");
    assertEquals(committed, hash(tree), "another branch");
    Files.delete(tree.resolve(".git/refs/heads/main"));
    Files.writeString(tree.resolve(".git/packed-refs"), "3 refs/heads/main\n");
    String packed = hash(tree);
    Files.writeString(tree.resolve(".git/packed-refs"), "4 refs/heads/main\n");
    assertNotEquals(packed, hash(tree));

    Path work = tree("work");
    Files.writeString(work.resolve(".git"), "gitdir: " + tree.resolve(".git/worktrees/work"));
    Path own = Files.createDirectories(tree.resolve(".git/worktrees/work"));
    Files.writeString(own.resolve("HEAD"), "ref: refs/heads/main");
    Files.writeString(own.resolve("commondir"), "../..");
    String ofWorkTree = hash(work);
    Files.writeString(tree.resolve(".git/packed-refs"), "5 refs/heads/main\n");
    assertNotEquals(ofWorkTree, hash(work));
  }

  @Test
  void whoeverSetsATimeBackIsSeen() throws Exception {
    Path tree = tree("one");
    Thread.sleep(50);
    Instant then = Instant.now();
    assertFalse(TreeHash.isChangedSince(tree, then, none -> false));
    Thread.sleep(50);
    Path file = tree.resolve("lib/a.nix");
    FileTime before = Files.getLastModifiedTime(file);
    Files.writeString(file, "3");
    Files.setLastModifiedTime(file, before);
    assertTrue(TreeHash.isChangedSince(tree, then, none -> false));
    assertFalse(TreeHash.isChangedSince(tree, then, file::equals));
  }

  private static String sourceHash(Path tree, Path... leftOut) throws IOException {
    return TreeHash.ofSource(tree, LIMIT, List.of(leftOut)::contains, none());
  }

  /** A repository with all that is in it, and all but what is left out. */
  @Test
  void whatIsCopiedCountsAsItIs() throws IOException {
    Path tree = tree("one");
    Path git = Files.createDirectory(tree.resolve(".git"));
    Files.writeString(git.resolve("index"), "1");
    String whole = sourceHash(tree);
    String some = sourceHash(tree, git, tree.resolve("lib/a.nix"));
    Files.writeString(git.resolve("index"), "2");
    Files.writeString(tree.resolve("lib/a.nix"), "2");
    assertNotEquals(whole, sourceHash(tree));
    assertEquals(some, sourceHash(tree, git, tree.resolve("lib/a.nix")));
    Files.writeString(tree.resolve("lib/c.nix"), "3");
    assertNotEquals(some, sourceHash(tree, git, tree.resolve("lib/a.nix")));
  }

  /** A file that is known is not read; whatever was done to it makes it unknown. */
  @Test
  void whatIsKnownIsNotReadAgain() throws Exception {
    Path tree = tree("one");
    Path kept = folder.resolve("kept");
    FileHashes young = none();
    String hash = TreeHash.of(tree, LIMIT, young);
    young.save(kept);
    assertFalse(Files.exists(kept), "it may be changed again within the tick");

    Thread.sleep(2_100);
    FileHashes first = none();
    assertEquals(hash, TreeHash.of(tree, LIMIT, first));
    first.save(kept);
    Path file = tree.resolve("lib/a.nix");
    FileTime time = Files.getLastModifiedTime(file);
    assertEquals(hash, TreeHash.of(tree, LIMIT, FileHashes.read(kept)));
    Files.writeString(file, "9");
    Files.setLastModifiedTime(file, time);
    assertEquals(hash(tree), TreeHash.of(tree, LIMIT, FileHashes.read(kept)));
    assertNotEquals(hash, hash(tree));

    Files.write(kept, new byte[] {0, 0, 0, 1, 0, 0, 0, 9});
    assertEquals(hash(tree), TreeHash.of(tree, LIMIT, FileHashes.read(kept)));
  }

  @Test
  void whatIsLargerThanTheLimitIsNotRead() throws IOException {
    Path tree = tree("one");
    assertEquals(hash(tree), TreeHash.of(tree, new TreeHash.Limit(5, 5), none()));
    assertThrows(IOException.class, () -> TreeHash.of(tree, new TreeHash.Limit(4, 5), none()));
    assertThrows(IOException.class, () -> TreeHash.of(tree, new TreeHash.Limit(5, 4), none()));
  }
}
