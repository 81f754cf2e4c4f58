package dev.crossplan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.fixtures.PrivateNix;
import dev.crossplan.planner.calibration.Calibration;
import dev.crossplan.planner.calibration.CalibrationStore;
import dev.crossplan.planner.calibration.Calibrations;
import dev.crossplan.planner.calibration.Kind;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builders that a real sshd of this machine is, and what real Nix makes of a machines file. */
class BuildersIT {
  private static final List<String> TOOLS =
      List.of("sh", "cat", "date", "df", "dirname", "grep", "nproc", "sed", "tr", "uname");

  private static final String MANIFEST =
      """
      image  = ["git"]
      target = { system = "riscv64-linux" }
      [[instance]]
      name = "emulated"
      localSystem = "riscv64-linux"
      derivations = "e.json"
      """;

  private final Path folder;
  private final List<SshServer> servers = new ArrayList<>();

  BuildersIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void endServers() {
    servers.forEach(SshServer::close);
  }

  @Test
  void aBuilderIsAskedAsNixWouldReachIt() throws Exception {
    SshServer server = server("desk", "nix", "nix-store");
    String entry =
        String.join(
            " ",
            server.uri(),
            "riscv64-linux,x86_64-linux",
            server.userKey().toString(),
            "1000",
            "1",
            "kvm,big-parallel",
            "-",
            server.hostKey());
    CommandLineRun run = builders(Map.of(), "--probe", "--format", "json", "--builders", entry);
    assertEquals("", run.err());
    assertEquals(ExitStatus.DONE, run.status(), run.out());
    assertTrue(run.says("\"failure\" : null"), run.out());
    assertTrue(run.says("\"kernel\" : \"Linux\""), run.out());
    assertTrue(run.says("\"riscv\" : \"emulated\""), run.out());
    assertTrue(run.says("\"store\" : \"" + folder.resolve("desk/store") + "\""), run.out());
    assertTrue(run.says("\"features\" : [ \"big-parallel\" ], \"maxJobs\" : 3"), run.out());
    assertTrue(run.says("\"clockAhead\" : 0") || run.says("\"clockAhead\" : 1"), run.out());
    assertTrue(run.says("is said to run riscv64-linux by itself, but QEMU does"), run.out());
    assertTrue(run.says("is said to have 1000 slots, but has "), run.out());
    assertTrue(
        run.says("has its store in " + folder.resolve("desk/store") + ", and this machine in "),
        run.out());
    assertTrue(run.says("has a Nix without the feature kvm"), run.out());

    CommandLineRun text = builders(Map.of(), "--probe", "--builders", entry);
    assertEquals(ExitStatus.DONE, text.status(), text.err());
    assertTrue(
        text.says(
            "127.0.0.1 is said to run riscv64-linux by itself, but QEMU does. Maybe write emulates"
                + " = [\"riscv64-linux\"] in the [[builder]] of that name."),
        text.out());

    CommandLineRun machines =
        builders(Map.of(), "--probe", "--format", "machines", "--builders", entry);
    assertFalse(machines.says("big-parallel,native-riscv"), machines.out());
    assertTrue(machines.says("# 127.0.0.1 emulates riscv64-linux"), machines.out());
  }

  @Test
  void aSpeedThatWasMeasuredIsComparedWithTheOneThatIsWritten() throws Exception {
    SshServer server = server("desk", "nix", "nix-store");
    CalibrationStore store =
        CalibrationStore.of(ImmutableMap.of("XDG_STATE_HOME", folder.resolve("xdg").toString()));
    for (Machine machine : List.of(Machine.here(), new Machine("127.0.0.1"))) {
      double seconds = machine.equals(Machine.here()) ? 0.4 : 1.6;
      store.save(
          machine,
          Calibrations.of(
              List.of(
                  new Calibration(
                      machine,
                      Strategy.NATIVE,
                      Kind.COMPILE_C,
                      seconds,
                      seconds,
                      0,
                      3,
                      2,
                      "a cpu",
                      Optional.empty(),
                      "gcc 12",
                      Instant.EPOCH))));
    }
    for (String speed : List.of("1", "0.25")) {
      CommandLineRun run =
          builders(
              Map.of(),
              "--probe",
              "--builders",
              String.join(
                  " ",
                  server.uri(),
                  "x86_64-linux",
                  server.userKey().toString(),
                  "1",
                  speed,
                  "-",
                  "-",
                  server.hostKey()));
      assertEquals(ExitStatus.DONE, run.status(), run.err());
      assertEquals(
          speed.equals("1"),
          run.says(
              "127.0.0.1 is said to have speed 1, but compiles C 0.25 times as fast as this machine,"
                  + " whose speed is 1. Maybe speed = 0.25."),
          run.out());
      assertFalse(run.says("was not measured"), run.out());
    }
  }

