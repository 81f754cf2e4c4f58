package dev.crossplan.planner.draft;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.Resources;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.instance.AttributePath;
import dev.crossplan.planner.instance.NixMessage;
import dev.crossplan.planner.instance.NixProgram;
import dev.crossplan.planner.instance.Platform;
import dev.crossplan.planner.instance.RestrictedAccess;
import dev.crossplan.planner.instance.TemporaryFolder;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an image can be evaluated for a platform, see {@code describe.nix}.
 *
 * @param attribute of what the kind gives, by its names
 * @param takes arguments of the function in the file, where it is one
 * @param platform that it is for as it is written, if that can be told
 * @param configuration name of the NixOS configuration, where it is one
 * @param hasDefaults whether it is a function whose arguments all have defaults
 * @param importsOwn whether it imports a package set by itself, where it is given no arguments
 * @param written how it is built, where it is taken as it is written
 * @param overlay why the overlay of a flake is not taken, in a word, where it is not
 * @param crossSet where in a flake the set is that has the attribute cross-compiled, by its names,
 *     of which the second is the system that builds; empty if none has
 * @param type of what is no derivation, as Nix calls it, where the kind is fixed
 * @param names what can be named of it where nothing is named, or is named that is not there
 * @param choice what of a configuration was taken, where it alone was named
 */
