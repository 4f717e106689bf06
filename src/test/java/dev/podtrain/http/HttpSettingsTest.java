package dev.podtrain.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Secret;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpSettingsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.runpod.io",
                "https://api.runpod.io/graphql",
                "http://127.0.0.1:4711",
                "http://localhost:4711",
                "http://[::1]:4711"
            })
    void takesEncryptedAddressesAndThisMachine(String base) {
        assertThat(settings(base, "rpa_x").base()).hasToString(base);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.runpod.io",
                "http://127.0.0.1.example.org",
                "ftp://127.0.0.1",
                "api.runpod.io",
                "https:/x"
            })
    void doesNotSendTheKeyInTheClear(String base) {
        assertThatThrownBy(() -> settings(base, "rpa_x"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        thrown -> assertThat(thrown.problem().kind()).isEqualTo(Problem.Kind.USAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rpa_x\n", "rpa x", "rpa_\u00fc", "rpa_x\r\nEvil: 1"})
    void refusesAKeyThatNoHeaderCanCarryWithoutShowingIt(String key) {
        assertThatThrownBy(() -> settings("https://api.runpod.io", key))
                .isInstanceOfSatisfying(ProblemException.class, thrown -> {
                    assertThat(thrown.problem().kind()).isEqualTo(Problem.Kind.NOT_AUTHENTICATED);
                    assertThat(thrown.problem().toString()).doesNotContain("rpa");
                });
    }

    private static HttpSettings settings(String base, String key) {
        return new HttpSettings(
                "RunPod", URI.create(base), Secret.of(key), "RUNPOD_API_KEY", "pod-train/test", HttpLimits.patient());
    }
}
