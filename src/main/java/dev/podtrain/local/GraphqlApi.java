package dev.podtrain.local;

import dev.podtrain.base.Time;
import dev.podtrain.local.GraphqlAnswers.GpuType;
import dev.podtrain.local.GraphqlAnswers.LowestPrice;
import dev.podtrain.local.GraphqlAnswers.User;
import dev.podtrain.local.HttpFront.Caller;
import graphql.ErrorClassification;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.Scalars;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLScalarType;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The queries and mutations of {@code schema.graphqls} on the same pods that REST shows. */
final class GraphqlApi {
    /** Key of the asking account or pod in a query's context. */
    static final String CALLER = "caller";

    private final Time time;
    private final AccountFile account;
    private final Catalog catalog;
    private final Pods pods;
    private final Billing billing;

    GraphqlApi(Time time, AccountFile account, Catalog catalog, Pods pods, Billing billing) {
        this.time = time;
        this.account = account;
        this.catalog = catalog;
        this.pods = pods;
        this.billing = billing;
    }

    /** Takes half a second the first time it is used in a process: not on the way of a start. */
    GraphQL build() {
        TypeDefinitionRegistry types;
        try (InputStream schema = GraphqlApi.class.getResourceAsStream("schema.graphqls")) {
            types = new SchemaParser()
                    .parse(new String(Objects.requireNonNull(schema).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read schema.graphqls", failure);
        }
        RuntimeWiring wiring = RuntimeWiring.newRuntimeWiring()
                .scalar(text("Void"))
                .scalar(text("DateTime"))
                .type("Query", query -> query.dataFetcher("myself", this::myself)
                        .dataFetcher("pod", environment -> find(environment).orElse(null))
                        .dataFetcher("gpuTypes", this::gpuTypes)
                        .dataFetcher("dataCenters", environment -> dataCenters()))
                .type("GpuType", gpu -> gpu.dataFetcher("lowestPrice", GraphqlApi::lowestPrice))
                .type("Mutation", mutation -> mutation.dataFetcher("podFindAndDeployOnDemand", this::deploy)
                        .dataFetcher("deployCpuPod", this::deploy)
                        .dataFetcher("podStop", environment -> show(pods.stop(ownPod(environment))))
                        .dataFetcher("podResume", environment -> show(pods.start(ownPod(environment))))
                        .dataFetcher("podTerminate", environment -> {
                            pods.terminate(ownPod(environment));
                            return null;
                        })
                        .dataFetcher("updateUserSettings", this::updateUserSettings))
                .build();
        return GraphQL.newGraphQL(new SchemaGenerator().makeExecutableSchema(types, wiring))
                .defaultDataFetcherExceptionHandler(new Refusals())
                .build();
    }

    private static GraphQLScalarType text(String name) {
        return GraphQLScalarType.newScalar()
                .name(name)
                .coercing(Scalars.GraphQLString.getCoercing())
                .build();
    }

    /** @throws Refusal if a pod asks: its key opens nothing but the pod */
    private static void requireAccount(DataFetchingEnvironment environment) {
        if (caller(environment).pod().isPresent()) {
            throw Refusal.of(403, "Unauthorized");
        }
    }

    private static Caller caller(DataFetchingEnvironment environment) {
        return Objects.requireNonNull(environment.getGraphQlContext().<Caller>get(CALLER));
    }

    private static Map<String, Object> input(DataFetchingEnvironment environment) {
        Map<String, Object> input = environment.getArgument("input");
        return input == null ? Map.of() : input;
    }

    /** The id of the pod that is asked about, if the asking one may touch it. */
    private static String ownPod(DataFetchingEnvironment environment) {
        String id = String.valueOf(input(environment).get("podId"));
        Optional<PodRecord> asking = caller(environment).pod();
        if (asking.isPresent() && !asking.get().id().equals(id)) {
            throw Refusal.of(403, "Unauthorized");
        }
        return id;
    }

    private Optional<GraphqlAnswers.Pod> find(DataFetchingEnvironment environment) {
        return pods.find(ownPod(environment)).map(this::show);
    }

    private GraphqlAnswers.Pod show(PodRecord pod) {
        return GraphqlAnswers.pod(pod, catalog, time.now());
    }

    private User myself(DataFetchingEnvironment environment) {
        requireAccount(environment);
        Account owner = account.get();
        BigDecimal balance =
                pods.isBalanceUsedUp() ? BigDecimal.ZERO : owner.balance().subtract(billing.spent());
        BigDecimal spending = pods.list().stream()
                .filter(pod -> pod.life().status().isBilled())
                .map(pod -> pod.definition().hourlyPrice())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return new User(
                "user_local",
                "local@localhost",
                balance,
                spending,
                new BigDecimal("80"),
                balance.signum() <= 0,
                BigDecimal.ZERO,
                String.join("\n\n", owner.sshKeys()),
                pods.list().stream().map(this::show).toList(),
                owner.volumes().stream()
                        .map(volume -> new GraphqlAnswers.Volume(
                                volume.id(), volume.name(), volume.size(), volume.dataCenter()))
                        .toList());
    }

    private User updateUserSettings(DataFetchingEnvironment environment) {
        requireAccount(environment);
        String keys = String.valueOf(input(environment).get("pubKey"));
        account.change(before -> before.withSshKeys(
                keys.lines().map(String::strip).filter(key -> !key.isEmpty()).toList()));
        return myself(environment);
    }

    private List<GpuType> gpuTypes(DataFetchingEnvironment environment) {
        Object id = input(environment).get("id");
        return catalog.gpus().stream()
                .filter(gpu -> id == null || gpu.id().equals(id))
                .map(GpuType::of)
                .toList();
    }

    private static LowestPrice lowestPrice(DataFetchingEnvironment environment) {
        GpuType gpu = Objects.requireNonNull(environment.getSource());
        BigDecimal price = gpu.cheapest();
        return new LowestPrice("High", price, price, List.of(1, 2, 4, 8));
    }

    private List<GraphqlAnswers.DataCenter> dataCenters() {
        List<GraphqlAnswers.Stock> stocks = catalog.gpus().stream()
                .map(gpu -> new GraphqlAnswers.Stock(gpu.id(), gpu.name(), "High"))
                .toList();
        return catalog.dataCenters().stream()
                .map(center -> new GraphqlAnswers.DataCenter(center.id(), center.id(), center.country(), stocks))
                .toList();
    }

    private GraphqlAnswers.Pod deploy(DataFetchingEnvironment environment) {
        requireAccount(environment);
        return show(pods.create(GraphqlDeployment.toRequest(input(environment), catalog)));
    }

    /** A refusal as the provider's resolvers answer: its text, in an answer with status 200. */
    private static final class Refusals implements DataFetcherExceptionHandler {
        @Override
        public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
                DataFetcherExceptionHandlerParameters failure) {
            Throwable cause = failure.getException();
            String text = cause instanceof Refusal refusal
                    ? refusal.detail()
                    : "Something went wrong. Please try again later or contact support.";
            GraphQLError error = GraphqlErrorBuilder.newError()
                    .message("%s", text)
                    .path(failure.getPath())
                    .errorType(ErrorClassification.errorClassification("INTERNAL_SERVER_ERROR"))
                    .extensions(Map.of("code", cause instanceof Refusal ? "RUNPOD" : "INTERNAL_SERVER_ERROR"))
                    .build();
            return CompletableFuture.completedFuture(
                    DataFetcherExceptionHandlerResult.newResult(error).build());
        }
    }
}