record ImageForm(
    Kind kind,
    ImmutableList<String> attribute,
    ImmutableSet<String> takes,
    Optional<Platform> platform,
    Optional<String> configuration,
    boolean hasDefaults,
    boolean importsOwn,
    Optional<Written> written,
    Optional<String> overlay,
    ImmutableList<String> crossSet,
    Optional<String> type,
    ImmutableList<String> names,
    Optional<Choice> choice) {
  /** As {@code describe.nix} has it. */
  private static final String IMPORTS = "trace: it imports a package set";

  /** A folder of a name with a space, say, which older Nix takes for no flake. */
  private static final Pattern ODD_IN_FOLDER =
      Pattern.compile("(/[\\w./+~-]+)/([^/?]*[^\\w./+~?-].*)");

  private static final JsonFactory JSON = new JsonFactory();

  /** What is imported, and how a platform is asked of it. */
  enum Kind {
    /** {@code import nixpkgs { localSystem, crossSystem }}. */
    PACKAGE_SET,
    /** A function of {@code pkgs}. */
    PKGS,
    /** A function of {@code system}. */
    SYSTEM,
    /** A function of packages, as {@code callPackage} of nixpkgs calls it. */
    FUNCTION,
    /** No function, and no derivation either. */
    FIXED,
    /** A configuration in a flake. */
    NIXOS,
    /** Packages of a flake that are an overlay on its nixpkgs. */
    OVERLAY,
    /** Packages of a flake, one by one for each system. */
    OUTPUTS,
    /**
     * A derivation in a file that is no function, or somewhere in a flake: for its own platform.
     */
    WRITTEN
  }

  /**
   * How a derivation is built that is taken as it is written.
   *
   * @param system that builds it
   * @param isCross whether by a cross compiler
   */
  record Written(String system, boolean isCross) {}

  /**
   * What was taken of all that a NixOS configuration builds, each by its names below {@code
   * config.system.build}.
   */
  record Choice(ImmutableList<String> taken, ImmutableList<ImmutableList<String>> others) {}

  /**
   * Lets Nix look at it.
   *
   * @throws InputException if it does not evaluate
   */
  static ImageForm of(ImageReference reference, ImmutableList<String> attribute, NixProgram nix)
      throws InterruptedException {
    try (TemporaryFolder temporary = new TemporaryFolder()) {
      NixProgram.Outcome outcome = ask(reference, attribute, false, nix, temporary.path());
      String name = reference.file().map(Path::toString).or(reference::flake).orElseThrow();
      if (!outcome.succeeded()) {
        throw new InputException(
            name + ": does not evaluate: " + NixMessage.shorten(outcome.said()),
            remedy(reference, name, attribute, outcome.said())
                .orElse(
                    reference.file().isPresent()
                        ? "Maybe nix-instantiate " + name + " tells more."
                        : "Maybe nix flake show " + name + " tells more."));
      }
      ImageForm form = read(outcome.written());
      if (!form.hasDefaults()) {
        return form;
      }
      NixProgram.Outcome byItself = ask(reference, attribute, true, nix, temporary.path());
      return byItself.succeeded() // else it is for nothing by itself
          ? read(byItself.written()).importing(byItself.said().contains(IMPORTS))
          : form;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> remedy(
      ImageReference reference, String name, ImmutableList<String> attribute, String said) {
    if (reference.file().isEmpty()
        && !name.contains(":")
        && !name.contains("/")
        && isFolder(name)) {
      return Optional.of(
          "Maybe ./"
              + name
              + (attribute.isEmpty() ? "" : "#" + AttributePath.join(attribute))
              + " is meant: a path starts with ./, ../ or /, else it is a flake that Nix looks up.");
    }
    if (said.contains("requires lock file changes")) {
      return Optional.of("Maybe lock its inputs first: nix flake lock " + name + ".");
    }
    Matcher odd = ODD_IN_FOLDER.matcher(name);
    return said.contains("is not a valid URL") && odd.matches()
        ? Optional.of(
            "Maybe this Nix takes it from the folder above: "
                + odd.group(1)
                + "?dir="
                + odd.group(2)
                + "#….")
        : RestrictedAccess.remedy(said, reference.file());
  }

  private static boolean isFolder(String name) {
    try {
      return Files.isDirectory(Path.of(name));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private ImageForm importing(boolean own) {
    return new ImageForm(
        kind,
        attribute,
        takes,
        platform,
        configuration,
        hasDefaults,
        own,
        written,
        overlay,
        crossSet,
        type,
        names,
        choice);
  }

  private static NixProgram.Outcome ask(
      ImageReference reference,
      ImmutableList<String> attribute,
      boolean byItself,
      NixProgram nix,
      Path folder)
      throws InterruptedException, IOException {
    String expression =
        Resources.toString(
            Resources.getResource(ImageForm.class, "describe.nix"), StandardCharsets.UTF_8);
    return nix.run(
        folder,
        "nix-instantiate",
        List.of(
            "--eval",
            "--strict",
            "--json",
            "--read-write-mode",
            "--option",
            "extra-experimental-features",
            "flakes",
            "--argstr",
            "request",
            request(reference, attribute, byItself),
            "--expr",
            expression));
  }

  private static String request(
      ImageReference reference, ImmutableList<String> attribute, boolean byItself)
      throws IOException {
    StringWriter request = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(request)) {
      json.writeStartObject();
      if (reference.file().isPresent()) {
        json.writeStringField("path", reference.file().get().toString());
      } else {
        json.writeStringField("flake", reference.flake().orElseThrow());
      }
      json.writeBooleanField("byItself", byItself);
      json.writeFieldName("attribute");
      json.writeArray(attribute.toArray(String[]::new), 0, attribute.size());
      json.writeEndObject();
    }
    return request.toString();
  }

  private static ImageForm read(Path file) throws IOException {
    Kind kind = Kind.FUNCTION;
    ImmutableList<String> attribute = ImmutableList.of();
    ImmutableList<String> takes = ImmutableList.of();
    Optional<Platform> platform = Optional.empty();
    Optional<String> configuration = Optional.empty();
    boolean hasDefaults = false;
    Optional<String> built = Optional.empty();
    boolean isCross = false;
    Optional<String> overlay = Optional.empty();
    ImmutableList<String> crossSet = ImmutableList.of();
    Optional<String> type = Optional.empty();
    ImmutableList<String> names = ImmutableList.of();
    Optional<Choice> choice = Optional.empty();
    try (JsonParser json = JSON.createParser(Files.newInputStream(file))) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "form" ->
              kind = Kind.valueOf(json.getText().toUpperCase(Locale.ROOT).replace('-', '_'));
          case "attribute" -> attribute = texts(json);
          case "takes" -> takes = texts(json);
          case "configuration" -> configuration = Optional.ofNullable(json.getValueAsString());
          case "platform" -> platform = platform(json);
          case "defaults" -> hasDefaults = json.getBooleanValue();
          case "built" -> built = Optional.of(json.getText());
          case "cross" -> isCross = json.getBooleanValue();
          case "overlay" -> overlay = Optional.of(json.getText());
          case "crossSet" -> crossSet = texts(json);
          case "type" -> type = Optional.ofNullable(json.getValueAsString());
          case "names" -> names = texts(json);
          case "choice" -> choice = choice(json);
          default -> json.skipChildren();
        }
      }
    }
    boolean cross = isCross;
    return new ImageForm(
        kind,
        attribute,
        ImmutableSet.copyOf(takes),
        platform,
        configuration,
        hasDefaults,
        false,
        built.map(system -> new Written(system, cross)),
        overlay,
        crossSet,
        type,
        names,
        choice);
  }

  private static Optional<Choice> choice(JsonParser json) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      return Optional.empty();
    }
    ImmutableList<String> taken = ImmutableList.of();
    ImmutableList.Builder<ImmutableList<String>> others = ImmutableList.builder();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals("taken")) {
        taken = texts(json);
      } else {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          others.add(texts(json));
        }
      }
    }
    return Optional.of(new Choice(taken, others.build()));
  }

  private static ImmutableList<String> texts(JsonParser json) throws IOException {
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      texts.add(json.getText());
    }
    return texts.build();
  }

  private static Optional<Platform> platform(JsonParser json) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      return Optional.empty();
    }
    Map<String, String> texts = new HashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      String text = json.nextTextValue(); // null for null
      if (text != null) {
        texts.put(name, text);
      }
    }
    String triple = texts.get("config");
    String system = texts.get("system");
    if (system == null) { // flags of configure tell a triple only
      system = triple == null ? "" : Platform.parse(triple).system();
    }
    return system.contains("-")
        ? Optional.of(
            new Platform(
                system,
                Optional.ofNullable(triple),
                Optional.ofNullable(texts.get("arch")),
                Optional.ofNullable(texts.get("abi")),
                Optional.empty()))
        : Optional.empty();
  }
}