  /** Each in one message, all asked at the same time. */
  @Test
  void whyABuilderCannotBeAskedIsToldInOneMessageEach() throws Exception {
    SshServer server = server("desk", "nix", "nix-store");
    SshServer bare = server("bare");
    Path other = folder.resolve("other");
    SshServer.key(other);
    Path forced = folder.resolve("forced");
    SshServer.key(forced);
    server.allow(folder.resolve("forced.pub"), "echo only this");
    Path noisy = folder.resolve("noisy");
    SshServer.key(noisy);
    bare.allow(folder.resolve("noisy.pub"), "echo good day; sh -s");
    Path garbled = Files.writeString(folder.resolve("garbled"), "no key\n");
    Files.setPosixFilePermissions(garbled, PosixFilePermissions.fromString("rw-------"));
    Path known =
        Files.writeString(
            folder.resolve("known"),
            "[127.0.0.1]:" + bare.port() + " " + Files.readString(folder.resolve("other.pub")));
    try (ServerSocket stalled = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Map<String, String> uris = new LinkedHashMap<>();
      String user = System.getProperty("user.name") + "@127.0.0.1:";
      String key = "sshKey = \"" + server.userKey() + "\"\n";
      String hostKey = "publicHostKey = \"" + server.hostKey() + "\"\n";
      uris.put("fine", uri(server) + key + hostKey);
      uris.put("unknown", uri(server) + key);
      uris.put("changed", uri(bare) + key);
      uris.put("another", uri(server) + key + "publicHostKey = \"" + bare.hostKey() + "\"\n");
      uris.put("notAKey", uri(server) + key + "publicHostKey = \"QUFBQQ==\"\n");
      uris.put("stranger", uri(server) + hostKey + "sshKey = \"" + other + "\"\n");
      uris.put("keyless", uri(server) + hostKey + "sshKey = \"/no/key\"\n");
      uris.put(
          "noisy",
          uri(bare)
              + ("publicHostKey = \"" + bare.hostKey() + "\"\n")
              + ("sshKey = \"" + noisy + "\"\n"));
      uris.put("garbled", uri(server) + hostKey + "sshKey = \"" + garbled + "\"\n");
      uris.put("forced", uri(server) + hostKey + "sshKey = \"" + forced + "\"\n");
      uris.put(
          "bare",
          uri(bare)
              + ("publicHostKey = \"" + bare.hostKey() + "\"\n")
              + ("sshKey = \"" + bare.userKey() + "\"\n"));
      uris.put("refused", "uri = \"ssh://" + user + SshServer.freePort() + "\"\n");
      uris.put("stalled", "uri = \"ssh://" + user + stalled.getLocalPort() + "\"\n");
      uris.put("nowhere", "uri = \"ssh://nowhere.invalid\"\n");
      uris.put("store", "uri = \"unix:///run/nix\"\n");
      StringBuilder manifest = new StringBuilder(MANIFEST);
      uris.forEach(
          (name, rest) ->
              manifest
                  .append("[[builder]]\nname = \"" + name + "\"\n")
                  .append("systems = [\"x86_64-linux\"]\n")
                  .append(rest));
      Path file = Files.writeString(folder.resolve("crossplan.toml"), manifest);

      CommandLineRun run =
          builders(
              Map.of("NIX_SSHOPTS", "-F none -o IdentitiesOnly=yes -o UserKnownHostsFile=" + known),
              "--probe",
              "--connect-timeout",
              "3",
              file.toString());
      assertEquals(ExitStatus.NOT_POSSIBLE, run.status(), run.err());
      List<String> told = run.err().lines().toList();
      assertEquals(2 * (uris.size() - 1), told.size(), run.err());
      assertTold(told, "unknown", "shows a host key that is not known here");
      assertTold(told, "changed", "shows another host key than the one that is known of it here");
      assertTold(
          told, "another", "shows another host key than the one that is written down for it");
      assertTold(
          told,
          "notAKey",
          "is written down with a host key that is none, but the base64 of something else");
      assertTold(told, "stranger", "does not let us in with the key " + other);
      assertTold(
          told, "keyless", "is written down with the key /no/key, which is not on this machine");
      assertTold(told, "noisy", "says \"good day\" before it does what it is asked for");
      assertTold(told, "garbled", "is written down with a key that is none: the key " + garbled);
      assertTold(told, "forced", "lets us in, but runs no shell: only this");
      assertTold(
          told,
          "bare",
          "has no Nix: there is no nix-store on the PATH of commands over ssh",
          "has Nix in ");
      assertTold(told, "refused", "is there, but nothing listens on its port");
      assertTold(told, "stalled", "does not answer within 3 s");
      assertTold(told, "nowhere", "has a host name that nobody knows here");
      assertTold(told, "store", "has a URI that ssh does not reach: unix:///run/nix");
      assertTrue(run.says("found cpu"), run.out());
    }
  }

