package dev.crossplan.planner.variant;

import com.google.common.base.Preconditions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the outputs of each derivation of a graph run, and how that is known: {@code system} of a
 * derivation tells only where it is built.
 */
public final class HostPlatforms {

  /** What tells a host platform, the surest first. */
  public enum Basis {
    /**
     * It is evaluated by an instance that does not cross-compile: host and build platform are one.
     */
    INSTANCE("evaluated by an instance that does not cross-compile"),
    /** {@code --host=…} or {@code CMAKE_SYSTEM_PROCESSOR}. */
    FLAGS("its flags tell the host platform"),
    /** The triple at the start of a name is that of a tool that runs where it is built. */
    TOOL_NAME("its name starts with the triple: a tool that runs where it is built"),
    /** A top-level attribute of a cross instance is for the target. */
    ATTRIBUTE("it is an attribute of a cross instance"),
    /** The triple elsewhere in the name. */
    NAME("its name has the triple of the target"),
    /** Everything else built in this standard environment is for that platform. */
    STANDARD_ENVIRONMENT("what its stdenv builds is for that platform"),
    /** All its inputs in host roles are for that platform. */
    INPUTS("its inputs are for that platform"),
    /** What is built for another platform is marked, in this stdenv nothing is. */
    UNMARKED("nothing that its stdenv builds is marked as for another platform"),
    /** Nothing tells; such a derivation is never paired. */
    UNKNOWN("nothing tells");

    private final String explanation;

    Basis(String explanation) {
      this.explanation = explanation;
    }

    /** As part of a sentence. */
    public String explanation() {
      return explanation;
    }
  }

  private final @Nullable String[] systems;
  private final Basis[] bases;

  /**
   * @param systems Nix system by derivation; null for fixed outputs, which have no platform, and
   *     where it is unknown
   */
  public HostPlatforms(@Nullable String[] systems, Basis[] bases) {
    Preconditions.checkArgument(systems.length == bases.length, "one basis for each derivation");
    this.systems = systems;
    this.bases = bases;
  }

  /** The system that the outputs of {@code derivation} run on. */
  public Optional<String> system(int derivation) {
    return Optional.ofNullable(systems[derivation]);
  }

  /** Whether the outputs of {@code derivation} are known to run on {@code system}. */
  public boolean isFor(int derivation, String system) {
    return system.equals(systems[derivation]);
  }

  public Basis basis(int derivation) {
    return bases[derivation];
  }
}
