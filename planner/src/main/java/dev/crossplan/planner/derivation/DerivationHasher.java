package dev.crossplan.planner.derivation;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import dev.crossplan.planner.InputException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Computes the paths Nix gives to derivations and their outputs, see "Input-addressing derivation
 * outputs" and "Complete Store Path Calculation" in the Nix manual. What it computed for inputs it
 * remembers. Not for several threads at once.
 */
public final class DerivationHasher {
  /** In place of a hash: the outputs of the derivation have no path before they are built. */
  private static final String DEFERRED = "";

  private final String directory;
  private final Function<? super StorePath, ? extends @Nullable Derivation> derivations;
  // Hexadecimal hashes of derivations as inputs of others.
  private final Map<StorePath, String> inputHashes = new HashMap<>();
  private final MessageDigest sha256 = StorePathHashing.sha256();
  private final ByteSink sink = new ByteSink(1 << 14);

  /**
   * Computes paths in one store.
   *
   * @param directory of the store, nearly always {@link StorePath#DEFAULT_DIRECTORY}
   * @param derivations finds an input derivation; null if there is none
   */
  public DerivationHasher(
      String directory, Function<? super StorePath, ? extends @Nullable Derivation> derivations) {
    this.directory = directory;
    this.derivations = derivations;
  }

  /** The path of the .drv file of a derivation as it is. */
  public StorePath derivationPath(Derivation derivation) {
    sink.clear();
    DerivationAterm.write(derivation, sink);
    return StorePathHashing.text(
        directory,
        derivation.name() + ".drv",
        digest(),
        Sets.union(derivation.inputDerivations().keySet(), derivation.inputSources()));
  }

  /**
   * The paths of the outputs of a derivation, whatever paths it has now. Empty if they are not
   * known before it is built: it is content-addressed but not fixed, or something it uses is.
   *
   * @throws InputException if an input derivation is missing, or needs itself
   */
  public Optional<ImmutableSortedMap<String, StorePath>> outputPaths(Derivation derivation) {
    Output first = derivation.outputs().values().iterator().next();
    if (first instanceof Output.Fixed fixed) {
      return Optional.of(
          ImmutableSortedMap.of(
              "out",
              StorePathHashing.fixed(directory, derivation.name(), fixed.method(), fixed.hash())));
    }
    if (first instanceof Output.Floating || first instanceof Output.Impure) {
      return Optional.empty();
    }
    hashInputs(derivation);
    return modulo(derivation, true)
        .map(
            hash ->
                ImmutableSortedMap.copyOf(
                    Maps.asMap(
                        derivation.outputs().keySet(),
                        output ->
                            StorePathHashing.inputAddressed(
                                directory, derivation.name(), output, hash))));
  }

  /**
   * The derivation with the paths of its outputs as they should be: in the outputs and in the
   * variables that are named like them. Needed after an input was replaced. Where an input leaves
   * them unknown until it is built, they are left open.
   *
   * @throws InputException if an input derivation is missing, or needs itself
   */
  public Derivation withOutputPaths(Derivation derivation) {
    Output first = derivation.outputs().values().iterator().next();
    if (first instanceof Output.Floating || first instanceof Output.Impure) {
      return derivation;
    }
    ImmutableSortedMap<String, StorePath> paths =
        outputPaths(derivation).orElse(ImmutableSortedMap.of());
    Map<String, String> env = new TreeMap<>(derivation.env());
    Map<String, Output> outputs = new TreeMap<>();
    derivation
        .outputs()
        .forEach(
            (output, before) -> {
              StorePath path = paths.get(output);
              env.computeIfPresent(output, (name, old) -> path == null ? "" : path.toString());
              outputs.put(output, withPath(before, path));
            });
    return new Derivation(
        derivation.name(),
        derivation.system(),
        derivation.builderExecutable(),
        derivation.args(),
        ImmutableSortedMap.copyOf(env, SurrogateEscape.BYTE_ORDER),
        ImmutableSortedMap.copyOf(outputs),
        derivation.inputDerivations(),
        derivation.inputSources(),
        derivation.structuredAttributes());
  }

