package dev.podtrain.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ledger events as flat JSON objects, one a line. Written with Jackson's streaming part alone: binding by reflection
 * would more than double the start-up time of {@code status}.
 */
final class LedgerCodec {
    private static final JsonFactory JSON = new JsonFactory();

    /** No ledger is older than the program, and sums and spans from here to there fit into every type. */
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
    private static final BigDecimal MOST_USD = new BigDecimal("1e9");

    private LedgerCodec() {}

    static String encode(LedgerEvent event) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("at", event.at().toString());
            writeFields(event, json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void writeFields(LedgerEvent event, JsonGenerator json) throws IOException {
        if (event instanceof LedgerEvent.Defined e) {
            json.writeStringField("event", "defined");
            json.writeStringField("run", e.run().value());
            json.writeStringField("project", e.projectPath());
            json.writeStringField("config", e.config());
            json.writeStringField("output_dir", e.outputDir());
            json.writeStringField("volume", e.volumeId());
            json.writeStringField("remote_project", e.remoteProject());
            json.writeBooleanField("local", e.local());
        } else if (event instanceof LedgerEvent.Intended e) {
            json.writeStringField("event", "intended");
            json.writeStringField("intent", e.intent());
            json.writeNumberField("attempt", e.attempt());
            json.writeStringField("pod_name", e.podName());
            json.writeStringField("gpu", e.gpu());
            json.writeNumberField("gpu_count", e.gpuCount());
            json.writeStringField("data_center", e.dataCenter());
            json.writeNumberField("price_per_hour_usd", e.hourlyPriceUsd());
            json.writeStringField("tree", e.treeHash());
            json.writeStringField("config_hash", e.configHash());
            json.writeBooleanField("force_restart", e.forceRestart());
            json.writeStringField("on_exit", e.onExit());
        } else if (event instanceof LedgerEvent.Guarded e) {
            json.writeStringField("event", "guarded");
            json.writeStringField("intent", e.intent());
            json.writeNumberField("boot_grace_s", e.bootGrace().toSeconds());
            json.writeNumberField("max_runtime_s", e.maxRuntime().toSeconds());
            json.writeNumberField("max_cost_usd", e.maxCostUsd());
        } else if (event instanceof LedgerEvent.Refused e) {
            json.writeStringField("event", "refused");
            json.writeStringField("intent", e.intent());
            json.writeStringField("detail", e.detail());
        } else if (event instanceof LedgerEvent.Rented e) {
            json.writeStringField("event", "rented");
            json.writeStringField("intent", e.intent());
            json.writeStringField("pod", e.podId());
            json.writeNumberField("price_per_hour_usd", e.hourlyPriceUsd());
            writeOptional(json, "data_center", e.dataCenter());
        } else if (event instanceof LedgerEvent.Ready e) {
            json.writeStringField("event", "ready");
            json.writeStringField("intent", e.intent());
            json.writeStringField("host", e.host());
            json.writeNumberField("port", e.port());
        } else if (event instanceof LedgerEvent.CodeSynced e) {
            json.writeStringField("event", "code_synced");
            json.writeStringField("intent", e.intent());
            json.writeStringField("tree", e.treeHash());
        } else if (event instanceof LedgerEvent.Started e) {
            json.writeStringField("event", "started");
            json.writeStringField("intent", e.intent());
            writeOptional(json, "resumed_from", e.resumedFrom());
            json.writeNumberField("log_bytes", e.logBytes());
        } else if (event instanceof LedgerEvent.Ended e) {
            json.writeStringField("event", "ended");
            json.writeStringField("intent", e.intent());
            json.writeStringField("reason", e.reason().word());
            if (e.exitCode() != null) {
                json.writeNumberField("exit_code", e.exitCode());
            }
        } else if (event instanceof LedgerEvent.PodEnded e) {
            json.writeStringField("event", "pod_ended");
            json.writeStringField("intent", e.intent());
            json.writeStringField("pod", e.podId());
            json.writeStringField("how", e.how());
        } else {
            throw new AssertionError(event);
        }
    }

    private static void writeOptional(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    /** The event on this line; empty if the line is torn or is of a kind that a newer version wrote. */
    static Optional<LedgerEvent> decode(String line) {
        try {
            return read(new Fields(flatObject(line)));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> flatObject(String line) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not an object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken().isStructStart()) {
                    json.skipChildren();
                } else {
                    fields.put(name, json.getText());
                }
            }
            if (json.currentToken() != JsonToken.END_OBJECT) {
                throw new IllegalArgumentException("cut off");
            }
        }
        return fields;
    }

