package dev.podtrain.local;

import dev.podtrain.local.PodDefinition.Mounts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body of a create or, with most members absent, of a PATCH. Null where a member was not sent.
 *
 * <p>Source: {@code CreatePodRequest} and {@code UpdatePodRequest} of the provider's OpenAPI file (2026-08-20), with
 * {@code entrypoint}, {@code cmd} and the two placement filters that its live file has since September 2026.
 */
record PodRequest(
        @Nullable String name,
        @Nullable String image,
        @Nullable Integer disk,
        @Nullable List<String> ports,
        @Nullable Map<String, String> env,
        @Nullable String args,
        @Nullable List<String> entrypoint,
        @Nullable List<String> cmd,
        @Nullable String registry,
        @Nullable Mounts mounts,
        @Nullable Boolean globalNetworking,
        @Nullable Boolean locked,
        @Nullable String templateId) {

    static final Pattern ANY = Pattern.compile("(?s).*");
    static final Pattern VERSION = Pattern.compile("^\\d+\\.\\d+$");
    private static final int LARGEST = Integer.MAX_VALUE;

    /** The members that a create and a PATCH share. */
    static PodRequest read(Body body, boolean create) {
        Optional<Body> mounts = body.part("mounts");
        return new PodRequest(
                create ? body.needText("name") : body.text("name").orElse(null),
                body.text("image").orElse(null),
                body.number("disk", 1, LARGEST).orElse(null),
                body.texts("ports", ANY).orElse(null),
                body.map("env").orElse(null),
                body.text("args").orElse(null),
                body.texts("entrypoint", ANY).orElse(null),
                body.texts("cmd", ANY).orElse(null),
                body.textOrNull("registry"),
                mounts.map(PodRequest::readMounts).orElse(null),
                body.flag("globalNetworking").orElse(null),
                create ? null : body.flag("locked").orElse(null),
                body.text("templateId").orElse(null));
    }

    boolean changesContainer() {
        return image != null
                || disk != null
                || ports != null
                || env != null
                || args != null
                || entrypoint != null
                || cmd != null
                || registry != null
                || mounts != null;
    }

    private static Mounts readMounts(Body mounts) {
        Mounts.@Nullable Persistent persistent = mounts.part("persistent")
                .map(part -> new Mounts.Persistent(need(part, "size", 10), part.needText("path")))
                .orElse(null);
        List<Mounts.Network> network = mounts.partsOf("network", 1).stream()
                .map(part -> new Mounts.Network(part.needText("volumeId"), part.needText("path")))
                .toList();
        return new Mounts(persistent, network);
    }

    static int need(Body body, String name, int atLeast) {
        if (!body.has(name)) {
            body.fail(name, "property is missing");
        }
        return body.number(name, atLeast, LARGEST).orElse(atLeast);
    }
}
