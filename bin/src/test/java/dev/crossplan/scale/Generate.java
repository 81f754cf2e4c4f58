package dev.crossplan.scale;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.crossplan.planner.derivation.ContentHash;
import dev.crossplan.planner.derivation.Derivation;
import dev.crossplan.planner.derivation.DerivationAterm;
import dev.crossplan.planner.derivation.InputOutputs;
import dev.crossplan.planner.derivation.Output;
import dev.crossplan.planner.derivation.StorePath;
import dev.crossplan.planner.derivation.SurrogateEscape;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes a {@link GeneratedSet} as Nix 2.8 would: for each evaluation its graph, its jobs and the
 * roots of the graph; with them a manifest and costs, and, where it is asked for, a store with the
 * .drv files. Started by {@code bin/bench}.
 */
final class Generate {
  private static final int IMAGE_PARTS = 12;
  private static final JsonFactory JSON = new JsonFactory();

  private Generate() {}

  /**
   * Generates a set.
   *
   * @param arguments folder of the real set, derivations of an evaluation, folder to write, and
   *     {@code store} or not
   */
  public static void main(String[] arguments) throws IOException {
    Path real = Path.of(arguments[0]);
    Path folder = Files.createDirectories(Path.of(arguments[2]));
    GeneratedSet set = new GeneratedSet(real, Integer.parseInt(arguments[1]), false);
    List<GeneratedSet.Package> image = set.imageParts(IMAGE_PARTS);
    List<World> worlds = ImmutableList.of(set.nativeWorld, set.emulated, set.cross);
    set.cross.derivations.keySet().retainAll(set.cross.closure(set.cross.attributes.values()));
    for (World world : worlds) {
      writeGraph(world, folder.resolve(world.name + ".json"));
      writeJobs(world, folder.resolve(world.name + ".jobs.jsonl"));
      Files.write(
          folder.resolve(world.name + ".roots"),
          world.tops().stream().map(StorePath::toString).toList());
    }
    writeManifest(real, image, folder);
    writeCosts(real, set, folder);
    if (arguments.length > 3) {
      writeStore(worlds, folder.resolve("store"));
    }
  }

  // Graphs

