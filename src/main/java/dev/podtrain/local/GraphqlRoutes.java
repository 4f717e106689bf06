package dev.podtrain.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podtrain.local.Fault.Kind;
import dev.podtrain.local.Faults.Call;
import dev.podtrain.local.HttpFront.Caller;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /graphql}: errors of resolvers come with status 200, those of the query itself with 400. */
final class GraphqlRoutes {
    private final HttpFront front;
    private final Faults faults;
    private final Supplier<GraphQL> build;
    private @Nullable GraphQL graphql;

    GraphqlRoutes(HttpFront front, Faults faults, Supplier<GraphQL> build) {
        this.front = front;
        this.faults = faults;
        this.build = build;
    }

    void install(JavalinConfig config) {
        config.routes.post("/graphql", this::execute);
    }

    private synchronized GraphQL graphql() {
        GraphQL built = graphql;
        if (built == null) {
            built = build.get();
            graphql = built;
        }
        return built;
    }

    private void execute(Context context) {
        if (!HttpFront.isRunpodctl(context)) {
            Call call = Call.of("graphql");
            faults.take(Kind.GRAPHQL_GONE, call).ifPresent(fault -> {
                throw Refusal.of(410, "this API has been retired");
            });
            if (faults.take(Kind.GRAPHQL_ERRORS, call).isPresent()) {
                answerError(context, 200, "Something went wrong. Please try again later or contact support.");
                return;
            }
        }
        Caller caller = front.authenticate(context);
        JsonNode request;
        try {
            request = Json.tree(context.bodyAsBytes());
        } catch (IOException broken) {
            answerError(context, 400, "POST body is not valid JSON");
            return;
        }
        JsonNode variables = request.path("variables");
        ExecutionInput input = ExecutionInput.newExecutionInput()
                .query(request.path("query").asText())
                .operationName(
                        request.hasNonNull("operationName")
                                ? request.get("operationName").asText()
                                : null)
                .variables(variables.isObject() ? variables(variables) : Map.of())
                .graphQLContext(Map.of(GraphqlApi.CALLER, caller))
                .build();
        ExecutionResult result = graphql().execute(input);
        HttpFront.answer(context, result.isDataPresent() ? 200 : 400, result.toSpecification());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> variables(JsonNode tree) {
        return (Map<String, Object>) Json.convert(tree, Map.class);
    }

    private static void answerError(Context context, int status, String message) {
        HttpFront.answer(context, status, Map.of("errors", List.of(Map.of("message", message))));
    }
}
