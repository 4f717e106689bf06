package dev.podtrain.pod;

import dev.podtrain.http.ApiError;
import dev.podtrain.http.ApiRequest;
import dev.podtrain.http.Endpoint;
import dev.podtrain.http.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The calls about what can be rented and where data lies, one record each. */
final class CatalogCalls {
    private static final String VERSION = "v2";
    private static final String VOLUMES = "network-volumes";

    private CatalogCalls() {}

    record ListGpuTypes(CloudType cloud, int gpuCount) implements Endpoint<List<GpuType>> {
        @Override
        public ApiRequest request() {
            return ApiRequest.get(VERSION, "catalog", "gpus")
                    .with("include", "AVAILABILITY")
                    // Required with include and forbidden without: 400 either way.
                    .with("product", "POD")
                    .with("count", String.valueOf(gpuCount))
                    .with("cloud", cloud.name());
        }

        @Override
        public String action() {
            return "read the catalog of GPU types";
        }

        @Override
        public List<GpuType> read(Json body) {
            return body.member("gpus").items(item -> PodJson.gpuType(item, cloud, gpuCount));
        }
    }

    record ListCpuTypes(int vcpuCount) implements Endpoint<List<CpuType>> {
        @Override
        public ApiRequest request() {
            return ApiRequest.get(VERSION, "catalog", "cpus")
                    .with("include", "AVAILABILITY")
                    .with("product", "POD")
                    .with("vcpuCount", String.valueOf(vcpuCount));
        }

        @Override
        public String action() {
            return "read the catalog of CPU types";
        }

        @Override
        public List<CpuType> read(Json body) {
            return body.member("cpus").items(item -> PodJson.cpuType(item, vcpuCount)).stream()
                    .flatMap(Optional::stream)
                    .sorted(Comparator.comparing(CpuType::priceUsd))
                    .toList();
        }
    }

    record GetNetworkVolume(String id) implements Endpoint<Optional<NetworkVolume>> {
        @Override
        public ApiRequest request() {
            return ApiRequest.get(VERSION, VOLUMES, id);
        }

        @Override
        public String action() {
            return "read network volume '" + id + "'";
        }

        @Override
        public Optional<NetworkVolume> read(Json body) {
            return Optional.of(PodJson.networkVolume(body));
        }

        @Override
        public Optional<Optional<NetworkVolume>> refused(ApiError error) {
            return error.status() == 404 ? Optional.of(Optional.empty()) : Optional.empty();
        }
    }

    record ListNetworkVolumes() implements Endpoint<List<NetworkVolume>> {
        @Override
        public ApiRequest request() {
            return ApiRequest.get(VERSION, VOLUMES);
        }

        @Override
        public String action() {
            return "list the network volumes";
        }

        @Override
        public List<NetworkVolume> read(Json body) {
            return body.member("networkVolumes").items(PodJson::networkVolume);
        }
    }
}
