package dev.crossplan.planner.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import dev.crossplan.planner.remote.ProbeFailure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What OpenSSH 9.2 says; what can be provoked on one machine is, in BuildersIT. */
class ProbeFailureTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ssh: Could not resolve hostname visage: Name or service not known | UNKNOWN_HOST",
        "ssh: Could not resolve hostname visage: Temporary failure in name resolution | UNKNOWN_HOST",
        "ssh: connect to host visage port 22: Connection refused | REFUSED",
        "ssh: connect to host visage port 22: Connection timed out | TIMEOUT",
        "Connection timed out during banner exchange | TIMEOUT",
        "ssh: connect to host visage port 22: No route to host | UNREACHABLE",
        "ssh: connect to host visage port 22: Network is unreachable | UNREACHABLE",
        "Host key verification failed. | UNKNOWN_HOST_KEY",
        "root@visage: Permission denied (publickey,password). | WRONG_KEY",
        "Received disconnect from 10.0.0.2 port 22:2: Too many authentication failures | WRONG_KEY",
        "kex_exchange_identification: Connection closed by remote host | OTHER",
        "'' | OTHER",
      })
  void whatSshMeans(String said, Kind kind) {
    assertEquals(kind, failure(said, false).kind());
  }

  @Test
  void aHostKeyMayBeAnotherThanTheOneThatIsKnownOrWrittenDown() {
    String changed =
        """
        @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
        @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
        @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
        Host key verification failed.
        """;
    assertEquals(Kind.CHANGED_HOST_KEY, failure(changed, false).kind());
    assertTrue(failure(changed, false).remedy().contains("ssh-keygen -R"));
    assertEquals(Kind.CHANGED_HOST_KEY, failure("Host key verification failed.", true).kind());
    assertTrue(failure(changed, true).remedy().contains("base64 -w0"));
  }

  @Test
  void aRemedyNamesTheLoginThatHasToWork() {
    assertTrue(
        failure("Host key verification failed.", false)
            .remedy()
            .contains("ssh -p 2222 root@visage"));
  }

  private static ProbeFailure failure(String said, boolean isGivenHostKey) {
    return ProbeFailure.ofSsh(
        said, MachineAddress.ofHost("root@visage:2222", ImmutableMap.of()), 10, isGivenHostKey);
  }
}
