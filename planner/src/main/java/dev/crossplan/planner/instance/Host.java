package dev.crossplan.planner.instance;

/** The machine that crossplan runs on. */
public final class Host {
  private Host() {}

  /** Its Nix system, such as {@code x86_64-linux}. */
  public static String system() {
    String arch = System.getProperty("os.arch");
    String cpu = arch.equals("amd64") ? "x86_64" : arch;
    String os = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
    return cpu + "-" + os;
  }
}