  private static String uri(SshServer server) {
    return "uri = \"" + server.uri() + "\"\n";
  }

  /** A line that begins with the builder and ends in one of the messages, and a remedy after it. */
  private static void assertTold(List<String> told, String name, String... messages) {
    List<String> lines = told.stream().filter(line -> line.startsWith(name + " (")).toList();
    assertEquals(1, lines.size(), name + ": " + told);
    String line = lines.get(0);
    assertTrue(
        Arrays.stream(messages).anyMatch(message -> line.contains(") " + message)),
        () -> "was told: " + line);
    assertTrue(told.get(told.indexOf(line) + 1).startsWith("Maybe "), line);
  }

  @Test
  void aManifestThatNamesNoBuildersHasThoseOfNixAndThisMachine() throws Exception {
    Path file = Files.writeString(folder.resolve("crossplan.toml"), MANIFEST);
    Path conf = Files.createDirectory(folder.resolve("conf"));
    Map<String, String> environment = Map.of("NIX_CONF_DIR", conf.toString());
    assertEquals(List.of("local"), names(builders(environment, file.toString())));

    Files.writeString(conf.resolve("machines"), "ssh://board riscv64-linux - 4 0.5\n");
    assertEquals(List.of("board", "local"), names(builders(environment, file.toString())));
    assertEquals(List.of("board", "local"), names(builders(environment)));
    CommandLineRun noted = builders(environment);
    assertTrue(noted.says(conf.resolve("machines") + ":1"), noted.out());
    assertTrue(noted.says("Nix 2.19 and older read nothing of the machines"), noted.out());

    Files.writeString(conf.resolve("nix.conf"), "builders = ssh://one ; ssh://two\n");
    assertEquals(List.of("one", "two", "local"), names(builders(environment, file.toString())));
    Files.writeString(conf.resolve("nix.conf"), "builders = ssh://one ; ssh://two\nmax-jobs = 0\n");
    assertEquals(List.of("one", "two"), names(builders(environment, file.toString())));
    assertEquals(List.of("local"), names(builders(environment, file.toString(), "--builders", "")));

    Files.writeString(file, "builders = \"\"\n" + MANIFEST);
    assertEquals(List.of("local"), names(builders(environment, file.toString())));
  }

  /** The first column of the table that comes first. */
  private static List<String> names(CommandLineRun run) {
    assertEquals(ExitStatus.DONE, run.status(), run.err());
    return run.out()
        .lines()
        .skip(1)
        .takeWhile(line -> !line.isBlank())
        .map(line -> line.strip().split(" ", 2)[0])
        .toList();
  }

