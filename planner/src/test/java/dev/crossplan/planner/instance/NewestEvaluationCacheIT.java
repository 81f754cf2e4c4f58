package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossplan.fixtures.CountedProgram;
import dev.crossplan.fixtures.NewestNix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The same with a newer Nix, which tells in other words what it evaluates and copies. */
@Tag("real")
class NewestEvaluationCacheIT extends EvaluationCacheIT {
  NewestEvaluationCacheIT(@TempDir Path folder) throws IOException {
    super(folder);
  }

  @Override
  CountedProgram program() throws IOException, InterruptedException {
    Optional<NewestNix> newest = NewestNix.find();
    assumeTrue(newest.isPresent(), NewestNix.MISSING);
    Path programs = Files.createDirectories(programs());
    Path real = programs.resolve("newest-nix-instantiate");
    String words =
        newest.get().command("nix-instantiate").stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    Files.writeString(real, "#!/bin/sh\nexec " + words + " \"$@\"\n");
    if (!real.toFile().setExecutable(true)) {
      throw new IOException(real + " cannot be made executable");
    }
    return CountedProgram.of(programs, "nix-instantiate", real);
  }
}
