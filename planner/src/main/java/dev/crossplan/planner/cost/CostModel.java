package dev.crossplan.planner.cost;

import dev.crossplan.planner.instance.DerivationFacts;
import dev.crossplan.planner.instance.Manifest.CostSettings;
import dev.crossplan.planner.instance.Manifest.Strategy;
import dev.crossplan.planner.variant.PackageName;
import java.util.regex.Pattern;

/** Seconds on a builder of speed 1, from the costs of the manifest. */
public final class CostModel {
  private static final Pattern VERSION = Pattern.compile("-[0-9].*$", Pattern.DOTALL);

  private final CostSettings settings;

  public CostModel(CostSettings settings) {
    this.settings = settings;
  }

  /** To build a derivation in one of the ways. */
  public double build(DerivationFacts facts, PackageName name, Strategy strategy) {
    double seconds = nativeSeconds(facts, name);
    return switch (strategy) {
      case NATIVE -> seconds;
      case EMULATED -> seconds * settings.emulation();
      case CROSS -> seconds * settings.cross();
    };
  }

  private double nativeSeconds(DerivationFacts facts, PackageName name) {
    Double known = settings.seconds().get(tableName(facts, name));
    if (known != null) {
      return known;
    }
    return facts.isTrivial() ? settings.trivial() : settings.byDefault();
  }

  /**
   * The name that the cost table calls a package by: its pname, else its name up to the version.
   */
  public static String tableName(DerivationFacts facts, PackageName name) {
    return facts.packageName().orElseGet(() -> VERSION.matcher(name.toString()).replaceFirst(""));
  }

  /** To download a source; under emulation the downloading program is slower too. */
  public double fetch(boolean emulated) {
    return settings.fetch() * (emulated ? settings.emulation() : 1);
  }

  /** To get outputs from a substituter. */
  public double substitute() {
    return settings.substitute();
  }
}
