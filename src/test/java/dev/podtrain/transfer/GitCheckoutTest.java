package dev.podtrain.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GitCheckoutTest {
    @ParameterizedTest
    @CsvSource({
        "git@github.com:me/project.git, https://github.com/me/project.git",
        "ssh://git@github.com/me/project.git, https://github.com/me/project.git",
        "ssh://git@git.example.org:2222/me/project, https://git.example.org/me/project",
        "https://me:ghp_secret@github.com/me/project.git, https://github.com/me/project.git",
        "https://ghp_secret@github.com/me/project, https://github.com/me/project",
        "https://github.com/me/project.git, https://github.com/me/project.git",
        "https://github.com/me/a@b, https://github.com/me/a@b",
        "/srv/git/project.git, /srv/git/project.git",
        "file:///srv/git/project.git, file:///srv/git/project.git",
    })
    void addressIsOneThatThePodCanUse(String local, String expected) {
        assertThat(GitCheckout.fetchable(local)).isEqualTo(expected);
    }
}
