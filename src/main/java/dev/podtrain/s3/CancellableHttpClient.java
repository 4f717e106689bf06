package dev.podtrain.s3;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/** Lets the requests of one thread be ended by another: the library itself does so for time-outs only. */
final class CancellableHttpClient implements SdkHttpClient {
    /** Ends a piece of work at once, whether its request has begun or not. */
    static final class Cancellation {
        private boolean cancelled;
        private @Nullable ExecutableHttpRequest current;

        private synchronized void began(ExecutableHttpRequest request) {
            current = request;
            if (cancelled) {
                request.abort();
            }
        }

        synchronized void cancel() {
            cancelled = true;
            if (current != null) {
                current.abort();
            }
        }
    }

    /** What may end the request that this thread is about to make. */
    private static final ThreadLocal<@Nullable Cancellation> OF_THREAD = new ThreadLocal<>();

    private final SdkHttpClient client;

    CancellableHttpClient(SdkHttpClient client) {
        this.client = client;
    }

    /** Does the work in this thread so that the cancellation ends its requests. */
    static <T> T call(Cancellation cancellation, Callable<T> work) throws Exception {
        OF_THREAD.set(cancellation);
        try {
            return work.call();
        } finally {
            OF_THREAD.remove();
        }
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = client.prepareRequest(request);
        Cancellation cancellation = OF_THREAD.get();
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                if (cancellation != null) {
                    cancellation.began(prepared);
                }
                return prepared.call();
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }
}