    private static Optional<LedgerEvent> read(Fields f) {
        Instant at = Instant.parse(f.text("at"));
        if (at.isBefore(EARLIEST) || at.isAfter(LATEST)) {
            throw new IllegalArgumentException("not a moment of ours");
        }
        return switch (f.text("event")) {
            case "defined" ->
                Optional.of(new LedgerEvent.Defined(
                        at,
                        new RunId(f.text("run")),
                        f.text("project"),
                        f.text("config"),
                        f.text("output_dir"),
                        f.text("volume"),
                        f.text("remote_project"),
                        f.flag("local")));
            case "intended" ->
                Optional.of(new LedgerEvent.Intended(
                        at,
                        f.text("intent"),
                        f.number("attempt"),
                        f.text("pod_name"),
                        f.text("gpu"),
                        f.number("gpu_count"),
                        f.text("data_center"),
                        f.money("price_per_hour_usd"),
                        f.text("tree"),
                        f.text("config_hash"),
                        f.flag("force_restart"),
                        f.text("on_exit")));
            case "guarded" ->
                Optional.of(new LedgerEvent.Guarded(
                        at,
                        f.text("intent"),
                        f.seconds("boot_grace_s"),
                        f.seconds("max_runtime_s"),
                        f.money("max_cost_usd")));
            case "refused" -> Optional.of(new LedgerEvent.Refused(at, f.text("intent"), f.text("detail")));
            case "rented" ->
                Optional.of(new LedgerEvent.Rented(
                        at, f.text("intent"), f.text("pod"), f.money("price_per_hour_usd"), f.optional("data_center")));
            case "ready" -> Optional.of(new LedgerEvent.Ready(at, f.text("intent"), f.text("host"), f.number("port")));
            case "code_synced" -> Optional.of(new LedgerEvent.CodeSynced(at, f.text("intent"), f.text("tree")));
            case "started" ->
                Optional.of(new LedgerEvent.Started(
                        at, f.text("intent"), f.optional("resumed_from"), Long.parseLong(f.text("log_bytes"))));
            case "ended" ->
                Optional.of(new LedgerEvent.Ended(
                        at,
                        f.text("intent"),
                        EndReason.ofWord(f.text("reason")),
                        f.optional("exit_code") == null ? null : f.number("exit_code")));
            case "pod_ended" ->
                Optional.of(new LedgerEvent.PodEnded(at, f.text("intent"), f.text("pod"), f.text("how")));
            default -> Optional.empty();
        };
    }

    /** The members of one line; a missing or malformed one makes the line unreadable. */
    private record Fields(Map<String, String> values) {
        String text(String name) {
            String value = values.get(name);
            if (value == null) {
                throw new IllegalArgumentException("no member " + name);
            }
            return value;
        }

        @Nullable
        String optional(String name) {
            return values.get(name);
        }

        int number(String name) {
            return Integer.parseInt(text(name));
        }

        Duration seconds(String name) {
            return Duration.ofSeconds(notNegative(number(name)));
        }

        boolean flag(String name) {
            return Boolean.parseBoolean(text(name));
        }

        /** An amount in USD that can be reckoned with: 1e999999999 is short, but not when something is added to it. */
        BigDecimal money(String name) {
            BigDecimal amount = new BigDecimal(text(name));
            boolean sensible = amount.scale() > -10 && amount.scale() < 20 && amount.precision() < 30;
            if (!sensible || amount.signum() < 0 || amount.compareTo(MOST_USD) > 0) {
                throw new IllegalArgumentException("not an amount");
            }
            return amount;
        }

        static int notNegative(int number) {
            if (number < 0) {
                throw new IllegalArgumentException("below zero");
            }
            return number;
        }
    }
}
