package dev.crossplan.planner.simulate;

/** Who may decide what runs where. A new one is a {@link Dispatcher} and two lines here. */
public enum Policy {
  /** As planned. */
  SCHEDULE("schedule"),
  /** What is planned, decided anew whenever a slot is free. */
  CRITICAL_PATH("critical-path"),
  /** Nix, with its build hook. */
  NIX("nix"),
  /** Hydra until 2026. */
  HYDRA_CPP("hydra-cpp"),
  /** Hydra since. */
  HYDRA_RUST("hydra-rust");

  private final String word;

  Policy(String word) {
    this.word = word;
  }

  Dispatcher dispatcher(Workload work) {
    return switch (this) {
      case SCHEDULE -> new PlannedOrder(work);
      case CRITICAL_PATH -> new CriticalPathFirst(work);
      case NIX -> new NixHook(work);
      case HYDRA_CPP -> new HydraDispatcher(work);
      case HYDRA_RUST -> new HydraQueueRunner(work);
    };
  }

  /** As in reports. */
  @Override
  public String toString() {
    return word;
  }
}
