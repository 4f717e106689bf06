package dev.podtrain.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class PodScriptsTest {
    @Test
    void guardTravelsAsBase64OfTheScript() {
        byte[] script = Base64.getDecoder().decode(PodScripts.guardBase64());

        assertThat(new String(script, UTF_8)).startsWith("#!/bin/sh\n").endsWith("\nmain\n");
    }

    /** A create body may have 102400 bytes (REST v2 specification, September 2026). */
    @Test
    void guardLeavesMostOfACreateBodyToOthers() {
        assertThat(PodScripts.guardBase64()).hasSizeLessThan(40_000);
    }

    @Test
    void scriptsAreCompleteFiles() {
        assertThat(new String(PodScripts.trainScript(), UTF_8)).startsWith("#!/usr/bin/env bash\n");
        assertThat(new String(PodScripts.checkpointsScript(), UTF_8)).endsWith("    main()\n");
    }
}