  private static Output withPath(Output output, @Nullable StorePath path) {
    if (path == null) {
      return new Output.Deferred();
    }
    return output instanceof Output.Fixed fixed
        ? new Output.Fixed(path, fixed.method(), fixed.hash())
        : new Output.InputAddressed(path);
  }

  /**
   * Remembers a derivation as an input of others; it need not be found any more. Who adds all of a
   * graph, inputs first, spares the loop over what they need.
   *
   * @throws InputException if an input derivation is missing, or needs itself
   */
  public void add(StorePath path, Derivation derivation) {
    if (!inputHashes.containsKey(path)) {
      if (!derivation.isFixedOutput()) {
        hashInputs(derivation);
      }
      inputHashes.put(path, inputHash(derivation));
    }
  }

  /**
   * Hashes the inputs of a derivation and all they need. A loop: graphs are too deep to recurse.
   */
  private void hashInputs(Derivation derivation) {
    Deque<StorePath> stack = new ArrayDeque<>();
    // Those whose inputs are being hashed: each needs the next.
    Set<StorePath> open = new HashSet<>();
    pushInputs(derivation, derivation.name(), open, stack);
    while (!stack.isEmpty()) {
      StorePath top = stack.getLast();
      if (inputHashes.containsKey(top)) {
        stack.removeLast();
        continue;
      }
      Derivation input = find(top, derivation.name());
      open.add(top);
      if (input.isFixedOutput() || !pushInputs(input, top.toString(), open, stack)) {
        stack.removeLast();
        open.remove(top);
        inputHashes.put(top, inputHash(input));
      }
    }
  }

  /** Pushes the inputs that are not hashed yet; false if there are none. */
  private boolean pushInputs(
      Derivation user, String userName, Set<StorePath> open, Deque<StorePath> stack) {
    boolean pushed = false;
    for (StorePath input : user.inputDerivations().keySet()) {
      if (!inputHashes.containsKey(input)) {
        if (open.contains(input)) {
          throw new InputException(
              "derivation " + input + " needs itself, by way of " + userName,
              "Maybe a file was edited; Nix makes no such derivations.");
        }
        find(input, userName);
        stack.addLast(input);
        pushed = true;
      }
    }
    return pushed;
  }

  private Derivation find(StorePath path, String user) {
    Derivation derivation = derivations.apply(path);
    if (derivation == null) {
      throw new InputException(
          "derivation " + user + " needs " + path + ", which is missing",
          "Maybe the graph was written without its inputs: nix derivation show needs -r.");
    }
    return derivation;
  }

  private String inputHash(Derivation derivation) {
    Output first = derivation.outputs().values().iterator().next();
    if (first instanceof Output.Fixed fixed) {
      return StorePathHashing.hex(
          StorePathHashing.sha256(
              StorePathHashing.fixedFingerprint(fixed.method(), fixed.hash()) + fixed.path()));
    }
    if (!(first instanceof Output.InputAddressed)) {
      return DEFERRED;
    }
    return modulo(derivation, false).map(StorePathHashing::hex).orElse(DEFERRED);
  }

  /** Hash of a derivation whose inputs are hashed; empty if one of them is deferred. */
  private Optional<byte[]> modulo(Derivation derivation, boolean blank) {
    Map<String, InputOutputs> inputs = new TreeMap<>();
    for (Map.Entry<StorePath, InputOutputs> entry : derivation.inputDerivations().entrySet()) {
      String hash = Objects.requireNonNull(inputHashes.get(entry.getKey()));
      if (hash.equals(DEFERRED) || !entry.getValue().dynamic().isEmpty()) {
        return Optional.empty();
      }
      // Two derivations of the same thing count as one.
      inputs.merge(
          hash,
          entry.getValue(),
          (one, other) ->
              new InputOutputs(
                  ImmutableSortedSet.copyOf(Sets.union(one.names(), other.names())),
                  ImmutableSortedMap.of()));
    }
    sink.clear();
    DerivationAterm.writeModulo(derivation, inputs, blank, sink);
    return Optional.of(digest());
  }

  private byte[] digest() {
    sink.digest(sha256);
    return sha256.digest();
  }
}
