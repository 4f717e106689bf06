package dev.podtrain.local;

import dev.podtrain.base.Time;
import dev.podtrain.local.Account.Volume;
import dev.podtrain.local.Fault.Kind;
import dev.podtrain.local.Faults.Call;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.UriCompliance;

/**
 * The S3 API of every network volume: {@code /s3/DATA_CENTER/VOLUME/KEY} for {@code
 * https://s3api-DATA_CENTER.runpod.io/VOLUME/KEY}. It does what the provider's does (its page of 2026-08) and refuses
 * the rest with 501.
 */
final class S3Routes {
    private final Time time;
    private final StateDir state;
    private final AccountFile account;
    private final Catalog catalog;
    private final Faults faults;
    private final S3ObjectCalls objects;
    private final S3UploadCalls uploads;
    private final Map<String, S3Files> volumes = new ConcurrentHashMap<>();

    S3Routes(Time time, StateDir state, AccountFile account, Catalog catalog, Faults faults, Ids ids) {
        this.time = time;
        this.state = state;
        this.account = account;
        this.catalog = catalog;
        this.faults = faults;
        this.objects = new S3ObjectCalls(faults);
        this.uploads = new S3UploadCalls(ids);
    }

    /** One operation on a volume. */
    interface Operation {
        void run(S3Request request, S3Files files) throws IOException;
    }

    /**
     * An operation with its name for faults.
     *
     * @param writes whether it fails when the volume is full
     */
    private record Named(String name, boolean writes, Operation operation) {}

    void install(JavalinConfig config) {
        // Keys may hold what a web server would rather not see in a path: an encoded percent sign, two slashes.
        config.jetty.modifyHttpConfiguration(http -> http.setUriCompliance(UriCompliance.UNSAFE));
        config.jetty.modifyServletContextHandler(
                (ServletContextHandler handler) -> handler.getServletHandler().setDecodeAmbiguousURIs(true));
        Handler serve = this::serve;
        config.routes.get(S3Request.ROOT + "*", serve);
        config.routes.head(S3Request.ROOT + "*", serve);
        config.routes.put(S3Request.ROOT + "*", serve);
        config.routes.post(S3Request.ROOT + "*", serve);
        config.routes.delete(S3Request.ROOT + "*", serve);
    }

    private void serve(Context context) throws IOException, InterruptedException {
        try {
            dispatch(S3Request.of(context));
        } catch (S3Refusal refusal) {
            refuse(context, refusal);
        } catch (IOException failure) {
            if (!S3Files.isFull(failure)) {
                throw failure;
            }
            refuse(context, S3Refusal.noSpace());
        }
    }

    private void dispatch(S3Request request) throws IOException, InterruptedException {
        Catalog.DataCenter center = catalog.dataCenters().stream()
                .filter(Catalog.DataCenter::s3)
                .filter(one -> one.id().toLowerCase(Locale.ROOT).equals(request.dataCenter()))
                .findFirst()
                // There is no such host: what a client sees of that is a name that cannot be resolved.
                .orElseThrow(() -> S3Refusal.byProxy(0));
        Named named = operation(request);
        Call call = new Call(named.name(), null, center.id(), null);
        before(call, named.writes());
        S3Signature.check(
                request.signed(), account.get().s3AccessKey(), account.get().s3SecretKey(), center.id(), time.now());
        List<Volume> there = account.get().volumes().stream()
                .filter(volume -> volume.dataCenter().equals(center.id()))
                .toList();
        if (request.bucket().isEmpty()) {
            objects.listBuckets(request, there);
            return;
        }
        if (there.stream().noneMatch(volume -> volume.id().equals(request.bucket()))) {
            throw S3Refusal.of("NoSuchBucket", "There is no such network volume here.");
        }
        named.operation().run(request, volumes.computeIfAbsent(request.bucket(), id -> new S3Files(state.volume(id))));
        faults.take(Kind.LOST_ANSWER, call).ifPresent(fault -> {
            throw S3Refusal.byProxy(fault.statusOr(502));
        });
    }

