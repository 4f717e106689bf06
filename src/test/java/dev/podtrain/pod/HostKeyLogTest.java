package dev.podtrain.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HostKeyLogTest {
    private static final List<String> LOG = Samples.lines("container.log");
    private static final int SECOND_BLOCK = LOG.lastIndexOf("SSH host keys:");

    @Test
    void takesTheBlockOfTheLastContainerRun() {
        assertThat(HostKeyLog.fingerprints(LOG))
                .contains(Set.of(
                        "SHA256:RGq9Ci87oI5HwwyVmMt0Bvj8ORTtWXpYWxDXSqAcvJE",
                        "SHA256:MytCRmxgxTf8Vhf0uakhYSgz0Y0/8EgZa1MCGdMMkfI",
                        "SHA256:a2WrTAW3F7AlUaIzrPkxCd9+rb2xovQDtHHRD7QDSD0",
                        "SHA256:D6ewX/FsGb4LmFFoHG5X4fRd+8IdhhsoD7HSOQ3MVUs"));
    }

    @Test
    void aBlockThatIsStillBeingPrintedReplacesTheEarlierOneButIsNotYetUsable() {
        List<String> printing = LOG.subList(0, SECOND_BLOCK + 4);

        assertThat(HostKeyLog.fingerprints(printing)).isEmpty();
        assertThat(HostKeyLog.fingerprintsAfterSilence(printing)).hasValueSatisfying(found -> assertThat(found)
                .isNotEmpty()
                .isSubsetOf(HostKeyLog.fingerprints(LOG).orElseThrow()));
    }

    @Test
    void keysThatAreOnlyMadeAndNotListedDoNotCount() {
        assertThat(HostKeyLog.fingerprintsAfterSilence(LOG.subList(0, LOG.indexOf("SSH host keys:"))))
                .isEmpty();
    }

    @Test
    void otherLinesInTheBlockAreSkipped() {
        List<String> lines = List.of(
                "SSH host keys:",
                "256 SHA256:tooshort root@x (ED25519)",
                "256 MD5:00:11 root@x (ED25519)",
                "hello 256 SHA256:RGq9Ci87oI5HwwyVmMt0Bvj8ORTtWXpYWxDXSqAcvJE root@x (ED25519)",
                "256 SHA256:MytCRmxgxTf8Vhf0uakhYSgz0Y0/8EgZa1MCGdMMkfI no comment (ED25519)\r",
                "Starting Jupyter Lab...",
                "Exporting environment variables...");

        assertThat(HostKeyLog.fingerprints(lines))
                .contains(Set.of("SHA256:MytCRmxgxTf8Vhf0uakhYSgz0Y0/8EgZa1MCGdMMkfI"));
    }

    @Test
    void aLogWithoutKeysHasNone() {
        assertThat(HostKeyLog.fingerprints(List.of())).isEmpty();
        assertThat(HostKeyLog.fingerprints(List.of("SSH host keys:", "Exporting environment variables...")))
                .isEmpty();
    }
}
