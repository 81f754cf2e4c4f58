package dev.crossplan.planner.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What several versions of Nix say. */
class RestrictedAccessTest {
  private static final Path SET = Path.of("/home/u/set");

  @ParameterizedTest
  @CsvSource({
    "access to path '/home/u/set/a.nix' is forbidden in restricted mode, /home/u/set",
    "access to absolute path '/home/u/set' is forbidden in restricted mode, /home/u/set",
    "access to canonical path '/home/u/set/b' is forbidden in restricted mode, /home/u/set",
    "access to absolute path '/home/u/sets' is forbidden in restricted mode, /home/u/sets"
  })
  void whatNixPathLacksIsNamed(String said, String lacked) {
    assertEquals(
        Optional.of(
            "Maybe restrict-eval is set in nix.conf, so that Nix reads only what NIX_PATH names:"
                + " NIX_PATH=more="
                + lacked
                + ":$NIX_PATH; or, for this run, NIX_CONFIG='restrict-eval = false'."),
        RestrictedAccess.remedy("error: " + said, Optional.of(SET)));
  }

  @Test
  void anAddressIsNoPath() {
    assertEquals(
        Optional.of(
            "Maybe restrict-eval is set in nix.conf, so that Nix reads only what allowed-uris"
                + " names: add it there; or, for this run, NIX_CONFIG='restrict-eval = false'."),
        RestrictedAccess.remedy(
            "error: access to URI 'https://a/b.tar.gz' is forbidden in restricted mode",
            Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "access to absolute path '/a' is forbidden in pure eval mode (use '--impure' to override)",
    "access to absolute path '/a' is forbidden in pure evaluation mode (use '--impure' to override)"
  })
  void aPureEvaluationIsNamedAsSuch(String said) {
    assertEquals(
        Optional.of(
            "Maybe pure-eval is set in nix.conf: for this run, NIX_CONFIG='pure-eval = false' has"
                + " it read."),
        RestrictedAccess.remedy(said, Optional.of(SET)));
  }

  @Test
  void whatElseFailsIsNotMeant() {
    assertFalse(RestrictedAccess.isRefused("error: opening file '/a': Permission denied"));
    assertEquals(Optional.empty(), RestrictedAccess.remedy("error: no", Optional.of(SET)));
  }
}
