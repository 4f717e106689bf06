package dev.podtrain.local;

import com.fasterxml.jackson.databind.JsonNode;

/** The control endpoint over HTTP. */
final class ControlClient {
    private ControlClient() {}

    static ApiClient of(LocalEndpoint endpoint) {
        return ApiClient.withKey(endpoint, endpoint.controlKey().reveal());
    }

    static JsonNode details(LocalEndpoint endpoint, String podId) {
        return of(endpoint).get("/control/pods/" + podId).json();
    }
}