    private Named operation(S3Request request) {
        String method = request.context().req().getMethod();
        if (request.bucket().isEmpty()) {
            if (!method.equals("GET")) {
                throw S3Refusal.notImplemented(method + " without a bucket");
            }
            return new Named("s3-list-buckets", false, (asked, files) -> {});
        }
        if (request.key().isEmpty()) {
            return onBucket(method, request);
        }
        return onObject(method, request);
    }

    private Named onBucket(String method, S3Request request) {
        if (method.equals("HEAD")) {
            request.allow();
            return new Named("s3-head-bucket", false, (asked, files) -> {});
        }
        if (method.equals("GET") && request.has("uploads")) {
            return new Named("s3-list-uploads", false, uploads::list);
        }
        if (method.equals("GET")) {
            return new Named("s3-list-objects", false, objects::list);
        }
        throw S3Refusal.notImplemented(method + " of a bucket");
    }

    private Named onObject(String method, S3Request request) {
        boolean inUpload = request.has("uploadId");
        boolean copy = !request.header("x-amz-copy-source").isEmpty();
        if (copy && inUpload) {
            throw S3Refusal.notImplemented("a copied part");
        }
        return switch (method) {
            case "HEAD" -> new Named("s3-head-object", false, objects::head);
            case "GET" ->
                inUpload
                        ? new Named("s3-list-parts", false, uploads::parts)
                        : new Named("s3-get-object", false, objects::get);
            case "PUT" ->
                inUpload
                        ? new Named("s3-upload-part", true, uploads::put)
                        : copy
                                ? new Named("s3-copy-object", true, objects::copy)
                                : new Named("s3-put-object", true, objects::put);
            case "POST" ->
                inUpload
                        ? new Named("s3-complete-upload", true, uploads::complete)
                        : new Named("s3-create-upload", true, uploads::create);
            case "DELETE" ->
                inUpload
                        ? new Named("s3-abort-upload", false, uploads::abort)
                        : new Named("s3-delete-object", false, objects::delete);
            default -> throw S3Refusal.notImplemented(method);
        };
    }

    private void before(Call call, boolean writes) throws InterruptedException {
        faults.take(Kind.SERVER_ERROR, call).ifPresent(fault -> {
            throw S3Refusal.byProxy(fault.statusOr(502));
        });
        faults.take(Kind.RATE_LIMIT, call).ifPresent(fault -> {
            throw S3Refusal.of("SlowDown", "Please reduce your request rate.");
        });
        faults.take(Kind.FORBIDDEN, call).ifPresent(fault -> {
            throw S3Refusal.of("AccessDenied", "Access Denied.");
        });
        faults.take(Kind.S3_KEYS_REFUSED, call).ifPresent(fault -> {
            throw S3Refusal.of("InvalidAccessKeyId", "The access key is not known.");
        });
        if (writes && faults.take(Kind.VOLUME_FULL, call).isPresent()) {
            throw S3Refusal.noSpace();
        }
        if (call.operation().equals("s3-list-objects")) {
            Duration pause = faults.take(Kind.SLOW_LISTING, call)
                    .map(fault -> Duration.ofMillis(fault.millis() == null ? 1000 : fault.millis()))
                    .orElse(Duration.ZERO);
            if (!pause.isZero()) {
                time.sleep(pause);
            }
        }
    }

    private static void refuse(Context context, S3Refusal refusal) throws IOException {
        if (refusal.status() == 0) {
            HttpFront.cutConnection(context);
            return;
        }
        // A client that is still sending would otherwise see a broken connection instead of the answer.
        context.req().getInputStream().transferTo(OutputStream.nullOutputStream());
        boolean document =
                !refusal.code().isEmpty() && !context.req().getMethod().equals("HEAD");
        context.status(refusal.status())
                .contentType(document ? "application/xml" : "application/x-proxy-error")
                .result(document ? S3Xml.error(refusal).bytes() : new byte[0]);
    }
}
