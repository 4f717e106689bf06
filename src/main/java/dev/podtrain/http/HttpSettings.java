package dev.podtrain.http;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Secret;
import java.net.URI;
import java.util.Set;

/**
 * Whom to call, and as whom.
 *
 * @param service its name for people, {@code RunPod}
 * @param base where paths begin, {@code https://api.runpod.io}; a trailing slash does not matter
 * @param key sent as bearer token
 * @param keyName the setting that holds the key, {@code RUNPOD_API_KEY}
 * @param userAgent never a library's default: RunPod's edge refuses those with 403 and {@code error code: 1010} (seen
 *     2026)
 */
public record HttpSettings(String service, URI base, Secret key, String keyName, String userAgent, HttpLimits limits) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    public HttpSettings {
        String scheme = base.getScheme() == null ? "" : base.getScheme();
        String host = base.getHost() == null ? "" : base.getHost();
        boolean encrypted = scheme.equals("https") && !host.isEmpty();
        if (!encrypted && !(scheme.equals("http") && LOOPBACK.contains(host))) {
            throw new ProblemException(Problem.usage(
                    "cannot use '" + base + "' as the address of " + service,
                    "the key would travel unencrypted, or the address names no host",
                    "use an https address; http is for this machine only"));
        }
        // Header values take visible ASCII only; anything else is a copy-and-paste accident.
        if (!key.reveal().matches("[\\x21-\\x7e]*")) {
            throw new ProblemException(new Problem(
                    Problem.Kind.NOT_AUTHENTICATED,
                    "cannot use the key in " + keyName,
                    "it contains a space, a line break or a character outside ASCII",
                    "copy the key again and set " + keyName,
                    "nothing was rented"));
        }
    }
}