  static void writeGraph(World world, Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        JsonGenerator json = JSON.createGenerator(out)) {
      DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
      DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
      printer.indentArraysWith(indenter);
      printer.indentObjectsWith(indenter);
      json.setPrettyPrinter(printer);
      json.writeStartObject();
      for (Map.Entry<StorePath, Derivation> entry : new TreeMap<>(world.derivations).entrySet()) {
        json.writeFieldName(entry.getKey().toString());
        writeDerivation(json, entry.getValue());
      }
      json.writeEndObject();
    }
  }

  private static void writeDerivation(JsonGenerator json, Derivation derivation)
      throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("outputs");
    for (Map.Entry<String, Output> entry : derivation.outputs().entrySet()) {
      json.writeObjectFieldStart(entry.getKey());
      if (entry.getValue() instanceof Output.InputAddressed addressed) {
        json.writeStringField("path", addressed.path().toString());
      } else if (entry.getValue() instanceof Output.Fixed fixed) {
        ContentHash hash = fixed.hash();
        json.writeStringField("path", fixed.path().toString());
        json.writeStringField("hashAlgo", fixed.method().prefix() + hash.algorithm().nixName());
        json.writeStringField("hash", hash.hex());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeArrayFieldStart("inputSrcs");
    for (StorePath source : derivation.inputSources()) {
      json.writeString(source.toString());
    }
    json.writeEndArray();
    json.writeObjectFieldStart("inputDrvs");
    for (Map.Entry<StorePath, InputOutputs> input : derivation.inputDerivations().entrySet()) {
      json.writeArrayFieldStart(input.getKey().toString());
      for (String name : input.getValue().names()) {
        json.writeString(name);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
    json.writeStringField("system", derivation.system());
    json.writeStringField("builder", derivation.builderExecutable());
    json.writeArrayFieldStart("args");
    for (String argument : derivation.args()) {
      json.writeString(argument);
    }
    json.writeEndArray();
    json.writeObjectFieldStart("env");
    for (Map.Entry<String, String> variable : derivation.env().entrySet()) {
      json.writeStringField(variable.getKey(), variable.getValue());
    }
    if (derivation.structuredAttributes().isPresent()) {
      json.writeStringField("__json", derivation.structuredAttributes().get().json());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  static void writeJobs(World world, Path file) throws IOException {
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
      for (Map.Entry<String, StorePath> entry : world.attributes.entrySet()) {
        Derivation derivation = world.derivations.get(entry.getValue());
        if (derivation == null) {
          throw new IllegalStateException(entry.getKey() + " is not in " + world.name);
        }
        out.printf(
            "{\"attr\": \"%s\", \"attrPath\": [\"%s\"], \"drvPath\": \"%s\", \"name\": \"%s\", \"system\": \"%s\"}%n",
            entry.getKey(),
            entry.getKey().replace(".", "\", \""),
            entry.getValue(),
            derivation.name(),
            derivation.system());
      }
      for (Map.Entry<String, String> entry : world.failures.entrySet()) {
        out.printf(
            "{\"attr\": \"%s\", \"attrPath\": [\"%s\"], \"error\": \"%s\"}%n",
            entry.getKey(),
            entry.getKey().replace(".", "\", \""),
            entry.getValue().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
      }
    }
  }

  // The manifest

  /** That of the real set, for another image. */
  private static void writeManifest(Path real, List<GeneratedSet.Package> image, Path folder)
      throws IOException {
    StringBuilder attributes = new StringBuilder("\"boardImage\"");
    image.forEach(part -> attributes.append(", \"").append(part.attribute).append('"'));
    String manifest =
        Files.readString(real.resolve("crossplan.toml"))
            .replaceAll("(?m)^image  *=.*", "image = [" + attributes + "]")
            .replace(".json.gz", ".json");
    Files.writeString(folder.resolve("crossplan.toml"), manifest);
  }

  /** Half a minute for most, hours for some. */
  private static void writeCosts(Path real, GeneratedSet set, Path folder) throws IOException {
    StringBuilder costs = new StringBuilder(Files.readString(real.resolve("costs.csv")));
    for (GeneratedSet.Package each : set.packages) {
      SplittableRandom random = new SplittableRandom(~each.number);
      double normal = random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
      costs
          .append(each.name)
          .append(',')
          .append((int) (3 + 30 * Math.exp(3 * normal)))
          .append('\n');
    }
    Files.writeString(folder.resolve("costs.csv"), costs);
  }

  // The store

  /**
   * The .drv files, and beside them what {@code nix-store --load-db} wants to know to take them for
   * valid.
   */
  private static void writeStore(List<World> worlds, Path folder) throws IOException {
    Files.createDirectories(folder.resolve("nix/store"));
    Set<StorePath> written = new TreeSet<>();
    try (PrintWriter registration =
        new PrintWriter(Files.newBufferedWriter(folder.resolve("registration")))) {
      for (World world : worlds) {
        for (Map.Entry<StorePath, Derivation> entry : world.derivations.entrySet()) {
          Derivation derivation = entry.getValue();
          for (StorePath source : derivation.inputSources()) {
            if (written.add(source)) {
              register(registration, folder, source, new byte[0], Set.of());
            }
          }
          if (written.add(entry.getKey())) {
            Set<StorePath> references = new TreeSet<>(derivation.inputSources());
            references.addAll(derivation.inputDerivations().keySet());
            register(
                registration,
                folder,
                entry.getKey(),
                DerivationAterm.write(derivation),
                references);
          }
        }
      }
    }
  }

  private static void register(
      PrintWriter registration,
      Path folder,
      StorePath path,
      byte[] content,
      Set<StorePath> references)
      throws IOException {
    Files.write(folder.resolve("nix/store").resolve(path.baseName()), content);
    Archive archive = new Archive();
    for (String text : List.of("nix-archive-1", "(", "type", "regular", "contents")) {
      archive.add(SurrogateEscape.encode(text));
    }
    archive.add(content);
    archive.add(SurrogateEscape.encode(")"));
    registration.println(path);
    registration.println(archive.hasher.hash());
    registration.println(archive.size);
    registration.println(); // made by no derivation
    registration.println(references.size());
    references.forEach(registration::println);
  }

  /** Hash and size of a Nix archive; see "Nix Archive (NAR) format" in the Nix manual. */
  private static final class Archive {
    final Hasher hasher = Hashing.sha256().newHasher();
    long size;

    void add(byte[] bytes) {
      int padding = (8 - bytes.length % 8) % 8;
      hasher.putBytes(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length).array());
      hasher.putBytes(bytes).putBytes(new byte[padding]);
      size += 8 + bytes.length + padding;
    }
  }
}
