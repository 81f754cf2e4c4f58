package dev.crossplan.planner.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.InputException;
import dev.crossplan.planner.history.Machine;
import dev.crossplan.planner.instance.Manifest.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationStoreTest {
  private static final Machine BOARD = new Machine("board");

  private final Path folder;
  private final CalibrationStore store;

  CalibrationStoreTest(@TempDir Path folder) {
    this.folder = folder;
    this.store = CalibrationStore.of(ImmutableMap.of("XDG_STATE_HOME", folder.toString()));
  }

  private static Calibration calibration(Kind kind, Optional<String> qemu, String tool) {
    return new Calibration(
        BOARD,
        qemu.isPresent() ? Strategy.EMULATED : Strategy.NATIVE,
        kind,
        0.4321,
        0.4,
        0.012,
        3,
        4,
        "sifive,u74-mc",
        qemu,
        tool,
        Instant.parse("2026-11-27T23:57:12Z"));
  }

  private Path file() {
    return folder.resolve("crossplan/calibrations/board.json");
  }

  @Test
  void keepsWhatItIsGiven() throws IOException {
    ImmutableList<Calibration> all =
        ImmutableList.of(
            calibration(Kind.COMPILE_CXX, Optional.of("7.2.22"), "g++ \"14\"\n\u0000\u00e9"),
            calibration(Kind.COMPILE_CXX, Optional.empty(), "g++"));
    store.save(BOARD, Calibrations.of(all));
    assertEquals(all, store.load(BOARD).all());
    try (Stream<Path> files = Files.list(file().getParent())) {
      assertEquals(List.of(file()), files.toList());
    }
  }

  @Test
  void whatWasNotMeasuredAgainStays() {
    Calibration link = calibration(Kind.LINK, Optional.empty(), "gcc 12");
    Calibration old = calibration(Kind.COMPILE_C, Optional.empty(), "gcc 12");
    Calibration anew = calibration(Kind.COMPILE_C, Optional.empty(), "gcc 14");
    store.save(BOARD, Calibrations.of(ImmutableList.of(old, link)));
    store.save(BOARD, Calibrations.of(ImmutableList.of(anew)));
    assertEquals(Optional.of(anew), store.load(BOARD).find(Kind.COMPILE_C, Strategy.NATIVE));
    assertEquals(Optional.of(link), store.load(BOARD).find(Kind.LINK, Strategy.NATIVE));
  }

  @Test
  void aMachineHasNoFileAtFirst() {
    assertEquals(ImmutableList.of(), store.load(new Machine("../../etc/passwd")).all());
  }

  @Test
  void whatOtherUnitsOfWorkGaveCannotBeCompared() throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "{\"format\":\"crossplan.calibration/0\",\"measurements\":[7]}");
    assertEquals(ImmutableList.of(), store.load(BOARD).all());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"format\":\"crossplan.calibration/1\"}",
        "{\"format\":\"crossplan.calibration/1\",\"measurements\":{}}",
        "{\"format\":\"crossplan.calibration/1\",\"measurements\":[{}]}",
        "{\"format\":\"crossplan.calibration/1\",\"measurements\":[7]}",
        "{\"format\":\"crossplan.calibration/1\",\"measurements\":[",
        "{\"format\":",
        "\u0001\u001f"
      })
  void damageIsTold(String text) throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), text);
    InputException failure = assertThrows(InputException.class, () -> store.load(BOARD), text);
    assertEquals(
        true,
        String.valueOf(failure.getMessage()).startsWith(file().toString()),
        failure.toString());
    assertEquals(
        Optional.of("Maybe remove the file, and let crossplan calibrate measure again."),
        failure.remedy());
  }
}
