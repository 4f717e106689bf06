package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said on a machine that cannot run pods. */
class MachineCheckTest {
    private final Path programs;

    MachineCheckTest(@TempDir Path programs) throws IOException {
        this.programs = programs;
        for (String name : List.of("bwrap", "sshd", "ssh-keygen", "tmux", "setsid", "curl", "python3")) {
            program(name, "exit 0");
        }
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private MachineCheck check(String system, boolean root) {
        return new MachineCheck(system, root, Map.of("PATH", programs.toString()));
    }

    @Test
    void linuxWithAllProgramsCanRunPods() {
        assertThat(check("Linux", false).unsupportedReason()).isEmpty();
    }

    @Test
    void anotherSystemIsNamed() {
        assertThat(check("Mac OS X", false).unsupportedReason())
                .hasValue("pods on this machine need Linux, and this is Mac OS X: use a Linux machine, or leave out"
                        + " --local to rent a real pod");
    }

    @Test
    void missingProgramsAreNamedWithTheirPackages() throws IOException {
        Files.delete(programs.resolve("bwrap"));
        Files.delete(programs.resolve("tmux"));

        assertThat(check("Linux", true).unsupportedReason())
                .hasValue("pods on this machine need bwrap, tmux: install with: apt-get install bubblewrap tmux");
    }

    @Test
    void withoutUserNamespacesAnOrdinaryUserIsToldHowToAllowThem() throws IOException {
        program("bwrap", "echo 'bwrap: No permissions to create new namespace' >&2; exit 1");

        assertThat(check("Linux", false).unsupportedReason())
                .hasValue("this system lets ordinary users make no sandbox (bwrap: No permissions to create new"
                        + " namespace): allow user namespaces with: sysctl -w kernel.unprivileged_userns_clone=1"
                        + " kernel.apparmor_restrict_unprivileged_userns=0, or run as root");
    }

    @Test
    void insideAContainerWithoutPrivilegesRootIsToldSo() throws IOException {
        program("bwrap", "echo 'bwrap: Creating new namespace failed' >&2; exit 1");

        assertThat(check("Linux", true).unsupportedReason())
                .hasValue("this system lets even root make no sandbox (bwrap: Creating new namespace failed): inside a"
                        + " container, start it with --privileged");
    }
}
