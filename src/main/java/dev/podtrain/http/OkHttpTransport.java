package dev.podtrain.http;

import dev.podtrain.http.ApiRequest.Method;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.ConnectionSpec;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** Sends requests through OkHttp, each exactly once unless it may be repeated. */
final class OkHttpTransport implements Transport {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final MediaType JSON = MediaType.get("application/json");

    private final HttpSettings settings;
    private final HttpUrl base;
    private final OkHttpClient repeating;
    private final OkHttpClient once;

    /** OkHttp's own list forgets a call when its answer begins, long before a stream ends. */
    private final Set<Call> underWay = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    OkHttpTransport(HttpSettings settings) {
        this.settings = settings;
        this.base = Objects.requireNonNull(HttpUrl.get(settings.base()));
        boolean encrypted = settings.base().getScheme().equals("https");
        this.repeating = new OkHttpClient.Builder()
                .connectTimeout(CONNECT_LIMIT)
                .readTimeout(settings.limits().perTry())
                .writeTimeout(settings.limits().perTry())
                // A key must not follow a redirect, and no call of ours is answered by one.
                .followRedirects(false)
                .followSslRedirects(false)
                // One request at a time: HTTP/2 would add classes to load, a reader thread and its own re-sending.
                .protocols(List.of(Protocol.HTTP_1_1))
                // Without TLS the platform's trust store is not even read, which takes 100 ms in a cold JVM.
                .connectionSpecs(List.of(encrypted ? ConnectionSpec.MODERN_TLS : ConnectionSpec.CLEARTEXT))
                .addNetworkInterceptor(chain -> {
                    AtomicBoolean sent = chain.request().tag(AtomicBoolean.class);
                    if (sent != null) {
                        sent.set(true);
                    }
                    return chain.proceed(chain.request());
                })
                .build();
        // By default OkHttp sends a POST again when its pooled connection turns out to be dead.
        this.once = repeating.newBuilder().retryOnConnectionFailure(false).build();
    }

    @Override
    public Exchange send(ApiRequest request, boolean repeatable, Duration limit) {
        AtomicBoolean sent = new AtomicBoolean();
        Call call = (repeatable ? repeating : once).newCall(build(request, repeatable, sent));
        try (OpenStream stream = execute(call, limit)) {
            return new Exchange.Answered(read(stream.response()));
        } catch (IOException e) {
            return new Exchange.Failed(e, sent.get());
        }
    }

    @Override
    public OpenStream open(ApiRequest request, @Nullable String lastEventId, Duration quiet, Duration limit)
            throws IOException {
        Request.Builder builder = build(request, true, new AtomicBoolean())
                .newBuilder()
                .header("Accept", "text/event-stream")
                // Compressed events would be held back until a block is full.
                .header("Accept-Encoding", "identity");
        // The id is the server's own text; one that no header can carry is left out.
        if (lastEventId != null && lastEventId.matches("[\\x20-\\x7e]{1,500}")) {
            builder.header("Last-Event-ID", lastEventId);
        }
        OpenStream stream = execute(repeating.newCall(builder.build()), limit);
        stream.response().body().source().timeout().timeout(Math.max(1, quiet.toMillis()), TimeUnit.MILLISECONDS);
        return stream;
    }

    private OpenStream execute(Call call, Duration limit) throws IOException {
        call.timeout().timeout(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
        underWay.add(call);
        try {
            if (closed) {
                throw new IOException("this program is ending");
            }
            return new OpenStream(call, call.execute());
        } catch (IOException e) {
            underWay.remove(call);
            throw e;
        }
    }

    /** An answer whose body is still arriving. */
    final class OpenStream implements EventStream {
        private final Call call;
        private final Response response;

        private OpenStream(Call call, Response response) {
            this.call = call;
            this.response = response;
        }

        Response response() {
            return response;
        }

        @Override
        public Optional<RawAnswer> refusal() throws IOException {
            return response.isSuccessful() ? Optional.empty() : Optional.of(read(response));
        }

        @Override
        public InputStream body() {
            return response.body().byteStream();
        }

        /** Gives the connection back if the body was read to its end, else ends it. */
        @Override
        public void close() {
            underWay.remove(call);
            response.close();
        }

        /** Closing alone would read on for 100 ms in the hope of the body's end. */
        @Override
        public void abandon() {
            call.cancel();
        }
    }

    /** The whole answer. A body over the limit is an {@link AnswerTooLongException}. */
    private RawAnswer read(Response response) throws IOException {
        int limit = settings.limits().answerBytes();
        try (InputStream in = response.body().byteStream()) {
            byte[] bytes = in.readNBytes(limit);
            if (bytes.length == limit && in.read() >= 0) {
                throw new AnswerTooLongException(limit);
            }
            return new RawAnswer(
                    response.code(),
                    new String(bytes, StandardCharsets.UTF_8),
                    response.header("Content-Type"),
                    response.header("x-request-id"),
                    response.header("Retry-After"),
                    String.join(",", response.headers("RateLimit")),
                    response.header("X-Poll-After-Ms"),
                    response.header("Date"));
        }
    }

    /** No thread holds up the end of the program then. */
    @Override
    public void close() {
        closed = true;
        underWay.forEach(Call::cancel);
        repeating.connectionPool().evictAll();
    }

    /** Address, method and headers of a request. */
    private Request build(ApiRequest request, boolean repeatable, AtomicBoolean sent) {
        HttpUrl.Builder url = base.newBuilder();
        if (!request.path().isEmpty()
                && base.pathSegments().get(base.pathSize() - 1).isEmpty()) {
            url.removePathSegment(base.pathSize() - 1);
        }
        request.path().forEach(url::addPathSegment);
        request.query().forEach(parameter -> url.addQueryParameter(parameter.name(), parameter.value()));
        Request.Builder builder = new Request.Builder()
                .url(url.build())
                .header("Accept", "application/json")
                .header("User-Agent", settings.userAgent())
                .tag(AtomicBoolean.class, sent)
                .method(request.method().name(), body(request, repeatable));
        if (!settings.key().reveal().isEmpty()) {
            builder.header("Authorization", "Bearer " + settings.key().reveal());
        }
        return builder.build();
    }

    private static @Nullable RequestBody body(ApiRequest request, boolean repeatable) {
        if (request.body() == null) {
            return request.method() == Method.POST ? RequestBody.create(new byte[0]) : null;
        }
        byte[] bytes = request.body().getBytes(StandardCharsets.UTF_8);
        return new RequestBody() {
            @Override
            public MediaType contentType() {
                return JSON;
            }

            @Override
            public long contentLength() {
                return bytes.length;
            }

            /** Else OkHttp would answer {@code 503} with {@code Retry-After: 0}, or {@code 408}, by sending again. */
            @Override
            public boolean isOneShot() {
                return !repeatable;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.write(bytes);
            }
        };
    }
}
