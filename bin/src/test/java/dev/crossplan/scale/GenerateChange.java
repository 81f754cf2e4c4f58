package dev.crossplan.scale;

import com.google.common.collect.ImmutableList;
import dev.crossplan.scale.ShapedSet.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes a package set twice, the second time with a patch in the library that most of it needs;
 * {@code before.toml} and {@code after.toml} for {@code crossplan diff}, and {@code both.toml} for
 * {@code crossplan lint}, with both as two instances of which one has another {@code gcc.arch}.
 * Started by {@code bin/bench --changes}.
 */
final class GenerateChange {
  private static final int IMAGE_PARTS = 12;

  private GenerateChange() {}

  /**
   * Generates both.
   *
   * @param arguments {@code packages} as real ones are, {@code chain} or {@code fan}; folder of the
   *     real set, derivations of each, folder to write
   */
  public static void main(String[] arguments) throws IOException {
    String shape = arguments[0];
    Path real = Path.of(arguments[1]);
    int size = Integer.parseInt(arguments[2]);
    Path folder = Files.createDirectories(Path.of(arguments[3]));
    ImmutableList<String> image = write(folder, "before", shape, real, size, false);
    ImmutableList<String> unused = write(folder, "after", shape, real, size, true);
    manifest(folder, "before", image, instance("emulated", "before", ""));
    manifest(folder, "after", image, instance("emulated", "after", ""));
    manifest(
        folder,
        "both",
        image,
        instance("emulated", "before", "")
            + instance("emulated-rv64gc", "after", ", gcc = { arch = \"rv64gc\" }"));
  }

  /** The attributes of the image. */
  private static ImmutableList<String> write(
      Path folder, String name, String shape, Path real, int size, boolean patched)
      throws IOException {
    ImmutableList<String> image = ImmutableList.of(ShapedSet.IMAGE);
    World world;
    if (shape.equals("packages")) {
      GeneratedSet set = new GeneratedSet(real, size, patched);
      image =
          set.imageParts(IMAGE_PARTS).stream()
              .map(part -> part.attribute)
              .collect(ImmutableList.toImmutableList());
      world = set.emulated;
    } else {
      world = ShapedSet.of(Shape.valueOf(shape.toUpperCase(Locale.ROOT)), size, patched);
    }
    Generate.writeGraph(world, folder.resolve(name + ".json"));
    Generate.writeJobs(world, folder.resolve(name + ".jobs.jsonl"));
    return image;
  }

  private static String instance(String name, String graph, String flags) {
    return """

        [[instance]]
        name        = "%1$s"
        localSystem = { system = "riscv64-linux"%3$s }
        derivations = "%2$s.json"
        jobs        = "%2$s.jobs.jsonl"
        """
        .formatted(name, graph, flags);
  }

  private static void manifest(Path folder, String name, List<String> image, String instances)
      throws IOException {
    Files.writeString(
        folder.resolve(name + ".toml"),
        """
        image  = [%s]
        target = { system = "riscv64-linux", march = "rv64gc" }

        [[builder]]
        name     = "desk"
        systems  = ["x86_64-linux"]
        emulates = ["riscv64-linux"]
        %s"""
            .formatted(
                image.stream()
                    .map(attribute -> '"' + attribute + '"')
                    .collect(Collectors.joining(", ")),
                instances));
  }
}
