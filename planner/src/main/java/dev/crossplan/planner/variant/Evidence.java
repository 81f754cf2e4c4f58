package dev.crossplan.planner.variant;

/**
 * Why two derivations are the same package, or why one serves for the other.
 *
 * @param first a derivation
 * @param second the other one
 * @param detail for people: which attribute, which attributes differ nevertheless
 */
public record Evidence(Kind kind, int first, int second, String detail) {

  /** The surest first. */
  public enum Kind {
    SAME_OUTPUT("same output path"),
    SAME_ATTRIBUTE("same attribute"),
    SAME_FINGERPRINT("same name, version, sources, inputs and flags"),
    SAME_FEATURES("several candidates; same sources, outputs and inputs"),
    SAME_NAME("same name, version and source"),
    /** One way: the package serves where the stage is asked for. */
    BOOTSTRAP_STAGE("bootstrap stage of it");

    private final String explanation;

    Kind(String explanation) {
      this.explanation = explanation;
    }

    /** As part of a sentence. */
    public String explanation() {
      return explanation;
    }
  }
}