  /** Which machine Nix tries to reach tells which it chose; none can be reached. */
  @Test
  void nixKeepsOffEmulatorsWhatRequiresRealHardware() throws Exception {
    Path machines = folder.resolve("machines");
    Path file =
        Files.writeString(
            folder.resolve("crossplan.toml"),
            MANIFEST
                + """
                  [[builder]]
                  name = "desk"
                  uri = "ssh://desk.invalid"
                  systems = ["x86_64-linux"]
                  emulates = ["riscv64-linux"]
                  speed = 2
                  """);
    PrivateNix nix = PrivateNix.elsewhere(folder.resolve("nix"));
    try {
      builders(Map.of(), file.toString(), "--format", "machines", "-o", machines.toString());
      String chosen = realise(nix, machines, "");
      assertTrue(chosen.contains("cannot build on 'ssh://desk.invalid'"), chosen);
      String refused = realise(nix, machines, "native-riscv");
      assertFalse(refused.contains("cannot build on"), refused);
      assertTrue(refused.contains("native-riscv"), refused);

      Files.writeString(
          file,
          Files.readString(file)
              + """
                [[builder]]
                name = "board"
                uri = "ssh://board.invalid"
                systems = ["riscv64-linux"]
                """);
      builders(Map.of(), file.toString(), "--format", "machines", "-o", machines.toString());
      String tried = realise(nix, machines, "native-riscv");
      assertTrue(tried.contains("cannot build on 'ssh://board.invalid'"), tried);
      assertFalse(tried.contains("cannot build on 'ssh://desk.invalid'"), tried);
    } finally {
      nix.allowDeletion();
    }
  }

  /** What Nix says of a riscv64 build that it may not do here. */
  private String realise(PrivateNix nix, Path machines, String feature)
      throws IOException, InterruptedException {
    String derivation =
        nix.run(
            "nix-instantiate",
            "-E",
            "derivation { name = \"x\"; system = \"riscv64-linux\"; builder = \"/bin/sh\";"
                + " requiredSystemFeatures = [ "
                + (feature.isEmpty() ? "" : "\"" + feature + "\"")
                + " ]; }");
    Path said = folder.resolve("said");
    ProcessBuilder building =
        new ProcessBuilder(
                "nix-store",
                "--realise",
                derivation,
                "--max-jobs",
                "0",
                "--builders",
                "@" + machines)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    building.environment().putAll(nix.environment());
    assertTrue(building.start().waitFor() != 0);
    return Files.readString(said);
  }

  /**
   * An sshd whose commands have these programs and the tools of every system, and a Nix of its own.
   */
  private SshServer server(String name, String... programs)
      throws IOException, InterruptedException {
    Path own = Files.createDirectory(folder.resolve(name));
    Path path = Files.createDirectory(own.resolve("programs"));
    for (String program : Stream.concat(TOOLS.stream(), Arrays.stream(programs)).toList()) {
      Files.createSymbolicLink(path.resolve(program), CommandLineRun.programOf(program));
    }
    Path conf = Files.createDirectory(own.resolve("conf"));
    Files.writeString(
        conf.resolve("nix.conf"),
        """
        build-users-group =
        system-features = big-parallel
        extra-platforms = riscv64-linux
        max-jobs = 3
        """);
    SshServer server =
        SshServer.start(
            own,
            Map.of(
                "PATH",
                path,
                "NIX_STORE_DIR",
                own.resolve("store"),
                "NIX_STATE_DIR",
                own.resolve("state"),
                "NIX_LOG_DIR",
                own.resolve("log"),
                "NIX_CONF_DIR",
                conf));
    servers.add(server);
    return server;
  }

  private CommandLineRun builders(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Map<String, String> own = new LinkedHashMap<>();
    own.put("XDG_STATE_HOME", folder.resolve("xdg").toString());
    own.put("NIX_SSHOPTS", "-F none");
    own.putAll(environment);
    return CommandLineRun.elsewhere(
        own, Stream.concat(Stream.of("builders"), Arrays.stream(arguments)).toArray(String[]::new));
  }
}
