package dev.podtrain.pod;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PodDisksTest {
    @Test
    void runningPodPaysForBothDisks() {
        assertThat(new PodDisks(50, 100, null).dailyUsd(true)).isEqualByComparingTo("0.5");
    }

    @Test
    void stoppedPodPaysTwiceForAVolumeOnItsHost() {
        assertThat(new PodDisks(50, 100, null).dailyUsd(false)).isEqualByComparingTo("0.6667");
    }

    @Test
    void stoppedPodOnANetworkVolumeCostsNothing() {
        assertThat(new PodDisks(50, 0, "k3v9qz71ab").dailyUsd(false)).isZero();
    }
}
